"""What a stage of a pipeline found: one thing to be said at one place, whatever tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Level = Literal["error", "warning", "note"]
# What is found besides problems, which have codes of their own.
KINDS = {
    "format": "a file that is not in its canonical form",
    "test": "a test that fails",
    "coverage": "an outcome of the rules that no test reaches",
    "gate": "a bound on a figure that a trial does not keep",
    "market": "a market that rules cannot be tried in",
    "condition": "a condition on a change that asks for what is not measured of it",
    "version": "a change of the rules that asks for another version",
    "change": "a change of the rules that can change what becomes of a lead",
    "unread": "a rule file that is not compared with what it was, since that cannot be read or has mistakes",
    "moved": "a rule set that stands in another file now",
    "gone": "a rule set, or a name that data, or readers of results, have and the rules no longer do",
    "comparison": "what a change of the rules comes to",
    "flip": "a conclusion that holds in one world and fails in another",
}


class Place(Struct, frozen=True):
    """Where something stands: a path with `/`, relative where it can be, lines and columns from 1.

    `end_column` is behind the last character, as columns are counted in characters.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


class Note(Struct, frozen=True):
    """A second place that belongs to a finding, and what is to be said there."""

    place: Place
    text: str


class Repair(Struct, frozen=True):
    """A text to stand in the place of another one, which settles a finding."""

    place: Place
    text: str


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was found.

    `code` is that of a problem, or what kind of finding it is (`test`, `law`, `format`, …). `fingerprint` stays the
    same while lines move. `detail` is what a person reads: a drawing, or "".
    """

    code: str
    level: Level
    place: Place
    message: str
    fingerprint: str
    hint: str = ""
    detail: str = ""
    notes: tuple[Note, ...] = ()
    repair: Repair | None = None


def found_at(finding: Finding, named: Callable[[str], str]) -> Finding:
    """The same finding, with other names of the files it speaks of."""

    def renamed(place: Place) -> Place:
        return replace(place, path=named(place.path))

    notes = tuple(replace(note, place=renamed(note.place)) for note in finding.notes)
    repair = finding.repair and replace(finding.repair, place=renamed(finding.repair.place))
    return replace(finding, place=renamed(finding.place), notes=notes, repair=repair)


LEVELS: tuple[Level, ...] = ("error", "warning", "note")


def gravest_first(finding: Finding) -> int:
    """The place of a finding among levels: errors come first, and are the last to be left out."""
    return LEVELS.index(finding.level)
