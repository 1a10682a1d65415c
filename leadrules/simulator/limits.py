"""How far a market can be worked out without chance: for what the method of `expect` does not hold, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from leadrules.dsl.scenario.model import Persona, ScenarioModel, StageLaw
from leadrules.simulator.mixture_fields import adding, is_cut
from leadrules.simulator.world import World

UNDERSTOOD: dict[type, frozenset[str]] = {
    ScenarioModel: frozenset(
        "span name title version seed population timezone start horizon arrivals landmark window fields known_from "
        "events account_size account_spread intent_spread shifts activity_spread correlation personas stages "
        "channels correlations sizes same frailty".split()
    ),
    Persona: frozenset("span name share never_buys intent activity attributes stages channels hidden".split()),
    StageLaw: frozenset(
        "lasts faster least deadlines bound visits length gap gap_spread actions branches otherwise".split()
    ),
}
OF_EVENTS = frozenset({"mails"})


class Limits(msgspec.Struct, frozen=True):
    """Why something is known by simulation only: `journeys`, that is everything, or `events`. Empty where it is not."""

    journeys: str = ""
    events: str = ""


def limits_of(world: World) -> Limits:
    """The limits of a market. A part of it that this file does not know of is taken to matter for everything."""
    parts = dict.fromkeys(_parts(world.scenario))
    journeys = [f"`{name}` is not part of the calculation" for name in parts if name not in OF_EVENTS]
    journeys += dict.fromkeys(_fields(world))
    events = [f"`{name}` is not part of the calculation" for name in parts if name in OF_EVENTS]
    return Limits("; ".join(journeys), "; ".join(journeys or events))


def _parts(scenario: ScenarioModel) -> Iterator[str]:
    """The names of what a market uses and the calculation does not know."""
    yield from _unknown(scenario)
    for persona in scenario.personas:
        yield from _unknown(persona)
        for law in persona.stages.values():
            yield from _unknown(law)


def _unknown(part: msgspec.Struct) -> Iterator[str]:
    for field in msgspec.structs.fields(part):
        value: Any = getattr(part, field.name)
        if field.name not in UNDERSTOOD[type(part)] and value and value != field.default:
            yield field.name


def _fields(world: World) -> Iterator[str]:
    """Fields that drive leads and whose law cannot be cut, or that go with others."""
    tied = {name for pair in world.scenario.correlations for name in (pair.left, pair.right)}
    for add in adding(world):
        name = add.field
        if add.shift.subject.kind != "field" or name == world.scenario.known_from:
            yield f"what `{name}` adds is not part of the calculation"
        if name in tied:
            yield f"`{name}` adds something and is correlated"
        for persona in world.scenario.personas:
            if not is_cut(persona, name):
                yield f"the law of `{name}` is not part of the calculation"
