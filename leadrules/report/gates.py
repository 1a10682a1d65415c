"""Gates in words: what was asked for, what was found, and whether the interval or the estimate decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.report.figures import interval, shown, value_of
from leadrules.report.rounded import as_json
from leadrules.verify.gates import Decision, Gated

BIGGER = {
    "volume": "they are a bigger market, and the figure grows with them",
    "queue": "they are a bigger market, and another queue for the same sales",
}
INSTEAD = "bound a share of the leads, or let the estimate decide (--decide-by estimate)"


def draw_gates(gates: Sequence[Gated]) -> str:
    """One line a bound, under the market it was tried in."""
    return "\n".join(line for gated in gates for line in _lines(gated))


def gates_as_json(gates: Sequence[Gated]) -> str:
    """The gates as one JSON object."""
    return as_json({"format_version": 1, "gates": gates})


def _lines(gated: Gated) -> Iterator[str]:
    yield f"gates in {gated.source}, {gated.leads:,} leads"
    yield from (f"  {line(decision)}" for decision in gated.decisions)


def line(decision: Decision) -> str:
    """A bound and what became of it, in one line."""
    kind, estimate = decision.kind, decision.estimate
    found = f"{decision.title} {shown(estimate, kind)}, 95 % interval {interval(estimate, kind)}"
    word = {"kept": "kept     ", "broken": "BROKEN   ", "undecided": "undecided"}[decision.status]
    return f"{word}  {decision.bound.words}: {found}; {_why(decision)}"


def _why(decision: Decision) -> str:
    if decision.status != "undecided":
        return f"the {decision.by} decides"
    if decision.estimate.value is None:
        return "it has no value here"
    if decision.size != "any":
        return f"this sample does not decide, and more leads would not: {BIGGER[decision.size]}; {INSTEAD}"
    if decision.needed is None:
        return f"it is so near {value_of(decision.bound.limit, decision.kind)} that no sample would decide"
    return f"this sample does not decide, about {decision.needed:,} leads would"
