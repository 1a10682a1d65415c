"""One lead at an instant to the single changes that would move its tier: every one is tried by scoring it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.ahead import look_ahead
from leadrules.engine.change import Becomes, Change, Happens
from leadrules.engine.change_lead import change_lead
from leadrules.engine.columns import Floats
from leadrules.engine.flip import Flip, Flips, Outcome, Stake
from leadrules.engine.histories import standing
from leadrules.engine.leads import Among, Leads
from leadrules.engine.links import spells
from leadrules.engine.name_values import changes_named
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.scores import Scores, merge, rank_values
from leadrules.engine.until import until
from leadrules.engine.values import Single, single

ROWS = 2_000_000  # events that are scored at once


def find_flips(plan: Plan, leads: Leads, position: int, at: int) -> Flips:
    """What would move the lead at `position` out of its tier, as of `at` (microseconds UTC).

    Tried are one more event of every kind that the rules look for, and every field set to every value that they name;
    the other members of its account stay as they are. Nothing is listed that was not scored. What time alone brings is
    the first step of its course.
    """
    lead = _Lead(plan, leads.block(position, position + 1), at, _among(plan, leads, position, at))
    named = tuple(changes_named(plan.model, at))
    trial = lead.tried((None, *named))
    moves = [trial.flip(place) for place in range(1, 1 + len(named)) if trial.moves(place)]
    return Flips(
        trial.tier(0),
        float(trial.values[0]),
        _nearest(flip for flip in moves if flip.up),
        _nearest(flip for flip in moves if not flip.up),
        look_ahead(plan, leads, position, at) if plan.tiers else None,
        tuple(_stakes(trial)),
        len(named),
        highest=trial.scores.tiers[0] == 0,
        lowest=trial.scores.tiers[0] == len(trial.scores.tier_names) - 1,
    )


def _among(plan: Plan, leads: Leads, position: int, at: int) -> Among | None:
    """The leads as they were known at an instant, where scores are made of other members of an account."""
    if not plan.rolls_up:
        return None
    known = until(leads, at)
    return Among(known, position, spells(known))


class _Lead(Struct, frozen=True):
    """The lead that changes are tried of: a block of one, at an instant, and those that it shares an account with."""

    plan: Plan
    block: Leads
    at: int
    among: Among | None

    def tried(self, changes: Sequence[Change | None]) -> _Trial:
        """The changes, scored: all at once, but for leads with so many events that memory would not hold them."""
        size = max(1, ROWS // (len(self.block.events.time) + 1))
        model, at = self.plan.model, self.at
        some = [changes[i : i + size] for i in range(0, len(changes), size)]
        copies = [change_lead(model, self.block, at, part, self.among) for part in some]
        scores = merge([score(self.plan, copied, at) for copied in copies])
        return _Trial(self.block, np.array([at], np.int64), changes, scores, rank_values(scores))


class _Trial(Struct, frozen=True):
    """A lead, it and its changes, and what came of them."""

    lead: Leads
    at: npt.NDArray[np.int64]
    changes: Sequence[Change | None]
    scores: Scores
    values: Floats

    def moves(self, place: int) -> bool:
        """Whether a change leads to another tier."""
        return bool(self.scores.tier_names) and bool(self.scores.tiers[place] != self.scores.tiers[0])

    def tier(self, place: int) -> str | None:
        """The tier that a change leads to."""
        return self.scores.tier_names[int(self.scores.tiers[place])] if self.scores.tier_names else None

    def before(self, change: Change | None) -> Single:
        """What the field that a change is about was."""
        column = standing(self.lead, change.field, self.at) if isinstance(change, Becomes) else None
        return None if column is None else single(column, 0)

    def flip(self, place: int) -> Flip:
        """A change that moves the tier, and where to."""
        change, tier = self.changes[place], self.tier(place)
        assert change is not None and tier is not None
        before, moved = self.before(change), float(self.values[place] - self.values[0])
        up = bool(self.scores.tiers[place] < self.scores.tiers[0])
        return Flip(change, before, tier, up, _size(change, before), float(self.values[place]), moved)


def _size(change: Change, before: Single) -> float:
    """How small a change is: by which share a number moves; 1 for all else."""
    after = change.value if isinstance(change, Becomes) else None
    if isinstance(before, bool | str) or isinstance(after, bool | str) or before is None or after is None:
        return 1.0
    return abs(after - before) / max(abs(after), abs(before), 1e-9)


def _nearest(flips: Iterable[Flip]) -> tuple[Flip, ...]:
    """The smallest change of each field and of each event; of equally small ones that which moves the lead least."""
    found: dict[tuple[str, str], Flip] = {}
    for flip in sorted(flips, key=lambda flip: (flip.size, len(_said(flip.change)), abs(flip.moved))):
        found.setdefault((type(flip.change).__name__, _about(flip.change)), flip)
    return tuple(sorted(found.values(), key=attrgetter("size")))


def _about(change: Change) -> str:
    match change:
        case Happens(event):
            return event
        case Becomes(field):
            return field


def _said(change: Change) -> Sequence[str]:
    return tuple(change.properties) if isinstance(change, Happens) else ()


def _stakes(trial: _Trial) -> Iterator[Stake]:
    """For each field that is not known, the values it may turn out to have that give most and least."""
    places: dict[str, list[int]] = {}
    for place, change in enumerate(trial.changes):
        if isinstance(change, Becomes) and trial.before(change) is None:
            places.setdefault(change.field, []).append(place)
    for field, tried in places.items():
        worth = {place: (float(trial.values[place]), _sum(trial.scores, place)) for place in tried}
        outcomes = [_outcome(trial, pick(tried, key=worth.__getitem__)) for pick in (max, min)]
        if any(outcome.gains or outcome.tier != trial.tier(0) for outcome in outcomes):
            yield Stake(field, *outcomes)


def _sum(scores: Scores, place: int) -> float:
    return float(sum(values[place] for values in scores.scores.values()))


def _outcome(trial: _Trial, place: int) -> Outcome:
    change = trial.changes[place]
    assert isinstance(change, Becomes)
    gains = {name: float(values[place] - values[0]) for name, values in trial.scores.scores.items()}
    return Outcome(change, {name: gain for name, gain in gains.items() if abs(gain) > 5e-7}, trial.tier(place))
