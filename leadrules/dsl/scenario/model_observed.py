"""What stands between what happens and what is seen of it, checked: losses, doubles, delays, identities, dirt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from leadrules.dsl.scenario.parameter import Parameter


class Loss(Struct, frozen=True):
    """A share of leads of whose events a share is never seen, but for events of the types that are `spared`."""

    leads: Parameter
    events: Parameter
    spared: tuple[str, ...]


class Identity(Struct, frozen=True):
    """Before its first event of a type a lead goes by an anonymous id, which `never` (a share) becomes the lead's."""

    event: str
    never: Parameter


class Doubles(Struct, frozen=True):
    """A share of events that arrives twice; a share `renewed` of those with an id of its own each time."""

    share: Parameter
    renewed: Parameter


class Delay(Struct, frozen=True):
    """A share of events that arrives later than it happens, by a lognormal duration."""

    share: Parameter
    median: Parameter
    spread: Parameter


class Dirt(Struct, frozen=True):
    """A field whose known values are, for a share of leads, not what is true.

    They are `missing`, `wrong` (another of the field's values), `misspelt`, or `replaced` by one value for all.
    """

    field: str
    how: Literal["missing", "wrong", "misspelt", "replaced"]
    share: Parameter
    value: str | float | bool | None = None


class Enriched(Struct, frozen=True):
    """A field that is known only some time after a lead's arrival."""

    field: str
    delay: Parameter


class Observed(Struct, frozen=True):
    """Everything between the truth and the tables, in the order in which it acts.

    `losses`: by lead and then by event, each by its name (`consent`, `blocked`). `lost`: the share of each type of event that gets
    lost one by one. `filtered`: the share of leads of a persona whose events are all taken for a machine's. `clock`:
    seconds by which the clocks of leads are off, normal. Shares are of 1, durations seconds.
    """

    losses: Mapping[str, Loss]
    lost: Mapping[str, Parameter]
    filtered: Mapping[str, Parameter]
    identity: Identity | None
    doubles: Doubles | None
    delay: Delay | None
    clock: Parameter | None
    dirt: tuple[Dirt, ...]
    enriched: tuple[Enriched, ...]
