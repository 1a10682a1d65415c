"""Texts that were read to their hashes: what a result was made of, told so that anybody can check it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from leadrules.dsl.source import Source


def digests(sources: Iterable[Source]) -> Mapping[str, str]:
    """The SHA-256 of each text by its name, of what is read: UTF-8 without a mark, with line ends of one character."""
    return {source.name: hashlib.sha256(source.text.encode()).hexdigest() for source in sources}
