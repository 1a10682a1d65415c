"""Rule and scenario files of a revision: `git:REF:PATH` to text, with all it is made of read in the same revision."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from leadrules.dsl.rules.library import Refusal
from leadrules.dsl.source import Source
from leadrules.dsl.spelling import nearest
from leadrules.files.failure import FileProblem

if TYPE_CHECKING:
    import subprocess

NAMED = re.compile(r"git:([^:]*):(.*)", re.DOTALL)
FORM = "git:REF:PATH, such as git:main:rules/card.lead"
WHOLE = re.compile(r"git:([^:\s\x00-\x1f\x7f]+)")
LINK = "120000"
LARGEST = 20_000_000
MOST_LINKS = 40  # on the way to one file, as Linux has it
LEADS_OUT = Refusal("it is a link that leads out of the folder")


def is_revision(path: str) -> bool:
    """Whether a path names a file of a revision rather than one of a folder."""
    return path.startswith("git:")


class GitProblem(FileProblem):
    """What git has, and cannot give: it is not the same as that there is nothing."""


class Revision(Struct, frozen=True):
    """One commit of the repository that the current folder is in.

    `name` is how the commit was asked for, `commit` its full hash. `within` leads from the top of the repository to the
    current folder: "" or with a slash at its end.
    """

    name: str
    commit: str
    within: str

    def text_of(self, path: str, called: str, below: str = "") -> str | Refusal:
        """The text at a path from the top of the repository, or why there is none; `called` is what messages say.

        Links are followed, unless they lead out of the folder `below`.
        """
        entry = self._entry(path)
        if entry and entry.mode != LINK:
            return entry.text(self.name, called)
        target = self.leads_to(path)
        if target == path:
            return Refusal(f"there is no such file in {self.name}", self.meant(path))
        behind = None if target is None else self._entry(target)
        if target is None or behind is None:
            return Refusal("it is a link that leads to no file of the repository")
        return behind.text(self.name, called) if _is_below(target, self.leads_to(below)) else LEADS_OUT

    def leads_to(self, path: str) -> str | None:
        """Where links on the way lead, from the top of the repository: the same path where there are none.

        None where they lead out of the repository, or in a circle.
        """
        every, left, done, followed = listed(self.commit), path.split("/")[::-1], [""], 0
        while left:
            part = left.pop()
            if part == "..":
                done.pop()
            elif part not in ("", "."):
                done.append(part)
            if not done:
                return None if followed else path
            entry = every.get("/".join(done[1:]))
            if entry and entry.mode == LINK:
                target = _target(entry.blob)
                if target.startswith("/") or followed == MOST_LINKS:
                    return None
                followed += 1
                done.pop()
                left += target.split("/")[::-1]
        return "/".join(done[1:]) if followed else path

    def _entry(self, path: str) -> Entry | None:
        parts = path.split("/")
        plain = "/".join(part for part in parts if part not in ("", "."))
        return listed(self.commit).get(plain) if parts[0] and parts[-1] else None

    def meant(self, path: str) -> str:
        """What may have been meant by a path that leads nowhere."""
        ending = PurePosixPath(path).suffix
        known = [name for name in listed(self.commit) if name.endswith(ending or ".lead")]
        if self.within + path in known:
            return f"paths count from the top of the repository: git:{self.name}:{self.within}{path}"
        alike = nearest(path, known) or next((name for name in known if PurePosixPath(name).name == path), None)
        return f"was git:{self.name}:{alike} meant?" if alike else ""


class Entry(Struct, frozen=True):
    """What a revision has at a path, as git tells it."""

    mode: str
    kind: str
    blob: str

    def text(self, revision: str, called: str) -> str | Refusal:
        """The text of a file; `revision` and `called` are what messages say."""
        if self.kind != "blob":
            return Refusal(
                f"{called} is no file in {revision} but a {'folder' if self.kind == 'tree' else 'submodule'}"
            )
        size = int(told("cat-file", "-s", self.blob))
        if size > LARGEST:
            return Refusal(f"{size:,} bytes are too many for a rule file")
        try:
            return told("cat-file", "blob", self.blob).decode("utf-8-sig")
        except UnicodeDecodeError as mistake:
            return Refusal(f"byte {mistake.start} is no UTF-8 text", "save the file as UTF-8")


class RevisionFolder(Struct, frozen=True):
    """The files of a revision below a folder: what a rule set of that revision may be made of."""

    revision: Revision
    folder: str

    def find(self, path: str) -> Source | Refusal:
        """The text of the file at `path`, which has no `..` in it, below the folder."""
        place = self.folder + path
        found = self.revision.text_of(place, place, self.folder)
        return found if isinstance(found, Refusal) else _source(f"git:{self.revision.name}:{place}", found)


def read_revision(path: str) -> tuple[Source, RevisionFolder]:
    """The text of `git:REF:PATH`, and the folder it is in.

    Paths count from the top of the repository, as git's own do; those with `./` from the current folder. Raises
    `FileProblem` where there is no git, no repository, no such revision or no such file.
    """
    revision, place = _located(path)
    found = revision.text_of(place, place)
    if isinstance(found, Refusal):
        raise FileProblem(path, found.reason, found.hint)
    folder = place[: place.rfind("/") + 1]
    return _source(path, found), RevisionFolder(revision, folder)


def fixed(path: str) -> str:
    """The same path with the hash of the commit in place of a name that will mean another one some day."""
    if not is_revision(path):
        return path
    revision, place = _located(path)
    return f"git:{revision.commit}:{place}"


def names_revision(text: str) -> bool:
    """Whether a text is `git:REF`."""
    return WHOLE.fullmatch(text) is not None


def revision_of(named: str) -> Revision:
    """The commit that `git:REF` names. Raises `FileProblem` where there is no git, no repository or no such revision."""
    return _revision(named.removeprefix("git:"), named)


@cache
def listed(commit: str) -> Mapping[str, Entry]:
    """Every file and folder of a commit, by its path from the top of the repository. Raises `GitProblem`."""
    found = told("ls-tree", "-rtz", "--full-tree", commit).decode("utf-8", "surrogateescape")
    every = (entry.partition("\t") for entry in found.split("\0") if entry)
    return {path: Entry(*head.split()) for head, _, path in every}


@cache
def _target(blob: str) -> str:
    """Where a link leads, by its hash."""
    return told("cat-file", "blob", blob).decode("utf-8", "surrogateescape")


def _is_below(path: str, folder: str | None) -> bool:
    home = (folder or "").rstrip("/")
    return not home or path.startswith(f"{home}/")


def _located(path: str) -> tuple[Revision, str]:
    """The revision that a path names, and the path within it, from the top of the repository."""
    named = NAMED.fullmatch(path)
    if not named or not all(named.groups()):
        raise FileProblem(path, "names no file of a revision", f"it is {FORM}")
    name, place = named.groups()
    revision = _revision(name, path)
    return revision, revision.within + place.removeprefix("./") if place.startswith("./") else place


def _revision(name: str, called: str) -> Revision:
    """The commit of a name; `called` is what messages say."""
    inside = git("rev-parse", "--show-prefix")
    if inside.returncode:
        raise FileProblem(called, *_no_repository(inside.stderr.decode("utf-8", "replace")))
    within = inside.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")
    found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found.returncode:
        raise FileProblem(called, f"the repository has no revision `{name}`", _revision_meant(name))
    return Revision(name, found.stdout.decode().split()[-1], within)


def _no_repository(said: str) -> tuple[str, str]:
    if "not a git repository" in said:
        return "the current folder is in no git repository", "run the command in the repository that has the revision"
    return f"git says: {said.strip().splitlines()[0] if said.strip() else 'nothing'}", ""


def _revision_meant(name: str) -> str:
    """A branch or tag of a similar name."""
    listed = git("for-each-ref", "--format=%(refname:short)").stdout.decode("utf-8", "replace").split()
    alike = nearest(name, listed)
    return f"was `{alike}` meant?" if alike else "a branch, a tag, or a commit such as HEAD~1"


def _source(name: str, text: str) -> Source:
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git answers in the current folder. Raises `FileProblem` where there is no git."""
    import subprocess  # most runs ask for no revision

    try:
        return subprocess.run(
            ["git", "-c", "core.quotePath=false", *arguments], capture_output=True, check=False, env=_environment()
        )
    except FileNotFoundError:
        raise FileProblem("git", "is not installed", "git:REF:PATH asks it for files") from None


def told(*arguments: str) -> bytes:
    """What git tells of something that it has. Raises `GitProblem` where it cannot."""
    found = git(*arguments)
    if found.returncode:
        said = found.stderr.decode("utf-8", "replace").strip() or "nothing"
        hint = "a clone without all files fetches them: it needs the repository it came from"
        raise GitProblem("git", f"cannot tell what the revision has: {said.splitlines()[-1]}", hint)
    return found.stdout


def _environment() -> dict[str, str]:
    """Messages of git in English, and no question to anybody."""
    return {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
