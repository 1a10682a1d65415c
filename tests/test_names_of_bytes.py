"""Names of files that are no UTF-8 text: every form of every report is written, and JSON stays JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from leadrules.files.baseline import compare_baseline
from leadrules.files.failure import FileProblem
from tests.ci_project import SCORE

NAME = os.fsdecode(b"rules/sc\xffore.lead")
FORMS = ("text", "json", "github", "gitlab", "junit", "sarif", "markdown")


@pytest.fixture
def odd(project: Path) -> str:
    """A rule set with a test that fails and a doubt, in a file whose name is no UTF-8."""
    text = SCORE.read_text(encoding="utf-8").replace("tier is not hot", "tier is   hot").replace("product, ", "")
    try:
        Path(NAME).write_text(text.replace("event webinar", "event webinar\nevent nothing"), encoding="utf-8")
    except OSError:
        pytest.skip("this system has no such names")
    return NAME


def called(*words: str, errors: str = "strict", encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    root = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONIOENCODING": f"{encoding}:{errors}"}
    return subprocess.run(
        [sys.executable, "-m", "leadrules", *words], capture_output=True, check=False, env=environment
    )


@pytest.mark.parametrize("command", [("lint",), ("check",), ("test", "--coverage")])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_can_be_written(odd: str, command: tuple[str, ...], form: str) -> None:
    found = called(*command, odd, "--format", form)
    assert found.returncode in (0, 1), found.stderr
    if form in ("json", "gitlab", "sarif"):
        json.loads(found.stdout.decode("utf-8"))


@pytest.mark.parametrize("encoding", ["cp1251", "cp932", "iso8859-7"])
def test_json_stays_json_where_the_output_has_no_such_letter(project: Path, encoding: str) -> None:
    name = "rules/é€ ł 😀.lead"
    Path(name).write_text("score s {\n", encoding="utf-8")
    found = called("check", name, "--format", "json", encoding=encoding)
    assert found.returncode == 1, found.stderr
    assert {problem["file"] for problem in json.loads(found.stdout.decode(encoding))["problems"]} == {name}


def test_reports_of_a_pipeline_are_written(odd: str) -> None:
    reports = [word for form in FORMS for word in ("--report", f"{form}=out.{form}")]
    found = called("ci", *reports, errors="surrogateescape")
    assert found.returncode == 1, found.stderr
    texts = {form: Path(f"out.{form}").read_text(encoding="utf-8") for form in FORMS}
    (run,) = json.loads(texts["sarif"])["runs"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert os.fsencode(odd) in map(unquote_to_bytes, places)
    assert odd in {issue["location"]["path"] for issue in json.loads(texts["gitlab"])}


def test_a_baseline_that_is_nested_too_deep_is_none(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(FileProblem, match="is no baseline"):
        compare_baseline(str(path), ())
