"""Files of broken cases: each is a sound file, its ground, with some of its lines written otherwise.

    ground card.lead

    == what was done to it
    - cold otherwise
    + cold otherwize     ### E110 => otherwise

Lines with `-` stand one below the other in the ground and give way to the lines with `+`. Beside a line stands the
code that is expected there, and behind `=>` what should be suggested first, where there is one right way out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
EXPECTED = re.compile(r"###\s*([EW]\d+)(?:\s*=>\s*((?:(?!\s*###).)+))?")


@dataclass(frozen=True)
class Expected:
    """A problem that is to be found: its line, its code, and the way out if there is one."""

    line: int
    code: str
    way_out: str


@dataclass(frozen=True)
class Case:
    """A broken file. `sound` is the file it was made of; `given_up` has the sound lines that its lines stand for, by number."""

    id: str
    name: str
    text: str
    sound: str
    expected: tuple[Expected, ...]
    given_up: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True)
class Change:
    """Lines that give way to others."""

    old: tuple[str, ...]
    new: tuple[str, ...]


def every_case() -> list[Case]:
    """The cases of all files, in the order of their names."""
    return [case for path in sorted(HERE.glob("*.cases")) for case in _cases(path)]


def _cases(path: Path) -> Iterator[Case]:
    head, *parts = re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    ground = head.partition("\nground ")[2].split("\n")[0]
    sound = (HERE / ground).read_text(encoding="utf-8")
    for part in parts:
        title, *lines = part.rstrip("\n").split("\n")
        yield _case(f"{path.stem}: {title}", ground, sound, list(_changes(lines)))


def _changes(lines: list[str]) -> Iterator[Change]:
    groups: list[tuple[list[str], list[str]]] = []
    for line in lines:
        if line.startswith("- ") and (not groups or groups[-1][1]):
            groups.append(([], []))
        if line.startswith(("- ", "+ ")):
            groups[-1][line[0] == "+"].append(line[2:])
        else:
            assert not line.strip() or line.startswith("#"), f"neither `-` nor `+`: {line!r}"
    return (Change(tuple(old), tuple(new)) for old, new in groups)


def _case(name: str, ground: str, sound: str, changes: list[Change]) -> Case:
    lines = sound.split("\n")
    stands_for: list[tuple[str, ...]] = [() for _ in lines]
    for change in changes:
        at = _find(lines, change.old, name)
        lines[at : at + len(change.old)] = change.new
        stands_for[at : at + len(change.old)] = [change.old] * len(change.new)
    expected = tuple(
        Expected(number, code, (way or "").strip())
        for number, line in enumerate(lines, 1)
        for code, way in EXPECTED.findall(line)
    )
    text = "\n".join(line.partition(" ###")[0].rstrip() if " ###" in line else line for line in lines)
    assert expected and text != sound, f"nothing is broken in {name!r}"
    return Case(name, ground, text, sound, expected, {at: old for at, old in enumerate(stands_for, 1) if old})


def _find(lines: list[str], old: tuple[str, ...], name: str) -> int:
    places = [at for at in range(len(lines)) if tuple(lines[at : at + len(old)]) == old]
    assert len(places) == 1, f"{name!r}: {len(places)} places have {old}"
    return places[0]
