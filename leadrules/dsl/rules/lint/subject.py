"""What a lint rule looks at: a rule set as it was written and as it was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from leadrules.dsl.problem import Fix, Label, Problem, Severity
from leadrules.dsl.rules import tree, tree_criteria
from leadrules.dsl.rules.model import Model, Score
from leadrules.dsl.rules.model_criteria import Criterion
from leadrules.dsl.source import Span

SILENT = frozenset(("span", "notes", "closing"))


class Subject(Struct, dict=True, weakref=True):
    """A rule set without mistakes. `today` is the first instant of the day it is looked at, in microseconds UTC."""

    ruleset: tree.Ruleset
    model: Model
    today: float | None = None

    @cached_property
    def parts(self) -> tuple[Struct, ...]:
        """Everything that decides what a lead gets, and every part of it; tests, laws and gates are not among it."""
        model = self.model
        deciding = (model.conditions, model.scores, model.checklists, model.tiers, model.grades, model.frozen)
        return tuple(parts(deciding))

    @cached_property
    def nodes(self) -> tuple[Struct, ...]:
        """Every part of what stands in the file itself, as it was written."""
        return tuple(parts(self.statements))

    @cached_property
    def statements(self) -> tuple[tree.Declaration, ...]:
        """What stands in the file itself, and not in one that it uses or extends."""
        own = self.ruleset.span.source
        return tuple(item for item in self.ruleset.items if item.span.source is own)

    @cached_property
    def written(self) -> Mapping[tuple[str, str], tree_criteria.Criterion]:
        """Criteria as they were written, by their score and name."""
        scores = [item for item in self.ruleset.items if isinstance(item, tree.Score)]
        return {(score.name.text, node.name.text): node for score in scores for node in criteria_of(score)}

    @property
    def base_scores(self) -> Iterator[Score]:
        """The scores that are made of criteria."""
        return (score for score in self.model.scores if isinstance(score, Score))

    def node(self, score: Score, criterion: Criterion) -> tree_criteria.Criterion:
        """A criterion as it was written."""
        return self.written[score.name, criterion.name]


def criteria_of(score: tree.Score) -> Iterator[tree_criteria.Criterion]:
    """The criteria of a score as they were written."""
    for block in score.body.items:
        if isinstance(block, tree.Criteria):
            yield from block.body.items


def parts(thing: object) -> list[Struct]:
    """Everything that something is made of, itself first; no places, no comments."""
    found: list[Struct] = []
    _gather(thing, found)
    return found


def _gather(thing: object, found: list[Struct]) -> None:
    if isinstance(thing, tuple):
        for part in thing:
            if isinstance(part, tuple | Struct):
                _gather(part, found)
    elif isinstance(thing, Struct):
        found.append(thing)
        for name in thing.__struct_fields__:
            if name not in SILENT:
                part = getattr(thing, name)
                if isinstance(part, tuple | Struct):
                    _gather(part, found)


def doubt(
    code: str, span: Span, message: str, *, hint: str = "", labels: tuple[Label, ...] = (), fix: Fix | None = None
) -> Problem:
    """Something that is probably not meant so."""
    return _problem("warning", code, span, message, hint, labels, fix)


def remark(
    code: str, span: Span, message: str, *, hint: str = "", labels: tuple[Label, ...] = (), fix: Fix | None = None
) -> Problem:
    """Something that may well be meant so, and is worth a look: `leadrules check` does not show it."""
    return _problem("note", code, span, message, hint, labels, fix)


def _problem(
    severity: Severity,
    code: str,
    span: Span,
    message: str,
    hint: str,
    labels: tuple[Label, ...],
    fix: Fix | None,
) -> Problem:
    return Problem(code=code, severity=severity, span=span, message=message, hint=hint, labels=labels, fix=fix)
