"""What is measured of a rule set: a name, what it means, and how to get the figure when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from msgspec import Struct

from leadrules.dsl.rules.model_tiers import On
from leadrules.judging.figure import Figure
from leadrules.judging.ratings import Ratings
from leadrules.judging.sample import Sample
from leadrules.judging.worked import Worked

Kind = Literal["number", "share", "count", "money", "duration"]
Size = Literal["any", "volume", "queue"]
Group = Literal["ranking", "thresholds", "capacity", "calibration", "funnel", "money", "fairness", "stability"]


class Measure(Struct, frozen=True):
    """One thing that is measured.

    `name` is what gates and saved results call it, and is the same for every rule set. `better`: 1 where more of it is
    better, -1 where less is, 0 where neither can be said. `figure` works it out anew each time: its parts are as long as
    the sample, too long to keep those of every measure. `size`: how it hangs on the number of leads of a market, whose time
    and whose sales are what they are: it is the same for `any` number, a `volume` grows in proportion to it, and what comes
    from a `queue` of so many hot leads is another figure where they are more.
    """

    name: str
    title: str
    group: Group
    kind: Kind
    better: int
    figure: Callable[[], Figure | None]
    size: Size = "any"


class Showing(Struct, frozen=True):
    """A rule set in a market: the leads, what it says of them, and what the market asks for.

    `top`: the share of leads at which precision and lift are taken. `actions`: what steps between its tiers set off.
    `worked`: what sales make of the leads that it calls hot, None where nobody calls.
    """

    sample: Sample
    ratings: Ratings
    top: float
    actions: tuple[On, ...] = ()
    worked: Worked | None = None


Measures = Callable[[Showing], Iterator[Measure]]
