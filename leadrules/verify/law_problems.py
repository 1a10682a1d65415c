"""Verdicts on laws as problems of the file they stand in, and in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadrules.dsl.problem import Findings, Problem
from leadrules.dsl.quantity import show_count
from leadrules.verify.laws import Verdict

KINDS = {"proved": "proved", "unbroken": "not broken", "broken": "broken", "open": "undecided"}


def law_problems(verdicts: Iterable[Verdict]) -> list[Problem]:
    """A mistake for every law that is broken, with its witness; a doubt for every one that stays open."""
    findings = Findings()
    for verdict in verdicts:
        law = " ".join(verdict.law.span.text.split()).removeprefix("always ")
        if verdict.witness:
            test = verdict.witness.test
            hint = f"this test shows it:\n\n{test}" if test else ""
            findings.error("E571", verdict.law.span, f"`{law}` does not hold: {verdict.why}", hint=hint)
        elif verdict.kind == "open":
            message = f"`{law}` is not settled: {verdict.why}"
            findings.warn("W670", verdict.law.span, message, hint=f"{show_count(verdict.tried, 'lead')} were tried")
    return findings.problems


def count_laws(verdicts: Sequence[Verdict], budget: int, seed: int) -> str:
    """`5 laws: 2 proved, 2 not broken, 1 broken; up to 2,000 leads tried for each, seed 1`."""
    counts = [(sum(v.kind == kind for v in verdicts), word) for kind, word in KINDS.items()]
    found = ", ".join(f"{count} {word}" for count, word in counts if count)
    return (
        f"{show_count(len(verdicts), 'law')}: {found}; up to {show_count(budget, 'lead')} tried for each, seed {seed}"
    )
