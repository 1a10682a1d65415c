"""What is demanded of a rule set, checked: laws that hold for every lead, and gates a market decides."""

from __future__ import annotations

from msgspec import Struct

from leadrules.dsl.expression.model import Meaning


class NeverRaises(Meaning, frozen=True):
    """For every lead and every instant from an occurrence of `event` on: the score is not higher than without it."""

    event: str
    score: str


class NeverLowers(Meaning, frozen=True):
    """For every lead and every instant from an occurrence of `event` on: the score is not lower than without it."""

    event: str
    score: str


class Outranks(Meaning, frozen=True):
    """At every age one occurrence of `higher` is worth more than one of `lower`, while either is worth anything.

    Both are criteria of `score`.
    """

    score: str
    higher: str
    lower: str


class TiersReachable(Meaning, frozen=True):
    """Each tier is that of some lead at some instant."""


class NoneAlone(Meaning, frozen=True):
    """No lead that gets points from one criterion alone is in `tier`, unless it were in it with none."""

    tier: str


Law = NeverRaises | NeverLowers | Outranks | TiersReachable | NoneAlone


class Demand(Meaning, frozen=True):
    """A bound for a figure of a trial: `least` is the lowest it may be, `most` the highest.

    `figure` is what the measure is called, with its tier where it has one: `auc`, `precision of hot`, `hot per week`,
    `cost per won deal`. Durations are in seconds.
    """

    figure: str
    least: float | None
    most: float | None


class Gate(Struct, frozen=True):
    """What a trial in a market must show. `scenario` is a path from the folder of the file that is made of all others."""

    scenario: str
    demands: tuple[Demand, ...]
