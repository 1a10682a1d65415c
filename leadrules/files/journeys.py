"""A simulated market to a folder of tables: block by block into a folder of its own, moved to its place when all is there.

manifest.json       what the folder holds; `complete` is false until every table stands under its name
leads.parquet       one file where the market has one block of leads, else a folder of parts in the order of leads
unfinished/         what there is of a run that is under way, or was stopped
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb
from msgspec import Struct

from leadrules.dsl.scenario import check as scenario_check
from leadrules.dsl.scenario import parse as scenario_parse
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.files.cells import literal
from leadrules.files.failure import FileProblem
from leadrules.files.journey_columns import Page
from leadrules.files.journey_pages import Pages
from leadrules.files.relations import ask, connect
from leadrules.files.sources import FilePath, read_source
from leadrules.simulator.draws import VERSION, Draws, draws_of
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import build_world

Format = Literal["parquet", "csv"]
TABLES = ("leads", "events", "merges", "attributes", "truth", "ledger")
MANIFEST, UNFINISHED = "manifest.json", "unfinished"
MADE_BY = "leadrules journeys"
COPY: Mapping[Format, str] = {
    "parquet": "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2",
    "csv": "FORMAT csv, HEADER {header}",
}
Counts = Mapping[str, int]


class Order(Struct, frozen=True):
    """What is to be made: so many leads of a market, from the draws of a seed, into a folder. Any process can do a part of it."""

    market: ScenarioModel
    sha256: str
    seed: int
    population: int
    folder: str
    format: Format

    @property
    def blocks(self) -> int:
        """How many parts there are, each with 32,768 leads but for the last."""
        return -(-self.population // BLOCK)


def order(
    scenario: FilePath, folder: FilePath, *, population: int | None = None, seed: int | None = None, format: Format
) -> Order:
    """An order for the market of a file. Raises `FileProblem` and `RulesError` where it cannot be read."""
    source = read_source(scenario)
    market = scenario_check.check(scenario_parse.parse(source))
    digest = hashlib.sha256(source.text.encode()).hexdigest()
    leads = market.population if population is None else population
    return Order(market, digest, draws_of(market, seed).seed, leads, str(folder), format)


def begin(wanted: Order) -> None:
    """Make the folder, marked as not complete. Raises `FileProblem` where it holds something that we did not make."""
    folder = Path(wanted.folder)
    if folder.exists() and not _is_ours(folder):
        raise FileProblem(
            str(folder), "is there, and is no output of `leadrules journeys`", "name a new folder with -o"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_manifest(wanted, {}, complete=False)
        for name in (UNFINISHED, *(f"{table}.{ending}" for table in TABLES for ending in COPY)):
            _remove(folder / name)
        for table in TABLES:
            (folder / UNFINISHED / table).mkdir(parents=True)
    except OSError as mistake:
        raise FileProblem(str(folder), (mistake.strerror or str(mistake)).lower()) from None


def write_block(wanted: Order, number: int) -> Counts:
    """Simulate one block and write its part of every table; how many rows each has."""
    world, first = build_world(wanted.market), number * BLOCK
    population = simulate(world, Draws(wanted.seed), first, min(first + BLOCK, wanted.population))
    connection = connect()
    ask(connection, "SET threads = 1")
    return {
        table: _write_part(connection, pages, _part(wanted, table, number), wanted.format, header=number == 0)
        for table, pages in Pages(world, population).all().items()
    }


def finish(wanted: Order, counts: Iterable[Counts]) -> Counts:
    """Move every table to its place and say that all is there; how many rows each has."""
    rows: Counter[str] = Counter()
    for part in counts:
        rows.update(part)
    folder = Path(wanted.folder)
    for table in rows:
        _put(wanted, table, folder / f"{table}.{wanted.format}")
    _write_manifest(wanted, rows, complete=True)
    _remove(folder / UNFINISHED)
    return rows


def _is_ours(folder: Path) -> bool:
    """Whether a folder is empty or holds what we made of another market."""
    if not folder.is_dir():
        return False
    try:
        made = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return not any(folder.iterdir())
    return isinstance(made, dict) and made.get("made_by") == MADE_BY


def _part(wanted: Order, table: str, number: int) -> Path:
    return Path(wanted.folder) / UNFINISHED / table / f"part-{number:05}.{wanted.format}"


def _write_part(
    connection: duckdb.DuckDBPyConnection, pages: Iterable[Page], path: Path, format: Format, header: bool
) -> int:
    rows, selects = 0, []
    for number, page in enumerate(pages):
        name = f"page_{number}"
        connection.register(name, dict(page.arrays))
        selects.append(page.select(name))
        rows += page.rows
    options = COPY[format].format(header=str(header).lower())
    try:
        ask(connection, f"COPY ({' UNION ALL '.join(selects)}) TO {literal(str(path))} ({options})")
    except duckdb.IOException as mistake:
        raise FileProblem(str(path), str(mistake).split("\n")[0]) from None
    return rows


def _put(wanted: Order, table: str, place: Path) -> None:
    """One part, or a text of any number of them, is a file; other parts stay parts in a folder."""
    parts = [_part(wanted, table, number) for number in range(wanted.blocks)]
    if len(parts) > 1 and wanted.format == "parquet":
        parts[0].parent.rename(place)
        return
    with parts[0].open("ab") as file:
        for part in parts[1:]:
            with part.open("rb") as further:
                shutil.copyfileobj(further, file, 1 << 20)
    parts[0].rename(place)


def _write_manifest(wanted: Order, rows: Counts, complete: bool) -> None:
    """Replace the manifest at once, so that there is never half of one."""
    place = Path(wanted.folder) / MANIFEST
    written = place.with_name(f"{MANIFEST}.new")
    written.write_text(json.dumps(manifest(wanted, rows, complete), indent=2) + "\n", encoding="utf-8")
    written.replace(place)


def manifest(wanted: Order, rows: Counts, complete: bool) -> dict[str, Any]:
    """What a folder holds, and of what it was made."""
    return {
        "format_version": 1,
        "made_by": MADE_BY,
        "leadrules": importlib.metadata.version("leadrules"),
        "contract": VERSION,
        "complete": complete,
        "scenario": {"name": wanted.market.name, "version": wanted.market.version, "sha256": wanted.sha256},
        "seed": wanted.seed,
        "population": wanted.population,
        "rows": {f"{table}.{wanted.format}": rows[table] for table in TABLES if table in rows},
    }


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
