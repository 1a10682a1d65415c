"""What a benchmark prints: a line for each tool, with its ratio, the gate for it and the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from benchmarks.rounds import Laps

HEAD = ("", "seconds", "a second", "ratio", "rounds", "gate", "verdict")


class Gate(Struct, frozen=True):
    """A bound that a ratio has to keep."""

    bound: float
    at_least: bool = True
    unit: str = " x"

    def passes(self, value: float) -> bool:
        """Whether a value keeps it."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:g}{self.unit}"


class Line(Struct, frozen=True):
    """A line of a table; `passed` is None where it has no gate."""

    cells: tuple[str, ...]
    passed: bool | None = None


class Report(Struct, frozen=True):
    """A table with its title, and what has to be said about it."""

    title: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no gate fails."""
        return all(line.passed is not False for line in self.lines)

    def draw(self) -> str:
        """The table as text."""
        rows = [HEAD, *((*line.cells, _verdict(line.passed)) for line in self.lines)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
        return "\n".join(
            [self.title, *("  " + _row(row, widths) for row in rows), *("  " + note for note in self.notes)]
        )


def _verdict(passed: bool | None) -> str:
    return {None: "", True: "pass", False: "FAIL"}[passed]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cells[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))]
    return "  ".join(cells).rstrip()


def alone(laps: Laps) -> Line:
    """What others are compared with."""
    return Line((laps.name, _seconds(laps.median), _short(laps.rate), "", "", ""))


def faster(ours: Laps, peer: Laps, gate: Gate | None) -> Line:
    """A peer, and how many times faster we are."""
    each = [a / b for a, b in zip(ours.rates, peer.rates, strict=True)]
    return _compared(peer, ours.rate / peer.rate, each, gate)


def longer(ours: Laps, peer: Laps, gate: Gate) -> Line:
    """A peer, and how many times its time we take."""
    each = [a / b for a, b in zip(ours.seconds, peer.seconds, strict=True)]
    return _compared(peer, ours.median / peer.median, each, gate)


def _compared(peer: Laps, ratio: float, each: Sequence[float], gate: Gate | None) -> Line:
    spread = f"{min(each):.2f}-{max(each):.2f}"
    cells = (peer.name, _seconds(peer.median), _short(peer.rate), f"{ratio:.2f} x", spread, str(gate or "none"))
    return Line(cells, gate.passes(ratio) if gate else None)


def measured(name: str, value: float, gate: Gate) -> Line:
    """A figure that has no peer."""
    return Line((name, "", "", f"{value:.0f}{gate.unit}", "", str(gate)), gate.passes(value))


def skipped(name: str, why: str) -> Line:
    """A figure that cannot be had here."""
    return Line((name, "", "", "skipped", "", why))


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _short(value: float) -> str:
    """A rate in few digits: 163 k, 21.1 M."""
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
