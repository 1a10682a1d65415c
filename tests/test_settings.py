"""The settings of a project: every mistake in them has its place, and their places are those that its text has."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.dsl.problem import Problem, RulesError
from leadrules.dsl.source import Source
from leadrules.files.failure import FileProblem
from leadrules.files.read_settings import SETTINGS, examine_settings, read_settings
from leadrules.files.settings import CODES, Settings
from leadrules.files.toml_places import locate

WHOLE = """files = ["rules", "markets"]

[lint]
select = ["W6"]
ignore = ["W801"]
baseline = "known.json"
fail-on = "error"

[test]
coverage = 80.5
laws = 1_000
seed = 3

[gates]
population = 20_000
seed = 7
decide-by = "estimate"

[compare]
against = "git:origin/main"
scenario = "markets/inbound.scenario"
population = 5_000
seed = 2
fail-if = ["delta hot_per_week > 50"]
"""


def mistakes(text: str, within: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    with pytest.raises(RulesError) as raised:
        examine_settings(Source("leadrules.toml", text), within)
    return raised.value.problems


def test_no_files_are_a_mistake() -> None:
    (problem,) = mistakes("files = []\n[lint]\nselect = []\n")
    assert (problem.code, problem.message, problem.expected) == (
        "S103",
        "`files` cannot be []",
        "at least one file or folder",
    )
    assert problem.span.source.position(problem.span.start) == (1, 9)


def test_the_hint_for_a_baseline_is_what_can_be_typed_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ci").mkdir()
    Path("ci/leadrules.toml").write_text('[lint]\nbaseline = "b c.json"\n', encoding="utf-8")
    with pytest.raises(RulesError) as raised:
        read_settings("ci/leadrules.toml")
    assert raised.value.problems[0].hint == "`leadrules lint --write-baseline 'ci/b c.json'` writes one"


def test_everything_that_can_be_said() -> None:
    found, said = examine_settings(Source("leadrules.toml", WHOLE), ())
    assert said is not None
    assert found.files == ("rules", "markets")
    assert (found.lint.select, found.lint.ignore, found.lint.fail_on) == (("W6",), ("W801",), "error")
    assert (found.test.coverage, found.test.laws, found.test.seed) == (80.5, 1_000, 3)
    assert (found.gates.population, found.gates.seed, found.gates.decide_by) == (20_000, 7, "estimate")
    assert found.compare.against == "git:origin/main"
    assert found.compare.fail_if == ("delta hot_per_week > 50",)
    said_in_whole = {path for path in locate(Source("", WHOLE)).values if path in SETTINGS}
    assert said_in_whole == set(SETTINGS)


def test_nothing_said_has_its_usual_value() -> None:
    assert examine_settings(Source("leadrules.toml", ""), ())[0] == Settings()


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "message", "hint"),
    [
        ("files = [", "S101", 1, 10, "invalid value", ""),
        ("a = 1\na = 2\n", "S101", 2, 6, "cannot overwrite a value", ""),
        ("[lint]\nselct = []\n", "S102", 2, 1, "there is no setting `lint.selct`", "was `select` meant?"),
        ("coverage = 80\n", "S102", 1, 1, "there is no setting `coverage`", "was `test.coverage` meant?"),
        ("[tests]\ncoverage = 80\n", "S102", 1, 2, "there is no setting `tests`", "was `test` meant?"),
        ("[test]\ncoverage = 101\n", "S103", 2, 12, "`coverage` cannot be 101", ""),
        ("[test]\ncoverage = true\n", "S103", 2, 12, "`coverage` cannot be true", ""),
        ("[test]\nlaws = 0\n", "S103", 2, 8, "`laws` cannot be 0", ""),
        ('[lint]\nselect = ["W6",\n  "X1"]\n', "S103", 3, 3, '`select` cannot be "X1"', ""),
        ('[lint]\nselect = "W6"\n', "S103", 2, 10, '`select` cannot be "W6"', ""),
        ("lint = 3\n", "S103", 1, 1, "`lint` has settings of its own", ""),
        ('[compare]\nagainst = "main"\n', "S103", 2, 11, '`against` cannot be "main"', ""),
        ('[compare]\nfail-if = ["auc <"]\n', "S103", 2, 12, '`fail-if` cannot be "auc <"', ""),
        ('[gates]\ndecide-by = "luck"\n', "S103", 2, 13, '`decide-by` cannot be "luck"', ""),
        ("gates.population = 1.5\n", "S103", 1, 20, "`population` cannot be 1.5", ""),
        ("gates = { population = -1 }\n", "S103", 1, 24, "`population` cannot be -1", ""),
        ('files = ["a\\u0000/b"]\n', "S103", 1, 10, '`files` cannot be "a\\u0000/b"', ""),
        ('[lint]\nbaseline = "a\\nb"\n', "S103", 2, 12, '`baseline` cannot be "a\\nb"', ""),
        ('[compare]\nscenario = "\\u009b"\n', "S103", 2, 12, '`scenario` cannot be "\\u009b"', ""),
    ],
)
def test_a_mistake_has_its_place(text: str, code: str, line: int, column: int, message: str, hint: str) -> None:
    (problem,) = mistakes(text)
    assert problem.code == code and code in CODES
    assert problem.message == message
    assert problem.span.source.position(problem.span.start) == (line, column)
    assert problem.hint.startswith(hint)
    assert problem.expected or code != "S103"


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes('files = [1, ""]\n[test]\ncoverage = "much"\n[nothing]\n')
    assert [problem.code for problem in found] == ["S103", "S103", "S103", "S102"]


def test_the_shared_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings() == Settings()
    shared = tmp_path / "pyproject.toml"
    shared.write_text("[project]\nname = 'x'\n[tool.leadrules.test]\ncoverage = 70\n")
    assert read_settings().test.coverage == 70
    assert read_settings("pyproject.toml").test.coverage == 70
    shared.write_text("[tool.leadrules]\ntset.coverage = 70\n")
    with pytest.raises(RulesError, match="tset"):
        read_settings()
    shared.write_text("[tool]\nleadrules = 3\n")
    with pytest.raises(RulesError, match="settings of its own"):
        read_settings()
    shared.write_text("[project]\nname = 'leadrules'\n")
    assert read_settings() == Settings()
    with pytest.raises(FileProblem, match="has no table"):
        read_settings("pyproject.toml")


@pytest.mark.parametrize("name", ["leadrules.toml", "pyproject.toml"])
def test_every_path_that_leads_nowhere_has_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths count from the folder of the settings, not from the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "project").mkdir()
    for there in ("rules", "project/markets"):
        Path(there).mkdir()
    table = "[tool.leadrules.{}]" if name == "pyproject.toml" else "[{}]"
    first = "[tool.leadrules]\n" if name == "pyproject.toml" else ""
    text = f'{first}files = ["markets", "rules"]\n{table}\nbaseline = "a.json"\n{table}\nscenario = "b.scenario"\n'
    (tmp_path / "project" / name).write_text(text.replace("{}", "lint", 1).replace("{}", "compare", 1))
    with pytest.raises(RulesError) as raised:
        read_settings(f"project/{name}")
    assert [(problem.code, problem.message) for problem in raised.value.problems] == [
        ("S105", "there is no rules"),
        ("S105", "there is no a.json"),
        ("S105", "there is no b.scenario"),
    ]
    assert [problem.span.text for problem in raised.value.problems] == ['"rules"', '"a.json"', '"b.scenario"']
    hints = [problem.hint for problem in raised.value.problems]
    assert hints == ["", "`leadrules lint --write-baseline project/a.json` writes one", ""]


@pytest.mark.parametrize("name", ["n" * 300, f"{'n' * 300}/b.json", "circle", "circle/b.json"])
def test_a_path_that_no_system_can_follow_leads_nowhere(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("circle").symlink_to("circle")
    Path("leadrules.toml").write_text(f'files = ["{name}"]\n[lint]\nbaseline = "{name}"\n', encoding="utf-8")
    with pytest.raises(RulesError) as raised:
        read_settings()
    found = raised.value.problems
    assert [(problem.code, problem.span.text) for problem in found] == [("S105", f'"{name}"')] * 2


def test_two_places_are_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool.leadrules]\nfiles = ['a']\n")
    Path("leadrules.toml").write_text("files = ['b']\n")
    with pytest.raises(RulesError) as raised:
        read_settings()
    (problem,) = raised.value.problems
    assert problem.code == "S104"
    assert problem.labels[0].span.source.name == "leadrules.toml"


def test_paths_of_a_named_file_count_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("project", "project/rules", "project/markets"):
        (tmp_path / folder).mkdir()
    (tmp_path / "project" / "leadrules.toml").write_text(WHOLE)
    for name in ("known.json", "markets/inbound.scenario"):
        (tmp_path / "project" / name).write_text("")
    found = read_settings("project/leadrules.toml")
    assert found.files == ("project/rules", "project/markets")
    assert found.compare.scenario == "project/markets/inbound.scenario"
    assert (found.lint.baseline, found.lint.fail_on) == ("project/known.json", "error")


KEYS = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", '"h\\"i"'])
SCALARS = st.sampled_from(
    ["1", "true", '"x # ] }"', "'y'", "1979-05-27T07:32:00Z", "-1.5e3", '"""m\n "" ]"""', "'''n'n'''"]
)
VALUES = st.recursive(
    SCALARS,
    lambda each: st.one_of(
        st.lists(each, max_size=3).map(lambda items: "[ " + " , # c ]\n".join(items) + " ]"),
        st.dictionaries(KEYS, each.filter(lambda text: "\n" not in text), max_size=3).map(
            lambda pairs: "{ " + ", ".join(f"{k} = {v}" for k, v in pairs.items()) + " }"
        ),
    ),
    max_leaves=6,
)
TABLES = st.dictionaries(
    st.sampled_from(["", "t", "u . v", '"w x"']), st.dictionaries(KEYS, VALUES, max_size=3), max_size=3
)


def leaves(told: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(told, dict):
        for name, value in told.items():
            yield from leaves(value, (*path, name))
    elif isinstance(told, list):
        for place, value in enumerate(told):
            yield from leaves(value, (*path, str(place)))
    else:
        yield path, told


@given(TABLES)
def test_every_value_stands_where_it_is_said_to(tables: dict[str, dict[str, str]]) -> None:
    parts = [
        (f"[{name}] # {name}\n" if name else "") + "".join(f"{k}={v} # '\n" for k, v in pairs.items())
        for name, pairs in sorted(tables.items())
    ]
    text = "# x\n" + "\n".join(parts)
    told = tomllib.loads(text)
    places = locate(Source("x.toml", text))
    for path, value in leaves(told):
        assert tomllib.loads(f"v = {places.values[path].text}")["v"] == value
        assert path[-1].isdigit() or places.keys[path].text


def test_tables_of_which_there_are_several() -> None:
    places = locate(Source("x.toml", "[[tool.x]]\na = 1\n[[tool.x]]\na = 2\n[ b ]\nc = 3\n"))
    assert {path: span.text for path, span in places.values.items()} == {("tool", "x", "a"): "1", ("b", "c"): "3"}
    assert [places.keys[path].text for path in (("tool", "x", "a"), ("b", "c"))] == ["a", "c"]
