"""Criteria that were checked: what earns points, which occurrences count, and what time leaves of them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from leadrules.dsl.expression.model import ByField, Condition, Meaning, Pattern, Reference, Value


class NoDecay(Struct, frozen=True):
    """Points stay."""


class HalfLife(Struct, frozen=True):
    """Points × 2^(-age / duration), in microseconds."""

    duration: float


class Linear(Struct, frozen=True):
    """Points × max(0, 1 - age / duration)."""

    duration: float


class Expires(Struct, frozen=True):
    """Full points before `duration`, none from then on."""

    duration: float


class SCurve(Struct, frozen=True):
    """Points × (1 - 3x² + 2x³) with x = age / (2 × duration); none from x = 1 on."""

    duration: float


class OfOriginal(Struct, frozen=True):
    """Points × max(0, 1 - share × age / duration); `in_steps`: only whole durations count."""

    share: float
    duration: float
    in_steps: bool


class ByAge(Struct, frozen=True):
    """Points × the share of their age: `shares[i]` below `ages[i]` (ascending), the last share from the last age on."""

    ages: tuple[float, ...]
    shares: tuple[float, ...]


class PointsEvery(Struct, frozen=True):
    """The magnitude of the points less `points` for each whole `duration`, down to `low` where it is not lower."""

    points: float
    duration: float
    low: float


Decay = NoDecay | HalfLife | Linear | Expires | SCurve | OfOriginal | ByAge | PointsEvery


class AtMost(Struct, frozen=True):
    """At most `count` occurrences, in all or in each calendar period of the rule set's zone."""

    count: int
    period: Literal["all", "day", "week", "month"]


class AtMostInAny(Struct, frozen=True):
    """An occurrence counts where fewer than `count` counted ones lie in the `window` microseconds before it."""

    count: int
    window: float


class OncePer(Struct, frozen=True):
    """One occurrence for each value of a property; the missing value is one value."""

    property: Reference


Limit = AtMost | AtMostInAny | OncePer


class WorthPer(Struct, frozen=True):
    """For each value of a property, the missing one among them, a decayed sum within [-points, points]."""

    points: float
    property: Reference


class Labelled(Meaning, frozen=True, kw_only=True):
    """A criterion.

    `weight` is what its points are multiplied by, after `worth`. `valid`: only from the first instant to before the
    second, by the time of each occurrence, or where there are none by the time of scoring. `unless`: it gives nothing
    while that is true.
    """

    weight: float = 1.0
    valid: tuple[float, float] | None = None
    unless: Condition | None = None


class Level(Labelled, frozen=True):
    """Points while a condition holds. `known_for`: only for leads known for so many microseconds."""

    name: str
    points: float
    condition: Condition
    known_for: float | None = None


class Sequence(Meaning, frozen=True):
    """What has to come before an occurrence, less than `within` microseconds."""

    pattern: Pattern
    within: float


class Per(Meaning, frozen=True):
    """An occurrence counts as often as `size` goes into its property: 2.5 times, or (`full`) twice."""

    property: Reference
    size: float
    full: bool


class Band(Struct, frozen=True):
    """The next `size` (the last may be infinite) of a property: `points` for each `per` of it, in proportion."""

    size: float
    points: float
    per: float


class Bands(Meaning, frozen=True):
    """An occurrence is worth what its property earns in bands, cut off from zero upwards; below zero nothing."""

    property: Reference
    bands: tuple[Band, ...]


class Begins(Meaning, frozen=True):
    """An occurrence at each event that makes a condition true."""

    condition: Condition


class Each(Labelled, frozen=True):
    """Points for every counted occurrence of a pattern, or for the first or the last alone.

    `worth_per` bounds the decayed sum of each of its groups, then `worth` the sum of all to [-worth, worth]. With a `gap`
    only those are meant that come at least so many microseconds after the one before. With a `sequence` each takes the
    latest occurrence of that pattern which lies before it, less than `within` microseconds, and was taken by no other;
    those that find none are not meant. With a `visit` those are meant that come so many microseconds or more after the
    one before, and the first of all. With `per` an occurrence is worth a multiple of the points, which are 1 with bands.
    """

    name: str
    points: float
    pattern: Pattern | Begins
    which: Literal["each", "first", "last"]
    limits: tuple[Limit, ...]
    worth: float | None
    decay: Decay
    worth_per: WorthPer | None = None
    gap: float | None = None
    sequence: Sequence | None = None
    per: Per | Bands | None = None
    visit: float | None = None


class Table(Labelled, frozen=True):
    """Points by the value of a field."""

    name: str
    by: ByField


class Scale(Labelled, frozen=True):
    """Points that are a value of each lead, while a condition holds or always; a value that is not known adds nothing."""

    name: str
    points: Value
    condition: Condition | None
    known_for: float | None = None


class Case(Meaning, frozen=True):
    """A row of a table of conditions."""

    condition: Condition
    points: float


class Cases(Labelled, frozen=True):
    """The points of one row whose condition is true: of the first, or (`best`) of the one with most points.

    `otherwise` where no condition is true; one that is unknown is not true.
    """

    name: str
    best: bool
    rows: tuple[Case, ...]
    otherwise: float


class Veto(Labelled, frozen=True):
    """While its condition holds the score, which has bounds, is at the lower one."""

    name: str
    condition: Condition
    known_for: float | None = None


Criterion = Level | Each | Table | Scale | Cases | Veto
