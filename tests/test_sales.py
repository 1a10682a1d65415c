"""What calls bring: who is hot, what a lead is worth, and what a policy adds."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from scipy import special, stats

from leadrules.engine.adopt import adopt
from leadrules.engine.transitions import transitions
from leadrules.judging.follow_paths import follow_paths
from leadrules.judging.judgement import Judgement
from leadrules.judging.metrics import Metrics
from leadrules.report.judgement import judgement_as_json
from leadrules.report.metrics import draw_metrics
from leadrules.simulator import blocks
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import Calls, Followed, together
from leadrules.simulator.hot import joined
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.simulate import simulate
from tests.build import plan_of
from tests.judged import judged
from tests.phase_type import RICH, judge, mean_z, seeds, share_z, world_of, z_of
from tests.sales import DAY, HOUR, MARKET, SALES, STEP, follow_up, same
from tests.test_journeys import QUIET

RULES = """
ruleset card { timezone Europe/Warsaw }
lead { industry one of software, finance, retail
  employees whole number }
event page { path text }
event demo
score points { criteria {
  software 10 when industry is software
  page 4 each page, at most 5
  demo 15 each demo, at most 2
} }
thresholds { hot when points >= 25
  warm when points >= 10
  cold otherwise }
"""


def with_effect(text: str, logit: float) -> str:
    assert "effect 1.2 logit" in text
    return text.replace("effect 1.2 logit", f"effect {logit:g} logit")


# Who is hot


def hot_of(rules: str, text: str = RICH, seed: int = 3, cuts: tuple[int, ...] = (0, 1_500)) -> Any:
    plan, world, draws = plan_of(rules), world_of(text + SALES), Draws(seed)
    parts = []
    for start, stop in itertools.pairwise(cuts):
        population = simulate(world, draws, start, stop)
        leads = adopt(plan.model, population.leads)
        parts.append(follow_paths(plan, leads, population.truth, world.scenario, start)[1])
    return joined(reversed(parts))


REMEMBERS = RULES.replace("hot when points >= 25", "hot when points >= 25, for at least 2 days, until points < 5")
DAILY = RULES.replace("timezone Europe/Warsaw", "timezone Europe/Warsaw; evaluate daily at 06:00")


@pytest.mark.parametrize("rules", [RULES, REMEMBERS, DAILY], ids=["at events", "remembers", "daily"])
def test_a_lead_is_hot_when_it_first_steps_into_the_best_tier(rules: str) -> None:
    found = hot_of(rules)
    plan, world = plan_of(rules), world_of(MARKET)
    population = simulate(world, Draws(3), 0, 1_500)
    scenario = world.scenario
    until = scenario.start + int(scenario.horizon.value) * STEP - 1
    first: dict[int, tuple[int, float]] = {}
    for part in transitions(plan, adopt(plan.model, population.leads), until):
        for row in range(len(part)):
            if part.after[row] == 0:
                tick = int(part.time[row] - scenario.start) // STEP
                first.setdefault(int(part.ids[row]), (tick, float(part.scores["points"][row])))
    assert len(first) > 50
    told = {int(i): (int(t), float(s)) for i, t, s in zip(found.lead, found.tick, found.score, strict=True)}
    assert told == first
    np.testing.assert_array_equal(found.account, population.truth.account[found.lead])
    assert (np.diff(found.tick.astype(np.int64)) >= 0).all()


def test_the_hot_list_is_the_same_in_any_blocks() -> None:
    same(hot_of(RULES), hot_of(RULES, cuts=(0, 37, 38, 900, 1_500)))
    assert sum(column.itemsize for column in (hot_of(RULES).lead, hot_of(RULES).account, hot_of(RULES).tick)) == 12


def test_without_tiers_nobody_is_hot() -> None:
    assert not len(hot_of(RULES.partition("thresholds")[0]).lead)


# What a lead is worth


def worth(text: str, seed: int, leads: int = 8_000) -> Any:
    truth = simulate(world_of(text), Draws(seed), 0, leads).truth
    return truth.money, truth


@pytest.mark.slow
def test_deals_are_lognormal_with_their_factors(full: bool) -> None:
    factors = (-np.inf, 50, 250, np.inf)
    figures, means = [], []
    for seed in seeds(full):
        money, truth = worth(QUIET + SALES, seed)
        size = simulate(world_of(QUIET + SALES), Draws(seed), 0, 8_000).leads.fields["employees"]
        size = size.values  # type: ignore[union-attr]
        factor = np.where(np.isnan(size), 0.8, np.array([0.5, 1.0, 2.5])[np.searchsorted(factors[1:-1], size, "right")])
        plain = money.deal / (factor * np.exp(0.2 * truth.intent))
        figures.append(z_of(stats.kstest(plain, stats.lognorm(0.5, scale=9_000).cdf).pvalue))
        means.append(mean_z(plain, 9_000 * np.exp(0.5**2 / 2)))
    judge(figures)
    judge(means)


@pytest.mark.slow
def test_customers_stay_by_their_law(full: bool) -> None:
    weibull = SALES.replace("retention 75% every 365 days", "retention weibull mean 700 days shape 1.3, every 365 days")
    scale = 700 / special.gamma(1 + 1 / 1.3)
    laws = {SALES: 0.75 ** np.arange(1, 4), weibull: np.exp(-((365 * np.arange(1, 4) / scale) ** 1.3))}
    for sales, more in laws.items():
        figures: list[list[float]] = [[], [], [], []]
        for seed in seeds(full):
            periods = worth(QUIET + sales, seed)[0].periods
            assert periods.min() == 1
            for n in range(3):
                figures[n].append(share_z(periods > n + 1, more[n]))
            if sales is SALES:
                figures[3].append(mean_z(periods, 1 / (1 - 0.75)))
        for found in figures:
            judge(found) if found else None


def test_money_and_sales_change_no_other_draw() -> None:
    one, other = (simulate(world_of(text), Draws(8), 0, 2_000) for text in (RICH, MARKET))
    same(replace(other.truth, money=None), one.truth)
    np.testing.assert_array_equal(one.leads.events.time, other.leads.events.time)
    assert one.truth.money is None
    assert other.truth.money is not None


# What a policy adds


def rows_of(text: str, seed: int = 3, cuts: tuple[int, ...] = (0, 1_500)) -> Followed:
    """Every third lead is called, some days after it arrived."""
    world, draws = world_of(text), Draws(seed)
    truth = simulate(world, draws, 0, cuts[-1]).truth
    lead = np.arange(0, cuts[-1], 3)
    hot = truth.arrival[lead] + 2 * DAY
    calls = Calls(lead, hot, hot + (lead % 11) * 6 * HOUR)
    return together(follow_up(world, draws, calls, start, stop) for start, stop in [*itertools.pairwise(cuts)][::-1])


def test_what_becomes_of_a_lead_is_the_same_in_any_block() -> None:
    one, other = rows_of(MARKET), rows_of(MARKET, cuts=(0, 1, 2, 700, 1_500))
    for name in ("lead", "account", "called", "reached", "late", "before", "after", "worth"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)


def test_calls_that_do_nothing_change_nothing() -> None:
    found = rows_of(with_effect(MARKET, 0.0))
    assert found.reached.any()
    np.testing.assert_array_equal(found.before, found.after)


def test_a_call_is_late_when_the_journey_is_over() -> None:
    found, truth = rows_of(MARKET), simulate(world_of(MARKET), Draws(3), 0, 1_500).truth
    lead = found.lead[found.called]
    served = truth.arrival[lead] + 2 * DAY + (lead % 11) * 6 * HOUR
    late = found.late
    assert late.any()
    np.testing.assert_array_equal(late[found.called], truth.ended[lead] <= served)
    assert not late[~found.called].any()


def wins(effect: float, seed: int) -> set[int]:
    found = rows_of(with_effect(MARKET, effect), seed, (0, 6_000))
    return set(found.lead[found.after].tolist())


def test_a_stronger_call_loses_no_win() -> None:
    for seed in seeds(False, 3):
        nested = [wins(effect, seed) for effect in (-3.0, -0.5, 0.0, 0.4, 1.2, 5.0)]
        assert all(less < more for less, more in itertools.pairwise(nested))


@pytest.mark.slow
def test_calls_reach_by_their_chance_which_fades(full: bool) -> None:
    figures = []
    for seed in seeds(full):
        found = rows_of(MARKET, seed, (0, 6_000))
        lead, called = found.lead, found.called
        wait = (lead[called] % 11) * 0.25
        figures.append(share_z(found.reached[called], 0.6 * 0.5 ** (wait / 2)))
    judge(figures)


def judgement(text: str = MARKET, rules: str = RULES, leads: int = 3_000, seed: int = 3) -> Judgement:
    return judged(plan_of(rules), world_of(text).scenario, leads, seed)


def tried(text: str = MARKET, rules: str = RULES, leads: int = 3_000, seed: int = 3) -> Metrics:
    return judgement(text, rules, leads, seed).metrics


def figures_of(metrics: Metrics) -> Iterator[tuple[str, Estimate]]:
    for name in metrics.sales.__struct_fields__ if metrics.sales else ():
        value = getattr(metrics.sales, name)
        if isinstance(value, Estimate):
            yield name, value


def test_a_trial_says_what_sales_make_of_its_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    strong = with_effect(MARKET, 6.0).replace("reached 60%", "reached 100%").replace("capacity 6", "capacity 20")
    rules = RULES.replace("hot when points >= 25", "hot when points >= 25, contact within 1 hour")
    metrics = tried(strong, rules)
    sales = metrics.sales
    assert sales is not None
    assert sales.hot == sales.called + sales.expired + sales.waiting
    for name, value in figures_of(metrics):
        assert value.value is not None, name
        assert value.low is not None, name
        assert value.high is not None, name
        assert value.low < value.value < value.high, name
    assert [sum(week[at] for week in map(weekly, sales.weeks)) for at in (0, 2)] == [sales.hot, sales.called]
    assert all(week.called <= week.capacity == 100 or week.capacity < 100 for week in sales.weeks)
    assert sales.weeks[-1].waiting == sales.waiting
    pairs = (
        (sales.won_more, sales.won_treated, sales.won_untreated),
        (sales.value_more, sales.value_treated, sales.value_untreated),
    )
    for more, after, before in pairs:
        assert more.value == pytest.approx((after.value or 0) - (before.value or 0))
    assert sales.gain.value == pytest.approx((sales.value_more.value or 0) - (sales.costs.value or 0))
    assert sales.costs.value == pytest.approx(25 * sales.called + 40 * 8 * sum(1 for _ in days_of(metrics)))
    monkeypatch.setattr(blocks, "BLOCK", 700)
    assert tried(strong, rules) == metrics


def weekly(week: Any) -> tuple[int, int, int, int]:
    return week.hot, week.capacity, week.called, week.waiting


def days_of(metrics: Metrics) -> Iterator[int]:
    """Working days of the market: it begins on a Monday and lasts 200 days."""
    del metrics
    return (day for day in range(200) if day % 7 < 5)


def test_without_sales_a_trial_is_what_it_was() -> None:
    metrics = tried()
    assert tried(RICH) == replace(metrics, sales=None)
    assert "sales" not in json.loads(judgement_as_json(judgement(RICH)))


def test_with_an_effect_of_nothing_a_policy_is_worth_its_costs_and_no_more() -> None:
    sales = tried(with_effect(MARKET, 0.0)).sales
    assert sales is not None
    assert sales.won_treated == sales.won_untreated
    assert sales.value_more.value == 0
    assert sales.gain.value == -(sales.costs.value or 0)


def test_money_of_too_few_accounts_has_no_interval() -> None:
    sales = tried(leads=150).sales
    assert sales is not None
    assert sales.called > 0
    assert sales.value_more.low is None
    assert sales.gain.low is None
    assert sales.value_more.value is not None
    assert "of too few accounts" in draw_metrics(tried(leads=150))


def test_where_nobody_is_called_the_difference_is_exactly_nothing() -> None:
    metrics = tried(rules=RULES.partition("thresholds")[0])
    assert metrics.sales is not None
    assert metrics.sales.won_more == Estimate(0.0, 0.0, 0.0)
    assert metrics.sales.utilisation.value == 0
    assert metrics.sales.wait_median.value is None
    assert "no lead is hot" in draw_metrics(metrics)


def test_better_leads_first_and_first_come_share_one_capacity() -> None:
    both = [
        tried(MARKET.replace("capacity 6", f"order {order}; capacity 2")).sales for order in ("by score", "first come")
    ]
    assert both[0] is not None
    assert both[1] is not None
    assert both[0].hot == both[1].hot
    assert both[0].called == pytest.approx(both[1].called, abs=5)
    assert both[0] != both[1]


def test_the_text_and_the_json_say_the_same() -> None:
    found = judgement()
    metrics = found.metrics
    text, read = draw_metrics(metrics), json.loads(judgement_as_json(found))["sales"]
    assert read["hot"] == metrics.sales.hot  # type: ignore[union-attr]
    for words in (
        "hot leads a week",
        "capacity used",
        "won more by calls",
        "value more less costs in EUR",
        "ranking is",
    ):
        assert words in text
    assert f"{read['won_more']['value']:,.0f}" in text
    assert len(read["weeks"]) == 29


def test_a_market_without_money_has_no_figures_of_it() -> None:
    text = RICH + "sales { capacity 6 per day; effect 1 logit }"
    sales = tried(text).sales
    assert sales is not None
    assert sales.gain.value is None
    assert sales.costs.value == 0
    assert "value" not in draw_metrics(tried(text)).partition("follow-up by sales")[2].partition("Intervals")[0][40:]
