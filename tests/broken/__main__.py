"""The figures of the corpus: `python -m tests.broken`, with `-v` every file whose report is not as expected."""

from __future__ import annotations

import sys

from tests.broken.cases import every_case
from tests.broken.judge import Judgement, judge, suggestion


def figures(judged: list[Judgement]) -> dict[str, tuple[int, int]]:
    """How many of how many, by what is counted."""

    def total(what: str) -> int:
        return sum(len(getattr(j, what)) for j in judged)

    expected = sum(len(j.case.expected) for j in judged)
    mended = [j for j in judged if j.fixes and len(j.fixes) == len(j.found)]
    return {
        "problems on the right line": (total("pairs"), expected),
        "problems with the right code": (total("right_code"), expected),
        "top suggestion right": (total("right_way_out"), total("with_way_out")),
        "fixes that settle their problem": (total("settling_fixes"), total("fixes")),
        "files sound once their fixes are made": (sum(j.mended for j in mended), len(mended)),
        "files with as many reports as mistakes": (sum(not j.missed and not j.invented for j in judged), len(judged)),
        "reports that nobody expected": (total("invented"), total("found")),
    }


def explain(j: Judgement) -> list[str]:
    """What is not as expected about one file."""
    lines = [f"    missed   {e.line}: {e.code} => {e.way_out}" for e in j.missed]
    lines += [f"    invented {_told(p)}" for p in j.invented]
    lines += [f"    code     {e.code}, found {_told(p)}" for e, p in j.pairs if e.code != p.code]
    pairs = [pair for pair in j.pairs if pair[0].way_out and pair not in j.right_way_out]
    lines += [f"    wanted   `{e.way_out}`, got `{suggestion(p)}` in {_told(p)}" for e, p in pairs]
    lines += [f"    bad fix  `{p.fix.text}` for {_told(p)}" for p in j.fixes if p.fix and p not in j.settling_fixes]
    return [j.case.id, *lines] if lines else []


def _told(p: object) -> str:
    from leadrules.dsl.problem import Problem

    assert isinstance(p, Problem)
    line = p.span.source.position(p.span.start)[0]
    return f"{line}: {p.code} {p.message} | expected {p.expected[:90]} | hint {p.hint[:120]}"


def main() -> None:
    """Print the figures."""
    judged = [judge(case) for case in every_case()]
    if "-v" in sys.argv[1:]:
        print("\n".join(line for j in judged for line in explain(j)))
    print(f"{len(judged)} broken files")
    for what, (right, of) in figures(judged).items():
        print(f"{what:42} {right:4} of {of:4}  {right / max(of, 1):6.1%}")


if __name__ == "__main__":
    main()
