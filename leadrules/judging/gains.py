"""The gains of a rule set: how many of the winners are among the best leads, and how many times as many as by lot."""

from __future__ import annotations

from msgspec import Struct

from leadrules.simulator.metrics import Estimate


class Gain(Struct, frozen=True):
    """At a share of the judged leads, best scores first: the `winners` among them as a share of all (by P(won) where that
    is known), and the `lift`, which is that share over the one of the leads."""

    share: float
    winners: Estimate
    lift: Estimate
