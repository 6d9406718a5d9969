"""The canonical table `usage_cost`: one row = one (period, dimensions, meter, source, delivery).

It holds what the source said. Team, use case, model alias, exchange rate and price are judgements
and therefore columns of a view (`ledger.allocation`), never of this table. Token columns are
mutually exclusive except `reasoning_tokens`, which is a subset of `output_tokens`. Unknown = null.
"""

from __future__ import annotations

import pyarrow as pa

__all__ = ["FORMAT_VERSION", "MONEY", "MONEY_SCALE", "TOKEN_COLUMNS", "USAGE_COST", "UTC"]

#: Version of the stored table; a newer one on disk is refused.
FORMAT_VERSION = 2
#: Digits behind the point of stored money: the finest real export seen has eleven.
MONEY_SCALE = 12
MONEY = pa.decimal128(38, MONEY_SCALE)
UTC = pa.timestamp("us", tz="UTC")

_TEXT, _COUNT, _NUMBER = pa.string(), pa.int64(), pa.float64()
_REQUIRED = [
    ("period_start", UTC),  # inclusive
    ("period_end", UTC),  # exclusive
    ("granularity", _TEXT),  # hour | day
    ("source", _TEXT),  # focus | litellm | generic | ...
    ("delivery_id", _TEXT),
    ("row_number", _COUNT),  # 1-based data row in the delivered file
    ("clock_bucket", pa.date32()),  # first day of the billing period, or the usage day
    ("account", _TEXT),  # what a delivery's extent lists: billing account, or the gateway's name
    ("meter", _TEXT),  # tokens | gpu_time | storage | requests | ... | cost
    ("provider", _TEXT),  # lower case, OpenTelemetry values where they exist
    ("charge_category", _TEXT),  # usage | purchase | tax | credit | adjustment
    ("is_correction", pa.bool_()),
    ("currency", _TEXT),  # ISO 4217, upper case
    ("cost_origin", _TEXT),  # billed | gateway | computed | estimated
]
_NULLABLE = [
    ("source_row_id", _TEXT),
    ("billing_period_start", UTC),
    ("billing_period_end", UTC),
    ("invoice_id", _TEXT),
    ("charge_frequency", _TEXT),
    ("charge_description", _TEXT),
    ("host_provider", _TEXT),
    ("publisher", _TEXT),
    ("raw_model", _TEXT),
    ("sub_account", _TEXT),
    ("project", _TEXT),
    ("environment", _TEXT),
    ("actor", _TEXT),  # keyed hash, never the raw key
    ("service_name", _TEXT),
    ("service_category", _TEXT),
    ("service_subcategory", _TEXT),
    ("region", _TEXT),
    ("resource_id", _TEXT),
    ("resource_type", _TEXT),
    ("instance_type", _TEXT),
    ("sku_id", _TEXT),
    ("sku_meter", _TEXT),
    ("service_tier", _TEXT),
    ("context_tier", _TEXT),
    ("pricing_category", _TEXT),
    ("commitment_id", _TEXT),
    ("commitment_status", _TEXT),
    ("requests", _COUNT),
    ("failed_requests", _COUNT),
    ("input_tokens_uncached", _COUNT),
    ("input_tokens_cache_read", _COUNT),
    ("input_tokens_cache_write_5m", _COUNT),
    ("input_tokens_cache_write_1h", _COUNT),
    ("output_tokens", _COUNT),
    ("reasoning_tokens", _COUNT),
    ("gpu_hours", _NUMBER),
    ("gpu_hours_busy", _NUMBER),
    ("consumed_quantity", MONEY),
    ("consumed_unit", _TEXT),
    ("billed_cost", MONEY),
    ("effective_cost", MONEY),
    ("list_cost", MONEY),
    ("contracted_cost", MONEY),
    ("tags", _TEXT),  # flat JSON object, keys by allow-list
    # Since format 2; at the end, so that a table of format 1 only lacks columns.
    ("energy_kwh", _NUMBER),
    ("carbon_kgco2e", _NUMBER),
    ("carbon_method", _TEXT),  # who estimated it from what
    # What the price is stated in; of prepaid credits or "tokens" a currency of the provider's own.
    ("pricing_currency", _TEXT),
    ("pricing_currency_effective_cost", MONEY),
]

USAGE_COST = pa.schema(
    [pa.field(name, kind, nullable=False) for name, kind in _REQUIRED]
    + [pa.field(name, kind) for name, kind in _NULLABLE]
)

#: Mutually exclusive token counts; their sum is the total of tokens.
TOKEN_COLUMNS = (
    "input_tokens_uncached",
    "input_tokens_cache_read",
    "input_tokens_cache_write_5m",
    "input_tokens_cache_write_1h",
    "output_tokens",
)
