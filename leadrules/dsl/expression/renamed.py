"""Names that are declared nowhere, to the declared names that nothing uses: a rename that was made in one place only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from leadrules.dsl.problem import Problem
from leadrules.dsl.spelling import akin

SAID = re.compile(r"(?:no (\w+) is called|(leads) have no field|nothing is called) `")
OPAQUE = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*')
# Who renamed so many at once forgot none of them alone.
MOST_NAMES = 50


def with_renamed(problems: Sequence[Problem], declared: Mapping[str, Iterable[str]]) -> list[Problem]:
    """The problems, with the new name first where one was probably not changed everywhere.

    `declared` are the names of each kind ("event", "field"), "" those of all that a bare name can mean.
    """
    unknown = [(problem, said) for problem in problems if (said := _said(problem))]
    if not unknown or len({name for _, (_, name) in unknown}) > MOST_NAMES:
        return list(problems)
    idle = _idle({problem.span.source.text for problem, _ in unknown}, declared)
    known = {text: kind for _, (kind, text) in unknown if kind in idle and kind}
    found: list[Problem] = []
    for problem in problems:
        said = _said(problem)
        kind = (said[0] or known.get(said[1], "")) if said else ""
        new = _new_name(said[1], idle.get(kind, ())) if said else None
        hint = f"was `{new}` meant? it is declared, and nothing uses it"
        found.append(replace(problem, hint=hint) if new else problem)
    return found


def _said(problem: Problem) -> tuple[str, str] | None:
    """The kind of a name that is not known, and the name; None for other problems, and where a name near it is known."""
    said = SAID.match(problem.message)
    if said is None or problem.fix or problem.hint.startswith("was "):
        return None
    return said[1] or ("field" if said[2] else ""), problem.span.text


def _idle(texts: Iterable[str], declared: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The declared names that stand nowhere but where they are declared."""
    uses: Counter[str] = Counter()
    for text in texts:
        uses.update(re.findall(r"\w+", OPAQUE.sub("", text)))
    return {kind: [name for name in names if uses[name] == 1] for kind, names in declared.items()}


def _new_name(old: str, idle: Sequence[str]) -> str | None:
    alike = akin(old, idle)
    return alike[0] if alike else idle[0] if len(idle) == 1 else None
