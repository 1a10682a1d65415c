"""Which rule files another revision of the repository has."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from os.path import relpath
from pathlib import PurePath

from msgspec import Struct

from leadrules.files.revisions import git, revision_of


class Base(Struct, frozen=True):
    """Rule files of a revision: paths of now to what they are called there (`git:HASH:PATH`), and those there alone.

    Of the latter only those are meant that lie below a folder in which there is a rule file now.
    """

    files: Mapping[str, str]
    gone: tuple[str, ...]


def rule_files_at(revision: str, names: Iterable[str]) -> Base:
    """The rule files among `names` that a revision, `git:REF`, has too.

    Raises `FileProblem` where there is no git, no repository or no such revision.
    """
    base = revision_of(revision)  # one commit, whatever happens to a branch meanwhile
    listed = git("ls-tree", "-rz", "--full-tree", "--name-only", base.commit).stdout
    there = {name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name.endswith(".lead")}
    now = {name: posixpath.normpath(base.within + PurePath(relpath(name)).as_posix()) for name in names}
    folders = {posixpath.dirname(path) for path in now.values()}
    gone = sorted(path for path in there - set(now.values()) if posixpath.dirname(path) in folders)
    return Base({name: f"git:{base.commit}:{path}" for name, path in now.items() if path in there}, tuple(gone))
