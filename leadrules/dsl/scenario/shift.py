"""Numbers by the value of a field, each a parameter."""

from __future__ import annotations

from leadrules.dsl.expression.model import Meaning, Range, Reference, Values
from leadrules.dsl.scenario.parameter import Parameter


class Shift(Meaning, frozen=True):
    """What the value of a field adds to intent, in logits, or what it multiplies: `numbers` beside the `rows` that hold values."""

    subject: Reference
    rows: tuple[Range | Values, ...]
    numbers: tuple[Parameter, ...]
    otherwise: Parameter
    unknown: Parameter
