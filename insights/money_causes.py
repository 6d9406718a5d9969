"""Causes that are a matter of money, not of use: prices, rates, corrections, models, tiers."""

from __future__ import annotations

from insights.baskets import GROUPED_BY
from insights.cause import DOMINANT, Cause, CauseLabel, percent
from insights.evidence import Evidence
from insights.machine_causes import GPU_HOURS, STEADY

__all__ = ["money_cause"]

#: A price that falls below this share of the one before is no price: the source did not know it.
_NO_PRICE = 0.01
#: A price that moves by more than this factor is a wrong unit: cents for dollars, per 1,000 tokens
#: for per token. No list price of an AI model moved by 50 in one step (genai-prices 0.2).
_WRONG_UNIT = 50.0
#: What a price agreed by commitment is called in FOCUS (PricingCategory).
_COMMITTED = "committed"


def money_cause(evidence: Evidence) -> Cause | None:
    """The cause, where most of the change is price, rate, correction, or a move between groups."""
    for find in (_comes_or_goes, _correction, _rate, _price, _tier, _moved):
        cause = find(evidence)
        if cause is not None:
            return cause
    return None


def _comes_or_goes(evidence: Evidence) -> Cause | None:
    change, other = evidence.change, evidence.counterpart
    if not change.change or _moves_within(evidence) or _is_pause(evidence):
        return None
    label: CauseLabel
    if change.share("new") >= DOMINANT:
        label, text = "new_use", "It was not used in the days before."
    elif change.share("retired") >= DOMINANT:
        label, text = "ended_use", "It is no longer used."
    else:
        return None
    if other is not None:
        way = "came from" if change.change > 0 else "went to"
        return Cause("model_switch", f"Use moved: it {way} {other}.", (_other(other),))
    share = percent(change.share("new", "retired"))
    return Cause(label, text, (f"{share} of the change came or went",))


def _is_pause(evidence: Evidence) -> bool:
    """Whether machines that do not run every day did not run: that is no end."""
    return evidence.unit == GPU_HOURS and evidence.steady_days < STEADY


def _moves_within(evidence: Evidence) -> bool:
    """Whether both sides bought something: then what comes and goes is a move."""
    parts = evidence.change.parts
    return "new" in parts and "retired" in parts


def _correction(evidence: Evidence) -> Cause | None:
    change = evidence.change
    if change.share("correction") >= DOMINANT:
        share = percent(change.share("correction"))
        text = "A correction of an earlier bill, booked to these days."
        return Cause("late_invoice", text, (f"{share} of the change are correction rows",))
    if change.share("unmeasured") >= DOMINANT and change.change > 0:
        share = percent(change.share("unmeasured"))
        text = "Money without any use behind it: a late or lump-sum line of a bill."
        return Cause("late_invoice", text, (f"{share} of the change has no quantity",))
    return None


def _rate(evidence: Evidence) -> Cause | None:
    share = evidence.change.share("fx")
    if share < DOMINANT:
        return None
    text = "The exchange rate moved; in the currency of the bill little changed."
    return Cause("exchange_rate", text, (f"{percent(share)} of the change is exchange rate",))


def _price(evidence: Evidence) -> Cause | None:
    share, price = evidence.change.share("price"), evidence.reading("unit_price")
    if share < DOMINANT:
        return None
    found = [f"{percent(share)} of the change is price"]
    if price is None or not price.before:
        return Cause("price_change", "The price changed.", tuple(found))
    found.append(f"unit price x{price.growth:.2f}")
    if price.growth < _NO_PRICE:
        text = "The use went on, but its source had no price for it: the money is missing."
        return Cause("missing_price", text, tuple(found))
    if not 1 / _WRONG_UNIT < price.growth < _WRONG_UNIT:
        text = f"The price moved by a factor of {price.growth:.0f}: most likely a wrong unit."
        return Cause("unit_error", text, tuple(found))
    way = "rose" if price.growth > 1 else "fell"
    text = f"The price {way} by {percent(abs(price.growth - 1))}; use stayed much as it was."
    return Cause("price_change", text, tuple(found))


def _tier(evidence: Evidence) -> Cause | None:
    """Use that moved between tiers of the same thing."""
    share = evidence.change.share("tier")
    if share < DOMINANT:
        return None
    names = _ordered(evidence, "tier")
    found = (f"{percent(share)} of the change is a shift between {_named(names)}",)
    if names[0] == _COMMITTED:
        text = "Use that a commitment paid for is now billed at full price: has it ended?"
        return Cause("commitment_ended", text, found)
    return Cause("tier_change", f"Use moved from {names[0]} to {names[-1]}.", found)


def _moved(evidence: Evidence) -> Cause | None:
    """Use that moved between models or machines."""
    share = evidence.change.share("mix", "new", "retired")
    if share < DOMINANT:
        return None
    found = (f"{percent(share)} of the change is a shift between what is bought",)
    models = _ordered(evidence, "model")
    if len(models) > 1:
        return Cause("model_switch", f"Use moved between {_named(models)}.", found)
    items = _ordered(evidence, "item")
    if len(items) > 1:
        return Cause("other_machine", f"Use moved between {_named(items)}.", found)
    return None


def _ordered(evidence: Evidence, name: str) -> list[str]:
    """Values between which use moved: the greatest loser first, the greatest winner last."""
    moved: dict[str, float] = {}
    for effect in evidence.change.effects:
        if effect.part in {"tier", "mix", "new", "retired"} and effect.group:
            value = effect.tier if name == "tier" else effect.group[GROUPED_BY.index(name)]
            moved[value] = moved.get(value, 0.0) + float(effect.amount)
    return sorted((value for value in moved if value), key=lambda value: moved[value])


def _named(names: list[str]) -> str:
    return f"{names[0]} and {names[-1]}"


def _other(name: str) -> str:
    return f"the same team's {name} moved the other way"
