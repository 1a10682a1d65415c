"""Scores over the members of accounts, on the numbers that a vendor publishes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import leadrules
from leadrules.engine.score import score
from tests.build import leads_of, plan_of

# https://experienceleague.adobe.com/en/docs/journey-optimizer-b2b/user/buying-groups/engagement-scores
RULES = """
ruleset buying_groups { timezone UTC }
account buying_group { members by account, role one of decider, influencer, user }
event visit
event click
event download
score engagement {
  criteria {
    visits    1 each visit, at most 20 per calendar day
    clicks    1 each click, at most 20 per calendar day
    downloads 1 each download, at most 20 per calendar day
  }
}
score team = sum over members of engagement * by role { decider: 80%; influencer: 15%; user: 5% }
score most = max over members of engagement
score least = min over members of engagement
score mean = average over members of engagement
score active = count over members where engagement >= 3
score size = count over members
"""
ROLES = {
    "adam": "decider",
    "bob": "influencer",
    "calvin": "user",
    "alvin": "decider",
    "bret": "Influencer",
    "cam": "USER",
}
TODAY, YESTERDAY = "2026-03-02 10:00", "2026-03-01 10:00"
DID = (
    ("adam", "visit", 1000, 2),
    ("adam", "click", 1, 0),
    ("adam", "download", 1, 3),
    ("bob", "visit", 1, 2),
    ("calvin", "visit", 1, 1),
    ("alvin", "visit", 3, 2),
    ("alvin", "click", 0, 1),
    ("alvin", "download", 4, 0),
    ("bret", "visit", 3, 0),
    ("cam", "visit", 1, 1),
)


def happened() -> Iterator[dict[str, str]]:
    for lead, type, today, yesterday in DID:
        for i in range(today + yesterday):
            day = TODAY if i < today else YESTERDAY
            yield {"lead": lead, "type": type, "time": day, "id": f"{lead}-{type}-{i}"}


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    groups = ["first"] * 3 + ["second"] * 3
    leads = pd.DataFrame({"lead": list(ROLES), "account": groups, "role": list(ROLES.values())})
    return {"leads": leads, "events": pd.DataFrame(happened())}


@pytest.fixture
def rules(tmp_path: Path) -> leadrules.Rules:
    path = tmp_path / "groups.lead"
    path.write_text(RULES, encoding="utf-8")
    return leadrules.load(path)


def test_published_buying_groups_hold_to_the_last_digit(
    rules: leadrules.Rules, tables: dict[str, pd.DataFrame]
) -> None:
    found = rules.score(**tables, at="2026-03-03").to_pandas().set_index("lead")
    first, second = ["adam", "bob", "calvin"], ["alvin", "bret", "cam"]
    assert found.loc[first, "team"].tolist() == [22.15] * 3
    assert found.loc[second, "team"].tolist() == [8.55] * 3
    assert found.loc[first + second, "engagement"].tolist() == [27, 3, 2, 10, 3, 2]
    assert found.loc["bob", ["most", "least", "active", "size"]].tolist() == [27, 2, 2, 3]
    assert found.loc["cam", "mean"] == 5


def test_a_member_shows_what_all_of_them_add(rules: leadrules.Rules, tables: dict[str, pd.DataFrame]) -> None:
    told = repr(rules.explain("calvin", **tables, at="2026-03-03"))
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert "0.8 × engagement of adam (27) +21.6" in lines
    assert "0.05 × engagement of calvin (2) +0.1" in lines
    assert "1 × engagement of adam (27) +27" in lines


def test_many_accounts_at_once_are_what_each_is_by_itself() -> None:
    rows = [
        {"lead": f"{i:05}", "account": f"{i * i % 900}", "role": ("user", "decider", None)[i % 3]} for i in range(3000)
    ]
    events = [
        {"lead": f"{i * 31 % 3000:05}", "type": "visit", "time": i * 3_600_000_000, "id": f"{i}"} for i in range(5000)
    ]
    plan = plan_of(RULES)
    leads = leads_of(plan.model, rows, events)
    at_once, apart = score(plan, leads, 4000 * 3_600_000_000), score(plan, leads, 4000 * 3_600_000_000, block=700)
    for name, values in at_once.scores.items():
        np.testing.assert_array_equal(values, apart.scores[name])
    assert len(set(at_once.scores["size"])) > 1
