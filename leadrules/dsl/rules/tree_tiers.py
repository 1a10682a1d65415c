"""Tiers as they were written: what they ask for, how long they hold, and what entering and leaving them sets off."""

from __future__ import annotations

from leadrules.dsl.expression.tree import Body, Expression, Item, Name, Node, Text


class Until(Node, frozen=True):
    """`until CONDITION`."""

    condition: Expression


class HeldFor(Node, frozen=True):
    """`for at least D`."""

    duration: Expression


class Contact(Node, frozen=True):
    """`contact within D`."""

    duration: Expression


Clause = Until | HeldFor | Contact


class Tier(Item, frozen=True):
    """`hot when CONDITION, until CONDITION, contact within 1 hour`, or the last one: `cold otherwise`."""

    name: Name
    condition: Expression | None
    clauses: tuple[Clause, ...] = ()


class Frozen(Item, frozen=True):
    """`frozen while CONDITION`."""

    condition: Expression


class Thresholds(Item, frozen=True):
    """`thresholds { ... }`, highest tier first."""

    body: Body[Tier | Frozen]

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers alone."""
        return tuple(item for item in self.body.items if isinstance(item, Tier))


class Action(Item, frozen=True):
    """`notify "sales"`."""

    verb: Name
    texts: tuple[Text, ...]


class Entering(Node, frozen=True):
    """`entering TIER`."""

    tier: Name


class Leaving(Node, frozen=True):
    """`leaving TIER`, to any other or to one alone."""

    tier: Name
    to: Name | None


class Falling(Node, frozen=True):
    """`falling to TIER after TIER`."""

    tier: Name
    after: Name


class On(Item, frozen=True):
    """`on entering hot, at most once per 30 days { notify "sales" }`."""

    step: Entering | Leaving | Falling
    cooldown: Expression | None
    body: Body[Action]
