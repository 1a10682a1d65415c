"""A model to the ages at which time alone can change what its tiers ask for: of events, of moments, of what is known.

Between two evaluations at which nothing of that kind lies, and no event, a lead stands as it stood.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from leadrules.dsl.expression.model import Compare, Constant, DaysSince, Happened, Meaning, Pattern
from leadrules.dsl.rules.model import Model, RollUp, Score
from leadrules.dsl.rules.model_criteria import (
    Begins,
    ByAge,
    Decay,
    Each,
    Expires,
    HalfLife,
    Level,
    Linear,
    NoDecay,
    OfOriginal,
    PointsEvery,
    Scale,
    SCurve,
    Veto,
)
from leadrules.engine.zone import DAY

ANY_TIME = -math.inf, math.inf
Ages = tuple[float, float]


class Span(Struct, frozen=True):
    """Ages between which something can change by itself, in microseconds: at the first, at the last, or in between.

    They are those of events of some types (`events`, None: of all; `latest`: the latest of them alone counts), or of the
    value of a `field`.
    """

    ages: Ages
    events: tuple[str, ...] | None = None
    field: str | None = None
    latest: bool = False


class Turning(Struct, frozen=True):
    """All that can change by itself: spans, `instants` (microseconds UTC), and how long tiers make a lead wait."""

    spans: tuple[Span, ...]
    instants: tuple[float, ...]
    waits: tuple[float, ...]

    @property
    def brief(self) -> bool:
        """Whether all changes come at single ages of events, so that there are few of them."""
        return not self.waits and all(s.ages[0] == s.ages[1] and s.field is None for s in self.spans)


def turning(model: Model) -> Turning | None:
    """What can change by itself under a model; None where that cannot be told from a lead's own log.

    Scores of all members of an account are of that kind, and balances that run.
    """
    if any(isinstance(s, RollUp) or (isinstance(s, Score) and s.is_balance) for s in model.scores):
        return None
    found = _Found(model)
    parts = (model.conditions, model.scores, model.checklists, model.tiers)
    for part in (*(part for group in parts for part in group), *([model.frozen] if model.frozen else [])):
        found.look(part)
    dates = [c.valid for _, c in model.criteria if c.valid is not None]
    return Turning(
        tuple(dict.fromkeys(found.spans)),
        tuple(sorted({instant for pair in dates for instant in pair if math.isfinite(instant)})),
        tuple(sorted({tier.held_for for tier in model.tiers if tier.held_for})),
    )


class _Found:
    """The spans of all that was looked at."""

    def __init__(self, model: Model) -> None:
        self.active = tuple(event.name for event in model.events if not event.passive)
        self.known_from = model.columns.known_from
        self.spans: list[Span] = []

    def look(self, part: Meaning) -> None:
        """Add the spans of something and of all it is made of."""
        compared = _days(part) if isinstance(part, Compare) else None
        if compared:
            self.spans.append(self._of_days(*compared))
        for inner in part.made_of():
            if isinstance(inner, DaysSince) and not compared:
                self.spans.append(self._of_days(inner, None))
            if isinstance(part, Happened) and isinstance(inner, Pattern) and inner.window and inner.where is None:
                self.spans.append(self._of_events(inner, (inner.window, inner.window), latest=True))
            else:
                self.look(inner)
        self.spans += self._own(part)

    def _own(self, part: Meaning) -> Iterator[Span]:
        if isinstance(part, Pattern) and part.window is not None:
            yield self._of_events(part, (part.window, part.window))
        if isinstance(part, Each) and not isinstance(part.decay, NoDecay):
            yield from (self._of_events(part.pattern, ages) for ages in ages_of(part.decay))
        if isinstance(part, Level | Scale | Veto) and part.known_for is not None:
            yield Span((part.known_for, part.known_for))
            yield from [Span((part.known_for, part.known_for), field=self.known_from)] if self.known_from else []

    def _of_days(self, days: DaysSince, than: float | None) -> Span:
        slack = 2 * DAY if days.calendar else 0  # midnights in between are by up to a day more or fewer than days
        ages = ANY_TIME if than is None else (than * DAY - slack, than * DAY + slack)
        if isinstance(days.subject, Pattern):
            return self._of_events(days.subject, ages)
        return Span(ages, field=days.subject.name) if days.subject.kind == "field" else Span(ANY_TIME)

    def _of_events(self, pattern: Pattern | Begins, ages: Ages, latest: bool = False) -> Span:
        if isinstance(pattern, Begins):
            return Span(ages)
        return Span(ages, self.active if pattern.event is None else (pattern.event,), latest=latest)


def _days(part: Compare) -> tuple[DaysSince, float] | None:
    """A number of days, and the number that it is compared with."""
    match part.left, part.right:
        case (DaysSince() as days, Constant(value)) | (Constant(value), DaysSince() as days):
            return days, value
    return None


def ages_of(decay: Decay) -> Iterator[Ages]:
    """The ages at which an occurrence comes to be worth something else."""
    match decay:
        case Linear(duration):
            yield 0.0, duration
        case SCurve(duration):
            yield 0.0, 2 * duration
        case Expires(duration):
            yield duration, duration
        case ByAge(ages):
            yield from ((age, age) for age in ages)
        case OfOriginal(share, duration) if share > 0:
            yield 0.0, duration / share
        case HalfLife() | PointsEvery() | OfOriginal():
            yield 0.0, math.inf
