"""What is worked out once for a plan, and asked for again with every lead that is explained."""

from __future__ import annotations

import weakref

from leadrules.dsl.expression.model import Condition, Meaning, Pattern
from leadrules.dsl.rules.model import Model
from leadrules.engine.asks import fields_of
from leadrules.engine.compile_conditions import Compiler
from leadrules.engine.compile_texts import Truth
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Find, Tables


class Kept:
    """Fields that rules ask for, parts of rules compiled, and tables of texts of the leads that were asked about last."""

    def __init__(self, model: Model, compiler: Compiler) -> None:
        self._model, self.compiler = model, compiler
        self._truths: dict[int, Truth] = {}
        self._finds: dict[int, Find] = {}
        self._fields: dict[int, tuple[str, ...]] = {}
        self._tables: tuple[weakref.ref[Leads] | None, Tables] = (None, Tables())

    def fields(self, meaning: Meaning) -> tuple[str, ...]:
        """The fields that a part of the model asks for, each once."""
        found = self._fields.get(id(meaning))
        if found is None:
            found = self._fields[id(meaning)] = tuple(dict.fromkeys(fields_of(meaning, self._model)))
        return found

    def truth(self, condition: Condition) -> Truth:
        """A condition of the model, or a part of one."""
        found = self._truths.get(id(condition))
        if found is None:
            found = self._truths[id(condition)] = self.compiler.truth(condition)
        return found

    def find(self, pattern: Pattern) -> Find:
        """The occurrences that a pattern of the model means."""
        found = self._finds.get(id(pattern))
        if found is None:
            found = self._finds[id(pattern)] = self.compiler.find(pattern)
        return found

    def tables(self, leads: Leads) -> Tables:
        """The tables of texts for these leads. Those of leads that were asked about before are let go."""
        of, tables = self._tables
        if of is None or of() is not leads:
            tables = Tables()
            self._tables = weakref.ref(leads), tables
        return tables
