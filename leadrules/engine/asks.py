"""What a rule asks of a lead: the fields it reads, also through conditions with a name and criteria."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.expression.model import Holds, Meaning, Reference
from leadrules.dsl.rules.model import Model


def fields_of(meaning: Meaning, model: Model) -> Iterator[str]:
    """The names of the fields that something asks for; a name can come more than once."""
    named: dict[str, Meaning] = {condition.name: condition.condition for condition in model.conditions}
    named |= {f"{score.name}.{criterion.name}": criterion for score, criterion in model.criteria}
    waiting: list[Meaning] = [meaning]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Reference) and part.kind == "field":
            yield part.name
        if isinstance(part, Holds) and part.reference.kind in ("condition", "fired"):
            waiting += [named.pop(part.reference.name)] if part.reference.name in named else []
        waiting.extend(reversed(list(part.made_of())))
