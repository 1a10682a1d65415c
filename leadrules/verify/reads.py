"""What one more event of a type can change: who asks for it, directly or by what has a name."""

from __future__ import annotations

from msgspec import Struct

from leadrules.dsl.expression.model import Meaning, Pattern, Reference
from leadrules.dsl.rules.model import Combination, Model, Score
from leadrules.engine.name_values import meanings


class Readers(Struct, frozen=True):
    """Who asks for the events of one type in a rule set."""

    model: Model
    event: str

    def score(self, name: str) -> bool:
        """Whether anything a score is made of does."""
        score = next(score for score in self.model.scores if score.name == name)
        if isinstance(score, Combination):
            return any(self.score(term) for _, term in score.terms)
        return not isinstance(score, Score) or self.part(score)  # what others of an account do is not looked into

    def part(self, whole: Meaning) -> bool:
        """Whether something checked does, or anything it is made of."""
        return any(self.itself(part) for part in meanings(whole))

    def itself(self, part: Meaning) -> bool:
        """Whether this very part does, or what has the name that it uses."""
        if isinstance(part, Pattern):
            return self.pattern(part)
        if isinstance(part, Reference) and part.kind == "condition":
            return any(self.part(named.condition) for named in self.model.conditions if named.name == part.name)
        if isinstance(part, Reference) and part.kind == "fired":
            asked = ((s, c) for s, c in self.model.criteria if f"{s.name}.{c.name}" == part.name)
            return any(self.part(c) or any(map(self.part, s.resets)) for s, c in asked)
        return getattr(part, "known_for", None) is not None  # of some leads nothing but the first event says since when

    def pattern(self, pattern: Pattern) -> bool:
        """Whether a pattern means events of the type; a bare `event` means all that are not passive."""
        passive = any(event.name == self.event and event.passive for event in self.model.events)
        return pattern.event == self.event or (pattern.event is None and not passive)
