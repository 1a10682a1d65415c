"""What is worked out once for a plan, and asked for again with every lead that is explained."""

from __future__ import annotations

import weakref

from leadrules.dsl.expression.model import Meaning
from leadrules.dsl.rules.model import Model
from leadrules.engine.asks import fields_of
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables


class Kept:
    """Fields that rules ask for, and tables of texts of the leads that were asked about last."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._fields: dict[int, tuple[str, ...]] = {}
        self._tables: tuple[weakref.ref[Leads] | None, Tables] = (None, Tables())

    def fields(self, meaning: Meaning) -> tuple[str, ...]:
        """The fields that a part of the model asks for, each once."""
        found = self._fields.get(id(meaning))
        if found is None:
            found = self._fields[id(meaning)] = tuple(dict.fromkeys(fields_of(meaning, self._model)))
        return found

    def tables(self, leads: Leads) -> Tables:
        """The tables of texts for these leads. Those of leads that were asked about before are let go."""
        of, tables = self._tables
        if of is None or of() is not leads:
            tables = Tables()
            self._tables = weakref.ref(leads), tables
        return tables
