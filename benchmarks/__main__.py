"""`python -m benchmarks [NAME ...]`: every benchmark, or those named; the exit code is 1 where a gate fails."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

BENCHMARKS = ("journeys", "journeys_full", "card20", "card20_after", "start", "explain", "compare")
THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Run what the arguments name and print a table each."""
    arguments = _arguments()
    os.environ.update(dict.fromkeys(THREADS, "1"))  # libraries read these when they are imported: before any benchmark
    passed = True
    for name in arguments.names or BENCHMARKS:
        table = importlib.import_module(f"benchmarks.{name}").run(arguments.rounds)
        print(table.draw() + "\n", flush=True)
        passed &= table.passed
    return 0 if passed else 1


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
