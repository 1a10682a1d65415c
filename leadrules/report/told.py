"""All that can be told about one lead: why it stands where it stands, why not elsewhere, what would move it."""

from __future__ import annotations

from msgspec import Struct

from leadrules.dsl.rules.model import Model
from leadrules.engine.account import Explanation
from leadrules.engine.explain import explain
from leadrules.engine.explain_lacks import Lacks, explain_lacks
from leadrules.engine.find_flips import find_flips
from leadrules.engine.flip import Flips
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.report.explanation import WIDTH, draw_explanation
from leadrules.report.explanation_json import explanation_as_json
from leadrules.report.flips import draw_flips
from leadrules.report.lacks import draw_lacks


class Told(Struct, frozen=True):
    """One lead explained."""

    model: Model
    account: Explanation
    lacks: Lacks
    flips: Flips

    def draw(self, width: int = WIDTH) -> str:
        """As text: paragraphs, no line longer than `width` but for what cannot be broken."""
        zone = self.model.timezone
        said = [draw_explanation(self.account, zone, width), draw_lacks(self.lacks, zone, width)]
        return "\n\n".join(part for part in (*said, draw_flips(self.flips, self.model)) if part)

    def as_json(self) -> str:
        """As one JSON object."""
        return explanation_as_json(self.account, self.lacks, self.flips, self.model)


def tell(plan: Plan, leads: Leads, position: int, at: int) -> Told:
    """Everything about the lead at `position`, as of `at` (microseconds UTC)."""
    return Told(
        plan.model,
        explain(plan, leads, position, at),
        explain_lacks(plan, leads, position, at),
        find_flips(plan, leads, position, at),
    )
