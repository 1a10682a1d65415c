"""One lead through time: what is told of it is what its course says, and what is foretold comes so."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leadrules.engine.score import score
from leadrules.engine.timeline import timeline
from leadrules.engine.until import until
from tests.build import leads_of, plan_of
from tests.oracle_facts import Beside, becomes_known
from tests.oracle_tiers import steps_until, tier_at
from tests.specs_write import render
from tests.terminal import typed
from tests.test_laws import law
from tests.worlds import World, worlds

DAY = 86_400_000_000
RULES = """ruleset course { timezone UTC }
event visit { path text }
event demo
score total { decay half-life 10 days; criteria { v 10 each visit; d 40 each demo } }
thresholds { hot when total >= 45, until total < 20; warm when total >= 8; cold otherwise }
on entering hot { notify "sales" }
on falling to cold after hot { enrol "nurture" }
"""
EVENTS = "lead,type,time,path\na,visit,2026-01-01,/price\na,demo,2026-01-02,\na,visit,2026-03-01,/late\nb,visit,2026-01-03,/\n"
HALF_LIVES = np.log2(20 / (40 + 10 * 2**-0.1)) * -10  # days from the demo until the total is 20


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "course.lead").write_text(RULES, encoding="utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@law(20)
@given(worlds(), st.integers(0, 20))
def test_what_comes_if_nothing_happens_comes_so(world: World, days: int) -> None:
    assume(world.spec.tiers)
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    for position, lead in enumerate(world.leads):
        told = timeline(plan, leads, position, world.now, ahead=days * DAY, points=5)
        seen = [row for row in world.events if max(row["time"], row["known_at"] or row["time"]) <= world.now]
        later = steps_until(world.spec, lead, seen, world.now + days * DAY, known_by(world.beside, world.now))
        if all(row["at"] <= world.now for row in world.beside.merges):
            assert [step.at for step in told.ahead] == [step.at for step in later if step.at > world.now]
        steps = [h.at for h in told.happenings if h.step]
        assert steps == [s.at for s in steps_until(world.spec, lead, world.events, world.now, world.beside)]
        if told.tier is not None:
            assert told.tier == tier_at(world.spec, lead, world.events, world.now, world.beside)


def known_by(beside: Beside, now: int) -> Beside:
    """What the tables beside leads and events tell by an instant."""
    attributes, links = (
        [row for row in rows if becomes_known(row | {"time": row["since"]}) <= now]
        for rows in (beside.attributes, beside.links)
    )
    by_hand = [row for row in beside.adjustments if row["time"] <= now]
    return replace(beside, attributes=attributes, adjustments=by_hand, links=links)


@law(20)
@given(worlds())
def test_the_track_shows_the_scores_of_its_instants(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    told = timeline(plan, leads, 0, world.now, points=4)
    instants, tracks = told.track
    for place, at in enumerate(instants.tolist()):
        alone = score(plan, until(leads, world.now).block(0, 1), at)
        for name, values in tracks.items():
            assert values[place] == alone.scores[name][0]


def test_a_step_that_is_due_is_told_to_the_microsecond() -> None:
    plan = plan_of(RULES)
    start = 20_000 * DAY
    rows = [{"lead": "a", "type": "visit", "time": start}, {"lead": "a", "type": "demo", "time": start + DAY}]
    leads = leads_of(plan.model, [{"lead": "a"}], rows)
    told = timeline(plan, leads, 0, start + 2 * DAY, ahead=60 * DAY, points=2)
    (step, *_) = told.ahead
    assert (step.before, step.after) == ("hot", "warm")
    assert abs(step.crossing - (start + DAY + HALF_LIVES * DAY)) < 0.1 * DAY  # 20 less half a millionth: rounded scores
    before, after = (float(score(plan, leads, at).scores["total"][0]) for at in (step.crossing - 1, step.crossing))
    assert round(before, 6) >= 20 > round(after, 6)


def test_a_timeline_tells_events_time_steps_and_what_they_set_off(folder: Path) -> None:
    shown = typed(
        [
            "leadrules",
            "timeline",
            "course.lead",
            "--events",
            "events.csv",
            "--lead",
            "a",
            "--to",
            "2026-01-20",
            "--ahead",
            "60d",
        ]
    )
    assert shown.code == 0
    for words in ('visit path "/price"', "→ hot", 'notify "sales"', "if nothing happens", 'enrol "nurture"', "asked"):
        assert words in shown.output
    assert "/late" not in shown.output


def test_a_timeline_can_be_read_by_programs(folder: Path) -> None:
    command = (
        "leadrules timeline course.lead --events events.csv --lead a --to 2026-01-20 --format json --from 2026-01-02"
    )
    told = json.loads(typed(command.split()).output)
    assert [h["event"] for h in told["happenings"]] == ["demo", ""]
    assert told["happenings"][0]["before"]["total"] == pytest.approx(10 * 2**-0.1)
    assert told["format_version"] == 1


def test_transitions_are_a_stream_of_json_lines(folder: Path) -> None:
    shown = typed(["leadrules", "transitions", "course.lead", "--events", "events.csv", "--to", "2026-02-01"])
    rows = [json.loads(line) for line in shown.output.splitlines()]
    assert [(row["lead"], row["from"], row["to"], row["cause"]) for row in rows[:2]] == [
        ("a", None, "warm", "visit"),
        ("a", "warm", "hot", "demo"),
    ]
    assert rows[1] == {
        "lead": "a",
        "time": "2026-01-02T00:00:00.000000Z",
        "from": "warm",
        "to": "hot",
        "cause": "demo",
        "actions": ['notify "sales"'],
        "total": pytest.approx(49.330330),
    }
    assert shown.errors.endswith(f"{len(rows)} steps of 2 leads up to 2026-02-01 00:00 UTC\n")


def test_a_rule_set_without_tiers_has_no_transitions(folder: Path) -> None:
    (folder / "bare.lead").write_text("event visit\nscore s { criteria { a 5 each visit } }\n", encoding="utf-8")
    shown = typed(["leadrules", "transitions", "bare.lead", "--events", "events.csv"])
    assert shown.code == 2 and "has no tiers" in shown.errors


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_transitions_go_to_files(folder: Path, ending: str) -> None:
    import duckdb

    command = f"leadrules transitions course.lead --events events.csv --to 2026-02-01 -o steps.{ending}"
    assert typed(command.split()).code == 0
    rows = duckdb.sql(f"SELECT lead, \"to\" FROM 'steps.{ending}'").fetchall()
    assert ("b", "cold") in rows


def test_a_line_is_credited_with_what_came_after_the_beginning_alone(folder: Path) -> None:
    """The points that were there at `--from` are no move, nor a constant before the first event."""
    base = "leadrules timeline constant.lead --events events.csv --lead a --to 2026-01-20"
    shifted = RULES.replace("score total {", "score s {").replace("thresholds", "score total = 1 * s + 200\nthresholds")
    (folder / "constant.lead").write_text(shifted, encoding="utf-8")
    later = typed([*base.split(), "--from", "2026-01-02"]).output
    assert "249.33 (+40)" in later and "(+200" not in later
    whole = typed(base.split()).output
    assert "210 (+10)" in whole and "249.33 (-0.6697" in whole
    between = typed([*base.split(), "--from", "2026-01-01 12:00"]).output
    assert "249.33 (-0.329 +40)" in between


@pytest.mark.parametrize("command", ["timeline course.lead --lead a", "transitions course.lead"])
def test_a_beginning_after_the_end_is_a_mistake(folder: Path, command: str) -> None:
    told = typed(f"leadrules {command} --events events.csv --from 2026-02-01 --to 2026-01-20".split())
    assert told.code == 2
    assert "2026-02-01 00:00 UTC is after --to, 2026-01-20 00:00 UTC" in " ".join(told.errors.split())


def test_a_course_may_begin_some_time_after_the_arrival(folder: Path) -> None:
    base = ["leadrules", "timeline", "course.lead", "--events", "events.csv", "--lead", "a", "--to", "2026-01-20"]
    first = re.search(r"lead a from (\S+ \S+) to", typed(base).output)
    assert first
    later = (datetime.fromisoformat(first[1]) + timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
    shown = typed([*base, "--from", "arrival + 3 days"])
    assert shown.code == 0
    assert shown.output == typed([*base, "--from", later]).output
    told = typed([*base, "--from", "arrival + 300 days"])
    assert told.code == 2
    assert "arrival + 300 days is after --to, 2026-01-20 00:00 UTC" in " ".join(told.errors.split())


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_stream_of_all_leads_has_one_beginning_and_one_end(folder: Path, option: str) -> None:
    told = typed(["leadrules", "transitions", "course.lead", "--events", "events.csv", option, "arrival + 3 days"])
    assert told.code == 2
    assert "`arrival + 3 days` is another instant for each lead: write 2026-01-31" in " ".join(told.errors.split())


def test_actions_are_one_text_in_csv(folder: Path) -> None:
    (folder / "course.lead").write_text(
        RULES.replace('notify "sales" }', 'notify "sales"; enrol "a, b" }'), encoding="utf-8"
    )
    command = "leadrules transitions course.lead --events events.csv --to 2026-01-20 --format csv"
    shown = typed(command.split()).output
    rows = {row["to"]: row for row in csv.DictReader(shown[shown.index("lead,time") :].splitlines())}
    assert rows["hot"]["actions"] == 'notify "sales"; enrol "a, b"'
    assert rows["warm"]["actions"] == ""
