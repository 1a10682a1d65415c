"""A single change of one lead."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from leadrules.engine.values import Single


class Happens(Struct, frozen=True):
    """One more event at the lead's instant. `properties` that are not named are not known."""

    event: str
    properties: Mapping[str, Single]


class Becomes(Struct, frozen=True):
    """A field has another value, or becomes known."""

    field: str
    value: Single


Change = Happens | Becomes
