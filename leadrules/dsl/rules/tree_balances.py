"""What happens to a score as a whole, as it was written."""

from __future__ import annotations

from leadrules.dsl.expression.tree import Expression, Item, Pattern


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
