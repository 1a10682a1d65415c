"""Bands and kinds of leads where some leads stand for others: counted by weight, and held by their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from leadrules.judging.bands import Bands
from leadrules.judging.censoring import censoring
from leadrules.judging.judge_bands import isotonic, judge_bands
from leadrules.judging.judge_segments import judge_segments
from leadrules.judging.measure import Showing
from leadrules.judging.ratings import Ratings
from leadrules.report.bands import bands_grid
from tests.test_bands import shown
from tests.test_censoring import drawn

WINDOW = 60


def followed(seed: int, leads: int, until: int | None = None) -> Showing:
    """Leads of a log that ends for each at a time of its own; or for all at `until`."""
    score, wins, ended, ends = drawn(seed, leads)
    found = censoring(ended, ends if until is None else np.full(leads, until), WINDOW)
    judged = found.weight > 0
    whole = shown(seed, leads, 0.5)
    sample = replace(
        whole.sample,
        account=np.arange(leads) // 2,
        judged=judged,
        target=judged & (wins > 0) & (ended <= WINDOW),
        chance=None,
        weight=found.weight if len(found.times) else None,
        censoring=found,
    )
    tier = (score < 13).astype(np.int8)
    return replace(whole, sample=sample, ratings=Ratings(score, tier, ("hot", "cold"), np.zeros((0, leads)), ()))


def bands_of(showing: Showing) -> Bands:
    found = judge_bands(showing)
    assert found is not None
    return found


def test_win_rates_are_counted_by_weight() -> None:
    showing = followed(1, 900)
    sample, score = showing.sample, showing.ratings.score
    found, rates, sizes, counted = bands_of(showing), [], [], 0
    for band in found.bands:
        rows = [lead for lead in range(900) if sample.judged[lead] and band.low <= score[lead] <= band.high]
        sizes.append(sum(sample.weight[lead] for lead in rows))
        rates.append(sum(sample.weight[lead] for lead in rows if sample.target[lead]) / sizes[-1])
        counted += len(rows)
        assert band.leads == len(rows) and band.win_rate.value == pytest.approx(rates[-1])
        assert band.win_rate.low < rates[-1] < band.win_rate.high and band.expected.value is None
    assert counted == np.count_nonzero(sample.judged) < 900
    y, w = np.array(rates), np.array(sizes)
    x = np.arange(len(rates))[::-1].astype(float)
    assert found.trend.value == pytest.approx(np.polyfit(x, y, 1, w=np.sqrt(w))[0])
    assert found.miscalibration == pytest.approx((w * (y - isotonic(y[::-1], w[::-1])[::-1]) ** 2).sum() / w.sum())


def test_kinds_of_leads_are_counted_by_weight() -> None:
    showing = followed(2, 900)
    sample, hot = showing.sample, showing.ratings.tier == 0
    kinds = judge_segments(showing)
    assert [kind.value for kind in kinds] == ["one", "other"]
    for code, kind in enumerate(kinds):
        rows = [lead for lead in range(900) if sample.judged[lead] and sample.segments["kind"][lead] == code]
        weigh = sample.weight

        def total(chosen: np.ndarray, rows: list[int] = rows, weigh: np.ndarray = weigh) -> float:
            return sum(weigh[lead] for lead in rows if chosen[lead])

        assert kind.leads == len(rows)
        assert kind.selected.value == pytest.approx(total(hot) / sum(weigh[rows]))
        assert kind.of_winners.value == pytest.approx(total(hot & sample.target) / total(sample.target))
        assert kind.precision.value == pytest.approx(total(hot & sample.target) / total(hot))
    best = max(kind.selected.value for kind in kinds)
    assert [kind.ratio.value for kind in kinds] == pytest.approx([kind.selected.value / best for kind in kinds])
    assert kinds[0].gap.value == pytest.approx(-kinds[1].gap.value)


def test_weights_of_one_change_nothing() -> None:
    whole = followed(3, 800, until=1_000)
    assert whole.sample.weight is None and whole.sample.judged.all()
    weighed = replace(whole, sample=replace(whole.sample, weight=np.ones(800)))
    assert judge_bands(weighed) == judge_bands(whole) and judge_segments(weighed) == judge_segments(whole)


def test_the_intervals_hold_what_leads_do_that_are_followed_to_the_end() -> None:
    """The truth: bands of one score each, of a hundred times as many leads that are all followed up."""
    score, wins, ended, _ = drawn(5_000, 300_000)
    won = (wins > 0) & (ended <= WINDOW)
    kind = shown(5_000, 300_000, 0.5).sample.segments["kind"]
    held, told = 0, 0
    for seed in range(60):
        showing = followed(seed, 900)
        for band in bands_of(showing).bands:
            truth = won[(score >= band.low) & (score <= band.high)].mean()
            held, told = held + (band.win_rate.low <= truth <= band.win_rate.high), told + 1
        for code, segment in enumerate(judge_segments(showing)):
            truth = won[(kind == code) & (score >= 13)].mean()
            held, told = held + (segment.precision.low <= truth <= segment.precision.high), told + 1
    assert told > 500 and 0.92 <= held / told <= 0.99


def test_a_log_has_no_column_of_what_nobody_knows() -> None:
    assert "by P(won)" not in bands_grid(bands_of(followed(4, 400))).heads
    assert "by P(won)" in bands_grid(bands_of(shown(4, 400, 0.5))).heads
