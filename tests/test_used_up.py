"""What refuses one more event like the latest: the limit that is full and for which value, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from leadrules.report.told import tell
from tests.build import leads_of, plan_of

DAY = 86_400_000_000
NOON = 1_767_268_800_000_000  # 2026-01-01 12:00
RULES = """ruleset spent {{ timezone UTC }}
event attend {{ topic text; watched duration in minutes; size number }}
score s {{ criteria {{ c {criterion} }} }}
thresholds {{ hot when s >= 1000; cold otherwise }}
"""


def line_of(criterion: str, *events: dict[str, Any]) -> str:
    """What is said of the criterion among what the lead lacks; nothing where it lacks nothing."""
    plan = plan_of(RULES.format(criterion=criterion))
    blank = {"lead": "p", "type": "attend", "known_at": None, "topic": None, "watched": None, "size": None}
    rows = [{**blank, "time": NOON, "id": str(i), **event} for i, event in enumerate(events)]
    words = tell(plan, leads_of(plan.model, [{"lead": "p"}], rows), 0, NOON).draw(200)
    return next((line.split("s.c", 1)[1].strip() for line in words.splitlines() if line.startswith("  s.c ")), "")


def on(days: float, **properties: Any) -> dict[str, Any]:
    return {"time": NOON - int(days * DAY), **properties}


MINUTES = 60_000_000.0


@pytest.mark.parametrize(
    ("criterion", "events", "said"),
    [
        ("3 each attend, once per topic, worth at most 8 points in all", [on(1, topic="x")], 'used up: once per topic, "x" has been counted'),
        ("3 each attend, once per topic", [on(1)], "used up: once per topic, one of unknown topic has been counted"),
        ("3 each attend, once per topic, worth at most 3 points in all", [on(2, topic="y"), on(1, topic="x")], 'used up: once per topic, "x" has been counted'),
        ("3 each attend, at most 1 per calendar day, at most 5", [on(0.1)], "used up: at most 1 per calendar day"),
        ("3 each attend, at most 1 per calendar day, at most 2", [on(1.1), on(2.1)], "used up: at most 2"),
        ("3 each attend, at most 2 in any 3 days, at most 9", [on(1), on(2)], "used up: at most 2 in any 3 days"),
        ("3 each attend, at most 2 in any 3 days", [on(1), on(4)], ""),
        ("3 each attend, worth at most 5 points per topic, worth at most 9 points in all", [on(2, topic="x"), on(1, topic="x")], 'used up: worth at most 5 points per topic, reached for "x"'),
        ("3 each attend, worth at most 5 points per topic, worth at most 6 points in all", [on(2, topic="x"), on(1, topic="y")], "used up: worth at most 6 points in all"),
        ("1 per 10 minutes of each attend, worth at most 8 points per topic", [on(2, topic="A", watched=30 * MINUTES), on(1, topic="B")], "one more like the latest gives nothing: watched of it is not known"),
        ("1 per full 10 of size of each attend, at most 8", [on(2, size=50.0), on(1, size=5.0)], "one more like the latest gives nothing: size of it is 5"),
        ("3 the first of: attend", [on(1)], "used up: only the first counts"),
    ],
)  # fmt: skip
def test_only_what_refuses_is_named(criterion: str, events: list[dict[str, Any]], said: str) -> None:
    """S121."""
    assert line_of(criterion, *events) == said
