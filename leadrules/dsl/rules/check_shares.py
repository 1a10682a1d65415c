"""Weights of scores that make 100% together, and what they are shares of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from leadrules.dsl.problem import Findings
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules.model import AnyScore, Combination


def report_shares(scores: Iterable[AnyScore], reach: Mapping[str, tuple[float, float]], findings: Findings) -> None:
    """Warn of shares of scores that do not reach equally far: 30% of one and 70% of the other are then not 30 and 70."""
    known = tuple(scores)
    ends = {score.name: score.bounds[1] if score.bounds else reach[score.name][1] for score in known}
    for score in known:
        if isinstance(score, Combination) and _makes_a_whole(score):
            parts = [(name, ends[name]) for _, name in score.terms]
            if len({end for _, end in parts}) > 1:
                far = ", ".join(f"`{name}` {_show_end(end)}" for name, end in parts)
                message = f"the weights of `{score.name}` make 100%, of scores that do not reach equally far: {far}"
                hint = "give all of them the same bounds (`between 0 and 100`), or divide each by its highest value"
                findings.warn("W604", score.span, message, hint=hint)


def _makes_a_whole(score: Combination) -> bool:
    weights = [weight for weight, _ in score.terms]
    return len(weights) > 1 and min(weights) > 0 and math.isclose(sum(weights), 1, abs_tol=1e-9)


def _show_end(end: float) -> str:
    return f"up to {show_number(end)}" if math.isfinite(end) else "without a bound"
