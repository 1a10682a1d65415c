"""Comparing rule sets: what is the same differs by nothing, what differs is found, and what is claimed is counted."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from leadrules.cli.run import run
from leadrules.dsl.rules.parse import parse as parse_rules
from leadrules.dsl.rules.write import write
from leadrules.engine.compile import compile_model
from leadrules.engine.score import score
from leadrules.engine.zone import SECOND
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model, read_source
from leadrules.files.templates import read_template
from leadrules.judging import compare_rules, vary_market
from leadrules.judging.changes import most_moved
from leadrules.judging.compare import compared, measured
from leadrules.judging.compare_rules import MOST, PILOT, leads_for
from leadrules.judging.find_storm import find_storm
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.measure import Showing
from leadrules.judging.measure_ranking import measure_ranking
from leadrules.judging.ratings import Ratings
from leadrules.judging.sample import Sample
from leadrules.judging.show import TOP, show
from leadrules.judging.try_rules import joined, try_rules
from leadrules.simulator.draws import Draws
from leadrules.simulator.journeys import WON
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import build_world
from leadrules.verify.fill import read_filled, words_of
from tests.judged import tried_on
from tests.naive_metrics import Ranked

ROOT = Path(__file__).parent.parent
CARD = ROOT / "examples/points_card.lead"
MARKET = ROOT / "examples/points_card.scenario"
FEW = ("--population", "700")
SOURCES = '\nsources {\n  "activity.correlation": 0 to 0.6\n  "personas.student.share": 5% to 30%\n}\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The card, the same written otherwise, one with other points and alerts, and a market with ranges."""
    place, text = tmp_path_factory.mktemp("rules"), CARD.read_text(encoding="utf-8")
    (place / "card.lead").write_text(text)
    (place / "same.lead").write_text(f"# another hand\n\n{write(parse_rules(read_source(CARD)))}")
    on = 'on entering hot { notify "sales" }\non leaving hot { task "why?" }\non leaving hot to cold { drop "list" }\n'
    on += 'on falling to cold after warm { nurture "cold" }\n'
    other = re.sub(r"reader +minor", "reader major", text).replace("brochure important", "brochure minor")
    assert "reader major" in other and "brochure minor" in other
    (place / "other.lead").write_text(other.replace('test "', f'{on}\ntest "', 1))
    (place / "market.scenario").write_text(MARKET.read_text(encoding="utf-8") + SOURCES)
    return place


def compare(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict:
    files = [str(folder / name) if name.endswith((".lead", ".scenario")) else name for name in arguments]
    assert run(["compare", *files, "--format", "json"]) == code, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def numbers(part: object) -> list[float]:
    """Every number somewhere in a result."""
    if isinstance(part, dict):
        return [n for value in part.values() for n in numbers(value)]
    if isinstance(part, list):
        return [n for value in part for n in numbers(value)]
    return [part] if isinstance(part, float | int) and not isinstance(part, bool) else []


@pytest.mark.parametrize("new", ["card.lead", "same.lead"])
def test_another_format_differs_by_exactly_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, new: str
) -> None:
    monkeypatch.setattr(vary_market, "LEADS", 300)
    options = ("--detailed-exitcode", "--uncertainty", "10", "--margin", "auc=0.01")
    found = compare(folder, capsys, "card.lead", new, "market.scenario", *FEW, *options)
    assert found["same"] and found["verdict"] == ["The rule sets do the same: no lead stands otherwise."]
    assert all(set(numbers(figure["difference"])) <= {0} for figure in found["figures"])
    assert {claim["tells"] for claim in found["claims"]} == {"same"}
    assert found["old_criteria"] == found["new_criteria"] and found["new_criteria"]["worth"]
    assert found["psi"] == {"value": 0, "low": 0, "high": 0} and not found["moved"]
    assert found["entered"]["leads"] == found["left"]["leads"] == found["storm"]["changed"] == 0
    assert not found["storm"]["steps"]
    spreads = found["uncertainty"]["spreads"]
    assert spreads and all({s["chance"], s["scenario"], s["low"], s["high"]} == {0} for s in spreads)
    assert {(s["better"]["value"], s["worse"]["value"], s["same"]["value"]) for s in spreads if s["better"]} == {
        (0, 0, 1)
    }
    table = found["migration"]["leads"]
    assert all(table[i][j] == 0 for i in range(len(table)) for j in range(len(table)) if i != j)


def test_another_rule_is_another_exit_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = compare(folder, capsys, "card.lead", "other.lead", "market.scenario", *FEW, "--detailed-exitcode", code=4)
    assert not found["same"] and found["storm"]["changed"] > 0
    assert all(moved["lead"].isdigit() and moved["because"] for moved in found["moved"])


def test_what_is_declared_of_tiers_is_an_effect_though_no_lead_stands_otherwise(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (folder / "card.lead").read_text(encoding="utf-8")
    (folder / "told.lead").write_text(text.replace('test "', 'on entering hot { notify "sales" }\ntest "', 1))
    (folder / "sooner.lead").write_text(re.sub(r"(hot +when points >= 45)", r"\1, contact within 2 hours", text))
    for new, another in (("told.lead", "what steps set off"), ("sooner.lead", "the promised contact")):
        found = compare(folder, capsys, "card.lead", new, "market.scenario", *FEW, "--detailed-exitcode", code=4)
        assert found["verdict"] == [f"No lead stands otherwise; another is {another}."]


def test_who_enters_by_a_lower_threshold_enters_by_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lower = re.sub(
        r"hot +when points >= 45", "hot when points >= 35", (folder / "card.lead").read_text(encoding="utf-8")
    )
    (folder / "lower.lead").write_text(lower, encoding="utf-8")
    found = compare(folder, capsys, "card.lead", "lower.lead", "market.scenario", *FEW)
    assert [cause["criterion"] for cause in found["entered"]["causes"]] == ["threshold"]
    assert found["entered"]["leads"] == found["entered"]["causes"][0]["leads"] > 0
    files = [str(folder / name) for name in ("card.lead", "lower.lead", "market.scenario")]
    assert run(["compare", *files, *FEW]) == 0
    assert "what the tier asks for, at the same score" in capsys.readouterr().out


def test_a_result_says_what_makes_it_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = (*FEW, "--margin", "share of nobody=1")
    assert run(["compare", *[str(folder / n) for n in ("card.lead", "other.lead", "market.scenario")], *options]) == 2
    assert "no figure here is called `share of nobody`" in capsys.readouterr().err
    options = (*FEW, "--margin", "average_precision=2%", "--seed", "5")
    found = compare(folder, capsys, "card.lead", "other.lead", "market.scenario", *options)
    assert run([*shlex.split(found["command"])[1:], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert set(found["versions"]) == {"leadrules", "numpy", "python"}
    assert [Path(name).name for name in found["inputs"]] == ["card.lead", "other.lead", "market.scenario"]
    claim = next(claim for claim in found["claims"] if claim["figure"] == "average_precision")
    assert claim["margin"] == 0.02


def test_who_makes_room_has_not_moved() -> None:
    """Of ten leads of one score all fall but two, which are then the first ones; one more only loses its tier."""
    before = tried_on(Ranked([50.0] * 10 + [30.0], [False] * 11), tier=[0] * 10 + [1])
    after = tried_on(Ranked([50.0] * 2 + [45.0] * 8 + [30.0], [False] * 11), tier=[0] * 10 + [2])
    moved = most_moved(*(Showing(before.sample, tried.ratings[0], TOP) for tried in (before, after)))
    assert [lead.lead for lead in moved] == ["2", "3", "4", "5", "6", "7", "8", "9", "10"]
    renamed = replace(before.ratings[0], tiers=("ready", "warm", "cold"))
    assert not most_moved(*(Showing(before.sample, ratings, TOP) for ratings in (before.ratings[0], renamed)))


def test_best_tiers_of_two_names_are_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "other.lead").read_text(encoding="utf-8")
    (folder / "named.lead").write_text(re.sub(r"\bhot\b", "ready", text))
    market = ("market.scenario", "--population", "300")
    plain, named = (compare(folder, capsys, "card.lead", new, *market) for new in ("other.lead", "named.lead"))
    (one,), (other,) = ([c for c in found["claims"] if c["subject"] == "volume"] for found in (plain, named))
    assert (one["figure"], other["figure"]) == ("hot per week", "ready per week")
    first, second = (
        next(f for f in found["figures"] if f["name"] == claim["figure"])
        for found, claim in ((plain, one), (named, other))
    )
    assert [first[side] for side in ("old", "new", "difference")] == [
        second[side] for side in ("old", "new", "difference")
    ]


def test_the_storm_is_who_changes_tier_on_the_last_day(folder: Path) -> None:
    plans = [compile_model(read_model(folder / name)) for name in ("card.lead", "other.lead")]
    market, leads = read_market(MARKET), 400
    world, draws = build_world(market), Draws(3)
    found = find_storm(*show(plans, try_rules(plans, world, draws, leads)))
    population = simulate(world, draws, 0, leads)
    end = market.start + int(market.horizon.value) * SECOND - 1
    tiers = []
    for plan in plans:
        scores = score(plan, population.leads, np.full(leads, end))
        tiers.append([scores.tier_names[tier] if tier >= 0 else "" for tier in scores.tiers])
    steps = Counter((a, b) for a, b in zip(*tiers, strict=True) if a and a != b)
    assert found.leads == sum(map(bool, tiers[0])) and found.changed == steps.total() > 10
    assert {(step.old, step.new): step.leads for step in found.steps} == steps
    told = {done.action: done.leads for done in found.actions}
    assert told == {
        'notify "sales"': sum(n for (_, new), n in steps.items() if new == "hot"),
        'task "why?"': sum(n for (old, _), n in steps.items() if old == "hot"),
        'drop "list"': steps[("hot", "cold")],
        'nurture "cold"': steps[("warm", "cold")],
    }


def test_leads_of_a_pilot_and_the_rest_are_the_leads_of_one_run() -> None:
    plan, market = compile_model(read_model(CARD)), read_market(MARKET)
    world, draws = build_world(market), Draws(2)
    whole = try_rules([plan, plan], world, draws, 900)
    parts = joined([try_rules([plan, plan], world, draws, 500), try_rules([plan, plan], world, draws, 900, first=500)])
    assert parts.ratings[0] is parts.ratings[1]
    for name in ("account", "arrival", "target", "chance", "entered"):
        assert np.array_equal(getattr(parts.sample, name), getattr(whole.sample, name)), name
    assert np.array_equal(parts.ratings[0].points, whole.ratings[0].points)
    assert np.array_equal(parts.ratings[0].paths.hot, whole.ratings[0].paths.hot)


def test_a_pilot_fixes_how_many_leads_it_takes() -> None:
    assert leads_for(0.001, 0.002) == leads_for(0.0, 0.002) == PILOT
    assert leads_for(0.004, 0.002) == pytest.approx(4.4 * PILOT, abs=1)
    assert leads_for(1.0, 1e-6) == MOST


def test_a_precision_says_whether_it_was_reached(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_rules, "PILOT", 2_000)
    files = ("card.lead", "other.lead", "market.scenario")
    found = compare(folder, capsys, *files, "--precision", "expected_auc=0.02")
    reached = next(f for f in found["figures"] if f["name"] == "expected auc")["difference"]
    assert found["precision"] == {
        "figure": "expected auc",
        "wanted": 0.02,
        "reached": pytest.approx((reached["high"] - reached["low"]) / 2),
        "pilot": 2_000,
        "leads": 2_000,
        "most": MOST,
        "met": True,
    }
    found = compare(folder, capsys, *files, "--precision", "expected auc=0.002")
    assert found["leads"] == found["precision"]["leads"] > 2_000
    assert found["precision"]["reached"] < 0.0025


def test_a_precision_and_a_page_go_together(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of as many leads as a precision takes is that of so many leads, but for what is said of the precision."""
    monkeypatch.setattr(compare_rules, "PILOT", 600)
    files, page = ("card.lead", "other.lead", "market.scenario"), folder / "page.html"
    found = compare(folder, capsys, *files, "--precision", "expected_auc=0.006", "--report", str(page))
    drawn, told = page.read_text(encoding="utf-8"), found["precision"]
    assert told["leads"] > 600 and f"{told['leads']:,} leads were fixed by a pilot of 600" in drawn
    assert "target reached" in drawn or "target not reached" in drawn
    whole = compare(folder, capsys, *files, "--population", str(found["leads"]), "--report", str(page))
    for part in ("figures", "curves", "lives", "bands", "storm", "claims"):
        assert found[part] == whole[part], part
    assert found["curves"] and found["lives"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--precision", "auc=0.01", "--population", "10"),
        ("--precision", "auc"),
        ("--precision", "hot_per_week=1"),
        ("--precision", "utilisation=0.01"),
        ("--margin", "auc=-1"),
        ("--margin", "auc=0"),
        ("--uncertainty", "2"),
        ("--worlds",),
    ],
)
def test_what_makes_no_sense_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    files = [str(folder / name) for name in ("card.lead", "other.lead", "market.scenario")]
    assert run(["compare", *files, *arguments]) == 2
    assert "Error:" in capsys.readouterr().err


def test_figures_that_change_with_the_number_of_leads_are_known_to(folder: Path) -> None:
    """Twice the leads in the time of the same market: a volume is about twice as large, what is neither stays about as it is."""
    plans, market = [compile_model(read_model(folder / "card.lead"))], read_market(folder / "market.scenario")
    world, draws = build_world(market), Draws(3)
    few, many = (
        {one.name: one for one in measured(show(plans, follow_rules(plans, tried, world, draws))[0])}
        for tried in (try_rules(plans, world, draws, leads, replayed=0) for leads in (1_500, 3_000))
    )
    volumes = {name for name, one in few.items() if one.size == "volume"}
    assert {
        f"{tier} {when}" for tier in ("hot", "warm") for when in ("per day", "per week", "in a busy week")
    } <= volumes
    queued = {name for name, one in few.items() if one.size == "queue"}
    assert {"utilisation", "calls per week", "won", "gain", "precision at capacity", "conversion of hot"} <= queued
    for name, one in few.items():
        before, after = one.figure(), many[name].figure()
        if one.size == "volume":
            assert after.value / before.value == pytest.approx(2, rel=0.15), name
        elif one.size == "any" and one.kind == "share":
            assert after.value == pytest.approx(before.value, abs=0.2), name


def part_of(sample: Sample, rows: slice) -> Sample:
    """Some leads of a sample."""
    names = [name for name in Sample.__struct_fields__ if isinstance(getattr(sample, name), np.ndarray)]
    cut = {name: getattr(sample, name)[..., rows] for name in names}
    cut["account"] = np.unique(cut["account"], return_inverse=True)[1]
    others = {name: getattr(sample, name) for name in Sample.__struct_fields__ if name not in names}
    return Sample(**others | cut | {"segments": {}})


@pytest.mark.slow
def test_where_chance_alone_decides_one_comparison_in_twenty_finds_a_difference(folder: Path, full: bool) -> None:
    """The size of the paired test in the null world: 0.04 to 0.06 at full size."""
    models = [read_model(folder / name) for name in ("card.lead", "other.lead")]
    plans = [compile_model(model) for model in models]
    market = read_filled(read_template("null"), words_of(models[0]))
    times, size = (2_000, 1_000) if full else (120, 600)
    tried = try_rules(plans, build_world(market), Draws(17), times * size, paths=False)
    assert 0 < np.count_nonzero(tried.sample.outcome == WON) < times * size
    decided = Counter[str]()
    for number in range(times):
        rows = slice(number * size, (number + 1) * size)
        sample = part_of(tried.sample, rows)
        showings = [Showing(sample, part_of_ratings(ratings, rows), TOP) for ratings in tried.ratings]
        decided.update(f.name for f in compared(*showings, by=(measure_ranking,)) if f.decided)
    bounds = (0.04, 0.06) if full else (0.0, 0.12)
    for name in ("auc", "expected auc"):
        assert bounds[0] <= decided[name] / times <= bounds[1], (name, decided[name] / times)


def part_of_ratings(ratings: Ratings, rows: slice) -> Ratings:
    return replace(ratings, score=ratings.score[rows], tier=ratings.tier[rows], points=ratings.points[:, rows])


def test_gates_of_the_new_rules_are_said_to_wait(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A comparison decides no gate; whoever looks at it before a rollout is told so, and what does."""
    gate = '\ngate "market.scenario" { auc at least 99% }\n'
    bare = (folder / "card.lead").read_text().split("# What the card must show")[0]
    (folder / "bare.lead").write_text(bare)
    (folder / "gated.lead").write_text(bare + gate)
    files = [str(folder / name) for name in ("bare.lead", "gated.lead", "market.scenario")]
    assert run(["compare", *files, *FEW]) == 0
    said = capsys.readouterr().err
    assert f"leadrules gates {files[1]} does" in said and "(market.scenario)" in said
    assert run(["compare", files[1], files[0], files[2], *FEW]) == 0
    assert "gates" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        "compare card.lead other.lead market.scenario",
        "compare card.lead other.lead --worlds",
        "simulate card.lead market.scenario",
        "simulate card.lead --worlds",
        "gates gated.lead",
        "scenario describe market.scenario",
    ],
)
def test_more_leads_than_there_is_room_for_are_refused_before_anything_is_begun(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.chdir(folder)
    bare = (folder / "card.lead").read_text().split("# What the card must show")[0]
    (folder / "gated.lead").write_text(bare + '\ngate "market.scenario" { auc at least 9% }\n')
    assert run([*command.split(), "--population", "99999999999999"]) == 2
    assert "99,999,999,999,999 leads would take about 250,000,000 GB" in " ".join(capsys.readouterr().err.split())
