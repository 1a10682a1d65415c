"""What occurrences that count are worth, naively: their points, what time leaves of them, and the most they may give."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tests.oracle_conditions import Scene, finite, number_of
from tests.oracle_counting import counted_of, told_by
from tests.oracle_facts import Event, Known, kept
from tests.specs import Bands, Decay, Each, Per

NO_DECAY = Decay("none")


def earned(criterion: Each, decay: Decay, scene: Scene) -> float:
    """The points of every occurrence that counts, each decayed, their sum kept within what they may be worth."""
    return worth_of(criterion, counted_of(criterion, scene), decay, scene)


def worth_of(criterion: Each, counted: Sequence[Event], decay: Decay, scene: Scene) -> float:
    """What some occurrences that count are worth now."""
    points = number_of(criterion.points, scene)
    groups: dict[Known | None, float] = {}
    for event in counted:
        group = told_by(event, criterion.worth_per[1]) if criterion.worth_per else None
        earns = kept(points * often(criterion.per, event, scene))
        if criterion.bands:
            earns = kept(banded(criterion.bands, event, scene))
        groups[group] = groups.get(group, 0.0) + left(decay, earns, scene.facts.now - event.time, scene)
    if criterion.worth_per:
        groups = {group: within(total, number_of(criterion.worth_per[0], scene)) for group, total in groups.items()}
    return within(sum(groups.values()), math.inf if criterion.worth is None else number_of(criterion.worth, scene))


def within(total: float, worth: float) -> float:
    """A sum kept within what it may be worth, to either side of zero."""
    return max(-worth, min(worth, total))


def often(per: Per | None, event: Event, scene: Scene) -> float:
    """How many times the points an occurrence is worth."""
    if per is None:
        return 1.0
    amount = event.values[per.property]
    if amount is None:
        return 0.0
    found = finite(float(amount) / number_of(per.size, scene))  # type: ignore[arg-type]
    return float(math.trunc(found)) if per.full else found


def banded(bands: Bands, event: Event, scene: Scene) -> float:
    """What the property of an occurrence earns: the first part of it at one rate, the next at another."""
    amount = event.values[bands.property]
    rest, earned = 0.0 if amount is None else max(0.0, float(amount)), 0.0
    for width, points, per in bands.rows:
        part = rest if width is None else min(rest, number_of(width, scene))
        earned += kept(finite(part / (1.0 if per is None else number_of(per, scene))) * number_of(points, scene))
        rest -= part
    return earned


def left(decay: Decay, points: float, age: int, scene: Scene) -> float:
    """What is left of the points of an occurrence of this age."""
    if decay.law == "by age":
        for limit, share in decay.bands:
            if limit is None or age < number_of(limit, scene):
                return points * number_of(share, scene)
    if decay.duration is None:
        return points
    duration = number_of(decay.duration, scene)
    amount = 0.0 if decay.amount is None else number_of(decay.amount, scene)
    match decay.law:
        case "half-life":
            return float(points * 2.0 ** (-age / duration))
        case "linear":
            return points * max(0.0, 1.0 - age / duration)
        case "expires":
            return points if age < duration else 0.0
        case "s-curve":
            x = age / (2.0 * duration)
            return points * (1.0 - 3.0 * x**2 + 2.0 * x**3) if x < 1.0 else 0.0
        case "of original":
            times = age // duration if decay.in_steps else age / duration
            return points * max(0.0, 1.0 - amount * times)
        case _:
            low = 0.0 if decay.low is None else number_of(decay.low, scene)
            return nearer(points, amount * (age // duration), low)


def nearer(points: float, by: float, low: float) -> float:
    """Points moved towards zero, not across it and not below a magnitude that they have at first."""
    magnitude = abs(points)
    if magnitude > low:
        magnitude = max(low, magnitude - by)
    return math.copysign(magnitude, points)
