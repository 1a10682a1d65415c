"""Tiers to text, and what entering and leaving them sets off."""

from __future__ import annotations

from typing import assert_never

from leadrules.dsl.expression.tree import Item
from leadrules.dsl.expression.write import write_expression
from leadrules.dsl.expression.write_cells import CELL
from leadrules.dsl.expression.write_statements import write_body, write_inline, write_texts
from leadrules.dsl.rules import tree_tiers as tiers


def write_tiers(item: Item) -> str:
    """One statement of thresholds or actions, without the comments around it."""
    match item:
        case tiers.Tier(name, condition, clauses):
            when = f"when {write_expression(condition)}" if condition else "otherwise"
            return ", ".join([f"{name.text}{CELL}{when}", *map(_clause, clauses)])
        case tiers.Frozen(condition):
            return f"frozen while {write_expression(condition)}"
        case tiers.Thresholds(body):
            return f"thresholds {write_body(body, write_tiers)}"
        case tiers.On(step, cooldown, body):
            most = f", at most once per {write_expression(cooldown)}" if cooldown else ""
            return f"on {_step(step)}{most} {write_inline(body, write_tiers)}"
        case tiers.Action(verb, texts):
            return f"{verb.text} {write_texts(texts)}"
        case _:
            raise TypeError(f"no statement of tiers: {item}")


def _clause(clause: tiers.Clause) -> str:
    match clause:
        case tiers.Until(condition):
            return f"until {write_expression(condition)}"
        case tiers.HeldFor(duration):
            return f"for at least {write_expression(duration)}"
        case tiers.Contact(duration):
            return f"contact within {write_expression(duration)}"
        case _:
            assert_never(clause)


def _step(step: tiers.Entering | tiers.Leaving | tiers.Falling) -> str:
    match step:
        case tiers.Entering(tier):
            return f"entering {tier.text}"
        case tiers.Leaving(tier, to):
            return f"leaving {tier.text}" + (f" to {to.text}" if to else "")
        case tiers.Falling(tier, after):
            return f"falling to {tier.text} after {after.text}"
        case _:
            assert_never(step)
