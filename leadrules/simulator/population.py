"""Leads and what became of them: the journeys of a block of leads, and the truth that no rule sees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.leads import Leads

Ticks = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int16]


class Money(Struct, frozen=True):
    """What each lead pays if it is won: `deal` in each of so many `periods`, at once and at each renewal. Shapes (leads,)."""

    deal: Floats
    periods: Floats

    @property
    def worth(self) -> Floats:
        """All that a lead pays."""
        return self.deal * self.periods


class Ledger(Struct, frozen=True):
    """The truth about each lead. Shapes (leads,) unless said otherwise; ticks are seconds since the market's start.

    `persona` and `account`: numbers. `intent`: in logits, everything in it. `activity`: how many times as active as
    others. `arrival`: tick. `outcome`: position in the outcomes of a scenario, reached at tick `ended`, whether or not
    the horizon is over by then and whatever sales do: untreated. `entered` (stages, leads): tick of the first entry, -1
    where a lead never comes; later visits of a stage are among the stays of a `Population`. `stage_at_landmark`:
    position of the stage a lead is in at its landmark, -1 where its journey has ended. `channel`: number of the channel
    it came by, 0 in a market without channels.

    `chance`: P(won) given intent, fields, that stage, how often the lead has been in each stage with a bound, and, where
    clocks run in that stage, how long it has been there; at its landmark, and 1 or 0 where it has ended. In closed form
    where every clock runs for a fixed time, else by quadrature, with an error below 1e-6.
    `money`: None where the market does not say what a lead is worth.
    """

    persona: Small
    account: npt.NDArray[np.int64]
    intent: Floats
    activity: Floats
    arrival: Ticks
    outcome: Small
    ended: Ticks
    entered: Ticks
    landmark: Ticks
    stage_at_landmark: Small
    chance: Floats
    channel: Small
    money: Money | None = None


class Happenings(Struct, frozen=True):
    """Events of a block, sorted by lead, tick and action: how many each lead has (leads,), their ticks and actions."""

    counts: Ticks
    tick: Ticks
    action: Ticks


class Stay(Struct, frozen=True):
    """Leads (positions in the block) that come to a stage, and the ticks between which they are in it.

    `visit`: how often each has been there before. All but `stage` of shape (stays,).
    """

    stage: int
    who: Ticks
    visit: Small
    start: Ticks
    end: Ticks


ONCE, AGAIN, ANEW = 0, 1, 2
UNMERGED = -1


class Log(Struct, frozen=True):
    """What arrives of the happenings, a row for each delivery, by lead, then by what happened.

    `event`: rows of the happenings. `lead`: positions in the block. `delivery`: `ONCE`, or a double of the row before,
    with the same id (`AGAIN`) or its own (`ANEW`). `time` and `known_at`: ticks as the clock of the lead and that of the
    receiver show them; `time` may be negative. `anonymous`: whether it bears the lead's anonymous id. All (rows,).
    `merged` (leads,): tick from which on that id is known to be the lead's, `UNMERGED` where it never is or has no rows.
    """

    event: Ticks
    lead: Ticks
    delivery: npt.NDArray[np.int8]
    time: Ticks
    known_at: Ticks
    anonymous: npt.NDArray[np.bool_]
    merged: Ticks


class Population(Struct, frozen=True):
    """Leads as rules see them, the truth about them and all that happened; the actions of a world know their cause.

    `stays` are all stays of their journeys, also those after the horizon; of one lead in the order of time. `log`: what arrives of the
    happenings, where that is not all at once.
    """

    leads: Leads
    truth: Ledger
    happenings: Happenings
    stays: tuple[Stay, ...]
    log: Log | None = None
