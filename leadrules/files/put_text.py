"""How a text stands in its file: the mark before it, and its line ends, which formatting leaves as they are."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from pathlib import Path

from leadrules.files.failure import FileProblem
from leadrules.files.replace_file import replace_file

LINE_END = re.compile(rb"\r\n|\r|\n")


def stands_as(path: str, text: str) -> bool:
    """Whether a file holds a text, byte for byte, with the mark and the line ends it has."""
    raw = _bytes(path)
    return raw == _spelt(raw, text)


def put_text(path: str, text: str) -> None:
    """Put a text in the place of a file's old one: with a byte order mark where it had one, with line ends like that
    of its first line. Raises `FileProblem`; the file is then as it was."""
    replace_file(path, _spelt(_bytes(path), text))


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as mistake:
        raise FileProblem(path, (mistake.strerror or str(mistake)).lower()) from None


def _spelt(raw: bytes, text: str) -> bytes:
    first = LINE_END.search(raw)
    mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
    return mark + text.encode("utf-8").replace(b"\n", first[0] if first else b"\n")
