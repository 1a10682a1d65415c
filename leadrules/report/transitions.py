"""Transitions as a table for reading."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.quantity import show_number
from leadrules.engine.as_of import show_instant
from leadrules.engine.transitions import KNOWN, Transitions
from leadrules.report.grid import Grid
from leadrules.report.timeline import actions_of


def show_transitions(parts: Sequence[Transitions], zone: str, top: int) -> Grid:
    """The first so many transitions."""
    rows = [row for part in parts for row in _rows(part, zone)][:top]
    return Grid(["lead", "time", "from", "to", "cause", "scores", "sets off"], rows, ())


def _rows(part: Transitions, zone: str) -> list[list[str]]:
    return [
        [
            str(part.ids[row]),
            show_instant(int(part.time[row]), zone),
            part.tier_names[part.before[row]] if part.before[row] >= 0 else "",
            part.tier_names[part.after[row]],
            cause_of(part, row),
            ", ".join(f"{name} {show_number(round(float(v[row]), 2))}" for name, v in part.scores.items()),
            "; ".join(actions_at(part, row)),
        ]
        for row in range(len(part))
    ]


def cause_of(part: Transitions, row: int) -> str:
    """Why a step was taken: the type of an event, `time`, or `becoming known`."""
    cause = int(part.cause[row])
    return part.events[cause] if cause >= 0 else "becoming known" if cause == KNOWN else "time"


def actions_at(part: Transitions, row: int) -> list[str]:
    """What a step sets off, as the rules say it."""
    fired = (on for on, fires in zip(part.actions, part.fired[row], strict=True) if fires)
    return [done for on in fired for done in actions_of(on)]
