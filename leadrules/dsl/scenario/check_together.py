"""What goes together: correlated fields, and fields that the leads of an account share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.tree import Name
from leadrules.dsl.quantity import show_number
from leadrules.dsl.scenario import tree_people as tree
from leadrules.dsl.scenario.check_numbers import plain
from leadrules.dsl.scenario.correlation import DRIVES, matrix_of, names_of, pairs_of, repaired, weights_of
from leadrules.dsl.scenario.model import By, Correlation, Distribution, Parameter, Persona
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import suggest


class Together:
    """Reads what goes together in a market whose personas are known.

    `spreads`: of intent and of activity. `known_from` is the field that says since when a lead is known.
    """

    def __init__(
        self,
        fields: Sequence[str],
        personas: Sequence[Persona],
        spreads: Sequence[Parameter],
        known_from: str | None,
        scope: Scope,
    ) -> None:
        self.fields, self.personas, self.known_from = fields, personas, known_from
        self.spreads = dict(zip(DRIVES, spreads, strict=True))
        self.scope, self.findings = scope, scope.findings
        self.refused: set[str] = set()

    # Correlations

    def correlations(self, nodes: Sequence[tree.Correlate], of_activity: Parameter) -> tuple[Correlation, ...]:
        """Every correlation that is one; `of_activity` is that of activity with intent."""
        found: dict[frozenset[str], Correlation] = {}
        for node in nodes:
            one = self.correlation(node)
            if one is None:
                self.refused.add(f"correlate/{node.left.text}/{node.right.text}")
            elif found.setdefault(frozenset((one.left, one.right)), one) is not one:
                self.findings.error("E502", node.span, "this correlation is said twice", hint="keep one")
        if found:
            self.report_repair(tuple(found.values()), of_activity)
        return tuple(found.values())

    def correlation(self, node: tree.Correlate) -> Correlation | None:
        left, right = node.left.text, node.right.text
        number = plain(node.amount, f"correlate/{left}/{right}", "a correlation", self.scope)
        if abs(number.value) > 1:
            message = f"a correlation of {show_number(number.value)}"
            self.findings.error("E402", node.amount.span, message, expected="a number from -1 to 1")
            return None
        if not self.varies(node.left) or not self.varies(node.right):
            return None
        if left == right:
            self.findings.error("E730", node.span, f"`{left}` with itself", hint="name two different things")
            return None
        if {left, right} == set(DRIVES):
            hint = "write `activity { correlation with intent 0.3 }`"
            self.findings.error("E207", node.span, "this is said in `activity`", hint=hint)
            return None
        return Correlation(left, right, number, span=node.span)

    def varies(self, name: Name) -> bool:
        """Whether something has a law by which it varies; a problem where not."""
        if name.text in self.scope.unread:
            return False
        if name.text in DRIVES:
            return self.drives(name)
        if name.text not in self.fields:
            hint = suggest(name.text, (*self.fields, *DRIVES), "name fields, `intent` or `activity`")
            self.findings.error("E201", name.span, f"no field is called `{name.text}`", hint=hint)
            return False
        laws = [origin for persona in self.personas if (origin := persona.attributes.get(name.text))]
        if name.text == self.known_from or not any(isinstance(law, Distribution | By) for law in laws):
            hint = f"say how it is spread: `everyone {{ {name.text} … }}`"
            self.findings.error("E730", name.span, f"`{name.text}` has no law of its own", hint=hint)
            return False
        return True

    def drives(self, name: Name) -> bool:
        path = f"{name.text}/spread"
        if self.spreads[name.text].value == 0 and path not in self.refused:
            self.refused.add(path)
            hint = f"give it one: `{name.text} {{ spread 0.8 }}`"
            self.findings.error("E730", name.span, f"`{name.text}` has no spread", hint=hint)
        return path not in self.refused

    def report_repair(self, found: Sequence[Correlation], of_activity: Parameter) -> None:
        pairs = pairs_of(found, of_activity)
        names = names_of(self.fields, found)
        matrix = matrix_of(names, pairs)
        if weights_of(matrix) is not None:
            return
        nearest_one = repaired(matrix)
        worst = max(found, key=lambda c: abs(nearest_one[names.index(c.left)][names.index(c.right)] - c.number.value))
        became = nearest_one[names.index(worst.left)][names.index(worst.right)]
        hint = f"the nearest that can are used: {worst.left} with {worst.right} becomes {show_number(round(became, 3))}"
        self.findings.warn("W730", found[0].span, "these correlations cannot all hold at once", hint=hint)

    # Fields that an account shares

    def same(self, nodes: Sequence[tree.Same], found: Sequence[Correlation], common: Sequence[str]) -> tuple[str, ...]:
        """The fields all leads of an account share. `common` are those whose law is everyone's."""
        names: dict[str, Name] = {}
        for name in [name for node in nodes for name in node.fields]:
            if name.text in names:
                self.findings.error("E502", name.span, "this is said twice", hint="keep one")
            elif name.text not in DRIVES and self.varies(name):
                names[name.text] = name
            elif name.text in DRIVES:
                self.findings.error("E207", name.span, "accounts share fields", hint="write `intent spread 0.4`")
        for field, name in names.items():
            for other in self.needs(field, found, common):
                if other not in names:
                    self.report_alone(field, other, name.span)
        return tuple(names)

    def needs(self, field: str, found: Sequence[Correlation], common: Sequence[str]) -> Iterator[str]:
        """What the value of a field depends on."""
        if field not in common:
            yield "persona"
        for persona in self.personas[:1]:
            law = persona.attributes.get(field)
            if isinstance(law, By):
                yield law.table.subject.name
        for pair in found:
            if field in (pair.left, pair.right):
                yield pair.right if field == pair.left else pair.left

    def report_alone(self, field: str, other: str, span: Span) -> None:
        what = "the lead's persona" if other == "persona" else f"`{other}`"
        message = f"`{field}` is one for an account, and depends on {what}, which is each lead's own"
        hint = "give it one law in `everyone`" if other == "persona" else f"share that too: `same {other}, {field}`"
        self.findings.error("E732", span, message, hint=hint)
