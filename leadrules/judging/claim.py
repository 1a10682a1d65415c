"""One thing that a comparison says of a change of rules, as far as the figures allow."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Tells = Literal["same", "more", "less", "no evidence", "unknown"]


class Claim(Struct, frozen=True):
    """What is said of a subject, such as the ranking, by one figure.

    `tells`: "same" where no lead makes a difference, "more" or "less" where the interval of the difference, widened for
    the number of claims (Holm 1979), leaves out 0, "no evidence" where it holds it, "unknown" where there is none.
    `margin`: the largest difference that is not material, where one was stated; `within`: whether the difference is
    shown to be smaller.
    """

    subject: str
    figure: str
    tells: Tells
    margin: float | None = None
    within: bool = False
