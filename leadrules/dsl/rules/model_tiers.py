"""Tiers that were checked: what they ask for, how long they hold, and what steps between them set off."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.model import Condition, Meaning


class Tier(Meaning, frozen=True):
    """A tier and when a lead is in it; the last tier has no condition.

    Without `until` a lead is in it while its condition is true. With `until` it enters so, and stays until that is
    true. `held_for`: it enters only where its condition has been true for so many microseconds. `contact`: the promise
    to contact the lead so many microseconds after it enters.
    """

    name: str
    condition: Condition | None
    until: Condition | None = None
    held_for: float | None = None
    contact: float | None = None


class Action(Meaning, frozen=True):
    """Something to be done, by whatever reads the transitions: `notify "sales"`."""

    verb: str
    texts: tuple[str, ...]

    @property
    def wording(self) -> str:
        """The action as the rules say it."""
        return f"{self.verb} " + ", ".join(f'"{text}"' for text in self.texts)


Step = Literal["entering", "leaving", "falling"]


class On(Meaning, frozen=True):
    """What a step between tiers sets off, at most once in each `cooldown` microseconds.

    "entering" `tier`, from any other or as the first; "leaving" it, to `other` where one is named; "falling" to `tier`
    from above, where the lead was in `other` at some time since it was last in `tier`.
    """

    step: Step
    tier: str
    other: str | None
    cooldown: float | None
    actions: tuple[Action, ...]
