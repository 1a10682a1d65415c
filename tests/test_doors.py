"""Tables as people have them: what must not be read another way than it stands, and what is refused with a way out."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import leadrules
from leadrules import FileProblem

RULES = """
ruleset doors { timezone Europe/Berlin }
lead {
  identity from "ID"
  size  whole number from "Size"
  price number
  keen  flag
  budget money EUR
  title text
  created time
}
event form { name text }
score s {
  criteria {
    size 100 when size >= 10
    price 10 when price > 2.5 and price < 2.8
    keen 1 when keen
    title 1000 when title is "müller"
    budget 5000 when budget >= 200 EUR
    recent 0.5 when any form in last 1 day
  }
}
"""
AT = "2026-01-11"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> leadrules.Rules:
    monkeypatch.chdir(tmp_path)
    Path("doors.lead").write_text(RULES, encoding="utf-8")
    return leadrules.load("doors.lead")


def scored(rules: leadrules.Rules, leads: object, events: object = None, **options: Any) -> dict[str, float]:
    """The score of each lead."""
    columns = rules.score(leads, events, at=AT, **options).columns
    return dict(zip(columns.ids.tolist(), columns.scores["s"].tolist(), strict=True))


def written(name: str, text: str | bytes) -> str:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    return name


@pytest.mark.parametrize(
    "time",
    ["2026-01-10 10:00 PM", "2026-01-10 10:00 PST", "2026-01-10 10:00 Uhr", "2026-01-10 10:00 UTC+2", "epoch", "now"],
)
def test_a_time_is_read_to_its_last_sign_or_not_at_all(rules: leadrules.Rules, time: str) -> None:
    with pytest.raises(FileProblem, match="is no time"):
        scored(rules, None, written("e.csv", f"lead,time,type,name\na,{time},form,x\n"))


@pytest.mark.parametrize("time", ["2026-01-10 10:00", "2026-01-10T10:00:00Z", "2026-01-10 10:00:00.5+02", "2026/1/11"])
def test_times_as_they_are_written(rules: leadrules.Rules, time: str) -> None:
    assert scored(rules, None, written("e.csv", f"lead,time,type,name\na,{time},form,x\n")) == {"a": 0.5}


def test_json_is_read_as_it_stands_whatever_its_neighbours_hold(rules: leadrules.Rules) -> None:
    lines: list[dict[str, Any]] = [
        {"ID": "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "title": "Müller", "budget": "300 EUR"}
    ]
    lines += [{"ID": 18446744073709551617, "Size": 100, "budget": 200}, {"ID": "18446744073709551618", "title": 7}]
    lines += [{"ID": f"x{i}", "price": 1} for i in range(21_000)] + [{"ID": "late", "price": 2.7, "keen": True}]
    found = scored(rules, written("l.jsonl", "\ufeff" + "\n\n".join(json.dumps(line) for line in lines)))
    assert found["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"] == 6000
    assert found["18446744073709551617"] == 5100
    assert found["18446744073709551618"] == 0
    assert found["late"] == 11
    assert found == scored(rules, written("l.json", json.dumps(lines)))


def test_a_line_that_is_no_object_is_a_bad_row(rules: leadrules.Rules) -> None:
    path = written("l.jsonl", '{"ID": "a", "Size": 12}\n{"ID": \n[1]\n{"ID": "b", "Size": 12}\n')
    with pytest.raises(FileProblem, match=r"row 2: .* is no JSON object"):
        scored(rules, path)
    assert scored(rules, path, on_bad_row="skip") == {"a": 100, "b": 100}
    for text in ("{}", "[1]", "x"):
        with pytest.raises(FileProblem, match="no JSON object"):
            scored(rules, written("none.jsonl", text))


def test_a_path_names_one_file_and_nothing_in_it_is_a_column(rules: leadrules.Rules) -> None:
    written("p1.csv", "ID,Size\nother,100\n")
    assert scored(rules, written("p[1].csv", "ID,Size\na,100\n")) == {"a": 100}
    written("star.csv", "ID,Size\nother,100\n")
    assert scored(rules, written("st*.csv", "ID,Size\na,1\n")) == {"a": 0}
    for ending, text in (("csv", "ID,Size\na,1\n"), ("jsonl", '{"ID": "a", "Size": 1}\n')):
        assert scored(rules, written(f"Size=100/l.{ending}", text)) == {"a": 0}
    pl.DataFrame({"ID": ["a"], "Size": [1]}).write_parquet("Size=100/l.parquet")
    assert scored(rules, "Size=100/l.parquet") == {"a": 0}


def test_columns_that_nobody_can_tell_apart_are_refused_where_they_are_asked_for(rules: leadrules.Rules) -> None:
    clash = [written("a.csv", "ID,size,Size\na,100,5\n"), written("b.jsonl", '{"ID": "a", "size": 5, "Size": 100}\n')]
    clash.append(written("c.csv", "ID,Size,Size\na,100,5\n"))
    frames = [pa.table({"ID": ["a"], "size": [5], "Size": [100]})]
    for table in (*clash, *frames, frames[0].to_pandas(), pl.DataFrame({"ID": ["a"], "size": [5], "Size": [100]})):
        with pytest.raises(FileProblem, match='several columns are called "Size"'):
            scored(rules, table)
    assert scored(rules, written("d.csv", "ID,City,city,Size\na,x,y,100\n")) == {"a": 100}


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_times_of_data_frames_have_any_unit_and_zone(rules: leadrules.Rules, unit: str, zone: str | None) -> None:
    time = pd.Series(["2026-01-10 10:00"], dtype=f"datetime64[{unit}]").dt.tz_localize(zone)
    frame = pd.DataFrame({"lead": ["a"], "type": ["form"], "name": ["x"], "time": time})
    assert scored(rules, None, frame) == {"a": 0.5}
    frame.to_parquet("e.parquet")
    assert scored(rules, None, "e.parquet") == {"a": 0.5}
    assert scored(rules, None, pl.from_pandas(frame)) == {"a": 0.5}


def test_numbers_that_a_data_frame_made_of_others(rules: leadrules.Rules) -> None:
    leads = pd.DataFrame({"ID": [1, 2, 3], "keen": [1.0, 0.0, np.nan], "budget": [1e20, 1e-5, np.nan]})
    events = pd.DataFrame({"lead": [1.0, np.nan], "type": "form", "name": "x", "time": "2026-01-10 10:00"})
    assert scored(rules, leads, events[:1]) == {"1": 5001.5, "2": 0, "3": 0}
    assert scored(rules, leads.iloc[::-1], events[:1]) == {"1": 5001.5, "2": 0, "3": 0}


def test_a_damaged_archive_is_named(rules: leadrules.Rules) -> None:
    whole = gzip.compress(("ID,Size\n" + "".join(f"{i},{i % 97}\n" for i in range(9_000))).encode())
    for name, data in (
        ("half.csv.gz", whole[: len(whole) // 2]),
        ("bad.csv.gz", whole[:40] + b"\0" * 60 + whole[100:]),
    ):
        with pytest.raises(FileProblem, match=name):
            scored(rules, written(name, data))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le"])
def test_another_encoding_is_told_from_bad_rows(rules: leadrules.Rules, encoding: str) -> None:
    path = written("l.csv", "ID,title\na,Müller\nb,x\n".encode(encoding))
    with pytest.raises(FileProblem, match="UTF-8"):
        scored(rules, path, on_bad_row="skip")


def test_a_delimiter_inside_quotes_is_none(rules: leadrules.Rules) -> None:
    path = written("l.csv", 'ID;"Revenue, net, EUR, 2025";Size\na;1;100\n')
    assert scored(rules, path) == {"a": 100}


def test_what_is_no_table_is_refused(rules: leadrules.Rules) -> None:
    for given in ((row for row in [1]), 5, object()):
        with pytest.raises(FileProblem, match="give a path, or a pandas"):
            scored(rules, given)


def test_what_says_that_it_is_missing_is_missing_in_any_type(tmp_path: Path) -> None:
    path = tmp_path / "missing.lead"
    path.write_text(
        'lead { missing "-1", "1900-01-01 00:00:00"\n n number; w whole number; c money EUR missing "0"; d duration in days; t time }\n'
        "score s { criteria { n 1 when n is missing; w 10 when w is missing; c 100 when c is missing\n"
        " d 1000 when d is missing; t 10000 when t is missing } }\n"
    )
    rules = leadrules.load(path)
    frame = pd.DataFrame(
        {"lead": ["a"], "n": [-1.0], "w": [-1], "c": [0], "d": [-1], "t": pd.to_datetime(["1900-01-01"])}
    )
    csv, parquet = tmp_path / "l.csv", tmp_path / "l.parquet"
    frame.assign(n=-1, t="1900-01-01 00:00:00").to_csv(csv, index=False)
    frame.to_parquet(parquet)
    for table in (csv, parquet, frame, pl.from_pandas(frame), pa.Table.from_pandas(frame)):
        assert scored(rules, table) == {"a": 11_111}


def test_a_time_given_for_a_date_is_the_local_day_it_lies_in(tmp_path: Path) -> None:
    path = tmp_path / "date.lead"
    path.write_text(
        "ruleset d { timezone Europe/Berlin }\nlead { signed date }\nscore s { criteria { a 1 when signed = 2026-01-31 } }\n"
    )
    rules = leadrules.load(path)
    berlin = pd.to_datetime(["2026-01-31"]).tz_localize("Europe/Berlin")
    for unit in ("s", "ms", "us", "ns"):
        assert scored(rules, pd.DataFrame({"lead": ["a"], "signed": berlin.as_unit(unit)})) == {"a": 1}
    texts = ["2026-01-31", "2026-01-30T23:30:00Z", "2026-01-31 23:59", "2026-01-31T23:30:00Z", "2026-01-31 00:30+05:00"]
    rows = pd.DataFrame({"lead": list("abcde"), "signed": texts})
    assert scored(rules, rows) == {"a": 1, "b": 1, "c": 1, "d": 0, "e": 0}


@pytest.mark.parametrize("ids", [("12", "12.0"), ("1234567890123456", 1234567890123456.0), (7, "7.00")])
def test_an_id_is_the_same_with_and_without_a_fraction_of_nothing(rules: leadrules.Rules, ids: tuple[Any, Any]) -> None:
    events = pd.DataFrame({"lead": [ids[1]], "type": "form", "name": "x", "time": "2026-01-10 10:00"})
    assert scored(rules, pd.DataFrame({"ID": [ids[0]]}), events) == {str(ids[0]): 0.5}


def test_blank_lines_are_no_rows(rules: leadrules.Rules) -> None:
    path = written("l.csv", "ID,Size\n\na,1\n\n\nb,1,z\nc,x\nd,1\n\ne,1,2,3\n")
    with pytest.raises(FileProblem) as caught:
        scored(rules, path)
    rows = [line.split(",")[0] for line in str(caught.value).splitlines() if "row" in line]
    assert [row.split("row ")[1].split(":")[0] for row in rows if "row " in row][:3] == ["2", "3", "5"]


def test_json_lines_end_as_they_like_and_say_so_when_they_are_no_utf_8(rules: leadrules.Rules) -> None:
    assert scored(rules, written("l.jsonl", b'{"ID": "a", "Size": 12}\r\n{"ID": "b"}\n\n')) == {"a": 100, "b": 0}
    with pytest.raises(FileProblem, match="UTF-8"):
        scored(rules, written("x.jsonl", '{"ID": "Müller"}\n'.encode("latin-1")))


def test_a_letter_that_stands_for_unreadable_ones_may_itself_be_read(rules: leadrules.Rules) -> None:
    assert scored(rules, written("l.jsonl", '{"ID": "a\ufffd", "title": "\ufffd", "Size": 12}\n')) == {"a\ufffd": 100}
    assert scored(rules, written("l.json", '[{"ID": "a\ufffd", "Size": 12}]')) == {"a\ufffd": 100}
    assert scored(rules, written("l.csv", "ID,\ufffd,Size\na\ufffd,x,12\n")) == {"a\ufffd": 100}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_inside_a_cell_are_no_rows(rules: leadrules.Rules, end: str) -> None:
    text = 'ID,title,Size\na,"x\n\n""y"" z\n\n",1\n\nb,1,z,\nc, "\n\n,""",x\n   \nd,",\n\n",1\n\ne,1\nf,5" x,many\n'
    with pytest.raises(FileProblem) as caught:
        scored(rules, written("l.csv", text.replace("\n", end)))
    rows = [line.split("row ")[1].split(",")[0].split(":")[0] for line in str(caught.value).splitlines()[:-1]]
    assert rows == ["2", "3", "4", "6", "7"]


def test_blank_lines_of_a_single_column_are_rows(rules: leadrules.Rules) -> None:
    with pytest.raises(FileProblem) as caught:
        scored(rules, written("l.csv", "ID\na\n\nb,1\n"))
    assert ["row 2" in line for line in str(caught.value).splitlines()][:2] == [True, False]
    assert "row 3" in str(caught.value)


@pytest.mark.parametrize("text", ["", "\n\n", "[]", "\ufeff"])
def test_a_file_of_json_may_hold_nothing(rules: leadrules.Rules, text: str) -> None:
    empty, told = written("empty.jsonl", text), written("l.jsonl", '{"ID": "a", "Size": 12}\n')
    assert scored(rules, empty) == scored(rules, None, empty) == scored(rules, empty, empty, attributes=empty) == {}
    assert scored(rules, told, empty, attributes=empty, adjustments=empty) == {"a": 100}


def test_a_key_that_an_object_has_twice_is_a_bad_row(rules: leadrules.Rules) -> None:
    lines = [
        '{"ID": "a", "Size": 12}',
        '{"ID": "b", "Size": 12, "size": 1, "Size": 13}',
        '{"ID": "c", "\\u0053ize": 1}',
    ]
    for path in (written("l.jsonl", "\n".join(lines)), written("l.json", f"[{', '.join(lines)}]")):
        with pytest.raises(FileProblem, match="row 2: .* is no JSON object with each key once"):
            scored(rules, path)
    twice = written("l.jsonl", '{"ID": "a"}\n{"ID": "b", "Size": 1, "\\u0053ize": 12}\n')
    assert scored(rules, twice, on_bad_row="skip") == {"a": 0}


@pytest.mark.parametrize(
    "budget", ["200", "200.000", "EUR 200", "200EUR", " 200.00 EUR", "1e3", "1000.000 EUR", "0.250 EUR"]
)
def test_amounts_of_money_as_they_are_written(rules: leadrules.Rules, budget: str) -> None:
    found = scored(rules, written("l.csv", f"ID,budget\na,{budget}\n"))
    assert found == {"a": 0 if budget.startswith("0") else 5000}


@pytest.mark.parametrize(
    "budget",
    [
        "1.000 EUR",
        "-12.345EUR",
        "EUR 1.000",
        "1.000.000 EUR",
        "1,000 EUR",
        "EUR 5 EUR",
        "1 000 EUR",
        "€5",
        "200 eur",
        "USD 5 EUR",
    ],
)
def test_an_amount_that_can_be_read_two_ways_is_bad(rules: leadrules.Rules, budget: str) -> None:
    path = written("l.csv", f'ID,budget\na,"{budget}"\n')
    with pytest.raises(FileProblem, match=f'"{re.escape(budget)}" is no amount of EUR, such as 1000 EUR or 1.50 EUR'):
        scored(rules, path)
