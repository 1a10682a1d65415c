"""The door for people: exit codes, what goes to which stream, bad data, formats, and never a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.terminal import Shown, typed

ROOT = Path(__file__).parent.parent
RULES = """
ruleset card "A card" {
  timezone UTC
}
lead {
  identity from "ID"
  missing "Select"
  size whole number from "Size"
  keen flag
}
event form { name text }
score points {
  criteria {
    big 10 when size >= 100
    keen 5 when keen
    demo 20 each form where name is "demo", at most 2, decay half-life 10 days
  }
}
thresholds {
  hot when points >= 20
  cold otherwise
}
"""
LEADS = "ID,Size,keen\nanna,250,yes\nbruno,Select,no\ncarla,5,\n"
EVENTS = "lead,time,type,name\nanna,2026-01-01 00:00,form,demo\nbruno,2026-01-11,form,Demo\nbruno,2026-01-12,call,\nzoe,2026-01-12,form,demo\n"
AT = "--as-of 2026-01-11"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a rule set and its data, where commands are typed."""
    (tmp_path / "card.lead").write_text(RULES)
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "events.csv").write_text(EVENTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def scored(*more: str) -> Shown:
    return typed(
        ["leadrules", "score", "card.lead", "--leads", "leads.csv", "--events", "events.csv", *AT.split(), *more]
    )


def test_check_finds_nothing_and_says_so(folder: Path) -> None:
    assert typed("leadrules check card.lead") == Shown(0, "", "no problems in 1 file\n")


def test_check_draws_every_mistake_and_fails(folder: Path) -> None:
    broken = (
        RULES.replace("size >= 100", "sise >= 100")
        .replace("20 each form", "20 each fom")
        .replace("hot when", "hot whn")
    )
    (folder / "card.lead").write_text(broken)
    code, output, errors = typed("leadrules check card.lead")
    assert code == 1
    assert [line.split(":")[0] for line in output.splitlines() if line.startswith("error")] == [
        "error[E201]",
        "error[E203]",
        "error[E110]",
    ]
    assert "was `size` meant?" in output and "card.lead:14:" in output
    assert errors == "3 errors in 1 file\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("leadrules", "Usage"),
        ("leadrules chek", "was `check` meant?"),
        ("leadrules check", "Missing argument"),
        ("leadrules check none.lead", "none.lead: no such file"),
        ("leadrules check leads.csv", "neither a rule file (.lead) nor a market (.scenario)"),
        ("leadrules score card.lead", "neither a table of leads nor one of events"),
        ("leadrules score card.lead --leads none.csv", "none.csv: no such file"),
        ("leadrules score card.lead --leads card.lead", "what kind of table is this?"),
        ("leadrules score card.lead --leads leads.csv --as-of yesterday", "`yesterday` is no instant"),
        ("leadrules score card.lead --leads leads.csv --as-of 0001-01-01", "is no instant"),
        ("leadrules score card.lead --leads leads.csv --as-of 'arrival + 99999999999 weeks'", "is no instant"),
        ("leadrules score card.lead --leads leads.csv -o leads.csv", "leads.csv is read here"),
        ("leadrules score card.lead --leads leads.csv -o out.xls", "which format should out.xls have?"),
        ("leadrules score card.lead --leads leads.csv -o out.csv --format table", "goes to the output"),
        ("leadrules score card.lead --leads leads.csv --top 0", "--top"),
        ("leadrules explain card.lead --leads leads.csv --lead ana", "was anna meant?"),
        ("leadrules explain card.lead --leads leads.csv --lead anna --as-of arrival", "not known when it arrived"),
        ("leadrules simulate card.lead none.scenario", "none.scenario: no such file"),
        ("leadrules simulate card.lead card.lead", "card.lead: holds rules, where a market (.scenario) is wanted"),
        ("leadrules fmt -w . --check", "take one of them"),
        (
            "leadrules score market.scenario --leads leads.csv",
            "market.scenario: is a market, where rules (.lead) are wanted",
        ),
        ("leadrules score card.lead --leads leads.csv -o new.lead --format csv", "new.lead: is no place for results"),
        ("leadrules test card.lead --lcov card.lead", "card.lead: is no place for results"),
        ("leadrules lint card.lead --write-baseline leadrules.toml", "leadrules.toml: is no place for results"),
        ("leadrules ci card.lead --report json=card.lead", "card.lead: is no place for results"),
        ("leadrules explain-code E99", "there is no code `E99`"),
        ("leadrules explain-code ''", "there is no code ``"),
        ("leadrules simulate card.lead none.scenario --population 0", "--population"),
    ],
)
def test_what_cannot_be_done_is_said_with_code_2(folder: Path, command: str, said: str) -> None:
    code, output, errors = typed(command)
    assert code == 2
    assert said in errors and "Traceback" not in errors
    assert not output
    assert (folder / "card.lead").read_text() == RULES


def test_nothing_typed_is_a_question_of_usage() -> None:
    run = subprocess.run([sys.executable, "-m", "leadrules"], capture_output=True, check=False)
    assert run.returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_no_mistake_of_leadrules(folder: Path) -> None:
    command = "score card.lead --leads leads.csv --format csv --as-of 2026-01-11"
    with open("/dev/full", "wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "leadrules", *command.split()], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert run.returncode == 2
    assert b"cannot be written" in run.stderr and b"mistake in leadrules" not in run.stderr


@pytest.mark.parametrize(
    "text", ["}", "}}\nlead { a text }\n", "{", "score s {", "\0", "score s { criteria { a 5 when (((("]
)
def test_no_text_is_too_broken_to_be_checked(folder: Path, text: str) -> None:
    for name in ("broken.lead", "broken.scenario"):
        (folder / name).write_text(text)
        assert typed(f"leadrules check {name}").code == 1


def test_conditions_made_of_conditions_cost_no_more_than_there_are(folder: Path) -> None:
    steps = [f"condition c{i}: c{i - 1} or c{i - 1}" for i in range(1, 45)]
    deep = RULES.replace("score points", "\n".join(["condition c0: keen", *steps]) + "\nscore points")
    (folder / "card.lead").write_text(deep.replace("5 when keen", "5 when c44"))
    assert scored().code == 0
    (folder / "card.lead").write_text(
        deep.replace("score points", "\n".join(f"condition c{i}: c{i - 1}" for i in range(45, 60)) + "\nscore points")
    )
    assert "error[E106]" in scored().errors


def test_score_on_a_broken_rule_file_is_an_input_error(folder: Path) -> None:
    (folder / "card.lead").write_text(RULES.replace("size >= 100", "sise >= 100"))
    code, output, errors = scored()
    assert (code, output) == (2, "")
    assert "error[E201]" in errors and "card.lead:14:" in errors


def test_a_clean_file_with_warnings_alone_stays_clean(folder: Path) -> None:
    (folder / "card.lead").write_text(RULES.replace("hot when points >= 20", "hot when points >= 2000"))
    code, output, _ = typed("leadrules check card.lead")
    assert code == 0
    assert "warning[" in output


def test_an_undecided_trial_has_a_code_of_its_own() -> None:
    code, output, _ = typed(
        f"leadrules simulate {ROOT}/examples/bant.lead {ROOT}/examples/bant.scenario --population 1"
    )
    assert code == 3
    assert "cannot be said" in output


def test_a_mistake_of_ours_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadrules.cli.check.read_language", lambda _name: 1 / 0)
    code, output, errors = typed("leadrules check card.lead")
    assert (code, output) == (70, "")
    assert errors.startswith("internal error: ZeroDivisionError: division by zero (at ")
    assert "Traceback" not in errors


def test_an_interrupted_command_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("leadrules.cli.check.read_language", interrupt)
    assert typed("leadrules check card.lead") == Shown(130, "", "\ninterrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of another kind")
def test_a_reader_who_goes_away_is_no_mistake_of_the_rules(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [
        sys.executable,
        "-m",
        "leadrules",
        "explain",
        "card.lead",
        "--leads",
        "leads.csv",
        "--lead",
        "anna",
        *AT.split(),
    ]
    with os.fdopen(writing, "w") as gone:
        ended = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 130
    assert "Traceback" not in ended.stderr and "Exception" not in ended.stderr


def test_every_lead_is_explained_as_it_is_alone(folder: Path) -> None:
    shown = typed(f"leadrules explain card.lead --leads leads.csv --events events.csv {AT}")
    assert shown.code == 0 and shown.errors.endswith("\n3 leads explained\n")
    lines = [json.loads(line) for line in shown.output.splitlines()]
    assert [line["lead"] for line in lines] == ["anna", "bruno", "carla"]
    for line in lines:
        one = f"leadrules explain card.lead --leads leads.csv --events events.csv --lead {line['lead']} --format json {AT}"
        alone = json.loads(typed(one).output)
        assert line == {key: alone[key] for key in line} and alone.keys() - line.keys() == {
            "lacks",
            "changes",
            "unknown",
        }


def test_text_tells_of_one_lead(folder: Path) -> None:
    shown = typed(f"leadrules explain card.lead --leads leads.csv --format text {AT}")
    assert shown.code == 2 and "name it with --lead" in shown.errors


def test_data_goes_to_the_output_and_all_else_to_the_error_stream(folder: Path) -> None:
    code, output, errors = scored("--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(output)))
    assert [(row["lead"], row["tier"], row["rank"], row["points"]) for row in rows] == [
        ("anna", "hot", "1", "25.0"),
        ("bruno", "hot", "2", "20.0"),
        ("carla", "cold", "3", "0.0"),
    ]
    assert rows[0]["points.big"] == "10.0" and rows[0]["points.demo"] == "10.0"
    assert errors.splitlines() == [
        "leads.csv: 3 rows",
        "events.csv: 4 rows",
        "  1 event of leads that the table lacks, left out",
        "  1 event of types that the rules do not declare: call (1)",
        "size: 1 of 3 leads without it, up to 10 points are out of their reach (points.big)",
        "keen: 1 of 3 leads without it, up to 5 points are out of their reach (points.keen)",
        "3 leads scored as of 2026-01-11 00:00 UTC",
    ]


def test_every_format_holds_the_same_table(folder: Path) -> None:
    by_stream = scored("--format", "json").output
    wanted = [json.loads(line) for line in by_stream.splitlines()]
    assert wanted[0]["lead"] == "anna" and wanted[0]["points"] == 25.0
    for name in ("out.csv", "out.jsonl", "out.parquet"):
        code, output, errors = scored("-o", name)
        assert (code, output) == (0, "")
        assert f"{name}: 3 rows written" in errors
        read = duckdb.sql(f"SELECT lead, rank, tier, points, \"points.demo\" FROM '{name}'").fetchall()
        assert read == [(row["lead"], row["rank"], row["tier"], row["points"], row["points.demo"]) for row in wanted]


def test_top_keeps_the_best_and_the_ranks_of_all(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(scored("--format", "csv", "--top", "2").output)))
    assert [(row["lead"], row["percentile"]) for row in rows] == [("anna", "100.0"), ("bruno", "66.67")]


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "csv.gz", "tsv"])
def test_every_kind_of_table_reads_the_same(folder: Path, ending: str) -> None:
    form = {"jsonl": "FORMAT json", "parquet": "FORMAT parquet", "csv.gz": "FORMAT csv, COMPRESSION gzip"}
    for name in ("leads", "events"):
        options = form.get(ending, "FORMAT csv, DELIMITER '\t'")
        duckdb.sql(f"COPY (FROM read_csv('{name}.csv', all_varchar = true)) TO '{name}.{ending}' ({options}, HEADER true)" if "csv" in options else f"COPY (FROM read_csv('{name}.csv')) TO '{name}.{ending}' ({options})")  # fmt: skip
    command = f"leadrules score card.lead --leads leads.{ending} --events events.{ending} {AT} --format csv"
    assert typed(command).output == scored("--format", "csv").output


def test_bad_rows_name_file_row_column_and_value(folder: Path) -> None:
    (folder / "leads.csv").write_text(LEADS + "dmitri,many,no\nelif,7\n,8,no\nfelix,9,perhaps\n")
    code, output, errors = scored()
    assert (code, output) == (2, "")
    assert errors.splitlines() == [
        'leads.csv: row 4, column "Size": "many" is no whole number',
        'leads.csv: row 5: "elif,7" is no line like the others (expected number of columns: 3 found: 2)',
        'leads.csv: row 6, column "ID": no lead id',
        'leads.csv: row 7, column "keen": "perhaps" is no yes or no',
        "  help: correct them, or leave such rows out with --on-bad-row skip",
    ]
    code, output, errors = scored("--on-bad-row", "skip", "--format", "csv")
    assert code == 0
    assert "leads.csv: 7 rows\n  4 rows with a bad value left out\n" in errors
    assert len(output.splitlines()) == 4


def test_bad_events_are_found_too(folder: Path) -> None:
    (folder / "events.csv").write_text(EVENTS + "anna,soon,form,demo\nanna,2026-01-02,,demo\n")
    code, _, errors = scored()
    assert code == 2
    assert 'events.csv: row 5, column "time": "soon" is no time, such as 2026-01-31 09:00' in errors
    assert 'events.csv: row 6, column "type": no type of event' in errors


def test_two_rows_of_one_lead_must_say_the_same(folder: Path) -> None:
    (folder / "leads.csv").write_text(LEADS + "anna,250,yes\nbruno,77,no\n")
    code, _, errors = scored()
    assert code == 2
    assert 'row 5, column "ID": "bruno" is no new lead: row 2 has it too, with other values' in errors
    code, _, errors = scored("--on-bad-row", "skip")
    assert code == 0
    assert "1 row said before, taken once" in errors and "1 row with a bad value left out" in errors


def test_without_a_needed_column_the_hint_says_how_to_name_it(folder: Path) -> None:
    (folder / "leads.csv").write_text(LEADS.replace("ID,", "Id number,"))
    code, _, errors = scored()
    assert code == 2
    assert 'no column "ID" among Id number, Size, keen' in errors
    assert 'identity from "…"' in errors


def test_events_alone_carry_the_leads(folder: Path) -> None:
    code, output, _ = typed("leadrules score card.lead --events events.csv --as-of 2026-01-12 --format csv")
    assert code == 0
    assert {row["lead"] for row in csv.DictReader(io.StringIO(output))} == {"anna", "bruno", "zoe"}


def test_an_instant_after_arrival_is_one_for_each_lead(folder: Path) -> None:
    command = 'leadrules score card.lead --leads leads.csv --events events.csv --as-of "arrival + 10 days" --format csv'
    code, output, errors = typed(command)
    assert code == 0
    points = {row["lead"]: row["points.demo"] for row in csv.DictReader(io.StringIO(output))}
    assert points == {"anna": "10.0", "bruno": "10.0"}
    assert "1 lead left out: it is not known when they arrived" in errors


def test_without_an_instant_it_is_now(folder: Path) -> None:
    code, _, errors = typed("leadrules score card.lead --leads leads.csv")
    assert code == 0
    assert "3 leads scored as of 20" in errors


def test_seed_and_scale_are_always_printed(folder: Path) -> None:
    command = f"leadrules simulate {ROOT}/examples/bant.lead {ROOT}/examples/bant.scenario --population 500"
    assert "500 leads simulated with seed 3," in typed(command).output
    assert "500 leads simulated with seed 8," in typed(command + " --seed 8").output
    found = json.loads(typed(command + " --format json").output)
    assert (found["format_version"], found["seed"], found["leads"]) == (1, 3, 500)
    assert found["roc_auc"]["low"] < found["roc_auc"]["value"] < found["roc_auc"]["high"]


def test_rules_that_the_market_contradicts_are_an_input_error(folder: Path) -> None:
    (folder / "card.lead").write_text(
        "ruleset x { }\nlead { role text\n budget flag }\nscore s { criteria { a 1 when budget } }\n"
    )
    code, output, errors = typed(f"leadrules simulate card.lead {ROOT}/examples/bant.scenario --population 10")
    assert (code, output) == (2, "")
    assert "error[E801]" in errors


def test_params_have_other_values_from_outside(folder: Path) -> None:
    rules = RULES.replace("score points", "param worth_of_demo = 20 between 5 and 50\nscore points").replace(
        "demo 20", "demo worth_of_demo"
    )
    (folder / "card.lead").write_text(rules)
    table = "--leads leads.csv --events events.csv"
    explain = f"leadrules explain card.lead {table} {AT} --lead anna"
    assert "points = 25" in typed(explain).output
    assert "points = 30" in typed(explain + " --set worth_of_demo=30").output
    assert "20.0" in typed(f"leadrules score card.lead {table} {AT} --set worth_of_demo=20").output
    code, output, _ = typed("leadrules check card.lead --set worth_of_demo=3")
    assert (code, output.split(":")[0]) == (1, "error[E404]")
    code, _, errors = typed(f"leadrules score card.lead {table} --set worth=3")
    assert (code, errors.split(":")[0]) == (2, "error[E570]")
