"""The columns of a FOCUS row that say what a resource is, where, and whose."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from costcast.world.bill import Line
from costcast.world.hardware import MACHINES
from costcast.world.runs import Run
from costcast.world.teams import SHARED, TEAMS
from ledger.series import NONE, UNALLOCATED

__all__ = [
    "COMPUTE",
    "MANAGEMENT",
    "PAYER",
    "REGION",
    "Row",
    "owner_columns",
    "resource_columns",
    "sku_of",
]

Row = dict[str, str]

#: Account that pays for all; as a sub account it holds what no team owns.
PAYER, MANAGEMENT = "210000000001", "management"
COMPUTE = {
    "ServiceCategory": "Compute",
    "ServiceSubcategory": "Virtual Machines",
    "ServiceName": "Amazon Elastic Compute Cloud",
}
_OBJECTS = {
    "ServiceCategory": "Storage",
    "ServiceSubcategory": "Object Storage",
    "ServiceName": "Amazon Simple Storage Service",
}
REGION = {"RegionId": "us-east-1", "RegionName": "US East (N. Virginia)"}


def owner_columns(account: str, name: str) -> Row:
    """Columns of the sub account."""
    return {"SubAccountId": account, "SubAccountName": f"example-{name}"}


def resource_columns(line: Line, run: Run | None = None) -> Row:
    """Columns that say what a line, or a training run of it, is and whose."""
    team = TEAMS.get(line.team)
    account = PAYER if team is None else team.account
    owner = owner_columns(account, MANAGEMENT if team is None else line.team)
    kind = _storage(line) if line.machine is None else _machine(line, line.machine, account)
    resource = kind if run is None else kind | _fleet(f"{line.name}-{run.name}", account)
    return REGION | owner | resource | {"Tags": _tags(line)}


def _fleet(name: str, account: str) -> Row:
    """Machines started together for one training run."""
    number = UUID(hashlib.sha256(name.encode()).hexdigest()[:32])
    return {
        "ResourceId": f"arn:aws:ec2:us-east-1:{account}:fleet/fleet-{number}",
        "ResourceName": name,
        "ResourceType": "Fleet",
    }


def _machine(line: Line, machine: str, account: str) -> Row:
    size = MACHINES[machine]
    instance = hashlib.sha256(line.name.encode()).hexdigest()[:17]
    details = {
        "CoreCount": size.cores,
        "GpuCount": size.gpus,
        "InstanceType": machine,
        "MemorySize": size.memory,
        "OperatingSystem": "Linux",
    }
    return COMPUTE | {
        "AvailabilityZone": "us-east-1b",
        "ChargeDescription": f"On-demand Linux {machine} instance hours",
        "PricingUnit": "Hours",
        "ResourceId": f"arn:aws:ec2:us-east-1:{account}:instance/i-{instance}",
        "ResourceName": line.name,
        "ResourceType": "Instance",
        "SkuId": sku_of(machine),
        "SkuMeter": f"BoxUsage:{machine}",
        "SkuPriceId": f"{sku_of(machine)}.ONDEMAND",
        "SkuPriceDetails": json.dumps(details, separators=(",", ":")),
    }


def _storage(line: Line) -> Row:
    name = f"example-{line.team}-data"
    return _OBJECTS | {
        "ChargeDescription": "Object storage, standard class, per GB-month",
        "PricingUnit": "GB-Months",
        "ResourceId": f"arn:aws:s3:::{name}",
        "ResourceName": name,
        "ResourceType": "Bucket",
        "SkuId": "S3STANDARD",
        "SkuMeter": "TimedStorage-ByteHrs",
        "SkuPriceId": "S3STANDARD.ONDEMAND",
        "SkuPriceDetails": '{"StorageClass":"Standard"}',
    }


def sku_of(machine: str) -> str:
    """Identify the product a machine is sold as."""
    return hashlib.sha256(machine.encode()).hexdigest()[:16].upper()


def _tags(line: Line) -> str:
    """Flat JSON; nothing at all on a resource that nobody tagged."""
    if line.team == UNALLOCATED:
        return ""
    team = TEAMS.get(line.team)
    tags = {"env": "prod", "project": "data-lake" if team is None else team.project}
    if line.model != NONE:
        tags["model"] = line.model
    if line.purpose == "training":
        tags["env"] = "train"
    tags["team"] = SHARED if team is None else line.team
    return json.dumps(tags, sort_keys=True, separators=(",", ":"))
