"""Sets of texts as one text each, in which the same members always read the same."""

from __future__ import annotations

from collections.abc import Iterable

BETWEEN = "\x1f"


def joined(members: Iterable[str]) -> str:
    """The text of a set; that of an empty one is empty."""
    return BETWEEN.join(sorted({member for member in members if member}))


def members_of(text: str) -> tuple[str, ...]:
    """The members that `joined` made a text of."""
    return tuple(text.split(BETWEEN)) if text else ()


def written_members(text: str, separator: str = ";") -> tuple[str, ...]:
    """The members of a set as a person writes them, parted by a sign."""
    return tuple(member for part in text.split(separator) if (member := part.strip()))
