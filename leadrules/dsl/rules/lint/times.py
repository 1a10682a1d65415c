"""Time: points that fade or stay against the rest of their criterion, and what is counted as silence."""

from __future__ import annotations

import math
from collections.abc import Iterator

from leadrules.dsl.expression.model import Aggregate, Both, Compare, Condition, Constant, Happened, Not, Pattern
from leadrules.dsl.problem import Label, Problem
from leadrules.dsl.quantity import show_duration
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.lint.points import is_leaving
from leadrules.dsl.rules.lint.subject import Subject, criteria_of, doubt, remark
from leadrules.dsl.rules.model_criteria import (
    AtMost,
    AtMostInAny,
    ByAge,
    Decay,
    Each,
    Expires,
    Level,
    Linear,
    NoDecay,
    OfOriginal,
    SCurve,
)


def limits_that_outlive(subject: Subject) -> Iterator[Problem]:
    """W981: a limit that counts occurrences whose points are gone."""
    for score in subject.base_scores:
        for criterion in score.criteria:
            if isinstance(criterion, Each) and criterion.which == "each" and not score.resets:
                yield from _outliving(criterion)


def _outliving(criterion: Each) -> Iterator[Problem]:
    life = lifetime(criterion.decay)
    for limit in criterion.limits:
        match limit:
            case AtMost(count, "all") if not isinstance(criterion.decay, NoDecay):
                often = "once" if count == 1 else f"{count} times"
                message = f"`{criterion.name}` counts {often} for ever, and its points fade: who comes back earns none"
            case AtMostInAny(_, window) if life < window:
                message = f"`{criterion.name}` is limited for {show_duration(window)}, and its points are gone after {show_duration(life)}"
            case _:
                continue
        hint = "limit what all of them are worth (`worth at most 20 points in all`): what has faded makes room"
        yield remark("W981", criterion.span, message, hint=hint)


def lifetime(decay: Decay) -> float:
    """After how many microseconds nothing is left; infinite where something always is."""
    match decay:
        case Expires(duration) | Linear(duration):
            return duration
        case SCurve(duration):
            return 2 * duration
        case OfOriginal(share, duration):
            return duration / share
        case ByAge(ages, shares) if shares[-1] == 0:
            return ages[shares.index(0.0) - 1] if shares.index(0.0) else 0.0
        case _:
            return math.inf


def forgiven_leaving(subject: Subject) -> Iterator[Problem]:
    """W983: points against a lead that turned away, which time takes back."""
    leaving = {event.name for event in subject.model.events if is_leaving(event)}
    for _, criterion in subject.model.criteria:
        match criterion:
            case Each(pattern=Pattern(event), points=points, decay=decay) if points < 0 and event in leaving:
                if not isinstance(decay, NoDecay):
                    message = f"the points that `{event}` takes come back with time: the score rises again"
                    hint = "add `no decay`, or a `veto` while it holds"
                    yield remark("W983", criterion.span, message, hint=hint)


def idle_decay(subject: Subject) -> Iterator[Problem]:
    """W984: a decay for all occurrences of a score that has none, or whose criteria all name their own."""
    for item in subject.statements:
        if isinstance(item, tree.Score):
            counting = [node for node in criteria_of(item) if isinstance(node, written.Each)]
            if all(any(isinstance(clause, written.Decay) for clause in node.clauses) for node in counting):
                yield from _idle(item, bool(counting))


def _idle(score: tree.Score, counting: bool) -> Iterator[Problem]:
    for part in score.body.items:
        if isinstance(part, tree.DefaultDecay) and not isinstance(part.decay, written.NoDecay):
            reason = "every criterion names its own" if counting else "none of its criteria counts occurrences"
            hint = "points while a condition holds, and of tables, do not decay"
            message = f"this decay of `{score.name.text}` takes nothing: {reason}"
            yield doubt("W984", part.span, message, hint="leave it out" if counting else hint)


def silence_of_new_leads(subject: Subject) -> Iterator[Problem]:
    """W985: points against leads that were silent, which strike those who have just come."""
    for _, criterion in subject.model.criteria:
        match criterion:
            case Level(points=points, condition=condition, known_for=None) if points < 0 and _silent(condition):
                message = f"`{criterion.name}` strikes leads that are new, and had no time to do anything"
                hint = "add `, for leads known for at least 30 days`"
                yield remark("W985", criterion.span, message, hint=hint)


def _silent(condition: Condition) -> bool:
    match condition:
        case Happened(Pattern(window=window), True):
            return window is not None
        case Not(Happened(Pattern(window=window), False)):
            return window is not None
        case Compare(Aggregate("count", Pattern(window=window)), "=" | "<=", Constant(0.0)):
            return window is not None
        case Compare(Aggregate("count", Pattern(window=window)), "<", Constant(1.0)):
            return window is not None
        case Both(parts):
            return all(_silent(part) for part in parts)
        case _:
            return False


def over(subject: Subject) -> Iterator[Problem]:
    """W986: a criterion whose time is over."""
    for _, criterion in subject.model.criteria:
        if criterion.valid and subject.today is not None and criterion.valid[1] <= subject.today:
            hint = "leave it out where no lead is scored as of that time any more"
            yield remark("W986", criterion.span, f"the time in which `{criterion.name}` is valid is over", hint=hint)


def active_leaving(subject: Subject) -> Iterator[Problem]:
    """W989: turning away that counts as a sign of activity."""
    counted = [part for part in subject.parts if isinstance(part, Pattern) and part.event is None]
    for event in subject.model.events if counted else ():
        if is_leaving(event) and not event.passive:
            message = f"`{event.name}` counts as a sign of activity"
            labels = (Label(counted[0].span, "any event counts here"),)
            hint = f"what happens to a lead is `passive`: `event {event.name} passive`"
            yield doubt("W989", event.span, message, hint=hint, labels=labels)
