"""The forms of findings that other programs read, as values of `--format`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadrules.dsl.problem import Problem
from leadrules.report.finding import Finding

READ_BY_PROGRAMS = ("github", "gitlab", "junit", "sarif")
FORMS = (*READ_BY_PROGRAMS, "markdown")


def findings_in(form: str, findings: Sequence[Finding], files: Iterable[str], title: str) -> str:
    """Findings in these files in one of the forms; programs are told paths from the top of the repository."""
    from importlib.metadata import version  # a start does not pay for these

    from leadrules.files.relative import from_top, relative, way_from_top
    from leadrules.report.finding import found_at
    from leadrules.report.formats import Form, findings_as

    known: dict[str, Form] = {"github": "github", "gitlab": "gitlab", "junit": "junit", "sarif": "sarif"}
    names = [relative(name) for name in files]
    if form in READ_BY_PROGRAMS and (way := way_from_top()):
        findings = [found_at(finding, lambda path: from_top(path, way)) for finding in findings]
        names = [from_top(name, way) for name in names]
    return findings_as(known.get(form, "markdown"), findings, names, title, version("leadrules"))


def problems_in(form: str, problems: Sequence[Problem], files: Iterable[str], title: str) -> str:
    """Problems in these files in one of the forms."""
    from leadrules.files.relative import relative
    from leadrules.report.find import problems_found

    return findings_in(form, list(problems_found(problems, relative)), files, title)
