"""Findings as JUnit XML: a suite a file, a test that fails for each finding, and one that holds where there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from leadrules.report.finding import Finding
from leadrules.report.junit import spoken


def findings_as_junit(findings: Sequence[Finding], files: Sequence[str]) -> str:
    """The findings in these files. A remark is no failure: it stands in the output of its test."""
    root = Element("testsuites", name="leadrules")
    names = dict.fromkeys([*files, *(finding.place.path for finding in findings)])
    totals = [_suite(root, name, [f for f in findings if f.place.path == name]) for name in names]
    root.set("tests", str(sum(tests for tests, _ in totals)))
    root.set("failures", str(sum(failures for _, failures in totals)))
    root.set("errors", "0")
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")


def _suite(root: Element, name: str, findings: Sequence[Finding]) -> tuple[int, int]:
    counts = max(1, len(findings)), sum(finding.level != "note" for finding in findings)
    node = SubElement(root, "testsuite", name=spoken(name), errors="0", skipped="0")
    node.set("tests", str(counts[0]))
    node.set("failures", str(counts[1]))
    named: Counter[str] = Counter()
    for finding in findings:
        name = f"{finding.code} {finding.place.line}:{finding.place.column}"
        named[name] += 1
        _case(node, finding, name if named[name] == 1 else f"{name} ({named[name]})")
    if not findings:
        SubElement(node, "testcase", classname=spoken(name), name="nothing found")
    return counts


def _case(node: Element, finding: Finding, name: str) -> None:
    """The test that a finding fails; readers take two of one name for the same."""
    place = finding.place
    case = SubElement(node, "testcase", classname=spoken(place.path), name=spoken(name))
    text = finding.detail or finding.message
    if finding.level == "note":
        SubElement(case, "system-out").text = spoken(text)
        return
    message = f"{place.path}:{place.line}:{place.column}: {finding.message}"
    SubElement(case, "failure", type=finding.code, message=spoken(message)).text = spoken(text)
