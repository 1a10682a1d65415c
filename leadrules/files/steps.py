"""Transitions to tables: JSON lines, CSV, Parquet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from leadrules.engine.transitions import Transitions
from leadrules.files.results import Format, Sheet
from leadrules.report.transitions import actions_at, cause_of


def sheet_of_transitions(parts: Sequence[Transitions], format: Format) -> Sheet:
    """A row for each step: `lead`, `time`, `from` (empty for the first), `to`, `cause`, `actions`, and each score.

    `time` is UTC, in texts as `2026-01-31T09:00:00.000000Z`. `actions` is a list of what the rules say is to be done,
    in CSV one text, `; ` between them.
    """
    names = np.array([*parts[0].tier_names, None], object)
    time = np.concatenate([part.time for part in parts]).astype("datetime64[us]")
    actions = [actions_at(part, row) for part in parts for row in range(len(part))]
    columns = {
        "lead": np.concatenate([part.ids.astype(object) for part in parts]),
        "time": np.datetime_as_string(time, unit="us", timezone="UTC").astype(object),
        "from": names[np.concatenate([part.before for part in parts])],
        "to": names[np.concatenate([part.after for part in parts])],
        "cause": _objects([cause_of(part, row) for part in parts for row in range(len(part))]),
        "actions": _objects(["; ".join(done) for done in actions] if format == "csv" else actions),
    }
    times = {"time": "TIMESTAMPTZ"} if format == "parquet" else {}
    types = dict.fromkeys(columns, "VARCHAR") | {"actions": "VARCHAR" if format == "csv" else "VARCHAR[]"} | times
    for name in parts[0].scores:
        columns[name] = np.round(np.concatenate([part.scores[name] for part in parts]), 6) + 0.0
        types[name] = "DOUBLE"
    return Sheet(columns, types)


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    found = np.empty(len(values), object)
    for place, value in enumerate(values):
        found[place] = value
    return found
