"""What a rule asks of a lead: the fields it reads, also through conditions with a name."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.expression.model import Holds, Meaning, Reference
from leadrules.dsl.rules.model import Model


def fields_of(meaning: Meaning, model: Model) -> Iterator[str]:
    """The names of the fields that something asks for; a name can come more than once."""
    if isinstance(meaning, Reference) and meaning.kind == "field":
        yield meaning.name
    if isinstance(meaning, Holds) and meaning.reference.kind == "condition":
        named = {condition.name: condition.condition for condition in model.conditions}
        yield from fields_of(named[meaning.reference.name], model)
    for part in meaning.made_of():
        yield from fields_of(part, model)
