"""Journeys as tables: what is read of them scores as it does in memory, lead by lead; a folder is whole or says it is not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.adopt import adopt
from leadrules.engine.compile import compile_model
from leadrules.engine.score import score
from leadrules.engine.scores import Scores
from leadrules.files import journeys
from leadrules.files.failure import FileProblem
from leadrules.files.journeys import Format, begin, finish, order, write_block
from leadrules.files.tables import read_tables
from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import simulate
from leadrules.verify.match import match
from tests.observed import DIRTY
from tests.phase_type import RICH, SIMPLE, world_of
from tests.test_observed import TRUTH, observed

DAY = 86_400_000_000
RULES = """
ruleset r { timezone Europe/Warsaw }
lead {
  industry  one of retail, Software, finance
  employees whole number
  domain    text
  customer  flag
  budget    money EUR
  runway    duration in days
  created   time known from
}
event page { path text }
event demo { seats whole number }
event form
score fit {
  criteria {
    software 12 when industry is software
    nobody   -3 when industry is missing
    free     -7 when domain is "free.example"
    size      9 when employees >= 150
    rich     11 when budget > 5_000 EUR
    customer -4 when customer
    runway    5 when runway > 40 days
    young     2 when days since created < 30
  }
}
score doing {
  decay half-life 9 days
  criteria {
    pages   1.5 each page, at most 20
    pricing 4 each page where path is "/pricing"
    seats   6 each demo where seats >= 4
    form    8 each form, at most 1 in any 3 days
    after  13 when any demo in last 20 days and count of form >= 2
  }
}
score total = fit + doing
thresholds { hot when total >= 25; warm when total >= 10; cold otherwise }
"""


def plan_of(rules: str) -> Any:
    return compile_model(check(parse(Source("rules", rules))))


def written(folder: Path, text: str, leads: int, format: Format = "parquet", seed: int = 3) -> dict[str, Any]:
    scenario = folder / "market.scenario"
    scenario.write_text(text, encoding="utf-8")
    wanted = order(scenario, folder / "out", population=leads, seed=seed, format=format)
    begin(wanted)
    finish(wanted, [write_block(wanted, number) for number in range(wanted.blocks)])
    names = ("leads", "events", "merges", "attributes")
    paths = {name: folder / "out" / f"{name}.{format}" for name in names}
    return {name: str(path) if path.exists() else None for name, path in paths.items()}


def in_memory(plan: Any, text: str, leads: int, at: int, seed: int = 3) -> Scores:
    population: Population = simulate(world_of(text), Draws(seed), 0, leads)
    return score(plan, adopt(plan.model, population.leads), np.full(leads, at))


def same_scores(one: Scores, other: Scores) -> None:
    np.testing.assert_array_equal(one.ids.astype(str), other.ids.astype(str))
    for name, values in one.scores.items():
        np.testing.assert_array_equal(values, other.scores[name], name)
    np.testing.assert_array_equal(one.tiers, other.tiers)


ODD = ("late 60% lognormal median 9 days spread 2", "identified by demo, never 40%", "duplicated 50%, new id 50%")
MARKETS = {
    "dirty": DIRTY,
    "true": TRUTH,
    "late": observed(*ODD, "clock off by 2 days"),
    "enriched": observed("industry known 20 days after arrival", "runway known 9 days after arrival", "customer known 2 hours after arrival", "domain known 3 days after arrival", "domain misspelt 30%"),
    "nothing": observed("lost 100%", "duplicated 5%", "late 5% lognormal median 1 day spread 1"),
}  # fmt: skip


@pytest.mark.parametrize("format", ["parquet", "csv"])
@pytest.mark.parametrize("market", MARKETS)
def test_what_is_written_scores_like_what_is_in_memory(market: str, format: Format, tmp_path: Path) -> None:
    plan, text, leads = plan_of(RULES), MARKETS[market], 1_200
    assert not match(plan.model, world_of(text).scenario)
    paths = written(tmp_path, text, leads, format)
    read = read_tables(
        plan.model, paths["leads"], paths["events"], merges=paths["merges"], attributes=paths["attributes"]
    )
    hot = 0
    for day in (10, 45, 90, 199):
        at = world_of(text).scenario.start + day * DAY
        scores = score(plan, read.leads, np.full(leads, at))
        same_scores(in_memory(plan, text, leads, at), scores)
        hot += np.count_nonzero(scores.tiers == 0)
    assert hot > (0 if market == "nothing" else 100)
    assert len(set(zip(read.leads.accounts.tolist(), (np.arange(leads) // 3).tolist(), strict=True))) == leads // 3


def test_dates_and_durations_without_unit_are_read_as_they_were(tmp_path: Path) -> None:
    rules = """
    ruleset r { timezone Europe/Warsaw }
    lead { industry one of software, finance, retail; runway duration; created date known from; account_size number; account one of a, b from "account_" }
    event page { type text from "type_", spent duration }
    score s { criteria { a 3 when runway > 30 days; b 2 when days since created < 20; c 5 each page where type is "x" and spent > 2 minutes; d 7 when account is a } }
    """  # fmt: skip
    text = TRUTH.replace("created   time known from", "created date known from\n account one of a, b").replace(
        "duration in days", "duration"
    )
    text = text.replace("event page { path text }", "event page { type text, spent duration }").replace(
        "customer 25%", "customer 25%\n account { a 50%; b 50% }"
    )
    text = text.replace('page path "/" 50%', 'page type "x" spent 3 minutes 50%').replace(
        'page path "/pricing"', 'page type "x" spent 1 minutes'
    )
    plan = plan_of(rules)
    for format in ("parquet", "csv"):
        paths = written(tmp_path, text, 900, format)  # type: ignore[arg-type]
        read = read_tables(plan.model, paths["leads"], paths["events"])
        at = world_of(text).scenario.start + 60 * DAY
        scores = score(plan, read.leads, np.full(900, at))
        same_scores(in_memory(plan, text, 900, at), scores)
        assert len(np.unique(scores.scores["s"])) > 8


# The folder


def asked(sql: str, path: Path) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT {sql} FROM read_parquet('{path}/*.parquet')").fetchall()


def test_any_number_of_processes_writes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = tmp_path / "market.scenario"
    scenario.write_text(DIRTY, encoding="utf-8")
    leads = journeys.BLOCK + 700
    for workers in ("1", "2"):
        run_journeys(str(scenario), "-o", str(tmp_path / workers), "--population", str(leads), "--workers", workers)
    made = [json.loads((tmp_path / workers / "manifest.json").read_text()) for workers in ("1", "2")]
    assert made[0] == made[1] and made[0]["complete"]
    tables = [name.split(".")[0] for name in made[0]["rows"]]
    assert tables == ["leads", "events", "merges", "attributes", "truth", "ledger"]
    for table in tables:
        one, other = (tmp_path / workers / f"{table}.parquet" for workers in ("1", "2"))
        assert sorted(part.name for part in one.iterdir()) == ["part-00000.parquet", "part-00001.parquet"]
        for part in one.iterdir():
            assert part.read_bytes() == (other / part.name).read_bytes()
        assert asked("count(*)", one) == [(made[0]["rows"][f"{table}.parquet"],)]
    assert asked("lead", tmp_path / "1" / "leads.parquet") == [(str(i),) for i in range(leads)]
    plan = plan_of(RULES)
    read = read_tables(plan.model, str(tmp_path / "1" / "leads.parquet"), None)
    assert len(read.leads) == leads


def run_journeys(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leadrules", "journeys", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


def test_parts_of_text_are_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path(written(tmp_path, DIRTY, 1_000, "csv")["events"]).read_text()
    monkeypatch.setattr(journeys, "BLOCK", 300)
    assert Path(written(tmp_path, DIRTY, 1_000, "csv")["events"]).read_text() == whole


def test_the_ledger_and_the_truth_are_those_of_memory(tmp_path: Path) -> None:
    paths = written(tmp_path, DIRTY, 500)
    population = simulate(world_of(DIRTY), Draws(3), 0, 500)
    out = Path(paths["leads"]).parent
    ledger = duckdb.sql(f"SELECT intent, chance, outcome, persona, epoch_us(ended), epoch_us(\"entered.decide\"), account FROM '{out}/ledger.parquet'").fetchnumpy()  # fmt: skip
    truth, world = population.truth, world_of(DIRTY)
    scenario = world.scenario
    np.testing.assert_array_equal(ledger["intent"], truth.intent)
    np.testing.assert_array_equal(ledger["chance"], truth.chance)
    np.testing.assert_array_equal(ledger["account"], truth.account)
    assert list(ledger["persona"]) == [scenario.personas[p].name for p in truth.persona]
    assert list(ledger["outcome"]) == [("won", "lost", "no_decision", "disqualified")[o] for o in truth.outcome]
    times = list(ledger.values())
    np.testing.assert_array_equal(times[4], scenario.start + truth.ended * 1_000_000)
    came = truth.entered[1] >= 0
    np.testing.assert_array_equal(np.ma.getmaskarray(times[5]), ~came)
    np.testing.assert_array_equal(np.ma.getdata(times[5])[came], (scenario.start + truth.entered[1] * 1_000_000)[came])
    told = duckdb.sql(
        f"SELECT epoch_us(time) AS time, lead, type, id, path, seats FROM '{out}/truth.parquet'"
    ).fetchnumpy()
    np.testing.assert_array_equal(told["time"], scenario.start + population.happenings.tick * 1_000_000)
    actions = [world.actions[a] for a in population.happenings.action]
    assert list(told["type"]) == [action.event for action in actions]
    assert [p if p is not np.ma.masked else None for p in told["path"]] == [dict(a.given).get("path") for a in actions]
    seen = duckdb.sql(f"SELECT count(*), count(DISTINCT id), count(*) FILTER (id % 2 = 0 AND id NOT IN (SELECT id FROM '{out}/truth.parquet')) FROM '{out}/events.parquet'").fetchall()[0]  # fmt: skip
    assert seen[0] > seen[1] and seen[2] == 0


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    scenario = tmp_path / "market.scenario"
    scenario.write_text(SIMPLE, encoding="utf-8")
    for name, text in (
        ("notes", {"notes.txt": "mine"}),
        ("other", {"manifest.json": "{}"}),
        ("list", {"manifest.json": "[1]"}),
    ):
        (tmp_path / name).mkdir()
        for file, content in text.items():
            (tmp_path / name / file).write_text(content)
        with pytest.raises(FileProblem, match="no output of"):
            begin(order(scenario, tmp_path / name, population=5, format="parquet"))
        assert {file.name: file.read_text() for file in (tmp_path / name).iterdir()} == text
    with pytest.raises(FileProblem, match="no output of"):
        begin(order(scenario, scenario, population=5, format="parquet"))
    (tmp_path / "empty").mkdir()
    begin(order(scenario, tmp_path / "empty", population=5, format="parquet"))


def test_what_goes_wrong_in_a_process_is_said_in_a_sentence(tmp_path: Path) -> None:
    scenario = tmp_path / "market.scenario"
    scenario.write_text(SIMPLE, encoding="utf-8")
    wanted = order(scenario, tmp_path / "out", population=70_000, format="parquet")
    begin(wanted)
    (tmp_path / "out" / "unfinished" / "truth").rmdir()
    with pytest.raises(FileProblem, match="part-00001") as found, ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(write_block, wanted, 1).result()
    assert found.value.message
    with pytest.raises(FileProblem):
        begin(order(scenario, scenario / "out", population=5, format="parquet"))


def test_a_second_run_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    written(tmp_path, DIRTY, 40, "csv")
    assert (tmp_path / "out" / "merges.csv").exists()
    written(tmp_path, TRUTH, 40)
    names = {"leads.parquet", "events.parquet", "truth.parquet", "ledger.parquet", "manifest.json"}
    assert {file.name for file in (tmp_path / "out").iterdir()} == names


def test_what_was_begun_and_not_finished_says_so(tmp_path: Path) -> None:
    written(tmp_path, DIRTY, 40)
    wanted = order(tmp_path / "market.scenario", tmp_path / "out", population=90, seed=1, format="parquet")
    begin(wanted)
    write_block(wanted, 0)
    assert {file.name for file in wanted_files(tmp_path)} == {"manifest.json", "unfinished"}
    assert not json.loads((tmp_path / "out" / "manifest.json").read_text())["complete"]


def wanted_files(folder: Path) -> list[Path]:
    return list((folder / "out").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupted_run_stops_and_is_marked(workers: str, tmp_path: Path) -> None:
    scenario = tmp_path / "market.scenario"
    scenario.write_text(RICH, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "leadrules",
        "journeys",
        str(scenario),
        "-o",
        str(tmp_path / "out"),
        "--population",
        "3000000",
    ]
    run = subprocess.Popen([*command, "--workers", workers], stderr=subprocess.PIPE, text=True, start_new_session=True)
    until = time.monotonic() + 60
    while time.monotonic() < until and not list(tmp_path.glob("out/unfinished/leads/part-00001.parquet")):
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to every process of the run
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "not complete" in said and "Traceback" not in said
    assert {file.name for file in wanted_files(tmp_path)} == {"manifest.json", "unfinished"}
    assert not json.loads((tmp_path / "out" / "manifest.json").read_text())["complete"]
