"""One market in which everything that a scenario can say is said, and everything a population holds as plain columns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import World
from tests.test_draws import plain

WHOLE = """
scenario whole "All at once" {
  timezone   Europe/Berlin
  horizon    120 days from 2026-02-02
  arrivals   over 90 days
  landmark   20 days after arrival
  target     won within 60 days
}
lead {
  role      one of head, engineer, buyer
  country   one of germany, france
  industry  one of software, finance
  employees whole number
  budget    money EUR
  runway    duration in days
  email     text
  student   flag
  source    one of ads, organic
  created   time known from
}
event page { path text, seconds duration in seconds }
event form
event mail_sent
event mail_open { campaign text }
event mail_click { link text }
event gone
channels {
  ads     40%, 60 EUR a lead, intent -0.2
  organic 60%, activity 1.3
}
accounts {
  size 3 on average, shape 2
  intent spread 0.4
  same industry
}
everyone {
  role from place in account { head 1; engineer rest }
  country { germany 60%; france 40% }
  industry { software 55%; finance 45% }
  employees by industry {
    software: lognormal median 40 spread 1.2
    else: lognormal median 300 spread 1, unknown 20%
  }
  employees unknown by employees { under 20: 40%; else: 5% }
  budget lognormal median 5_000 EUR spread 0.8
  runway evenly 10 days to 90 days
  email { "one.example" 70%; "two.example" 30% }
  student 3%
  source from channel
}
persona keen 45% { intent 0.5 }
persona calm 35% {
  activity 0.7
  in aware { visits 0.4 per day; lasts gamma mean 12 days shape 2.5 }
  in mail news { clicked as mail_click link "/calm" 20% }
}
persona pupil 12% never buys {
  student 60%
  channels { organic 100% }
}
persona crawler 8% never buys {
  in aware {
    visits 3 per week
    each visit has 9 events on average, gaps median 1 second spread 0.3
    events { page path "/" 100% }
    then lost 100%
  }
  in mail news {
    opened as mail_open campaign "news" 100%, after exactly 2 seconds
    clicked as mail_click link "/price" 100%, after exactly 1 second
  }
}
intent {
  spread 0.8
  by role { head: 0.5; engineer: 0; else: 0.1; unknown: 0 }
  student -1
}
activity { gamma spread 0.7; correlation with intent 0.3 }
correlate employees with budget 0.45
correlate budget with intent 0.3
sources { "intent.spread": 0.6 to 1.2, "a guess" }
stage aware {
  lasts lognormal median 10 days spread 0.8, faster with intent 0.15, at least 1 hour
  visits 0.25 per day
  each visit has 2.4 events on average, gaps median 70 seconds spread 1
  events { page path "/" seconds 40 seconds 60%; page path "/price" 30%; form 10% }
  then talk logit -0.1 + 0.6 * intent - 0.5 * student by role { head: 0.4; else: 0 }, no_decision logit -1, else lost
}
stage talk {
  at most 3 times
  lasts mixture { 70% gamma mean 9 days shape 2.5; 30% as in { 0%: 1 day; 50%: 15 days; 100%: 40 days } }, at least 1 day
  at most 25 days, then no_decision
  at most exponential mean 90 days, then lost
  visits 0.3 per day
  events { page path "/" 50%; form 50% }
  then trial logit 0.6 + 0.7 * intent, won logit -1, else lost
}
stage trial {
  lasts log-logistic median 6 days shape 3
  visits 2 per week
  events { page path "/price" 100% }
  then won logit 0.2 + 0.6 * intent, talk logit -0.3, else lost
}
mail news {
  every 7 days at 02:30 from 2026-02-03
  to leads in aware, talk
  sent as mail_sent
  opened as mail_open campaign "news" logit -0.7 + 0.6 * intent, after lognormal median 3 hours spread 1.5
  clicked as mail_click link "/price" logit -1 + 0.5 * intent, after exponential mean 1 minute
  clicked as mail_click link "/webinar" 8%
  unsubscribed as gone 3%
  machine opens 45% of leads
  scanner clicks 10% of leads
}
mail welcome {
  1 hour, 3 days after arrival
  to all leads
  opened as mail_open campaign "welcome" 45%
}
value lognormal median 9_000 EUR spread 0.5 {
  by employees { under 50: 0.5; 50 and over: 2; unknown: 0.8 }
  more with intent 0.2
  retention 75% every 365 days
}
sales {
  capacity 4 per day
  hours monday to friday 9:00 to 18:00
  expire after 7 days
  reached 60%, half-life 2 days
  effect 1.2 logit, half-life 3 days
  in aware times 0.5
  persona pupil times 0.7
  call costs 25 EUR
  hour costs 40 EUR
}
calendar {
  monday to friday 1
  saturday 0.3
  sunday 0
  hours { 2:00 to 3:00 0.4; 8:00 to 18:00 1; else 0.1 }
  zones { Europe/Berlin 60%; America/New_York 30%; Asia/Kolkata 10% }
  holiday 2026-04-03 to 2026-04-06 0 in Europe/Berlin
  campaign launch 2026-03-01 to 2026-03-05 { arrivals times 2; visits times 1.8 }
  trend { 2026-02-02 1; 2026-04-01 1.5 }
}
from 2026-03-10 { persona pupil 30% }
from 2026-03-20 by 2026-04-05 { visits times 0.6; arrivals times 1.2 }
observed {
  without consent 10%, except form
  blocked 20% of leads, 60% of events, except form
  lost 4%
  lost mail_open 9%
  filtered 50% of crawler
  identified by form, never 20%
  duplicated 5%, new id 30%
  late 8% lognormal median 6 hours spread 1
  clock off by 30 seconds
  country wrong 4%
  industry misspelt 3%
  email replaced by "gmail.com" 20%
  student missing 5%
  budget known 3 days after arrival
}
"""
RULES = """
ruleset card { timezone Europe/Berlin }
lead {
  role one of head, engineer, buyer
  country one of germany, france
  employees whole number
  budget money EUR
  email text
  student flag
}
event page { path text }
event form
event mail_open { campaign text }
event mail_click { link text }
score points {
  decay half-life 9 days
  criteria {
    page 4 each page, at most 20
    price 3 each page where path is "/price"
    form 9 each form, at most 2
    open 2 each mail_open
    click 5 each mail_click where link is "/price"
  }
}
score fit { criteria {
  head 8 when role is head
  size 6 when employees >= 100
  rich 7 when budget > 6_000 EUR
  free -5 when email is "gmail.com"
  student -20 when student
} }
score total = points + fit
thresholds { hot when total >= 22; warm when total >= 10; cold otherwise }
"""


def rows_of(population: Population, first: int) -> Iterator[tuple[str, Any, Any]]:
    """Every column of a population: its name, the number of the lead of each row, and the rows.

    Positions in the block become numbers that do not depend on it, so that blocks can be put behind each other.
    """
    leads, truth, happenings, log = population.leads, population.truth, population.happenings, population.log
    ids = np.arange(first, first + len(leads))
    assert truth.money is not None and log is not None
    for name in truth.__struct_fields__:
        if name not in ("money", "entered"):
            yield f"truth/{name}", ids, getattr(truth, name)
    for stage, entered in enumerate(truth.entered):
        yield f"truth/entered/{stage}", ids, entered
    for name in truth.money.__struct_fields__:
        yield f"money/{name}", ids, getattr(truth.money, name)
    for name, column in leads.fields.items():
        yield f"fields/{name}", ids, plain(column)
    for name, dated in leads.histories.items():
        lead = np.repeat(ids, np.diff(dated.offsets))
        yield f"histories/{name}/time", lead, dated.time
        for key, column in dated.columns.items():
            yield f"histories/{name}/{key}", lead, plain(column)
    yield "merged", ids, log.merged
    lead = np.repeat(ids, happenings.counts)
    yield "happenings/tick", lead, happenings.tick
    yield "happenings/action", lead, happenings.action
    begins = np.cumsum(happenings.counts) - happenings.counts
    yield "log/event", ids[log.lead], log.event - begins[log.lead]
    for name in ("delivery", "time", "known_at", "anonymous"):
        yield f"log/{name}", ids[log.lead], getattr(log, name)
    events = leads.events
    lead = np.repeat(ids, np.diff(events.offsets))
    yield "events/time", lead, events.time
    yield "events/kind", lead, events.kinds
    yield "events/known_at", lead, events.time if events.known_at is None else np.maximum(events.known_at, events.time)
    for kind, told in events.of_type.items():
        for key, column in told.properties.items():
            yield f"properties/{kind}/{key}", lead[told.rows], plain(column)
    for stay in population.stays:
        for name in ("visit", "start", "end"):
            yield f"stays/{stay.stage}/{name}", ids[stay.who], getattr(stay, name)


def whole(world: World, seed: int, cuts: Sequence[int]) -> dict[str, tuple[Any, Any]]:
    """The columns of leads that are simulated in blocks: of each row its lead and its value, by lead."""
    parts: dict[str, list[tuple[Any, Any]]] = {}
    for a, b in itertools.pairwise(cuts):
        for name, lead, values in rows_of(simulate(world, Draws(seed), a, b), a):
            parts.setdefault(name, []).append((lead, values))
    found = {}
    for name, rows in parts.items():
        lead, values = (np.concatenate(column) for column in zip(*rows, strict=True))
        order = np.argsort(lead, kind="stable")
        found[name] = lead[order], values[order]
    return found
