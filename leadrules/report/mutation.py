"""Mutants as plain text: which of them no test notices, as differences, and the share that tests do."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.quantity import show_count
from leadrules.report.coverage import show_percent
from leadrules.report.text import Style, place_of, unstyled
from leadrules.verify.mutate import Mutation, Trial

ALIKE = "likely equivalent"


def draw_mutation(mutation: Mutation, style: Style = unstyled) -> str:
    """Each mutant that lives, then the count."""
    drawn = [_trial(trial, style) for trial in mutation.of("alive", "alike")]
    return "\n\n".join([*drawn, "\n".join(count_mutants(mutation))])


def count_mutants(mutation: Mutation) -> Iterator[str]:
    """`mutation score: 83.3%: tests notice 120 of 144 mutants`, and what became of the others."""
    killed, alive, alike = (len(mutation.of(kind)) for kind in ("killed", "alive", "alike"))
    yield f"mutation score: {show_percent(mutation.percent)}: tests notice {killed:,} of {killed + alive + alike:,} mutants"
    yield f"  {alive:,} live, {alike:,} more are {ALIKE}: none of {show_count(mutation.world, 'made-up lead')} scores otherwise"
    wrong, equal = len(mutation.of("wrong")), len(mutation.of("equal"))
    if wrong or equal:
        yield f"  not counted: {wrong:,} that are no rule set, {equal:,} that mean the same"
    tried = len(mutation.trials)
    if tried < mutation.made:
        yield f"  {tried:,} of {mutation.made:,} mutants were tried, drawn with seed {mutation.seed}"


def _trial(trial: Trial, style: Style) -> str:
    mutant = trial.mutant
    what = f"{mutant.what}, {ALIKE}" if trial.outcome == "alike" else mutant.what
    lines = (style(line, "error" if line.startswith("-") else "added") for line in mutant.diff)
    head = f"{style('lives', 'warning')}: {place_of(mutant.span)}: {style(what, 'strong')}"
    return "\n".join([head, *(f"  {line}" for line in lines)])
