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
        (
            *("span", "name", "title", "version", "seed", "population", "timezone", "start", "horizon", "arrivals"),
            *("landmark", "window", "fields", "known_from", "events", "account_size", "account_spread"),
            *("intent_spread", "shifts", "activity_spread", "correlation", "personas", "stages", "channels"),
            *("correlations", "sizes", "same", "frailty", "calendar", "changes", "mails"),
            *("observed", "value", "sales"),  # of no matter for what happens to leads that nobody calls
        )
    ),
    Persona: frozenset(
        ("span", "name", "share", "never_buys", "intent", "activity", "attributes", "stages", "channels", "hidden")
        + ("mails",)
    ),
    StageLaw: frozenset(
        (
            *("lasts", "faster", "least", "deadlines", "bound", "visits", "length", "gap", "gap_spread"),
            *("actions", "branches", "otherwise"),
        )
    ),
}


def limits_of(world: World) -> str:
    """Why a market is known by simulation only; empty where it is not.

    A part of it that this file does not know of is taken to matter.
    """
    found = [f"`{name}` is not part of the calculation" for name in dict.fromkeys(_parts(world.scenario))]
    if world.seasons.shares is not None:
        found.append("shares of personas change with time")
    return "; ".join([*found, *dict.fromkeys(_fields(world))])


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
