"""Coverage as LCOV's tracefile, which genhtml and most services that show coverage read.

A line is one on which something begins that counts; each of its outcomes is a branch, so that the share of branches is
the coverage itself. Format: the manual page of geninfo(1), section FILES.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from leadrules.verify.coverage import Coverage, Reached

NEVER_ASKED = "-"


def coverage_as_lcov(coverage: Coverage, test: str = "") -> str:
    """The tracefile: a record for each file of rules, in the order of their names. `test` names the run."""
    parts = sorted(coverage.counted, key=lambda each: (each.goal.span.source.name, _line(each)))
    records = [
        _record(name, list(found), test) for name, found in groupby(parts, lambda each: each.goal.span.source.name)
    ]
    return "".join(records)


def _record(name: str, found: Sequence[Reached], test: str) -> str:
    lines = {number: max(each.times for each in group) for number, group in groupby(found, _line)}
    branches = list(_branches(found))
    return "\n".join(
        [
            f"TN:{test}",
            f"SF:{name}",
            *branches,
            f"BRF:{len(branches)}",
            f"BRH:{sum(each.times > 0 for each in found)}",
            *(f"DA:{number},{times}" for number, times in lines.items()),
            f"LF:{len(lines)}",
            f"LH:{sum(times > 0 for times in lines.values())}",
            "end_of_record",
            "",
        ]
    )


def _branches(found: Sequence[Reached]) -> Iterator[str]:
    """`BRDA:line,block,branch,taken`: a block for each place and part, whose branches are its outcomes."""
    for number, on_line in groupby(found, _line):
        places: dict[object, list[Reached]] = {}
        for each in on_line:
            places.setdefault((each.goal.kind, each.goal.span, each.goal.part), []).append(each)
        for block, outcomes in enumerate(places.values()):
            asked = any(each.times for each in outcomes)
            for branch, each in enumerate(outcomes):
                yield f"BRDA:{number},{block},{branch},{each.times if asked else NEVER_ASKED}"


def _line(each: Reached) -> int:
    span = each.goal.span
    return span.source.position(span.start)[0]
