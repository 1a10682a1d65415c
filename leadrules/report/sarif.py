"""Findings as SARIF 2.1.0, the exchange format of OASIS that code hosts and editors read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from leadrules.dsl.codes import CODES
from leadrules.report.finding import KINDS, Finding, Level, Place, gravest_first
from leadrules.report.json_text import json_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST, MOST_NOTES = 25_000, 1_000  # results of a run, and places of a result, that GitHub takes
ROOT = "SRCROOT"
LEVELS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "note"}


def findings_as_sarif(findings: Sequence[Finding], version: str) -> str:
    """One run of the program in this `version`. What is beyond the limits of GitHub is left out, the gravest last."""
    kept = sorted(findings, key=gravest_first)[:MOST]
    codes = sorted({finding.code for finding in kept})
    places = {code: place for place, code in enumerate(codes)}
    run = {
        "tool": {"driver": {"name": "leadrules", "version": version, "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            ROOT: {
                "description": {
                    "text": "The top of the repository; without one, the folder in which leadrules was started."
                }
            }
        },
        "invocations": [_invocation(len(findings) - len(kept))],
        "results": [_result(finding, places) for finding in kept],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> dict[str, Any]:
    meaning = CODES.get(code) or KINDS.get(code, code)
    told: dict[str, Any] = {"id": code, "shortDescription": {"text": meaning}}
    if code in CODES:
        told["help"] = {"text": f"`leadrules explain-code {code}` says more about it."}
    return told


def _invocation(left_out: int) -> dict[str, Any]:
    if not left_out:
        return {"executionSuccessful": True}
    text = f"{left_out:,} results are left out: {MOST:,} are as many as GitHub takes."
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}],
    }


def _result(finding: Finding, places: dict[str, int]) -> dict[str, Any]:
    message = finding.message + (f"\n{finding.hint}" if finding.hint else "")
    told: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": places[finding.code],
        "level": LEVELS[finding.level],
        "message": {"text": message},
        "locations": [_location(finding.place)],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint},
    }
    if notes := finding.notes[:MOST_NOTES]:
        told["relatedLocations"] = [
            {**_location(note.place), "id": number, **({"message": {"text": note.text}} if note.text else {})}
            for number, note in enumerate(notes)
        ]
    if finding.repair:
        where = finding.repair.place
        replacement = {"deletedRegion": _region(where), "insertedContent": {"text": finding.repair.text}}
        told["fixes"] = [{"artifactChanges": [{"artifactLocation": _artifact(where), "replacements": [replacement]}]}]
    return told


def _location(place: Place) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(place), "region": _region(place)}}


def _artifact(place: Place) -> dict[str, Any]:
    """Where a file is: below the root, but for one that is elsewhere."""
    uri = quote(place.path, errors="surrogateescape")
    return {"uri": f"file://{uri}"} if uri.startswith("/") else {"uri": uri, "uriBaseId": ROOT}


def _region(place: Place) -> dict[str, Any]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
