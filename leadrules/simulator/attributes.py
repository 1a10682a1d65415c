"""World and draws to attributes: the columns of a block of leads, each field by the law of each lead's persona."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.expression.model import FLAG, Field
from leadrules.dsl.fold import fold
from leadrules.dsl.scenario.model import (
    By,
    Distribution,
    Even,
    FromChannel,
    FromPlace,
    Lognormal,
    Normal,
    Origin,
    Shares,
)
from leadrules.engine.columns import FALSE, NEVER, TRUE, UNKNOWN, Codes, Column, Flags, Moments, Numbers
from leadrules.engine.leads import Leads, no_events
from leadrules.engine.moment import Moment, Tables
from leadrules.engine.zone import SECOND
from leadrules.simulator.draws import Draws, Words
from leadrules.simulator.latent import Latent
from leadrules.simulator.normal import normal
from leadrules.simulator.population import Floats, Small, Ticks
from leadrules.simulator.world import World

LEAST = 1e-300


class Arrivals(Struct, frozen=True):
    """Leads of whom it is settled when and how they come. Shapes (leads,); `place` is their place in the account."""

    ids: Words
    account: Ticks
    place: Ticks
    persona: Small
    channel: Small


def draw_attributes(world: World, leads: Arrivals, latent: Latent, known: dict[str, Column]) -> dict[str, Column]:
    """Every field of every lead, as it is; `known` are those that are settled already."""
    fields = dict(known)
    for field in world.people.order:
        fields[field.name] = _attribute(field, world, leads, latent, fields)
    return {field.name: fields[field.name] for field in world.scenario.fields}


def _attribute(field: Field, world: World, leads: Arrivals, latent: Latent, fields: Mapping[str, Column]) -> Column:
    """One attribute of every lead, by the law of its persona."""
    u = latent.uniform(field.name)
    hidden = latent.draws.uniforms(f"attributes/{field.name}/unknown", latent.who(field.name))
    values = np.full(len(u), np.nan)
    ranked = field.name in world.people.weights

    def draw(law: Distribution, at: Ticks) -> None:
        found = _drawn(law, field, world, u[at], ranked)
        found[hidden[at] < _unknown(law, ranked)] = np.nan
        values[at] = found

    for origin, those in _origins(field, world):
        number = int(those.argmax())
        at = np.flatnonzero(those[leads.persona])
        match origin:
            case FromChannel(names):
                values[at] = _numbers(names, field, world)[leads.channel[at]]
            case FromPlace(told, counts, rest):
                place = np.searchsorted(np.cumsum(counts), leads.place[at], side="right")
                values[at] = _numbers((*told, rest), field, world)[place]
            case By(_, laws):
                row = world.people.rows[number, field.name](frame(world, leads.account, fields))[at]
                for position, law in enumerate(laws):
                    draw(law, at[row == position])
            case law:
                draw(law, at)
    return _column(field, world, values)


def _origins(field: Field, world: World) -> Iterator[tuple[Origin, npt.NDArray[np.bool_]]]:
    """Where a field comes from, and for which personas (personas,): those that share a law are drawn together."""
    each = [persona.attributes.get(field.name) for persona in world.scenario.personas]
    for number, origin in enumerate(each):
        if origin is not None and origin not in each[:number]:
            yield origin, np.array([other == origin for other in each])


def frame(world: World, account: Ticks, fields: Mapping[str, Column]) -> Moment:
    """Leads of whom nothing is known but their fields."""
    leads = Leads(account, account, dict(fields), no_events(len(account)))
    return Moment(leads, np.zeros(len(account), np.int64), world.setting, Tables())


def hide(world: World, draws: Draws, leads: Arrivals, fields: dict[str, Column]) -> dict[str, Column]:
    """The fields as others know them. What hides them is drawn on its own: nothing else changes by it."""
    seen, moment = dict(fields), frame(world, leads.account, fields)
    for name, of_persona in world.people.hidden.items():
        share = np.zeros(len(leads.ids))
        for number, hiding in enumerate(of_persona):
            if hiding is not None:
                rows, shares = hiding
                at = np.flatnonzero(leads.persona == number)
                share[at] = shares[rows(moment)[at].astype(np.int64)]
        gone = draws.uniforms(f"attributes/{name}/hidden", leads.ids) < share
        seen[name] = without(fields[name], gone)
    return seen


def without(column: Column, gone: npt.NDArray[np.bool_]) -> Column:
    """A column with some of its values missing."""
    match column:
        case Codes(codes, dictionary):
            return Codes(np.where(gone, np.int16(-1), codes), dictionary)
        case Flags(values):
            return Flags(np.where(gone, UNKNOWN, values))
        case Numbers(values):
            return Numbers(np.where(gone, np.nan, values))
        case Moments(values):
            return Moments(np.where(gone, NEVER, values))


def _unknown(distribution: Distribution, ranked: bool) -> float:
    """The chance that a value is not known; shares that are in no order leave room for it themselves."""
    return 0.0 if isinstance(distribution, Shares) and not ranked else distribution.unknown.value


def _numbers(values: Sequence[str | float | bool | None], field: Field, world: World) -> Floats:
    """Values as numbers: of texts, their places in the field's dictionary, whatever their capitals; of None, NaN."""
    texts = world.dictionaries[field.name].values
    places = {key(text): float(place) for key in (fold, str) for place, text in enumerate(texts)}
    numbers = [places.get(v, places.get(fold(v), np.nan)) if isinstance(v, str) else v for v in values]
    return np.array([np.nan if number is None else float(number) for number in numbers])


def _drawn(distribution: Distribution, field: Field, world: World, u: Floats, ranked: bool) -> Floats:
    """Values as numbers: of texts, their places in the field's dictionary; NaN where not known.

    Ranked values rise with u: those of a flag from no to yes, others in the order they are written in.
    """
    match distribution:
        case Shares(values, shares, unknown):
            numbers, parts = _numbers((*values, None), field, world), np.cumsum([share.value for share in shares])
            if ranked:
                rising = -u if field.type == FLAG and values[0] is True else u
                bounds = parts / max(parts[-1], LEAST)
                return numbers[np.searchsorted(bounds, rising % 1.0, side="right")]
            bounds = parts / (parts[-1] + unknown.value)  # what is written adds up to 100 % only nearly
            return numbers[np.searchsorted(bounds, u, side="right")]
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
