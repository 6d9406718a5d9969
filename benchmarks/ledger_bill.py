"""A generated bill of any length: hourly FOCUS 1.2 rows of one month, as CSV and as Parquet.

The same number of rows is the same bill. About every second amount differs from all others, the
labels repeat as on real bills: resources, their tags and their SKUs.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

__all__ = ["write_bill"]

_HOURS = 720  # of September 2026
_TEAMS = 40

# A resource has a SKU, a region, a team and an hourly use around its own level; a few have an
# untagged, a GPU or a token meter. hash() scatters without a random generator and its state.
_ROWS = f"""
    SELECT
        r AS number, r // {_HOURS} AS resource, r % {_HOURS} AS hour,
        hash(r) % 1000003 AS scatter,
        (hash(r // {_HOURS} + 7) % {_TEAMS})::INT AS team,
        (hash(r // {_HOURS} + 11) % 12)::INT AS sku,
        (hash(r // {_HOURS} + 13) % 5)::INT AS region
    FROM range(?) AS numbers(r)
"""  # noqa: S608 (made of our own constants)
_QUANTITY = """
    SELECT *,
        TIMESTAMPTZ '2026-09-01 00:00:00+00' + hour * INTERVAL 1 HOUR AS started,
        CASE WHEN sku < 5 THEN 1.0 ELSE 1 + scatter / 1000.0 END::DECIMAL(24, 12) AS quantity,
        (0.0137 + sku * 0.31 + region * 0.0071)::DECIMAL(24, 12) AS list_price
    FROM numbered
"""
_COLUMNS = """
    SELECT
        'region-' || region || 'a' AS AvailabilityZone,
        (quantity::DECIMAL(16, 6) * list_price::DECIMAL(12, 6))::DECIMAL(24, 12) AS BilledCost,
        '210000000001' AS BillingAccountId,
        'Example' AS BillingAccountName,
        'Organization' AS BillingAccountType,
        'USD' AS BillingCurrency,
        TIMESTAMPTZ '2026-10-01 00:00:00+00' AS BillingPeriodEnd,
        TIMESTAMPTZ '2026-09-01 00:00:00+00' AS BillingPeriodStart,
        CASE WHEN scatter % 997 = 0 THEN 'Credit' ELSE 'Usage' END AS ChargeCategory,
        CASE WHEN scatter % 9973 = 0 THEN 'Correction' END AS ChargeClass,
        'Use of SKU ' || sku || ', on demand, region ' || region AS ChargeDescription,
        'Usage-Based' AS ChargeFrequency,
        started + INTERVAL 1 HOUR AS ChargePeriodEnd,
        started AS ChargePeriodStart,
        NULL::VARCHAR AS CommitmentDiscountCategory,
        CASE WHEN resource % 50 = 0 THEN 'plan-' || team END AS CommitmentDiscountId,
        NULL::VARCHAR AS CommitmentDiscountName,
        CASE WHEN resource % 50 = 0 THEN 'Used' END AS CommitmentDiscountStatus,
        NULL::VARCHAR AS CommitmentDiscountType,
        quantity AS ConsumedQuantity,
        CASE WHEN sku < 5 THEN 'Hours' WHEN sku < 8 THEN '1000 Tokens' ELSE 'GB-Hours' END
            AS ConsumedUnit,
        (quantity::DECIMAL(16, 6) * (0.94 * list_price)::DECIMAL(12, 6))::DECIMAL(24, 12)
            AS ContractedCost,
        (0.94 * list_price)::DECIMAL(24, 12) AS ContractedUnitPrice,
        (quantity::DECIMAL(16, 6) * (0.91 * list_price)::DECIMAL(12, 6))::DECIMAL(24, 12)
            AS EffectiveCost,
        'EINV-202609-0001' AS InvoiceId,
        'Amazon Web Services, Inc.' AS InvoiceIssuerName,
        (quantity::DECIMAL(16, 6) * list_price::DECIMAL(12, 6))::DECIMAL(24, 12) AS ListCost,
        list_price AS ListUnitPrice,
        'Standard' AS PricingCategory,
        quantity AS PricingQuantity,
        'Hours' AS PricingUnit,
        'AWS' AS ProviderName,
        'AWS' AS PublisherName,
        'region-' || region AS RegionId,
        'Region ' || region AS RegionName,
        'arn:aws:ec2:region-' || region || ':' || (210000000011 + team) || ':instance/i-'
            || md5(resource::VARCHAR)[:17] AS ResourceId,
        'resource-' || resource AS ResourceName,
        CASE WHEN sku < 5 THEN 'Instance' ELSE 'Bucket' END AS ResourceType,
        CASE WHEN sku < 5 THEN 'Compute' WHEN sku < 8 THEN 'AI and Machine Learning'
            ELSE 'Storage' END AS ServiceCategory,
        'Service ' || sku AS ServiceName,
        'Kind ' || sku AS ServiceSubcategory,
        'SKU' || sku || '-' || region AS SkuId,
        'Meter:' || sku AS SkuMeter,
        CASE WHEN sku < 5 THEN '{"GpuCount":' || (1 + sku) || ',"InstanceType":"g6e.' || sku || '"}'
            WHEN sku < 8 THEN '{"ModelId":"model-' || sku || '"}' END AS SkuPriceDetails,
        'SKU' || sku || '-' || region || '.ONDEMAND' AS SkuPriceId,
        (210000000011 + team)::VARCHAR AS SubAccountId,
        'example-' || team AS SubAccountName,
        'Account' AS SubAccountType,
        CASE WHEN resource % 33 <> 0 THEN '{"env":"prod","model":"model-' || sku
            || '","project":"p' || resource % 200 || '","team":"team-' || team || '"}' END AS Tags
    FROM used
    ORDER BY number
"""

_TIME = "strftime({0} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS {0}"
_TIMES = ("BillingPeriodEnd", "BillingPeriodStart", "ChargePeriodEnd", "ChargePeriodStart")


def write_bill(rows: int, parquet: Path, csv: Path) -> None:
    """Write the bill of that many rows to both files; amounts are decimals, tags JSON text."""
    bill = f"WITH numbered AS ({_ROWS}), used AS ({_QUANTITY}) {_COLUMNS}"
    texts = ", ".join(_TIME.format(name) for name in _TIMES)
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(f"COPY ({bill}) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)", [rows])
        database.execute(
            f"COPY (SELECT * REPLACE ({texts}) FROM '{parquet}') "  # noqa: S608 (our own paths)
            f"TO '{csv}' (FORMAT csv)"
        )
