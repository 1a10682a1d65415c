"""Saved results: path to comparison."""

from __future__ import annotations

from pathlib import Path

import msgspec

from leadrules.files.failure import FileProblem
from leadrules.files.sources import FilePath
from leadrules.judging.comparison import FORMAT_VERSION, Comparison

HINT = "write one with leadrules compare OLD NEW SCENARIO --format json > result.json"


class _Head(msgspec.Struct):
    """What every saved result begins with."""

    format_version: int | None = None


class _Other(msgspec.Struct):
    """What tells other saved results from a comparison."""

    ruleset: str | None = None
    worlds: list[msgspec.Raw] | None = None
    rung: str | None = None


def read_comparison(path: FilePath) -> Comparison:
    """The comparison that `leadrules compare --format json` wrote.

    Raises `FileProblem` where the file cannot be read, is of another version of the format, or is none of these.
    """
    try:
        text = Path(path).read_bytes()
    except OSError as mistake:
        raise FileProblem(str(path), (mistake.strerror or str(mistake)).lower()) from None
    try:
        version = msgspec.json.decode(text, type=_Head).format_version
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise FileProblem(str(path), "is no saved result: it is not one JSON object", HINT) from None
    if version != FORMAT_VERSION:
        found = "says no format_version" if version is None else f"has format_version {version}"
        raise FileProblem(str(path), f"{found}; this leadrules reads {FORMAT_VERSION}", HINT)
    try:
        return msgspec.json.decode(text, type=Comparison)
    except (msgspec.DecodeError, UnicodeDecodeError) as mistake:
        kind = _kind(text)
        told = f"is a result of `{kind}`: pages are drawn of comparisons in one market, or on a log" if kind else ""
        raise FileProblem(str(path), told or f"is no saved comparison: {str(mistake).lower()}", HINT) from None


def _kind(text: bytes) -> str:
    """The command that writes such a result; empty where it may be a comparison."""
    try:
        found = msgspec.json.decode(text, type=_Other)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    if found.worlds is not None:
        return "simulate --worlds" if found.ruleset else "compare --worlds"
    return "compare --breaking" if found.rung else "simulate" if found.ruleset else ""
