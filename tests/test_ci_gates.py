"""The gates of a pipeline where the market is not there, is wrong, or is not the one that the rules speak of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leadrules.cli.run import run
from tests.ci_project import SCORE, SMALL, Captured, commit, edit, small, told

MARKET = Path("rules/inbound.scenario")


def found(stage: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["code"], each["level"], each["message"]) for each in stage["findings"]]


def test_a_gate_in_a_market_that_is_not_there_fails_alone(project: Path, capsys: Captured) -> None:
    small()
    edit('gate "inbound.scenario"', 'gate "outbound.scenario"')
    code, stages = told(capsys, "--against", "git:HEAD", "--report", "gitlab=out.json")
    gates = stages["gates"]
    assert (code, gates["status"], gates["summary"]) == (1, "failed", "1 without a market that can be tried")
    message = "these rules cannot be tried in rules/outbound.scenario: no such file or directory"
    assert found(gates) == [("market", "error", message)]
    line = SCORE.read_text(encoding="utf-8").split("\n")[gates["findings"][0]["place"]["line"] - 1]
    assert line.startswith('gate "outbound.scenario"')
    assert stages["changes"]["status"] == "passed"
    assert len(json.loads(Path("out.json").read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize("looked_at", ["rules", "rules/score.lead"])
def test_a_gate_in_a_market_with_mistakes_fails_alone(project: Path, capsys: Captured, looked_at: str) -> None:
    small()
    conditions = f'files = ["{looked_at}"]\n{SMALL}fail-if = ["delta auc < -0.9"]\n'
    Path("leadrules.toml").write_text(conditions, encoding="utf-8")
    edit("hot when total >= 50", "hot when total >= 45")
    edit("version 1", "version 2")
    MARKET.write_text(MARKET.read_text(encoding="utf-8") + "\nnonsense\n", encoding="utf-8")
    code, stages = told(capsys, "--against", "git:HEAD")
    assert code == 1
    (gate,) = stages["gates"]["findings"]
    assert (gate["code"], gate["level"], gate["notes"][0]["place"]["path"]) == ("market", "error", str(MARKET))
    assert "cannot be tried in rules/inbound.scenario: 1 mistake" in gate["message"]
    changes = stages["changes"]
    assert changes["status"] == "failed"
    assert [each["code"] for each in changes["findings"]] == ["market"]
    assert "(rules/score.lead: tier)" in changes["summary"]


def test_rules_of_before_that_do_not_fit_the_market_of_now_fail_nothing(project: Path, capsys: Captured) -> None:
    small()
    edit("employees whole number", "employees text")
    edit("by employees { under 20: 0; 20 to 499: 10; 500 and over: 15; unknown: 0 }", "5 when employees is known")
    text = SCORE.read_text(encoding="utf-8").replace("employees 800", 'employees "800"')
    text = text.replace("employees 0 ", 'employees "0" ').replace("employees 120", 'employees "120"')
    now = SCORE.read_text(encoding="utf-8")
    SCORE.write_text(text, encoding="utf-8")
    commit()
    SCORE.write_text(now, encoding="utf-8")
    for old, new in (("employees text", "employees whole number"), ("version 1", "version 2")):
        edit(old, new)
    changes = told(capsys, "--against", "git:HEAD")[1]["changes"]
    assert changes["status"] == "passed"
    message = "the old rules cannot be tried in rules/inbound.scenario: 1 mistake"
    assert found(changes) == [("market", "note", message)]


def test_what_the_market_has_not_is_among_the_findings(project: Path, capsys: Captured) -> None:
    small()
    edit("student flag", "student flag\n  zip text")
    edit("student -20 when student", 'student -20 when student\n  near 1 when zip is "1010"')
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{SMALL}', encoding="utf-8")
    gates = told(capsys)[1]["gates"]
    run(["ci"])
    assert "zip" not in capsys.readouterr().err
    assert gates["status"] == "passed"
    assert [each[:2] for each in found(gates)] == [("W801", "warning")]
    assert "has no `zip`" in found(gates)[0][2]
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{SMALL}[lint]\nignore = ["W801"]\n', encoding="utf-8")
    assert not told(capsys)[1]["gates"]["findings"]
    assert run(["gates", str(SCORE), "--population", "1000"]) == 0
    assert "rules/score.lead in inbound.scenario: the market" in capsys.readouterr().err
