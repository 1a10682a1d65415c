"""Bytes to a file that is there already: all of them or none, so that no one ever sees half a file."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from leadrules.files.failure import FileProblem


def replace_file(path: str, data: bytes) -> None:
    """Put new bytes in the place of a file's old ones, its permissions kept; of a link, in the file it leads to.

    Raises `FileProblem` where that cannot be done; the file is then as it was.
    """
    place = Path(path).resolve()
    try:
        if not os.access(place, os.W_OK):
            raise FileProblem(path, "may not be written", "its permissions say so")
        _swap(place, data)
    except OSError as mistake:
        raise FileProblem(path, (mistake.strerror or str(mistake)).lower()) from None


def _swap(place: Path, data: bytes) -> None:
    number, beside = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".new", dir=place.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(place, beside)
        Path(beside).replace(place)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
