"""The contract of the house, held by tools: lint, types, arrows of import, sizes, what a start loads, the wheel."""

from __future__ import annotations

import ast
import importlib.util
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "leadrules"
FILES = sorted(PACKAGE.rglob("*.py"))


def run(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def needs(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed: it comes with leadrules[dev]")


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("ruff", ("-m", "ruff", "check", ".")),
        ("ruff", ("-m", "ruff", "format", "--check", ".")),
        ("mypy", ("-m", "mypy")),
        ("importlinter", ("-c", "from importlinter.cli import lint_imports_command as run; run()")),
    ],
    ids=["lint", "format", "types", "arrows"],
)
def test_tools_find_nothing(module: str, command: tuple[str, ...]) -> None:
    needs(module)
    result = run(*command)
    assert result.returncode == 0, result.stdout + result.stderr


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function of a file with its length in lines, docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            first = node.body[0]
            is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = (first.end_lineno or 0) - first.lineno + 1 if is_text and ast.get_docstring(node) else 0
            yield node.name, node.end_lineno - node.lineno + 1 - docstring


def test_files_and_functions_are_short() -> None:
    sizes = [n for path in FILES if (n := len(path.read_text(encoding="utf-8").splitlines())) > 1]
    lengths = sorted(length for path in FILES for _, length in functions(path))
    assert statistics.median(sizes) <= 150
    assert max(sizes) <= 400
    assert statistics.median(lengths) <= 8
    assert lengths[int(0.9 * len(lengths))] <= 25


def imports(path: Path) -> set[str]:
    """The modules of the package a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_no_circle_of_imports_hidden_ones_included() -> None:
    name = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in FILES}
    arrows = {name[path]: (imports(path) & set(name.values())) - {name[path]} for path in FILES}
    while leaves := [module for module, used in arrows.items() if not used & set(arrows)]:
        for leaf in leaves:
            del arrows[leaf]
    assert not arrows, f"these import each other: {sorted(arrows)}"


def test_every_public_name_is_explained() -> None:
    silent = []
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        public = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
        silent += [f"{path.name}:{node.name}" for node in public if not ast.get_docstring(node)]
        silent += [str(path)] if tree.body and not ast.get_docstring(tree) else []
    assert not silent


def test_rooms_stay_closed_at_their_door() -> None:
    """An `__init__` that re-exports would load lark behind the import contracts' back."""
    rooms = [path for path in FILES if path.name == "__init__.py" and path.parent not in (PACKAGE, PACKAGE / "cli")]
    assert rooms
    assert not [path for path in rooms if path.read_text(encoding="utf-8")]


HEAVY = (
    "lark",
    "numpy",
    "duckdb",
    "click",
    "rich",
    "re2",
    "pandas",
    "polars",
    "pyarrow",
    "scipy",
    "leadrules.dsl.scenario",
    "importlib.metadata",
    "subprocess",
)


def loaded(code: str) -> set[str]:
    result = run("-c", f"{code}\nimport sys; print(*sys.modules, sep='\\n')")
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split()) & set(HEAVY)


def test_what_a_start_loads() -> None:
    assert loaded("import leadrules") == set()
    assert loaded("import leadrules.dsl.rules.model, leadrules.dsl.rules.check") == set()
    check = "from leadrules.cli.run import run; run(['check', 'tests/format/whole.lead'])"
    assert loaded(check) == {"click", "lark"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs("build")
    folder = tmp_path_factory.mktemp("wheel")
    built = run("-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT))
    assert built.returncode == 0, built.stdout + built.stderr
    installed = run(
        "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder / "site"), str(*folder.glob("*.whl"))
    )
    assert installed.returncode == 0, installed.stderr
    return folder


def test_the_installed_wheel_runs(wheel: Path) -> None:
    rules = ROOT / "tests" / "format" / "whole.lead"
    path = str(wheel / "site")
    result = run("-m", "leadrules", "check", str(rules), cwd=wheel, PYTHONPATH=path)
    assert result.returncode == 0, result.stderr
    script = run(str(wheel / "site" / "bin" / "leadrules"), "--version", cwd=wheel, PYTHONPATH=path)
    assert script.stdout.startswith("leadrules ")
    assert (wheel / "site" / "leadrules" / "py.typed").exists()
    assert list((wheel / "site" / "leadrules" / "grammars").glob("*.tables"))
    explained = run("-m", "leadrules", "explain-code", "W911", cwd=wheel, PYTHONPATH=path)
    assert explained.stdout.startswith("# W911: "), explained.stderr
    assert {"page.css", "page.js"} <= {p.name for p in (wheel / "site" / "leadrules" / "report" / "assets").iterdir()}
