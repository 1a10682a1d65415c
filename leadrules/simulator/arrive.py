"""World and draws to arrivals: where leads live, when they come, and as what persona."""

from __future__ import annotations

import numpy as np

from leadrules.simulator.draws import Draws, Words
from leadrules.simulator.population import Small, Ticks
from leadrules.simulator.world import World


def zones(world: World, draws: Draws, ids: Words) -> Small:
    """The time zone of each lead: its number among those of the calendar."""
    bounds = world.seasons.zones
    if len(bounds) == 1:
        return np.zeros(len(ids), np.int16)
    return np.searchsorted(bounds[:-1], draws.uniforms("calendar/zones", ids), side="right").astype(np.int16)


def arrivals(world: World, draws: Draws, ids: Words, zone: Small) -> Ticks:
    """The tick at which each lead arrives."""
    u, clock = draws.uniforms("arrival", ids), world.seasons.arrivals
    if clock is None:
        return np.floor(u * world.scenario.arrivals.value).astype(np.int64)
    last = np.full(len(clock.begins), int(world.scenario.arrivals.value))
    begins, ends = (clock.units(clock.begins + tick) for tick in (0, last))
    return clock.drawn(begins[zone], (ends - begins).astype(np.float64)[zone], u) - clock.begins[zone]


def personas(world: World, draws: Draws, ids: Words, arrival: Ticks) -> Small:
    """What kind of lead each is. One draw for each lead, whatever the shares are when it arrives."""
    u, shares = draws.uniforms("persona", ids), world.seasons.shares
    if shares is None:
        return np.searchsorted(world.bounds[:-1], u, side="right").astype(np.int16)
    bounds = np.cumsum(shares.at(arrival), axis=1)[:, :-1]
    found: Small = (bounds <= u[:, None]).sum(axis=1).astype(np.int16)
    return found
