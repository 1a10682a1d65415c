"""Rule sets compared on a log: as on the market that the log is of, by what was known then, and as counting gives it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadrules
from leadrules.engine.columns import NEVER
from leadrules.files.outcome_table import OutcomeColumns, read_outcomes
from leadrules.judging.landmarks import read_landmarks
from tests.terminal import Shown, typed
from tests.test_censoring import naive_weights
from tests.test_real_data import REAL, auc, journeys_of

ROOT = Path(__file__).parent.parent
CARD = (ROOT / "examples" / "points_card.lead").read_text(encoding="utf-8")
MARKET = ROOT / "examples" / "points_card.scenario"
OF_LOGS = "auc", "average_precision", "precision at top", "lift", "precision of hot", "recall of hot", "share of warm"
WAYS = (
    *(f"{tier} {how}" for tier in ("hot", "warm", "cold") for how in ("per day", "per week", "in a busy week")),
    *("steps into hot", "back in hot", "time in hot", "time in warm", "time in cold"),
)
MICROSECOND = timedelta(microseconds=1)
Rows = list[dict[str, str]]


def rules_in(folder: Path) -> tuple[Path, Path]:
    """The points card, knowing since when a lead is there, and one that thinks more of webinars and less of brochures."""
    card = re.sub(r"( +student +flag\n)", r"\1  arrived time known from\n", CARD)
    new = re.sub(r"(webinar +)major", r"\1minor", re.sub(r"(brochure +)important", r"\1major", card))
    assert len({CARD, card, new}) == 3
    paths = folder / "old.lead", folder / "new.lead"
    for path, text in zip(paths, (card, new), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market's leads that are judged within its horizon, as a log of leads, events and outcomes."""
    folder = tmp_path_factory.mktemp("log")
    assert typed(f"leadrules journeys {MARKET} -o {folder / 'm'} --population 3000 --format csv --workers 1").code == 0
    end = datetime(2026, 1, 5, tzinfo=ZoneInfo("Europe/Berlin")) + timedelta(days=180)
    ledger = {row["lead"]: row for row in rows_of(folder / "m" / "ledger.csv")}
    in_time = {lead for lead, row in ledger.items() if time_of(row["landmark"]) < end}
    leads = [row for row in rows_of(folder / "m" / "leads.csv") if row["lead"] in in_time]
    write(folder / "leads.csv", [row | {"arrived": ledger[row["lead"]]["arrival"]} for row in leads])
    write(folder / "events.csv", [row for row in rows_of(folder / "m" / "events.csv") if row["lead"] in in_time])
    write(folder / "outcomes.csv", [ledger[lead] for lead in in_time])
    rules_in(folder)
    return folder


def compared(folder: Path, more: str = "", events: str = "events.csv") -> dict[str, Any]:
    """The comparison of the two cards on a log, as JSON."""
    tables = f"--leads {folder}/leads.csv --events {folder}/{events} --outcomes {folder}/outcomes.csv"
    shown = typed(
        f"leadrules compare {folder}/old.lead {folder}/new.lead {tables} --outcome-column time=ended --format json {more}"
    )
    assert shown.code == 0, shown.errors
    found: dict[str, Any] = json.loads(shown.output)
    return found


def figures(comparison: Mapping[str, Any]) -> dict[str, Any]:
    return {figure["name"]: figure for figure in comparison["figures"]}


def test_a_log_without_an_end_tells_what_its_market_tells(log: Path) -> None:
    shown = typed(f"leadrules compare {log}/old.lead {log}/new.lead {MARKET} --population 3000 --format json")
    market, found = json.loads(shown.output), compared(log)
    assert found["backtest"]["open"] == 0
    assert (found["judged"], found["won"]) == (market["judged"], market["won"])
    assert found["migration"] == market["migration"]
    one, other = figures(market), figures(found)
    for name in OF_LOGS:
        for side in ("old", "new", "difference"):
            assert one[name][side] == pytest.approx(other[name][side], abs=1e-9), (name, side)
    assert other["auc"]["difference"]["value"] != 0
    assert not any(name.startswith("expected") for name in other)


def test_what_comes_after_the_landmark_is_not_seen(log: Path) -> None:
    arrived = {row["lead"]: time_of(row["arrived"]) for row in rows_of(log / "leads.csv")}
    events = rows_of(log / "events.csv")
    before = [row for row in events if time_of(row["time"]) <= arrived[row["lead"]] + timedelta(days=30)]
    assert len(before) < len(events)
    write(log / "before.csv", before)
    until = '--until "2026-07-04 12:00"'
    one, other = compared(log, until), compared(log, until, "before.csv")
    told, again = figures(one), figures(other)
    assert {name for name in told if told[name] != again[name]} <= set(told).intersection(
        WAYS
    )  # these are of no landmark
    assert told["hot per week"] != again["hot per week"] and told["auc"] == again["auc"]
    assert one["new_criteria"] == other["new_criteria"] and one["backtest"] == other["backtest"]


def test_a_log_that_ends_early_tells_the_same_within_its_error(log: Path) -> None:
    """Weights stand for who is not followed up: the figures stay where they were, with wider intervals."""
    whole, found = compared(log), compared(log, "--until 2026-06-20")
    assert found["backtest"]["open"] > 100 and found["backtest"]["heaviest"] > 1
    for name in ("auc", "average_precision", "precision of hot", "share of warm"):
        one, other = figures(whole)[name]["old"], figures(found)[name]["old"]
        assert other["low"] < one["value"] < other["high"], name
        assert other["high"] - other["low"] > one["high"] - one["low"], name


def test_figures_of_a_log_are_those_of_counting(log: Path) -> None:
    """Scores of the public API at each landmark, weights by hand, and each pair of a winner and another lead."""
    until, day = datetime(2026, 6, 1, tzinfo=ZoneInfo("Europe/Berlin")), timedelta(days=1)
    found = compared(log, '--until 2026-06-01 --landmark "arrival + 10 days" --window "40 days"')
    scores = (
        leadrules.load(log / "old.lead")
        .score(log / "leads.csv", events=log / "events.csv", at="arrival + 10 days")
        .columns
    )
    ended = {row["lead"]: (time_of(row["ended"]), row["outcome"]) for row in rows_of(log / "outcomes.csv")}
    rows, points, wins = list[tuple[float, float]](), list[float](), list[bool]()
    for lead, at, score in zip(scores.ids, scores.at.tolist(), scores.scores["points"].tolist(), strict=True):
        landmark = datetime.fromtimestamp(0, UTC) + at * MICROSECOND
        end, outcome = ended[str(lead)]
        if landmark < until and end > landmark:
            rows.append(((end - landmark) / day, (until - landmark) / day))
            points.append(score)
            wins.append(outcome == "won" and end <= min(until, landmark + 40 * day))
    weights, hits = np.array(naive_weights(rows, 40)), np.array(wins)
    assert found["backtest"]["open"] == np.count_nonzero(weights == 0) > 0
    assert found["judged"] == np.count_nonzero(weights) and found["won"] == hits.sum()
    assert found["backtest"]["heaviest"] == pytest.approx(weights.max())
    above = np.subtract.outer(np.array(points)[hits], np.array(points)[~hits])
    pairs = np.outer(weights[hits], weights[~hits])
    area = (pairs * ((above > 0) + (above == 0) / 2)).sum() / pairs.sum()
    assert figures(found)["auc"]["old"]["value"] == pytest.approx(area)
    hot = np.array(points) >= 45
    precision = (weights * hot * hits).sum() / (weights * hot).sum()
    assert figures(found)["precision of hot"]["old"]["value"] == pytest.approx(precision)


def test_a_rule_set_against_itself_differs_by_nothing(log: Path) -> None:
    (log / "again.lead").write_text(
        (log / "old.lead").read_text(encoding="utf-8") + "\n# as before\n", encoding="utf-8"
    )
    tables = f"--leads {log}/leads.csv --events {log}/events.csv --outcomes {log}/outcomes.csv"
    shown = typed(
        f"leadrules compare {log}/old.lead {log}/again.lead {tables} --outcome-column time=ended "
        '--until 2026-06-01 --landmark "every monday" --format json --detailed-exitcode'
    )
    assert shown.code == 0, shown.errors
    found = json.loads(shown.output)
    assert found["same"] and found["backtest"]["open"] > 0
    differences = [figure["difference"] for figure in found["figures"] if figure["name"] != "auc drift"]
    assert figures(found)["auc drift"]["new"]["value"] is None  # the last leads are not followed up for long enough
    assert differences and all(d == {"value": 0, "low": 0, "high": 0} for d in differences)


def test_errors_of_weekly_looks_are_by_account(log: Path) -> None:
    """A lead that is looked at ten times tells less than ten leads."""
    once, weekly = compared(log, "--landmark 2026-03-02"), compared(log, '--landmark "every monday" --until 2026-09-01')
    assert weekly["judged"] > 4 * once["judged"]

    def width(found: Mapping[str, Any]) -> float:
        area = figures(found)["auc"]["old"]
        return float(area["high"] - area["low"])

    assert width(weekly) > width(once) * (once["judged"] / weekly["judged"]) ** 0.5 * 1.2


def test_the_terms_are_told(log: Path) -> None:
    tables = f"--leads {log}/leads.csv --events {log}/events.csv --outcomes {log}/outcomes.csv"
    shown = typed(
        f"leadrules compare {log}/old.lead {log}/new.lead {tables} --outcome-column time=ended --until 2026-06-20"
    )
    said = " ".join(shown.output.split())
    assert "in events.csv" in said and "Scored at arrival + 30 days by what was known then" in said
    assert "where they are decided by then" in said and "inverse probability of censoring" in said
    assert "Sales called whom those rules named" in said
    assert "values without a date may tell what came later: role (points.head, points.buyer);" in said


WEEKS = st.integers(0, 2 * 365 * 24 * 60)


@given(WEEKS, WEEKS, st.sampled_from(["monday", "thursday", "Sunday"]))
def test_every_monday_is_a_monday_of_the_calendar(first: int, length: int, day: str) -> None:
    zone, begin = ZoneInfo("Europe/Berlin"), datetime(2025, 1, 1, tzinfo=UTC)
    start, end = begin + timedelta(minutes=first), begin + timedelta(minutes=first + length)
    ticks = [(time - datetime.fromtimestamp(0, UTC)) // MICROSECOND for time in (start, end)]
    landmarks = read_landmarks(f"every {day}", "Europe/Berlin")
    assert landmarks is not None
    found = [int(look[0]) for look in landmarks.of(np.array([ticks[0], NEVER]), ticks[1], "Europe/Berlin")]
    expected, date = [], start.astimezone(zone).date()
    while (midnight := datetime(date.year, date.month, date.day, tzinfo=zone)) <= end:
        if midnight >= start and f"{date:%A}" == day.capitalize():
            expected.append((midnight - datetime.fromtimestamp(0, UTC)) // MICROSECOND)
        date += timedelta(days=1)
    assert found == expected


def test_the_first_outcome_of_a_lead_counts(tmp_path: Path) -> None:
    rows = [
        ("a", "lost", "2026-03-02", ""),
        ("a", "Won", "2026-03-01", "1200"),
        ("b", "won", "2026-04-01", "5"),
        ("b", "stalled", "2026-04-01", "7"),
        ("c", "", "", ""),
        ("stranger", "won", "2026-04-01", ""),
    ]
    path = write(
        tmp_path / "o.csv", [dict(zip(("lead", "outcome", "time", "value"), row, strict=True)) for row in rows]
    )
    ids = np.array(["a", "b", "c", "d"], object)
    told = read_outcomes(path, OutcomeColumns(), ids, "UTC", ("won",), ())
    assert told.outcomes.kind.tolist() == [0, 0, -1, -1] and told.outcomes.dated
    assert told.outcomes.worth.tolist() == [1200, 5, 0, 0]
    assert told.outcomes.at[0] == datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1e6
    assert told.intake.orphans == 1
    few = read_outcomes(path, OutcomeColumns(), ids, "UTC", ("won", "stalled"), ("lost",))
    assert few.outcomes.kind.tolist() == [0, 0, -1, -1]
    lost = read_outcomes(path, OutcomeColumns(), ids, "UTC", ("stalled",), ())
    assert lost.outcomes.kind.tolist() == [1, 0, -1, -1]


MISTAKES = {
    "no tables": ("--landmark 2026-03-01", "name its tables with --leads and --events"),
    "no such outcome": ("{tables} --won bought --outcome-column time=ended", 'never says "bought", but lost ('),
    "no such win among others": ("{tables} --won won --won wun --outcome-column time=ended", 'never says "wun"'),
    "no such loss": (
        "{tables} --lost lozt --outcome-column time=ended",
        'never says "lozt", but lost (',
    ),
    "no such loss among events": (
        "{events} --won brochure --lost cancelled",
        'column "type" never says "cancelled", but ',
    ),
    "no such column": ("{tables} --outcome-column time=finished", 'no column "finished"'),
    "no such part": ("{tables} --outcome-column when=ended", "one of lead, outcome, time, value"),
    "no landmark": ("{tables} --landmark later", "`later` is no landmark"),
    "no window": ("{tables} --window long", "`long` is no duration"),
    "too short": ("{tables} --outcome-column time=ended --until 2026-03-20", "no lead is followed up for 90 days"),
    "a market too": ("{market} {tables}", "name a SCENARIO, a log"),
    "a seed": ("{tables} --seed 3", "a log is what it is"),
    "bad times": ("{tables} --outcome-column time=persona", "row 1"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_told(mistake: str, log: Path) -> None:
    more, message = MISTAKES[mistake]
    events = f"--leads {log}/leads.csv --events {log}/events.csv"
    words = more.format(events=events, tables=f"{events} --outcomes {log}/outcomes.csv", market=MARKET)
    shown: Shown = typed(f"leadrules compare {log}/old.lead {log}/new.lead {words}")
    assert shown.code == 2 and message in " ".join(shown.errors.split()), shown.errors


def test_a_log_of_nobody_shows_nothing(log: Path) -> None:
    tables = f"--leads {log}/leads.csv --events {log}/events.csv --outcomes {log}/outcomes.csv"
    more = "--outcome-column time=ended --until 2025-01-01 --window '1 second' --detailed-exitcode"
    shown = typed(f"leadrules compare {log}/old.lead {log}/new.lead {tables} {more}")
    assert shown.code == 3 and "Nothing can be said: no lead is judged" in shown.output, shown.errors
    assert "do the same" not in shown.output


def test_both_rule_sets_read_the_same_leads(log: Path) -> None:
    write(log / "other.csv", [row | {"key": f"x{row['lead']}"} for row in rows_of(log / "leads.csv")])
    other = (log / "new.lead").read_text(encoding="utf-8").replace("lead {\n", 'lead {\n  identity from "key"\n', 1)
    (log / "other.lead").write_text(other, encoding="utf-8")
    tables = f"--leads {log}/other.csv --events {log}/events.csv --outcomes {log}/outcomes.csv"
    shown = typed(f"leadrules compare {log}/old.lead {log}/other.lead {tables} --outcome-column time=ended")
    assert shown.code == 2 and "let both name the same columns of ids" in " ".join(shown.errors.split())


def test_loan_journeys_rank_as_counting_says(data: Path) -> None:
    """BPI 2012: undecided on day 7, won within 30 days; the types of events that end a journey are named."""
    path, rules = data / "bpi2012_events_dev.csv.gz", REAL / "bpi2012.lead"
    shown = typed(
        f"leadrules compare {rules} {rules} --events {path} --won won_activated --lost declined --lost cancelled "
        '--landmark "arrival + 7 days" --window "30 days" --format json'
    )
    found = json.loads(shown.output)
    scores = leadrules.load(rules).score(events=path, at="arrival + 7 days").columns
    week, place, points, wins = 7 * 86_400_000_000, {id: i for i, id in enumerate(scores.ids)}, [], []
    for id, rows in journeys_of(path).items():
        at = min(row["time"] for row in rows) + week
        ends = [row for row in rows if row["type"] in ("won_activated", "declined", "cancelled")]
        first = min(ends, key=lambda row: (row["time"], row["type"] != "won_activated"), default=None)
        if first is None or first["time"] > at:
            points.append(scores.scores["total"][place[id]])
            wins.append(first is not None and first["type"] == "won_activated" and first["time"] <= at + 30 * week // 7)
    assert (found["judged"], found["won"], found["backtest"]["open"]) == (len(wins), sum(wins), 0)
    assert len(wins) == 1_759
    area = figures(found)["auc"]["old"]["value"]
    assert area == pytest.approx(auc(np.round(np.array(points), 6), np.array(wins)), abs=1e-9)


def test_outcomes_without_a_time_are_taken_as_they_are(data: Path) -> None:
    """X Education: one table of leads, which says who converted and not when."""
    path, rules = data / "xeducation_dev.csv", REAL / "x_education.lead"
    words = [
        *("leadrules", "compare", str(rules), str(rules), "--leads", str(path), "--outcomes", str(path)),
        *("--outcome-column", "lead=Prospect ID", "--outcome-column", "outcome=Converted", "--won", "1"),
        *("--landmark", "2026-01-01", "--format", "json"),
    ]
    found = json.loads(typed(words).output)
    assert (found["judged"], found["won"]) == (5_549, 2_127)
    assert figures(found)["auc"]["old"]["value"] == pytest.approx(0.8087, abs=5e-5)
    assert figures(found)["average_precision"]["old"]["value"] == pytest.approx(0.7551, abs=5e-5)
    assert not found["backtest"]["dated"] and found["backtest"]["undated"]
