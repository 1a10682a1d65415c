"""Conditions that say less than they seem to: never true, always true, or in too many words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

from leadrules.dsl.expression.imply import excludes, exhaust, implies, never_truer
from leadrules.dsl.expression.model import (
    Both,
    Compare,
    Condition,
    Constant,
    Either,
    IsKnown,
    IsOneOf,
    Not,
    Pattern,
    Reference,
)
from leadrules.dsl.problem import Fix, Label, Problem
from leadrules.dsl.rules.lint.stops import stops
from leadrules.dsl.rules.lint.subject import Subject, doubt, remark
from leadrules.dsl.source import Span

Relation = Callable[[Condition, Condition], bool]


def never_true(subject: Subject) -> Iterator[Problem]:
    """W921: a condition with two parts that are never true together."""
    for both in (part for part in subject.parts if isinstance(part, Both)):
        found = next(((a, b) for at, b in enumerate(both.parts) for a in both.parts[:at] if excludes(a, b)), None)
        if found:
            labels = (Label(found[0].span, "is never true with it"),)
            hint = "ask for one of them, or join the two with `or`"
            yield doubt(
                "W921",
                found[1].span,
                "this is never true: what is asked for before it rules it out",
                hint=hint,
                labels=labels,
            )


def says_nothing(subject: Subject) -> Iterator[Problem]:
    """W922: a part of a condition that the others imply."""
    chosen = {id(part) for pattern in subject.parts if isinstance(pattern, Pattern) for part in _heard(pattern.where)}
    for part in subject.parts:
        if isinstance(part, Both | Either):
            within = implies if id(part) in chosen else never_truer
            for condition, other in itertools.islice(_idle(part, within), 1):
                labels = (Label(other.span, "says it already"),)
                fix = _without(condition, part.parts)
                message = "this part of the condition changes nothing"
                yield doubt("W922", condition.span, message, hint="leave it out", labels=labels, fix=fix)


def _heard(condition: Condition | None) -> Iterator[Condition]:
    """What a condition is joined of where it chooses occurrences: whether false or unknown, none is chosen."""
    if isinstance(condition, Both | Either):
        yield condition
        for part in condition.parts:
            yield from _heard(part)


def _idle(joined: Both | Either, within: Relation) -> Iterator[tuple[Condition, Condition]]:
    """Parts that say nothing, each with the one that says as much; of two that say the same, the later."""
    for at, part in enumerate(joined.parts):
        for place, other in enumerate(joined.parts):
            narrow, wide = (other, part) if isinstance(joined, Both) else (part, other)
            if place != at and within(narrow, wide) and (place < at or not within(wide, narrow)):
                yield part, other
                break


def _without(part: Condition, among: tuple[Condition, ...]) -> Fix | None:
    """The condition without one of its parts, where nothing but its `and` or `or` goes with it."""
    at = next(i for i, other in enumerate(among) if other is part)
    source = part.span.source
    before, after = (among[at - 1], part) if at else (part, among[1])
    between = source.text[before.span.end : after.span.start]
    if before.span.source is not source or not re.fullmatch(r"\s+(and|or)\s+", between):
        return None
    place = Span(source, before.span.end, part.span.end) if at else Span(source, part.span.start, after.span.start)
    return Fix(place, "")


def always_true(subject: Subject) -> Iterator[Problem]:
    """W923: an `or` whose parts leave nothing out."""
    for either in (part for part in subject.parts if isinstance(part, Either)):
        found = next(((a, b) for at, b in enumerate(either.parts) for a in either.parts[:at] if exhaust(a, b)), None)
        if found:
            labels = (Label(found[0].span, "is true for all others"),)
            message = "this is true for every lead of which it is known"
            hint = "ask for `is known` where that is meant"
            yield doubt("W923", found[1].span, message, hint=hint, labels=labels)


def exact_scores(subject: Subject) -> Iterator[Problem]:
    """W924: a score that is to be exactly one number, and is not one of a few that it stops at."""
    scores = {score.name: score for score in subject.model.scores}
    for part in subject.parts:
        match part:
            case Compare(Reference("score", name), "=" | "!=" as operator, Constant(level)):
                if level in stops(scores, name):
                    continue
                message = f"`{name}` is compared with one number exactly, and a score passes by most numbers"
                hint = "ask for a range: `>=`" if operator == "=" else "ask for a range: `<` or `>`"
                yield doubt("W924", part.span, message, hint=hint)


def double_negation(subject: Subject) -> Iterator[Problem]:
    """W925: a negation of a negation."""
    for part in subject.parts:
        if isinstance(part, Not):
            text, inner = part.span.text, part.part
            simple = _turned(inner)
            if simple and text.startswith("not ") and not re.search(r"[()\n]", text):
                fix = Fix(part.span, simple)
                yield remark("W925", part.span, "this denies a denial", hint=f"write `{simple}`", fix=fix)


def _turned(inner: Condition) -> str | None:
    """The contrary of a condition that denies something, without `not`."""
    match inner:
        case IsKnown(missing=True):
            return re.sub(r"\bis missing$", "is known", inner.span.text)
        case IsOneOf(negated=True):
            return re.sub(r"\bis not\b", "is", inner.span.text, count=1)
        case _:
            return None
