"""Markets drawn from their ranges, and how far what is not known of a market moves a difference."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.model import ScenarioModel, parameters
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.files.templates import PRESETS, read_template
from leadrules.judging import vary_market
from leadrules.judging.compare import compared
from leadrules.judging.comparison import Compared
from leadrules.judging.draw_market import draw_market, ranged, wholes
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.measure_ranking import measure_ranking
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.report.uncertainty import uncertainty_lines
from leadrules.simulator.draws import Draws
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.world import build_world
from leadrules.verify.fill import read_filled, words_of
from tests.build import plan_of

ROOT = Path(__file__).parent.parent
CARD = ROOT / "examples/points_card.lead"
MARKET = """
scenario m { version 1; population 1_000; horizon 90 days from 2026-01-05; arrivals over 20 days
  landmark 20 days after arrival; target won within 60 days }
lead { role one of head, other }
event visit
event order
channels { ads 40%; organic 60% }
everyone { role { head 30%; other 60%; unknown 10% } }
persona buyer 70% { }
persona student 20% never buys { }
persona bot 10% never buys { channels { ads 90%; organic 10% } }
intent { spread 0.8; by role { head: 0.6; other: 0; unknown: 0 } }
activity { spread 0.8; correlation with intent 0.3 }
stage looking { lasts weibull mean 40 days shape 1.5; visits 0.3 per day; each visit has 1.5 events on average
  events { visit 80%; order 20% }
  then won logit -0.5 + 1.2 * intent, else lost }
SOURCES
"""
FIT = "ruleset fit { version 1 }\nlead { role one of head, other }\nscore p { criteria { head 5 when role is head } }\n"
BUSY = "ruleset busy { version 1 }\nevent visit\nevent order\nscore p { criteria { visit 1 each visit\norder 1 each order } }\n"


def market(*sources: str) -> ScenarioModel:
    lines = "".join(f"  {line}\n" for line in sources)
    return check(parse(Source("m.scenario", MARKET.replace("SOURCES", f"sources {{\n{lines}}}" if sources else ""))))


def values(found: ScenarioModel) -> dict[str, float]:
    return {p.path.replace("/", "."): p.value for p in parameters(found)}


RANGES = (
    '"personas.student.share": 5% to 50%',
    '"everyone.role.head": 10% to 90%',
    '"stages.looking.lasts": 10 days to 50 days',
    '"stages.looking.visits": 0.1 to 0.9 per day',
    '"activity.correlation": 0.3 to 0.6',
    '"stages.looking.then.won.intent": 1.2 to 1.2',
    '"intent.spread": "a guess"',
)


def paths_of(found: ScenarioModel) -> list[str]:
    return sorted(values(found))


@given(st.integers(0, 10_000))
def test_drawn_numbers_lie_in_their_ranges_and_shares_make_a_whole(number: int) -> None:
    stated = ranged_market()
    found = draw_market(stated, Draws(4), number)
    old, new = values(stated), values(found)
    known = {path.replace("/", "."): p for path, p in ranged(stated).items()}
    for path, p in known.items():
        assert p.low <= new[path] <= p.high, path
    for one, other in zip(wholes(stated), wholes(found), strict=True):
        assert sum(p.value for p in other) == pytest.approx(sum(p.value for p in one))
        assert all(p.value >= 0 for p in other)
    assert new["personas.buyer.share"] / new["personas.bot.share"] == pytest.approx(7)
    moved = {path for path in old if old[path] != new[path]}
    beside = {path for path in moved - set(known) if "share" not in path and "role" not in path}
    assert moved and not beside
    assert draw_market(stated, Draws(4), number) == found


@cache
def ranged_market() -> ScenarioModel:
    role = next(p for p in paths_of(market()) if "role" in p and "head" in p and "intent" not in p)
    return market(*(line.replace("everyone.role.head", role) for line in RANGES))


def test_half_of_the_markets_lie_on_either_side_of_what_was_written() -> None:
    stated = market('"stages.looking.lasts": 30 days to 140 days', '"activity.correlation": 0.3 to 0.6')
    found = [values(draw_market(stated, Draws(1), number)) for number in range(600)]
    lasts = np.array([each[next(p for p in each if p == "stages.looking.lasts")] for each in found]) / 86_400
    assert abs((lasts < 40).mean() - 0.5) < 0.07
    assert abs((lasts < 35).mean() - 0.25) < 0.06 and abs((lasts < 90).mean() - 0.75) < 0.06
    assert np.array([each["activity.correlation"] for each in found]).mean() == pytest.approx(0.45, abs=0.015)


@pytest.mark.parametrize("name", PRESETS)
def test_packaged_markets_can_be_drawn(name: str) -> None:
    stated = read_filled(read_template(name), words_of(read_model(CARD)))
    assert len(ranged(stated)) > 5
    for number in range(3):
        try_rules([plan_of(FIT)], build_world(draw_market(stated, Draws(2), number)), Draws(2), 50)


def gaps(plans: list[Plan], stated: ScenarioModel, leads: int, draws: Draws) -> dict[str, Compared]:
    tried = try_rules(plans, build_world(stated), draws, leads)
    old, new = show(plans, tried)
    return {figure.name: figure for figure in compared(old, new, (measure_ranking,))}


def test_the_spread_is_that_of_the_differences_with_many_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether busy leads are keen decides which of two rule sets is better: nobody knows it, and it is told."""
    monkeypatch.setattr(vary_market, "LEADS", 3_000)
    stated, draws, plans = market('"activity.correlation": 0 to 0.9'), Draws(5), [plan_of(FIT), plan_of(BUSY)]
    about = gaps(plans, stated, 12_000, draws)["expected auc"]
    found = vary_market.vary_market(plans, stated, draws, 12_000, 24, [about])
    (spread,) = found.spreads
    true = np.array(
        [
            gaps(plans, draw_market(stated, draws, number), 12_000, Draws(6))["expected auc"].difference.value
            for number in range(24)
        ]
    )
    assert spread.scenario == pytest.approx(true.std(ddof=1), rel=0.2)
    assert spread.scenario > 3 * spread.chance
    low, high = np.quantile(true, (0.025, 0.975))
    assert (spread.low, spread.high) == pytest.approx((low, high), abs=0.02)
    assert spread.better.value == pytest.approx((true > 0).mean(), abs=0.13)
    assert spread.better.low < (true > 0).mean() < spread.better.high
    assert (found.markets, found.leads, list(found.ranges)) == (24, 3_000, ["activity/correlation"])


def test_what_decides_nothing_moves_nothing() -> None:
    """A range of what two rule sets do not see: the moves are chance, and what is taken off leaves about nothing."""
    plans = [plan_of(FIT), plan_of(FIT)]
    stated, draws = market('"activity.correlation": 0 to 0.9'), Draws(5)
    about = gaps(plans, stated, 500, draws)["expected auc"]
    (spread,) = vary_market.vary_market(plans, stated, draws, 500, 10, [about]).spreads
    assert (spread.chance, spread.scenario, spread.low, spread.high) == (0, 0, 0, 0)
    assert (spread.better.value, spread.worse.value, spread.same.value) == (0, 0, 1)


def test_chance_leaves_open_in_how_many_markets_it_is_better() -> None:
    """Where the market decides nothing and chance all, one market and all of them are as well possible."""
    plans, draws = [plan_of(FIT), plan_of(BUSY)], Draws(5)
    stated = market('"activity.correlation": 0.29999 to 0.30001')
    about = gaps(plans, stated, 500, draws)["expected auc"]

    def better(low: float, high: float) -> Estimate:
        open_or_not = replace(about, difference=Estimate(-0.01, low, high))
        return vary_market.vary_market(plans, stated, draws, 500, 10, [open_or_not]).spreads[0].better

    assert (better(-0.05, 0.03).value, better(-0.05, 0.03).low) == pytest.approx((0, 0))
    assert better(-0.05, 0.03).high == pytest.approx(1)
    assert better(-0.015, -0.005).high < 0.35


@cache
def sold(leads: int, *sources: str) -> tuple[list[Plan], ScenarioModel, list[Compared]]:
    """Two cards, a market with sales, and what lies between the cards there."""
    lines = "".join(f"  {line}\n" for line in sources)
    text = (ROOT / "examples/points_card.scenario").read_text(encoding="utf-8") + f"\nsources {{\n{lines}}}\n"
    stated, draws = check(parse(Source("m.scenario", text))), Draws(7)
    plans = [compile_model(read_model(path)) for path in (CARD, ROOT / "examples/points_card_new.lead")]
    world = build_world(stated)
    old, new = show(plans, follow_rules(plans, try_rules(plans, world, draws, leads, replayed=0), world, draws))
    return (
        plans,
        stated,
        [figure for figure in compared(old, new) if figure.name in ("hot per week", "gain", "won more")],
    )


def test_moves_of_what_grows_with_the_leads_grow_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    plans, stated, about = sold(3_000, '"activity.spread": 0.2 to 1.4')
    volume = [figure for figure in about if figure.name == "hot per week"]
    found = []
    for leads in (750, 3_000):
        monkeypatch.setattr(vary_market, "LEADS", leads)
        varied = vary_market.vary_market(plans, stated, Draws(7), 3_000, 12, volume)
        assert varied.leads == leads
        found.append(varied.spreads[0])
    few, many = found
    width = many.high - many.low
    assert width > 0 and 0.6 < (few.high - few.low) / width < 1.7


def test_what_sales_do_is_done_in_each_market(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that may bring nothing or much moves what calls bring; where that cannot be followed it is said."""
    plans, stated, about = sold(1_500, '"sales.effect": 0 to 1.5')
    varied = vary_market.vary_market(plans, stated, Draws(7), 1_500, 8, about)
    spreads = {spread.figure: spread for spread in varied.spreads}
    assert not varied.untold and varied.leads == 1_500
    assert spreads["hot per week"].scenario == 0
    assert spreads["won more"].scenario > 0 and spreads["gain"].high > spreads["gain"].low
    monkeypatch.setattr(vary_market, "MOST_QUEUED", 1_000)
    left = vary_market.vary_market(plans, stated, Draws(7), 1_500, 3, about)
    assert [spread.figure for spread in left.spreads] == ["hot per week"]
    assert {figure.why for figure in left.untold} == {"leads"} and len(left.untold) == 2
    assert "fewer leads" in " ".join(uncertainty_lines(left))


def test_without_ranges_that_is_said() -> None:
    found = vary_market.vary_market([plan_of(FIT), plan_of(BUSY)], market(), Draws(1), 500, 10, [])
    assert not found.spreads and found.fixed == len(set(paths_of(market())))
    assert "No number of this market has a range" in " ".join(uncertainty_lines(found))


def test_the_example_market_is_known_as_it_is_written() -> None:
    assert not ranged(read_market(ROOT / "examples/points_card.scenario"))
