"""`replace` and `remove`: the statements of an extended rule set, changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.tree import Name
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_tiers as tiers
from leadrules.dsl.rules.tree_criteria import Labelled
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import suggest

Kind = Literal[
    "criterion", "item", "tier", "param", "points", "condition", "score", "checklist", "event", "grade", "matrix"
]
Key = tuple[Kind, str, str]
Changes = Mapping[Key, Any]


class Target(Struct, frozen=True):
    """Something that can be changed. Inside a score, a checklist or `thresholds` that is its owner; else its kind is."""

    kind: Kind
    owner: str
    name: str
    span: Span

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return self.kind, self.owner, self.name

    @property
    def full(self) -> str:
        """Its name with its owner."""
        return f"{self.owner}.{self.name}"


def change(
    items: Sequence[tree.Declaration], changes: Sequence[tree.Remove | tree.Replace], findings: Findings
) -> tuple[tree.Declaration, ...]:
    """The statements of a rule set with some replaced or removed, each by the name it has there."""
    targets = list(_targets(items))
    found: dict[Key, Any] = {}
    places: dict[Key, Span] = {}
    for one in changes:
        for target, node in _meant(one, targets, findings):
            if target.key in places:
                labels = (Label(places[target.key], "changed here first"),)
                findings.error(
                    "E577", one.span, f"`{target.name}` is changed twice", labels=labels, hint="keep one change"
                )
            else:
                places[target.key], found[target.key] = one.span, node
    _report_lost(places, findings)
    return tuple(changed for item in items for changed in _changed(item, found))


def _report_lost(places: Mapping[Key, Span], findings: Findings) -> None:
    """A change inside something that is itself replaced or removed would be lost."""
    whole = {name: span for (kind, _, name), span in places.items() if kind in ("score", "checklist")}
    for (_, owner, name), span in places.items():
        if owner in whole:
            labels = (Label(whole[owner], "changed here as a whole"),)
            findings.error(
                "E577", span, f"`{owner}.{name}` is changed with `{owner}`", labels=labels, hint="keep one change"
            )


def _named(item: object) -> Iterator[tuple[Kind, Name]]:
    """What a statement declares, with its kind."""
    match item:
        case Labelled():
            yield "criterion", item.label.name
        case tree.Check(name):
            yield "item", name
        case tiers.Tier(name):
            yield "tier", name
        case tree.Param(name):
            yield "param", name
        case tree.Points(names):
            yield from (("points", named.name) for named in names)
        case tree.Condition(name):
            yield "condition", name
        case tree.Score(name) | tree.Combination(name) | tree.RollUp(name):
            yield "score", name
        case tree.Checklist(name):
            yield "checklist", name
        case tree.Event(name):
            yield "event", name
        case tree.Grade(name):
            yield "grade", name
        case tree.Matrix(name):
            yield "matrix", name


def _targets(items: Sequence[tree.Declaration]) -> Iterator[Target]:
    for item in items:
        for kind, name in _named(item):
            yield Target(kind, kind, name.text, name.span)
        for owner, line in _lines_of(item):
            for kind, name in _named(line):
                yield Target(kind, owner, name.text, name.span)


def _lines_of(item: tree.Declaration) -> Iterator[tuple[str, object]]:
    """The named lines in the blocks of a statement, with the name of the block."""
    match item:
        case tree.Score(name, body=body):
            yield from (
                (name.text, line) for part in body.items if isinstance(part, tree.Criteria) for line in part.body.items
            )
        case tree.Checklist(name, body=body):
            yield from ((name.text, line) for line in body.items)
        case tiers.Thresholds(body):
            yield from (("thresholds", line) for line in body.items)


def _meant(
    one: tree.Remove | tree.Replace, targets: Sequence[Target], findings: Findings
) -> Iterator[tuple[Target, Any]]:
    """What a change is about, with what takes its place."""
    if isinstance(one, tree.Remove):
        *owners, last = [name.text for name in one.path.names]
        target = _find(None, ".".join(owners), last, one.path.span, targets, findings)
        yield from [(target, None)] if target else []
        return
    named = list(_named(one.item))
    if not named:
        hint = "remove and replace what stands in it by name"
        findings.error("E577", one.span, "a block without a name cannot be replaced", hint=hint)
    for kind, name in named:
        target = _find(kind, one.owner.text if one.owner else "", name.text, name.span, targets, findings)
        if target:
            yield target, one.item


def _find(
    kind: Kind | None, owner: str, name: str, span: Span, targets: Sequence[Target], findings: Findings
) -> Target | None:
    """The one thing a name means; None, and a problem, where it means none or several."""
    known = [t for t in targets if kind in (None, t.kind) and owner in ("", t.owner)]
    found = [t for t in known if t.name == name]
    if len(found) == 1:
        return found[0]
    full = f"{owner}.{name}" if owner else name
    if found:
        labels = tuple(Label(t.span, f"`{t.full}`") for t in found)
        hint = " or ".join(f"`{t.full}`" for t in found)
        findings.error("E576", span, f"several things are called `{full}`", hint=f"say which: {hint}", labels=labels)
    else:
        what = f"no {kind}" if kind else "nothing"
        hint = suggest(name, [t.name for t in known], _elsewhere(name, targets))
        findings.error("E575", span, f"{what} in the extended rule set is called `{full}`", hint=hint)
    return None


def _elsewhere(name: str, targets: Sequence[Target]) -> str:
    others = [t for t in targets if t.name == name]
    return f"there is a {others[0].kind} `{others[0].full}`" if others else ""


def _changed(item: tree.Declaration, changes: Changes) -> Iterator[tree.Declaration]:
    """A statement with the changes made to it and inside it; nothing where it is removed."""
    match item:
        case tree.Points(names):
            kept = tuple(named for old in names for named in _points(old, changes))
            if kept:
                yield replace(item, names=kept)
        case tree.Score(name, body=body):
            yield from (
                _score(new, name.text, changes) if new is item else new for new in _lines([item], "score", changes)
            )
        case tree.Checklist(name, body=body):
            inner = replace(item, body=replace(body, items=tuple(_lines(body.items, name.text, changes))))
            yield from (inner if new is item else new for new in _lines([item], "checklist", changes))
        case tiers.Thresholds(body):
            yield replace(item, body=replace(body, items=tuple(_lines(body.items, "thresholds", changes))))
        case _:
            kind = next((kind for kind, _ in _named(item)), "")
            yield from _lines([item], kind, changes)


def _lines(lines: Sequence[Any], owner: str, changes: Changes) -> Iterator[Any]:
    """Lines with a name each, those of `owner`: as they are, as what replaces them, or left out."""
    for line in lines:
        keys = [(kind, owner, name.text) for kind, name in _named(line)]
        new = changes.get(keys[0], line) if keys else line
        if new is not None:
            yield new


def _score(score: tree.Score, owner: str, changes: Changes) -> tree.Score:
    parts = tuple(
        replace(part, body=replace(part.body, items=tuple(_lines(part.body.items, owner, changes))))
        if isinstance(part, tree.Criteria)
        else part
        for part in score.body.items
    )
    return replace(score, body=replace(score.body, items=parts))


def _points(old: tree.NamedPoints, changes: Changes) -> Iterator[tree.NamedPoints]:
    new = changes.get(("points", "points", old.name.text), old)
    match new:
        case tree.Points(names):
            yield from (named for named in names if named.name.text == old.name.text)
        case tree.NamedPoints():
            yield new
