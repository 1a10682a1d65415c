"""Why nothing feeds a criterion: what is said is the reason, also after a reset."""

from __future__ import annotations

from typing import Any

import pytest

from leadrules.report.told import tell
from tests.build import leads_of, plan_of
from tests.oracle_facts import Beside

DAY = 86_400_000_000
NOON = 1_767_268_800_000_000  # 2026-01-01 12:00
RULES = """ruleset again {{ timezone UTC }}
event attend
event mail
event stop
score s {{
  criteria {{ c {criterion} }}
  resets to 0 on stop
}}
"""
SEQUENCE = "6 each: mail then attend within 1 day"
GAP = "5 each mail, after a gap of 2 days"
EDGE = "4 each time count of mail >= 2 begins"
RESET = "resets to 0 on stop (2025-12-31 12:00); without any reset "


def line_of(criterion: str, *events: tuple[float, str], by_hand: tuple[dict[str, Any], ...] = ()) -> str:
    """What is said of the criterion of a lead with events so many days ago; nothing where something feeds it."""
    plan = plan_of(RULES.format(criterion=criterion))
    rows = [
        {"lead": "p", "type": type, "time": NOON - int(days * DAY), "id": str(i), "known_at": None}
        for i, (days, type) in enumerate(events)
    ]
    leads = leads_of(plan.model, [{"lead": "p"}], rows, Beside([], [{"lead": "p"}], by_hand))
    words = tell(plan, leads, 0, NOON).draw(200)
    lines = words.partition("why not")[2].splitlines()
    return next((line.split("s.c", 1)[1].strip() for line in lines if line.startswith("  s.c ")), "")


@pytest.mark.parametrize(
    ("criterion", "events", "said"),
    [
        ("3 each mail", [(3, "mail"), (2, "mail"), (1, "stop")], f"{RESET}2 occurrences would match"),
        ("3 each mail", [(10, "mail"), (5, "stop"), (1, "stop")], f"{RESET}1 occurrence would match"),
        (SEQUENCE, [(3, "mail"), (2.5, "attend"), (1, "stop")], f"{RESET}1 occurrence would match"),
        (SEQUENCE, [(1.2, "mail"), (1, "stop"), (0.5, "attend")], f"{RESET}1 occurrence would match"),
        (SEQUENCE, [(3, "mail"), (1, "stop"), (0.5, "attend")], "1 match, but none within time after mail"),
        (GAP, [(5, "mail"), (2, "mail"), (1, "stop")], f"{RESET}1 occurrence would match"),
        (GAP, [(3, "mail"), (2, "mail"), (1, "stop")], "2 match, but none after so long a gap"),
        (EDGE, [(3, "mail"), (2, "mail"), (1, "stop")], f"{RESET}1 occurrence would match"),
        (EDGE, [(3, "mail"), (1, "stop")], "count of mail is 1, below 2"),
        ("3 each mail", [(3, "mail"), (1, "stop"), (0.5, "mail")], ""),
        (
            "valid 2026-01-01 to 2026-02-01: 4 each time count of mail >= 2 begins",
            [(3, "mail"), (2, "mail")],
            "it began, but not in the dates it is valid",
        ),
    ],
)
def test_the_reason_is_true(criterion: str, events: list[tuple[float, str]], said: str) -> None:
    """S121."""
    assert line_of(criterion, *events) == said


def test_what_is_set_by_hand_resets_too() -> None:
    """S121."""
    made = {"lead": "p", "time": NOON - DAY, "score": "s", "action": "set", "value": 5.0}
    said = line_of("3 each mail", (2, "mail"), by_hand=(made,))
    assert said == "set to 5 by hand (2025-12-31 12:00); without any reset 1 occurrence would match"


def test_what_a_reset_took_back_is_not_said_never_to_have_happened() -> None:
    """S121."""
    plan = plan_of(RULES.format(criterion="3 each mail"))
    rows = [
        {"lead": "p", "type": type, "time": NOON - days * DAY, "id": None, "known_at": None}
        for days, type in ((2, "mail"), (1, "stop"))
    ]
    words = tell(plan, leads_of(plan.model, [{"lead": "p"}], rows), 0, NOON).draw()
    assert "never happened" not in words
    assert "no occurrence" in words
