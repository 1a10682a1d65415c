"""Two showings to the alert storm of a rollout: whose tier changes because the rules do, and what that sets off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from leadrules.dsl.rules.model_tiers import On
from leadrules.judging.comparison import SetOff, Step, Storm
from leadrules.judging.figure import estimate, share_of, times, total_of
from leadrules.judging.measure import Showing
from leadrules.simulator.metrics import NOTHING, Estimate

DAY = 86_400
Bools = npt.NDArray[np.bool_]


def find_storm(old: Showing, new: Showing) -> Storm | None:
    """What happens if the new rules take the place of the old ones at the end of the horizon, all else being as it is.

    None where tiers were not followed. Tiers of one name are one tier.
    """
    if old.ratings.paths is None or new.ratings.paths is None:
        return None
    return _Rollout(old, new, old.ratings.paths.last, new.ratings.paths.last).storm()


class _Rollout:
    """The leads that are known by then, and the names of their tiers under both rule sets as numbers."""

    def __init__(self, old: Showing, new: Showing, before: npt.NDArray[np.int8], after: npt.NDArray[np.int8]) -> None:
        self.old, self.new = old, new
        self.names = tuple(dict.fromkeys((*new.ratings.tiers, *old.ratings.tiers)))
        self.known = (before >= 0) & (after >= 0)
        own = np.array([self.names.index(name) for name in old.ratings.tiers], np.int8)
        self.before, self.after = np.where(self.known, own[before], -1), np.where(self.known, after, -1)

    def storm(self) -> Storm:
        changed = self.before != self.after
        return Storm(
            leads=int(self.known.sum()),
            changed=int(changed.sum()),
            share=self.share(changed),
            steps=tuple(self.steps()),
            actions=tuple(self.actions()),
            usual=self.usual(),
        )

    def share(self, which: Bools) -> Estimate:
        return estimate(share_of(which, self.known), self.old.sample.account)

    def steps(self) -> Iterator[Step]:
        """Each step that a lead takes, those of most leads first."""
        size = len(self.names)
        cell = self.before.astype(np.int64) * size + self.after
        counts = np.bincount(cell[self.known], minlength=size * size)
        for place in np.argsort(-counts, kind="stable").tolist():
            one, other = divmod(place, size)
            if counts[place] and one != other:
                share = self.share(self.known & (cell == place))
                yield Step(self.names[one], self.names[other], int(counts[place]), share)

    def actions(self) -> Iterator[SetOff]:
        """What is declared, in its order, as often as these steps set it off."""
        for on in self.new.actions:
            rows = self.set_off_by(on)
            yield from (SetOff(action.wording, int(rows.sum()), self.share(rows)) for action in on.actions)

    def set_off_by(self, on: On) -> Bools:
        """The leads whose step is one that an action waits for.

        One that comes down to a tier is known to have been in a higher one only where it comes right from there.
        """
        tier, other = self.number(on.tier), self.number(on.other)
        changed = self.before != self.after
        found: Bools
        match on.step:
            case "entering":
                found = changed & (self.after == tier)
            case "leaving":
                found = changed & (self.before == tier) & (np.bool_(on.other is None) | (self.after == other))
            case "falling":
                found = (self.after == tier) & (self.before == other) & (other < tier)
        return found

    def number(self, name: str | None) -> int:
        return self.names.index(name) if name in self.names else -2

    def usual(self) -> Estimate:
        """Steps into the best tier in a day under the new rules, over the horizon."""
        paths, sample = self.new.ratings.paths, self.new.sample
        if paths is None or not len(sample):
            return NOTHING
        return estimate(times(total_of(paths.ups.astype(np.float64)), DAY / sample.horizon), sample.account)
