"""A timeline in words: a table of what happened, a plot of the score, and what comes if nothing happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import asdict

from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_tiers import On
from leadrules.engine.ahead import Ahead
from leadrules.engine.as_of import show_instant
from leadrules.engine.timeline import Happening, Timeline
from leadrules.report.grid import Grid, draw_grid
from leadrules.report.plot import draw_plot

FORMAT_VERSION = 1
LEAST = 0.005


def draw_timeline(told: Timeline, model: Model, width: int) -> str:
    """The whole timeline as text of at most `width` characters a line."""
    zone = model.timezone
    head = f"lead {told.lead} from {show_instant(told.since, zone)} to {show_instant(told.until, zone)} {zone}"
    parts = [head + (f": {told.tier}" if told.tier else "")]
    if told.happenings:
        parts.append(draw_grid(_grid(told, model), width))
    else:
        parts.append("nothing happened")
    shown = model.ranking or next(iter(told.now), None)
    if shown is not None:
        instants, tracks = told.track
        ends = show_instant(int(instants[0]), zone)[:10], show_instant(int(instants[-1]), zone)[:10]
        parts.append("\n".join([shown, *draw_plot(tracks[shown].tolist(), *ends)]))
    if told.ahead_until is not None:
        parts.append("\n".join(_ahead_lines(told, model)))
    return "\n\n".join(parts)


def _grid(told: Timeline, model: Model) -> Grid:
    names = list(told.now)
    heads = ["time", "what", *names, *(["tier"] if told.tier else []), "sets off"]
    rows: list[list[str]] = []
    last = _at_first(told)
    for happening in told.happenings:
        rows.append(_row(happening, last, model, bool(told.tier)))
        last = happening.after
    end = [
        show_instant(told.until, model.timezone),
        "asked",
        *(_moved(last[n], told.now[n], told.now[n]) for n in names),
    ]
    rows.append([*end, *([told.tier] if told.tier else []), ""])
    return Grid(heads, rows, range(2, 2 + len(names)))


def _at_first(told: Timeline) -> Mapping[str, float]:
    """The scores where a timeline begins, before anything in it happens."""
    first = told.happenings[0]
    instants, tracks = told.track
    if first.at == int(instants[0]):
        return first.before
    return {name: float(values[0]) for name, values in tracks.items()}


def _row(happening: Happening, last: Mapping[str, float], model: Model, tiers: bool) -> list[str]:
    said = ", ".join(f"{name} {text}" for name, text in happening.properties.items())
    what = {"event": f"{happening.event} {said}".strip(), "time": "time", "known": "becomes known"}[happening.kind]
    cells = [_moved(last[n], happening.before[n], value) for n, value in happening.after.items()]
    tier = [("→ " if happening.step else "") + (happening.tier or "")] if tiers else []
    return [show_instant(happening.at, model.timezone), what, *cells, *tier, _set_off(happening.fired, model)]


def _moved(last: float, before: float, after: float) -> str:
    """A score, with what time and the event did to it: `49.8 (-0.2 +40)`."""
    moves = [f"{move:+.4g}" for move in (before - last, after - before) if abs(move) >= LEAST]
    return show_number(round(after, 2)) + (f" ({' '.join(moves)})" if moves else "")


def _set_off(fired: tuple[int, ...], model: Model) -> str:
    return "; ".join(done for place in fired for done in actions_of(model.actions[place]))


def actions_of(on: On) -> Iterator[str]:
    """What is to be done, as the rules say it: `notify "sales"`."""
    return (action.wording for action in on.actions)


def _ahead_lines(told: Timeline, model: Model) -> Iterator[str]:
    assert told.ahead_until is not None
    zone = model.timezone
    if not told.ahead:
        yield f"if nothing happens, nothing changes up to {show_instant(told.ahead_until, zone)}"
        return
    yield "if nothing happens"
    for step in told.ahead:
        yield "  " + _ahead_line(step, model)


def _ahead_line(step: Ahead, model: Model) -> str:
    zone = model.timezone
    said = f"leaves {step.before} for {step.after}" if step.before else f"becomes {step.after}"
    done = _set_off(step.fired, model)
    due = "" if step.crossing == step.at else f" (due from {show_instant(step.crossing, zone)})"
    return f"{said} on {show_instant(step.at, zone)}{due}" + (f": {done}" if done else "")


def timeline_as_json(told: Timeline, model: Model) -> str:
    """The timeline as one JSON object; instants as microseconds since 1970 UTC."""
    instants, tracks = told.track
    whole = asdict(told) | {
        "format_version": FORMAT_VERSION,
        "happenings": [asdict(h) | {"fired": _done(h.fired, model)} for h in told.happenings],
        "ahead": [asdict(a) | {"fired": _done(a.fired, model)} for a in told.ahead],
        "track": {"at": instants.tolist()} | {name: values.tolist() for name, values in tracks.items()},
    }
    return msgspec.json.encode(whole).decode()


def _done(fired: tuple[int, ...], model: Model) -> list[str]:
    return [done for place in fired for done in actions_of(model.actions[place])]
