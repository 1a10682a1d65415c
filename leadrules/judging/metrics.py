"""What a judgement tells of a rule set in short: figures with their intervals, and the definitions they hold under."""

from __future__ import annotations

from msgspec import Struct

from leadrules.simulator.metrics import Estimate, Week

FORMAT_VERSION = 1


class TierMetrics(Struct, frozen=True):
    """A tier at the landmark: its leads, their share of all that are judged, and the share of them that win."""

    tier: str
    leads: int
    won: int
    share: Estimate
    win_rate: Estimate


class SalesMetrics(Struct, frozen=True, kw_only=True):
    """What sales make of the leads that a rule set calls hot, beside what becomes of the same leads untreated.

    `hot` leads got into the best `tier` (None: the rules have no tiers); of them `called`, never called because they
    `expired`, or `waiting` at the end of the horizon. `reached` of the calls reach somebody, `late` come when the
    journey is over. Waits in seconds, of those that are called. Wins count whenever they come, and so does what they
    pay, in `currency`; it and the costs are sums over all leads. `gain` is `value_more` less `costs`. What is asked
    for on a path that nobody took is None. `overflow_per_week`: leads that get hot in a week beyond the calls of that week.
    `sla_kept`: share of hot leads called within the time that the rules promise, None where they promise none.
    `won_more_expected`, `value_more_expected`, `gain_expected`: the same as `won_more`, `value_more` and `gain` with P(won)
    when a call is made, with it and without, in place of what became of each lead.
    """

    tier: str | None
    capacity: float
    hot: int
    called: int
    reached: int
    late: int
    expired: int
    waiting: int
    hot_per_week: Estimate
    utilisation: Estimate
    expired_share: Estimate
    wait_median: Estimate
    wait_90: Estimate
    won_untreated: Estimate
    won_treated: Estimate
    won_more: Estimate
    currency: str
    value_untreated: Estimate
    value_treated: Estimate
    value_more: Estimate
    costs: Estimate
    gain: Estimate
    weeks: tuple[Week, ...]
    overflow_per_week: Estimate
    sla_kept: Estimate
    won_more_expected: Estimate
    value_more_expected: Estimate
    gain_expected: Estimate


class Metrics(Struct, frozen=True, kw_only=True):
    """How a rule set ranks the leads of a market, judged at a landmark by what becomes of them untreated.

    `leads` were simulated; `judged` of them were still open at their landmark and inside the horizon; `ended` had an
    outcome before it, `late` reach it only after the horizon. `won` of the judged win within the window. Times in
    seconds. Higher is better for every figure but those of `sales`, which is None where the market has none.
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
    sales: SalesMetrics | None = None
