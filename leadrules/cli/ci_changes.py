"""What `leadrules ci` says of rule sets that differ, by meaning, from those of another revision."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from leadrules.cli.ci_conditions import conditions_of, market_of
from leadrules.cli.ci_markets import Mistake, mistake_in, untried_found
from leadrules.cli.ci_stages import Project
from leadrules.cli.compare import Wanted, compare_in_market
from leadrules.dsl.problem import RulesError
from leadrules.dsl.quantity import show_count
from leadrules.dsl.rules.model import Model
from leadrules.files.changed import Base, rule_files_at
from leadrules.files.failure import FileProblem
from leadrules.files.relative import relative
from leadrules.files.revisions import GitProblem
from leadrules.files.settings import Comparing
from leadrules.files.sources import read_model, read_rules
from leadrules.judging.comparison import Comparison
from leadrules.report.breaking import breaking_as_markdown, draw_breaking
from leadrules.report.comparison import crossing_grid, definition, draw_comparison, grids, migration_grid, moved_grid
from leadrules.report.find import fingerprint_of
from leadrules.report.find_changes import bounds_found, place_of_version, version_found
from leadrules.report.finding import Finding, Place
from leadrules.report.gates import draw_gates
from leadrules.report.grid import Grid
from leadrules.report.markdown import code, escaped, markdown_grid
from leadrules.report.stage import Stage, Status
from leadrules.report.storm import storm_grid
from leadrules.report.verdict import verdict
from leadrules.verify.breaking import Breaking, breaking
from leadrules.verify.gates import Gated

NO_MARKET_HERE = "no gate names a market, and neither does `scenario` of [compare] in the settings"
NO_MARKET = f"Who moves is not known: {NO_MARKET_HERE}."


class Compared(Struct, frozen=True):
    """One rule set that differs: how far it goes and, where there is a market, what it does there."""

    name: str
    before: str  # what its file is called in the revision
    breaking: Breaking
    comparison: Comparison | None = None
    gated: Gated | None = None
    left: Mapping[str, str] = {}  # conditions that do not decide of it, each with why
    untried: Finding | None = None  # why nothing is compared in the market that there is


def changes(project: Project, broken: Collection[str], against: str | None) -> Stage:
    """The rule sets that differ in meaning from those of the revision `against`."""
    if against is None:
        return Stage(name="changes", status="skipped", summary="nothing to compare with: --against git:REF")
    base = rule_files_at(against, project.rules, project.within)
    shared = [name for name in project.rules if name in base.files and name not in broken]
    found, unread = [], []
    for name in shared:
        try:
            old = read_model(base.files[name])
        except GitProblem:
            raise
        except (RulesError, FileProblem) as mistake:
            unread.append(_unread(name, mistake, against))
            continue
        new = read_model(name)
        if (how_far := breaking(old, new)).rung != "same":
            found.append(_compared(name, base.files[name], how_far, (old, new), project.settings.compare))
    return _stage(project, base, found, unread, against)


def _compared(name: str, before: str, how_far: Breaking, models: tuple[Model, Model], wanted: Comparing) -> Compared:
    scenario = market_of(name, models[1], wanted)
    if not how_far.differs:
        return Compared(name, before, how_far)
    if scenario is None:
        return Compared(name, before, how_far, left=dict.fromkeys(wanted.fail_if, NO_MARKET_HERE))
    if untried := _untried(name, models, scenario):
        return Compared(name, before, how_far, untried=untried)
    conditions = conditions_of(models, scenario, wanted.fail_if)
    asked = Wanted(population=wanted.population, seed=wanted.seed, fail_if=conditions.asked)
    return Compared(name, before, how_far, *compare_in_market((before, name, scenario), asked), conditions.left)


def _untried(name: str, models: tuple[Model, Model], scenario: str) -> Finding | None:
    """What keeps the two rule sets from their market. That it does not fit the old ones may be what the change is about."""
    (old, new), at = models, Place(relative(name))
    if mistake := mistake_in(new, scenario):
        return untried_found(mistake, scenario, at, "error")
    if mistake := mistake_in(old, scenario):
        return untried_found(mistake, scenario, at, "note", "the old rules")
    return None


def _stage(project: Project, base: Base, found: Sequence[Compared], unread: Sequence[Finding], against: str) -> Stage:
    added = [name for name in project.rules if name not in base.files]
    moved = [_note(name, "moved", f"this rule set was {path} before", path) for name, path in base.moved.items()]
    gone = [_gone(path, against) for path in base.gone]
    counts = [
        f"{show_count(len(found), 'rule file')} changed by meaning",
        *([f"{len(added)} new"] if added else []),
        *([f"{len(moved)} moved"] if moved else []),
        *([f"{len(base.gone)} gone"] if base.gone else []),
        *([f"{len(unread)} not comparable"] if unread else []),
    ]
    far = ", ".join(f"{relative(each.name)}: {each.breaking.rung}" for each in found)
    findings = tuple(finding for each in found for finding in _findings(each))
    return Stage(
        name="changes",
        status=_status(found),
        summary=f"{', '.join(counts)} since {against}" + (f" ({far})" if far else ""),
        findings=(*findings, *unread, *moved, *gone),
        text="\n\n".join(part for each in found for part in _drawn(each, against)),
        markdown="\n\n".join(part for each in found for part in _markdown(each)),
    )


def _unread(name: str, mistake: Mistake, against: str) -> Finding:
    """That a change cannot be judged. It is no error: else the pipeline would be in the way of the mend of what was there."""
    wrong = show_count(len(mistake.problems), "mistake") if isinstance(mistake, RulesError) else ""
    why = mistake.message if isinstance(mistake, FileProblem) else f"it has {wrong} there"
    return Finding(
        code="unread",
        level="note" if wrong else "warning",
        place=Place(relative(name)),
        message=f"this rule file is not compared with what it was in {against}: {why}",
        hint="read it as a new one: its version is not checked, and no condition of `fail-if` decides of it",
        fingerprint=fingerprint_of("unread"),
    )


def _note(name: str, code: str, message: str, about: str) -> Finding:
    """What is to be known of a rule file, and keeps nothing from passing."""
    return Finding(
        code=code,
        level="note",
        place=Place(relative(name)),
        message=message,
        fingerprint=fingerprint_of(code, about),
    )


def _gone(path: str, against: str) -> Finding:
    return Finding(
        code="gone",
        level="warning",
        place=Place(path),
        message=f"a rule file of {against} is gone: nobody is scored by it any more, and what reads its scores finds none",
        hint="a rule set that was moved is known by its name: `ruleset NAME`",
        fingerprint=fingerprint_of("gone", path),
    )


def _status(found: Sequence[Compared]) -> Status:
    gates = [each.gated for each in found if each.gated]
    if any(each.untried and each.untried.level == "error" for each in found):
        return "failed"
    if any(each.breaking.version_lacks for each in found) or any(gated.broken for gated in gates):
        return "failed"
    return "undecided" if any(gated.undecided for gated in gates) else "passed"


def _findings(each: Compared) -> Iterator[Finding]:
    yield from version_found(each.breaking, place_of_version(read_rules(each.name)[0], each.name, relative))
    if each.untried:
        yield each.untried
    if each.gated:
        yield from bounds_found(each.gated, Place(relative(each.name)))
    for text, why in each.left.items():
        yield _note(each.name, "condition", f"`{text}` decides nothing here: {why}", text)


def _drawn(each: Compared, against: str) -> Iterator[str]:
    yield draw_breaking(each.breaking, f"{against}:{relative(each.before)}", relative(each.name))
    if each.comparison:
        yield draw_comparison(each.comparison)
    elif each.breaking.differs and not each.untried:
        yield NO_MARKET
    if each.gated and each.gated.decisions:
        yield draw_gates([each.gated])


def _markdown(each: Compared) -> Iterator[str]:
    """How far the change goes and who moves; figures are folded away."""
    yield f"#### {escaped(relative(each.name))}"
    yield breaking_as_markdown(each.breaking)
    if each.comparison:
        yield "\n".join(f"- {escaped(sentence)}" for sentence in verdict(each.comparison))
        yield from map(escaped, definition(each.comparison))
        moves = list(_moves(each.comparison))
        yield from map(markdown_grid, moves)
        folded = "\n\n".join(markdown_grid(table) for table in grids(each.comparison) if table not in moves)
        yield f"<details><summary>All figures</summary>\n\n{folded}\n\n</details>"
    elif each.breaking.differs and not each.untried:
        yield NO_MARKET
    if each.gated and each.gated.decisions:
        yield code(draw_gates([each.gated]))


def _moves(comparison: Comparison) -> Iterator[Grid]:
    """The tables of who moves: by tier, into and out of the best one, in rank, and on the day of the rollout."""
    if comparison.migration:
        yield migration_grid(comparison.migration)
    for word, crossing in (("enter", comparison.entered), ("leave", comparison.left)):
        if crossing and crossing.leads:
            yield crossing_grid(word, crossing)
    if comparison.moved:
        yield moved_grid(comparison.moved)
    if comparison.storm and comparison.storm.steps:
        yield storm_grid(comparison.storm)
