"""Leads of another vocabulary to leads as a rule set declares them: values it does not know are missing."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.expression.model import Field, Type
from leadrules.dsl.fold import fold
from leadrules.dsl.members import joined, members_of
from leadrules.dsl.rules.model import Model
from leadrules.engine.columns import Codes, Column, Dictionary
from leadrules.engine.leads import Dated, Leads, Occurrences


def adopt(model: Model, leads: Leads) -> Leads:
    """The same leads, texts of every `one of` turned into its declared values, others into missing ones."""
    fields = {f.name: _column(f, leads.fields[f.name]) for f in model.fields if f.name in leads.fields}
    of_type = dict(leads.events.of_type)
    for event in model.events:
        if event.name in of_type:
            told = of_type[event.name]
            known = {p.name: _column(p, told.properties[p.name]) for p in event.properties if p.name in told.properties}
            of_type[event.name] = Occurrences(told.rows, known)
    return replace(
        leads, fields=fields, events=replace(leads.events, of_type=of_type), histories=_histories(model, leads)
    )


def _histories(model: Model, leads: Leads) -> dict[str, Dated]:
    """The dated values of the fields that the rules declare."""
    found = {}
    for field in model.fields:
        if field.name in leads.histories:
            dated = leads.histories[field.name]
            value = _column(field, dated.columns["value"])
            found[field.name] = replace(dated, columns={**dated.columns, "value": value})
    return found


def _column(field: Field, column: Column) -> Column:
    if field.type.name != "one of" or not isinstance(column, Codes):
        return column
    return as_declared(field.type, column)


def sets_as_declared(type: Type, sets: Codes) -> Codes:
    """Sets of texts with the members that their type declares; others are left out."""
    if not type.values:
        return sets
    declared = {fold(value): value for value in type.values}
    kept = [joined(declared.get(fold(m), "") for m in members_of(text)) for text in sets.dictionary.values]
    return Codes(sets.codes, Dictionary(tuple(kept)))


def undeclared(type: Type, text: str) -> list[str]:
    """The members of a set that its type does not declare."""
    declared = {fold(value) for value in type.values}
    return [member for member in members_of(text) if declared and fold(member) not in declared]


def as_declared(type: Type, texts: Codes) -> Codes:
    """Texts as positions in the values that a `one of` declares; others are missing."""
    declared = {fold(value): place for place, value in enumerate(type.values)}
    places = np.array([*(declared.get(fold(text), -1) for text in texts.dictionary.values), -1], np.int16)
    return Codes(places[texts.codes], Dictionary(type.values))
