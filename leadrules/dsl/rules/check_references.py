"""Criteria that ask about criteria: by which names, and that none asks about itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadrules.dsl.expression.model import FLAG, Holds, Meaning, Reference
from leadrules.dsl.expression.tree import Name
from leadrules.dsl.problem import Findings
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.model import AnyScore, NamedCondition, Score

DEEPEST = 50


def criterion_names(ruleset: tree.Ruleset) -> dict[str, tuple[Reference, ...]]:
    """The criteria that each name can mean: `fit.authority` is one, `authority` may be several."""
    names: dict[str, tuple[Reference, ...]] = {}
    for score in (item for item in ruleset.items if isinstance(item, tree.Score)):
        for name in _criteria(score):
            path = f"{score.name.text}.{name.text}"
            if path not in names:
                criterion = Reference("fired", path, FLAG, span=name.span)
                names[path] = (criterion,)
                names[name.text] = (*names.get(name.text, ()), criterion)
    return names


def _criteria(score: tree.Score) -> Iterator[Name]:
    for part in score.body.items:
        if isinstance(part, tree.Criteria):
            yield from (criterion.name for criterion in part.body.items)


def report_references(conditions: Sequence[NamedCondition], scores: Sequence[AnyScore], findings: Findings) -> None:
    """A problem for each circle of criteria that ask about each other, and for what is made of too many steps."""
    said: dict[str, Meaning] = {f"{s.name}.{c.name}": c for s in scores if isinstance(s, Score) for c in s.criteria}
    said |= {named.name: named for named in conditions}
    uses = {name: {one for one in asked_by(meaning) if one in said} for name, meaning in said.items()}
    for score in scores:
        if isinstance(score, Score):  # what resets a score has a say in all its criteria
            resetting = {name for reset in score.resets for name in asked_by(reset) if name in said}
            for criterion in score.criteria:
                uses[f"{score.name}.{criterion.name}"] |= resetting
    reached = {name: reachable(name, uses) for name in said}
    circular = [name for name in said if name in reached[name]]
    for at, name in enumerate(circular):
        if not any(name in reached[other] and other in reached[name] for other in circular[:at]):
            message = f"whether `{name}` fired hangs on whether `{name}` fired"
            findings.error("E205", said[name].span, message, hint="break the circle")
    if not circular:
        _report_depth(said, uses, findings)


def _report_depth(said: Mapping[str, Meaning], uses: Mapping[str, set[str]], findings: Findings) -> None:
    """The first that is made of conditions and criteria too many times over; none of them is made of itself."""
    left, depth = set(uses), 0
    while left and depth < DEEPEST:
        left -= {name for name in left if not uses[name] & left}
        depth += 1
    for name in (name for name in said if name in left):
        message = f"`{name}` is made of conditions more than {DEEPEST} deep"
        findings.error("E106", said[name].span, message, hint="say it with fewer steps")
        return


def reachable(start: str, uses: Mapping[str, set[str]]) -> set[str]:
    """Everything `start` is made of, directly or not."""
    reached: set[str] = set()
    waiting = set(uses[start])
    while waiting:
        reached |= waiting
        waiting = {used for step in waiting for used in uses[step]} - reached
    return reached


def asked_by(meaning: Meaning) -> Iterator[str]:
    """The names of the conditions and criteria that something asks about."""
    if isinstance(meaning, Holds) and meaning.reference.kind in ("condition", "fired"):
        yield meaning.reference.name
    for part in meaning.made_of():
        yield from asked_by(part)
