"""`until` against `when`: a warning where a lead can have both, and never where it cannot or nobody can tell."""

from __future__ import annotations

import pytest

from leadrules.dsl.source import Source
from leadrules.verify.review import find_problems

GROUND = """lead { employees whole number; customer flag; other flag; role one of buyer, seller; title text }
event cart
event visit
condition large: employees >= 50
checklist bant { size employees >= 50; ok other; seen any visit }
score s between 0 and 100 { criteria { a 5 each visit; b 20 when large and customer and role is buyer } }
score t between 0 and 100 { criteria { a 5 each cart; c 1 when title is known } }
score v between 0 and 100 {
  criteria { a 5 each cart; v veto when customer; w veto when large, unless other; x veto when role is buyer and other }
}
score r between 0.5 and 99.5 rounded { criteria { a 5 each cart; v veto when customer } }
score u { criteria { a 5 each cart } }
score of_all = s + v between 0 and 150
grade g of s { "A" at 75; "B" at 50; "C" otherwise }
"""


def _warned(clauses: str) -> bool:
    text = GROUND + f"thresholds {{ hot when {clauses}; cold otherwise }}\n"
    found = [problem.code for problem in find_problems(Source("rules.lead", text))]
    assert not [code for code in found if code.startswith("E")], found
    return "W631" in found


@pytest.mark.parametrize(
    "clauses",
    [
        "s >= 20, until s < 20",
        "20 <= s, until 15 > s",
        "bant.met = 3, until bant.met < 2",
        "bant.met > 2, until bant.met < 3",
        "employees > 10, until employees < 11",
        "employees >= 10, until employees < 5",
        "customer, until not customer",
        "not customer, until customer",
        'g is "A", until g is "C"',
        "role is buyer, until role is missing",
        "bant.unmet = 0, until bant.unmet >= 2",
        "any cart in last 5 days, until no cart in last 5 days",
        "count of cart in last 5 days >= 2, until count of cart in last 5 days < 2",
        "s >= 20 and customer, until s < 5 or not customer",
        "s >= 20 or t >= 30, until s < 5 and t < 5",
        "days since cart < 3, until no cart in last 5 days",
        "any cart in last 5 days, until no event in last 30 days",
        "large, until employees < 50",
        "bant.met = 3, until bant.unmet >= 1",
        "bant.met = 3, until not bant.ok",
        "bant.met = 3, until employees < 50",
        'g is "A", until s < 50',
        "s.a fired, until no visit",
        'title is "ceo", until title contains "cfo"',
        "not s < 20, until s < 10",
        "s >= 20, until s > 100",
        "s >= 20, until not s <= 100",
        "s >= 20, until s < 0 or t > 100",
        "of_all >= 100, until of_all > 150",
        "v >= 20, until customer",
        "v >= 20, until customer and other",
        "v > 0 or (s >= 20 and not customer), until customer",
        "v >= 20 and other, until role is buyer and other",
        "r > 1, until customer",
        "r >= 20, until r > 100",
        "employees >= 11 and employees <= 11, until employees != 11",
        "s >= 20 and s <= 20, until s != 20",
        "s >= 100, until not s = 100",
    ],
)
def test_it_is_silent_where_both_are_never_true(clauses: str) -> None:
    assert not _warned(clauses)


@pytest.mark.parametrize(
    "clauses",
    [
        "s >= 20, until s <= 25",
        "s >= 20, until s <= 20",
        "s >= 20, until customer",
        "s >= 20, until s < 6 or t < 3",
        "s >= 20 or t >= 30, until s < 5",
        "bant.met >= 2, until bant.met < 3",
        "employees >= 10, until customer",
        "role is one of buyer, seller, until role is seller",
        "bant.met = 3, until s < 20",
        "any cart in last 5 days, until no visit in last 5 days",
        "any cart in last 5 days, until customer",
        "customer, until customer",
        "s >= 20, until s >= 100",
        "s >= 20, until s != 100",
        "u >= 20, until u > 100",
        "of_all >= 100, until of_all > 100",
        "v >= 0, until customer",
        "v >= 20, until other",
        "v >= 20, until large",
        "v >= 20, until role is buyer",
        "v >= 20, until not customer",
        "of_all >= 20, until customer",
        "r >= 1, until customer",
        "r >= 20, until r > 99.5",
        "employees >= 11 and employees <= 12, until employees != 11",
    ],
)
def test_it_warns_where_a_lead_can_have_both(clauses: str) -> None:
    assert _warned(clauses)
