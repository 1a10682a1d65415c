"""Values from outside (`--set quiet=45days`): each for a param that is there, none twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadrules.dsl.problem import Findings, Fix, Label
from leadrules.dsl.rules import tree
from leadrules.dsl.spelling import nearest, was_meant


def check_given(ruleset: tree.Ruleset, given: Sequence[tree.Given], findings: Findings) -> Mapping[str, tree.Given]:
    """The value for each param that has one. What is wrong with the values themselves is found where params are checked."""
    params = {item.name.text for item in ruleset.items if isinstance(item, tree.Param)}
    found: dict[str, tree.Given] = {}
    for value in given:
        name = value.name.text
        if name in found:
            labels = (Label(found[name].span, "the first one"),)
            findings.error(
                "E570", value.span, f"a second value for `{name}`", labels=labels, hint="leave one of them out"
            )
        elif name in params:
            found[name] = value
        elif name not in ruleset.unread:
            _report_unknown(value, params, findings)
    return found


def _report_unknown(value: tree.Given, params: set[str], findings: Findings) -> None:
    meant = nearest(value.name.text, params)
    hint = was_meant(meant, f"declare it in the rules: `param {value.name.text} = VALUE`")
    fix = Fix(value.name.span, meant) if meant else None
    findings.error("E570", value.name.span, f"no param is called `{value.name.text}`", hint=hint, fix=fix)
