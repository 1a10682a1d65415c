"""Scenario to what is the same for all people of a market: the order of their fields, what goes together, sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from msgspec import Struct

from leadrules.dsl.expression.model import FLAG, ByField, Field
from leadrules.dsl.scenario.correlation import matrix_of, names_of, pairs_of, repaired, weights_of
from leadrules.dsl.scenario.model import By, Hiding, Persona, ScenarioModel, Sizes
from leadrules.engine.columns import TRUE, UNKNOWN, Floats
from leadrules.engine.compile_conditions import Compiler
from leadrules.engine.compile_tables import compile_by_field
from leadrules.engine.moment import Frame
from leadrules.simulator.population import Floats as Shares

LARGEST_ACCOUNT = 8_192

Rows = Callable[[Frame], Floats]


class PeopleWorld(Struct, frozen=True):
    """What is worked out once about the people of a market.

    `order`: fields, each after those its law asks for. `weights`: of each thing that is correlated, the weights of the
    independent normal draws it is made of, its own last. `rows`: for the position of a persona and a field, which row of
    its law holds each lead. `hidden`: for a field, of each persona which row says how often it is unknown, and the
    shares of the rows. `sizes`: the distribution function of the others in an account, from none on.
    """

    order: tuple[Field, ...]
    weights: Mapping[str, tuple[tuple[str, float], ...]]
    rows: Mapping[tuple[int, str], Rows]
    hidden: Mapping[str, tuple[tuple[Rows, Shares] | None, ...]]
    sizes: Shares | None


def build_people(scenario: ScenarioModel, compiler: Compiler) -> PeopleWorld:
    """What is worked out once about the people of a scenario."""
    fields = {field.name: field for field in scenario.fields if field.name != scenario.known_from}
    personas = scenario.personas
    return PeopleWorld(
        order=tuple(fields[name] for name in order_of_fields(tuple(fields), personas)),
        weights=_weights(scenario),
        rows={
            (number, name): numbers_by(origin.table, compiler)
            for number, persona in enumerate(personas)
            for name, origin in persona.attributes.items()
            if isinstance(origin, By)
        },
        hidden={
            name: tuple(_hiding(persona.hidden.get(name), compiler) for persona in personas)
            for name in fields
            if any(name in persona.hidden for persona in personas)
        },
        sizes=_sizes(scenario.sizes) if scenario.sizes else None,
    )


def _weights(scenario: ScenarioModel) -> dict[str, tuple[tuple[str, float], ...]]:
    """By the triangle of Cholesky, of the nearest matrix that has one."""
    names = names_of([field.name for field in scenario.fields], scenario.correlations)
    matrix = matrix_of(names, pairs_of(scenario.correlations, scenario.correlation))
    triangle = weights_of(matrix) or weights_of(repaired(matrix))
    assert triangle, "a repaired matrix of correlations has a triangle"
    rows = zip(names, triangle, strict=True)
    return {name: tuple((n, w) for n, w in zip(names, row, strict=True) if w) for name, row in rows}


def numbers_by(table: ByField, compiler: Compiler) -> Rows:
    """The number of the row that holds each lead, of a table by a flag too."""
    if table.subject.type != FLAG:
        return compile_by_field(table, compiler)
    holds = compiler.holds(table.subject)
    answers = {row.values[0]: row.number for row in table.rows if hasattr(row, "values")}
    yes, no = (answers.get(answer, table.otherwise) for answer in (1.0, 0.0))

    def numbers(frame: Frame) -> Floats:
        truth = holds(frame)
        return np.where(truth == TRUE, yes, np.where(truth == UNKNOWN, table.unknown, no))

    return numbers


def _hiding(hiding: Hiding | None, compiler: Compiler) -> tuple[Rows, Shares] | None:
    if hiding is None:
        return None
    return numbers_by(hiding.table, compiler), np.array([*(share.value for share in hiding.shares), 0.0])


def _sizes(law: Sizes) -> Shares:
    """The negative binomial distribution function, by its recursion: p(k + 1) = p(k) (k + r) / (k + 1) (1 - p)."""
    r, mean = law.shape.value, law.mean.value - 1.0
    p, k = r / (r + mean), np.arange(LARGEST_ACCOUNT - 1)
    found: Shares = np.cumsum(p**r * np.cumprod(np.concatenate([[1.0], (k + r) / (k + 1) * (1.0 - p)])))
    return found


def order_of_fields(names: Sequence[str], personas: Sequence[Persona]) -> tuple[str, ...]:
    """Fields in an order in which each comes after those that its law asks for, as declared where it makes no odds."""
    asks = {
        name: {o.table.subject.name for p in personas if isinstance(o := p.attributes.get(name), By)} for name in names
    }
    found: list[str] = []
    waiting = list(names)
    while ready := [name for name in waiting if not asks[name] & set(waiting) - {name}]:
        found += ready
        waiting = [name for name in waiting if name not in ready]
    return (*found, *waiting)
