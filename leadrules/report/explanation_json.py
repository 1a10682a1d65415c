"""An explanation as data for other programs: why, why not, what would move the lead, what is not known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from leadrules.dsl.expression.model import Meaning
from leadrules.dsl.moment import EPOCH, MICROSECOND
from leadrules.dsl.quantity import show_duration
from leadrules.dsl.rules.model import Model
from leadrules.engine.account import Explanation
from leadrules.engine.explain_lacks import Lacks
from leadrules.engine.flip import Flip, Flips, Outcome
from leadrules.report.flips import describe_change
from leadrules.report.lacks import describe_lacks

VERSION = 1
TIMES = ("at", "time", "known_since")
TRUTHS = {0: False, 1: None, 2: True}


def explanation_as_json(explanation: Explanation, lacks: Lacks, flips: Flips, model: Model) -> str:
    """One JSON object. Times are ISO 8601 in UTC, durations microseconds, truths true, false, or null where not known."""
    data = {
        "format_version": VERSION,
        **_plain(explanation),
        "lacks": describe_lacks(lacks, model.timezone),
        "changes": {
            "up": [_flip(flip, model) for flip in flips.ups],
            "down": [_flip(flip, model) for flip in flips.downs],
            "if_nothing_happens": _passing(flips, explanation.at),
            "tried": flips.tried,
        },
        "unknown": {s.field: {"most": _outcome(s.most), "least": _outcome(s.least)} for s in flips.stakes},
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()


def account_as_line(explanation: Explanation) -> str:
    """The account alone, as one line of JSON."""
    return msgspec.json.encode({"format_version": VERSION, **_plain(explanation)}).decode()


def _flip(flip: Flip, model: Model) -> dict[str, Any]:
    words = describe_change(flip.change, flip.before, model)
    return {"said": words, "kind": type(flip.change).__name__.lower(), **_plain(flip)}


def _passing(flips: Flips, at: int) -> dict[str, Any] | None:
    """The first step that time alone brings."""
    if flips.passing is None or flips.passing.step is None:
        return None
    step, value = flips.passing.step, flips.passing.value
    duration = step.at - at
    return {
        "said": f"{show_duration(duration)} pass",
        "kind": "passes",
        "change": {"duration": duration},
        "at": _plain(step.at, "at"),
        "due": _plain(step.crossing, "at"),
        "before": step.before or None,
        "tier": step.after,
        "value": value,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {"value": outcome.change.value, "gains": dict(outcome.gains), "tier": outcome.tier}


def _plain(value: Any, name: str = "") -> Any:
    """What JSON can say: of a part of the rules its name and its text."""
    match value:
        case Meaning():
            return {"name": getattr(value, "name", None), "text": " ".join(value.span.text.split())}
        case Struct():
            return {key: _plain(getattr(value, key), key) for key in value.__struct_fields__}
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case tuple() | list():
            return [_plain(part) for part in value]
        case int() if name == "truth":
            return TRUTHS[value]
        case int() if name in TIMES:
            return (EPOCH + value * MICROSECOND).isoformat()
        case float() if not math.isfinite(value):
            return None
        case _:
            return value
