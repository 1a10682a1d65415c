"""Findings in one of the forms that other programs read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, assert_never

from leadrules.report.finding import Finding
from leadrules.report.findings_junit import findings_as_junit
from leadrules.report.findings_markdown import findings_as_markdown
from leadrules.report.github import findings_as_github
from leadrules.report.gitlab import findings_as_gitlab
from leadrules.report.sarif import findings_as_sarif

Form = Literal["github", "gitlab", "junit", "sarif", "markdown"]
FORMS: tuple[Form, ...] = ("github", "gitlab", "junit", "sarif", "markdown")


def findings_as(form: Form, findings: Sequence[Finding], files: Sequence[str], title: str, version: str) -> str:
    """The findings in these files: `title` heads them where there is a heading, `version` is that of the program."""
    match form:
        case "github":
            return findings_as_github(findings)
        case "gitlab":
            return findings_as_gitlab(findings)
        case "junit":
            return findings_as_junit(findings, files)
        case "sarif":
            return findings_as_sarif(findings, version)
        case "markdown":
            return findings_as_markdown(findings, title)
        case _:
            assert_never(form)
