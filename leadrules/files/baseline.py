"""Doubts that are known and left for later: a file that names them, so that only new ones are shown."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from leadrules.dsl.problem import Problem
from leadrules.files.failure import FileProblem
from leadrules.files.sources import write_text
from leadrules.report.fingerprint import fingerprints, line_of

VERSION = 1


class Compared(Struct, frozen=True):
    """The problems that a baseline does not know, how many it knows, and how many it names that are settled."""

    new: tuple[Problem, ...]
    known: int
    settled: int


def write_baseline(path: str, problems: Iterable[Problem]) -> int:
    """Write the doubts among the problems, and give their number. Mistakes are never left for later."""
    files: dict[str, list[dict[str, str]]] = {}
    for problem, fingerprint in fingerprints(p for p in problems if p.severity != "error"):
        entry = {"code": problem.code, "line": line_of(problem), "fingerprint": fingerprint}
        files.setdefault(_relative(problem, path), []).append(entry)
    told = {"format_version": VERSION, "files": dict(sorted(files.items()))}
    write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", path)
    return sum(map(len, files.values()))


def compare_baseline(path: str, problems: Sequence[Problem]) -> Compared:
    """Hold the problems of the files that were read against a baseline. Raises `FileProblem` where it cannot be read."""
    known = _read(path)
    left = known.copy()
    new: list[Problem] = []
    for problem, fingerprint in fingerprints(problems):
        key = _relative(problem, path), fingerprint
        if problem.severity != "error" and left[key]:
            left[key] -= 1
        else:
            new.append(problem)
    settled = left.total()
    return Compared(tuple(new), known.total() - settled, settled)


def _relative(problem: Problem, path: str) -> str:
    """The file of a problem, from the folder of the baseline."""
    return Path(os.path.relpath(problem.span.source.name, Path(path).parent)).as_posix()


def _read(path: str) -> Counter[tuple[str, str]]:
    try:
        told: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as mistake:
        raise FileProblem(path, (mistake.strerror or str(mistake)).lower()) from None
    except (ValueError, RecursionError):
        raise FileProblem(path, "is no baseline", "write it with --write-baseline") from None
    try:
        if told["format_version"] != VERSION:
            raise FileProblem(path, f"is of format {told['format_version']}", f"this version reads format {VERSION}")
        return Counter((file, entry["fingerprint"]) for file, entries in told["files"].items() for entry in entries)
    except (KeyError, TypeError, AttributeError):
        raise FileProblem(path, "is no baseline", "write it with --write-baseline") from None
