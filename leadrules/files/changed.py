"""Which rule files another revision of the repository has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from os.path import abspath, isfile, join, realpath, relpath
from pathlib import PurePath

from msgspec import Struct

from leadrules.dsl.problem import RulesError
from leadrules.dsl.rules.tree import Header
from leadrules.files.failure import FileProblem
from leadrules.files.relative import led_to
from leadrules.files.revisions import Revision, listed, revision_of
from leadrules.files.sources import read_rules


class Base(Struct, frozen=True):
    """Rule files of a revision.

    `files`: paths of now to what they are called there (`git:HASH:PATH`). `moved`: those of them that stood elsewhere, to
    their paths then; a new file is an old one where a rule set of its name is no longer there. `gone`: those that are
    there alone, of what was looked at. Both are paths from the current folder.
    """

    files: Mapping[str, str]
    moved: Mapping[str, str]
    gone: tuple[str, ...]


def rule_files_at(revision: str, names: Iterable[str], within: Iterable[str]) -> Base:
    """The rule files among `names`, which were found in the files and folders `within`, that a revision, `git:REF`, has too.

    Raises `FileProblem` where there is no git, no repository or no such revision, and where one of `names` is
    a file outside of the repository.
    """
    base = revision_of(revision)  # one commit, whatever happens to a branch meanwhile
    every = listed(base.commit).items()
    known = {path for path, entry in every if path.endswith(".lead") and entry.kind == "blob"}
    places = {name: _place_then(base, name, known) for name in names}
    compared = {base.leads_to(place) for place in places.values() if place is not None}
    left = {path for path in known - compared if not isfile(_path(base, path))}
    roots = _roots(base, within)
    gone = {path for path in left if any(_lies_in(path, root) for root in roots)}
    moved = dict[str, str]()
    for there in (gone, left - gone):  # a rule set is looked for where others were looked at, then elsewhere
        added = [name for name, place in places.items() if place is None and name not in moved]
        moved |= _moved(added, sorted(there), base)
    files = {name: f"git:{base.commit}:{place}" for name, place in (places | moved).items() if place is not None}
    before = {name: _path(base, path) for name, path in moved.items()}
    return Base(files, before, tuple(_path(base, path) for path in sorted(gone - set(moved.values()))))


def _roots(base: Revision, within: Iterable[str]) -> set[str]:
    """The files and folders that are looked at, from the top of the repository: as typed, by links of now and of then."""
    found = set[str]()
    for path in within:
        typed = _place(base, abspath(path))
        found |= {typed, _place(base, realpath(path)), base.leads_to(typed) or typed}
    return found


def _place_then(base: Revision, name: str, known: Collection[str]) -> str | None:
    """The path, from the top of the repository, of what a file was in the revision; None where it is new.

    Links may have led elsewhere then, so that the path as it is typed comes first and where it leads now last. Raises
    `FileProblem` where that is out of the repository.
    """
    target = realpath(name)
    if _place(base, target).startswith("../"):
        reason = f"is not in the repository, so that {base.name} has nothing to compare it with"
        raise FileProblem(name, reason, "leave it out, or run the command in its own repository")
    ways = abspath(name), led_to(name), target
    places = (_place(base, way) for way in ways if realpath(way) == target)  # not so where `..` follows a link
    return next((place for place in places if place in known or base.leads_to(place) in known), None)


def _place(base: Revision, path: str) -> str:
    """The path from the top of the repository, of one without links."""
    return PurePath(relpath(path, realpath(_path(base, "")))).as_posix()


def _path(base: Revision, place: str) -> str:
    """The path from the current folder."""
    return PurePath(relpath(join(*[".."] * base.within.count("/"), place) or ".")).as_posix()


def _lies_in(path: str, root: str) -> bool:
    """Whether a file is one, or in a folder, that was looked at; what begins with a dot is never looked at."""
    if path == root:
        return True
    inner = path if root == "." else path.removeprefix(f"{root}/")
    return (root == "." or inner != path) and not any(part.startswith(".") for part in inner.split("/"))


def _moved(added: list[str], gone: list[str], base: Revision) -> dict[str, str]:
    """Files that are new to those that are gone, where one of each has a rule set of the same name."""
    new, old = _by_name(added, added), _by_name([f"git:{base.commit}:{path}" for path in gone], gone)
    return {new[name][0]: old[name][0] for name in new if len(new[name]) == len(old.get(name, ())) == 1}


def _by_name(paths: Iterable[str], called: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, name in zip(paths, called, strict=True):
        if ruleset := _name_of(path):
            found.setdefault(ruleset, []).append(name)
    return found


def _name_of(path: str) -> str | None:
    """The name of the rule set in a file; None where it has none, or cannot be read."""
    try:
        items = read_rules(path)[0].items
    except (RulesError, FileProblem):
        return None
    return next((item.name.text for item in items if isinstance(item, Header)), None)
