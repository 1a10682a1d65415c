"""Scores over the members of accounts: for each view, those who share its lead's account at its instant."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import TRUE, Bools, Floats, Ints
from leadrules.engine.leads import Among, Leads, Spells
from leadrules.engine.links import account_at, spells
from leadrules.engine.moment import Moment
from leadrules.engine.plan import Plan, RollUpPlan
from leadrules.engine.ranges import ranges
from leadrules.engine.scores import Scores
from leadrules.engine.views import Views, count_seen

Times = npt.NDArray[np.int64]
Stand = Callable[[Plan, Moment], Scores]
Shares = tuple[Floats, Floats, Bools]
AT_ONCE = 16_384
MANY = 1_024  # views from which on it pays to work out all accounts once


class Members(Struct, frozen=True):
    """What a score over members is made of.

    `row` (members): the view each belongs to, ascending. `lead` (members): positions among all leads. `value` and
    `weight` (members), float64: the score of each, and what it is taken times.
    """

    row: Ints
    lead: Ints
    value: Floats
    weight: Floats

    @property
    def share(self) -> Floats:
        """What each brings in."""
        return self.value * self.weight


def rolled(part: RollUpPlan, moment: Moment, stand: Stand) -> Floats:
    """The score over members of each view, before its bounds. `stand` says how the members stand by themselves."""
    account = accounts_of(moment)
    if moment.leads.among is not None:
        return _measured(part.measure, members_of(part, account, moment.at, moment, stand), len(moment))
    if moment.instant is not None and len(moment) >= MANY:
        key = ("over members", part.name, int(moment.instant))
        every: Floats = moment.tables.once(key, lambda: _of_all(part, moment, stand))
        return every[account]
    keys, place = _different(account, moment.at)
    found = members_of(part, account[keys], moment.at[keys], moment, stand)
    return _measured(part.measure, found, len(keys))[place]


def _of_all(part: RollUpPlan, moment: Moment, stand: Stand) -> Floats:
    """The score over members of every account at the one instant of a moment, for all its blocks."""
    accounts = np.unique(_spells(moment).account)
    found = np.zeros(int(accounts.max()) + 1)
    at = np.full(len(accounts), moment.instant, np.int64)
    found[accounts] = _measured(part.measure, members_of(part, accounts, at, moment, stand), len(accounts))
    return found


def members_of(part: RollUpPlan, account: Ints, at: Times, moment: Moment, stand: Stand) -> Members:
    """The members of some accounts, each at an instant, with what each of them brings in.

    Where the leads of the moment are copies of one, the accounts are those of its rows, in their order.
    """
    among = moment.leads.among
    if among is not None:
        return _with_copies(part, among, account, at, moment, stand)
    row, lead = _spells(moment).of(account, at)
    return _counted(row, lead, _shares(part, moment.leads.whole, lead, at[row], moment, stand))


def _with_copies(part: RollUpPlan, among: Among, account: Ints, at: Times, moment: Moment, stand: Stand) -> Members:
    """The same for rows that are copies of one lead: in its place the copy, all others as they are, worked out once."""
    keys, place = _different(account, at)
    key, members = among.stays.of(account[keys], at[keys])
    counts = np.bincount(key, minlength=len(keys))
    row, member = ranges((np.cumsum(counts) - counts)[place], counts[place])
    lead = members[member]
    own = np.flatnonzero(lead == among.position)
    copy = row[own] if moment.views is None else moment.views.lead[row[own]]
    value, weight, counted = _shares(part, among.leads, members, at[keys][key], moment, stand)
    value, weight, counted = value[member], weight[member], counted[member]
    value[own], weight[own], counted[own] = _shares(part, moment.leads, copy, at[row[own]], moment, stand)
    return _counted(row, lead, (value, weight, counted))


def _counted(row: Ints, lead: Ints, shares: Shares) -> Members:
    """The members that count."""
    value, weight, counted = shares
    kept = np.flatnonzero(counted)
    return Members(row[kept], lead[kept], value[kept], weight[kept])


def accounts_of(moment: Moment) -> Ints:
    """The account of each view, as of its instant."""
    lead = np.arange(len(moment)) if moment.views is None else moment.views.lead
    return account_at(moment.leads, lead, moment.at)


def _spells(moment: Moment) -> Spells:
    """Who belonged to which account and when, of all leads of the run."""
    found: Spells = moment.tables.once("spells", lambda: spells(moment.leads.whole))
    return found


def _different(account: Ints, at: Times) -> tuple[Ints, Ints]:
    """One row of each account and instant there is, and for every row which of these is its own."""
    order = np.lexsort((account, at))
    first = np.ones(len(order), bool)
    first[1:] = (account[order[1:]] != account[order[:-1]]) | (at[order[1:]] != at[order[:-1]])
    place = np.empty(len(order), np.int64)
    place[order] = np.cumsum(first) - 1
    return order[first], place


def _slices(rows: int) -> list[slice]:
    return [slice(start, start + AT_ONCE) for start in range(0, max(1, rows), AT_ONCE)]


def _shares(part: RollUpPlan, everyone: Leads, lead: Ints, at: Times, moment: Moment, stand: Stand) -> Shares:
    """The score of some of all leads at an instant each, what it is taken times, and which of them count."""
    parts = [_share(part, everyone, lead[some], at[some], moment, stand) for some in _slices(len(lead))]
    value, weight, counted = (np.concatenate(found) for found in zip(*parts, strict=True))
    return value, weight, counted


def _share(part: RollUpPlan, everyone: Leads, lead: Ints, at: Times, moment: Moment, stand: Stand) -> Shares:
    views = Views(lead, at, count_seen(everyone.events, lead, at))
    own = Moment(everyone, at, moment.setting, moment.tables, views)
    scores = stand(part.base, own)
    value: Floats = np.ones(len(lead)) if part.score is None else scores.scores[part.score]
    weight = np.ones(len(lead)) if part.weight is None else part.weight(own)
    counted = np.ones(len(lead), bool)
    if part.where is not None:
        counted = np.equal(part.where(own), TRUE)
    return value, weight, counted


def _measured(measure: str, members: Members, rows: int) -> Floats:
    """What members make together; nothing where there are none."""
    counts = np.bincount(members.row, minlength=rows)
    if measure in ("max", "min"):
        found = np.zeros(rows)
        there = np.flatnonzero(counts)
        starts = (np.cumsum(counts) - counts)[there]
        pick = np.maximum if measure == "max" else np.minimum
        if len(there):
            found[there] = pick.reduceat(members.share, starts)
        return found
    sums = np.bincount(members.row, members.share, rows) + 0.0
    return sums / np.maximum(counts, 1) if measure == "average" else sums


def leads_of(members: Members, leads: Leads) -> list[str]:
    """What the data calls each member."""
    return [str(leads.ids[i]) for i in members.lead]
