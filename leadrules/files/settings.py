"""What a project says of itself in `leadrules.toml`: which files it has, and what a pipeline asks of them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Lint(Struct, frozen=True, rename="kebab"):
    """Which doubts count: codes or their beginnings, a baseline of those left for later, and the least that fails."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    fail_on: Literal["error", "warning", "note"] = "warning"


class Testing(Struct, frozen=True, rename="kebab"):
    """The least coverage of the rules by their tests in percent, and how many leads each law is tried on."""

    coverage: float = 0.0
    laws: int = 500
    seed: int = 1


class Gating(Struct, frozen=True, rename="kebab"):
    """How gates are tried: so many leads, else as many as the market says; what has to be on one side of a bound."""

    population: int | None = None
    seed: int | None = None
    decide_by: Literal["interval", "estimate"] = "interval"


class Comparing(Struct, frozen=True, rename="kebab"):
    """What changed rules are compared with, and in which market: else in that of their first gate."""

    against: str | None = None
    scenario: str | None = None
    population: int | None = None
    seed: int | None = None
    fail_if: tuple[str, ...] = ()


class Settings(Struct, frozen=True, rename="kebab"):
    """The settings of a project; each has a value where nothing is said. Paths count from the current folder."""

    files: tuple[str, ...] = (".",)
    lint: Lint = Lint()
    test: Testing = Testing()
    gates: Gating = Gating()
    compare: Comparing = Comparing()


CODES = {
    "S101": "a settings file that is no TOML",
    "S102": "a setting that there is not",
    "S103": "a value that a setting cannot have",
    "S104": "settings in two places",
    "S105": "a file or folder that is not there",
}
