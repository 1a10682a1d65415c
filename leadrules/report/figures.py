"""Figures in the way of their kind: shares in percent, their differences in points, durations in hours or days."""

from __future__ import annotations

from leadrules.simulator.metrics import Estimate

UNKNOWN = "cannot be said"


def shown(estimate: Estimate, kind: str) -> str:
    """A figure; a dash where it has no value."""
    return "–" if estimate.value is None else value_of(estimate.value, kind)


def interval(estimate: Estimate, kind: str) -> str:
    """The interval of a figure."""
    if estimate.low is None or estimate.high is None:
        return UNKNOWN
    return f"{value_of(estimate.low, kind)} to {value_of(estimate.high, kind)}"


def change(estimate: Estimate, kind: str) -> str:
    """A difference, with its sign; a dash where it has no value."""
    return "–" if estimate.value is None else change_of(estimate.value, kind)


def interval_of_change(estimate: Estimate, kind: str) -> str:
    """The interval of a difference."""
    if estimate.low is None or estimate.high is None:
        return UNKNOWN
    return f"{change_of(estimate.low, kind)} to {change_of(estimate.high, kind)}"


def change_of(value: float, kind: str) -> str:
    """A value as a difference: what is shown as 0 has no sign, and shares differ by percentage points."""
    shown = f"{100 * value:z.1f} pp" if kind == "share" else value_of(value, kind)
    return f"+{shown}" if value > 0 and any(digit in shown for digit in "123456789") else shown


def value_of(value: float, kind: str) -> str:
    """A value; what is shown as 0 has no sign."""
    match kind:
        case "share":
            return f"{value:z.1%}"
        case "count" | "money":
            return f"{value:z,.1f}" if abs(value) < 100 else f"{value:z,.0f}"
        case "duration":
            return f"{value / 3_600:z.1f} hours" if abs(value) < 172_800 else f"{value / 86_400:z.1f} days"
    return f"{value:z.4f}"
