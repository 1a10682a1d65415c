"""Fields of leads and properties of events: their types, and how their columns are called and read."""

from __future__ import annotations

import unicodedata

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.model import DATE, DURATION, TIME, Field, Type
from leadrules.dsl.expression.tree import Name, Number, Text
from leadrules.dsl.fold import fold
from leadrules.dsl.problem import Findings, Fix, Label
from leadrules.dsl.source import Span


class Names:
    """Names of one kind that must differ, with the place of each."""

    def __init__(self, findings: Findings, what: str, owner: str = "") -> None:
        self.findings, self.what, self.owner = findings, what, f"{owner}." if owner else ""
        self.seen: dict[str, Span] = {}

    def take(self, name: Name) -> bool:
        """Whether the name is new; a problem where it was taken before."""
        _warn_mixed_scripts(name, self.findings)
        spelling = name.text.casefold()
        if spelling in self.seen:
            first = self.seen[spelling]
            labels = (Label(first, "declared here first"),)
            message = f"{self.what} `{self.owner}{name.text}` is declared twice"
            if not first.text.startswith(name.text):
                message = f"{self.what} `{self.owner}{name.text}` differs from another only in capitals"
            self.findings.error("E202", name.span, message, hint="rename one of them, or leave it out", labels=labels)
            return False
        self.seen[spelling] = name.span
        return True


def _warn_mixed_scripts(name: Name, findings: Findings) -> None:
    """Letters of two alphabets that look alike in one name are rarely meant."""
    if name.text.isascii():
        return
    scripts = {unicodedata.name(c, "?").split()[0] for c in name.text if c.isalpha()}
    mixed = sorted(scripts & {"LATIN", "GREEK", "CYRILLIC"})
    if len(mixed) > 1:
        message = f"`{name.text}` mixes {' and '.join(word.capitalize() for word in mixed)} letters"
        findings.warn("W603", name.span, message, hint="letters of two alphabets can look the same and are not")


def check_type(node: tree.Type, findings: Findings) -> Type:
    """The type a field declares; a value of a `one of` that is declared twice is a problem."""
    if node.word not in ("one of", "set of"):
        return Type(node.word, detail=node.detail if node.word == "money" else "")
    values = tuple(_value(choice) for choice in node.choices)
    seen: set[str] = set()
    for choice, value in zip(node.choices, values, strict=True):
        if fold(value) in seen:
            findings.error("E202", choice.span, f"the value `{value}` is declared twice")
        seen.add(fold(value))
    return Type(node.word, values)


def _value(choice: Name | Text | Number) -> str:
    return choice.text if isinstance(choice, Name) else choice.value if isinstance(choice, Text) else choice.written


def check_field(node: tree.Property, everywhere: tuple[str, ...], findings: Findings) -> Field:
    """One field or property. `everywhere` are texts that mean "missing" in every field."""
    type = check_type(node.type, findings)
    is_set = type.name == "set of"
    _check_blank(node, type, findings)
    if node.separator and not is_set:
        findings.error("E305", node.separator.span, f"`separated by` on a {type}", expected="a set")
    if node.separator and not node.separator.value.strip():
        findings.error("E406", node.separator.span, "nothing separates", expected='a sign, such as `","`')
    if node.known_from and type not in (TIME, DATE):
        findings.error("E305", node.span, f"`known from` on a {type}", expected="a time or a date")
    column = node.column.value if node.column else node.name.text
    missing = tuple(text.value for text in node.missing) + everywhere
    unit = node.type.detail if type == DURATION else ""
    separator = node.separator.value if node.separator else ";"
    return Field(node.name.text, type, column, unit, missing, node.blank is not None, separator, span=node.span)


def _check_blank(node: tree.Property, type: Type, findings: Findings) -> None:
    """A problem where a type has no such word for an empty cell."""
    words = {"flag": "no", "set of": "none"}
    if node.blank is None or words.get(type.name) == node.blank.word:
        return
    word, span = words.get(type.name), node.blank.span
    expected = f"`blank means {word}`" if word else "a flag (`no`) or a set (`none`)"
    fix = Fix(span, f"blank means {word}") if word else None
    findings.error("E305", span, f"`blank means {node.blank.word}` on a {type}", expected=expected, fix=fix)
