"""Limits and weights of criteria and scores that do nothing, or not what their numbers say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from leadrules.dsl.expression.tree import Arithmetic, Number
from leadrules.dsl.problem import Fix, Problem
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.lint.subject import Subject, criteria_of, doubt, parts, remark
from leadrules.dsl.rules.model import Combination, Score
from leadrules.dsl.rules.model_criteria import AtMost, AtMostInAny, Each, Limit
from leadrules.dsl.rules.reach import most_occurrences, reach
from leadrules.dsl.source import Span

DAYS = {"day": 1, "week": 7, "month": 28, "all": math.inf}


def idle_limits(subject: Subject) -> Iterator[Problem]:
    """W951: a limit that another one makes idle, or that no lead gets to."""
    for score in subject.base_scores:
        for criterion in score.criteria:
            if isinstance(criterion, Each):
                node = subject.node(score, criterion)
                clauses = node.clauses if isinstance(node, written.Each) else ()
                yield from _idle_counts(criterion, clauses)
                yield from _idle_worth(criterion, clauses)


def _idle_counts(criterion: Each, clauses: Sequence[written.Clause]) -> Iterator[Problem]:
    counting = [clause for clause in clauses if isinstance(clause, written.AtMost | written.OncePer)]
    for clause, limit in zip(counting, criterion.limits, strict=True):
        others = [other for other in criterion.limits if other is not limit]
        if criterion.which != "each":
            message = "one occurrence counts as it is"
        elif any(_stricter(other, limit) for other in others):
            message = "this limit never acts: another one of this criterion is stricter"
        else:
            continue
        yield doubt("W951", clause.span, message, hint="leave it out")


def _stricter(other: Limit, limit: Limit) -> bool:
    """Whether a limit lets through no more than another one, over no less time."""
    if not isinstance(other, AtMost):
        return False
    if isinstance(limit, AtMostInAny):
        return other.period == "all" and other.count <= limit.count
    if not isinstance(limit, AtMost):
        return other.period == "all" and other.count == 1
    nested = limit.period == "day" or other.period == "all"
    return nested and DAYS[other.period] > DAYS[limit.period] and other.count <= limit.count


def _idle_worth(criterion: Each, clauses: Sequence[written.Clause]) -> Iterator[Problem]:
    most = most_occurrences(criterion) * abs(criterion.points)
    for clause in clauses:
        in_all = isinstance(clause, written.Worth) and clause.per is None and criterion.per is None
        if in_all and criterion.worth is not None and most <= criterion.worth:
            message = f"this limit never acts: all occurrences together are worth {show_number(most)} points"
            yield doubt("W951", clause.span, message, hint="leave it out, or set it lower")


def once_in_words(subject: Subject) -> Iterator[Problem]:
    """W952: `at most 1`, for which there is a word."""
    for node in subject.written.values():
        for clause in node.clauses if isinstance(node, written.Each) else ():
            match clause:
                case written.AtMost(count=Number(1.0) as count, period=None, window=None):
                    span = Span(count.span.source, _start(clause), count.span.end)
                    fix = Fix(span, "once") if span.text.split() == ["at", "most", "1"] else None
                    yield remark("W952", clause.span, "at most 1 is once", hint="write `once`", fix=fix)


def _start(clause: written.AtMost) -> int:
    """Where the words of a clause begin: its comma is no part of them."""
    return clause.span.start + len(clause.span.text) - len(clause.span.text.lstrip(", \n\t"))


def full_weights(subject: Subject) -> Iterator[Problem]:
    """W953: a weight of 100%."""
    for node in subject.written.values():
        weight = node.label.weight
        if isinstance(weight, Number) and weight.value == 1:
            message = f"`{node.name.text}` weighs {weight.written}, as it does without a weight"
            yield remark("W953", weight.span, message, hint="leave the weight out", fix=_unweighted(node))


def _unweighted(node: written.Criterion) -> Fix | None:
    weight = node.label.weight
    if weight is None or node.label.valid is not None:
        return None
    text, end = weight.span.source.text, weight.span.end
    colon = text.find(":", end, end + 2)
    place = Span(weight.span.source, node.name.span.end, colon + 1)
    return Fix(place, "") if colon >= 0 and place.text.split()[0] == "weighs" else None


def shares_of_criteria(subject: Subject) -> Iterator[Problem]:
    """W961: weights of all criteria of a score that do not make 100%."""
    for score in subject.base_scores:
        weights = [criterion.weight for criterion in score.criteria]
        if len(weights) > 1 and all(0 < weight < 1 for weight in weights) and not _whole(weights):
            yield _no_whole("W961", score, weights)


def shares_of_scores(subject: Subject) -> Iterator[Problem]:
    """W962: weights that do not make 100%, of scores that reach equally far."""
    reached = reach(subject.model.scores)
    ends = {s.name: s.bounds[1] if s.bounds else reached[s.name][1] for s in subject.model.scores}
    for score in subject.model.scores:
        if isinstance(score, Combination):
            weights, scales = [weight for weight, _ in score.terms], {ends[name] for _, name in score.terms}
            shares = len(weights) > 1 and all(0 < weight < 1 for weight in weights) and not _whole(weights)
            if shares and len(scales) == 1 and not _scaled(score, sum(weights) * scales.pop()):
                yield _no_whole("W962", score, weights)


def _scaled(score: Combination, end: float) -> bool:
    """Whether the weights stretch the scores they are given to the bounds of the whole, or to 100."""
    return math.isclose(end, 100) or (score.bounds is not None and math.isclose(end, score.bounds[1]))


def _whole(weights: Sequence[float]) -> bool:
    return math.isclose(sum(weights), 1, abs_tol=1e-6)


def _no_whole(code: str, score: Score | Combination, weights: Sequence[float]) -> Problem:
    message = f"the weights of `{score.name}` make {show_number(sum(weights) * 100)}%"
    return doubt(
        code, score.span, message, hint="let them make 100%, so that the scale of the score is that of its parts"
    )


def mixed_weights(subject: Subject) -> Iterator[Problem]:
    """W963: weights of one sum, some of which are written as shares and some as numbers."""
    for item in subject.statements:
        match item:
            case tree.Combination(formula=formula):
                weights = [
                    n
                    for part in parts(formula)
                    if isinstance(part, Arithmetic) and part.operator == "*"
                    for n in _factors(part)
                ]
            case tree.Score():
                weights = [w for node in criteria_of(item) if isinstance(w := node.label.weight, Number)]
            case _:
                continue
        shares = [number.written.endswith("%") for number in weights]
        if any(shares) and not all(shares):
            odd = next(n for n in weights if not n.written.endswith("%"))
            message = f"a weight of {odd.written} beside weights in percent"
            hint = f"write all of them alike: {odd.written} is {show_number(odd.value * 100)}%"
            yield doubt("W963", odd.span, message, hint=hint)


def _factors(product: Arithmetic) -> Iterator[Number]:
    return (side for side in (product.left, product.right) if isinstance(side, Number))
