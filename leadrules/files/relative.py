"""Paths as reports want them, with `/`: relative to the current folder, for other programs to the top of the repository."""

from __future__ import annotations

import os
import posixpath
from pathlib import PurePath

from leadrules.files.failure import FileProblem


def relative(path: str) -> str:
    """A path from the current folder where it leads into it, else as it is; of a file of a revision, that in it."""
    if path.startswith("git:"):
        return path.split(":", 2)[-1].removeprefix("./")
    found = os.path.relpath(path)
    if found.startswith(".."):  # the current folder has no links in it, and those on the way may lead into it
        found = os.path.relpath(led_to(path))
    return PurePath(path if found.startswith("..") else found).as_posix()


def led_to(path: str) -> str:
    """Where the links on the way to a file or folder lead; it may be a link itself."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def way_from_top() -> str:
    """The way from the top of the repository to the current folder, with a slash behind it; "" at the top, and without any."""
    from leadrules.files.revisions import git  # costs a process: where other programs read a report alone

    try:
        return git("rev-parse", "--show-prefix").stdout.decode("utf-8", "surrogateescape").removesuffix("\n")
    except FileProblem:
        return ""


def from_top(path: str, way: str) -> str:
    """A path from the top of the repository, of one from the current folder; as it is where it leads elsewhere."""
    found = posixpath.normpath(way + path)
    return path if path.startswith("/") or found.startswith("..") else found
