"""What is concluded from many worlds, and the intervals it rests on."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy import stats

from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.files.templates import read_template, suite
from leadrules.judging.figure import difference as paired
from leadrules.judging.rank import ordered, roc_auc
from leadrules.report.worlds import draw_worlds, worlds_as_json
from leadrules.simulator.draws import draws_of
from leadrules.simulator.intervals import difference, student
from leadrules.simulator.metrics import Estimate
from leadrules.verify.conclusions import Conclusion, conclude
from leadrules.verify.worlds import CHANCE, try_world, try_worlds
from tests import naive_metrics as naive
from tests.build import plan_of
from tests.phase_type import seeds
from tests.suite import CARD, FIT, market_of, result_in, words

# What is concluded


BETTER = """
scenario better "Heads want it" {
  horizon 200 days from 2026-01-05
  arrivals over 60 days
}
$declarations
everyone {
  $values
}
persona lead 100% { }
intent { spread 0.3; by role { head: 1.5; buyer: 0; other: -1.5; unknown: -1.5 } }
stage s {
  lasts exponential mean 60 days
  visits 0.2 per day
  $events 0
  then won logit 0 + 1 * intent, else lost
}
"""
WORSE = BETTER.replace("better", "worse").replace("head: 1.5", "head: -1.5").replace("other: -1.5", "other: 1.5")
WORSE = WORSE.replace("unknown: -1.5", "unknown: 1.5")


def test_a_planted_flip_is_named_and_so_is_the_worst_world() -> None:
    templates = [Source(f"{name}.scenario", text) for name, text in (("better", BETTER), ("worse", WORSE))]
    made = try_worlds(words(FIT), [read_template("null"), *templates], population=3_000)
    by_text = {c.text: c for c in made.conclusions}
    chance = by_text["the score ranks better than chance"]
    assert (chance.holds, chance.fails, chance.open) == (("better",), ("worse",), (CHANCE,))
    assert chance.text in made.flips
    assert made.worst == "worse"
    assert made.lowest == min(r.metrics.roc_auc.value for r in made.worlds if r.metrics.roc_auc.value)
    text = draw_worlds(made)
    assert "the score ranks better than chance: IT FLIPS" in text
    assert "worst world: worse" in text
    told = json.loads(worlds_as_json(made))
    assert {c["text"]: c["flips"] for c in told["conclusions"]}[chance.text] is True


def test_without_a_flip_none_is_named() -> None:
    made = try_worlds(words(FIT), [read_template("null"), Source("better.scenario", BETTER)], population=2_000)
    assert not made.flips
    assert made.worst == "better"  # where chance alone decides all rules do worse, and that tells nothing of them
    assert made.lowest == made.highest
    assert "no conclusion flips" in draw_worlds(made)


def test_where_nothing_can_be_told_nothing_is_concluded() -> None:
    made = try_worlds(words(FIT), suite(), population=1)
    assert made.worst is None
    assert not any(c.holds or c.fails for c in made.conclusions)
    assert "too few leads won" in draw_worlds(made)


def test_the_more_verdicts_the_more_an_interval_must_clear() -> None:
    """2.5 standard errors are enough for one statement in a world or two, and not for forty."""
    result = result_in("null", plan_of(FIT).model, 400)
    near = replace(result, metrics=replace(result.metrics, roc_auc=Estimate(0.6, 0.5216, 0.6784)))
    far = replace(result, metrics=replace(result.metrics, roc_auc=Estimate(0.6, 0.5600, 0.6400)))
    assert [verdict(c) for c in conclude([near]) if "chance" in c.text] == ["holds"]
    assert [verdict(c) for c in conclude([near] * 14) if "chance" in c.text] == ["open"]
    assert [verdict(c) for c in conclude([far] * 14) if "chance" in c.text] == ["holds"]
    below = replace(result, metrics=replace(result.metrics, roc_auc=Estimate(0.4, 0.3600, 0.4400)))
    assert [verdict(c) for c in conclude([below] * 14) if "chance" in c.text] == ["fails"]


def verdict(conclusion: Conclusion) -> str:
    """The only verdict of a conclusion."""
    found = {name for name in ("holds", "fails", "open") if getattr(conclusion, name)}
    assert len(found) == 1
    return found.pop()


@pytest.mark.slow
def test_chance_alone_hardly_ever_makes_a_conclusion_hold(full: bool) -> None:
    told = words(CARD)
    market, plan = market_of("null", CARD), compile_model(told.model)
    runs = [conclude([try_world(plan, market, 400, draws_of(market, s))]) for s in seeds(full, 40, 1_000)]
    wrong = sum(any(c.holds or c.fails for c in run) for run in runs)
    assert wrong <= stats.binom.ppf(1 - 1e-5, len(runs), 0.05)


# Figures of two scores


def ahead(one: np.ndarray, other: np.ndarray, won: np.ndarray, account: np.ndarray) -> Estimate:
    """By how much one score ranks the leads better than another."""
    return paired(*(roc_auc(ordered(score, won.astype(float))) for score in (one, other)), account)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=4, max_size=30))
def test_the_difference_of_two_areas_is_what_pairs_say(rows: list[tuple[int, int, bool]]) -> None:
    one, other, target = (np.array(column, float) for column in zip(*rows, strict=True))
    won = target == 1
    found = ahead(one, other, won, np.arange(len(rows)))
    if not won.any() or won.all():
        assert found.value is None
        return
    expected = naive.auc(one.tolist(), won.tolist()) - naive.auc(other.tolist(), won.tolist())
    assert found.value == pytest.approx(expected, abs=1e-12)
    assert ahead(one, one, won, np.arange(len(rows))) == Estimate(0.0, 0.0, 0.0)
    back = ahead(other, one, won, np.arange(len(rows)))
    if found.low is not None:
        assert (back.low, back.high) == pytest.approx((-found.high, -found.low))  # type: ignore[operator]


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 3])
def test_intervals_of_differences_cover(size: int, full: bool) -> None:
    """Two noisy views of the same leads, one as good as the other; accounts share a part of all that is drawn."""
    held, runs = 0, seeds(full, 200, 4_000)
    for seed in runs:
        draws = np.random.default_rng(seed)
        account = np.repeat(np.arange(240 // size), size)
        shared = draws.standard_normal((3, 240 // size))[:, account]
        truth, first, second = shared + draws.standard_normal((3, 240))
        found = ahead(truth + first, truth + second, truth + draws.standard_normal(240) > 1.5, account)
        assert found.low is not None and found.high is not None
        held += found.low <= 0 <= found.high
    low, high = (stats.binom.ppf(p, len(runs), rate) for p, rate in ((1e-5, 0.935), (1 - 1e-5, 0.965)))
    assert low <= held <= high


@pytest.mark.parametrize("freedom", [1, 2, 3, 5, 10, 100])
def test_quantiles_of_student(freedom: int) -> None:
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=0.01)


def test_the_difference_of_two_rates_is_newcombes() -> None:
    """His example (1998): 56 of 70 and 48 of 80, by method 10 from 0.0524 to 0.3339."""
    one, other = Estimate(0.8, 0.6918, 0.8770), Estimate(0.6, 0.4904, 0.7005)
    found = difference(one, other)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=4e-4)
