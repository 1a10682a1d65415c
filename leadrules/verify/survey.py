"""A rule set and data to what does not fit between them: what leads lack, and what the rules wait for in vain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.rules.model import Model
from leadrules.dsl.spelling import nearest
from leadrules.engine.columns import known
from leadrules.engine.fired import fired
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables
from leadrules.engine.plan import Plan, ScorePlan
from leadrules.engine.trajectory import Trajectory
from leadrules.verify.lacking import Lacking, lacking

BLOCK = 16_384


class Outside(Struct, frozen=True):
    """A value that its field cannot have, how often it stands in the tables, and the declared one that is nearest.

    Of a set it is a member, of money another currency.
    """

    field: str
    value: str
    count: int
    nearest: str | None


class Survey(Struct, frozen=True):
    """What does not fit between a rule set and data.

    `unseen` are events of which no lead has any, and dotted properties that no event of theirs has. `unfired` are
    criteria, by score and name, that fired for no lead at its instant.
    """

    leads: int
    lacking: tuple[Lacking, ...]
    outside: tuple[Outside, ...]
    unseen: tuple[str, ...]
    unfired: tuple[str, ...]


def survey(plan: Plan, leads: Leads, at: npt.NDArray[np.int64], outside: Mapping[str, Mapping[str, int]]) -> Survey:
    """What does not fit at an instant of each lead (leads,). `outside`: for each field, values that it cannot have."""
    model = plan.model
    return Survey(
        int(np.count_nonzero(~leads.merged_by(at))),
        lacking(model, leads, at),
        tuple(_outside(model, outside)),
        tuple(_unseen(model, leads)),
        tuple(_unfired(plan, leads, at)),
    )


def _outside(model: Model, outside: Mapping[str, Mapping[str, int]]) -> Iterator[Outside]:
    """The values outside each field, the most frequent first."""
    properties = [property for event in model.events for property in event.properties]
    declared = {field.name: field.type.values for field in (*properties, *model.fields)}
    for field, counts in outside.items():
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            yield Outside(field, value, count, nearest(value, declared.get(field, ())))


def _unseen(model: Model, leads: Leads) -> Iterator[str]:
    for event in model.events:
        told = leads.events.of_type.get(event.name)
        if told is None or not len(told.rows):
            yield event.name
            continue
        for property in event.properties:
            column = told.properties.get(property.name)
            if column is None or not known(column).any():
                yield f"{event.name}.{property.name}"


def _unfired(plan: Plan, leads: Leads, at: npt.NDArray[np.int64]) -> Iterator[str]:
    """The criteria that fired for no lead."""
    steps = [(score.name, step) for score in plan.scores if isinstance(score, ScorePlan) for step in score.steps]
    waiting, tables = dict(enumerate(steps)), Tables()
    there = ~leads.merged_by(at)
    for start in range(0, len(leads), BLOCK):
        stop = min(start + BLOCK, len(leads))
        moment = Trajectory(plan, leads.block(start, stop), tables).at(at[start:stop])
        waiting = {
            place: pair for place, pair in waiting.items() if not fired(pair[1], moment)[there[start:stop]].any()
        }
    yield from (f"{score}.{step.criterion.name}" for score, step in waiting.values())
