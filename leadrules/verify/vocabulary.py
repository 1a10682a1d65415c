"""A rule set's own vocabulary: the values of fields and the events that it names, each with what it is worth to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import Field, Type
from leadrules.dsl.fold import fold
from leadrules.dsl.rules.model import Event, Model
from leadrules.engine.change import Happens
from leadrules.engine.name_values import changes_named
from leadrules.engine.values import Single
from leadrules.verify.invent import Alphabet, alphabet_of
from leadrules.verify.stories import beginning

OTHER = "something else"
USUAL = (1.0, 2.0, 5.0, 10.0)  # numbers of fields that no rule compares with a number
MOST_VALUES, MOST_ACTIONS = 40, 24
DRAWN = frozenset(["text", "one of", "flag", "number", "whole number", "money", "duration"])


class Drawn(Struct, frozen=True):
    """A field whose values a market can draw. Durations are drawn between the lowest and the highest of them."""

    field: Field
    values: tuple[Single, ...]


class Vocabulary(Struct, frozen=True):
    """What a market for a rule set is made of; `left_out` says what of the rule set no market can have."""

    fields: tuple[Drawn, ...]
    events: tuple[Event, ...]
    actions: tuple[Happens, ...]
    left_out: tuple[str, ...]

    def without(self, names: Sequence[str]) -> Vocabulary:
        """The same but for some fields, events and properties, whose names a market cannot say."""
        return Vocabulary(
            tuple(drawn for drawn in self.fields if drawn.field.name not in names),
            tuple(_only(event, names) for event in self.events if event.name not in names),
            tuple(_given(action, names) for action in self.actions if action.event not in names),
            (*self.left_out, *(f"`{name}`: a market has that word for something else" for name in names)),
        )


def _only(event: Event, names: Sequence[str]) -> Event:
    return replace(event, properties=tuple(p for p in event.properties if p.name not in names))


def _given(action: Happens, names: Sequence[str]) -> Happens:
    return Happens(action.event, {name: value for name, value in action.properties.items() if name not in names})


def vocabulary_of(model: Model) -> Vocabulary:
    """The vocabulary of a rule set: values that its conditions name, their neighbours, and one that none names."""
    alphabet = alphabet_of(model)
    fields = tuple(Drawn(f, values) for f in model.fields if (values := _values(f, alphabet)))
    events = tuple(_sayable(event) for event in model.events)
    actions = tuple(action for event in events for action in _actions(event, alphabet, model))
    return Vocabulary(fields, events, actions, tuple(_left_out(model)))


def _values(field: Field, alphabet: Alphabet) -> tuple[Single, ...]:
    named = tuple(dict.fromkeys(alphabet.facts.get(field.name, ())))
    return _spread(_all_values(field, named), MOST_VALUES)


def _all_values(field: Field, named: tuple[Single, ...]) -> tuple[Single, ...]:
    match field.type.name:
        case "flag":
            return (True, False)
        case "one of":
            return field.type.values
        case "text":
            texts = {fold(value): value for value in named if isinstance(value, str) and value}
            return (*texts.values(), OTHER) if texts else ()
        case "number" | "whole number" | "money":
            return tuple(sorted(value for value in named if isinstance(value, float))) or USUAL
        case "duration":
            return tuple(sorted(value for value in named if isinstance(value, float) and value > 0))
        case _:
            return ()


def _spread(values: tuple[Single, ...], most: int) -> tuple[Single, ...]:
    """At most so many of the values, evenly taken."""
    return values if len(values) <= most else tuple(values[i * len(values) // most] for i in range(most))


def _sayable(event: Event) -> Event:
    return replace(event, properties=tuple(p for p in event.properties if p.type.name in DRAWN))


def _actions(event: Event, alphabet: Alphabet, model: Model) -> Iterator[Happens]:
    """The different things an event can be: with each value that is declared or named, and as rules look for it."""
    kinds = {p.name: p for p in event.properties}
    found: dict[object, Happens] = {}
    singly = [{p.name: value} for p in event.properties for value in _of_property(p, alphabet, event.name)]
    together = [
        c.properties for c in changes_named(model, beginning(model)) if isinstance(c, Happens) and c.event == event.name
    ]
    for given in (*(together or [{}]), *singly):
        kept = {
            name: value for name, value in given.items() if name in kinds and _can_be_given(value, kinds[name].type)
        }
        found.setdefault(tuple(sorted(kept.items())), Happens(event.name, kept))
    whole = {key: happens for key, happens in found.items() if happens.properties} or found
    return iter(_spread_actions(tuple(whole.values())))


def _spread_actions(actions: tuple[Happens, ...]) -> tuple[Happens, ...]:
    most = MOST_ACTIONS
    return actions if len(actions) <= most else tuple(actions[i * len(actions) // most] for i in range(most))


def _of_property(field: Field, alphabet: Alphabet, event: str) -> tuple[Single, ...]:
    named: Mapping[str, tuple[Single, ...]] = alphabet.events.get(event, {})
    return _all_values(field, named.get(field.name, ()))


def _can_be_given(value: Single, type: Type) -> bool:
    """Whether a market can say it of an event: something, declared where values are, and no number below zero."""
    if type.name == "one of":
        return value in type.values
    return value not in (None, "") and (isinstance(value, str) or float(value or 0) >= 0)


def _left_out(model: Model) -> Iterator[str]:
    for field in model.fields:
        if field.type.name not in DRAWN and field.name != model.columns.known_from:
            yield f"`{field.name}`: no market draws a {field.type.name}"
    for event in model.events:
        for p in event.properties:
            if p.type.name not in DRAWN:
                yield f"`{p.name}` of `{event.name}`: no market gives an event a {p.type.name}"
