"""An alphabet to one with values that no rule names: numbers below zero and far beyond, other words, every choice there is.

A law is about every lead there can be, and a rule that adds up a number names none of its values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from leadrules.dsl.expression.model import Field
from leadrules.dsl.quantity import DAY, LONGEST
from leadrules.dsl.rules.model import Model
from leadrules.engine.values import Single
from leadrules.verify.invent import Alphabet

OTHER_WORDS = ("something", "another thing", "a third", "a fourth", "a fifth", "4711")
PLAIN = (1.0, 2.0, 5.0)  # numbers where none is named
FAR = 10.0  # times the largest that is named


def widened(alphabet: Alphabet, model: Model) -> Alphabet:
    """The alphabet with values that the rules do not name, of every field and property that is declared."""
    events = {event.name: _all_more(event.properties, alphabet.events[event.name]) for event in model.events}
    return replace(alphabet, facts=_all_more(model.fields, alphabet.facts), events=events)


def _all_more(fields: Sequence[Field], named: Mapping[str, tuple[Single, ...]]) -> dict[str, tuple[Single, ...]]:
    """The values of several fields; those of which nobody knows any are left out."""
    found = {field.name: _more(field, named.get(field.name, ())) for field in fields}
    return {name: values for name, values in found.items() if values}


def _more(field: Field, named: tuple[Single, ...]) -> tuple[Single, ...]:
    """The values that are named of a field, and some that are not."""
    match field.type.name:
        case "text":
            return (*named * -(-len(OTHER_WORDS) // max(1, len(named))), *OTHER_WORDS)  # half of them are named
        case "one of":
            return tuple(dict.fromkeys((*named, *field.type.values)))
        case "flag":
            return True, False
        case "number" | "whole number" | "money":
            return _beyond(tuple(value for value in named if isinstance(value, float)) or PLAIN)
        case "duration":
            lengths = tuple(value for value in named if isinstance(value, float)) or tuple(DAY * n for n in PLAIN)
            return tuple(min(max(value, -LONGEST), LONGEST) for value in _beyond(lengths))
        case _:
            return named


def _beyond(named: tuple[float, ...]) -> tuple[float, ...]:
    """Numbers that are named, some that are larger, and one below them all."""
    largest = max(map(abs, named)) or 1.0
    return (*named, 2.0 * largest, FAR * largest, -FAR * largest)
