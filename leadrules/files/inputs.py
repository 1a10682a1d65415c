"""Texts that were read to their hashes: what a result was made of, told so that anybody can check it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from leadrules.dsl.source import Source


def digests(sources: Iterable[Source]) -> Mapping[str, str]:
    """The SHA-256 of each text by its name, of what is read: UTF-8 without a mark, with line ends of one character."""
    return {source.name: hashlib.sha256(source.text.encode()).hexdigest() for source in sources}


def table_digests(paths: Iterable[str]) -> Mapping[str, str]:
    """The SHA-256 of each table by its path: of the bytes of its file, or of its parts one after the other."""
    return {path: _digest(path) for path in paths}


def _digest(path: str) -> str:
    found = hashlib.sha256()
    for part in _parts(Path(path)):
        with part.open("rb") as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
    return found.hexdigest()


def _parts(path: Path) -> Iterator[Path]:
    yield from sorted(path.glob("*.parquet")) if path.is_dir() else [path]
