"""Folders to the rule and scenario files in them, all or those that hold tests; and edits of such files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from pathlib import Path

from leadrules.dsl.problem import Fix
from leadrules.files.failure import FileProblem
from leadrules.files.replace_file import replace_file
from leadrules.files.sources import read_source

BRINGS_IN = re.compile(r'^\s*(?:use|extends)\s*"([^"\n]+)"', re.MULTILINE)
HOLDS_TESTS = re.compile(r'^\s*(?:test\s*"|always\s)', re.MULTILINE)


def files_with_tests(paths: Iterable[str]) -> list[str]:
    """The files that are named, and of the folders that are named every `.lead` file with a test or a law, each once.

    Folders and files whose names begin with a dot are left out. Raises `FileProblem` where a path leads nowhere.
    """
    return _each_once(paths, ["*.lead"], holds_tests)


def source_files(paths: Iterable[str]) -> list[str]:
    """The files that are named, and of the folders that are named every `.lead` and `.scenario` file, each once.

    Folders and files whose names begin with a dot are left out. Raises `FileProblem` where a path leads nowhere.
    """
    return _each_once(paths, ["*.lead", "*.scenario"], lambda _file: True)


def rules_without_tests(files: Iterable[str]) -> list[str]:
    """Those of some files that are rules without a test or a law, and no part of another of them, whose tests are theirs."""
    rules = [file for file in files if file.endswith(".lead")]
    parts = parts_of_others(rules)
    return [file for file in rules if file not in parts and not holds_tests(Path(file))]


def _each_once(paths: Iterable[str], patterns: Iterable[str], wanted: Callable[[Path], bool]) -> list[str]:
    return list(dict.fromkeys(str(found) for path in paths for found in _found(Path(path), patterns, wanted)))


def _found(path: Path, patterns: Iterable[str], wanted: Callable[[Path], bool]) -> Iterator[Path]:
    if not os.path.exists(path):  # `Path.exists` raises at long names
        raise FileProblem(str(path), "no such file or folder")
    if not path.is_dir():
        yield path
        return
    for file in sorted(found for pattern in patterns for found in path.rglob(pattern)):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if not hidden and file.is_file() and wanted(file):
            yield file


def parts_of_others(files: Iterable[str]) -> set[str]:
    """Those of some rule files that another of them uses or extends: they need not score anything by themselves."""
    named = {str(Path(file).resolve()): file for file in files}
    brought = (Path(file).parent / path for file in named.values() for path in _brought_in(file))
    return {named[str(path.resolve())] for path in brought if str(path.resolve()) in named}


def _brought_in(file: str) -> list[str]:
    try:
        return BRINGS_IN.findall(read_source(file).text)
    except FileProblem:
        return []


def holds_tests(path: Path) -> bool:
    """Whether a file has a line that begins a test or a law. One that cannot be read as text has none."""
    try:
        return bool(HOLDS_TESTS.search(read_source(path).text))
    except FileProblem:
        return False


def rewrite(path: str, edits: Iterable[Fix]) -> None:
    """Make edits of a file's text as it was read, and leave every other byte as it is. Raises `FileProblem`."""
    try:
        raw = Path(path).read_bytes().decode("utf-8")
        offsets = _offsets(raw)
        for edit in sorted(edits, key=lambda edit: -edit.span.start):
            raw = raw[: offsets[edit.span.start]] + edit.text + raw[offsets[edit.span.end] :]
        replace_file(path, raw.encode("utf-8"))
    except OSError as mistake:
        raise FileProblem(path, (mistake.strerror or str(mistake)).lower()) from None


def _offsets(raw: str) -> list[int]:
    """Where each character of the text as it is read, and its end, stand in the file: line ends may be two there."""
    mark = raw.startswith("\ufeff")
    kept = re.findall(r"\r\n|.", raw[mark:], re.DOTALL)
    return list(accumulate(map(len, kept), initial=int(mark)))
