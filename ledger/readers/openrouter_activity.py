"""OpenRouter's `/api/v1/activity`: a UTC day of a model and endpoint per row.

`usage` is what OpenRouter took from its credits. What calls on a customer's own keys cost there
(`byok_usage_inference`) is on the bills of those providers: it is kept as a quantity, not as money.
"""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.amounts import parse_amounts
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Fields
from ledger.readers.report_account import stated_account, unnamed_account
from ledger.readers.report_days import day_periods
from ledger.readers.report_results import Results
from ledger.schema import MONEY

__all__ = ["READER", "OpenrouterActivity"]

#: Who is paid; who computes is the host.
_PROVIDER = "openrouter"
_OWN_KEYS = "byok_usage_inference"
_OWN_KEYS_UNIT = "USD on own keys"
_NOTHING = pa.scalar(Decimal(0), MONEY)
#: What tells two rows of a day apart.
_GROUPS = ("model_permaslug", "model", "endpoint_id", "provider_name", "workspace_id")


class OpenrouterActivity:
    """Reader of the activity; every delivery says its days anew."""

    name = "openrouter_activity"
    source = _PROVIDER
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    required = frozenset(
        {"date", "model_permaslug", "usage", "requests", "prompt_tokens", "completion_tokens"}
    )
    columns = required | {
        "model",
        "endpoint_id",
        "provider_name",
        "workspace_id",
        "reasoning_tokens",
        _OWN_KEYS,
    }

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per row of the file; raises BadInput."""
        fields = Fields(raw, self.columns)
        results = Results(fields, pc.is_valid(pa.array(range(fields.rows), pa.int64())))
        days = day_periods(fields["date"])
        results.refuse_repeats(days["period_start"], _GROUPS)
        usage = parse_amounts(fields["usage"].required())
        on_own_keys, notes = _on_own_keys(fields)
        workspace = fields.text("workspace_id")
        stated = stated_account(fields.file)
        account = stated or self.source
        return results.reading(
            days
            | on_own_keys
            | {
                "source": self.source,
                "account": account,
                "meter": "tokens",
                "provider": _PROVIDER,
                "host_provider": pc.utf8_lower(fields.text("provider_name")),
                "charge_category": "usage",
                "is_correction": False,
                "currency": "USD",
                "cost_origin": "billed",
                "raw_model": pc.coalesce(fields.text("model_permaslug"), fields.text("model")),
                "sub_account": workspace,
                "project": workspace,
                "requests": parse_counts(fields["requests"]),
                # Prompt tokens include cached ones, which the export does not tell apart.
                "input_tokens_uncached": parse_counts(fields["prompt_tokens"]),
                "output_tokens": parse_counts(fields["completion_tokens"]),
                "reasoning_tokens": _reasoning(fields),
                "billed_cost": usage.values,
                "effective_cost": usage.values,
            },
            covers=None,
            extent=frozenset({account}) if stated else None,
            notes=usage.note("usage")
            + notes
            + ("cached input tokens are not in this export and count as uncached",)
            + (() if stated else unnamed_account(account)),
        )


def _reasoning(fields: Fields) -> Column:
    """Reasoning tokens, a part of the completion; raises BadInput where they are more."""
    field = fields["reasoning_tokens"]
    reasoning = parse_counts(field)
    output = parse_counts(fields["completion_tokens"])
    field.refuse_where(pc.greater(reasoning, output), "at most completion_tokens")
    return reasoning


def _on_own_keys(fields: Fields) -> tuple[dict[str, Column], tuple[str, ...]]:
    amounts = parse_amounts(fields[_OWN_KEYS])
    some = pc.fill_null(pc.not_equal(amounts.values, _NOTHING), pa.scalar(False))
    quantity = pc.if_else(some, amounts.values, pa.scalar(None, MONEY))
    unit = pc.if_else(some, pa.scalar(_OWN_KEYS_UNIT), pa.scalar(None, pa.string()))
    notes = amounts.note(_OWN_KEYS)
    total = pc.sum(quantity).as_py()
    if total:
        notes += (
            f"USD {total.normalize():f} were paid on own keys: they are on the bills of those "
            f"providers, not in this money",
        )
    return {"consumed_quantity": quantity, "consumed_unit": unit}, notes


READER = OpenrouterActivity()
