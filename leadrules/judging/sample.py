"""The leads by which rule sets are judged, and what became of them: one row each, whatever rules they are scored by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import WON, ScenarioModel
from leadrules.engine.columns import Codes
from leadrules.engine.leads import Leads
from leadrules.judging.censoring import Censoring, allowing
from leadrules.judging.figure import Figure, share_of
from leadrules.simulator.population import Floats, Ledger

Bools = npt.NDArray[np.bool_]
Ticks = npt.NDArray[np.int32]


class Sample(Struct, frozen=True):
    """Leads and the truth about them, in the order of their numbers. All (leads,) unless said otherwise.

    `account`: numbers from 0 without large gaps. `segments`: fields and persona by name, codes of few values (-1 where
    not known), with what the codes stand for in `labels`. Times in seconds since the market's start: `arrival`,
    `landmark`, `ended` (of what becomes of a lead untreated, after the horizon too), `entered` (stages, leads; -1 where a
    lead never comes). `outcome`: position in the outcomes of a scenario; `won` says whether it is the first of them.
    `judged`: still open at its landmark, and that within the horizon. `target`: won within the window after it.
    `chance`: P(won) as things stand at the landmark; None where nobody knows, as in a real log. `worth`: what it pays
    if it is won; 0 where that is not said. `weight`: how many leads each stands for, where some are not followed up for
    long enough (inverse probability of censoring); None where each stands for itself. `ids`: what a log calls each;
    None where that is its number, as in a market. `censoring`: where the weights come from; None but in a log. `cost`: what it cost to come
    by each, by its channel, and `periods`: how many a lead pays for if it is won; None where the market does not say. `start`: the
    instant that times are counted from, in microseconds UTC, and `timezone` whose dates it is told in.
    """

    account: npt.NDArray[np.int64]
    arrival: Ticks
    landmark: Ticks
    ended: Ticks
    outcome: npt.NDArray[np.int8]
    entered: Ticks
    judged: Bools
    target: Bools
    chance: Floats | None
    worth: Floats
    segments: Mapping[str, npt.NDArray[np.int16]]
    labels: Mapping[str, tuple[str, ...]]
    stages: tuple[str, ...]
    horizon: int
    weight: Floats | None = None
    ids: npt.NDArray[np.object_] | None = None
    cost: Floats | None = None
    periods: Floats | None = None
    censoring: Censoring | None = None
    start: int = 0
    timezone: str = "UTC"

    def __len__(self) -> int:
        return len(self.account)

    def id_of(self, row: int) -> str:
        """What the lead of a row is called."""
        return str(row if self.ids is None else self.ids[row])

    @property
    def won(self) -> Bools:
        """Who wins at all if nobody calls."""
        found: Bools = self.outcome == WON
        return found

    @property
    def likely(self) -> Floats:
        """What stands for the outcome where it may be smoothed: P(won) if that is known, else whether it was won in time."""
        return self.chance if self.chance is not None else self.target.astype(np.float64)

    def share(self, hits: Bools, among: Bools) -> Figure | None:
        """The share of some of the judged leads that something holds of, by weight."""
        return allowing(share_of(hits, among, self.weight), self.censoring)


def sampled(scenario: ScenarioModel, leads: Leads, truth: Ledger) -> Sample:
    """The sample of one block of a simulated market."""
    late = truth.landmark >= int(scenario.horizon.value)
    judged = ~late & (truth.stage_at_landmark >= 0)
    by = truth.landmark + int(scenario.window.value)
    won = truth.outcome == WON
    personas = tuple(persona.name for persona in scenario.personas)
    fields = {name: column for name, column in leads.fields.items() if isinstance(column, Codes)}
    fields = {name: column for name, column in fields.items() if len(column.dictionary.values) <= 12}
    return Sample(
        account=truth.account.astype(np.int64),
        arrival=_small(truth.arrival),
        landmark=_small(truth.landmark),
        ended=_small(truth.ended),
        outcome=truth.outcome.astype(np.int8),
        entered=_small(truth.entered),
        judged=judged,
        target=judged & won & (truth.ended <= by),
        chance=truth.chance,
        worth=truth.money.worth if truth.money else np.zeros(len(won)),
        segments={
            "persona": truth.persona.astype(np.int16),
            **{name: column.codes.astype(np.int16) for name, column in fields.items()},
        },
        labels={"persona": personas, **{name: column.dictionary.values for name, column in fields.items()}},
        stages=tuple(scenario.stages),
        horizon=int(scenario.horizon.value),
        cost=_costs(scenario)[truth.channel] if _costs(scenario).any() else None,
        periods=truth.money.periods if truth.money and scenario.value and scenario.value.retention else None,
        start=scenario.start,
        timezone=scenario.timezone,
    )


def _costs(scenario: ScenarioModel) -> Floats:
    """What a lead of each channel costs."""
    return np.array([channel.cost.value for channel in scenario.channels] or [0.0])


def _small(ticks: npt.NDArray[np.int64]) -> Ticks:
    return np.minimum(ticks, np.iinfo(np.int32).max).astype(np.int32)
