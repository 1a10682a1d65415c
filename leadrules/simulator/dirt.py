"""True fields to fields as the tables have them: missing, wrong, misspelt, replaced, or known only later."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from leadrules.dsl.scenario.model_observed import Dirt, Enriched
from leadrules.engine.columns import FALSE, TRUE, Bools, Codes, Column, Flags, Moments, Numbers, known
from leadrules.engine.histories import blank
from leadrules.engine.leads import Dated
from leadrules.engine.ranges import offsets_of
from leadrules.engine.zone import SECOND
from leadrules.simulator.attributes import without
from leadrules.simulator.draws import Draws
from leadrules.simulator.people import People
from leadrules.simulator.population import Floats
from leadrules.simulator.world import World

ORDER = ("wrong", "misspelt", "replaced", "missing")  # what comes later shows where several meet


def seen_fields(world: World, draws: Draws, people: People) -> tuple[dict[str, Column], dict[str, Dated]]:
    """The fields of a block's leads as rules see them, and dated values of those that become known later."""
    fields, histories = dict(people.fields), dict[str, Dated]()
    observed = world.scenario.observed
    if observed is None:
        return fields, histories
    for name, dictionary in world.spellings.items():
        column = fields[name]
        assert isinstance(column, Codes)
        fields[name] = Codes(column.codes, dictionary)
    for dirt in sorted(observed.dirt, key=lambda dirt: ORDER.index(dirt.how)):
        fields[dirt.field] = _dirty(dirt, fields[dirt.field], world, draws, people)
    for late in observed.enriched:
        column = fields[late.field]
        fields[late.field], histories[late.field] = blank(column, len(people.ids)), _later(late, column, world, people)
    return fields, histories


def _dirty(dirt: Dirt, column: Column, world: World, draws: Draws, people: People) -> Column:
    """A column with the values of some leads not as they are. What is not known stays so."""
    path = f"observed/{dirt.field}/{dirt.how}"
    hit = known(column) & (draws.uniforms(path, people.ids) < dirt.share.value)
    if dirt.how == "missing":
        return without(column, hit)
    match column:
        case Codes():
            return _texts(dirt, column, hit, world, lambda: draws.uniforms(f"{path}/value", people.ids))
        case Flags(values):
            other = TRUE - values if dirt.how == "wrong" else (TRUE if dirt.value else FALSE)
            return Flags(np.where(hit, other, values))
        case Numbers(values) if isinstance(dirt.value, int | float):
            return Numbers(np.where(hit, float(dirt.value), values))
        case _:
            raise TypeError(f"no {dirt.how} values: {column}")


def _texts(dirt: Dirt, column: Codes, hit: Bools, world: World, u: Callable[[], Floats]) -> Codes:
    """Another value is as likely as any; the misspelt values of a dictionary stand behind the right ones."""
    values = len(world.dictionaries[dirt.field].values)
    codes = column.codes.astype(np.int64)
    match dirt.how:
        case "wrong":
            other = (codes + 1 + np.floor(u() * (values - 1)).astype(np.int64)) % max(values, 1)
        case "misspelt":
            other = codes + values
        case "replaced":
            other = np.full(len(codes), column.dictionary.values.index(str(dirt.value)))
    return Codes(np.where(hit, other, codes).astype(np.int16), column.dictionary)


def _later(late: Enriched, column: Column, world: World, people: People) -> Dated:
    """The known values of a field, each held since its lead's arrival and known some time after it."""
    there = np.flatnonzero(known(column))
    since = world.scenario.start + people.arrival[there] * SECOND
    columns: Mapping[str, Column] = {"value": column.take(there), "since": Moments(since)}
    return Dated(offsets_of(known(column)), since + int(late.delay.value) * SECOND, columns)
