"""Gates: what the interval decides, what it leaves open, how many leads would decide, and what `--fail-if` reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.cli.run import run
from leadrules.judging.measure import Showing
from leadrules.report.gates import line
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.verify.fail_if import NoCondition, read_condition
from leadrules.verify.gates import Bound, Known, decide
from leadrules.verify.try_gates import gate_showing
from tests.judged import tried_on
from tests.naive_metrics import Ranked

EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = ("auc", "hot per week", "average_precision", "delta auc")


def decided(side: str, limit: float, estimate: Estimate, by: str = "interval", leads: int = 1_000):
    bound = Bound("auc", side, limit, "words")
    return decide([bound], {"auc": Known("ROC AUC", "number", estimate)}, leads, by)[0]


@pytest.mark.parametrize(
    ("side", "limit", "status"),
    [
        ("at least", 0.5, "kept"),
        ("at least", 0.6, "kept"),
        ("at least", 0.65, "undecided"),
        ("at least", 0.81, "broken"),
        ("at most", 0.8, "kept"),
        ("at most", 0.65, "undecided"),
        ("at most", 0.59, "broken"),
        ("above", 0.6, "undecided"),
        ("below", 0.8, "undecided"),
        ("below", 0.81, "kept"),
    ],
)
def test_the_whole_interval_decides(side: str, limit: float, status: str) -> None:
    assert decided(side, limit, Estimate(0.7, 0.6, 0.8)).status == status


@given(st.floats(0.0, 1.0), st.sampled_from(["at least", "at most"]))
def test_the_estimate_alone_always_decides(limit: float, side: str) -> None:
    found = decided(side, limit, Estimate(0.7, 0.6, 0.8), by="estimate")
    assert found.status == ("kept" if (limit <= 0.7 if side == "at least" else limit >= 0.7) else "broken")


@given(st.floats(0.601, 0.799).filter(lambda limit: abs(limit - 0.7) > 1e-3))
def test_so_many_leads_would_decide(limit: float) -> None:
    found = decided("at least", limit, Estimate(0.7, 0.6, 0.8))
    assert found.status == "undecided" and found.needed is not None
    half = 0.1 * (1_000 / found.needed) ** 0.5
    assert half < abs(limit - 0.7) <= 1.25 * half


@pytest.mark.parametrize("name", ["auc", "average_precision", "precision at top", "lift"])
@pytest.mark.parametrize("winners", [1, 29])
def test_a_ranking_by_one_winner_decides_nothing(name: str, winners: int) -> None:
    tried = tried_on(Ranked([*map(float, range(30))], [place >= 30 - winners for place in range(30)]))
    bounds = [Bound(name, "at least", 0.0, "words")]
    gated = gate_showing("market", Showing(tried.sample, tried.ratings[0], 0.1), bounds, "estimate")
    assert [decision.status for decision in gated.decisions] == ["undecided"]


def test_what_has_no_value_or_lies_on_the_bound_is_never_decided() -> None:
    assert decided("at least", 0.5, NOTHING).status == "undecided"
    assert decided("at least", 0.7, Estimate(0.7, 0.6, 0.8)).needed is None


@pytest.mark.parametrize("size", ["volume", "queue"])
def test_more_leads_are_no_way_out_where_the_figure_changes_with_them(size: str) -> None:
    figures = {"auc": Known("hot a week", "count", Estimate(27.5, 25.9, 29.1), size)}
    (found,) = decide([Bound("auc", "at most", 29.0, "words")], figures, 2_000, "interval")
    assert (found.status, found.needed) == ("undecided", None)
    assert "more leads would not" in line(found) and "a bigger market" in line(found)


def test_what_is_not_measured_is_undecided() -> None:
    found = decide([Bound("sla kept", "at least", 0.9, "words")], {}, 1_000, "interval")[0]
    assert (found.status, found.needed) == ("undecided", None)


@pytest.mark.parametrize(
    ("text", "name", "side", "limit"),
    [
        ("auc < 0.7", "auc", "at least", 0.7),
        ("hot_per_week > 50", "hot per week", "at most", 50.0),
        ("hot per week>=1_000", "hot per week", "below", 1_000.0),
        ("average precision <= 20%", "average_precision", "above", 0.2),
        ("delta auc < -0.005", "delta auc", "at least", -0.005),
    ],
)
def test_conditions_are_read(text: str, name: str, side: str, limit: float) -> None:
    found = read_condition(text, NAMES)
    assert (found.name, found.side, found.limit) == (name, side, pytest.approx(limit))


@pytest.mark.parametrize(
    ("text", "words"),
    [("auk < 1", "was `auc` meant"), ("auc", "is no condition"), ("auc < seven", "is no condition"), ("< 1", "figure")],
)
def test_what_is_no_condition_is_said(text: str, words: str) -> None:
    with pytest.raises(NoCondition, match=words):
        read_condition(text, NAMES)


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        ("auc at least 0.55", 0, "kept"),
        ("auc at least 0.9", 1, "BROKEN"),
        ("auc at least 0.661", 3, "this sample does not decide"),
        ("auc at least 0.661\n  lift at least 5", 1, "undecided"),
    ],
)
def test_gates_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, code: int, words: str) -> None:
    (tmp_path / "m.scenario").write_text((EXAMPLES / "points_card.scenario").read_text())
    gate = f'gate "m.scenario" {{\n  {lines}\n}}\n'
    card = (EXAMPLES / "points_card.lead").read_text().split("# What the card must show")[0]
    (tmp_path / "card.lead").write_text(card + gate)
    assert run(["gates", str(tmp_path / "card.lead"), "--population", "3000"]) == code
    assert words in capsys.readouterr().out
