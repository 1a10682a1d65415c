"""World and draws to people: who arrives when, as what persona, with which attributes, intent and activity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.expression.model import DATE
from leadrules.engine.columns import Column, Moments
from leadrules.engine.zone import DAY, SECOND
from leadrules.simulator.accounts import draw_accounts
from leadrules.simulator.arrive import arrivals, personas, zones
from leadrules.simulator.attributes import Arrivals, draw_attributes, frame, hide
from leadrules.simulator.draws import Draws, Words
from leadrules.simulator.gamma import gamma_quantile
from leadrules.simulator.latent import Latent, below
from leadrules.simulator.normal import normal
from leadrules.simulator.population import Floats, Small, Ticks
from leadrules.simulator.world import World


class People(Struct, frozen=True):
    """Leads before anything happens. Shapes (leads,).

    `fields` are what rules see; `attributes` are the same before anything was hidden, and drive what leads do.
    `zone`: the number of a lead's time zone in the calendar.
    """

    ids: Words
    account: npt.NDArray[np.int64]
    persona: Small
    channel: Small
    arrival: Ticks
    fields: dict[str, Column]
    intent: Floats
    activity: Floats
    attributes: dict[str, Column]
    zone: Small


def draw_people(world: World, draws: Draws, start: int, stop: int) -> People:
    """The leads from number `start` to `stop` (excluded)."""
    ids = np.arange(start, stop, dtype=np.uint64)
    account, place = draw_accounts(world, draws, start, stop)
    zone = zones(world, draws, ids)
    arrival = arrivals(world, draws, ids, zone)
    persona = personas(world, draws, ids, arrival)
    leads = Arrivals(ids, account, place, persona, _channel(world, draws, ids, persona))
    own = normal(draws.uniforms("intent", ids)) if _is_wide(world) else np.zeros(len(ids))
    latent = Latent(world, draws, ids, account.astype(np.uint64), own)
    attributes = draw_attributes(world, leads, latent, _since(world, arrival))
    intent = _intent(world, draws, leads, attributes, own)
    activity = _activity(world, latent)
    if world.scenario.channels:
        activity = activity * np.array([way.activity.value for way in world.scenario.channels])[leads.channel]
    fields = hide(world, draws, leads, attributes)
    return People(ids, account, persona, leads.channel, arrival, fields, intent, activity, attributes, zone)


def _since(world: World, arrival: Ticks) -> dict[str, Column]:
    """The field that says since when a lead is known, where there is one."""
    name, scenario = world.scenario.known_from, world.scenario
    if name is None:
        return {}
    since = scenario.start + arrival * SECOND
    if any(f.name == name and f.type == DATE for f in scenario.fields):
        since = world.setting.zone.instant(world.setting.zone.day(since) * DAY)
    return {name: Moments(since)}


def _channel(world: World, draws: Draws, ids: Words, persona: Small) -> Small:
    """The channel each lead comes by, by the shares of its persona; 0 where a market has no channels."""
    channel = np.zeros(len(ids), np.int16)
    if world.scenario.channels:
        shares = np.array([[share.value for share in kind.channels] for kind in world.scenario.personas])
        u, bounds = draws.uniforms("channels", ids), np.cumsum(shares, axis=1)
        bounds /= bounds[:, -1:]
        for bound in bounds.T[:-1]:
            channel += u >= bound[persona]
    return channel


def _is_wide(world: World) -> bool:
    """Whether leads differ by themselves at all: a market where they do not needs no draws for it."""
    return world.scenario.intent_spread.value > 0 or world.scenario.activity_spread.value > 0


def _intent(world: World, draws: Draws, leads: Arrivals, attributes: dict[str, Column], own: Floats) -> Floats:
    """All parts of intent; `own` is the part that is nobody else's, standardised."""
    scenario = world.scenario
    intent = np.array([p.intent.value for p in scenario.personas])[leads.persona] + scenario.intent_spread.value * own
    if scenario.account_spread.value > 0:
        shared = draws.uniforms("accounts/intent", leads.account.astype(np.uint64))
        intent += scenario.account_spread.value * normal(shared)
    if world.shifts:
        moment = frame(world, leads.account, attributes)
        for shift in world.shifts:
            intent += shift(moment)
    if scenario.channels:
        intent += np.array([way.intent.value for way in scenario.channels])[leads.channel]
    return intent


def _activity(world: World, latent: Latent) -> Floats:
    """Lognormal or gamma, of mean 1, beside the persona's own factor, which is part of its rates."""
    spread = world.scenario.activity_spread.value
    if spread == 0:
        return np.ones(len(latent.ids))
    z = latent.correlated("activity")
    if world.scenario.frailty == "gamma":
        shape = spread**-2
        return gamma_quantile(np.asarray(shape), below(-z)) / shape
    activity: Floats = np.exp(spread * z - spread * spread / 2)
    return activity
