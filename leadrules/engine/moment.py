"""Views of a block of leads, at an instant each: what can be seen there, and what was worked out so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.expression.model import Reference
from leadrules.engine.columns import (
    NEVER,
    UNKNOWN,
    Bools,
    Codes,
    Column,
    Dictionary,
    Flags,
    Floats,
    Ints,
    Moments,
    Numbers,
    Truths,
)
from leadrules.engine.histories import held, laid_over
from leadrules.engine.leads import Leads
from leadrules.engine.track import Track
from leadrules.engine.views import Views, pairs
from leadrules.engine.zone import Zone

Times = npt.NDArray[np.int64]


class Tables:
    """What was worked out for a dictionary of texts, kept for all blocks of one run."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, int], tuple[Dictionary, Any]] = {}
        self._folded: dict[str, int] = {}
        self._once: dict[object, Any] = {}

    def of_others(self) -> Tables:
        """The same tables of texts for leads that share them: for these leads as they were known at another instant."""
        tables = Tables()
        tables._kept, tables._folded = self._kept, self._folded
        return tables

    def once(self, key: object, work: Callable[[], Any]) -> Any:
        """What `work` gives for all leads of the run, worked out the first time it is asked for."""
        if key not in self._once:
            self._once[key] = work()
        return self._once[key]

    def get(self, key: object, dictionary: Dictionary, make: Callable[[Dictionary], Any]) -> Any:
        """The table `key` for a dictionary, made where it was not yet."""
        found = self._kept.get((key, id(dictionary)))
        if found is None:
            found = self._kept[key, id(dictionary)] = (dictionary, make(dictionary))
        return found[1]

    def number(self, folded: str) -> int:
        """The same number for the same folded text, whatever dictionary it stands in."""
        return self._folded.setdefault(folded, len(self._folded))


class Seen(Struct, frozen=True):
    """Events that can be seen, sorted by the view that sees them, then time, then id.

    `lead` (events): rows of the moment. `time` int64 (events). `now` int64: the instant of each row of the moment, or
    the one of all. `rows` (events): positions in the block's table of events.
    """

    lead: Ints
    time: Times
    now: Times | np.int64
    rows: Ints
    properties: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.lead)

    @property
    def age(self) -> Floats:
        """Microseconds from each event to its view's instant, float64 (events)."""
        now = self.now[self.lead] if isinstance(self.now, np.ndarray) else self.now
        return np.subtract(now, self.time, dtype=np.float64)

    def only(self, which: Bools) -> Seen:
        """Those for which `which` holds."""
        (at,) = which.nonzero()
        properties = {name: column.take(at) for name, column in self.properties.items()}
        return Seen(self.lead[at], self.time[at], self.now, self.rows[at], properties)


NOTHING = Seen(np.zeros(0, np.intp), np.zeros(0, np.int64), np.int64(0), np.zeros(0, np.intp), {})


class Setting(Struct, frozen=True):
    """What a rule set says once for all leads.

    `zone`: the one that calendar days belong to. `known_from`: the field since when a lead is known. `events`: the
    declared types; `active`: those that are no passive ones.
    """

    zone: Zone
    known_from: str | None
    events: tuple[str, ...]
    active: tuple[str, ...]


class Judged(Struct, frozen=True):
    """What thresholds can ask of scores and checklists.

    `numbers`: scores and counts of items, by kind ("score", "met", "unmet", "unknown") and name, float64 (leads).
    `truths`: items, by dotted name, Kleene truths (leads). `labels`: what has a name as its value: the tier, grades, cells.
    """

    numbers: Mapping[tuple[str, str], Floats]
    truths: Mapping[str, Truths]
    labels: Mapping[str, Codes] = {}


class Moment:
    """A block of leads, `at` an instant each (int64, microseconds UTC); or, with `views`, any views of the block.

    `fields_at`: as of when the dated values of fields are those of each, where that is another instant.
    """

    def __init__(
        self,
        leads: Leads,
        at: Times,
        setting: Setting,
        tables: Tables,
        views: Views | None = None,
        fields_at: Times | None = None,
    ) -> None:
        self.leads, self.at, self.setting, self.tables, self.views = leads, at, setting, tables, views
        self.fields_at = at if fields_at is None else fields_at
        self.track = views if isinstance(views, Track) else None  # the views, where they stand in turns
        self.worked_out: dict[object, Any] = {}
        self.judged = Judged({}, {})
        self.accounted = False  # whether what leads up to points is kept, for an account of it
        self.points: dict[int, Floats] | None = None  # of steps, by identity, where several plans are made of them
        alike = len(at) > 0 and bool((at == at[0]).all())
        self.instant = at[0] if alike else None

    def __len__(self) -> int:
        return len(self.at)

    @property
    def ids(self) -> npt.NDArray[np.object_] | Ints:
        """What the data calls the lead of each row."""
        return self.leads.ids if self.views is None else self.leads.ids[self.views.lead]

    def once(self, key: object, work: Callable[[], Any]) -> Any:
        """What `work` gives, worked out the first time it is asked for."""
        if key not in self.worked_out:
            self.worked_out[key] = work()
        return self.worked_out[key]

    def step(self, key: object, work: Callable[[], Any]) -> Any:
        """What `work` gives on the way to points; worked out once where an account of it will be asked for."""
        return self.once(key, work) if self.accounted else work()

    def column(self, reference: Reference) -> Column:
        """The values of a field; not known for any lead where the data has no such column."""
        column = self.field(reference.name)
        return (
            self.once(("missing", reference.name), lambda: missing(reference, len(self))) if column is None else column
        )

    def field(self, name: str) -> Column | None:
        """The values of a field, where the data has it: the dated ones that hold, else those without date."""
        if name in self.leads.histories:
            dated: Column = self.once(("field", name), lambda: self._dated(name))
            return dated
        column = self.leads.fields.get(name)
        if self.views is None or column is None:
            return column
        lead, whole = self.views.lead, column
        found: Column = self.once(("field", name), lambda: whole.take(lead))
        return found

    def _dated(self, name: str) -> Column:
        whole, values = self.leads.fields[name], self.leads.histories[name].columns["value"]
        return laid_over(whole if self.views is None else whole.take(self.views.lead), values, self.held(name))

    def held(self, name: str) -> Times:
        """The row of the dated value that holds of a field; -1 where none does."""
        lead = np.arange(len(self)) if self.views is None else self.views.lead
        rows: Times = self.once(("held", name), lambda: held(self.leads.histories[name], lead, self.fields_at))
        return rows

    @property
    def log(self) -> Moment:
        """The leads of the block when all is over: they see every event there is."""
        end = np.full(len(self.leads), np.iinfo(np.int64).max)
        found: Moment = self.once("log", lambda: Moment(self.leads, end, self.setting, self.tables))
        return found

    def along(self, fields: frozenset[str] | None) -> Track | None:
        """The track, for what is made of fields (None: of more than that) and says the same in all views of a lead."""
        if self.track is None or fields is None or self.leads.adjustments is not None:
            return None  # what is set by hand takes back what was counted before
        return self.track if fields.isdisjoint(self.leads.histories) else None

    @property
    def event_leads(self) -> Ints:
        """The lead of each event of the block."""
        offsets = self.leads.events.offsets
        found: Ints = self.once("event_leads", lambda: np.arange(len(self.leads)).repeat(offsets[1:] - offsets[:-1]))
        return found

    @property
    def everything_seen(self) -> bool:
        """Whether no event of the block lies in the future or is yet to become known."""
        events = self.leads.events
        return bool(
            self.once(
                "everything_seen",
                lambda: (
                    self.views is None
                    and events.known_at is None
                    and (not len(events.time) or events.time.max() <= self.at.min())
                ),
            )
        )

    def seen(self, event: str) -> Seen:
        """The visible events of one type."""
        found: Seen = self.once(("seen", event), lambda: self._seen(event))
        return found

    def _seen(self, event: str) -> Seen:
        occurrences = self.leads.events.of_type.get(event)
        if occurrences is None or not len(occurrences.rows):
            return NOTHING
        return self._visible(occurrences.rows, occurrences.properties)

    def seen_of(self, events: tuple[str, ...]) -> Seen:
        """The visible events of several types, without their properties."""
        found: Seen = self.once(("seen of", events), lambda: self._visible(self.rows_of(events), {}))
        return found

    def latest_of(self, events: tuple[str, ...]) -> Times:
        """The time of each lead's latest visible event of several types; `NEVER` where it has none."""
        table = self.leads.events
        every = set(table.names) <= set(events)
        track = self.track
        if track is not None and every and len(table.time):
            latest = track.at if track.apart else table.time[track.ends - 1]
            return latest if track.seen.all() else np.where(track.seen > 0, latest, NEVER)
        if track is not None:
            return self.latest_along(track, self.log.seen_of(events))
        if not every or not self.everything_seen:
            return self.latest(self.seen_of(events))
        latest = np.full(len(self), NEVER, np.int64)
        ends = table.offsets[1:]
        (busy,) = (ends > table.offsets[:-1]).nonzero()
        latest[busy] = table.time[ends[busy] - 1]  # events stand in the order of time
        return latest

    def rows_of(self, events: tuple[str, ...]) -> Ints:
        """The rows of all events of several types."""
        table = self.leads.events
        wanted = np.array([name in events for name in table.names], bool)
        return np.arange(len(table.time)) if wanted.all() else np.flatnonzero(wanted[table.kinds])

    def _visible(self, rows: Ints, properties: Mapping[str, Column]) -> Seen:
        if self.views is not None:
            return self._viewed(self.views, rows, properties)
        events = self.leads.events
        lead, time = self.event_leads[rows], events.time[rows]
        seen = Seen(lead, time, self.at if self.instant is None else self.instant, rows, properties)
        if self.everything_seen:
            return seen
        visible = time <= (self.at[lead] if self.instant is None else self.instant)
        if events.known_at is not None:
            visible &= events.known_at[rows] <= self.at[lead]
        return seen.only(visible)

    def _viewed(self, views: Views, rows: Ints, properties: Mapping[str, Column]) -> Seen:
        view, position = pairs(self.leads.events, rows, views)
        row = rows[position]
        properties = {name: column.take(position) for name, column in properties.items()}
        return Seen(view, self.leads.events.time[row], self.at, row, properties)

    def latest(self, seen: Seen) -> Times:
        """The time of each lead's latest event among some; `NEVER` where it has none."""
        latest = np.full(len(self), NEVER, np.int64)
        latest[seen.lead] = seen.time
        return latest

    def latest_along(self, track: Track, seen: Seen) -> Times:
        """The same of what each view sees of some events of the log."""
        found: Times = track.last(seen.rows, seen.time, NEVER)
        return found


class Occasion:
    """Occurrences of one type, as rows that a `where` is worked out for."""

    def __init__(self, moment: Moment, seen: Seen) -> None:
        self.moment, self.seen, self.tables = moment, seen, moment.tables

    def __len__(self) -> int:
        return len(self.seen)

    def column(self, reference: Reference) -> Column:
        """The values of a property, or of a field of the lead that each occurrence belongs to."""
        if reference.kind != "property":
            return self.moment.column(reference).take(self.seen.lead)
        column = self.seen.properties.get(reference.name)
        return missing(reference, len(self)) if column is None else column


Frame: TypeAlias = Moment | Occasion
Find: TypeAlias = Callable[[Moment], Seen]
Group: TypeAlias = Callable[[Moment, Seen], Ints]


def missing(reference: Reference, rows: int) -> Column:
    """A column of which nothing is known."""
    match reference.type.name:
        case "text" | "one of" | "set of":
            return Codes(np.full(rows, -1, np.int8), Dictionary(()))
        case "flag":
            return Flags(np.full(rows, UNKNOWN, np.int8))
        case "time" | "date":
            return Moments(np.full(rows, NEVER, np.int64))
        case _:
            return Numbers(np.full(rows, np.nan))
