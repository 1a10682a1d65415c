"""How far scores reach: never less far than a lead can get, and no farther where criteria ask about one value."""

from __future__ import annotations

from itertools import product
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.dsl.rules.check import check, examine
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.rules.reach import reach
from leadrules.dsl.source import Source
from leadrules.engine.score import score
from tests.build import leads_of, plan_of

HEAD = "lead { role one of dec, usr, inf; n number; w whole number; city text }\n"
KNOWN = {
    "role": (None, "dec", "usr", "inf"),
    "n": (None, 0.5, 1.0, 1.5, 2.0, 2.5),
    "w": (None, 0.0, 1.0, 2.0, 3.0),
    "city": (None, "A", "b", "c"),
}
LEADS = [
    {"lead": str(at), **dict(zip(KNOWN, values, strict=True))} for at, values in enumerate(product(*KNOWN.values()))
]
ROLES = ("role is dec", "role is one of dec, usr", "role is not inf", "role is dec and role is usr")
TEXTS = ('city is "a"', 'city is one of "a", "b"', 'city is not "a"')
NUMBERS = ("{} < 1", "{} >= 1", "{} > 1 and {} <= 2", "{} = 2", "{} != 1", "{} > 2", "{} is known", "not ({} < 1)")
POINTS = st.sampled_from((-7.0, -0.1, 0.1, 0.2, 3.0, 20.0))
TABLES = (
    "by role {{ dec: {0}; usr: {1}; unknown: {2} }}",
    "by n {{ under 1: {0}; 1 to under 2: {1}; else: {2} }}",
    "by w {{ 0 to 1: {0}; 2 and over: {1}; unknown: {2} }}",
    'by city {{ "A": {0}; else: {1}; unknown: {2} }}',
)


def conditions(fields: tuple[str, ...]) -> st.SearchStrategy[str]:
    said = [test.replace("{}", name) for name in fields if name in ("n", "w") for test in NUMBERS]
    said += ROLES * ("role" in fields) + TEXTS * ("city" in fields)
    one = st.sampled_from(said)
    return st.one_of(one, st.builds(lambda a, b: f"({a}) and ({b})", one, one))


def cards(fields: tuple[str, ...]) -> st.SearchStrategy[str]:
    levels = st.builds(lambda points, condition: f"{points} when {condition}", POINTS, conditions(fields))
    tables = st.sampled_from([table for table in TABLES if table.split()[1] in fields])
    rows = st.builds(lambda table, points: table.format(*points), tables, st.tuples(POINTS, POINTS, POINTS))
    lines = st.lists(st.one_of(levels, levels, rows), min_size=1, max_size=5)
    return lines.map(lambda found: "\n".join(f"  c{at} {line}" for at, line in enumerate(found)))


def ends_of(criteria: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends that are told, and those that leads get to."""
    plan = plan_of(f"{HEAD}score s {{ criteria {{\n{criteria}\n}} }}\n")
    points = score(plan, leads_of(plan.model, LEADS, []), 0).scores["s"]
    low, high = reach(plan.model.scores)["s"]
    return (round(low, 6), round(high, 6)), (round(min(points), 6), round(max(points), 6))


@given(cards(("role", "n", "w", "city")))
def test_no_lead_gets_farther_than_is_told(criteria: str) -> None:
    told, found = ends_of(criteria)
    assert told[0] <= found[0] and found[1] <= told[1]


@pytest.mark.parametrize(
    ("criteria", "ends"),
    [
        ("a 20 when role is dec; b 20 when role is usr", (0, 20)),
        ("a 20 when role is dec; b 20 when role is not dec", (0, 20)),
        ("a 20 when n < 1; b 30 when n >= 1", (0, 30)),
        ("a 20 when n <= 1; b 30 when n >= 1", (0, 50)),
        ("a 20 when w > 1; b 30 when w < 2", (0, 30)),
        ("a 20 when n > 1; b 30 when n < 2", (0, 50)),
        ("a -7 when role is dec; b -5 when role is usr and n > 1", (-7, 0)),
        ("a by role { dec: 10; usr: 20; unknown: 1 }; b 15 when role is dec; c 4 when n > 1", (0, 29)),
        ('a 5 when city is "A"; b 6 when city is one of "a", "b"; c 7 when city is "c"', (0, 11)),
    ],
)
def test_what_excludes_each_other_is_not_added(criteria: str, ends: tuple[float, float]) -> None:
    assert ends_of(criteria.replace("; b", "\n b").replace("; c", "\n c")) == (ends, ends)


def test_ten_thousand_criteria_about_one_value_are_held_against_each_other() -> None:
    lines = "\n".join(f"  c{at} 1 when n > {at}\n  d{at} 1 when n <= {at}" for at in range(5_000))
    model = check(parse(Source("card.lead", f"{HEAD}score s {{ criteria {{\n{lines}\n}} }}\n")))
    started = process_time()
    assert reach(model.scores)["s"] == (0.0, 5_000.0)
    assert process_time() - started < 5


def test_thresholds_beyond_are_told_wherever_a_score_is_compared() -> None:
    text = (
        HEAD
        + """event visit
score s { criteria { a 20 when role is dec; b 20 when role is usr } }
score low { criteria { a -9 each visit; b -50 the first of: visit }; never below -30 }
score tenths { criteria { a 0.1 when w > 1; b 0.2 when n > 1 } }
checklist c { z s > 30; ok s >= 20 }
thresholds { deep when low < -30; top when s >= 40 and c.z; mid when low < -29 or tenths >= 0.3; rest otherwise }
"""
    )
    _, problems = examine(parse(Source("card.lead", text)))
    found = [(p.span.text, p.message.split(":")[0]) for p in problems if p.code == "W601"]
    assert found == [
        ("low < -30", "`low` is always -30 or more"),
        ("s >= 40", "`s` never reaches 40"),
        ("s > 30", "`s` never reaches 30"),
    ]
