"""`python -m benchmarks [NAME ...]`: every benchmark, or those named; the exit code is 1 where a gate fails."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from collections.abc import Iterable

BENCHMARKS = ("journeys", "journeys_full", "card20", "card20_after", "start", "explain", "compare")
THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Run what the arguments name and print a table each."""
    arguments = _arguments()
    names = arguments.names or BENCHMARKS
    passed = _run(names[0], arguments.rounds) if len(names) == 1 else _run_apart(names, arguments.rounds)
    return 0 if passed else 1


def _run(name: str, rounds: int) -> bool:
    os.environ.update(dict.fromkeys(THREADS, "1"))  # libraries read these when they are imported: before the benchmark
    table = importlib.import_module(f"benchmarks.{name}").run(rounds)
    print(table.draw() + "\n", flush=True)
    return bool(table.passed)


def _run_apart(names: Iterable[str], rounds: int) -> bool:
    """Each in a process of its own: what one leaves behind in memory makes the next faster, or seem larger."""
    command = [sys.executable, "-m", "benchmarks", "--rounds", str(rounds)]
    missed = [name for name in names if subprocess.run([*command, name], check=False).returncode]
    return not missed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measure leadrules beside its peers.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; all if none is named"
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often everything is run (default: 5)")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}: there are {', '.join(BENCHMARKS)}")
    if arguments.rounds < 1:
        parser.error("at least one round is needed")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
