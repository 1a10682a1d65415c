"""Scores that are running balances: the clocks they age by, and where ageing stops."""

from __future__ import annotations

from leadrules.dsl.rules.model import Score
from leadrules.engine.compile_conditions import Compiler
from leadrules.engine.plan import BalanceStep


def compile_balance(score: Score, compiler: Compiler) -> BalanceStep:
    """The balance of a score; lines that wait for the same event share a clock."""
    patterns = list(dict.fromkeys(line.pattern for line in score.ageing))
    return BalanceStep(
        score.floor,
        score.ageing,
        tuple(compiler.find(pattern) for pattern in patterns),
        tuple(patterns.index(line.pattern) for line in score.ageing),
        tuple(compiler.number(line.low) if line.low else None for line in score.ageing),
    )
