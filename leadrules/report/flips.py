"""What would move a lead to another tier, and what hangs on what is not known of it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadrules.dsl.expression.model import Field, Type
from leadrules.dsl.quantity import show_count, show_number
from leadrules.dsl.rules.model import Model
from leadrules.engine.ahead import HORIZON
from leadrules.engine.as_of import show_instant
from leadrules.engine.change import Becomes, Change, Happens
from leadrules.engine.explain_occurrences import show_value
from leadrules.engine.flip import Flip, Flips, Outcome, Stake
from leadrules.engine.values import Single, column_of

SHOWN = 5


def draw_flips(flips: Flips, model: Model) -> str:
    """The nearest changes up and down, what time alone will do, and what is at stake: one line each."""
    lines = []
    if flips.tier is not None:
        lines += [f"what would move it out of {flips.tier} (each was tried by scoring it)"]
        lines += ["  up", *(["    it is the highest tier"] if flips.highest else _ways(flips.ups, flips, model))]
        lines += ["  down", *(["    it is the lowest tier"] if flips.lowest else _ways(flips.downs, flips, model))]
        lines += ["  if nothing happens", f"    {_passing(flips, model)}"]
    if flips.stakes:
        lines += ["", "what is not known"] if lines else ["what is not known"]
        lines += [line for stake in flips.stakes for line in _stake(stake, flips, model)]
    return "\n".join(lines)


def _ways(ways: tuple[Flip, ...], flips: Flips, model: Model) -> Iterator[str]:
    for flip in ways[:SHOWN]:
        ranking = f": {model.ranking} {_points(flips.value)} → {_points(flip.value)}" if model.ranking else ""
        yield f"    {flip.tier}: {describe_change(flip.change, flip.before, model)}{ranking}"
    if len(ways) > SHOWN:
        yield f"    and {len(ways) - SHOWN} more"
    if not ways:
        yield f"    no single change does it ({show_count(flips.tried, 'change')} tried)"


def describe_change(change: Change, before: Single, model: Model) -> str:
    """A change in words: `one more page_view with path "/pricing"`, `employees 200 instead of 50`."""
    match change:
        case Happens(event, properties):
            types = {p.name: p for e in model.events if e.name == event for p in e.properties}
            said = [f"{name} {_value(value, types[name], model)}" for name, value in properties.items()]
            said = [text for text, value in zip(said, properties.values(), strict=True) if value is not None]
            return f"one more {event}" + (f" with {', '.join(said)}" if said else "")
        case Becomes(name, value):
            field = next(field for field in model.fields if field.name == name)
            if before is None:
                return f"{name} turns out to be {_value(value, field, model)}"
            return f"{name} {_value(value, field, model)} instead of {_value(before, field, model)}"


def _value(value: Single, field: Field, model: Model) -> str:
    type = Type("text") if field.type.name == "text" else field.type
    return show_value(column_of([value], type), 0, type, model.timezone, field.unit) or "not known"


def _passing(flips: Flips, model: Model) -> str:
    """The first step that time alone brings, or that it brings none; where it was another at its latest evaluation, that."""
    outlook = flips.passing
    assert outlook is not None
    step = outlook.step
    was = f"{outlook.decided} at its latest evaluation, " if outlook.decided not in (flips.tier, None) else ""
    if step is None and not outlook.looks:
        return (
            f"{was}it takes no step within {show_count(HORIZON, 'day')}: there is no evaluation of it without an event"
        )
    if step is None:
        return f"{was}it stays {outlook.decided} at every evaluation of {show_count(HORIZON, 'day')}"
    zone = model.timezone
    due = "" if step.crossing == step.at else f" (due from {show_instant(step.crossing, zone)})"
    ranking = f", at {model.ranking} {_points(outlook.value)}" if model.ranking else ""
    return f"{was}{step.after} from {show_instant(step.at, zone)} on{due}{ranking}"


def _stake(stake: Stake, flips: Flips, model: Model) -> Iterator[str]:
    """What the best value of a field would give, and the worst where it would take."""
    yield f"  {stake.field}: {_outcome(stake.most, flips, model)}"
    if any(gain < 0 for gain in stake.least.gains.values()) and stake.least != stake.most:
        yield f"  {stake.field}: {_outcome(stake.least, flips, model)}"


def _outcome(outcome: Outcome, flips: Flips, model: Model) -> str:
    field = next(field for field in model.fields if field.name == outcome.change.field)
    gains = _gains(outcome.gains)
    tier = f"; tier {outcome.tier}" if outcome.tier and outcome.tier != flips.tier else ""
    return f"if {_value(outcome.change.value, field, model)}, {gains}{tier}"


def _gains(gains: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {'+' * (gain > 0)}{_points(gain)}" for name, gain in gains.items()) or "no points"


def _points(value: float) -> str:
    return show_number(round(value, 2))
