"""Saved results come back as they were, and what is none is refused in one sentence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from leadrules.files.failure import FileProblem
from leadrules.files.saved import read_comparison
from leadrules.report.comparison import comparison_as_json
from leadrules.report.rounded import as_saved
from leadrules.simulator.metrics import Estimate
from tests.paired import pair
from tests.terminal import typed

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of two rule sets, as the command writes it."""
    folder = tmp_path_factory.mktemp("saved")
    text = (EXAMPLES / "points_card.lead").read_text()
    (folder / "new.lead").write_text(text.replace("hot when points >= 45", "hot when points >= 40"))
    place = folder / "result.json"
    files = [EXAMPLES / "points_card.lead", folder / "new.lead", EXAMPLES / "points_card.scenario"]
    found = typed(["leadrules", "compare", *map(str, files), "--population", "1500", "--format", "json"])
    assert found.code == 0, found.errors
    place.write_text(found.output.removesuffix("\n"))
    return place


def test_a_comparison_comes_back_as_it_was(saved: Path) -> None:
    found = read_comparison(saved)
    assert found.leads == 1_500 and found.figures
    assert comparison_as_json(found) == saved.read_text()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:40], "is not one JSON object"),
        (lambda _: "[]", "is not one JSON object"),
        (lambda _: "{}", "says no format_version"),
        (lambda text: text.replace('"format_version": 1', '"format_version": 99'), "has format_version 99"),
        (lambda text: text.replace('"leads": 1500', '"leads": "many"'), "expected `int`"),
    ],
)
def test_what_is_no_saved_result_is_said(saved: Path, tmp_path: Path, change: object, words: str) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(change(saved.read_text()))  # type: ignore[operator]
    with pytest.raises(FileProblem, match=words):
        read_comparison(broken)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="no such file"):
        read_comparison(tmp_path / "none.json")


def test_a_saved_result_is_json_with_its_version(saved: Path) -> None:
    assert msgspec.json.decode(saved.read_bytes())["format_version"] == 1


def test_a_result_of_simulate_says_what_it_was_made_of_and_what_makes_it_again(tmp_path: Path) -> None:
    rules, market = (str(EXAMPLES / name) for name in ("web_shop.lead", "web_shop.scenario"))
    options = ["--population", "300", "--seed", "3", "--for-precision", "0.05", "--format", "json"]
    found = typed(["leadrules", "simulate", rules, market, *options])
    told = json.loads(found.output)
    assert list(told)[:7] == ["format_version", "ruleset", "scenario", "seed", "inputs", "versions", "command"]
    assert told["inputs"] == {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in (rules, market)}
    assert set(told["versions"]) == {"leadrules", "numpy", "python"}
    assert typed(f"{told['command']} --format json").output == found.output


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A comparison with everything that a page draws, as it is saved."""
    return comparison_as_json(pair(tmp_path_factory.mktemp("drawn"), leads=600).comparison)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("figures", [], "a claim about `"),
        ("migration leads", [], "no table of 3 old and 3 new tiers"),
        ("migration won 0", [], "no table of 3 old and 3 new tiers"),
        ("migration new", [], "migration of no tiers"),
        ("curves old_scores leads 1", [], "bins are not as many"),
        ("curves old_scores tiers", [], "bins are not as many"),
        ("curves new_scores leads", [[1], [2], [3]], "in other bins"),
        ("curves weeks", [], ""),
        ("curves capacity", [1], "the calls of 1 weeks"),
        ("curves weeks 0 old value", None, "a week without a number"),
        ("time_to_hot 0 0 days", 99, "other days"),
        ("lives 0 new times", [], "scores at 0 times"),
        ("lives 0 fate", "eaten", "no outcome"),
        ("bands 0 bands", [], "bands of scores without leads"),
        ("psi value", None, "without a value"),
        ("moved", [], ""),
        ("lives", [], ""),
        ("leads", 10**30, ""),
        ("old", "\ud800", "is not one JSON object"),
    ],
)
def test_a_result_that_was_edited_is_drawn_or_refused(
    drawn: str, tmp_path: Path, place: str, value: object, words: str
) -> None:
    """Of whatever was taken out or put in, `report` says what is wrong, or draws what is left."""
    result = json.loads(drawn)
    part, steps = result, [int(step) if step.isdigit() else step for step in place.split()]
    for step in steps[:-1]:
        part = part[step]
    if place == "lives 0 fate":
        result["lives"][0]["ended"] = 5.0
    part[steps[-1]] = value
    (tmp_path / "result.json").write_text(json.dumps(result))
    found = typed(["leadrules", "report", str(tmp_path / "result.json"), "-o", str(tmp_path / "page.html")])
    assert found.code == (2 if words else 0), found.errors
    assert words in " ".join(found.errors.split()) and (tmp_path / "page.html").exists() == (not found.code)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("simulate web_shop.lead web_shop.scenario --population 100", "`simulate`"),
        ("simulate web_shop.lead --worlds --population 10", "`simulate --worlds`"),
        ("compare web_shop.lead web_shop.lead --worlds --population 10", "`compare --worlds`"),
        ("compare points_card.lead points_card_new.lead --breaking", "`compare --breaking`"),
    ],
)
def test_a_result_of_another_kind_is_called_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, kind: str
) -> None:
    monkeypatch.chdir(EXAMPLES)
    (tmp_path / "result.json").write_text(typed(f"leadrules {command} --format json").output)
    found = typed(["leadrules", "report", str(tmp_path / "result.json"), "-o", str(tmp_path / "page.html")])
    assert found.code == 2 and f"is a result of {kind}" in " ".join(found.errors.split())


@pytest.mark.parametrize("exact", [0.1 + 0.2, 0.00249999999999, 1 / 3])
def test_what_was_saved_comes_back_as_it_is_drawn(tmp_path: Path, exact: float) -> None:
    """A share on the edge of two that are shown: rounded when it is saved, it would be shown as the other one."""
    comparison = pair(tmp_path, leads=300).comparison
    figure = replace(comparison.figures[0], new=Estimate(exact, exact / 2, exact * 2))
    told = as_saved(replace(comparison, figures=(figure, *comparison.figures[1:])))
    (tmp_path / "result.json").write_text(comparison_as_json(told))
    assert read_comparison(tmp_path / "result.json") == told and told.figures[0].new.value == round(exact, 9)


def test_the_page_is_the_same_from_the_comparison_and_from_its_result(tmp_path: Path) -> None:
    pair(tmp_path, leads=300)
    files = [str(tmp_path / name) for name in ("old.lead", "new.lead", "market.scenario")]
    pages = [tmp_path / name for name in ("one.html", "other.html")]
    options = ["--population", "700", "--format", "json", "--report", str(pages[0])]
    (tmp_path / "result.json").write_text(typed(["leadrules", "compare", *files, *options]).output)
    assert typed(["leadrules", "report", str(tmp_path / "result.json"), "-o", str(pages[1])]).code == 0
    one, other = (page.read_text() for page in pages)
    assert one == other
