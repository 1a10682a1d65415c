"""One behaviour that several criteria count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from leadrules.dsl.expression.anchors import Key, claims, offers
from leadrules.dsl.expression.gist import Gist, gist
from leadrules.dsl.expression.imply import implies
from leadrules.dsl.expression.model import Condition, Happened, Pattern
from leadrules.dsl.problem import Label, Problem
from leadrules.dsl.rules.lint.subject import Subject, doubt, remark
from leadrules.dsl.rules.model import Combination, Score
from leadrules.dsl.rules.model_criteria import Criterion, Each, Level

Sign = tuple[object, ...]


def counted_twice(subject: Subject) -> Iterator[Problem]:
    """W911: criteria of one score that earn points by the same thing. W912: one of them whenever the other does."""
    for score in subject.base_scores:
        for alike in _alike(score).values():
            yield from _doubled(alike)


Earning = tuple[Criterion, Condition]


def _doubled(alike: Sequence[Earning]) -> Iterator[Problem]:
    claimed: dict[Key, list[Earning]] = defaultdict(list)
    first: dict[Gist, Criterion] = {}
    for criterion, condition in alike:
        if first.setdefault(gist(condition), criterion) is criterion:
            for key in claims(condition):
                claimed[key].append((criterion, condition))
    for criterion, condition in alike:
        same = first[gist(condition)]
        if same is not criterion:
            yield _same(criterion, same)
            continue
        near = (earning for key in offers(condition) for earning in claimed.get(key, ()))
        wider = next((other for other, wide in near if wide is not condition and implies(condition, wide)), None)
        if wider:
            yield _wider(criterion, wider)


def _same(criterion: Criterion, other: Criterion) -> Problem:
    labels = (Label(other.span, "and here"),)
    message = f"`{criterion.name}` and `{other.name}` earn points by the same thing"
    hint = f"give the points once, or say `unless {other.name} fired`"
    return doubt("W911", criterion.span, message, hint=hint, labels=labels)


def _wider(criterion: Criterion, other: Criterion) -> Problem:
    labels = (Label(other.span, "earns points then too"),)
    message = f"whatever earns points by `{criterion.name}` earns those of `{other.name}` too"
    hint = f"where that is not meant, add `unless {criterion.name} fired` to `{other.name}`"
    return remark("W912", criterion.span, message, hint=hint, labels=labels)


def _alike(score: Score) -> dict[Sign, list[Earning]]:
    """Criteria that can be held against each other, by what they have in common, each with what earns its points."""
    found: dict[Sign, list[Earning]] = defaultdict(list)
    for criterion in score.criteria:
        match criterion:
            case Level(condition=condition, points=points) if points and criterion.unless is None:
                found["level", points > 0, criterion.valid].append((criterion, condition))
            case Each(pattern=Pattern() as pattern, points=points) if points and _plain(criterion):
                sign = ("each", points > 0, pattern.event, criterion.which, criterion.valid)
                happened = Happened(pattern, False, span=pattern.span)
                found[sign].append((criterion, happened))
    return found


def _plain(criterion: Each) -> bool:
    told_apart = (criterion.unless, criterion.gap, criterion.sequence, criterion.per, criterion.visit)
    return all(part is None for part in told_apart)


def counted_in_two_scores(subject: Subject) -> Iterator[Problem]:
    """W913: one thing that earns points in two scores which are added up; said once, whatever they are added up to."""
    scores = {score.name: score for score in subject.base_scores}
    told: set[tuple[str, str]] = set()
    for total in subject.model.scores:
        if isinstance(total, Combination):
            seen: dict[tuple[Sign, Gist], tuple[Score, Criterion]] = {}
            for score in (scores[name] for weight, name in total.terms if weight > 0 and name in scores):
                yield from _again(score, total, seen, told)


def _again(
    score: Score,
    total: Combination,
    seen: dict[tuple[Sign, Gist], tuple[Score, Criterion]],
    told: set[tuple[str, str]],
) -> Iterator[Problem]:
    for sign, alike in _alike(score).items():
        for criterion, condition in alike:
            owner, other = seen.setdefault((sign, gist(condition)), (score, criterion))
            one, second = f"{score.name}.{criterion.name}", f"{owner.name}.{other.name}"
            if owner is not score and (one, second) not in told:
                told.add((one, second))
                message = f"`{one}` and `{second}` earn points by the same thing"
                labels = (Label(other.span, f"and both count in `{total.name}`"),)
                yield remark("W913", criterion.span, message, hint="give the points in one of them", labels=labels)


def said_twice(subject: Subject) -> Iterator[Problem]:
    """W914: laws that stand there twice."""
    laws = subject.model.laws
    for at, law in enumerate(laws):
        if law in laws[:at]:
            labels = (Label(laws[laws.index(law)].span, "and here"),)
            yield doubt("W914", law.span, "this law stands here twice", hint="leave one out", labels=labels)
