"""What each criterion of a rule set is worth: plain data."""

from __future__ import annotations

from msgspec import Struct

from leadrules.simulator.metrics import Estimate


class Worth(Struct, frozen=True, kw_only=True):
    """One criterion at the landmark.

    `points`: the mean of what it gives where it gives anything. `fired`, `fired_of_won`: the share of the judged leads, and of those that win, to
    which it gives points. `lift`: the win rate where it fires over that of all. `influence`: the share of leads whose tier
    changes when it is taken away. `auc_without`: what taking it away does to the ROC AUC (below 0: it helps).
    `shapley`: its part in the ROC AUC above one half, over all orders in which criteria can be added; its interval is
    that of the orders drawn. `effect`: by how much it raises the log-odds to win when it fires as it usually does, all
    other criteria being the same. `notes`: why it may be superfluous.
    """

    criterion: str
    points: float
    fired: Estimate
    fired_of_won: Estimate
    lift: Estimate
    influence: Estimate
    auc_without: Estimate
    shapley: Estimate
    effect: Estimate
    notes: tuple[str, ...]


class Inversion(Struct, frozen=True):
    """Two criteria whose points are in the other order than their effects on winning. `difference`: of the effects."""

    more: str
    more_points: float
    less: str
    less_points: float
    difference: Estimate


class Criteria(Struct, frozen=True, kw_only=True):
    """All criteria of a rule set, and pairs of them in the wrong order.

    `target`: what counts as winning: `P(won)` or `won in time`. `judged`: how many leads these figures are about, of which
    `replayed` were scored anew without each criterion. `exact`: whether scores are sums of points, bounded and rounded;
    where they are more than that there are no Shapley values, and none of a log, where nothing is drawn. `few`: how many
    accounts that win and do not an effect needs, with its criterion and without; 0 where P(won) tells of every lead.
    """

    target: str
    judged: int
    replayed: int
    exact: bool
    few: int = 0
    worth: tuple[Worth, ...]
    inversions: tuple[Inversion, ...]
