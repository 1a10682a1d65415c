"""Plans and the leads of a log to sample and ratings: several rule sets tried on what really happened.

A rule set sees of a lead what was known at its landmark, and nothing of what came later. Whom sales called when the log
was written is in its outcomes, and cannot be taken out of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.scenario.model import WON
from leadrules.engine.as_of import arrivals, show_instant
from leadrules.engine.columns import NEVER, Codes
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.zone import LATEST, SECOND
from leadrules.judging import ratings
from leadrules.judging.backtest import Backtest
from leadrules.judging.censoring import Censoring, censoring
from leadrules.judging.follow_paths import paths_of
from leadrules.judging.landmarks import Landmarks
from leadrules.judging.outcomes import OPEN, Outcomes
from leadrules.judging.ratings import Ratings, rated
from leadrules.judging.sample import Sample
from leadrules.judging.try_rules import REPLAYED
from leadrules.judging.volume import Volume
from leadrules.judging.without import Without, score_without
from leadrules.simulator.hot import last_looks

Times = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FEW_VALUES = 12
NEVER_KNOWN, NOT_YET, LATE = "it is not known when they came", "they are not yet known", "the log ends before"
MERGED, DECIDED = "they have gone into another lead by then", "they are decided by then"


class Terms(Struct, frozen=True):
    """When leads are looked at, what for, and how far the log reaches: `window` in microseconds, `until` an instant."""

    landmarks: Landmarks
    window: int
    until: int


class TriedLog(Struct, frozen=True):
    """Rule sets tried on a log: a row for each lead and landmark, what each rule set says of it, and what that rests on.

    `volumes`: the ways of all leads under each, empty where not all have tiers, or the log has no times.
    """

    sample: Sample
    ratings: tuple[Ratings, ...]
    backtest: Backtest
    volumes: tuple[Volume, ...]


class Look(Struct, frozen=True):
    """One look at all leads: when (leads,), at which of them (rows), and why not at others."""

    at: Times
    rows: Times
    left_out: Mapping[str, int]


class TooLong(Exception):
    """No lead is followed up for the whole window, so that nobody can say who does not win in it."""


def try_log(plans: Sequence[Plan], logs: Sequence[Leads], outcomes: Outcomes, terms: Terms) -> TriedLog:
    """The leads of a log as each of some rule sets sees them, each reading them in its own way, in the same order.

    Since when a lead is known is what the first of them says. Raises `TooLong`.
    """
    plan, leads = plans[0], logs[0]
    known, zone = arrivals(plan, leads), plan.model.timezone
    looks = [_look(at, known, leads, outcomes, terms) for at in terms.landmarks.of(known, terms.until, zone)]
    own = list(dict.fromkeys(map(id, plans)))
    rates = [_rated(plans[place], logs[place], looks) for place in (list(map(id, plans)).index(one) for one in own)]
    sample, found = _sample(looks, known, leads, outcomes, terms)
    sample = replace(sample, timezone=zone)
    volumes = _volumes(plans, logs, known, terms.until)
    backtest = Backtest(
        leads=len(leads),
        looks=sum(len(look.rows) + sum(look.left_out.values()) for look in looks),
        left_out=dict(sum((Counter(look.left_out) for look in looks), Counter[str]())),
        open=int(np.count_nonzero(~sample.judged)),
        heaviest=float(found.weight.max(initial=1.0)) if found else 1.0,
        landmark=terms.landmarks.show(zone),
        until=f"{show_instant(terms.until, zone)} {zone}" if terms.until < LATEST else "",
        dated=outcomes.dated,
        undated={},
        ways=(len(volumes[0].account), f"{show_instant(volumes[0].start, zone)} {zone}") if volumes else None,
    )
    return TriedLog(sample, tuple(rates[own.index(id(each))] for each in plans), backtest, volumes)


def _volumes(plans: Sequence[Plan], logs: Sequence[Leads], known: Times, until: int) -> tuple[Volume, ...]:
    """The ways of the leads that are known by the end of the log, from the first of them on."""
    there = np.flatnonzero((known != NEVER) & (known < until))
    if until >= LATEST or not len(there) or not all(len(plan.tiers) > 1 for plan in plans):
        return ()
    start = int(known[there].min())
    arrival = np.where(known == NEVER, 0, np.maximum(known - start, 0)) // SECOND
    account = np.unique(logs[0].accounts[there], return_inverse=True)[1].astype(np.int64)
    found: dict[int, Volume] = {}
    for plan, leads in zip(plans, logs, strict=True):
        if id(plan) not in found:
            paths = paths_of(plan, leads, start, arrival, last_looks(leads, until + 1)).take(there)
            names = tuple(tier.name for tier in plan.tiers)
            found[id(plan)] = Volume(account, names, paths, max(1, (until - start) // SECOND), start)
    return tuple(found[id(plan)] for plan in plans)


def _look(at: Times, known: Times, leads: Leads, outcomes: Outcomes, terms: Terms) -> Look:
    """The leads that are there and undecided; every other one has the first reason that holds of it."""
    reasons = {
        NEVER_KNOWN: at == NEVER,
        NOT_YET: known > at,
        LATE: at >= terms.until,
        MERGED: leads.merged_by(at),
        DECIDED: outcomes.dated & (outcomes.kind != OPEN) & (outcomes.at <= at),
    }
    there, left_out = np.ones(len(at), bool), {}
    for reason, holds in reasons.items():
        left_out[reason] = int(np.count_nonzero(there & holds))
        there &= ~holds
    weekly = terms.landmarks.once is None  # before a lead comes and after it goes there is nothing to look at
    return Look(at, np.flatnonzero(there), {} if weekly else {why: n for why, n in left_out.items() if n})


def _rated(plan: Plan, leads: Leads, looks: Sequence[Look]) -> Ratings:
    found, first, every = [], 0, sum(len(look.rows) for look in looks)
    some = min(len(leads), len(leads) * REPLAYED // max(1, every))
    for look in looks:
        at = np.where(look.at == NEVER, 0, look.at)
        ratings_then = rated(score(plan, leads, at, criteria=True).take(look.rows))
        found.append(replace(ratings_then, without=_without(plan, leads.block(0, some), at[:some], look, first)))
        first += len(look.rows)
    return ratings.joined(found)


def _without(plan: Plan, leads: Leads, at: Times, look: Look, first: int) -> Without:
    """The first leads without each criterion, at one look whose rows begin with number `first` in the sample."""
    there = look.rows[look.rows < len(leads)]
    every = score_without(plan, leads, at, np.arange(len(leads)))
    return Without(first + np.arange(len(there)), every.score[:, there], every.tier[:, there])


def _sample(
    looks: Sequence[Look], known: Times, leads: Leads, outcomes: Outcomes, terms: Terms
) -> tuple[Sample, Censoring | None]:
    rows, at = (np.concatenate(parts) for parts in zip(*((k.rows, k.at[k.rows]) for k in looks), strict=True))
    fates, arrival = outcomes.take(rows), np.where(known[rows] == NEVER, at, known[rows])
    until = np.full(len(rows), terms.until)
    if leads.merged is not None:
        until = np.minimum(until, leads.merged.at[rows])
    found = _censoring(fates, at, until, terms.window)
    judged = np.ones(len(rows), bool) if found is None else found.weight > 0
    in_time = np.ones(len(rows), bool) if found is None else fates.at - at <= terms.window
    start = int(arrival.min(initial=terms.until))
    fields = {name: column for name, column in leads.fields.items() if isinstance(column, Codes)}
    fields = {name: column for name, column in fields.items() if len(column.dictionary.values) <= FEW_VALUES}
    return (
        Sample(
            account=np.unique(leads.accounts[rows], return_inverse=True)[1].astype(np.int64),
            arrival=_ticks(arrival, start),
            landmark=_ticks(at, start),
            ended=_ticks(np.where(fates.at == NEVER, np.iinfo(np.int64).max, fates.at), start),
            outcome=fates.kind,
            entered=np.zeros((0, len(rows)), np.int32),
            judged=judged,
            target=judged & (fates.kind == WON) & in_time,
            chance=None,
            worth=fates.worth,
            segments={name: column.codes[rows].astype(np.int16) for name, column in fields.items()},
            labels={name: column.dictionary.values for name, column in fields.items()},
            stages=(),
            horizon=max(0, terms.until - start) // SECOND,
            weight=found.weight if found and len(found.times) else None,
            censoring=found,
            ids=leads.ids[rows].astype(object),
            start=start,
        ),
        found,
    )


def _ticks(at: Times, start: int) -> npt.NDArray[np.int32]:
    return np.minimum((at - start) // SECOND, np.iinfo(np.int32).max).astype(np.int32)


def _censoring(fates: Outcomes, at: Times, until: Times, window: int) -> Censoring | None:
    """What weights undecided leads ask for; None where outcomes have no times and all count as known."""
    if not fates.dated:
        return None
    ended = np.where(fates.kind == OPEN, np.iinfo(np.int64).max, fates.at - at)
    followed = until - at
    found = censoring(ended, followed, window)
    if len(found.times) and (found.there[-1] == found.leave[-1] or not (followed >= window).any()):
        raise TooLong
    return found
