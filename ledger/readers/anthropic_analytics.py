"""Anthropic's `/v1/organizations/analytics/...`: known, and refused.

A user may be in several groups there, and each group's row has all of the user's use: sums over
groups count it several times.
"""

from __future__ import annotations

from ledger.readers.refused import RefusedFormat

__all__ = ["REFUSED"]

REFUSED = RefusedFormat(
    name="anthropic_analytics",
    required=frozenset({"starting_at", "results.rbac_group_id"}),
    why="Anthropic's analytics reports: their groups overlap, so that sums count use twice",
    wanted="usage_report/messages and cost_report of /v1/organizations",
)
