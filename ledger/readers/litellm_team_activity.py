"""LiteLLM's `/team/daily/activity`: known, and refused.

Its `breakdown` lists spend by model, by key and by team side by side: marginals of one table. How
much of a model a team used cannot be had from them.
"""

from __future__ import annotations

from ledger.readers.refused import RefusedFormat

__all__ = ["REFUSED"]

REFUSED = RefusedFormat(
    name="litellm_team_activity",
    required=frozenset({"results.date", "results.metrics.spend", "results.breakdown"}),
    why="LiteLLM's /team/daily/activity: its breakdowns by model and by team are marginals, which "
    "do not say what a team spent on a model",
    wanted="an export of the table LiteLLM_DailyTeamSpend or LiteLLM_SpendLogs",
)
