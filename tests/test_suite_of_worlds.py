"""Worlds made of a rule set's own words: they can be read like every market, and they are what they are called."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from scipy import stats

import leadrules
from leadrules.dsl.scenario.check import check, examine
from leadrules.dsl.scenario.model import WON
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.scenario.write import write
from leadrules.dsl.source import Source
from leadrules.engine.adopt import adopt
from leadrules.engine.compile import compile_model
from leadrules.engine.score import score
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.files.templates import PRESETS, WORLDS, read_template, suite
from leadrules.report.worlds import draw_worlds, worlds_as_json
from leadrules.simulator.blocks import populations
from leadrules.simulator.draws import draws_of
from leadrules.simulator.intervals import difference
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import build_world
from leadrules.verify.fill import Unfit, fill, read_filled, words_of
from leadrules.verify.match import match
from leadrules.verify.worlds import try_world, try_worlds
from tests import naive_metrics as naive
from tests.build import plan_of
from tests.phase_type import judge, seeds
from tests.specs_write import render
from tests.suite import CARD, EXAMPLES, FIT, ROOT, market_of, result_in, words
from tests.terminal import typed
from tests.test_laws import law
from tests.worlds import World
from tests.worlds import worlds as random_worlds

REFUSED = {"microsoft_as_printed", "posthog_as_printed"}
FILES = [path for path in sorted(EXAMPLES.rglob("*.lead")) if path.stem not in REFUSED]

FAR = 2.2  # times an interval: 4.3 standard errors
BEHAVIOUR = (
    FIT[: FIT.index("score")].replace("ruleset fit", "ruleset behaviour")
    + """
score points {
  criteria {
    price 5 each visit where page is price, at most 4
    order 10 each order, at most 3
  }
}
"""
)


def sides(estimate: Estimate, bound: float, reach: float = 1.0) -> int:
    """1 where an interval, so many times as wide, lies above a bound, -1 where it lies below, 0 where it holds it."""
    assert estimate.value is not None and estimate.low is not None and estimate.high is not None
    low = estimate.value - reach * (estimate.value - estimate.low)
    high = estimate.value + reach * (estimate.high - estimate.value)
    return int(low > bound) - int(high < bound)


# What worlds are made of


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_runs_through_the_suite(path: Path) -> None:
    model = read_model(path)
    told = words_of(model)
    made = try_worlds(told, suite(), population=150)
    assert [r.name for r in made.worlds] + [s.name for s in made.skipped if s.name] and made.worlds
    assert {r.name for r in made.worlds} | {s.name for s in made.skipped} == set(WORLDS)
    assert {s.name for s in made.skipped} <= {"mail_privacy"}
    assert json.loads(worlds_as_json(made))["format_version"] == 1
    assert all(r.name in draw_worlds(made) for r in made.worlds)


@pytest.mark.parametrize("path", [CARD, EXAMPLES / "everyday" / "thai.lead", EXAMPLES / "everyday" / "social.lead"])
def test_worlds_are_texts_like_any_other(path: Path) -> None:
    told = words(path)
    for name in (*WORLDS, *PRESETS):
        try:
            source = fill(read_template(name), told)
        except Unfit:
            continue
        tree = parse(source)
        market, problems = examine(tree)
        assert not problems
        assert parse(Source("again", write(tree))) == tree
        assert market.name == name
        drawn = {d.field.name for d in told.vocabulary.fields} | {e.name for e in told.vocabulary.events}
        assert not any(problem.span.text.split()[0] in drawn for problem in match(told.model, market))


@law(10)
@given(random_worlds())
def test_worlds_can_be_made_of_any_rules(random: World) -> None:
    """Whatever a rule set names: each world is a market without a mistake, and leads in it can be scored."""
    told = words(render(random.spec))
    for name in ("as_assumed", "mail_privacy"):
        with suppress(Unfit):
            market, problems = examine(parse(fill(read_template(name), told)))
            assert not problems
            assert try_world(compile_model(told.model), market, 20, draws_of(market, 1)).metrics.leads == 20


# What cannot happen within 30 days of arrival, is a date, or gives no points.
NEVER_FIRE = {
    "email_body_language": {"interest.every_issue"},
    "project": {"maturity.start"},
    "hubspot_two_scores": {"engagement.silent"},
    "marketo_own_model": {"lead_score.many_pages", "lead_score.two_visits"},
    "signals": {"against.no_visit"},
    "zero_points_as_printed": {"prospect.email_open"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_criterion_of_an_example_fires_in_its_world(path: Path) -> None:
    model = read_model(path)
    market = read_filled(read_template("as_assumed"), words_of(model))
    population = simulate(build_world(market), draws_of(market, 1), 0, 8_000)
    at = market.start + population.truth.landmark * 1_000_000
    scores = score(compile_model(model), adopt(model, population.leads), at, criteria=True)
    never = {f"{name}.{criterion}" for (name, criterion), points in scores.criteria.items() if not points.any()}
    assert never == NEVER_FIRE.get(path.stem, set())


def test_every_packaged_file_is_listed() -> None:
    files = {path.stem for path in (ROOT / "leadrules" / "worlds").glob("*.template")}
    assert files == {*WORLDS, *PRESETS}


def test_every_value_that_a_condition_names_is_drawn_on_both_sides() -> None:
    market = market_of("as_assumed", CARD)
    population = next(populations(build_world(market), draws_of(market, 1), 2_000))
    employees = population.leads.fields["employees"]
    assert {19.0, 20.0, 499.0, 500.0} <= set(employees.values.tolist())  # type: ignore[union-attr]
    actions = {(a.event, a.given) for a in market.personas[0].stages["aware"].actions}
    assert ("page_view", (("page", "price"),)) in actions
    assert ("sample_request", ()) in actions


def test_worth_follows_the_points() -> None:
    told = words(CARD)
    by_field = dict(zip((d.field.name for d in told.vocabulary.fields), told.vocabulary.fields, strict=True))
    role = dict(zip(by_field["role"].values, told.worths.fields["role"], strict=False))
    assert role["head"] == role["buyer"] == role["engineer"] + 10
    student = told.worths.fields["student"]
    assert student[0] == student[1] - 15
    actions = [(a.event, *a.properties.values()) for a in told.vocabulary.actions]
    worth = dict(zip(actions, told.worths.actions, strict=True))
    assert max(worth, key=worth.__getitem__) == ("sample_request",)
    assert worth["unsubscribe",] < 0 < worth["newsletter",]


def test_later_stages_hold_more_of_what_the_rules_reward() -> None:
    stages = market_of("as_assumed", CARD).personas[0].stages
    shares = [{a.event: a.share.value for a in stages[name].actions} for name in ("aware", "consider", "decide")]
    assert [s["sample_request"] for s in shares] == sorted(s["sample_request"] for s in shares)
    assert [s["unsubscribe"] for s in shares] == sorted((s["unsubscribe"] for s in shares), reverse=True)


def test_what_no_market_can_say_is_left_out_and_told() -> None:
    told = words(
        """
        ruleset odd { version 1 }
        lead { activity number; tags set of text; born date; known time known from; size number }
        event visit { at time; length duration }
        score s { criteria {
          busy 1 when activity > 3
          tag 1 when tags has "x"
          big 2 when size > 10
          long 1 each visit where length > 5 minutes
        } }
        """
    )
    assert [d.field.name for d in told.vocabulary.fields] == ["size"]
    left_out = " ".join(told.vocabulary.left_out)
    assert all(f"`{name}`" in left_out for name in ("activity", "tags", "born", "at"))
    assert "`known`" not in left_out
    market = read_filled(read_template("as_assumed"), told)
    assert market.known_from == "known"
    lengths = {dict(a.given).get("length") for a in market.personas[0].stages["aware"].actions}
    assert {240e6, 300e6, 360e6} <= lengths


def test_rules_without_an_event_called_after_mail_are_told_so() -> None:
    made = try_worlds(words(FIT), (read_template("mail_privacy"), read_template("null")), population=300)
    assert [s.name for s in made.skipped] == ["mail_privacy"]
    assert "mail_privacy was left out: no event of these rules has `open`" in draw_worlds(made)


# Worlds are what they are called


@pytest.mark.slow
def test_in_the_null_world_intervals_hold_one_half_as_often_as_they_say(full: bool) -> None:
    model = read_model(CARD)
    market, plan = market_of("null", CARD), compile_model(model)
    runs = [try_world(plan, market, 400, draws_of(market, seed)) for seed in seeds(full, 60, 2_000)]
    for held in (
        sum(not sides(run.metrics.roc_auc, 0.5) for run in runs),
        sum(not sides(run.ahead, 0.0) for run in runs),
    ):
        low, high = (stats.binom.ppf(p, len(runs), 0.95) for p in (1e-5, 1 - 1e-5))
        assert low <= held <= high


@pytest.mark.slow
def test_in_the_null_world_the_score_is_as_good_as_a_coin(full: bool) -> None:
    model = read_model(CARD)
    market, plan = market_of("null", CARD), compile_model(model)
    areas = [try_world(plan, market, 4_000, draws_of(market, s)).metrics.roc_auc for s in seeds(full, 16, 200)]
    judge([(a.value - 0.5) / ((a.high - a.low) / (2 * naive.Z)) for a in areas])  # type: ignore[operator]


def test_a_card_of_fit_ranks_where_fit_tells_and_not_where_behaviour_does() -> None:
    fit = plan_of(FIT).model
    assert sides(result_in("fit_only", fit, 3_000).metrics.roc_auc, 0.5, FAR) == 1
    assert sides(result_in("intent_only", fit, 3_000).metrics.roc_auc, 0.5, FAR) == 0


def test_a_card_of_behaviour_ranks_where_behaviour_tells_and_not_where_fit_does() -> None:
    behaviour = plan_of(BEHAVIOUR).model
    assert sides(result_in("intent_only", behaviour, 3_000).metrics.roc_auc, 0.5, FAR) == 1
    for name in ("fit_only", "busy_not_buying"):
        assert sides(result_in(name, behaviour, 3_000).metrics.roc_auc, 0.5, FAR) == 0


@pytest.mark.parametrize("name", ["bot_flood", "student_season", "drift"])
def test_a_flood_makes_a_card_of_behaviour_rank_worse(name: str) -> None:
    behaviour = plan_of(BEHAVIOUR).model
    flooded, assumed = (result_in(n, behaviour, 20_000).metrics.roc_auc for n in (name, "as_assumed"))
    assert sides(difference(assumed, flooded), 0.0) == 1


@pytest.mark.parametrize(
    ("name", "low", "high", "days"),
    [("plg", 0.01, 0.04, (14, 60)), ("sales_led", 0.004, 0.02, (30, 120)), ("enterprise", 0.0025, 0.012, (90, 300))],
)
def test_a_packaged_market_wins_as_many_as_it_says(name: str, low: float, high: float, days: tuple[int, int]) -> None:
    for path in (CARD, EXAMPLES / "bant.lead"):
        market = market_of(name, path)
        truths = [part.truth for part in populations(build_world(market), draws_of(market, 1), 65_536)]
        won = np.concatenate([truth.outcome == WON for truth in truths])
        took = np.concatenate([(truth.ended - truth.arrival) / 86_400 for truth in truths])[won]
        assert low <= won.mean() <= high
        assert days[0] <= np.median(took) <= days[1]


# The command


def test_worlds_can_be_kept_and_tried_one_by_one(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    code, output, errors = typed(f"leadrules simulate {CARD} --worlds --population 400 --format json --save {kept}")
    assert code == 0, errors
    told = json.loads(output)
    assert {path.stem for path in kept.iterdir()} == {w["name"] for w in told["worlds"]}
    for world in told["worlds"][:3]:
        file = kept / f"{world['name']}.scenario"
        assert check(parse(Source("kept", file.read_text("utf-8")))).title == read_market(file).title
        _, single, _ = typed(f"leadrules simulate {CARD} {file} --population 400 --format json")
        assert {name: json.loads(single)[name] for name in world["metrics"]} == world["metrics"]
    code, _, errors = typed(f"leadrules simulate {CARD} --worlds --population 400 --save {kept}")
    assert code == 2
    assert "is there already" in errors


def test_a_packaged_market_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, output, errors = typed(f"leadrules simulate {CARD} plg --population 4000 --save here")
    assert code == 0, errors
    assert "points_card in the market plg" in output
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["plg.scenario"]
    assert leadrules.simulate(CARD, "plg", population=500).metrics.scenario == "plg"
    (tmp_path / "plg").write_text((EXAMPLES / "points_card.scenario").read_text("utf-8"))
    assert "in the market points_card" in typed(f"leadrules simulate {CARD} plg --population 500").output


@pytest.mark.parametrize(
    ("rest", "words_"),
    [
        ("", "name a SCENARIO"),
        ("plg --worlds", "name a SCENARIO"),
        ("enterprize", "was the packaged market `enterprise` meant?"),
        ("nothing.scenario", "no such file"),
        (f"{EXAMPLES / 'points_card.scenario'} --save x", "there is nothing to write"),
    ],
)
def test_what_cannot_be_tried_is_refused(rest: str, words_: str) -> None:
    code, _, errors = typed(f"leadrules simulate {CARD} {rest}")
    assert code == 2
    assert words_ in errors


def test_a_suite_in_which_nobody_wins_is_undecided() -> None:
    assert typed(f"leadrules simulate {CARD} --worlds --population 1").code == 3
