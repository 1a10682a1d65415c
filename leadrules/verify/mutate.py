"""Mutants of a rule set against its own tests: which of them the tests notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from msgspec import Struct

from leadrules.dsl.problem import RulesError
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_tests import Test
from leadrules.dsl.rules.tree_tests import Test as TestItem
from leadrules.dsl.source import Span
from leadrules.engine.compile import compile_model
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.scores import Scores
from leadrules.simulator.draws import Draws
from leadrules.verify.invent import alphabet_of, invent
from leadrules.verify.laws import LENGTHS
from leadrules.verify.mutants import Mutant, mutants_of
from leadrules.verify.run_tests import run_tests
from leadrules.verify.stories import Times, act_out
from leadrules.verify.texts_beside import with_texts_beside

WORLD = 2_000
Outcome = Literal["killed", "alive", "alike", "equal", "wrong"]


class Trial(Struct, frozen=True):
    """What became of a mutant.

    "killed": a test fails, or names what is gone (`by`). "alive": no test fails, though some lead scores otherwise.
    "alike": no test fails, and no made-up lead scores otherwise, which proves nothing. "equal": it means the same.
    "wrong": it is no rule set.
    """

    mutant: Mutant
    outcome: Outcome
    by: str = ""


class Mutation(Struct, frozen=True):
    """What became of the mutants that were tried, in the order of the text, out of `made`; `world` leads were made up."""

    trials: tuple[Trial, ...]
    made: int
    seed: int
    world: int

    def of(self, *outcomes: Outcome) -> tuple[Trial, ...]:
        """The trials that ended so."""
        return tuple(trial for trial in self.trials if trial.outcome in outcomes)

    @property
    def percent(self) -> float:
        """The share of mutants that tests notice, of all that are rule sets and mean something else; 100 where there is none."""
        counted = len(self.of("killed", "alive", "alike"))
        return 100.0 * len(self.of("killed")) / counted if counted else 100.0


def mutate(
    ruleset: tree.Ruleset,
    given: Sequence[tree.Given] = (),
    *,
    budget: int,
    seed: int,
    pattern: str = "",
    progress: Callable[[int], None] = lambda _done: None,
) -> Mutation:
    """Try up to `budget` mutants, drawn by `seed` where there are more, on the tests whose names hold `pattern`.

    All those tests hold for the rule set as it is. `progress` is told how many mutants are done.
    """
    every = list(mutants_of(ruleset))
    bench = _Trials(ruleset, given, check(ruleset, given), re.compile(pattern, re.IGNORECASE), seed)
    trials = []
    for mutant in _drawn(every, budget, seed):
        trials.append(bench.tried(mutant))
        progress(len(trials))
    return Mutation(tuple(trials), len(every), seed, WORLD)


def _drawn(every: Sequence[Mutant], budget: int, seed: int) -> list[Mutant]:
    """As many as there may be, each as likely as any other, in the order of the text."""
    draws = Draws(seed).uniforms("mutants", np.arange(len(every), dtype=np.uint64))
    return [every[place] for place in sorted(np.argsort(draws)[:budget].tolist())]


class _Trials:
    def __init__(
        self,
        ruleset: tree.Ruleset,
        given: Sequence[tree.Given],
        model: Model,
        wanted: re.Pattern[str],
        seed: int,
    ) -> None:
        self.ruleset, self.given, self.model, self.wanted, self.seed = ruleset, given, model, wanted, seed
        self.plan = compile_model(model)
        self._world: tuple[Leads, Times, Scores] | None = None

    def tried(self, mutant: Mutant) -> Trial:
        try:
            model = check(mutant.applied(self.ruleset), self.given)
        except RulesError as mistake:
            tests = [item.span for item in self.ruleset.items if isinstance(item, TestItem)]
            named = all(
                any(_lies_in(p.span, span) for span in tests) for p in mistake.problems if p.severity == "error"
            )
            return Trial(mutant, "killed", mistake.problems[0].message) if named else Trial(mutant, "wrong")
        if model == self.model:
            return Trial(mutant, "equal")
        plan = compile_model(model)
        by = failing(plan, [test for test in model.tests if self.wanted.search(test.title)])
        if by is not None:
            return Trial(mutant, "killed", by)
        return Trial(mutant, "alike" if self.scores_alike(plan) else "alive")

    def scores_alike(self, plan: Plan) -> bool:
        """Whether no made-up lead stands otherwise."""
        leads, at, before = self.world()
        return same(before, score(plan, leads, at))

    def world(self) -> tuple[Leads, Times, Scores]:
        """The made-up leads, and how the rule set scores them."""
        if self._world is None:
            alphabet = with_texts_beside(alphabet_of(self.model), self.model)
            draws = Draws(self.seed)
            each = WORLD // len(LENGTHS)
            stories = [s for n in LENGTHS for s in invent(alphabet, draws, f"mutants/{n}", each, n, None)]
            leads, at = act_out(self.model, stories)
            self._world = leads, at, score(self.plan, leads, at)
        return self._world


def _lies_in(span: Span, outer: Span) -> bool:
    return span.source == outer.source and outer.start <= span.start and span.end <= outer.end


def failing(plan: Plan, tests: Sequence[Test]) -> str | None:
    """The first test that fails, by its title."""
    return next((verdict.test.title for verdict in run_tests(plan, tests) if not verdict.holds), None)


def same(one: Scores, other: Scores) -> bool:
    """Whether two rule sets say the same of leads: scores to a millionth, checklists, grades and tiers by name."""
    before, after = (np.array(scores.tier_names or ("",), object)[scores.tiers] for scores in (one, other))
    return (
        one.scores.keys() == other.scores.keys()
        and all(np.array_equal(np.round(v, 6), np.round(other.scores[n], 6)) for n, v in one.scores.items())
        and _items(one) == _items(other)
        and all(np.array_equal(labels.codes, other.grades[name].codes) for name, labels in one.grades.items())
        and np.array_equal(before, after)
    )


def _items(scores: Scores) -> dict[tuple[str, str], bytes]:
    """The truths of every item of every checklist."""
    return {
        (name, item): truths.tobytes() for name, items in scores.checklists.items() for item, truths in items.items()
    }
