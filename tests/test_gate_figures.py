"""What gates can ask for: every figure that is measured, by its name, in the unit it has, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadrules.cli.run import run
from leadrules.dsl.rules.gate_figures import (
    ANY,
    BY_STAGE,
    OF_ALL,
    OF_BEST,
    OF_TIERS,
    RANGES,
    figures_of,
    lasts,
    of_stage,
    range_of,
    spelt,
)
from leadrules.verify.fail_if import NoCondition, read_condition
from tests.conftest import compare
from tests.figures_page import EXAMPLES, MEASURES, NAMES, figures_page

ROOT = Path(__file__).parent.parent
TIERS = ("hot", "warm", "cold")
SIGNED = ("uplift per call", "hot drift")  # shares of which one is taken from another
LIMITS = {"share": {"share"}, "duration": {"duration"}, "count": {"size", "change"}, "money": {"size", "change"}}


def test_a_gate_knows_every_figure_that_is_measured_and_no_other() -> None:
    stages = {measure.name for measure in MEASURES if measure.group == "funnel"}
    assert set(figures_of(TIERS)) == NAMES - stages
    assert stages and all(of_stage(name, TIERS) == "share" for name in stages)


def test_the_limit_of_each_figure_is_of_its_kind() -> None:
    for measure in MEASURES:
        limit = figures_of(TIERS).get(measure.name) or of_stage(measure.name, TIERS)
        expected = {"change"} if measure.name in SIGNED else LIMITS.get(measure.kind, {"share", "size", "change"})
        assert limit in expected, measure.name
        assert lasts(measure.name) == (measure.kind == "duration") == (limit == "duration")


def test_without_tiers_nothing_is_asked_of_them() -> None:
    assert figures_of(()) == figures_of(("one",)) == OF_ALL
    assert of_stage("hot by aware", ()) is None and of_stage("warm by aware", TIERS) is None


def test_the_page_of_figures_has_each(accept: bool) -> None:
    page = figures_page()
    names = set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE))
    every = {*OF_ALL, *OF_TIERS, *(name.replace("TIER", "BEST") for name in (*OF_BEST, *BY_STAGE))}
    assert names == every
    compare(ROOT / "docs" / "figures.md", page, accept)


def test_the_message_about_an_unknown_figure_leads_to_each() -> None:
    said = (ROOT / "leadrules" / "codes" / "E578.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([A-Za-z0-9_]+)`", said))
    assert {spelt(name) for name in (*OF_ALL, *OF_TIERS, *OF_BEST, *BY_STAGE)} <= told


@pytest.mark.parametrize(
    ("text", "side", "limit"),
    [
        ("wait_90 > 2 days", "at most", 172_800.0),
        ("wait 90 >= 12h", "below", 43_200.0),
        ("delta wait_90 > 90 minutes", "at most", 5_400.0),
        ("delta wait 90 < -1.5 hours", "at least", -5_400.0),
        ("wait_90 > 0", "at most", 0.0),
        ("lead_time_of_hot_before_purchase < 1 week", "at least", 604_800.0),
    ],
)
def test_durations_are_written_as_durations(text: str, side: str, limit: float) -> None:
    found = read_condition(text, ["wait 90", "delta wait 90", "lead time of hot before purchase"])
    assert (found.side, found.limit) == (side, limit)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wait_90 > 2", "is a duration"),
        ("wait_90 > 20%", "is a duration"),
        ("wait_90 > 2 lightyears", "is a duration"),
        ("auc < 2 days", "no duration"),
    ],
)
def test_a_limit_of_another_kind_is_refused(text: str, words: str) -> None:
    with pytest.raises(NoCondition, match=words):
        read_condition(text, ["wait 90", "auc"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("share_of_hot > 5", "never 5: write a number up to 1, or a percentage up to 100%"),
        ("delta share_of_hot > 50", "never 50: write"),
        ("delta share_of_hot < -150%", "never -150%: write"),
        ("auc < -0.1", "never -0.1: write"),
        ("hot_per_week < -1", "never -1: it is 0 at least"),
        ("buyers_hot_by_first_talk > 2", "never 2: write"),
    ],
)
def test_a_limit_that_a_figure_never_reaches_is_refused(text: str, words: str) -> None:
    names = ["share of hot", "auc", "hot per week", "buyers hot by first talk", "delta share of hot"]
    with pytest.raises(NoCondition, match=words):
        read_condition(text, names)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("share_of_hot > 5%", 0.05),
        ("delta share_of_hot < -100%", -1.0),
        ("delta hot_per_week > 50", 50.0),
        ("delta hot_per_week < -50", -50.0),
        ("gain < -1000", -1000.0),
        ("psi_of_change > 0.2", 0.2),
    ],
)
def test_a_limit_that_a_figure_can_reach_is_read(text: str, limit: float) -> None:
    names = ["share of hot", "delta share of hot", "delta hot per week", "gain", "psi of change"]
    assert read_condition(text, names).limit == limit


def test_every_figure_lies_within_its_range() -> None:
    for measure in MEASURES:
        assert range_of(measure.name) == RANGES.get(
            figures_of(TIERS).get(measure.name) or of_stage(measure.name, TIERS), ANY
        )


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("utilisation at most 99.9%", 0, "capacity used"),
        ("calls per week at most 15", 1, "calls a week"),
        ("cost_per_won_deal at most 500", 0, "per win in EUR"),
        ("gain at least 100_000_000", 1, "BROKEN"),
        ("wait_90 at most 30 hours", 1, "wait 90 at most 30 hours"),
        ("winners_never_hot at most 90%", 0, "kept"),
        ("buyers_hot_by_decide at least 5%", 0, "kept"),
        ("buyers_hot_by_dispute at least 5%", 3, "not measured here"),
        ("sla_kept at least 5%", 3, "it has no value here"),
    ],
)
def test_a_gate_decides_what_sales_make_of_the_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, code: int, words: str
) -> None:
    (tmp_path / "m.scenario").write_text((EXAMPLES / "points_card.scenario").read_text())
    card = (EXAMPLES / "points_card.lead").read_text().split("# What the card must show")[0]
    (tmp_path / "card.lead").write_text(f'{card}gate "m.scenario" {{ {line} }}\n')
    assert run(["gates", str(tmp_path / "card.lead"), "--population", "1500"]) == code
    assert words in capsys.readouterr().out


def test_gates_and_simulate_decide_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One queue, one bootstrap: the same words from both commands."""
    (tmp_path / "m.scenario").write_text((EXAMPLES / "points_card.scenario").read_text())
    card = tmp_path / "card.lead"
    rules = (EXAMPLES / "points_card.lead").read_text().split("# What the card must show")[0]
    card.write_text(f'{rules}gate "m.scenario" {{\n  gain at least 0\n  calls per week at most 110\n}}\n')
    run(["gates", str(card), "--population", "800"])
    alone = capsys.readouterr().out
    run(["simulate", str(card), str(tmp_path / "m.scenario"), "--population", "800", "--show", "summary"])
    assert alone.splitlines()[1:] == [line for line in capsys.readouterr().err.splitlines() if " at " in line]
