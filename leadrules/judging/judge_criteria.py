"""A showing to what each of its criteria is worth, and which of them have points in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from leadrules.engine.plan import CombinationPlan, Plan, ScorePlan
from leadrules.judging.censoring import allowing, parts_allowing
from leadrules.judging.criteria import Criteria, Inversion, Worth
from leadrules.judging.effects import Effects, effects_of
from leadrules.judging.figure import Bools, Figure, difference, estimate, mean_of, over, share_of
from leadrules.judging.measure import Showing
from leadrules.judging.multiplicity import above_zero, holm, off_zero
from leadrules.judging.rank import ordered, roc_auc
from leadrules.judging.shapley import Sums, shapley_values
from leadrules.simulator.draws import Draws
from leadrules.simulator.intervals import Z
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

MOST = 50_000  # judged leads that effects and Shapley values are worked out on
FEW = 5  # winners, and others, with a criterion and without it, that its effect needs (Vittinghoff and McCulloch 2007)
Rows = npt.NDArray[np.int64]


def judge_criteria(showing: Showing, plan: Plan, draws: Draws | None) -> Criteria | None:
    """What the criteria of the score that leads are ranked by are worth; None where it has none, or nobody is judged.

    Shapley values are of orders that are drawn; without `draws` there are none.
    """
    mine = [place for place, (score, _) in enumerate(plan.criteria) if score in _scores(plan)]
    if not mine or not showing.sample.judged.any():
        return None
    return _Judge(showing, plan, draws, mine).criteria()


def _scores(plan: Plan) -> dict[str, float]:
    """The scores that the ranking one is made of, each with its weight."""
    by_name = {part.name: part for part in plan.scores}
    part = by_name.get(plan.model.ranking or "")
    if isinstance(part, CombinationPlan):
        return {name: weight for weight, name in part.terms if isinstance(by_name[name], ScorePlan)}
    return {part.name: 1.0} if isinstance(part, ScorePlan) else {}


class _Judge:
    """The judged leads of a showing, under one plan.

    All columns are of `rows` of the sample: the judged ones, or all where some of them stand for others too; these others
    tell how well that is known.
    """

    def __init__(self, showing: Showing, plan: Plan, draws: Draws | None, mine: Sequence[int]) -> None:
        sample, ratings = showing.sample, showing.ratings
        self.plan, self.draws, self.sample, self.ratings = plan, draws, sample, ratings
        self.rows = rows = np.flatnonzero(sample.judged) if sample.weight is None else np.arange(len(sample))
        self.judged, self.weight = sample.judged[rows], None if sample.weight is None else sample.weight[rows]
        self.mine, self.names = mine, [".".join(plan.criteria[place]) for place in mine]
        self.points = np.array([ratings.points[place][rows] for place in mine])
        self.fires = (self.points != 0) & self.judged
        self.account, self.likely, self.won = sample.account[rows], sample.likely[rows], sample.target[rows]
        self.means = [
            float(row[hit].mean()) if hit.any() else 0.0 for row, hit in zip(self.points, self.fires, strict=True)
        ]
        places = np.flatnonzero(self.judged)  # in a market the first are as good as any, in a log they are the oldest
        self.some = places[:MOST] if sample.chance is not None else places[:: -(-len(places) // MOST)]

    def share(self, hits: Bools, among: Bools) -> Estimate:
        return self.estimated(share_of(hits, among, self.weight))

    def estimated(self, figure: Figure | None) -> Estimate:
        """A figure whose parts are of all rows, with its interval."""
        return estimate(self.allowed(figure), self.account)

    def allowed(self, figure: Figure | None) -> Figure | None:
        return figure if self.weight is None else allowing(figure, self.sample.censoring)

    def criteria(self) -> Criteria:
        sums = self.sums()
        shapley = [NOTHING] * len(self.mine)
        if sums is not None and self.draws is not None:
            shapley = shapley_values(sums, self.likely[self.some], self.draws)
        found, known = self.effects()
        lifts = [self.lift(place) for place in range(len(self.mine))]
        return Criteria(
            target="won in time" if self.sample.chance is None else "P(won)",
            judged=int(np.count_nonzero(self.judged)),
            replayed=len(self.replayed()[1]),
            exact=sums is not None,
            few=FEW if self.sample.chance is None else 0,
            worth=tuple(
                self.worth(place, lift, silent, shapley[place], _effect(found, known, place))
                for place, (lift, silent) in enumerate(zip(lifts, _silent(lifts), strict=True))
            ),
            inversions=tuple(self.inversions(found, known)),
        )

    def lift(self, place: int) -> Estimate:
        """The win rate where a criterion fires over that of all."""
        rate, base = (mean_of(self.likely, among, self.weight) for among in (self.fires[place], self.judged))
        lift = None if rate is None or base is None else over(rate, base)
        return self.estimated(None if lift is None else replace(lift, least=0.0))

    def worth(self, place: int, lift: Estimate, silent: bool, shapley: Estimate, effect: Estimate) -> Worth:
        """One criterion; `silent` where its lift cannot be told from 1."""
        fires = self.fires[place]
        influence, without = self.taken_away(place)
        return Worth(
            criterion=self.names[place],
            points=round(self.means[place], 6),
            fired=self.share(fires, self.judged),
            fired_of_won=self.share(fires, self.judged & self.won),
            lift=lift,
            influence=influence,
            auc_without=without,
            shapley=shapley,
            effect=effect,
            notes=(*self.notes(place, influence), *(["tells nothing of winning by itself"] if silent else [])),
        )

    def taken_away(self, place: int) -> tuple[Estimate, Estimate]:
        """How many leads change their tier without a criterion, and what that does to the ROC AUC."""
        without, (columns, places) = self.ratings.without, self.replayed()
        if without is None or not len(places):
            return NOTHING, NOTHING
        rows, number = self.rows[places], self.mine[place]
        changed, among = np.zeros((2, len(self.rows)), bool)
        among[places] = True
        changed[places] = without.tier[number, columns] != self.ratings.tier[rows]
        areas = [self.area(s, places) for s in (without.score[number, columns], self.ratings.score[rows])]
        return self.share(changed, among), difference(areas[0], areas[1], self.account)

    def replayed(self) -> tuple[Rows, Rows]:
        """The judged leads that are scored without each criterion: where they are among those scored, and among the rows."""
        without = self.ratings.without
        if without is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        columns = np.flatnonzero(self.sample.judged[without.rows])
        return columns, np.searchsorted(self.rows, without.rows[columns])

    def area(self, score: Floats, places: Rows) -> Figure | None:
        """The ROC AUC of the scores of some rows."""
        weight = None if self.weight is None else self.weight[places]
        found = roc_auc(ordered(score, self.likely[places], weight))
        if found is None:
            return None
        parts = np.zeros(len(self.rows))
        parts[places] = found.parts
        return self.allowed(replace(found, parts=parts))

    def notes(self, place: int, influence: Estimate) -> Iterator[str]:
        """Why a criterion may be superfluous."""
        fires = self.fires[place]
        count = int(np.count_nonzero(fires))
        if not count:
            yield "never gives points here"
            return
        every = int(np.count_nonzero(self.judged))
        if count == every:
            yield "gives points to every lead"
        for other, name in enumerate(self.names):
            if other != place and count < every and not np.any(fires & ~self.fires[other]):
                both = "only and always" if np.array_equal(fires, self.fires[other]) else "only"
                if both == "only" and np.all(self.fires[other] | ~self.judged):
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
        told = self.ratings.score[self.rows][self.some]
        close = np.allclose(found.score(points.sum(axis=0) + constant), told, rtol=1e-5, atol=1e-3)
        return found if close else None

    def effects(self) -> tuple[Effects, list[int]]:
        """The effects of criteria that some leads have and others have not, no two of them the same; and which."""
        doses = self.points[:, self.some].astype(np.float64)
        known: list[int] = []
        for place, mean in enumerate(self.means):
            if not mean or not np.ptp(doses[place]) or not self.told_of(place):
                continue
            doses[place] /= mean
            if not any(np.array_equal(doses[place], doses[other]) for other in known):
                known.append(place)
        account = self.account[self.some] if self.weight is None else self.account
        weight = 1.0 if self.weight is None else self.weight[self.some]
        return effects_of(doses[known], self.likely[self.some], account, weight, self.parts_allowed), known

    def told_of(self, place: int) -> bool:
        """Whether enough leads win and do not, with a criterion and without: P(won) tells of everybody."""
        if self.sample.chance is not None:
            return True
        fires, won = self.fires[place][self.some], self.won[self.some]
        sides = (one & other for one in (fires, ~fires) for other in (won, ~won))
        return all(len(np.unique(self.account[self.some][side])) >= FEW for side in sides)

    def parts_allowed(self, parts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What some rows bring to equations, as what all bring, in which it is allowed for that weights are estimated."""
        if self.weight is None or self.sample.censoring is None:
            return parts
        found = np.zeros((len(self.rows), parts.shape[1]))
        found[self.some] = parts
        return np.stack([parts_allowing(column, self.sample.censoring) for column in found.T], axis=1)

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
