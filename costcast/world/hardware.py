"""The machines on the bill: what is in them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ENDPOINT_MACHINE", "JOB_MACHINE", "MACHINES", "NOTEBOOK_MACHINE", "Machine"]


@dataclass(frozen=True)
class Machine:
    """Virtual CPUs, GPUs and memory (GiB) of an instance type."""

    cores: int
    gpus: int
    memory: int


MACHINES = {
    "p5.48xlarge": Machine(192, 8, 2048),
    "p4d.24xlarge": Machine(96, 8, 1152),
    "g6e.xlarge": Machine(4, 1, 32),
    "g5.xlarge": Machine(4, 1, 16),
}
#: What serves models, what notebooks and forgotten jobs run on.
ENDPOINT_MACHINE, NOTEBOOK_MACHINE, JOB_MACHINE = "g6e.xlarge", "g5.xlarge", "p4d.24xlarge"
