"""The shipped examples: everything in `examples/NAME.out` is what its commands show."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from click import Context

from leadrules.cli.run import COMMANDS, Commands, commands
from tests.conftest import compare
from tests.terminal import typed

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
OUTS = sorted(EXAMPLES.glob("*.out"))


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize("path", OUTS, ids=lambda path: path.stem)
def test_an_example_shows_what_is_stored(path: Path, accept: bool) -> None:
    commands = [line[2:] for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("$ ")]
    assert len(commands) >= 3
    shown = []
    for command in commands:
        code, output, errors = typed(command)
        assert code == 0, errors
        shown.append(f"$ {command}\n{errors}{output}".rstrip("\n"))
    compare(path, "\n\n".join(shown) + "\n", accept)


def test_every_example_has_its_output() -> None:
    rule_sets = {path.stem for path in EXAMPLES.glob("*.lead")}
    assert rule_sets == {path.stem for path in OUTS}
    assert len(rule_sets) >= 3


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_a_help_page_works(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    if name == "report":  # it draws what another command saved
        pair = "examples/points_card.lead examples/points_card_new.lead examples/points_card.scenario"
        Path("result.json").write_text(typed(f"leadrules compare {pair} --population 1000 --format json")[1])
    command = Commands().get_command(Context(commands), name)
    assert command and command.epilog
    code, output, errors = typed(command.epilog.removeprefix("Example: "))
    assert code == 0, errors
    assert output or errors or name == "report"
