"""Names to what they mean, where they are used: the scope an expression is checked in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from leadrules.dsl.expression.model import Constant, Reference, Type
from leadrules.dsl.expression.tree import Arithmetic, Name, Path
from leadrules.dsl.problem import Findings, Fix
from leadrules.dsl.spelling import nearest, suggest_akin, was_meant

Known = Reference | Constant
INSTEAD = {
    **{
        word: str(number)
        for number, word in enumerate(
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        )
    },
    "day": "1 day",
    "week": "1 week",
    "month": "30 days",
    "months": "30 days",
    "quarter": "90 days",
    "year": "365 days",
}
ANY = "*"  # among what is unread: a name that could not be read may be any
CALENDAR = frozenset(["day", "week", "month"])
OF_SCORES = frozenset(["score", "points", "total", "lead_score", "total_score", "leadscore"])


class EventType(Struct, frozen=True):
    """What a condition may ask of an event: its properties and their types."""

    properties: Mapping[str, Type]


class Scope(Struct, frozen=True):
    """What the names in an expression mean.

    `names` are dotted paths as they may be written. `barred` are names that exist but not here, with the reason.
    `unread` are words of statements that could not be read: an unknown name among them is no second mistake.
    `event` is the type of event whose `where` is being read. `instant` reads a date or time in the rule set's zone.
    `criteria` are the criteria that each name can mean, which may be several.
    """

    findings: Findings
    names: Mapping[str, Known]
    events: Mapping[str, EventType]
    instant: Callable[[str], float | None]
    barred: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    event: str | None = None
    criteria: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict)

    def inside(self, event: str) -> Scope:
        """The scope of a `where` of this event: its properties first, then everything else."""
        return replace(self, event=event)

    def with_names(self, names: Mapping[str, Known]) -> Scope:
        """The same scope with further names."""
        return replace(self, names={**self.names, **names})

    def find(self, path: Path) -> Known | None:
        """What a path means; None where nothing."""
        known = self.property(path) or self.names.get(path.text)
        return None if known is None else replace(known, span=path.span)

    def resolve(self, path: Path) -> Known | None:
        """What a path means; None, and a problem, where nothing."""
        known = self.find(path)
        if known is not None:
            return known
        if not self.unread.intersection((ANY, *(name.text for name in path.names))):
            self.report_unknown(path)
        return None

    def property(self, path: Path) -> Reference | None:
        """The property of the event being read that a path names: `path`, or `page_view.path`."""
        if self.event is None:
            return None
        *owner, name = [name.text for name in path.names]
        type = self.events[self.event].properties.get(name)
        return Reference("property", name, type, span=path.span) if type and owner in ([], [self.event]) else None

    def report_unknown(self, path: Path) -> None:
        """A problem for a path that means nothing here."""
        text = path.text
        if text in self.barred:
            self.findings.error("E207", path.span, f"`{text}` cannot be used here", hint=self.barred[text])
            return
        own = set(self.events[self.event].properties) if self.event else set()
        known = text in self.events or (text in self.criteria and len(path.names) > 1)
        meant = None if known else nearest(text, own | set(self.names))
        self.findings.error(
            "E201",
            path.span,
            f"nothing is called `{text}`",
            expected=f"a property of `{self.event}` or a name declared in this file" if own else "",
            hint=was_meant(meant, "" if meant else self._hint_unknown(path, own)),
            fix=Fix(path.span, meant) if meant else None,
        )

    def is_hyphenated(self, node: Arithmetic) -> bool:
        """Whether `job-title` was written for `job_title`: a problem then, since a name has no `-` inside."""
        meant = node.span.text.replace("-", "_")
        if node.operator != "-" or meant not in self.names:
            return False
        hint = f"a name has no `-` inside: write `{meant}`; for a difference write spaces around the `-`"
        message = f"nothing is called `{node.span.text}`"
        self.findings.error("E201", node.span, message, hint=hint, fix=Fix(node.span, meant))
        return True

    def _hint_unknown(self, path: Path, own: set[str]) -> str:
        if path.text in self.criteria and len(path.names) > 1:
            return f"write `{path.text} fired`: what a criterion gave is asked for in tests alone"
        if path.text in self.events:
            compared = path.span.source.text[path.span.end :][:4].lstrip(" )")[:1] in ("<", ">", "=", "!")
            return f"write `{'count of' if compared else 'any'} {path.text}`: it is an event"
        return suggest_akin(path.text, own | set(self.names), self._hint_undeclared(path))

    def _hint_undeclared(self, path: Path) -> str:
        tiers = self.names.get("tier")
        if isinstance(tiers, Reference) and path.text in tiers.type.values:
            return f"write `tier is {path.text}`"
        if path.text == "tier":
            return "ask for the scores that make the tier: a tier itself is asked for in tests alone"
        if path.text.casefold() in INSTEAD:
            return f"write `{INSTEAD[path.text.casefold()]}`"
        scores = [name for name, known in self.names.items() if isinstance(known, Reference) and known.kind == "score"]
        if path.text in OF_SCORES and len(scores) == 1:
            return f"was `{scores[0]}` meant?"
        known = [k for k in self.names.values() if isinstance(k, Reference) and k.kind == "field"]
        fields = sorted({reference.name for reference in known if path.text in reference.type.values})
        if len(fields) == 1 and self.event is None:
            return f"write `{fields[0]} is {path.text}`: it is a value of `{fields[0]}`"
        owners = sorted(e for e, type in self.events.items() if path.names[-1].text in type.properties)
        if owners and self.event is None:
            return f"it is a property of `{owners[0]}`: ask for it behind `where`, as in `any {owners[0]} where (…)`"
        return "declare it in `lead { … }`, or give it a meaning with `condition`, `points` or `param`"

    def event_type(self, name: Name) -> EventType | None:
        """The event a name means; None, and a problem, where there is none."""
        if name.text in self.events:
            return self.events[name.text]
        if name.text not in self.unread:
            meant = nearest(name.text, self.events)
            self.findings.error(
                "E203",
                name.span,
                f"no event is called `{name.text}`",
                hint=was_meant(meant, suggest_akin(name.text, self.events, f"declare it: `event {name.text}`")),
                fix=Fix(name.span, meant) if meant else None,
            )
        return None

    def own_property(self, event: Name, name: Name) -> Reference | None:
        """The property `name` of the event; None, and a problem, where it has none."""
        type = self.event_type(event)
        if type is None:
            return None
        if name.text in type.properties:
            return Reference("property", name.text, type.properties[name.text], span=name.span)
        if name.text not in self.unread:
            self._report_property(event, name, type)
        return None

    def _report_property(self, event: Name, name: Name, type: EventType) -> None:
        meant = nearest(name.text, type.properties)
        otherwise = f"declare it: `event {event.text} {{ {name.text} number }}`"
        if name.text in CALENDAR and name.span.source.text[: name.span.start].endswith("once per "):
            otherwise = f"write `at most 1 per calendar {name.text}`"
        hint = was_meant(meant) or suggest_akin(name.text, type.properties, otherwise)
        fix = Fix(name.span, meant) if meant else None
        self.findings.error("E204", name.span, f"`{event.text}` has no property `{name.text}`", hint=hint, fix=fix)
