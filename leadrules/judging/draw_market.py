"""A market and the ranges of its numbers to another market that is as likely: what is not known is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.scenario.model import (
    Action,
    Branch,
    Channel,
    Component,
    Parameter,
    Persona,
    ScenarioModel,
    Shares,
    changed,
    parameters,
)
from leadrules.dsl.scenario.model_calendar import ZoneShare
from leadrules.simulator.draws import Draws

WHOLES = (Action, Branch, Channel, Component, Persona, ZoneShare)  # whose shares, side by side, are those of one whole
EXACT = 1e-4

Found = Mapping[str, Parameter]


def ranged(market: ScenarioModel) -> dict[str, Parameter]:
    """The numbers of a market that are known to lie in a range only, by their paths."""
    known = {p.path: p for p in parameters(market)}
    return {path: p for path, p in known.items() if p.low is not None and p.high is not None and p.low < p.high}


def draw_market(market: ScenarioModel, draws: Draws, number: int) -> ScenarioModel:
    """The market of that number among those that are as likely as the one that was written.

    A number with a range is as likely to lie below what was written as above it, and evenly on either side. Draws of
    different numbers are independent. Shares of one whole make it up again: those that were drawn stay, the others
    keep their proportions.
    """
    found = {path: _drawn(p, draws, number) for path, p in ranged(market).items()}
    other = changed(market, found)
    for stated, group in zip(wholes(market), wholes(other), strict=True):
        found |= _made_up(stated, group, found)
    return changed(market, found)


def _drawn(parameter: Parameter, draws: Draws, number: int) -> Parameter:
    """A value from a range: below what was written in half of all draws, unless that is one of the ends."""
    assert parameter.low is not None and parameter.high is not None
    low, middle, high = parameter.low, parameter.value, parameter.high
    u = float(draws.uniforms(f"uncertainty/{parameter.path}", np.array([number], np.uint64))[0])
    if not low < middle < high:
        return replace(parameter, value=low + u * (high - low))
    below, above = low + 2 * u * (middle - low), middle + (2 * u - 1) * (high - middle)
    return replace(parameter, value=below if u < 0.5 else above)


def wholes(part: object) -> Iterator[tuple[Parameter, ...]]:
    """The shares of each whole in a market: of personas, of the values of a field, of the events of a stage."""
    if isinstance(part, Shares):
        yield (*part.shares, part.unknown)
    elif isinstance(part, tuple):
        shares = [item.share for item in part if isinstance(item, WHOLES) and item.share is not None]
        if shares:
            yield tuple(shares)
        for item in part:
            yield from wholes(item)
    elif isinstance(part, Mapping):
        yield from wholes(tuple(part.values()))
    elif isinstance(part, Struct):
        if isinstance(part, Persona) and part.channels:
            yield part.channels
        yield from wholes(tuple(getattr(part, name) for name in part.__struct_fields__ if name != "span"))


def _made_up(stated: tuple[Parameter, ...], group: tuple[Parameter, ...], drawn: Found) -> dict[str, Parameter]:
    """What shares have to be, so that they make up what they did; ways that leave something may take that too."""
    whole, total = (sum(p.value for p in shares) for shares in (stated, group))
    if not any(p.path in drawn for p in group) or (whole < 1 - EXACT and total <= 1):
        return {}
    fixed = sum(p.value for p in group if p.path in drawn)
    rest = total - fixed
    if fixed <= 1 and rest > 0:
        return {p.path: replace(p, value=p.value * (1 - fixed) / rest) for p in group if p.path not in drawn}
    return {p.path: replace(p, value=p.value / total) for p in group}
