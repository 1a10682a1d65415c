"""Lead scoring as reviewed text, with its effect known before rollout.

The river: every stage is a noun (what it is) and a verb (how it is made from the stage before).

    rules     text ─parse→ tree ─check→ model ─compile_model→ plan ─score→ scores           dsl, then engine
    scenario  text ─parse→ tree ─check→ scenario model ─simulate→ population                dsl, then simulator
              population ─score→ scores ─judge_rules→ judgement ─draw_judgement→ text

From Python:

    rules = leadrules.load("card.lead")
    rules.score("leads.csv", "events.csv", at="2026-03-01").to_pandas()
    leadrules.simulate(rules, "market.scenario", population=20_000, seed=7)
    leadrules.compare(rules, "new.lead", "market.scenario")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadrules.dsl.problem import Problem, RulesError
    from leadrules.files.failure import FileProblem
    from leadrules.notebook import Change, Rules, Scores, Trial, compare, load, simulate

HOMES = {
    "Change": "leadrules.notebook",
    "FileProblem": "leadrules.files.failure",
    "Problem": "leadrules.dsl.problem",
    "Rules": "leadrules.notebook",
    "RulesError": "leadrules.dsl.problem",
    "Scores": "leadrules.notebook",
    "Trial": "leadrules.notebook",
    "compare": "leadrules.notebook",
    "load": "leadrules.notebook",
    "simulate": "leadrules.notebook",
}

__all__ = ["Change", "FileProblem", "Problem", "Rules", "RulesError", "Scores", "Trial", "compare", "load", "simulate"]


def __getattr__(name: str) -> Any:
    """A name of the package, from the module it lives in: nothing heavy is loaded before it is asked for."""
    if name not in HOMES:
        raise AttributeError(f"module 'leadrules' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)
