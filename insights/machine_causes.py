"""Causes in what is rented by the hour or stored by the gigabyte."""

from __future__ import annotations

from insights.cause import DOMINANT, Cause, percent
from insights.evidence import Evidence

__all__ = ["GPU_HOURS", "STEADY", "machine_cause"]

GPU_HOURS = "GPU-hours"
#: Units of storage begin like this in FOCUS ("GB-Months", "GiB-Hours", "TB-Months").
_STORED = ("GB", "GiB", "TB", "TiB", "MB")
#: Machines that ran on this share of the days before are endpoints, not runs.
STEADY = 0.9
#: Busy below this share of its hours, a machine is idle (proposed default: P95 of 2 %).
_IDLE = 0.02
#: One machine left on for a day, less what a day's rounding takes.
_A_DAY = 20.0


def machine_cause(evidence: Evidence) -> Cause | None:
    """The cause, where most of the change is the volume of machines or storage."""
    share = evidence.change.share("volume", "new", "retired")
    if share < DOMINANT:
        return None
    if evidence.unit.startswith(_STORED):
        return _storage(evidence)
    if evidence.unit != GPU_HOURS:
        return None
    if evidence.change.change > 0:
        return _idle_endpoint(evidence) or _long_run(evidence)
    text = f"{-evidence.added_hours:.0f} GPU-hours a day fewer than {evidence.base}."
    ran = f"they ran on {percent(evidence.steady_days)} of the days before"
    return Cause("less_use", text, (ran,))


def _storage(evidence: Evidence) -> Cause:
    if evidence.change.change < 0:
        text = f"{percent(1 - evidence.growth)} less is stored."
        return Cause("less_use", text, (f"stored x{evidence.growth:.2f}",))
    text = f"{percent(evidence.growth - 1)} more is stored: a copy that nobody needs?"
    return Cause(
        "storage_growth", text, (f"stored x{evidence.growth:.2f} against what was {evidence.base}",)
    )


def _idle_endpoint(evidence: Evidence) -> Cause | None:
    """Machines that run every day and now run more, without anything that says they are used."""
    busy = evidence.reading("gpu_utilisation")
    hours = f"{evidence.added_hours:.0f} GPU-hours a day more than {evidence.base}"
    if busy is not None:
        if busy.after >= _IDLE and not busy.is_below:
            return None
        text = f"More machines run, and they are busy only {percent(busy.after)} of the time."
        return Cause("idle_endpoint", text, (hours, f"busy {percent(busy.before)} before"))
    if evidence.steady_days < STEADY or evidence.added_hours < _A_DAY:
        return None
    text = (
        f"{evidence.added_hours / 24:.0f} GPUs more than usual run around the clock; nothing "
        "measured says that they are used: an endpoint left on?"
    )
    steady = f"they ran on {percent(evidence.steady_days)} of the days before"
    return Cause("idle_endpoint", text, (hours, steady, "utilisation was not measured"))


def _long_run(evidence: Evidence) -> Cause:
    text = (
        f"{evidence.added_hours:.0f} GPU-hours a day more than {evidence.base}: a run that is "
        "larger than the others or did not stop."
    )
    return Cause(
        "long_run", text, (f"hours x{evidence.growth:.1f} against what was {evidence.base}",)
    )
