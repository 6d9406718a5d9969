"""GPUs per machine of the clouds: bills count hours of machines, the ledger hours of GPUs."""

from __future__ import annotations

import re

__all__ = ["gpus_of_machine"]

# EC2, "Accelerated computing instance types"; SageMaker has the same machines as `ml.<type>`.
# Trainium and Inferentia are no GPUs and stay machine hours.
_AWS = {
    "p2.xlarge": 1, "p2.8xlarge": 8, "p2.16xlarge": 16,
    "p3.2xlarge": 1, "p3.8xlarge": 4, "p3.16xlarge": 8, "p3dn.24xlarge": 8,
    "p4d.24xlarge": 8, "p4de.24xlarge": 8,
    "p5.4xlarge": 1, "p5.48xlarge": 8, "p5e.48xlarge": 8, "p5en.48xlarge": 8,
    "p6-b200.48xlarge": 8, "p6-b300.48xlarge": 8,
    "g4dn.12xlarge": 4, "g4dn.metal": 8,
    "g5.12xlarge": 4, "g5.24xlarge": 4, "g5.48xlarge": 8,
    "g6.12xlarge": 4, "g6.24xlarge": 4, "g6.48xlarge": 8,
    "g6e.12xlarge": 4, "g6e.24xlarge": 4, "g6e.48xlarge": 8,
}  # fmt: skip
# All other sizes of these families hold one GPU.
_AWS_SINGLE = re.compile(r"(g4dn|g5|g6|g6e|gr6)\.(x|2x|4x|8x|16x)large")

# Azure, "GPU optimized virtual machine sizes": the older sizes count cores, of which each GPU
# brings as many as its family says; the newer ones (A100, H100) write the same.
_AZURE_CORES_PER_GPU = (
    (re.compile(r"nc(\d+)r?s?"), 6),  # K80: NC6, NC12, NC24, NC24r
    (re.compile(r"nc(\d+)r?s_v[23]"), 6),  # P100, V100
    (re.compile(r"nd(\d+)r?s"), 6),  # P40
    (re.compile(r"nv(\d+)s?_v2"), 6),  # M60
    (re.compile(r"nv(\d+)"), 6),
    (re.compile(r"nv(\d+)s_v3"), 12),
    (re.compile(r"nc(\d+)ads_a100_v4"), 24),
    (re.compile(r"nc(\d+)adi?s_h100_v5"), 40),
)
_AZURE = {
    "nc4as_t4_v3": 1, "nc8as_t4_v3": 1, "nc16as_t4_v3": 1, "nc64as_t4_v3": 4,
    "nd40rs_v2": 8, "nd96asr_v4": 8, "nd96amsr_a100_v4": 8, "nd96asr_a100_v4": 8,
    "nd96isr_h100_v5": 8, "nd96is_h100_v5": 8, "nd96isr_h200_v5": 8,
    "nd128isr_ndr_gb200_v6": 4,
}  # fmt: skip


def gpus_of_machine(name: str) -> int | None:
    """GPUs of a machine type of AWS or Azure; None where it has none or is not known.

    >>> gpus_of_machine("ml.p4d.24xlarge"), gpus_of_machine("Standard_NC24ads_A100_v4")
    (8, 1)
    """
    machine = name.strip().lower().removeprefix("ml.")
    if machine in _AWS:
        return _AWS[machine]
    if _AWS_SINGLE.fullmatch(machine):
        return 1
    if not machine.startswith("standard_"):
        return None
    size = machine.removeprefix("standard_")
    if size in _AZURE:
        return _AZURE[size]
    for pattern, cores in _AZURE_CORES_PER_GPU:
        found = pattern.fullmatch(size)
        if found:
            return max(1, int(found[1]) // cores)
    return None
