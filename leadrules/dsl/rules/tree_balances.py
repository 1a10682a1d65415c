"""What happens to a score as a whole, as it was written."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import Expression, Item, Node, Pattern


class Whole(Item, frozen=True):
    """A statement about the score it stands in, and not about one of its criteria."""


class Resets(Whole, frozen=True):
    """`resets to N on EVENT where ...`."""

    value: Expression
    pattern: Pattern


class Multiplier(Whole, frozen=True):
    """`times 1.2 when CONDITION`."""

    factor: Expression
    condition: Expression


class NeverBelow(Whole, frozen=True):
    """`never below N`."""

    value: Expression


class While(Node, frozen=True):
    """`while score >= 30`."""

    operator: Literal["<", "<=", "!=", ">=", ">"]
    level: Expression


class Ages(Whole, frozen=True):
    """`ages 25% of current every D`, or `4 points every D`; `after D without EVENT while score >= N, not below M`.

    `share`: the amount is one of the current points.
    """

    amount: Expression
    share: bool
    every: Expression
    after: Expression | None
    pattern: Pattern
    condition: While | None
    low: Expression | None


class Becomes(Whole, frozen=True):
    """`becomes N after D without EVENT while score >= N`."""

    value: Expression
    after: Expression
    pattern: Pattern
    condition: While | None
