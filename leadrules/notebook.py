"""The door for Python and notebooks: rule files to scores and metrics, with data frames in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from leadrules.dsl.moment import FIRST_YEAR, LAST_YEAR
from leadrules.dsl.problem import Problem, RulesError
from leadrules.dsl.rules.model import Model
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.source import Source
from leadrules.engine.account import Explanation as Account
from leadrules.engine.as_of import AsOf, at_datetime, instants, read_as_of, score_as_of
from leadrules.engine.compile import compile_model
from leadrules.engine.explain_lacks import Lacks
from leadrules.engine.flip import Flips
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores as Columns
from leadrules.files.intake import OnBadRow
from leadrules.files.markets import read_market
from leadrules.files.pick import pick
from leadrules.files.results import FORMATS, format_of, relation_of, sheet_of, write_sheet
from leadrules.files.sources import FilePath, read_model
from leadrules.files.tables import read_tables
from leadrules.files.templates import packaged
from leadrules.judging.compare import Asked
from leadrules.judging.compare_rules import Wish, compare_rules, figure_sizes
from leadrules.judging.comparison import Comparison
from leadrules.judging.judge_rules import judge_rules
from leadrules.judging.judgement import Judgement
from leadrules.judging.metrics import Metrics
from leadrules.report.comparison import comparison_as_json, draw_comparison, html_comparison
from leadrules.report.comparison_markdown import comparison_as_markdown
from leadrules.report.grid import draw_grid, html_grid, html_lines
from leadrules.report.judgement import draw_judgement, html_judgement, judgement_as_json
from leadrules.report.scores import describe_lacking, describe_left_out, describe_undated, show_scores
from leadrules.report.text import draw_problems
from leadrules.report.told import Told, tell
from leadrules.simulator.draws import draws_of
from leadrules.simulator.world import build_world
from leadrules.verify.fill import read_filled, words_of
from leadrules.verify.lacking import lacking
from leadrules.verify.match import match
from leadrules.verify.undated import undated

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

SHOWN = 10


class Scores(Struct, frozen=True):
    """The scores of leads, best first; `notes` say what was left out or not known, each with a count.

    `columns` holds them as arrays in the order of the leads that were given.
    """

    columns: Columns
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.columns)

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame: a row each lead, best first, in the columns of `leadrules score`."""
        frame: pandas.DataFrame = relation_of(sheet_of(self.columns)).df()
        return frame

    def to_polars(self) -> polars.DataFrame:
        """A Polars data frame of the same rows and columns."""
        frame: polars.DataFrame = relation_of(sheet_of(self.columns)).pl()
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """An Arrow table of the same rows and columns."""
        table: pyarrow.Table = relation_of(sheet_of(self.columns)).to_arrow_table()
        return table

    def write(self, path: FilePath) -> None:
        """Write them to a file: CSV, JSON lines or Parquet, as its ending says. Raises `FileProblem`."""
        form = format_of(path)
        if form is None:
            raise ValueError(f"{path}: which format? A file that ends in {', '.join(FORMATS)} is one of them")
        write_sheet(sheet_of(self.columns), path, form)

    def __repr__(self) -> str:
        return draw_grid(show_scores(self.columns, SHOWN), 120)

    def _repr_html_(self) -> str:
        more = f"the best {SHOWN} of {len(self):,} leads" if len(self) > SHOWN else ""
        return html_grid(show_scores(self.columns, SHOWN)) + html_lines([more, *self.notes])


class Explanation(Struct, frozen=True):
    """How a lead came by its scores, and what would change them.

    `account` holds every line as data, `lacks` what the lead lacks for the rest, `flips` the changes that were tried.
    """

    told: Told

    @property
    def account(self) -> Account:
        """Every criterion, with the occurrences that fed it."""
        return self.told.account

    @property
    def lacks(self) -> Lacks:
        """What keeps criteria, items and tiers from being true."""
        return self.told.lacks

    @property
    def flips(self) -> Flips:
        """The nearest single changes of tier, and what is at stake in what is not known."""
        return self.told.flips

    def to_json(self) -> str:
        """All of it as one JSON object."""
        return self.told.as_json()

    def __repr__(self) -> str:
        return self.told.draw()


class Trial(Struct, frozen=True):
    """All that a rule set shows in a simulated market; `doubts` are what the two files do not agree on."""

    judgement: Judgement
    doubts: tuple[Problem, ...]

    @property
    def metrics(self) -> Metrics:
        """The ranking, the tiers and the follow-up in short."""
        return self.judgement.metrics

    def to_json(self) -> str:
        """All of it as one JSON object, as `leadrules simulate --format json` writes it."""
        return judgement_as_json(self.judgement)

    def __repr__(self) -> str:
        return "\n\n".join([*([draw_problems(self.doubts)] if self.doubts else []), draw_judgement(self.judgement)])

    def _repr_html_(self) -> str:
        return html_judgement(self.judgement) + html_lines([problem.message for problem in self.doubts])


class Change(Struct, frozen=True):
    """What a change of rules does in a simulated market; `doubts` are what rules and market do not agree on."""

    comparison: Comparison
    doubts: tuple[Problem, ...]

    def to_json(self) -> str:
        """All of it as one JSON object, as `leadrules compare --format json` writes it."""
        return comparison_as_json(self.comparison)

    def to_markdown(self) -> str:
        """All of it as Markdown, for the description of a pull request."""
        return comparison_as_markdown(self.comparison)

    def __repr__(self) -> str:
        return "\n\n".join([*([draw_problems(self.doubts)] if self.doubts else []), draw_comparison(self.comparison)])

    def _repr_html_(self) -> str:
        return html_comparison(self.comparison) + html_lines([problem.message for problem in self.doubts])


class Rules(Struct, frozen=True):
    """A checked rule set, ready to score."""

    model: Model
    plan: Plan

    def score(
        self,
        leads: object = None,
        events: object = None,
        *,
        at: str | date | datetime,
        attributes: object = None,
        adjustments: object = None,
        merges: object = None,
        links: object = None,
        on_bad_row: OnBadRow = "error",
    ) -> Scores:
        """Score leads as of an instant: a date, a datetime, "2026-01-31 09:00" or "arrival + 3 days".

        `leads`, `events`, `attributes`, `adjustments`, `merges` and `links` are each a path or a pandas, Polars or Arrow table, with the columns
        that the rule set names; without `leads` the others carry them. Times without an offset are local in the rule set's zone. Raises
        `FileProblem` where a table cannot be read as it must, unless `on_bad_row="skip"` leaves such rows out.
        """
        as_of = _instant(at, self.model.timezone)
        _known(on_bad_row)
        read = read_tables(
            self.model,
            leads,
            events,
            on_bad_row,
            attributes=attributes,
            adjustments=adjustments,
            merges=merges,
            links=links,
        )
        columns = score_as_of(self.plan, read.leads, as_of, criteria=True)
        notes = [line for intake in read.intakes for line in intake.lines()]
        instant = instants(as_of, self.plan, read.leads)
        notes += describe_lacking(lacking(self.model, read.leads, instant))
        notes += describe_undated(undated(self.model, read.leads, instant))
        return Scores(columns, (*notes, *describe_left_out(read.leads, instant)))

    def explain(
        self,
        lead: object,
        leads: object = None,
        events: object = None,
        *,
        at: str | date | datetime,
        attributes: object = None,
        adjustments: object = None,
        merges: object = None,
        links: object = None,
        on_bad_row: OnBadRow = "error",
    ) -> Explanation:
        """Every criterion of one lead, with the occurrences that fed it, and what would change its scores."""
        as_of = _instant(at, self.model.timezone)
        _known(on_bad_row)
        found = read_tables(
            self.model,
            leads,
            events,
            on_bad_row,
            attributes=attributes,
            adjustments=adjustments,
            merges=merges,
            links=links,
        ).leads
        picked = pick(self.plan, found, str(lead), as_of)
        return Explanation(tell(self.plan, found, picked.position, picked.at))

    def __repr__(self) -> str:
        return f"<rules {self.model.name}: {sum(1 for _ in self.model.criteria)} criteria>"


def load(path: FilePath, *, set: Mapping[str, str | float] | None = None) -> Rules:
    """The rule set of a `.lead` file, its params with other values where `set` names them: `{"quiet": "45 days"}`.

    Raises `RulesError` with every mistake drawn, or `FileProblem`.
    """
    given = [Source("set", f"{name}={_written(value)}") for name, value in (set or {}).items()]
    try:
        model = read_model(path, given)
    except RulesError as mistake:
        mistake.add_note(draw_problems(mistake.problems))
        raise
    return Rules(model, compile_model(model))


def _written(value: str | float) -> str:
    """A value as the language writes it: never with an exponent."""
    return value if isinstance(value, str) else f"{Decimal(repr(value)):f}"


def simulate(
    rules: Rules | FilePath, scenario: FilePath, *, population: int | None = None, seed: int | None = None
) -> Trial:
    """Try a rule set on the market of a `.scenario` file, or a packaged one: "plg", "sales_led", "enterprise".

    `population` leads (else as many as the scenario says) come from the draws of `seed` (else the scenario's, else 1).
    Raises `RulesError` with every mistake drawn, also where the two files contradict each other, or `FileProblem`.
    """
    _whole("population", population, 1)
    _whole("seed", seed, 0)
    found = _loaded(rules)
    market, doubts = _market([found], scenario)
    leads = population or market.population
    return Trial(judge_rules(found.plan, build_world(market), draws_of(market, seed), leads), doubts)


def compare(
    old: Rules | FilePath,
    new: Rules | FilePath,
    scenario: FilePath,
    *,
    population: int | None = None,
    seed: int | None = None,
    margins: Mapping[str, float] | None = None,
) -> Change:
    """What a change of rules does: two rule sets on the same leads of a `.scenario` file or a packaged market.

    `margins` ask whether the difference of a figure is shown to be smaller: `{"auc": 0.01}`. The rest, and what is raised, is
    as in `simulate`.
    """
    _whole("population", population, 1)
    _whole("seed", seed, 0)
    both = _loaded(old), _loaded(new)
    market, doubts = _market(both, scenario)
    plans = both[0].plan, both[1].plan
    unknown = [name for name in margins or () if name not in figure_sizes(plans, market)]
    if unknown:
        raise ValueError(f"no figure is called {unknown[0]!r}")
    asked = Asked(
        old=_name(old),
        new=_name(new),
        source=market.name,
        seed=seed,
        landmark=market.landmark.value,
        window=market.window.value,
        margins=margins or {},
    )
    return Change(compare_rules(plans, market, asked, Wish(population=population, seed=seed)), doubts)


def _loaded(rules: Rules | FilePath) -> Rules:
    return rules if isinstance(rules, Rules) else load(rules)


def _name(rules: Rules | FilePath) -> str:
    return rules.model.name if isinstance(rules, Rules) else str(rules)


def _market(rules: Sequence[Rules], scenario: FilePath) -> tuple[ScenarioModel, tuple[Problem, ...]]:
    """A market, and what it and rule sets do not agree on; a packaged one is made of the words of the last of them."""
    try:
        templates = packaged(str(scenario))
        market = read_filled(templates[0], words_of(rules[-1].model)) if templates else read_market(scenario)
        return market, tuple(doubt for each in rules for doubt in match(each.model, market))
    except RulesError as mistake:
        mistake.add_note(draw_problems(mistake.problems))
        raise


def _known(on_bad_row: str) -> None:
    if on_bad_row not in ("error", "skip"):
        raise ValueError(f'on_bad_row={on_bad_row!r}: it is "error" or "skip"')


def _whole(name: str, value: object, least: int) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise ValueError(f"{name}={value!r}: it is a whole number from {least}")


def _instant(at: str | date | datetime, zone: str) -> AsOf:
    if isinstance(at, datetime) and at.tzinfo and FIRST_YEAR <= at.year <= LAST_YEAR:
        return at_datetime(at)
    found = read_as_of(str(at), zone)
    if found is None:
        raise ValueError(f'{at!r} is no instant: give a date, a datetime, "2026-01-31 09:00" or "arrival + 3 days"')
    return found
