"""Tests as JUnit XML, which CI systems read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from leadrules.report.find import failure_of
from leadrules.report.tests import draw_verdict
from leadrules.report.text import draw_problem
from leadrules.verify.law_problems import law_problems
from leadrules.verify.laws import Verdict as LawVerdict
from leadrules.verify.suites import Suite, said

# Characters that XML 1.0 cannot hold, not even escaped.
UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def suites_as_junit(suites: Sequence[Suite]) -> str:
    """One `testsuite` a file, one `testcase` a test; a file with mistakes has one test, which fails with them."""
    root = Element("testsuites", name="leadrules")
    totals = [_suite(root, suite) for suite in suites]
    root.set("tests", str(sum(tests for tests, _ in totals)))
    root.set("failures", str(sum(failures for _, failures in totals)))
    root.set("errors", "0")
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")


def _suite(root: Element, suite: Suite) -> tuple[int, int]:
    broken = bool(suite.problems)
    counts = (len(suite.verdicts) + len(suite.laws) + broken, len(suite.failed) + len(suite.broken) + broken)
    node = SubElement(root, "testsuite", name=spoken(suite.file), errors="0")
    node.set("skipped", str(sum(law.kind == "open" for law in suite.laws)))
    node.set("tests", str(counts[0]))
    node.set("failures", str(counts[1]))
    if broken:
        text = "\n\n".join(map(draw_problem, suite.problems))
        _failed(_case(node, suite.file, "can be read"), "mistakes", suite.problems[0].message, text)
    for verdict in suite.verdicts:
        case = _case(node, suite.file, verdict.test.title)
        if not verdict.holds:
            _failed(case, "expectation", failure_of(verdict), draw_verdict(verdict, suite.zone))
    for law in suite.laws:
        _law(_case(node, suite.file, said(law.law)), law)
    return counts


def _law(case: Element, verdict: LawVerdict) -> None:
    """A law that is broken fails; one that is undecided was skipped."""
    if verdict.kind == "open":
        SubElement(case, "skipped", message=spoken(verdict.why))
    elif verdict.kind == "broken":
        _failed(case, "law", verdict.why, "\n\n".join(map(draw_problem, law_problems([verdict]))))


def _case(parent: Element, file: str, name: str) -> Element:
    return SubElement(parent, "testcase", classname=spoken(file), name=spoken(name))


def _failed(case: Element, kind: str, message: str, text: str) -> None:
    failure = SubElement(case, "failure", type=kind, message=spoken(message))
    failure.text = spoken(text)


def spoken(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return UNSPEAKABLE.sub("\ufffd", text)
