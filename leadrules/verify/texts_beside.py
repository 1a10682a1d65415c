"""Texts that rules look for inside others, to longer texts, which one way of looking finds and another does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from leadrules.dsl.expression.model import Meaning, Pattern, Reference, TextTest
from leadrules.dsl.rules.model import Model
from leadrules.engine.name_values import meanings
from leadrules.engine.values import Single
from leadrules.verify.invent import Alphabet

RELATIONS = ("starts with", "ends with", "contains", "mentions")
FORMS = ("{}more", "more{}", "more {} more")


def with_texts_beside(alphabet: Alphabet, model: Model) -> Alphabet:
    """The same with longer texts too, so that leads tell `starts with "x"` from `is "x"`."""
    facts = {name: list(values) for name, values in alphabet.facts.items()}
    events = {event: {name: list(v) for name, v in own.items()} for event, own in alphabet.events.items()}
    for name, text in _longer(model, "field"):
        facts.setdefault(name, []).append(text)
    for pattern in (part for part in meanings(model) if isinstance(part, Pattern) and part.event and part.where):
        assert pattern.where
        for name, text in _longer(pattern.where, "property"):
            events[pattern.event or ""].setdefault(name, []).append(text)
    return replace(alphabet, facts=_once(facts), events={event: _once(own) for event, own in events.items()})


def _longer(part: Meaning, kind: str) -> Iterator[tuple[str, str]]:
    for test in meanings(part):
        match test:
            case TextTest(Reference(found, name), relation, patterns) if found == kind and relation in RELATIONS:
                yield from ((name, form.replace("{}", text)) for form in FORMS for text in patterns)


def _once(named: Mapping[str, list[Single]]) -> Mapping[str, tuple[Single, ...]]:
    return {name: tuple(dict.fromkeys(values)) for name, values in named.items()}
