"""Names of accounts to who belongs to which, and from when on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from leadrules.engine.columns import Codes, Ints
from leadrules.engine.histories import Told, history, shared
from leadrules.engine.leads import LAST, Leads, Links, Spells
from leadrules.engine.merges import Merges, all_said
from leadrules.engine.views import count_until

Times = npt.NDArray[np.int64]


def numbered(names: Codes) -> Ints:
    """The number of the account of each lead (leads,); one without a name is an account of its own."""
    return _or_own(names.codes, np.arange(len(names.codes)), len(names.dictionary.values))


def linked(leads: Leads, names: Codes, told: Told | None, merges: Merges | None) -> Leads:
    """Leads of accounts with these names (leads,), with what is told of others that they belong to from some time on."""
    said = told if merges is None else all_said(told, names, merges)
    if said is None or not len(said.lead):
        return leads
    dated = history(said, len(leads))
    first, later = shared(names, dated.columns["value"])
    assert isinstance(first, Codes) and isinstance(later, Codes)
    lead = np.repeat(np.arange(len(leads)), np.diff(dated.offsets))
    account = _or_own(later.codes, lead, len(later.dictionary.values))
    return replace(leads, accounts=numbered(first), links=Links(dated.offsets, dated.time, account))


def _or_own(codes: Ints, lead: Ints, names: int) -> Ints:
    return np.where(codes < 0, names + lead, codes)


def account_at(leads: Leads, lead: Ints, at: Times) -> Ints:
    """The account of some leads at an instant each."""
    first, links = leads.accounts[lead], leads.links
    if links is None:
        return first
    count = count_until(links.time, links.offsets, lead, at)
    there = np.flatnonzero(count)
    found = np.array(first, np.int64)
    found[there] = links.account[links.offsets[lead[there]] + count[there] - 1]
    return found


def spells(leads: Leads) -> Spells:
    """Every stay of leads in accounts."""
    everyone = np.arange(len(leads))
    account, lead, begin = leads.accounts, everyone, np.full(len(leads), np.iinfo(np.int64).min)
    if leads.links is not None:
        account = np.concatenate([account, leads.links.account])
        lead = np.concatenate([lead, np.repeat(everyone, np.diff(leads.links.offsets))])
        begin = np.concatenate([begin, leads.links.time])
    in_turn = np.argsort(lead, kind="stable")
    account, lead, begin = account[in_turn], lead[in_turn], begin[in_turn]
    end = np.full(len(lead), LAST, np.int64)
    end[:-1] = np.where(lead[1:] == lead[:-1], begin[1:], LAST)
    if leads.merged is not None:
        end = np.minimum(end, leads.merged.at[lead])
    by_account = np.argsort(account, kind="stable")
    return Spells(account[by_account], lead[by_account], begin[by_account], end[by_account])
