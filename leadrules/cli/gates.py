"""`leadrules gates`: the gates of rule files, decided in their markets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import click

from leadrules.cli.exits import CLEAN, FINDINGS, UNDECIDED
from leadrules.cli.options import set_option
from leadrules.cli.progress import progress_bar
from leadrules.cli.room import make_sure_of_room
from leadrules.cli.terminal import say
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_demands import Gate
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.files.markets import market_of_gate, read_market
from leadrules.files.sources import read_model
from leadrules.report.gates import draw_gates, gates_as_json
from leadrules.simulator.draws import draws_of
from leadrules.verify.fail_if import NoCondition, read_condition
from leadrules.verify.gates import Bound, By, Gated
from leadrules.verify.match import match
from leadrules.verify.try_gates import try_gate

EXAMPLE = "Example: leadrules gates examples/points_card.lead"
DECIDED_BY = click.option(
    "--decide-by",
    type=click.Choice(["interval", "estimate"]),
    default="interval",
    show_default=True,
    help="what has to be on one side of a bound: the whole 95 % interval, or the estimate alone",
)


@click.command("gates", epilog=EXAMPLE)
@click.argument("files", metavar="RULES...", nargs=-1, required=True)
@click.option(
    "--population", type=click.IntRange(min=1), metavar="N", help="how many leads; else the scenario's number"
)
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="seed of the draws; else the scenario's, else 1")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@DECIDED_BY
@set_option
def command(
    files: Sequence[str],
    population: int | None,
    seed: int | None,
    format_: str,
    decide_by: By,
    given: tuple[Source, ...],
) -> int:
    """Decide the gates of rule files: each in the market it names, with that market's own leads and seed.

    The exit code is 1 where a gate is broken, and 3 where none is and a sample leaves one open.
    """
    found = [each for path in files for each in _tried(path, read_model(path, given), population, seed, decide_by)]
    if not found:
        say("there are no gates in these files")
    elif format_ == "text":
        click.echo(draw_gates(found))
    else:
        click.echo(gates_as_json(found))
    return exit_of(found)


def read_conditions(texts: Sequence[str], names: Collection[str]) -> list[Bound]:
    """The bounds that conditions break; a condition that cannot be read is a mistake of usage."""
    try:
        return [read_condition(text, [*names]) for text in texts]
    except NoCondition as mistake:
        raise click.BadParameter(str(mistake), param_hint="--fail-if") from None


def exit_of(gates: Sequence[Gated]) -> int:
    """The exit code that gates come to."""
    if any(gated.broken for gated in gates):
        return FINDINGS
    return UNDECIDED if any(gated.undecided for gated in gates) else CLEAN


def _tried(path: str, model: Model, population: int | None, seed: int | None, by: By) -> Iterator[Gated]:
    """The gates of a rule set, decided one after the other in the markets that they name; doubts about those are said."""
    for gate in model.gates:
        for problem in match(model, _market(path, gate)):
            say(f"{path} in {gate.scenario}: {problem.message}")
        yield try_one(path, model, gate, population, seed, by)


def try_one(path: str, model: Model, gate: Gate, population: int | None, seed: int | None, by: By) -> Gated:
    """One gate of the rule set of a file, decided in its market."""
    market = _market(path, gate)
    leads = population or market.population
    make_sure_of_room(leads)
    with progress_bar(leads) as progress:
        return try_gate(compile_model(model), market, draws_of(market, seed), leads, gate, by, progress)


def _market(path: str, gate: Gate) -> ScenarioModel:
    return read_market(market_of_gate(path, gate))
