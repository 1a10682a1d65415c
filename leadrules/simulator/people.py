"""World and draws to people: who arrives when, as what persona, with which attributes, intent and activity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.expression.model import DATE, Field
from leadrules.dsl.scenario.model import Distribution, Even, Lognormal, Normal, Shares
from leadrules.engine.columns import FALSE, TRUE, UNKNOWN, Codes, Column, Flags, Moments, Numbers
from leadrules.engine.leads import Leads, no_events
from leadrules.engine.moment import Moment, Tables
from leadrules.engine.zone import DAY
from leadrules.simulator.draws import Draws, Words
from leadrules.simulator.population import Floats, Small, Ticks
from leadrules.simulator.quantiles import normal
from leadrules.simulator.world import World

SECOND = 1_000_000


class People(Struct, frozen=True):
    """Leads before anything happens. Shapes (leads,); `own` is the part of intent that is nobody else's, standardised."""

    ids: Words
    account: npt.NDArray[np.int64]
    persona: Small
    arrival: Ticks
    fields: dict[str, Column]
    intent: Floats
    activity: Floats


def draw_people(world: World, draws: Draws, start: int, stop: int) -> People:
    """The leads from number `start` to `stop` (excluded)."""
    scenario = world.scenario
    ids = np.arange(start, stop, dtype=np.uint64)
    account = np.arange(start, stop) // scenario.account_size
    persona = np.searchsorted(world.bounds[:-1], draws.uniforms("persona", ids), side="right").astype(np.int16)
    arrival = np.floor(draws.uniforms("arrival", ids) * scenario.arrivals.value).astype(np.int64)
    fields = {
        f.name: _attribute(f, world, draws, ids, persona) for f in scenario.fields if f.name != scenario.known_from
    }
    if scenario.known_from:
        since = scenario.start + arrival * SECOND
        if any(f.name == scenario.known_from and f.type == DATE for f in scenario.fields):
            since = world.setting.zone.instant(world.setting.zone.day(since) * DAY)
        fields[scenario.known_from] = Moments(since)
    own = normal(draws.uniforms("intent", ids)) if _is_wide(world) else np.zeros(len(ids))
    intent = _intent(world, draws, account, persona, fields, own)
    return People(ids, account, persona, arrival, fields, intent, _activity(world, draws, ids, persona, own))


def _is_wide(world: World) -> bool:
    """Whether leads differ by themselves at all: a market where they do not needs no draws for it."""
    return world.scenario.intent_spread.value > 0 or world.scenario.activity_spread.value > 0


def _intent(
    world: World, draws: Draws, account: npt.NDArray[np.int64], persona: Small, fields: dict[str, Column], own: Floats
) -> Floats:
    scenario = world.scenario
    intent = np.array([p.intent.value for p in scenario.personas])[persona] + scenario.intent_spread.value * own
    if scenario.account_spread.value > 0:
        shared = draws.uniforms("accounts/intent", account.astype(np.uint64))
        intent += scenario.account_spread.value * normal(shared)
    if world.shifts:
        nobody = Leads(account, account, fields, no_events(len(account)))
        moment = Moment(nobody, np.zeros(len(account), np.int64), world.setting, Tables())
        for shift in world.shifts:
            intent += shift(moment)
    return intent


def _activity(world: World, draws: Draws, ids: Words, persona: Small, own: Floats) -> Floats:
    """Lognormal of mean 1 beside the persona's own factor, which is part of its rates."""
    spread, rho = world.scenario.activity_spread.value, world.scenario.correlation.value
    if spread == 0:
        return np.ones(len(ids))
    z = rho * own + np.sqrt(1.0 - rho * rho) * normal(draws.uniforms("activity", ids))
    activity: Floats = np.exp(spread * z - spread * spread / 2)
    return activity


def _attribute(field: Field, world: World, draws: Draws, ids: Words, persona: Small) -> Column:
    """One attribute of every lead, by the distribution of its persona."""
    u = draws.uniforms(f"attributes/{field.name}", ids)
    hidden = draws.uniforms(f"attributes/{field.name}/unknown", ids)
    values = np.full(len(ids), np.nan)
    for number, kind in enumerate(world.scenario.personas):
        distribution = kind.attributes.get(field.name)
        if distribution is not None:
            at = np.flatnonzero(persona == number)
            values[at] = _drawn(distribution, field, world, u[at])
            values[at[hidden[at] < _unknown(distribution)]] = np.nan
    return _column(field, world, values)


def _unknown(distribution: Distribution) -> float:
    """The chance that a value is not known; shares leave room for it themselves."""
    return 0.0 if isinstance(distribution, Shares) else distribution.unknown.value


def _drawn(distribution: Distribution, field: Field, world: World, u: Floats) -> Floats:
    """Values as numbers: of texts, their places in the field's dictionary; NaN where not known."""
    match distribution:
        case Shares(values, shares, unknown):
            texts = {text: place for place, text in enumerate(world.dictionaries[field.name].values)}
            numbers = [float(texts[v]) if isinstance(v, str) else float(v) for v in values]
            parts = np.cumsum([share.value for share in shares])
            bounds = parts / (parts[-1] + unknown.value)  # what is written adds up to 100 % only nearly
            return np.array([*numbers, np.nan])[np.searchsorted(bounds, u, side="right")]
        case Lognormal(median, spread):
            return median.value * np.exp(spread.value * normal(u))
        case Normal(mean, spread):
            return mean.value + spread.value * normal(u)
        case Even(low, high):
            return low.value + (high.value - low.value) * u


def _column(field: Field, world: World, values: Floats) -> Column:
    missing = np.isnan(values)
    match field.type.name:
        case "text" | "one of":
            return Codes(np.where(missing, -1, values).astype(np.int16), world.dictionaries[field.name])
        case "flag":
            return Flags(np.where(missing, UNKNOWN, np.where(values == 1.0, TRUE, FALSE)).astype(np.int8))
        case "whole number":
            return Numbers(np.rint(values))
        case "duration":
            return Numbers(values * SECOND)
        case _:
            return Numbers(values)
