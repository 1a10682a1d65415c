"""Which alternatives of a grammar were read, word by word, to tell what no example shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from lark.grammar import Rule

from leadrules.dsl.expression.parse import grammar

Part = tuple[str, str]
LAYOUT = "apart"


@contextmanager
def reading(language: str) -> Iterator[set[Part]]:
    """Collects, while it lasts, the parts of all alternatives that are read."""
    parser = grammar(language).lark.parser.parser.parser  # type: ignore[attr-defined]
    calls, seen = parser.callbacks, set[Rule]()
    parts: set[Part] = set()

    def noting(rule: Rule, call: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
        def note(children: list[Any]) -> Any:
            seen.add(rule)
            return call(children)

        return note

    parser.callbacks = {key: noting(key, call) if isinstance(key, Rule) else call for key, call in calls.items()}
    try:
        yield parts
    finally:
        parser.callbacks = calls
        parts |= parts_of(seen)


def every_part(language: str) -> set[Part]:
    """The parts of all alternatives: each with each rule and word of its right side that a text can have there."""
    return parts_of(rule for rule in grammar(language).lark.rules if str(rule.origin.name) != LAYOUT)


def parts_of(rules: Iterable[Rule]) -> set[Part]:
    """The alternatives that rules are, under the names they have in the grammar, with what stands in them."""
    return {
        (_named(rule), _plain(symbol.name))
        for rule in rules
        for symbol in rule.expansion
        if not symbol.name.startswith("__") or symbol.is_term
    }


def _named(rule: Rule) -> str:
    name = _plain(str(rule.origin.name))
    return f"{name} -> {_plain(rule.alias)}" if rule.alias else name


def _plain(name: str) -> str:
    """A name of a grammar without that of the file it was imported from."""
    return name.removeprefix("expression__")
