"""What sales make of hot leads, in words: the queue, the wins, the money, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leadrules.dsl.quantity import show_number
from leadrules.judging.metrics import SalesMetrics
from leadrules.judging.worked import Policy
from leadrules.report.grid import Grid
from leadrules.simulator.metrics import Estimate

HOUR = 3_600.0
HEADS = ("follow-up by sales", "value", "95 % interval")


def sales_grid(sales: SalesMetrics) -> Grid:
    """The figures of the follow-up."""
    money = f" in {sales.currency}" if sales.currency else ""
    figures = [
        ("hot leads a week", sales.hot_per_week, _count),
        ("capacity used", sales.utilisation, _share),
        ("expired before a call", sales.expired_share, _share),
        ("hot leads a week beyond its calls", sales.overflow_per_week, _count),
        ("called as soon as promised", sales.sla_kept, _share),
        ("wait for a call, median", sales.wait_median, _wait),
        ("wait for a call, 90 % wait less", sales.wait_90, _wait),
        ("won if nobody calls", sales.won_untreated, _count),
        ("won as sales call", sales.won_treated, _count),
        ("won more by calls", sales.won_more, _count),
        ("won more by calls, expected", sales.won_more_expected, _count),
        (f"value if nobody calls{money}", sales.value_untreated, _money),
        (f"value as sales call{money}", sales.value_treated, _money),
        (f"value more by calls{money}", sales.value_more, _money),
        (f"value more by calls, expected{money}", sales.value_more_expected, _money),
        (f"costs of calls{money}", sales.costs, _money),
        (f"value more less costs{money}", sales.gain, _money),
        (f"value more less costs, expected{money}", sales.gain_expected, _money),
    ]
    rows = [(name, *_shown(estimate, show)) for name, estimate, show in figures if estimate.value is not None]
    return Grid(HEADS, rows, (1,))


def sales_notes(sales: SalesMetrics) -> Iterator[str]:
    """Who is called, and what the figures mean."""
    if sales.tier is None:
        yield "These rules have no tiers: no lead is hot, and sales call nobody."
        return
    yield (
        f"A lead is hot when it first gets into the tier `{sales.tier}`: {sales.hot:,} leads, {sales.called:,} of them "
        f"called, {sales.expired:,} expired, {sales.waiting:,} still waiting at the end."
    )
    yield (
        f"Sales can make {show_number(sales.capacity)} calls a working day. {sales.reached:,} calls reached somebody; "
        f"{sales.late:,} came when the lead had won or left, which sales cannot see."
    )
    yield "Wins and what they pay count whenever they come, also after the horizon."
    yield "Expected is by P(won) when a call is made, with it and without: the same on average, with less noise."
    yield "Calls change how a journey goes on, never what a lead does before its next stage or how it is scored later:"
    yield "the ranking is judged on what becomes of leads untreated, the value on what becomes of them as sales call."


def policies(old: Policy, new: Policy) -> Iterator[str]:
    """Whom sales call under two rule sets, and what the figures of it mean."""
    for word, policy in (("old", old), ("new", new)):
        yield (
            f"Sales under the {word} rules: {policy.hot:,} leads get hot, {policy.called:,} are called, "
            f"{policy.expired:,} expire, {policy.waiting:,} still wait at the end; {policy.reached:,} calls reach somebody."
        )
    yield "Wins and money are expected ones: P(won) when a call is made, with it and without, instead of one coin a lead,"
    yield "and what such wins pay on average. Intervals of both: bootstrap over accounts, each time with a queue of its own."


def _shown(estimate: Estimate, show: Callable[[float], str]) -> tuple[str, str]:
    assert estimate.value is not None
    if estimate.low is None or estimate.high is None:
        return show(estimate.value), "cannot be said: of too few accounts"
    return show(estimate.value), f"{show(estimate.low)} to {show(estimate.high)}"


def _count(value: float) -> str:
    return f"{value:,.1f}" if value != round(value) else f"{value:,.0f}"


def _share(value: float) -> str:
    return f"{value:.1%}"


def _wait(seconds: float) -> str:
    """Hours up to two days, then days."""
    hours = seconds / HOUR
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


def _money(value: float) -> str:
    return f"{value:,.0f}"
