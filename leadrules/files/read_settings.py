"""`leadrules.toml`, or `[tool.leadrules]` in `pyproject.toml`, to settings: every mistake in them with its place."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unicodedata import category

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.codes import CODES
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.source import Source, Span
from leadrules.dsl.spelling import nearest
from leadrules.files.failure import FileProblem
from leadrules.files.relative import led_to
from leadrules.files.revisions import names_revision
from leadrules.files.settings import Settings
from leadrules.files.sources import read_source
from leadrules.files.toml_places import Path as Place
from leadrules.files.toml_places import Places, locate
from leadrules.verify.fail_if import is_condition

OWN, SHARED, WITHIN = "leadrules.toml", "pyproject.toml", ("tool", "leadrules")
WHERE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
LARGEST_COUNT = 1_000_000_000


class Setting(Struct, frozen=True):
    """What a setting may be: in words, and whether a value is."""

    expected: str
    fits: Callable[[Any], bool]


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not any(category(sign) == "Cc" for sign in value)


def _is_count(least: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= LARGEST_COUNT


def _is_percent(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and any(code.startswith(value) for code in CODES)


def _one_of(*words: str) -> Setting:
    return Setting("one of " + ", ".join(f'"{word}"' for word in words), words.__contains__)


PATH = Setting("a path, a text without control characters", _is_path)
CODE = Setting('a code or the beginning of one, such as "W9" or "W911"', _is_code)
COUNT, SEED = Setting("a whole number from 1 on", _is_count(1)), Setting("a whole number from 0 on", _is_count(0))
REVISION = Setting(
    'a revision, such as "git:origin/main"', lambda value: isinstance(value, str) and names_revision(value)
)
CONDITION = Setting(
    'a condition, such as "delta hot_per_week > 50"', lambda value: isinstance(value, str) and is_condition(value)
)

# A list of one setting stands for an array of them.
SETTINGS: Mapping[Place, Setting | list[Setting]] = {
    ("files",): [PATH],
    ("lint", "select"): [CODE],
    ("lint", "ignore"): [CODE],
    ("lint", "baseline"): PATH,
    ("lint", "fail-on"): _one_of("error", "warning", "note"),
    ("test", "coverage"): Setting("a percentage from 0 to 100", _is_percent),
    ("test", "laws"): COUNT,
    ("test", "seed"): SEED,
    ("gates", "population"): COUNT,
    ("gates", "seed"): SEED,
    ("gates", "decide-by"): _one_of("interval", "estimate"),
    ("compare", "against"): REVISION,
    ("compare", "scenario"): PATH,
    ("compare", "population"): COUNT,
    ("compare", "seed"): SEED,
    ("compare", "fail-if"): [CONDITION],
}
TABLES = frozenset(path[:1] for path in SETTINGS if len(path) > 1)


def read_settings(path: str | None = None) -> Settings:
    """The settings in a file; else those of the current folder, where it has any.

    Raises `RulesError` with everything that is wrong in them, `FileProblem` where a file that is named cannot be read.
    """
    source = _source(path)
    if source is None:
        return Settings()
    within = _within(source)
    settings, said = examine_settings(source, within)
    if path is not None and not said:
        raise FileProblem(path, "has no table [tool.leadrules]", f"settings stand there, or in {OWN}")
    if path is None and not within:
        _only_here(source)
    _report_missing(settings, source)
    return _from_here(settings, Path(source.name).parent)


def place_of_setting(path: str | None, setting: Place) -> Span:
    """Where a setting stands in the file that `read_settings` reads for the same path."""
    return _place(_source(path) or Source(OWN, ""), setting)


def _place(source: Source, setting: Place) -> Span:
    return locate(source).values.get((*_within(source), *setting), Span(source, 0, 0))


def _source(path: str | None) -> Source | None:
    """The file that is named; else that of the current folder: its own, or the shared one where it may say something."""
    if path is not None:
        return read_source(path)
    if Path(OWN).is_file():
        return read_source(OWN)
    return _shared()


def _shared() -> Source | None:
    """The shared file of the current folder, where it may say something."""
    shared = read_source(SHARED) if Path(SHARED).is_file() else None
    return shared if shared and "leadrules" in shared.text else None


def _within(source: Source) -> Place:
    return WITHIN if Path(source.name).name == SHARED else ()


def _only_here(own: Source) -> None:
    """Raises `RulesError` where the shared file has settings as well."""
    shared = _shared()
    if shared and (said := examine_settings(shared, WITHIN)[1]):
        findings = Findings()
        findings.error(
            "S104",
            said,
            f"settings stand in {SHARED} and in {OWN}",
            hint="keep one of the two",
            labels=[Label(Span(own, 0, 0), "here too")],
        )
        findings.raise_errors()


def _report_missing(settings: Settings, source: Source) -> None:
    """Raises `RulesError` with every path that leads nowhere; paths count from the folder of the settings."""
    findings, folder = Findings(), Path(source.name).parent
    said = {
        ("lint", "baseline"): settings.lint.baseline,
        ("compare", "scenario"): settings.compare.scenario,
        **{("files", str(number)): name for number, name in enumerate(settings.files)},
    }
    for path, name in said.items():
        if name is not None and not os.path.exists(folder / name):  # `Path.exists` raises at long names
            called = shlex.quote(_from_current(folder / name))
            hint = f"`leadrules lint --write-baseline {called}` writes one" if path[-1] == "baseline" else ""
            place = _place(source, path)
            findings.error("S105", place, f"there is no {name}", expected="a file or folder that is there", hint=hint)
    findings.raise_errors()


def examine_settings(source: Source, within: Place) -> tuple[Settings, Span | None]:
    """The settings in a text, below the table `within`, and where that is said: None where it is not.

    Raises `RulesError` with every mistake.
    """
    findings = Findings()
    told = _read(source, findings)
    findings.raise_errors()
    places = locate(source)
    start = Span(source, 0, 0)
    said = places.keys.get(within) if within else start
    for name in within:
        told = told.get(name, {})
        if not isinstance(told, dict):
            findings.error(
                "S103", said or start, "`leadrules` has settings of its own", expected="a table [tool.leadrules]"
            )
            findings.raise_errors()
    _examine(told, within, source, places, findings)
    findings.raise_errors()
    return msgspec.convert(told, Settings), said


def _read(source: Source, findings: Findings) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as mistake:
        findings.error("S101", _place_of(source, str(mistake)), WHERE.sub("", _lower(str(mistake))).strip())
    except RecursionError:
        findings.error("S101", Span(source, 0, 0), "brackets are nested too deep")
    return {}


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _place_of(source: Source, message: str) -> Span:
    """Where the reader of TOML stopped, by its own words; at the end of the text where it does not say."""
    found = WHERE.search(message)
    if not found or not found[1]:
        return Span(source, len(source.text), len(source.text))
    line, column = int(found[1]), int(found[2])
    start = sum(len(text) + 1 for text in source.text.split("\n")[: line - 1]) + column - 1
    return Span(source, start, min(start + 1, len(source.text)))


def _examine(told: Any, within: Place, source: Source, places: Places, findings: Findings) -> None:
    """Note everything below a table that is no setting, or has a value that it cannot have."""
    for path, value in _leaves(told, ()):
        key = places.keys.get((*within, *path), Span(source, 0, 0))
        setting = SETTINGS.get(path)
        if setting is None:
            _unknown(path, key, findings)
        elif path == ("files",) and value == []:
            _misfit(path, places.values.get((*within, *path), key), "at least one file or folder", findings)
        elif isinstance(setting, list):
            _examine_array(value, setting[0], (*within, *path), key, places, findings)
        elif not setting.fits(value):
            _misfit(path, places.values.get((*within, *path), key), setting.expected, findings)


def _leaves(told: Mapping[str, Any], path: Place) -> Iterator[tuple[Place, Any]]:
    """Every value by its path; tables that there may be are looked into."""
    for name, value in told.items():
        if isinstance(value, dict) and (*path, name) in TABLES:
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _unknown(path: Place, key: Span, findings: Findings) -> None:
    if path in TABLES:
        findings.error("S103", key, f"`{path[0]}` has settings of its own", expected=f"a table [{path[0]}]")
        return
    here = [known[-1] for known in SETTINGS if known[:-1] == path[:-1]] + [t for (t,) in TABLES if len(path) == 1]
    elsewhere = {known[-1]: ".".join(known) for known in SETTINGS}
    meant = nearest(path[-1], here) or elsewhere.get(nearest(path[-1], elsewhere) or "")
    hint = f"was `{meant}` meant?" if meant else f"there are {', '.join(sorted(here))}"
    findings.error("S102", key, f"there is no setting `{'.'.join(path)}`", hint=hint)


def _misfit(path: Place, where: Span, expected: str, findings: Findings) -> None:
    found = " ".join(where.text.split())
    shown = found if len(found) <= 40 else f"{found[:37]}..."
    name = path[-2] if path[-1].isdigit() else path[-1]
    findings.error("S103", where, f"`{name}` cannot be {shown}", expected=expected)


def _examine_array(value: Any, each: Setting, path: Place, key: Span, places: Places, findings: Findings) -> None:
    if not isinstance(value, list):
        _misfit(path, places.values.get(path, key), f"an array, each of it {each.expected}", findings)
        return
    for number, item in enumerate(value):
        if not each.fits(item):
            _misfit(path, places.values.get((*path, str(number)), key), each.expected, findings)


def _from_here(settings: Settings, folder: Path) -> Settings:
    """The same settings of another folder, with paths from the current one."""

    def here(path: str) -> str:
        return _from_current(folder / path)

    lint, compare = settings.lint, settings.compare
    if lint.baseline:
        lint = replace(lint, baseline=here(lint.baseline))
    if compare.scenario:
        compare = replace(compare, scenario=here(compare.scenario))
    return replace(settings, files=tuple(map(here, settings.files)), lint=lint, compare=compare)


def _from_current(path: Path) -> str:
    """A path from the current folder, which has no links in it, so that those on the way have to be followed."""
    return os.path.relpath(led_to(str(path)))
