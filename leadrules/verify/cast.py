"""Tests to leads: the leads that a test tells of, as tables like those of real data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import Field
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_tests import Expectation, Happening, Known, Plain, Test
from leadrules.engine.assemble import RawEvents, assemble
from leadrules.engine.columns import Column
from leadrules.engine.histories import Told, history
from leadrules.engine.leads import Dated, Leads
from leadrules.engine.values import column_of


class Look(Struct, frozen=True):
    """A lead at an instant (microseconds UTC) at which something is expected, with the lines of its test above that."""

    at: int
    known: tuple[Known, ...]
    happenings: tuple[Happening, ...]

    @classmethod
    def of(cls, test: Test, expectation: Expectation) -> Look:
        """What an expectation of a test looks at; what is known since ever counts wherever it stands."""
        ever = tuple(known for known in test.known if known.since is None)
        dated = tuple(known for known in test.known[: expectation.known] if known.since is not None)
        return cls(expectation.at, ever + dated, test.happenings[: expectation.happened])


def cast(model: Model, looks: Sequence[Look]) -> Leads:
    """A lead for each look: what is known of it then, and everything that happens to it.

    Each line of a test is an occurrence of its own, and lines at one time are in the order of the text.
    """
    known = {field.name: _known(field, looks) for field in model.fields}
    fields = {name: column for name, (column, _) in known.items()}
    histories = {name: dated for name, (_, dated) in known.items() if dated is not None}
    everyone = np.arange(len(looks))
    leads, _ = assemble(everyone, everyone, fields, _events(model, looks))
    return replace(leads, histories=histories)


def _known(field: Field, looks: Sequence[Look]) -> tuple[Column, Dated | None]:
    """What is known of a field since ever, and its dated values, if any lead has one."""
    ever: list[Plain] = [field.blank] * len(looks)
    dated: dict[tuple[int, int], Plain] = {}
    for row, look in enumerate(looks):
        for known in look.known:
            for fact in known.facts:
                if fact.name == field.name and known.since is None:
                    ever[row] = fact.value
                elif fact.name == field.name and known.since is not None:
                    dated[row, known.since] = fact.value
    column = column_of([*ever, *dated.values()], field.type)
    base = column.take(slice(0, len(looks)))
    if not dated:
        return base, None
    lead, since = np.array(list(dated), np.int64).T
    return base, history(Told(lead, since, since, column.take(slice(len(looks), None))), len(looks))


def _events(model: Model, looks: Sequence[Look]) -> RawEvents:
    told = [(row, order, line) for row, look in enumerate(looks) for order, line in enumerate(look.happenings)]
    names = tuple(event.name for event in model.events)
    places = {name: place for place, name in enumerate(names)}
    lines: dict[str, list[dict[str, Plain]]] = {name: [] for name in names}
    for _, _, line in told:
        lines[line.event].append({fact.name: fact.value for fact in line.facts})
    return RawEvents(
        np.array([row for row, _, _ in told], np.int64),
        np.array([places[line.event] for _, _, line in told], np.int16),
        np.array([line.time for _, _, line in told], np.int64),
        names,
        {event.name: {p.name: _properties(p, lines[event.name]) for p in event.properties} for event in model.events},
        ids=np.array([order for _, order, _ in told], np.int64),
    )


def _properties(field: Field, lines: Sequence[dict[str, Plain]]) -> Column:
    return column_of([line.get(field.name, field.blank) for line in lines], field.type)
