"""`leadrules check` with tables: what does not fit between rules and data, each finding once and nothing else."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from leadrules.verify.lacking import lacking
from tests.build import leads_of, plan_of
from tests.terminal import typed

RULES = """ruleset data { timezone UTC }
lead { industry one of software, retail; size number; title text }
event form { name text; price number }
event webinar
score s {
  criteria {
    soft   10 when industry is software
    big    5 when size >= 100
    boss   20 when title is "CEO"
    asked  3 each form
    seen   1 each webinar
    priced 1 per 10 of price of each form
  }
}
"""
LEADS = "lead,industry,size\na,Softwear,10\nb,softwear,20\nc,retail,\nd,Banking,5\n"
EVENTS = "lead,time,type,name\na,2026-01-01,form,demo\n"
COMMAND = "leadrules check card.lead --leads leads.csv --events events.csv --as-of 2026-02-01"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("card.lead", RULES), ("leads.csv", LEADS), ("events.csv", EVENTS)):
        Path(name).write_text(text, encoding="utf-8")


def test_what_does_not_fit_is_named_and_counted() -> None:
    code, output, errors = typed(COMMAND)
    assert code == 0
    assert output.splitlines() == [
        "fields that leads lack",
        "  industry: 3 of 4 leads without it, up to 10 points are out of their reach (s.soft)",
        "  size: 1 of 4 leads without it, up to 5 points are out of their reach (s.big)",
        "  title: 4 of 4 leads without it, up to 20 points are out of their reach (s.boss)",
        "",
        "values that their field cannot have",
        '  industry: "Banking" 1 time',
        '  industry: "Softwear" 1 time (was software meant?)',
        '  industry: "softwear" 1 time (was software meant?)',
        "",
        "declared, and never seen",
        "  form.price",
        "  webinar",
        "",
        "criteria that fired for no lead",
        "  s.soft",
        "  s.big",
        "  s.boss",
        "  s.seen",
    ]
    assert "held against the rules as of 2026-02-01 00:00 UTC" in errors


def test_the_same_as_json() -> None:
    found = json.loads(typed(f"{COMMAND} --format json").output)
    assert found["format_version"] == 1
    assert found["unfired"] == ["s.soft", "s.big", "s.boss", "s.seen"]
    assert found["unseen"] == ["form.price", "webinar"]
    assert found["outside"][1] == {"field": "industry", "value": "Softwear", "count": 1, "nearest": "software"}


def test_where_all_fits_nothing_is_said() -> None:
    Path("card.lead").write_text(
        "lead { size number }\nscore s { criteria { a 1 when size is known; b 2 when size is missing } }\n",
        encoding="utf-8",
    )
    Path("leads.csv").write_text("lead,size\na,1\n", encoding="utf-8")
    assert typed("leadrules check card.lead --leads leads.csv").output == "criteria that fired for no lead\n  s.b\n"
    Path("leads.csv").write_text("lead,size\na,1\nb,\n", encoding="utf-8")
    assert "fields that leads lack" in typed("leadrules check card.lead --leads leads.csv").output


def test_who_asks_for_tables_has_to_name_some() -> None:
    code, _, errors = typed("leadrules check card.lead --data")
    assert code == 2 and "--leads FILE" in errors
    assert typed(COMMAND + " --data") == typed(COMMAND)


def test_tables_are_held_against_one_rule_file() -> None:
    code, _, errors = typed("leadrules check card.lead card.lead --leads leads.csv")
    assert code == 2
    assert "one rule file" in errors


def test_a_rule_file_with_mistakes_is_not_held_against_tables() -> None:
    Path("card.lead").write_text("score s {}\n", encoding="utf-8")
    assert typed("leadrules check card.lead --leads leads.csv").code == 1


def test_what_sets_and_money_cannot_have_is_told_apart() -> None:
    Path("card.lead").write_text(
        """lead { likes set of one of red, blue }
event order { colour one of red, blue, price money EUR }
event offer { colour one of red, green, price money EUR }
score s { criteria { a 1 when likes has red; b 1 per 5 EUR of each order; c 1 each offer where colour is green } }
""",
        encoding="utf-8",
    )
    Path("leads.csv").write_text("lead,likes\na,RED; red;gren;bluee\nb,bluee\n", encoding="utf-8")
    events = ["order,blu,5 USD", "offer,blu,7", "offer,greenn,6 USD", "order,red,CHF 1.000", "offer,GREEN,1 USD"]
    rows = "".join(f"a,2026-01-01,{event}\n" for event in events)
    Path("events.csv").write_text(f"lead,time,type,colour,price\n{rows}", encoding="utf-8")
    code, output, errors = typed(COMMAND)
    assert code == 0
    assert output.splitlines()[1:] == [
        '  likes: "bluee" 2 times (was blue meant?)',
        '  likes: "gren" 1 time',
        '  colour: "blu" 2 times',
        '  colour: "greenn" 1 time (was green meant?)',
        '  price: "USD" 3 times',
        '  price: "CHF" 1 time',
        "",
        "declared, and never seen",
        "  order.price",
    ]
    assert "  likes: 3 members it cannot have, left out\n" in errors
    assert "  colour: 3 values it cannot have, taken as missing\n" in errors
    assert "  price: 4 amounts in another currency, taken as missing\n" in errors


@pytest.mark.parametrize(
    ("criterion", "points"),
    [
        ('q 4 when f is "x"', 4),
        ('q 4 when f is missing or f is "x"', 0),
        ("q 3 when not f is known", 0),
        ("q -5 when f is missing", 5),
        ('q -5 when not f is "x"', 0),
        ('q 4 when g is "y" and (f is missing or f is "x")', 4),
        ('q weighs 50%: 4 when f is "x"', 2),
        ("q 3 each e where f is missing", 0),
        ('q 3 each e where f is "x"', 3),
        ("q 3 each e where f is known, worth at most 9 points in all", 9),
        ('q 3 each e, unless f is "x"', 0),
        ("q 3 each e, unless f is missing", 3),
        ("q -3 each e, unless f is known", 3),
        ('q by f { "x": 5; else: 7; unknown: 2 }', 5),
        ('q first true of { g is "y": 9; f is "x": 6; f is missing: 6; otherwise: 1 }', 0),
        ('q first true of { f is "x": 6; g is "y": 9; otherwise: 1 }', 5),
        ('q best of { f is "x": 6; g is "y": 9; otherwise: 1 }', 5),
        ("named 4 when full", 0),
    ],
)
def test_out_of_reach_is_what_a_lead_would_get_beyond_what_it_gets(criterion: str, points: float) -> None:
    rules = "ruleset r { timezone UTC }\nlead { f text; g text }\nevent e\n"
    rules += 'condition full: f is missing or f is "x"\nscore s { criteria { ' + criterion + " } }\n"
    plan = plan_of(rules)
    leads = leads_of(plan.model, [{"lead": "a", "f": None, "g": "y"}], [])
    (found,) = (field for field in lacking(plan.model, leads, np.zeros(1, np.int64)) if field.field == "f")
    assert found.points == points


def test_points_beyond_measure_are_cut_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("card.lead").write_text(
        "lead { a number }\nscore s rounded { criteria { x worth a * a } }\n", encoding="utf-8"
    )
    Path("leads.csv").write_text("lead,a\nx,1e160\ny,1e9\nz,2\n", encoding="utf-8")
    command = "leadrules score card.lead --leads leads.csv --as-of 2026-01-12 --format json"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code, output, errors = typed(command)
    assert code == 0
    assert [json.loads(line)["s"] for line in output.splitlines()] == [1e15, 1e15, 4]
    assert "s: 2 leads cut to 1000000000000000, beyond which no millionth can be told" in errors
