"""Tiers that hold leads for ever, set things off again and again, or promise what they cannot keep."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from leadrules.dsl.expression.model import DaysSince, Happened, Holds, Pattern, Reference
from leadrules.dsl.problem import Label, Problem
from leadrules.dsl.quantity import DAY, show_duration
from leadrules.dsl.rules.lint.attain import aim_of, aiming
from leadrules.dsl.rules.lint.subject import Subject, doubt, parts, remark
from leadrules.dsl.rules.model import Score
from leadrules.dsl.rules.model_criteria import Criterion, Each, NoDecay
from leadrules.dsl.rules.model_tiers import Tier


def no_way_out(subject: Subject) -> Iterator[Problem]:
    """W991: a tier that no lead leaves, because what it asks for never gets less."""
    aim = aim_of(subject.model)
    if aim is None or aim.tier.until is not None:
        return
    scores = [score for score in subject.base_scores if score.name in aim.shares]
    kept = all(share > 0 for share in aim.shares.values()) and not any(map(_shrinks, scores))
    counting = [c for _, c in aiming(subject.model, aim) if isinstance(c, Each)]
    if kept and counting and all(_stays(criterion) for _, criterion in aiming(subject.model, aim)):
        message = (
            f"whoever is `{aim.tier.name}` stays so: nothing that earns points for `{aim.score}` is ever taken back"
        )
        hint = "let points fade (`decay half-life 30 days`), or take some back when a lead is silent"
        yield remark("W991", aim.tier.span, message, hint=hint)


def _shrinks(score: Score) -> bool:
    return bool(score.resets or score.ageing or score.multipliers)


def _stays(criterion: Criterion) -> bool:
    """Whether what a criterion gave stays; fields of a lead may change, and are taken to stay as they are."""
    if criterion.valid is not None or criterion.unless is not None:
        return False
    if isinstance(criterion, Each):
        return isinstance(criterion.decay, NoDecay) and criterion.points >= 0 and criterion.which != "last"
    return not any(map(_may_end, parts(criterion)))


def _may_end(part: Struct) -> bool:
    """Whether time or an event may make it false; what has a name of its own may be made of such a part."""
    match part:
        case Happened(_, absent):
            return absent
        case Pattern(window=window):
            return window is not None
        case Holds(reference):
            return reference.kind != "field"
        case _:
            return isinstance(part, DaysSince)


def set_off_again(subject: Subject) -> Iterator[Problem]:
    """W992: an action that a score which wavers at a threshold sets off again and again."""
    tiers = {tier.name: tier for tier in subject.model.tiers}
    for on in subject.model.actions:
        tier = tiers[on.tier]
        if on.step == "entering" and on.cooldown is None and _wavers(tier):
            labels = (Label(tier.span, "ends where it begins"),)
            message = f"a lead whose score wavers about the threshold of `{tier.name}` sets this off again and again"
            hint = "add `, at most once per 30 days`, or let the tier end lower: `until`"
            yield remark("W992", on.span, message, hint=hint, labels=labels)


def _wavers(tier: Tier) -> bool:
    asks = any(isinstance(part, Reference) and part.kind == "score" for part in parts(tier.condition))
    return asks and tier.until is None and tier.held_for is None


def inverted_promises(subject: Subject) -> Iterator[Problem]:
    """W993: a higher tier that is contacted later than a lower one."""
    above: list[tuple[float, Tier]] = []
    for tier in subject.model.tiers:
        if tier.contact is not None:
            slower = next(((time, other) for time, other in above if time > tier.contact), None)
            if slower:
                labels = (Label(slower[1].span, f"stands above, and waits for {show_duration(slower[0])}"),)
                message = f"`{tier.name}` is contacted within {show_duration(tier.contact)}, sooner than a higher tier"
                yield doubt("W993", tier.span, message, hint="exchange the promises", labels=labels)
            above.append((tier.contact, tier))


def between_evaluations(subject: Subject) -> Iterator[Problem]:
    """W994: a delay shorter than the time between two looks at a lead."""
    evaluation = subject.model.evaluation
    times = sorted(evaluation.daily)
    if evaluation.at_events or not times:
        return
    gaps = [after - before for before, after in zip(times, [*times[1:], times[0] + DAY], strict=True)]
    for tier in subject.model.tiers:
        if tier.held_for is not None and tier.held_for < min(gaps):
            message = f"`{tier.name}` begins after {show_duration(tier.held_for)}, and leads are looked at every {show_duration(min(gaps))}"
            hint = (
                "a delay shorter than that is that long: `evaluate at every event and daily at 00:00` looks more often"
            )
            yield doubt("W994", tier.span, message, hint=hint)
