"""Mutants as data, for the one JSON object that a run of tests gives."""

from __future__ import annotations

from typing import Any

from leadrules.verify.mutate import Mutation, Trial


def mutation_as_data(mutation: Mutation) -> dict[str, Any]:
    """Every mutant that was tried, with its place, its difference and what became of it; `percent` is not rounded."""
    return {
        "percent": mutation.percent,
        "made": mutation.made,
        "seed": mutation.seed,
        "made_up_leads": mutation.world,
        "mutants": [_trial(trial) for trial in mutation.trials],
    }


def _trial(trial: Trial) -> dict[str, Any]:
    mutant = trial.mutant
    line, column = mutant.span.source.position(mutant.span.start)
    return {
        "file": mutant.span.source.name,
        "line": line,
        "column": column,
        "what": mutant.what,
        "diff": list(mutant.diff),
        "outcome": trial.outcome,
        "by": trial.by,
    }
