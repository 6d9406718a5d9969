"""GPUs of machine types."""

import pytest

from ledger.readers.gpu_machines import gpus_of_machine


@pytest.mark.parametrize(
    ("name", "gpus"),
    [
        ("p5.48xlarge", 8),
        ("ml.p4d.24xlarge", 8),
        ("g5.xlarge", 1),
        ("g5.12xlarge", 4),
        ("g4dn.16xlarge", 1),
        ("m5.large", None),
        ("trn1.32xlarge", None),
        ("Standard_NC6s_v3", 1),
        ("Standard_NC24rs_v3", 4),
        ("Standard_NC48ads_A100_v4", 2),
        ("Standard_NC80adis_H100_v5", 2),
        ("Standard_ND96isr_H100_v5", 8),
        ("standard_nc64as_t4_v3", 4),
        ("Standard_DS2_v2", None),
        ("Standard_NC", None),
    ],
)
def test_a_machine(name: str, gpus: int | None) -> None:
    assert gpus_of_machine(name) == gpus
