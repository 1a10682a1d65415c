"""LCOV tracefiles read as strictly as genhtml reads them: the records in their order, and the checks of LCOV 2.

Source: the manual page geninfo(1), section TRACEFILE FORMAT; the checks are those of `lcov` 2 for lines and branches that
contradict each other (error class "inconsistent").
"""

from __future__ import annotations

import re
from typing import NamedTuple

TEST = re.compile(r"TN:\w*")
BRANCH = re.compile(r"BRDA:([1-9]\d*),(\d+),(\d+),(\d+|-)")
LINE = re.compile(r"DA:([1-9]\d*),(\d+)")


class Record(NamedTuple):
    """The lines (number to count) and the branches ((line, block, branch) to count, None where never asked) of a file."""

    file: str
    lines: dict[int, int]
    branches: dict[tuple[int, int, int], int | None]


def read_tracefile(text: str) -> list[Record]:
    """The records of a tracefile; an assertion fails where a reader would refuse it."""
    assert text.endswith("end_of_record\n") or not text
    records = [_record(part.split("\n")) for part in text.split("end_of_record\n")[:-1]]
    assert len({record.file for record in records}) == len(records), "a file twice"
    return records


def _record(lines: list[str]) -> Record:
    assert lines.pop() == ""
    assert TEST.fullmatch(lines.pop(0))
    source = lines.pop(0)
    assert source.startswith("SF:")
    record = Record(source[3:], {}, {})
    while lines[0].startswith("BRDA:"):
        line, block, branch, taken = BRANCH.fullmatch(lines.pop(0)).groups()  # type: ignore[union-attr]
        key = int(line), int(block), int(branch)
        assert key not in record.branches
        record.branches[key] = None if taken == "-" else int(taken)
    assert lines.pop(0) == f"BRF:{len(record.branches)}"
    assert lines.pop(0) == f"BRH:{sum(bool(taken) for taken in record.branches.values())}"
    while lines[0].startswith("DA:"):
        number, count = LINE.fullmatch(lines.pop(0)).groups()  # type: ignore[union-attr]
        assert int(number) > max(record.lines, default=0), "lines ascend"
        record.lines[int(number)] = int(count)
    assert lines.pop(0) == f"LF:{len(record.lines)}"
    assert lines.pop(0) == f"LH:{sum(map(bool, record.lines.values()))}"
    assert not lines
    _consistent(record)
    return record


def _consistent(record: Record) -> None:
    for number in {line for line, _, _ in record.branches}:
        taken = [count for (line, _, _), count in record.branches.items() if line == number]
        assert number in record.lines, "a branch on a line without count"
        assert bool(record.lines[number]) == any(taken), "a line and its branches contradict each other"
    for line, block, _ in record.branches:
        asked = [count is None for (at, of, _), count in record.branches.items() if (at, of) == (line, block)]
        assert len(set(asked)) == 1, "a block that was asked in part"
