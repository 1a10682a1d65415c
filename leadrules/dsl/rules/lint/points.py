"""Points that do not do what they seem to: too many, too few, of the wrong sign, in the wrong order."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from leadrules.dsl.expression.imply import implies
from leadrules.dsl.expression.model import Aggregate, Compare, Constant, Happened, Pattern
from leadrules.dsl.expression.tree import Expression, Number, Sign
from leadrules.dsl.problem import Label, Problem
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.lint.attain import Aim, aim_of, aiming, worth_of_one
from leadrules.dsl.rules.lint.subject import Subject, doubt, remark
from leadrules.dsl.rules.model import Event, Score
from leadrules.dsl.rules.model_criteria import Case, Cases, Criterion, Each, Level, NoDecay, Scale, Veto
from leadrules.dsl.rules.reach import criterion_reach, most_occurrences, reach, sum_reach

MANY = 10
LEAVING = re.compile(r"unsub|opt_?(ed_?)?out|bounce|spam|complain", re.IGNORECASE)


def shares_as_points(subject: Subject) -> Iterator[Problem]:
    """W941: points that are written as a share."""
    for node in subject.written.values():
        for points in _points(node):
            number = points.operand if isinstance(points, Sign) else points
            if isinstance(number, Number) and number.written.endswith("%"):
                message = f"{points.span.text} are {show_number(number.value)} points"
                hint = "write the points as a number; a share of other points is said by `weighs`"
                yield doubt("W941", points.span, message, hint=hint)


def _points(node: written.Criterion) -> Iterator[Expression]:
    match node:
        case written.Level(points=points) | written.Each(points=points):
            yield from (points,) if points else ()
        case written.Table(body=body) | written.Cases(body=body):
            yield from (row.points for row in body.items)


def above_bounds(subject: Subject) -> Iterator[Problem]:
    """W942: more points at once than the score can show."""
    for score in subject.base_scores:
        top = score.bounds[1] if score.bounds else math.inf
        for criterion in score.criteria:
            points = worth_of_one(criterion)
            if not isinstance(criterion, Scale) and math.isfinite(points) and points > top > 0:
                message = f"`{criterion.name}` gives {show_number(points)} points at once, and `{score.name}` ends at {show_number(top)}"
                hint = "give fewer points, or raise the bound"
                yield doubt("W942", criterion.span, message, hint=hint)


def bounds_out_of_reach(subject: Subject) -> Iterator[Problem]:
    """W943: a bound that the criteria of a score never get to. W944: a score that is always the same."""
    found = reach(subject.model.scores)
    for score in subject.base_scores:
        low, high = found[score.name]
        if low == high and any(criterion_reach(criterion) != (0.0, 0.0) for criterion in score.criteria):
            hint = "look at the signs of its points, and at its bounds"
            yield doubt("W944", score.span, f"`{score.name}` is always {show_number(low)}", hint=hint)
        elif low < high and score.bounds:
            yield from _out_of_reach(score, sum_reach(score, found))


def _out_of_reach(score: Score, attained: tuple[float, float]) -> Iterator[Problem]:
    low, high = score.bounds or attained
    vetoed = any(isinstance(criterion, Veto) for criterion in score.criteria)
    hint = "let the bounds end where the points end: whoever reads the score takes them for its scale"
    if attained[1] < high:
        message = (
            f"`{score.name}` never gets to {show_number(high)}: its criteria give {show_number(attained[1])} at most"
        )
        yield remark("W943", score.span, message, hint=hint)
    if attained[0] > low and low < 0 and not vetoed:
        message = f"`{score.name}` never gets down to {show_number(low)}: its criteria give {show_number(attained[0])} at least"
        yield remark("W943", score.span, message, hint=hint)


def rewarded_leaving(subject: Subject) -> Iterator[Problem]:
    """W945: points for an event by which a lead turns away."""
    leaving = {event.name for event in subject.model.events if is_leaving(event)}
    for _, criterion in subject.model.criteria:
        event = _event(criterion)
        if event in leaving:
            hint = "points against a lead are below 0"
            yield doubt("W945", criterion.span, f"`{event}` raises the score", hint=hint)


def is_leaving(event: Event) -> bool:
    """Whether an event is, by its name, one by which a lead turns away or a mail is refused."""
    return LEAVING.search(f"{event.name} {event.label}") is not None


def _event(criterion: Criterion) -> str | None:
    match criterion:
        case Each(pattern=Pattern(event, where), points=points) if points * criterion.weight > 0:
            return event if where is None else None
        case Level(condition=Happened(Pattern(event), False), points=points) if points * criterion.weight > 0:
            return event
        case Level(condition=Compare(Aggregate("count", Pattern(event)), sign, Constant(1.0)), points=points):
            return event if sign == ">=" and points * criterion.weight > 0 else None
        case _:
            return None


def alone_enough(subject: Subject) -> Iterator[Problem]:
    """W946: one occurrence that is enough for a tier. W947: one that is enough when it is repeated, whenever that was."""
    aim = aim_of(subject.model)
    for score, criterion in aiming(subject.model, aim) if aim else ():
        yield from _enough(score, criterion, aim) if aim else ()


def _enough(score: Score, criterion: Criterion, aim: Aim) -> Iterator[Problem]:
    one = aim.gain(score, worth_of_one(criterion))
    if aim.reached(one):
        given = f"it can give {_shown(one)} of {show_number(aim.level)}"
        message = f"`{criterion.name}` alone makes a lead `{aim.tier.name}`: {given}"
        hint = "where that is meant, say so: name the tier by a condition of its own"
        yield remark("W946", criterion.span, message, hint=hint)
    elif isinstance(criterion, Each) and one > 0 and _endless(criterion, score):
        often = math.floor(aim.level / one) + 1 if aim.strict else math.ceil(aim.level / one)
        if often >= MANY and aim.reached(aim.gain(score, one * often / aim.shares[score.name])):
            message = f"`{criterion.name}` {often} times makes a lead `{aim.tier.name}`, however long ago"
            hint = "give it a limit (`worth at most 20 points in all`) or let it fade (`decay half-life 30 days`)"
            yield remark("W947", criterion.span, message, hint=hint)


def _shown(points: float) -> str:
    return show_number(points) if math.isfinite(points) else "any number"


def _endless(criterion: Each, score: Score) -> bool:
    """Whether occurrences add up without a limit, and stay."""
    bounded = (
        criterion.worth is not None or criterion.worth_per is not None or math.isfinite(most_occurrences(criterion))
    )
    kept = isinstance(criterion.decay, NoDecay) and not score.resets and not score.ageing
    return kept and not bounded and criterion.valid is None


def inverted_rows(subject: Subject) -> Iterator[Problem]:
    """W948: a row that asks for more and gives less."""
    for _, criterion in subject.model.criteria:
        if isinstance(criterion, Cases):
            for at, row in enumerate(criterion.rows):
                more = _more_for_less(row, criterion.rows[at + 1 :] if not criterion.best else _others(criterion, at))
                if more:
                    message = f"this row asks for more than another one and gives {show_number(row.points)} points"
                    labels = (Label(more.span, f"gives {show_number(more.points)} for less"),)
                    yield doubt("W948", row.span, message, hint="exchange their points", labels=labels)


def _others(cases: Cases, at: int) -> tuple[Case, ...]:
    return (*cases.rows[:at], *cases.rows[at + 1 :])


def _more_for_less(row: Case, others: tuple[Case, ...]) -> Case | None:
    if row.points < 0:
        return None
    found = (o for o in others if o.points > row.points and implies(row.condition, o.condition))
    return next(found, None)


def vetoed_points(subject: Subject) -> Iterator[Problem]:
    """W949: points that are never seen, because the score is fixed whenever they are given."""
    for score in subject.base_scores:
        vetoes = [criterion for criterion in score.criteria if isinstance(criterion, Veto) and criterion.valid is None]
        for criterion in score.criteria:
            if isinstance(criterion, Level):
                veto = next((v for v in vetoes if v.unless is None and implies(criterion.condition, v.condition)), None)
                if veto:
                    labels = (Label(veto.span, "fixes the score then"),)
                    message = f"the points of `{criterion.name}` are never seen"
                    yield doubt("W949", criterion.span, message, hint="leave one of them out", labels=labels)
