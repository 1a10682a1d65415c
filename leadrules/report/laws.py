"""Laws of durations, and what happens in stages, in the words of markets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from leadrules.dsl.quantity import DAY, SECOND, show_duration, show_number
from leadrules.dsl.scenario.model import Duration, Law, Mixture, Quantiles, ScenarioModel, StageLaw


def show_law(law: Duration) -> str:
    """A law as it is written."""
    match law:
        case Law("exactly", measure):
            return f"exactly {show_duration(measure.value * SECOND)}"
        case Law(family, measure, shape):
            figure = "mean" if family in ("exponential", "weibull", "gamma") else "median"
            second = {"exponential": "", "lognormal": "spread"}.get(family, "shape")
            behind = f" {second} {show_number(shape.value)}" if second else ""
            return f"{family} {figure} {show_duration(measure.value * SECOND)}{behind}"
        case Quantiles(shares, durations):
            rows = zip(shares, durations, strict=True)
            return (
                f"as in {{ {'; '.join(f'{100 * s.value:.6g}%: {show_duration(d.value * SECOND)}' for s, d in rows)} }}"
            )
        case Mixture(parts):
            return f"mixture {{ {'; '.join(f'{part.share.value:.0%} {show_law(part.law)}' for part in parts)} }}"
        case _:
            assert_never(law)


def show_stay(law: StageLaw) -> str:
    """How long a stay lasts, and the clocks that may cut it short."""
    said = [show_law(law.lasts)]
    if law.faster.value:
        said.append(f"faster with intent {show_number(law.faster.value)}")
    if law.least.value:
        said.append(f"at least {show_duration(law.least.value * SECOND)}")
    said += [
        f"at most {show_law(clock.limit).removeprefix('exactly ')}, then {clock.target}" for clock in law.deadlines
    ]
    return ", ".join(said)


def show_visits(law: StageLaw) -> str:
    """How often a lead visits, and how many events there are in a visit."""
    if not law.visits.value:
        return "none"
    often = f"{show_number(law.visits.value * DAY / SECOND)} per day"
    return often if law.length.value == 1 else f"{often}, {show_number(law.length.value)} events each"


def of_personas(scenario: ScenarioModel, stage: str, show: Callable[[StageLaw], str]) -> str:
    """What holds in a stage: for most personas, and then for those for whom something else does."""
    return "; ".join(_each(scenario, stage, show))


def _each(scenario: ScenarioModel, stage: str, show: Callable[[StageLaw], str]) -> Iterator[str]:
    said = {persona.name: show(persona.stages[stage]) for persona in scenario.personas}
    usual = max(said.values(), key=list(said.values()).count)
    yield usual
    yield from (f"for {name} {text}" for name, text in said.items() if text != usual)
