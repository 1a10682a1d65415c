"""Tests to leads: the leads that a test tells of, as tables like those of real data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from leadrules.dsl.expression.model import Field
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_tests import Expectation, Happening, Known, Plain, Test
from leadrules.engine.assemble import RawEvents, assemble
from leadrules.engine.columns import FALSE, NEVER, TRUE, UNKNOWN, Codes, Column, Dictionary, Flags, Moments, Numbers
from leadrules.engine.leads import Leads


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
    facts = [_known(look) for look in looks]
    fields = {field.name: _column(field, facts) for field in model.fields}
    return assemble(np.arange(len(looks)), np.arange(len(looks)), fields, _events(model, looks))[0]


def _known(look: Look) -> dict[str, Plain]:
    """What is known at a look: of each field what was said last."""
    return {fact.name: fact.value for known in look.known for fact in known.facts}


def _events(model: Model, looks: Sequence[Look]) -> RawEvents:
    told = [(row, order, line) for row, look in enumerate(looks) for order, line in enumerate(look.happenings)]
    names = tuple(event.name for event in model.events)
    places = {name: place for place, name in enumerate(names)}
    lines: dict[str, list[dict[str, Plain]]] = {name: [] for name in names}
    for _, _, line in told:
        lines[line.event].append(_properties(line))
    return RawEvents(
        np.array([row for row, _, _ in told], np.int64),
        np.array([places[line.event] for _, _, line in told], np.int16),
        np.array([line.time for _, _, line in told], np.int64),
        names,
        {event.name: {p.name: _column(p, lines[event.name]) for p in event.properties} for event in model.events},
        ids=np.array([order for _, order, _ in told], np.int64),
    )


def _properties(line: Happening) -> dict[str, Plain]:
    return {fact.name: fact.value for fact in line.facts}


def _column(field: Field, rows: Sequence[Mapping[str, Plain]]) -> Column:
    """The values of a field as a column; a row that does not name it has a cell that is blank."""
    values = [row.get(field.name) for row in rows]
    match field.type.name:
        case "text" | "one of":
            texts = dict.fromkeys(field.type.values) | dict.fromkeys(str(v) for v in values if v is not None)
            places = {text: place for place, text in enumerate(texts)}
            codes = [-1 if v is None else places[str(v)] for v in values]
            return Codes(np.array(codes, np.int32), Dictionary(tuple(texts)))
        case "flag":
            blank = FALSE if field.blank_means_no else UNKNOWN
            return Flags(np.array([_truth(row, field.name, blank) for row in rows], np.int8))
        case "time" | "date":
            return Moments(np.array([NEVER if v is None else int(v) for v in values], np.int64))
        case _:
            return Numbers(np.array([np.nan if v is None else v for v in values], np.float64))


def _truth(row: Mapping[str, Plain], name: str, blank: np.int8) -> np.int8:
    """A flag; `missing` is not known, and what is not named is as a blank cell."""
    value = row.get(name)
    if value is None:
        return UNKNOWN if name in row else blank
    return TRUE if value else FALSE
