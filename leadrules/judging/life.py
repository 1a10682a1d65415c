"""A lead of a market as two rule sets see it from day to day. Plain data."""

from __future__ import annotations

from msgspec import Struct

from leadrules.dsl.scenario.model import OUTCOMES


class Moment(Struct, frozen=True):
    """An event, or a change of tier: seconds after the lead arrived, what happened, the score and tier after it."""

    at: float
    what: str
    score: float
    tier: str


class View(Struct, frozen=True):
    """One rule set's view of a lead: what happened, and the score at evenly spaced times, in seconds as above."""

    moments: tuple[Moment, ...]
    times: tuple[float, ...]
    scores: tuple[float, ...]

    def __post_init__(self) -> None:
        """There is a score for each time. Raises `ValueError`."""
        if len(self.times) != len(self.scores):
            raise ValueError(f"{len(self.scores)} scores at {len(self.times)} times")


class Life(Struct, frozen=True):
    """A lead, what becomes of it if nobody calls and when (None: nothing by the end of the market), and two views of it."""

    lead: str
    fate: str
    ended: float | None
    old: View
    new: View

    def __post_init__(self) -> None:
        """Whatever becomes of it is one of the outcomes of a market. Raises `ValueError`."""
        if self.ended is not None and self.fate not in OUTCOMES:
            raise ValueError(f"a lead that ends as `{self.fate}`, which is no outcome")
