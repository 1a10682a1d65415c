"""Tiers at random: what they ask for, what ends them, what freezes them, and what steps between them set off."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.oracle_expressions import Both, Compare, Condition, Either, Name, Number, Value
from tests.specs import On, Tier
from tests.worlds_expressions import Scope, condition, score_test

LEVELS = (30.0, 10.0, 5.0, 2.5, 1.0, 0.5, 0.3, 0.0, -1.0, -15.0)
CLOCKS = ("00:00", "02:30", "09:00")


@dataclass(frozen=True)
class Thresholds:
    """All about tiers in a rule set."""

    tiers: tuple[Tier, ...] = ()
    frozen: Condition | None = None
    actions: tuple[On, ...] = ()
    evaluate: tuple[bool, tuple[str, ...]] = (True, ("00:00",))


def thresholds(draw: st.DrawFn, scope: Scope) -> Thresholds:
    """No thresholds, or up to four tiers, each asking for less of every score than the one above it.

    In one of three rule sets they remember.
    """
    levels = sorted(draw(st.lists(st.sampled_from(LEVELS), max_size=3, unique=True)), reverse=True)
    pairs = zip(("hot", "warm", "cool"), levels, strict=False)
    tiers = tuple(Tier(name, tier_condition(draw, replace(scope, levels=(level,)))) for name, level in pairs)
    if not tiers and not draw(st.booleans()):
        return Thresholds()
    tiers = (*tiers, Tier("cold"))
    if draw(st.integers(0, 2)):
        return Thresholds(tiers)
    frozen = condition(draw, scope, 1) if not draw(st.integers(0, 3)) else None
    kept = tuple(remembering(draw, tier, scope) if tier.condition else tier for tier in tiers)
    return Thresholds(kept, frozen, actions(draw, kept, scope), evaluate(draw))


def tier_condition(draw: st.DrawFn, scope: Scope) -> Condition:
    """What a tier asks for: something of a score, with something else or without."""
    first = score_test(draw, scope)
    match draw(st.sampled_from(("score", "both", "either"))):
        case "both":
            return Both((first, condition(draw, scope)))
        case "either":
            return Either((condition(draw, scope, 1), first))
        case _:
            return first


def remembering(draw: st.DrawFn, tier: Tier, scope: Scope) -> Tier:
    """A tier that ends by another condition than it begins by, or begins late, or both."""
    below = Compare(Name(draw(st.sampled_from(scope.scores))), "<", Number(draw(st.sampled_from(LEVELS))))
    until = draw(st.sampled_from((None, below, below, tier_condition(draw, replace(scope, levels=LEVELS)))))
    return replace(
        tier, until=until, held_for=duration(draw, scope, 3), contact=duration(draw, scope, 3) if until else None
    )


def duration(draw: st.DrawFn, scope: Scope, of: int) -> Value | None:
    """A duration in one of so many cases."""
    return None if draw(st.integers(1, of)) < of else draw(st.sampled_from(scope.durations))


def actions(draw: st.DrawFn, tiers: tuple[Tier, ...], scope: Scope) -> tuple[On, ...]:
    """Up to three actions, each on a step that can be taken."""
    names = [tier.name for tier in tiers]
    found: list[On] = []
    for _ in range(draw(st.integers(0, 3)) if len(names) > 1 else 0):
        upper, lower = sorted(
            draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)), key=names.index
        )
        cooldown = duration(draw, scope, 2)
        step = draw(st.sampled_from(("entering", "leaving", "leaving to", "falling")))
        match step:
            case "leaving to":
                found.append(On("leaving", upper, lower, cooldown))
            case "falling":
                found.append(On("falling", lower, upper, cooldown))
            case _:
                found.append(On(step, upper, None, cooldown))
    return tuple(found)


def evaluate(draw: st.DrawFn) -> tuple[bool, tuple[str, ...]]:
    """When tiers are decided: at events, at times of day, or both."""
    daily = tuple(draw(st.lists(st.sampled_from(CLOCKS), max_size=2, unique=True)))
    return (draw(st.booleans()) or not daily, daily)
