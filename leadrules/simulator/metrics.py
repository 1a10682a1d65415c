"""What a trial tells of a rule set: each figure with an interval, and the definitions they hold under."""

from __future__ import annotations

from msgspec import Struct

FORMAT_VERSION = 1


class Estimate(Struct, frozen=True):
    """A figure and its 95 % interval; all None where it has no value, such as a rate among no leads."""

    value: float | None
    low: float | None
    high: float | None


NOTHING = Estimate(None, None, None)


class TierMetrics(Struct, frozen=True):
    """A tier at the landmark: its leads, their share of all that are judged, and the share of them that win."""

    tier: str
    leads: int
    won: int
    share: Estimate
    win_rate: Estimate


class Metrics(Struct, frozen=True, kw_only=True):
    """How a rule set ranks the leads of a market, judged at a landmark by what becomes of them untreated.

    `leads` were simulated; `judged` of them were still open at their landmark and inside the horizon; `ended` had an
    outcome before it, `late` reach it only after the horizon. `won` of the judged win within the window. Times in
    seconds. Higher is better for every figure.
    """

    format_version: int = FORMAT_VERSION
    ruleset: str
    scenario: str
    seed: int
    leads: int
    judged: int
    ended: int
    late: int
    won: int
    landmark: float
    window: float
    ranking: str
    account_size: float
    base_rate: Estimate
    roc_auc: Estimate
    average_precision: Estimate
    top_share: float
    precision_at_top: Estimate
    lift_at_top: Estimate
    tiers: tuple[TierMetrics, ...]
