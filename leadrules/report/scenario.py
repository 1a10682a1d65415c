"""Descriptions of markets in words: what is expected beside what was simulated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from leadrules.dsl.quantity import DAY, SECOND, show_count, show_duration
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.zone import Zone
from leadrules.report.grid import Grid, draw_grid
from leadrules.report.laws import of_personas, show_stay, show_visits
from leadrules.simulator.expected import Description, Figure, Snapshot
from leadrules.simulator.normal import normal

ONE_IN = 20
EVENTS = {"visits": "events of visits, per lead", "mails": "events of mails, per lead"}
TIMES = {"10%": "a tenth of winners within", "median": "half of winners within", "90%": "nine tenths of winners within"}


def draw_description(found: Description, scenario: ScenarioModel, width: int = 100) -> str:
    """The description as text for the terminal."""
    tables = [draw_grid(grid, width) for grid in (_stages(found, scenario), _states(found), _figures(found))]
    title = f"{found.scenario}: {found.title}" if found.title else found.scenario
    return "\n".join([title, *_definition(found), "", "\n\n".join(tables), "", *_notes(found)])


def _definition(found: Description) -> Iterator[str]:
    yield f"{found.leads:,} leads simulated with seed {found.seed}, over {show_duration(found.horizon * SECOND)}."
    if found.sorts:
        yield f"Expected figures are worked out without a draw, for {show_count(found.sorts, 'sort')} of leads."
    for limit in found.limits:
        yield f"By simulation only: {limit}."


def _stages(found: Description, scenario: ScenarioModel) -> Grid:
    """The stages, with where their leads go."""
    rows = []
    for stage in scenario.stages:
        ways = [f"{way.target} {_best(way.figure):.1%}" for way in found.ways if way.source == stage]
        lasts, visits = of_personas(scenario, stage, show_stay), of_personas(scenario, stage, show_visits)
        rows.append((stage, lasts, visits, ", ".join(ways)))
    return Grid(("stage", "lasts", "visits", "leads go to"), rows, ())


def _best(figure: Figure) -> float:
    return figure.simulated.value or 0.0 if figure.expected is None else figure.expected


def _states(found: Description) -> Grid:
    """Where leads are at each date: expected, simulated, and z."""
    names = [figure.name for figure in found.snapshots[0].figures]
    columns = [[_cell(figure) for figure in snapshot.figures] for snapshot in found.snapshots]
    rows = [(name, *(column[n] for column in columns)) for n, name in enumerate(names)]
    heads = ("of all leads are in", *(_date(found, snapshot) for snapshot in found.snapshots))
    return Grid(heads, rows, range(1, len(heads)))


def _date(found: Description, snapshot: Snapshot) -> str:
    if snapshot.seconds * SECOND < DAY:
        return f"after {show_duration(snapshot.seconds * SECOND)}"
    instant = np.array([found.start + int(snapshot.seconds) * 1_000_000])
    day = np.datetime64(int(Zone(found.timezone).day(instant)[0]), "D")
    return f"{day}, day {snapshot.seconds * SECOND / DAY:g}"


def _cell(figure: Figure) -> str:
    seen = "–" if figure.simulated.value is None else f"{figure.simulated.value:.1%}"
    if figure.expected is None:
        return f"– / {seen}"
    return f"{figure.expected:.1%} / {seen} ({_z(figure)})"


def _figures(found: Description) -> Grid:
    heads = ("figure", "expected", "simulated", "95 % interval", "z")
    return Grid(heads, [*_rows(found)], (1, 2, 4))


def _rows(found: Description) -> Iterator[tuple[str, ...]]:
    for figure in found.wins:
        yield figure.name, *_row(figure)
    for figure in found.times:
        if figure.expected is None and figure.simulated.value is None:
            continue  # nobody wins
        yield TIMES[figure.name], *_row(figure)
    for figure in found.events:
        yield EVENTS.get(figure.name, f"  {figure.name}"), *_row(figure)


def _row(figure: Figure) -> tuple[str, str, str, str]:
    seen = figure.simulated
    expected = "–" if figure.expected is None else _value(figure, figure.expected)
    if seen.value is None or seen.low is None or seen.high is None:
        return expected, "–", "", "–"
    interval = f"{_value(figure, seen.low)} to {_value(figure, seen.high)}"
    return expected, _value(figure, seen.value), interval, _z(figure)


def _value(figure: Figure, value: float) -> str:
    match figure.unit:
        case "share":
            return f"{value:.1%}"
        case "per lead":
            return f"{value:.2f}"
        case _:
            days = value * SECOND / DAY
            return f"{days:.1f} days" if days >= 2 else f"{days * 24:.1f} hours"


def _z(figure: Figure) -> str:
    return "–" if figure.z is None else f"{figure.z:+.1f}"


def _notes(found: Description) -> Iterator[str]:
    each = [abs(figure.z) for figure in found.figures if figure.z is not None]
    yield "At each date: expected / simulated (z)."
    if each:
        limit = float(normal(np.array([1.0 - 0.5 / ONE_IN / len(each)]))[0])
        yield "z: how many standard errors the simulated figure lies above the expected one."
        yield f"The largest of {len(each)} is {max(each):.1f}; by chance one passes {limit:.1f} in about 1 of {ONE_IN} seeds."
