"""A log and two rule sets to what changes between them."""

from __future__ import annotations

from collections.abc import Sequence

import click
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.cli.as_of import as_of_or_now
from leadrules.cli.log import LANDMARK, Log
from leadrules.cli.terminal import say_intakes
from leadrules.dsl.quantity import show_duration
from leadrules.dsl.rules.model import Model
from leadrules.engine.as_of import arrivals, instants
from leadrules.engine.columns import NEVER
from leadrules.engine.compile import compile_model
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.zone import LATEST
from leadrules.files.failure import FileProblem
from leadrules.files.outcome_table import OutcomeColumns, OutcomeTable, read_outcome_events, read_outcomes
from leadrules.files.tables import Read
from leadrules.judging.backtest import Backtest
from leadrules.judging.compare import measured, named_as
from leadrules.judging.landmarks import Landmarks, read_landmarks
from leadrules.judging.measure import Showing
from leadrules.judging.show import TOP
from leadrules.judging.try_log import Terms, TooLong, try_log
from leadrules.verify.undated import without_date

SECOND = 1_000_000


class OnLog(Struct, frozen=True):
    """Two rule sets as a log shows them, and what that rests on. `after`: seconds from arrival to landmark, 0 where that differs."""

    old: Showing
    new: Showing
    backtest: Backtest
    after: float

    @property
    def names(self) -> tuple[str, ...]:
        """What is measured of both."""
        known = {measure.name for measure in measured(named_as(self.old, self.new))}
        return tuple(measure.name for measure in measured(self.new) if measure.name in known)


def try_on(log: Log, models: tuple[Model, Model], names: tuple[str, str]) -> OnLog:
    """Two rule sets, of files of these names, tried on a log. Raises `FileProblem` and usage errors."""
    zone = models[0].timezone
    landmarks = read_landmarks(log.landmark, zone)
    if landmarks is None:
        message = f'`{log.landmark}` is no landmark: write "{LANDMARK}", 2026-01-31 or "every monday"'
        raise click.BadParameter(message, param_hint="--landmark")
    plans = [compile_model(model) for model in models]
    reads = [log.data.read(model) for model in models]
    say_intakes(reads[0].intakes)
    _same_leads(reads, names)
    told = _outcomes(models[0], reads[0].leads, log)
    say_intakes([told.intake])
    terms = Terms(landmarks, round(log.window), _until(reads[0].leads, told, log, zone))
    try:
        tried = try_log(plans, [read.leads for read in reads], told.outcomes, terms)
    except TooLong:
        window = show_duration(log.window)
        raise FileProblem(
            log.name,
            f"no lead is followed up for {window} after its landmark, so that nobody can say who is not won in them",
            "ask for a shorter --window, or an earlier --landmark",
        ) from None
    old, new = (Showing(tried.sample, ratings, TOP) for ratings in tried.ratings)
    after = landmarks.once.microseconds / SECOND if landmarks.once and landmarks.once.after_arrival else 0.0
    return OnLog(old, new, replace(tried.backtest, undated=_leaks(models, plans, reads, landmarks)), after)


def _same_leads(reads: list[Read], names: tuple[str, str]) -> None:
    """Both rule sets must find the same leads in the tables, row by row."""
    one, other = (read.leads.ids for read in reads)
    if not np.array_equal(one, other):
        raise FileProblem(
            names[1],
            f"reads {len(other):,} leads from the tables, where {names[0]} reads {len(one):,} or others",
            "let both name the same columns of ids, and correct rows that one of them cannot read",
        )


def _outcomes(model: Model, leads: Leads, log: Log) -> OutcomeTable:
    rows = log.data.on_bad_row
    if log.outcomes is not None:
        return read_outcomes(
            log.outcomes, OutcomeColumns(**log.columns), leads.ids, model.timezone, log.won, log.lost, rows
        )
    if log.data.events is None:
        raise click.UsageError("a log without --events needs --outcomes")
    return read_outcome_events(model, log.data.events, leads.ids, log.won, log.lost, rows)


def _until(leads: Leads, told: OutcomeTable, log: Log, zone: str) -> int:
    """Where the log ends: what is said, else its last event or outcome."""
    if log.until is not None:
        return as_of_or_now(log.until, zone, "--until").microseconds
    known = [int(leads.events.time.max(initial=NEVER)), told.outcomes.last]
    last = max(known)
    return LATEST if last == NEVER else last  # a log without any time has no end


def _leaks(
    models: Sequence[Model], plans: Sequence[Plan], reads: Sequence[Read], landmarks: Landmarks
) -> dict[str, tuple[str, ...]]:
    """Fields whose values have no date, and the criteria of either rule set that read them."""
    found: dict[str, tuple[str, ...]] = {}
    for model, plan, read in zip(models, plans, reads, strict=True):
        leads = read.leads
        at = instants(landmarks.once, plan, leads) if landmarks.once else arrivals(plan, leads)
        for field in without_date(model, leads, at):
            found[field.field] = tuple(dict.fromkeys((*found.get(field.field, ()), *field.rules)))
    return found
