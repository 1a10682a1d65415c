"""Results as JSON, without the digits that differ from one processor to the next."""

from __future__ import annotations

from typing import TypeVar

import msgspec

Record = TypeVar("Record", bound=msgspec.Struct)


def as_json(result: object) -> str:
    """A record, or a mapping, as one JSON object; figures to nine digits behind the point."""
    return msgspec.json.format(msgspec.json.encode(_short(msgspec.to_builtins(result))), indent=2).decode()


def as_saved(record: Record) -> Record:
    """A record as it comes back when it was saved, so that whatever is drawn of it is the same before and after."""
    return msgspec.convert(_short(msgspec.to_builtins(record)), type(record))


def _short(part: object) -> object:
    if isinstance(part, dict):
        return {name: _short(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_short(value) for value in part]
    return round(part, 9) if isinstance(part, float) else part
