"""Rules as they were written to rules with one small mistake in them: what tests should notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.tree import Body, Node, Pattern
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.tree_tiers import Contact, Frozen, Thresholds, Tier
from leadrules.dsl.rules.write import write_item
from leadrules.dsl.source import Span
from leadrules.verify.mutants_expressions import changed_expressions, with_part

RULES = (
    tree.Points,
    tree.Param,
    tree.Condition,
    tree.Score,
    tree.Combination,
    tree.RollUp,
    tree.Checklist,
    Thresholds,
    tree.Grade,
)
MEASURES: Mapping[str, str] = {"sum": "average", "average": "sum", "max": "min", "min": "max"}
UNHEARD = {tree.Param: ("low", "high"), tree.Event: ("name", "label", "body")}


class Mutant(Struct, frozen=True):
    """A change of one statement of a rule set: `number` says which, `item` is what it becomes.

    `what` says what was done, at `span`.
    """

    number: int
    before: tree.Declaration
    item: tree.Declaration
    span: Span
    what: str

    def applied(self, ruleset: tree.Ruleset) -> tree.Ruleset:
        """The rule set with the mistake in it."""
        items = ruleset.items
        return replace(ruleset, items=(*items[: self.number], self.item, *items[self.number + 1 :]))

    @property
    def diff(self) -> tuple[str, ...]:
        """The lines that change, as the language writes them: `-` before, `+` after."""
        before, after = (_lines(write_item(item)) for item in (self.before, self.item))
        lines = list(unified_diff(before, after, n=0, lineterm=""))[2:]
        return tuple(f"{line[0]} {line[1:]}" for line in lines if line[0] in "+-")


class Change(Struct, frozen=True):
    """What a part becomes, what was done, and where."""

    node: Node
    span: Span
    what: str


def _lines(text: str) -> list[str]:
    """The lines of a text without what sets them in columns: a mistake moves no other line."""
    return [" ".join(line.split()) for line in text.split("\n")]


def mutants_of(ruleset: tree.Ruleset) -> Iterator[Mutant]:
    """Every mutant of the rules, in the order of the text; what is declared, tested and demanded stays as it is.

    That an event is passive is changed only where some rule asks for any event at all.
    """
    kinds = (*RULES, tree.Event) if any(map(_asks_for_any, ruleset.items)) else RULES
    for number, item in enumerate(ruleset.items):
        if isinstance(item, kinds):
            for change in changes_in(item):
                yield Mutant(number, item, change.node, change.span, change.what)  # type: ignore[arg-type]


def _asks_for_any(part: object) -> bool:
    """Whether a bare `event` is asked for in a part."""
    if isinstance(part, tuple):
        return any(map(_asks_for_any, part))
    if isinstance(part, Pattern) and part.event.text == "event":
        return True
    return isinstance(part, Node) and any(_asks_for_any(getattr(part, name)) for name in part.__struct_fields__)


def changes_in(node: Node) -> Iterator[Change]:
    """A part with one thing changed in it, or in something it is made of."""
    yield from (Change(new, node.span, what) for what, new in _own(node))
    for name in node.__struct_fields__:
        if name not in node.SILENT and name not in UNHEARD.get(type(node), ()):
            for value, change in _inside(getattr(node, name)):
                yield Change(with_part(node, name, value), change.span, change.what)


def _inside(value: Any) -> Iterator[tuple[Any, Change]]:
    """A field of a part, or several, with one thing changed in it."""
    if isinstance(value, tuple):
        for place, part in enumerate(value):
            for new, change in _inside(part):
                yield (*value[:place], new, *value[place + 1 :]), change
    elif isinstance(value, Node) and not isinstance(value, Contact):
        yield from ((change.node, change) for change in changes_in(value))


Own = Iterator[tuple[str, Node]]


def _own(node: Node) -> Own:
    """What becomes of a part by itself."""
    yield from changed_expressions(node)
    match node:
        case tree.Score() | tree.Combination() | tree.RollUp():
            yield from _score(node)
        case tree.Event(passive=passive):
            yield "events that are a sign of activity", replace(node, passive=not passive)
        case tree.Criteria(body) | tree.Checklist(body=body):
            for what, fewer in _fewer(body):
                yield what, replace(node, body=fewer)
        case Thresholds(body):
            for what, other in _orders(body):
                yield what, replace(node, body=other)
        case written.Cases(body=body):
            for what, fewer in _fewer(body):
                yield what, replace(node, body=fewer)
        case written.Each():
            yield from _each(node)
        case written.Level() | written.Scale() | written.Veto():
            yield from _level(node)
        case written.OfOriginal(in_steps=in_steps):
            yield "steps of a decay", replace(node, in_steps=not in_steps)
        case written.Per(full=full):
            yield "full units", replace(node, full=not full)
        case Tier(clauses=clauses):
            yield from ((what, replace(node, clauses=fewer)) for what, fewer in _without(clauses))


def _score(node: tree.Score | tree.Combination | tree.RollUp) -> Own:
    yield "rounding", replace(node, rounded=not node.rounded)
    if node.bounds is not None:
        yield "bounds left out", replace(node, bounds=None)
    if isinstance(node, tree.RollUp) and node.measure in MEASURES:
        yield "measure", replace(node, measure=MEASURES[node.measure])
    if isinstance(node, tree.RollUp) and node.where is not None:
        yield "`where` left out", replace(node, where=None)
    if isinstance(node, tree.Score):
        for place, item in enumerate(node.body.items):
            if not isinstance(item, tree.Criteria):
                yield "a statement left out", replace(node, body=_less(node.body, place))


def _fewer(body: Body[Any]) -> Iterator[tuple[str, Body[Any]]]:
    """The body without each of its statements."""
    return (("a statement left out", _less(body, place)) for place in range(len(body.items)))


def _orders(body: Body[Any]) -> Iterator[tuple[str, Body[Any]]]:
    """Tiers in another order, or one fewer; the last one stays last."""
    items = body.items
    places = [place for place, item in enumerate(items) if isinstance(item, Tier) and item.condition is not None]
    for one, other in pairwise(places):
        swapped = list(items)
        swapped[one], swapped[other] = items[other], items[one]
        yield "order of tiers", replace(body, items=tuple(swapped))
    for place, item in enumerate(items):
        if place in places or isinstance(item, Frozen):
            yield "a statement left out", _less(body, place)


def _less(body: Body[Any], place: int) -> Body[Any]:
    return replace(body, items=body.items[:place] + body.items[place + 1 :])


def _each(node: written.Each) -> Own:
    yield from ((what, replace(node, clauses=fewer)) for what, fewer in _without(node.clauses))
    if isinstance(node.pattern, Pattern) and node.bands is None and node.before is None and node.visit is None:
        others = {"each": "first", "first": "last", "last": "first"}
        if node.which != "each" or not node.clauses:
            yield "which occurrences", replace(node, which=others[node.which])
    if node.per is not None:
        yield "`per` left out", replace(node, per=None)


def _level(node: written.Level | written.Scale | written.Veto) -> Own:
    if node.known_for is not None:
        yield "time known left out", replace(node, known_for=None)
    if node.unless is not None:
        yield "`unless` left out", replace(node, unless=None)


def _without(clauses: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The clauses without each of those that computing can notice."""
    for place, clause in enumerate(clauses):
        if not isinstance(clause, Contact):
            yield "a clause left out", clauses[:place] + clauses[place + 1 :]
