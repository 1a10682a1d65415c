"""A showing to what each of its criteria is worth, and which of them have points in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from leadrules.engine.plan import CombinationPlan, Plan, ScorePlan
from leadrules.judging.criteria import Criteria, Inversion, Worth
from leadrules.judging.effects import Effects, effects_of
from leadrules.judging.figure import difference, estimate, mean_of, over, share_of
from leadrules.judging.measure import Showing
from leadrules.judging.multiplicity import above_zero, holm, off_zero
from leadrules.judging.rank import ordered, roc_auc
from leadrules.judging.shapley import Sums, shapley_values
from leadrules.simulator.draws import Draws
from leadrules.simulator.intervals import Z
from leadrules.simulator.metrics import NOTHING, Estimate

MOST = 50_000  # judged leads that effects and Shapley values are worked out on
Rows = npt.NDArray[np.int64]


def judge_criteria(showing: Showing, plan: Plan, draws: Draws) -> Criteria | None:
    """What the criteria of the score that leads are ranked by are worth; None where it has none, or nobody is judged."""
    mine = [place for place, (score, _) in enumerate(plan.criteria) if score in _scores(plan)]
    judged = np.flatnonzero(showing.sample.judged)
    if not mine or not len(judged):
        return None
    return _Judge(showing, plan, draws, mine, judged).criteria()


def _scores(plan: Plan) -> dict[str, float]:
    """The scores that the ranking one is made of, each with its weight."""
    by_name = {part.name: part for part in plan.scores}
    part = by_name.get(plan.model.ranking or "")
    if isinstance(part, CombinationPlan):
        return {name: weight for weight, name in part.terms if isinstance(by_name[name], ScorePlan)}
    return {part.name: 1.0} if isinstance(part, ScorePlan) else {}


class _Judge:
    """The judged leads of a showing, under one plan."""

    def __init__(self, showing: Showing, plan: Plan, draws: Draws, mine: Sequence[int], judged: Rows) -> None:
        sample, ratings = showing.sample, showing.ratings
        self.plan, self.draws, self.sample, self.ratings, self.judged = plan, draws, sample, ratings, judged
        self.mine, self.names = mine, [".".join(plan.criteria[place]) for place in mine]
        self.points = np.array([ratings.points[place][judged] for place in mine])
        self.fires = self.points != 0
        self.account, self.likely, self.won = sample.account[judged], sample.likely[judged], sample.target[judged]
        self.means = [
            float(row[hit].mean()) if hit.any() else 0.0 for row, hit in zip(self.points, self.fires, strict=True)
        ]
        self.some = slice(0, MOST)

    def criteria(self) -> Criteria:
        sums = self.sums()
        shapley = [NOTHING] * len(self.mine)
        if sums is not None:
            shapley = shapley_values(sums, self.likely[self.some], self.draws)
        found, known = self.effects()
        lifts = [self.lift(place) for place in range(len(self.mine))]
        replayed = self.ratings.without.score.shape[1] if self.ratings.without is not None else 0
        return Criteria(
            target="won in time" if self.sample.chance is None else "P(won)",
            judged=len(self.judged),
            replayed=int(np.count_nonzero(self.judged < replayed)),
            exact=sums is not None,
            worth=tuple(
                self.worth(place, lift, silent, shapley[place], _effect(found, known, place))
                for place, (lift, silent) in enumerate(zip(lifts, _silent(lifts), strict=True))
            ),
            inversions=tuple(self.inversions(found, known)),
        )

    def lift(self, place: int) -> Estimate:
        """The win rate where a criterion fires over that of all."""
        rate, base = mean_of(self.likely, self.fires[place]), mean_of(self.likely)
        return estimate(over(rate, base) if rate is not None and base is not None else None, self.account)

    def worth(self, place: int, lift: Estimate, silent: bool, shapley: Estimate, effect: Estimate) -> Worth:
        """One criterion; `silent` where its lift cannot be told from 1."""
        fires = self.fires[place]
        influence, without = self.taken_away(place)
        return Worth(
            criterion=self.names[place],
            points=round(self.means[place], 6),
            fired=estimate(share_of(fires), self.account),
            fired_of_won=estimate(share_of(fires, self.won), self.account),
            lift=lift,
            influence=influence,
            auc_without=without,
            shapley=shapley,
            effect=effect,
            notes=(*self.notes(place, influence), *(["tells nothing of winning by itself"] if silent else [])),
        )

    def taken_away(self, place: int) -> tuple[Estimate, Estimate]:
        """How many leads change their tier without a criterion, and what that does to the ROC AUC."""
        without = self.ratings.without
        if without is None:
            return NOTHING, NOTHING
        rows = self.judged[self.judged < without.score.shape[1]]
        if not len(rows):
            return NOTHING, NOTHING
        account, likely, number = self.sample.account[rows], self.sample.likely[rows], self.mine[place]
        changed = without.tier[number, rows] != self.ratings.tier[rows]
        areas = [roc_auc(ordered(s, likely)) for s in (without.score[number, rows], self.ratings.score[rows])]
        return estimate(share_of(changed), account), difference(areas[0], areas[1], account)

    def notes(self, place: int, influence: Estimate) -> Iterator[str]:
        """Why a criterion may be superfluous."""
        fires = self.fires[place]
        count = int(np.count_nonzero(fires))
        if not count:
            yield "never gives points here"
            return
        if count == len(fires):
            yield "gives points to every lead"
        for other, name in enumerate(self.names):
            if other != place and count < len(fires) and not np.any(fires & ~self.fires[other]):
                both = "only and always" if np.array_equal(fires, self.fires[other]) else "only"
                if both == "only" and np.all(self.fires[other]):
                    continue
                yield f"gives points {both} where `{name}` does"
        if influence.value == 0:
            yield "changes the tier of no lead"

    def sums(self) -> Sums | None:
        """How the score is made of points; None where it is more than their sum within bounds."""
        ranking = next(part for part in self.plan.scores if part.name == self.plan.model.ranking)
        weights = _scores(self.plan)
        by = np.array([weights[self.plan.criteria[place][0]] for place in self.mine])
        points = self.points[:, self.some].astype(np.float64) * by[:, None]
        if not isinstance(ranking, ScorePlan | CombinationPlan):
            return None
        found = Sums(points, ranking.bounds, ranking.rounded)
        constant = ranking.constant if isinstance(ranking, CombinationPlan) else 0.0
        told = self.ratings.score[self.judged][self.some]
        close = np.allclose(found.score(points.sum(axis=0) + constant), told, rtol=1e-5, atol=1e-3)
        return found if close else None

    def effects(self) -> tuple[Effects, list[int]]:
        """The effects of criteria that some leads have and others have not, no two of them the same; and which."""
        doses = self.points[:, self.some].astype(np.float64)
        known: list[int] = []
        for place, mean in enumerate(self.means):
            if not mean or not np.ptp(doses[place]):
                continue
            doses[place] /= mean
            if not any(np.array_equal(doses[place], doses[other]) for other in known):
                known.append(place)
        return effects_of(doses[known], self.likely[self.some], self.account[self.some]), known

    def inversions(self, effects: Effects, known: Sequence[int]) -> Iterator[Inversion]:
        """Pairs with more points for what is surely worth less, sure together by Holm's rule."""
        pairs = []
        for one, more in enumerate(known):
            for other, less in enumerate(known):
                if self.means[more] > self.means[less]:
                    pairs.append((more, less, *effects.difference(other, one)))
        stands = holm([above_zero(value, error) for _, _, value, error in pairs])
        for (more, less, value, error), sure in zip(pairs, stands, strict=True):
            if sure:
                apart = Estimate(value, value - Z * error, value + Z * error)
                yield Inversion(
                    self.names[more], round(self.means[more], 6), self.names[less], round(self.means[less], 6), apart
                )


def _effect(effects: Effects, known: Sequence[int], place: int) -> Estimate:
    if place not in known:
        return NOTHING
    number = known.index(place)
    value, error = float(effects.values[number]), float(np.sqrt(effects.covariance[number, number]))
    return Estimate(value, value - Z * error, value + Z * error)


def _silent(lifts: Sequence[Estimate]) -> list[bool]:
    """Which lifts cannot be told from 1, by Holm's rule over all of them."""
    told = [(e.value - 1, (e.value - e.low) / Z) if e.value is not None and e.low is not None else None for e in lifts]
    sure = iter(holm([off_zero(*one) for one in told if one is not None]))
    return [one is not None and not next(sure) for one in told]
