"""Paths as reports for other programs want them: relative to the current folder, with `/`."""

from __future__ import annotations

import os
from pathlib import PurePath


def relative(path: str) -> str:
    """A path from the current folder where it leads into it, else as it is; of a file of a revision, that in it."""
    if path.startswith("git:"):
        return path.split(":", 2)[-1].removeprefix("./")
    found = os.path.relpath(path)
    return PurePath(path if found.startswith("..") else found).as_posix()
