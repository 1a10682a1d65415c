"""Figures compared to a verdict in words."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.judging.comparison import Compared

MAIN = ("expected auc", "auc")


def verdict(figures: Sequence[Compared], same: bool) -> str:
    """What the comparison says of the ranking first, and of how many other figures differ."""
    if same:
        return "The rule sets do the same: no lead stands otherwise."
    main = next((f for name in MAIN for f in figures if f.name == name and f.difference.value is not None), None)
    if main is None:
        return "Too few leads win or lose to say which rule set ranks better."
    low, high, value = main.difference.low, main.difference.high, main.difference.value
    if low is None or high is None or value is None or not main.decided:
        return f"No evidence of a difference in ranking: {main.title} {_range(main)}."
    which = "better" if value > 0 else "worse"
    return f"The new rules rank {which}: {main.title} {_range(main)}."


def _range(figure: Compared) -> str:
    d = figure.difference
    if d.value is None or d.low is None or d.high is None:
        return "cannot be said"
    return f"{d.value:+.4f} ({d.low:+.4f} to {d.high:+.4f})"
