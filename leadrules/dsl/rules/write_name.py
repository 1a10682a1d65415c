"""A declared value or a label to how rules write it."""

from __future__ import annotations

from leadrules.dsl.expression.parse import grammar
from leadrules.dsl.expression.write import write_text


def write_name(value: str) -> str:
    """A bare word where rules read it as this value, else a text in quotes: `any` and `not` say something else."""
    bare = value.isidentifier() and value not in grammar("rules").keywords()
    return value if bare else write_text(value)
