"""How a rule set treats leads of different kinds. Plain data."""

from __future__ import annotations

from msgspec import Struct

from leadrules.simulator.metrics import Estimate


class Segment(Struct, frozen=True, kw_only=True):
    """The judged leads with one value of a field.

    `selected`: the share of them in the best tier; `ratio`: that over the share of the kind that is selected most, `below_four_fifths` where it is surely
    below 0.8 (Holm over all segments). `of_winners`: the share of its winners that are selected; `precision`: the share of those
    selected that win; `gap`: by how much `of_winners` is above that of all other leads.
    """

    field: str
    value: str
    leads: int
    selected: Estimate
    ratio: Estimate
    below_four_fifths: bool
    of_winners: Estimate
    precision: Estimate
    gap: Estimate
