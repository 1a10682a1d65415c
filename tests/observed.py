"""The reference of what is seen: one lead after the other, one event after the other, in plain Python.

The numbers of `DIRTY` stand here a second time, so that reading them wrongly shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from scipy import stats

from tests.test_draws import uniform

DIRTY = """
scenario dirty {
  timezone Europe/Warsaw
  horizon 200 days from 2026-01-05
  arrivals over 120 days
  landmark 30 days after arrival
}
lead {
  industry  one of software, finance, retail
  employees whole number
  domain    text
  customer  flag
  budget    money EUR
  runway    duration in days
  created   time known from
}
event page { path text }
event demo { seats whole number }
event form
everyone {
  industry { software 40%; finance 25%; retail 20%; unknown 15% }
  employees lognormal median 120 spread 1.1, unknown 15%
  domain { "one.example" 50%; "two.example" 50% }
  customer 25%
  budget normal mean 5_000 EUR spread 900 EUR
  runway evenly 10 days to 90 days
}
persona champion 60% { intent 0.5 }
persona crawler 40% never buys { activity 2 }
accounts { size 3 }
activity { spread 0.5 }
stage aware {
  lasts lognormal median 15 days spread 0.9
  visits 0.3 per day
  each visit has 2.9 events on average, gaps median 1 second spread 1
  events { page path "/" 50%; page path "/pricing" 20%; demo seats 3 10%; form 20% }
  then decide 30%, else lost
}
stage decide {
  lasts exponential mean 12 days
  visits 0.8 per day
  events { page path "/pricing" 50%; demo seats 5 50% }
  then won 40%, else lost
}
observed {
  without consent 15%, except form
  blocked 20% of leads, 60% of events, except form, demo
  lost 6%
  lost demo 12%
  filtered 70% of crawler
  identified by form, never 20%
  duplicated 8%, new id 30%
  late 15% lognormal median 6 hours spread 1
  clock off by 30 seconds
  industry wrong 8%
  industry misspelt 6%
  domain replaced by "free.example" 20%
  employees missing 5%
  customer wrong 10%
  budget known 3 days after arrival
}
"""
PAGE, DEMO, FORM = range(3)
CRAWLER = 1
WRONG = {"software": "finance", "finance": "retail", "retail": "software"}
MISSPELT = {"software": "softare", "finance": "finnce", "retail": "retil"}


class Seen(NamedTuple):
    """A row of the log: which of the lead's events it is, which double of it, its two times, and whose it seems to be."""

    event: int
    delivery: int
    time: int
    known_at: int
    anonymous: bool


class Happened(NamedTuple):
    """An event of the truth: its tick and its type."""

    tick: int
    kind: int


class Lead:
    """One lead, with its draws."""

    def __init__(self, seed: int, lead: int) -> None:
        self.seed, self.lead = seed, lead

    def u(self, cause: str, k: int = 0) -> float:
        return uniform(self.seed, f"observed/{cause}", self.lead, k)

    def log(self, persona: int, happened: Sequence[Happened]) -> tuple[list[Seen], int]:
        """What is seen of the events of a lead, and from which tick on its anonymous id is known to be its own."""
        arrived = [n for n, event in enumerate(happened) if self.arrives(persona, event, self.number(happened, n))]
        form = min((happened[n].tick for n in arrived if happened[n].kind == FORM), default=math.inf)
        off = round(30 * float(stats.norm.ppf(self.u("clock"))))
        rows = []
        for n in arrived:
            tick, k = happened[n].tick, self.number(happened, n)
            delay = 0
            if self.u("late", k) < 0.15:
                delay = math.floor(6 * 3600 * math.exp(float(stats.norm.ppf(self.u("late/by", k)))))
            deliveries = [0]
            if self.u("duplicated", k) < 0.08:
                deliveries.append(2 if self.u("duplicated/new_id", k) < 0.30 else 1)
            rows += [Seen(n, each, tick + off, tick + delay, tick < form) for each in deliveries]
        never = form == math.inf or self.u("identified/never") < 0.20
        return rows, -1 if never or not any(row.anonymous for row in rows) else int(form)

    def number(self, happened: Sequence[Happened], n: int) -> int:
        """What tells an event of a lead apart: its tick, and its place among those of one tick."""
        tick = happened[n].tick
        return tick + (sum(event.tick == tick for event in happened[:n]) << 33)

    def arrives(self, persona: int, event: Happened, k: int) -> bool:
        if self.u("consent") < 0.15 and event.kind != FORM:
            return False
        if self.u("blocked") < 0.20 and event.kind == PAGE and self.u("blocked/events", k) < 0.60:
            return False
        if self.u("lost", k) < (0.12 if event.kind == DEMO else 0.06):
            return False
        return not (persona == CRAWLER and self.u("filtered") < 0.70)

    def industry(self, true: str | None) -> str | None:
        if true is None:
            return None
        seen = true
        if self.u("industry/wrong") < 0.08:
            seen = WRONG[true] if self.u("industry/wrong/value") < 0.5 else WRONG[WRONG[true]]
        return MISSPELT[seen] if self.u("industry/misspelt") < 0.06 else seen

    def domain(self, true: str) -> str:
        return "free.example" if self.u("domain/replaced") < 0.20 else true

    def employees(self, true: float) -> float:
        return math.nan if self.u("employees/missing") < 0.05 else true

    def customer(self, true: bool) -> bool:
        return true != (self.u("customer/wrong") < 0.10)
