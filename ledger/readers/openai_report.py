"""What OpenAI's usage and cost reports have in common: pages of buckets, projects and keys."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc

from ledger.readers.report_buckets import Buckets, buckets_of_report
from ledger.readers.report_results import Results
from ledger.readers.unix_time import parse_unix_seconds

__all__ = ["OPENAI_COLUMNS", "OPENAI_SENSITIVE", "PROVIDER", "openai_buckets", "openai_labels"]

PROVIDER = "openai"
#: Columns that both reports have.
OPENAI_COLUMNS = frozenset(
    {
        "start_time",
        "end_time",
        "page.has_more",
        "results.project_id",
        "results.user_id",
        "results.api_key_id",
    }
)
#: Never shown in an error.
OPENAI_SENSITIVE = frozenset({"results.user_id", "results.api_key_id"})


def openai_buckets(results: Results) -> Buckets:
    """Periods of the rows; raises BadInput."""
    start, end = (results.fields[name].required() for name in ("start_time", "end_time"))
    return buckets_of_report(start, parse_unix_seconds(start), parse_unix_seconds(end))


def openai_labels(results: Results) -> dict[str, Any]:
    """Canonical labels that both reports fill in the same way."""
    project = results.text("results.project_id")
    keys, users = (results.text(f"results.{name}") for name in ("api_key_id", "user_id"))
    return {
        "provider": PROVIDER,
        "charge_category": "usage",
        "is_correction": False,
        "sub_account": project,
        "project": project,
        "actor": pc.coalesce(keys, users),
    }
