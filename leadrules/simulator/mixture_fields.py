"""What a field adds to intent and to the ways out of stages, and how often: its law, cut where that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from msgspec import Struct

from leadrules.dsl.expression.model import Field, Range, Values
from leadrules.dsl.scenario.model import Even, FromChannel, Lognormal, Normal, Persona, Shares
from leadrules.dsl.scenario.shift import Shift
from leadrules.engine.columns import Floats as AnyFloats
from leadrules.engine.moment import Frame
from leadrules.engine.zone import SECOND
from leadrules.simulator.attributes import frame
from leadrules.simulator.gamma import normal_tail
from leadrules.simulator.population import Floats
from leadrules.simulator.world import World, column_of

Key = tuple[int, int, int]
Value = str | float | bool | None


class Adds(Struct, frozen=True):
    """A field adds something: to the logit with that key (numbers of stage, exit and target), or, where None, to intent."""

    field: str
    shift: Shift
    amount: Callable[[Frame], AnyFloats]
    key: Key | None


class Share(Struct, frozen=True):
    """Values of a field that are alike in all that matters: how often they come, and what each `Adds` gives for them."""

    weight: float
    amounts: tuple[float, ...]


def adding(world: World) -> list[Adds]:
    """All that fields add."""
    pairs = zip(world.scenario.shifts, world.shifts, strict=True)
    found = [Adds(shift.subject.name, shift, amount, None) for shift, amount in pairs]
    for number, stage in enumerate(world.stages):
        for place, way in enumerate(stage.exits):
            branches = stage.laws[int(np.flatnonzero(way.personas)[0])].branches
            for target, (branch, amounts) in enumerate(zip(branches, way.loadings, strict=True)):
                for shift, amount in zip(branch.shifts, amounts, strict=True):
                    found.append(Adds(shift.subject.name, shift, amount, (number, place, target)))
    return found


def is_cut(persona: Persona, name: str) -> bool:
    """Whether the law of a field is of a kind that can be cut."""
    law = persona.attributes.get(name)
    return law is None or isinstance(law, FromChannel | Shares | Lognormal | Normal | Even)


def shares_of(world: World, persona: Persona, channel: int, name: str, adds: Sequence[Adds]) -> list[Share]:
    """The values of a field of a persona's leads that come by a channel, put together where they add the same."""
    field = next(field for field in world.scenario.fields if field.name == name)
    law = persona.attributes.get(name)
    if law is None:
        values: list[Value] = [None]
        weights = np.ones(1)
    elif isinstance(law, FromChannel):
        values, weights = [law.names[channel]], np.ones(1)
    elif isinstance(law, Shares):
        values = [*law.values, None]
        known = np.array([share.value for share in law.shares])
        weights = np.append(known, law.unknown.value) / (known.sum() + law.unknown.value)
    else:
        assert isinstance(law, Lognormal | Normal | Even), "a law that cannot be cut"
        cuts = np.unique([cut for add in adds for cut in _cuts(add.shift, field)])
        values = [*_between(cuts, field), None]
        known = np.diff(_below(law, cuts), prepend=0.0, append=1.0) * (1.0 - law.unknown.value)
        weights = np.append(known, law.unknown.value)
    amounts = _amounts(world, field, values, adds)
    return [Share(float(weight), row) for weight, row in zip(weights, amounts, strict=True)]


def _amounts(world: World, field: Field, values: list[Value], adds: Sequence[Adds]) -> list[tuple[float, ...]]:
    """What is added for each value, by the functions the simulator itself uses."""
    scale = float(SECOND) if field.type.name == "duration" else 1.0
    plain = [value * scale if type(value) is float else value for value in values]
    column = column_of(field.type.name, field.type.values, plain)
    moment = frame(world, np.arange(len(values)), {field.name: column})
    return [tuple(row) for row in np.stack([add.amount(moment) for add in adds], axis=1).tolist()]


def _cuts(shift: Shift, field: Field) -> Iterator[float]:
    """Where the rows of a table begin and end, on the scale a value is drawn on: whole numbers are rounded from there."""
    scale = float(SECOND) if field.type.name == "duration" else 1.0
    for row in shift.rows:
        edges = (row.low, row.high) if isinstance(row, Range) else row.values if isinstance(row, Values) else ()
        for edge in edges:
            if isinstance(edge, float | int) and np.isfinite(edge):
                whole = field.type.name == "whole number"
                yield from (np.ceil(edge) - 0.5, np.floor(edge) + 0.5) if whole else (edge / scale,)


def _between(cuts: Floats, field: Field) -> list[float]:
    """A value in each stretch between cuts."""
    if not len(cuts):
        return [0.0]
    middles = [float(cuts[0]) - 1.0, *((cuts[1:] + cuts[:-1]) / 2).tolist(), float(cuts[-1]) + 1.0]
    return [float(np.rint(value)) for value in middles] if field.type.name == "whole number" else middles


def _below(law: Lognormal | Normal | Even, cuts: Floats) -> Floats:
    """The chance that a value lies below each cut."""
    match law:
        case Lognormal(median, spread):
            above = np.log(np.maximum(cuts, 1e-300)) - np.log(median.value)
            return np.where(cuts > 0, _normal_below(above, spread.value), 0.0)
        case Normal(mean, spread):
            return _normal_below(cuts - mean.value, spread.value)
        case Even(low, high):
            width = max(high.value - low.value, 1e-300)
            return np.clip((cuts - low.value) / width, 0.0, 1.0)


def _normal_below(above: Floats, spread: float) -> Floats:
    if not spread:
        return (above > 0).astype(np.float64)
    return 1.0 - normal_tail(np.clip(above / spread, -40.0, 40.0))
