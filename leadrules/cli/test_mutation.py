"""`leadrules test --mutate`: whether the tests of rule files notice small mistakes in their rules."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from leadrules.cli.progress import progress_bar
from leadrules.cli.terminal import say
from leadrules.dsl.source import Source
from leadrules.files.sources import read_rules
from leadrules.report.coverage import show_percent
from leadrules.verify.mutate import Mutation, mutate
from leadrules.verify.suites import Suite


class Wanted(Struct, frozen=True):
    """How many mutants of each file are tried, drawn by `seed`, on the tests whose names hold `pattern`."""

    budget: int
    seed: int
    pattern: str


def mutate_suites(suites: Sequence[Suite], wanted: Wanted, given: Sequence[Source]) -> list[Mutation]:
    """The mutants of each file against its own tests. A file whose tests fail, or that has none, is left out, which is said."""
    found = []
    for suite in suites:
        if suite.failed or not suite.verdicts:
            why = "a test fails as it is" if suite.failed else "it has no tests"
            say(f"{suite.file}: no mutants are tried: {why}")
        else:
            found.append(_mutate(suite.file, wanted, given))
    return found


def _mutate(file: str, wanted: Wanted, given: Sequence[Source]) -> Mutation:
    rules, values = read_rules(file, given)
    with progress_bar(wanted.budget, "trying mutants") as progress:
        return mutate(rules, values, budget=wanted.budget, seed=wanted.seed, pattern=wanted.pattern, progress=progress)


def too_few(mutations: Sequence[Mutation], threshold: float) -> bool:
    """Whether the tests of some file notice fewer mutants than they should, which is said."""
    short = [mutation for mutation in mutations if mutation.percent < threshold]
    for mutation in short:
        say(f"mutation score: {show_percent(mutation.percent)} is less than {show_percent(threshold)}")
    return bool(short)
