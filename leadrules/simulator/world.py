"""Scenario to world: what is the same for every block of leads, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import ByField, Range, Values
from leadrules.dsl.scenario.model import (
    OUTCOMES,
    Branch,
    By,
    FromChannel,
    FromPlace,
    Origin,
    ScenarioModel,
    Shares,
    StageLaw,
)
from leadrules.dsl.scenario.parameter import value_of
from leadrules.dsl.scenario.shift import Shift
from leadrules.engine.columns import NEVER, Codes, Column, Dictionary, Flags, Moments, Numbers
from leadrules.engine.columns import Floats as AnyFloats
from leadrules.engine.compile_conditions import Compiler
from leadrules.engine.moment import Frame, Setting
from leadrules.engine.zone import Zone
from leadrules.simulator.laws import Dwell, Laws, dwell_of, laws_of
from leadrules.simulator.mailings import Deed, Mailings, MailWorld
from leadrules.simulator.people_world import PeopleWorld, build_people, numbers_by
from leadrules.simulator.population import Floats
from leadrules.simulator.seasons import Seasons, build_seasons
from leadrules.simulator.spellings import spellings

Load = Callable[[Frame], AnyFloats]


class Mix(Struct, frozen=True):
    """The events of one stage for one persona: numbers of actions, and the upper bounds of their shares."""

    actions: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.float64]


class Exit(Struct, frozen=True):
    """Where some personas go after a stage: `targets` with their chances, else `otherwise`.

    `personas` (personas): whom it is about. Chances are `shares` (personas, targets), or come from logits:
    `constant` + `slope` × intent, each (personas, targets), + for each target what the functions of its `loadings` add.
    """

    personas: npt.NDArray[np.bool_]
    targets: tuple[int, ...]
    otherwise: int
    shares: Floats | None
    constant: Floats
    slope: Floats
    loadings: tuple[tuple[Load, ...], ...]


class Clock(Struct, frozen=True):
    """A clock that runs in a stage from its entry, with a law and a target for each persona.

    A persona that has no such clock has None in its laws.
    """

    laws: tuple[Dwell | None, ...]
    targets: tuple[int, ...]


class StageWorld(Struct, frozen=True):
    """A stage, with a value for each persona of all that is a number: law, rate of visits per second, lengths, gaps.

    `lasts`: the laws, whose durations are times exp(-`faster` × intent), at least `least` seconds. `clocks`: those that
    may cut a stay short. `bound`: how often a lead comes at most, 0 where there is no bound. `otherwise`: number of the
    target that is always open, for each persona.
    """

    name: str
    lasts: Laws
    faster: Floats
    least: Floats
    clocks: tuple[Clock, ...]
    bound: int
    otherwise: npt.NDArray[np.int64]
    rates: Floats
    laws: tuple[StageLaw, ...]
    mixes: tuple[Mix, ...]
    exits: tuple[Exit, ...]


class World(Struct, frozen=True):
    """A scenario made ready.

    `actions` are the different things that can happen, each an event with given properties and its cause, those of
    visits before those of mails; `kinds` says of which type of event each is. `shifts` add to intent, `factors` multiply
    what a won lead pays. `targets` numbers stages from 0 and outcomes after them.
    `spellings`: for fields with dirt in their texts these too, the right values first.
    """

    scenario: ScenarioModel
    bounds: npt.NDArray[np.float64]
    stages: tuple[StageWorld, ...]
    targets: Mapping[str, int]
    actions: tuple[Deed, ...]
    kinds: npt.NDArray[np.int16]
    properties: Mapping[str, Mapping[str, Column]]
    dictionaries: Mapping[str, Dictionary]
    shifts: tuple[Callable[[Frame], AnyFloats], ...]
    setting: Setting
    mails: tuple[MailWorld, ...]
    people: PeopleWorld
    seasons: Seasons
    spellings: Mapping[str, Dictionary] = {}
    factors: tuple[Callable[[Frame], AnyFloats], ...] = ()

    @property
    def loops(self) -> bool:
        """Whether a lead may come to a stage more than once, or be kept out of one."""
        return any(stage.bound for stage in self.stages)


def build_world(scenario: ScenarioModel) -> World:
    """The world of a scenario."""
    mailings = Mailings(scenario, _of_visits(scenario))
    mails = mailings.ready()
    actions = tuple(mailings.number)
    names = tuple(event.name for event in scenario.events)
    targets = {name: i for i, name in enumerate((*scenario.stages, *OUTCOMES))}
    compiler = Compiler(names, {}, {})
    dictionaries = _dictionaries(scenario)
    return World(
        scenario=scenario,
        bounds=np.cumsum([persona.share.value for persona in scenario.personas]),
        stages=tuple(_stage(name, scenario, mailings.number, targets, compiler) for name in scenario.stages),
        targets=targets,
        actions=actions,
        kinds=np.array([names.index(action.event) for action in actions], np.int16),
        properties=_properties(scenario, actions),
        dictionaries=dictionaries,
        shifts=tuple(_shift(shift, compiler) for shift in scenario.shifts),
        setting=Setting(Zone(scenario.timezone), scenario.known_from, names, names),
        mails=mails,
        people=build_people(scenario, compiler),
        seasons=build_seasons(scenario),
        spellings=spellings(scenario, dictionaries),
        factors=tuple(_shift(factor, compiler) for factor in (scenario.value.factors if scenario.value else ())),
    )


def _of_visits(scenario: ScenarioModel) -> tuple[Deed, ...]:
    """Every different action of every stage and persona."""
    laws = [law for persona in scenario.personas for law in persona.stages.values()]
    return tuple(dict.fromkeys(Deed(action.event, action.given) for law in laws for action in law.actions))


def _stage(
    name: str, scenario: ScenarioModel, number: Mapping[Deed, int], targets: Mapping[str, int], compiler: Compiler
) -> StageWorld:
    laws = tuple(persona.stages[name] for persona in scenario.personas)
    mixes = {_shares(law): _mix(law, number) for law in laws}
    return StageWorld(
        name=name,
        lasts=laws_of([dwell_of(law.lasts) for law in laws]),
        faster=np.array([law.faster.value for law in laws]),
        least=np.array([law.least.value for law in laws]),
        clocks=tuple(_clock(number, laws, targets) for number in range(max(len(law.deadlines) for law in laws))),
        bound=laws[0].bound or 0,
        otherwise=np.array([targets[law.otherwise] for law in laws]),
        rates=np.array([law.visits.value * p.activity.value for law, p in zip(laws, scenario.personas, strict=True)]),
        laws=laws,
        mixes=tuple(mixes[_shares(law)] for law in laws),
        exits=tuple(_exits(laws, targets, compiler)),
    )


def _shares(law: StageLaw) -> tuple[object, ...]:
    """What makes a mix what it is: personas with the same events in the same shares have one."""
    return tuple((action.event, action.given, action.share.value) for action in law.actions)


def _mix(law: StageLaw, number: Mapping[Deed, int]) -> Mix:
    bounds = np.cumsum([action.share.value for action in law.actions])
    actions = np.array([number[Deed(action.event, action.given)] for action in law.actions], np.int64)
    return Mix(actions, bounds / bounds[-1] if len(bounds) else bounds)


def _clock(number: int, laws: tuple[StageLaw, ...], targets: Mapping[str, int]) -> Clock:
    """The clock of that number, of the personas that have so many."""
    each = [law.deadlines[number] if number < len(law.deadlines) else None for law in laws]
    return Clock(
        tuple(dwell_of(deadline.limit) if deadline else None for deadline in each),
        tuple(targets[deadline.target] if deadline else 0 for deadline in each),
    )


def _exits(laws: tuple[StageLaw, ...], targets: Mapping[str, int], compiler: Compiler) -> Iterator[Exit]:
    """Personas that go the same ways share an exit, whatever their chances are, if fields add the same to them."""
    ways = [(*(_way(branch) for branch in law.branches), law.otherwise) for law in laws]
    for way in dict.fromkeys(ways):
        those = np.array([other == way for other in ways])
        branches = laws[ways.index(way)].branches
        each = [law.branches if of else branches for law, of in zip(laws, those, strict=True)]
        by_intent = any(branch.slope for branch in branches)
        yield Exit(
            personas=those,
            targets=tuple(targets[branch.target] for branch in branches),
            otherwise=targets[laws[ways.index(way)].otherwise],
            shares=None if by_intent else np.array([[value_of(b.share) for b in law] for law in each]),
            constant=np.array([[value_of(b.constant) for b in law] for law in each]),
            slope=np.array([[value_of(b.slope) for b in law] for law in each]),
            loadings=tuple(tuple(_shift(shift, compiler) for shift in branch.shifts) for branch in branches),
        )


def _way(branch: Branch) -> tuple[object, ...]:
    """What personas that share an exit have in common."""
    added = tuple((s.subject.name, s.rows, s.numbers, s.otherwise, s.unknown) for s in branch.shifts)
    return branch.target, branch.slope is None, added


def _properties(scenario: ScenarioModel, actions: tuple[Deed, ...]) -> dict[str, dict[str, Column]]:
    """For each property of each event, its value for every action; missing where an action does not give it."""
    return {
        event.name: {
            field.name: column_of(
                field.type.name,
                field.type.values,
                [dict(action.given).get(field.name) if action.event == event.name else None for action in actions],
            )
            for field in event.properties
        }
        for event in scenario.events
    }


def column_of(type: str, declared: tuple[str, ...], values: list[str | float | None]) -> Column:
    """A column of values as they are written in a scenario."""
    if type in ("text", "one of"):
        texts = declared or tuple(sorted({v for v in values if isinstance(v, str)}))
        places = {text: place for place, text in enumerate(texts)}
        return Codes(
            np.array([places.get(v, -1) if isinstance(v, str) else -1 for v in values], np.int16), Dictionary(texts)
        )
    if type == "flag":
        return Flags(np.array([1 if v is None else 2 * bool(v) for v in values], np.int8))
    numbers = np.array([np.nan if v is None else float(v) for v in values])
    if type in ("time", "date"):
        return Moments(np.where(np.isnan(numbers), NEVER, np.nan_to_num(numbers)).astype(np.int64))
    return Numbers(numbers)


def _dictionaries(scenario: ScenarioModel) -> dict[str, Dictionary]:
    """The texts each field can have: those declared, or those some persona gives it."""
    found = {}
    for field in scenario.fields:
        given = [persona.attributes.get(field.name) for persona in scenario.personas]
        said = [text for origin in given for text in _texts(origin)]
        found[field.name] = Dictionary(field.type.values or tuple(dict.fromkeys(said)))
    return found


def _texts(origin: Origin | None) -> Iterator[str]:
    """The values a law can give, as texts."""
    match origin:
        case Shares(values):
            yield from map(str, values)
        case FromChannel(names):
            yield from names
        case FromPlace(values, _, rest):
            yield from map(str, (*values, rest))
        case By(_, laws):
            for law in laws:
                yield from _texts(law)


def _shift(shift: Shift, compiler: Compiler) -> Callable[[Frame], AnyFloats]:
    """What a field adds, as a function of the leads' columns: its parameters are the numbers of its rows."""
    pairs = zip(shift.rows, shift.numbers, strict=True)
    rows: tuple[Range | Values, ...] = tuple(replace(row, number=number.value) for row, number in pairs)
    table = ByField(shift.subject, rows, shift.otherwise.value, shift.unknown.value, span=shift.span)
    return numbers_by(table, compiler)
