"""A showing to measures of ranking: at the landmark, among leads still open then, judged untreated."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from msgspec.structs import replace

from leadrules.judging.censoring import allowing
from leadrules.judging.figure import Accounts, Figure, over
from leadrules.judging.latent import kendall, spearman
from leadrules.judging.measure import Measure, Showing
from leadrules.judging.rank import Order, average_precision, ordered, precision_at, roc_auc
from leadrules.simulator.population import Floats


def measure_ranking(showing: Showing) -> Iterator[Measure]:
    """ROC AUC, average precision, precision and lift at the top: against who wins in time, and against P(won)."""
    sample, top = showing.sample, f"{showing.top:.0%}"
    targets = [("", "", sample.target.astype(np.float64))]
    if sample.chance is not None:
        targets.append(("expected ", ", by P(won)", sample.chance))
    for word, by, likely in targets:
        among = _Among(showing, likely, seen=not word)
        yield among.measure(f"{word}auc", f"ROC AUC{by}", roc_auc)
        yield among.measure(f"{word}average_precision", f"average precision{by}", average_precision)
        yield among.measure(f"{word}precision at top", f"precision at the best {top}{by}", among.precision, "share")
        yield among.measure(f"{word}lift", f"lift at the best {top}{by}", among.lift)
    if sample.chance is not None:
        latent = _Among(showing, sample.chance)
        yield Measure(
            "spearman", "rank correlation with P(won)", "ranking", "number", 1, lambda: latent.beside(spearman)
        )
        yield Measure("kendall", "Kendall's τ with P(won)", "ranking", "number", 1, lambda: latent.beside(kendall))


class _Among:
    """The judged leads, against one target: `seen` if it is who wins, and not the chance to."""

    def __init__(self, showing: Showing, likely: Floats, seen: bool = False) -> None:
        self.showing, self.likely, self.seen = showing, likely, seen

    def measure(self, name: str, title: str, figure: Callable[[Order], Figure | None], kind: str = "number") -> Measure:
        return Measure(name, title, "ranking", kind, 1, lambda: self.all_leads(figure))  # type: ignore[arg-type]

    def all_leads(self, figure: Callable[[Order], Figure | None]) -> Figure | None:
        """A figure of the judged leads, in which the others have no part.

        None where fewer than two accounts win, or have a lead that does not: what one account shows is no sample.
        """
        sample, judged = self.showing.sample, self.showing.sample.judged
        if not judged.any():
            return None
        if self.seen and not all(several(sample.account[judged & side]) for side in (sample.target, ~sample.target)):
            return None
        weight = None if sample.weight is None else sample.weight[judged]
        found = figure(ordered(self.showing.ratings.score[judged], self.likely[judged], weight))
        return None if found is None else allowing(replace(found, parts=spread(found.parts, judged)), sample.censoring)

    def beside(self, figure: Callable[[Floats, Floats], Figure | None]) -> Figure | None:
        """A figure of scores beside what counts as winning."""
        judged = self.showing.sample.judged
        if not judged.any():
            return None
        found = figure(self.showing.ratings.score[judged], self.likely[judged])
        return None if found is None else replace(found, parts=spread(found.parts, judged))

    def precision(self, order: Order) -> Figure | None:
        return precision_at(order, self.showing.top)

    def lift(self, order: Order) -> Figure | None:
        """Precision over the share of winners among all: the share of winners who are at the top, over that of leads."""
        precision, base = self.precision(order), share_of_likely(order)
        found = None if precision is None else over(precision, base)
        if found is None or not order.certain:
            return found
        return replace(found, law="share", trials=float(order.won.sum()), unit=1 / self.showing.top)


def several(account: Accounts) -> bool:
    """Whether leads are of two accounts or more."""
    return len(account) > 0 and bool(account.min() != account.max())


def share_of_likely(order: Order) -> Figure:
    """The mean of what counts as winning."""
    leads = float(order.leads.sum())
    value = float(order.won.sum()) / leads
    return Figure(value, order.weight * (order.likely - value) / leads)


def spread(parts: Floats, among: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    """Parts of some leads as parts of all."""
    found = np.zeros(len(among))
    found[among] = parts
    return found
