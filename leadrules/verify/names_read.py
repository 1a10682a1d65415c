"""A rule set to the names that it reads: fields, events and their properties that decide anything."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import fields as parts_of_struct

from leadrules.dsl.expression.model import Pattern, Reference
from leadrules.dsl.rules.model import Model

DECLARED = ("fields", "events", "params", "conditions", "tests", "laws", "gates", "columns", "evaluation", "span")
Kind = str
Name = tuple[Kind, str]


def names_read(model: Model) -> frozenset[Name]:
    """The names as (kind, name), kinds being field, event and property (`event.property`).

    What is declared alone, and what only tests, laws or conditions that nobody uses ask for, is not read.
    """
    return frozenset(_walked(model).found)


def conditions_used(model: Model) -> frozenset[str]:
    """The conditions with a name that decide anything."""
    return frozenset(_walked(model).asked)


def _walked(model: Model) -> _Walk:
    walk = _Walk(model)
    for part in parts_of_struct(Model):
        if part.name not in DECLARED:
            walk.part(getattr(model, part.name), None)
    return walk


class _Walk:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.found: set[Name] = set()
        self.asked: set[str] = set()

    def part(self, part: object, pattern: Pattern | None) -> None:
        """Note what a part reads; the properties in it are those of a pattern's events."""
        if isinstance(part, tuple):
            for each in part:
                self.part(each, pattern)
        elif isinstance(part, Reference):
            self.reference(part, pattern)
        elif isinstance(part, Struct):
            if isinstance(part, Pattern):
                self.found |= {("event", name) for name in self.events(part)}
            own = part if isinstance(part, Pattern) else getattr(part, "pattern", None)
            about = own if isinstance(own, Pattern) else pattern
            for name in (f.name for f in parts_of_struct(type(part)) if f.name != "span"):
                self.part(getattr(part, name), about)

    def reference(self, reference: Reference, pattern: Pattern | None) -> None:
        if reference.kind == "field":
            self.found.add(("field", reference.name))
        elif reference.kind == "property" and pattern:
            self.found |= {("property", f"{event}.{reference.name}") for event in self.having(reference.name, pattern)}
        elif reference.kind == "condition" and reference.name not in self.asked:
            self.asked.add(reference.name)
            self.part(tuple(c.condition for c in self.model.conditions if c.name == reference.name), None)

    def events(self, pattern: Pattern) -> Iterator[str]:
        """The events that a pattern means; a bare `event` means all that are not passive."""
        for event in self.model.events:
            if event.name == pattern.event or (pattern.event is None and not event.passive):
                yield event.name

    def having(self, name: str, pattern: Pattern) -> Iterator[str]:
        """Those of them that have a property."""
        means = set(self.events(pattern))
        for event in self.model.events:
            if event.name in means and any(own.name == name for own in event.properties):
                yield event.name
