"""What other programs ask of the reports that they read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

SCHEMAS = Path(__file__).parent / "schemas"
COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\n]*,?)+)::(.*)")


def held(schema: str, text: str) -> Any:
    """A report that is valid by a schema, read."""
    jsonschema = pytest.importorskip("jsonschema", reason="comes with leadrules[test]")
    told = json.loads(text)
    kind = jsonschema.validators.validator_for(rules := json.loads((SCHEMAS / schema).read_text(encoding="utf-8")))
    errors = [error.message for error in kind(rules).iter_errors(told)]
    assert not errors
    return told


def held_as_junit(text: str) -> Any:
    """A JUnit file that is valid and counts what it holds, read."""
    etree = pytest.importorskip("lxml.etree", reason="comes with leadrules[test]")
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / "junit.xsd")))
    tree = etree.fromstring(text.encode())
    assert schema.validate(tree), schema.error_log
    cases = tree.findall("testsuite/testcase")
    assert int(tree.get("tests")) == len(cases)
    assert int(tree.get("failures")) == len(tree.findall("testsuite/testcase/failure"))
    return tree


def held_as_commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Annotations of one line each: level, properties and message."""
    told = []
    for line in text.splitlines():
        command = COMMAND.fullmatch(line)
        assert command, line
        said = dict(part.split("=", 1) for part in command[2].split(","))
        assert int(said["line"]) <= int(said["endLine"])
        assert "col" not in said or int(said["col"]) <= int(said["endColumn"])
        told.append((command[1], said, command[3]))
    return told
