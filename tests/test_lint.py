"""Lint: fixes that keep scores, silences, baselines, files of a folder, exit codes."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.dsl.codes import CODES
from leadrules.dsl.expression.imply import implies
from leadrules.dsl.expression.model import Condition
from leadrules.dsl.problem import Fix, Problem
from leadrules.dsl.rules.lint import doubles
from leadrules.dsl.source import Source, Span
from leadrules.engine.score import score
from leadrules.verify.mend import Mended, mend
from leadrules.verify.review import review
from tests.build import leads_of, plan_of
from tests.chunks import Chunk, every_chunk
from tests.code_pages import TODAY, examples
from tests.conftest import compare
from tests.specs import Spec
from tests.specs_write import render
from tests.terminal import Shown, typed
from tests.test_language import compare_problems
from tests.test_laws import law
from tests.worlds import World, worlds

HERE = Path(__file__).parent
ROOT = HERE.parent
CHUNKS = every_chunk(HERE / "lint", "*.lead")
CARD = """event visit
event mail
score s { criteria {
  a 5 each visit
  b 0 each mail
} }
"""


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda chunk: chunk.id)
def test_findings_stand_beside_the_lines_that_have_them(chunk: Chunk) -> None:
    compare_problems(chunk, review(Source(chunk.path.name, chunk.text), today=TODAY).problems)


def test_what_is_found_in_the_examples_is_known(accept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every finding in the shipped rule sets was looked at, and is truly there."""
    monkeypatch.chdir(ROOT)
    told = json.loads(typed("leadrules lint examples --format json --today 2026-11-01").output)
    lines = [f"{p['file']}:{p['line']}: {p['severity']} {p['code']} {p['message']}" for p in told["problems"]]
    compare(HERE / "lint" / "examples.out", "".join(f"{line}\n" for line in lines), accept)


# Fixes


def mended(source: Source) -> Mended:
    return mend(source, lambda text: review(text, today=TODAY).problems, lambda problem: True)


def stands(text: str, world: World) -> tuple[object, ...]:
    """All that becomes of the leads of a world under rules: scores, truths of items, tiers."""
    plan = plan_of(text)
    found = score(plan, leads_of(plan.model, world.leads, world.events, world.beside), world.now)
    items = {name: {item: truths.tolist() for item, truths in own.items()} for name, own in found.checklists.items()}
    return {name: points.tolist() for name, points in found.scores.items()}, items, found.tiers.tolist()


@law(60)
@given(world=worlds())
def test_no_fix_moves_a_score(world: World) -> None:
    """Nothing that is drawn brings lint down, and what it mends is what it was."""
    text = render(world.spec)
    found = mended(Source("card.lead", text))
    if found.settled:
        assert stands(text, world) == stands(found.source.text, world)


IDLE = """lead {{ n number; role text; a flag }}
event visit {{ path text }}
score s {{ criteria {{
  held 5 when {0}
  done 3 each visit where {1}
  seen 2 when any visit where ({1})
}} }}
checklist c {{ item {0} }}
thresholds {{ hot when c.unknown = 1; warm when not ({0}); cold otherwise }}
"""
ABOUT_LEADS = (("n > 5", "n > 3", "n is known", "n is missing"), ('role is "x"', 'role is not "y"', "role is known"))
ABOUT_VISITS = (
    ('path starts with "/a"', 'path is "/a"', "path is known", 'path starts with "/"', "not path is missing"),
)


def joined(subjects: tuple[tuple[str, ...], ...]) -> st.SearchStrategy[str]:
    """Conditions of parts that often say what another one says."""
    atom = st.sampled_from(subjects).flatmap(lambda atoms: st.lists(st.sampled_from(atoms), min_size=2, max_size=2))
    word = st.sampled_from((" and ", " or "))
    pair = st.builds(lambda parts, word: word.join(parts), atom, word)
    denied = pair.map(lambda part: f"not ({part})")
    return st.one_of(denied, pair, st.builds(lambda one, word, two: f"({one}){word}({two})", denied, word, pair))


def idle_world() -> World:
    """A lead of every kind that the conditions above can tell apart."""
    known = product(
        (None, 1.0, 4.0, 9.0), (None, "x", "y"), (None, True, False), (None, "/a", "/b", "c"), (True, False)
    )
    leads: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for n, role, a, path, visits in known:
        leads.append({"lead": str(len(leads)), "n": n, "role": role, "a": a})
        events += [{"lead": leads[-1]["lead"], "type": "visit", "time": 10**12, "path": path}] * visits
    return World(Spec(), leads, events, 2 * 10**12)


@law(150)
@given(joined(ABOUT_LEADS), joined(ABOUT_VISITS))
def test_no_fix_takes_unknown_for_false(of_lead: str, of_visit: str) -> None:
    text = IDLE.format(of_lead, of_visit)
    found = mended(Source("card.lead", text))
    if found.settled:
        world = idle_world()
        assert stands(text, world) == stands(found.source.text, world)


def test_every_fix_of_a_page_leaves_its_example_without_the_code() -> None:
    fixed = set()
    for code in CODES:
        bad = examples(code)[0]
        source = Source(f"card.{bad.language}", bad.text)
        before = review(source, today=TODAY).problems
        found = mended(source)
        if found.settled:
            fixed.add(code)
            after = review(found.source, today=TODAY).problems
            assert not [p for p in after if p.code == code]
            assert {p.code for p in after} <= {p.code for p in before}
    assert {"W101", "W922", "W925", "W931", "W952", "W953", "W971"} <= fixed


def test_a_fix_that_does_not_settle_its_problem_is_left_out() -> None:
    source = Source("card.lead", CARD)
    place = Span(source, source.text.index("5"), source.text.index("5") + 1)

    def look(text: Source) -> tuple[Problem, ...]:
        wrong = Problem(code="W605", span=Span(text, place.start, place.end), message="", fix=Fix(place, "6"))
        return (wrong,)

    assert mend(source, look, lambda problem: True) == Mended(source, (), (), look(source))


def test_a_fix_that_would_bring_another_doubt_is_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "card.lead"
    text = "lead { size number }\nscore s { criteria { a 5 when size > 9; b 3 when size > 9 and size > 5 } }\n"
    path.write_text(text, encoding="utf-8")
    shown = typed(["leadrules", "lint", str(path), "--fix", "--select", "W922"])
    assert shown.code == 1 and path.read_text(encoding="utf-8") == text
    assert f"{path}:2:63: left W922 as it is: its fix would bring another mistake or doubt" in shown.errors
    assert "can be mended" not in shown.errors
    assert typed(["leadrules", "lint", str(path), "--diff", "--select", "W922"]).output == ""


def test_one_fix_may_uncover_another(tmp_path: Path) -> None:
    path = tmp_path / "card.lead"
    criterion = 'a 5 when role is one of "x", "X", "ｘ"\n'
    path.write_bytes(
        b"\xef\xbb\xbf" + f"lead {{ role text }}\r\nscore s {{ criteria {{ {criterion.strip()} }} }}\r\n".encode()
    )
    shown = typed(["leadrules", "lint", str(path), "--fix"])
    assert shown.code == 0, shown
    assert (
        path.read_bytes()
        == b'\xef\xbb\xbflead { role text }\r\nscore s { criteria { a 5 when role is one of "x" } }\r\n'
    )


def test_a_difference_is_shown_and_nothing_written(tmp_path: Path) -> None:
    path = tmp_path / "card.lead"
    path.write_text("event visit\nscore s { criteria { a 5 each visit, at most 1 } }\n", encoding="utf-8")
    before = path.read_bytes()
    shown = typed(["leadrules", "lint", str(path), "--diff"])
    assert shown.code == 1
    assert "+score s { criteria { a 5 each visit, once } }" in shown.output
    assert path.read_bytes() == before
    assert typed(["leadrules", "lint", str(path), "--diff", "--select", "W911"]) == Shown(0, "", "")


# Silences


def codes_of(text: str, today: str = "2026-11-01", name: str = "card.lead") -> list[tuple[int, str]]:
    found = review(Source(name, text), today=TODAY.fromisoformat(today)).problems
    return [(p.span.source.position(p.span.start)[0], p.code) for p in found]


@pytest.mark.parametrize(
    "comment",
    [
        "# leadrules: ignore W605, because it is kept",
        "# leadrules: ignore W605 because it is kept",
        "#leadrules:ignore W605, W901 because it is kept",
        "# leadrules: ignore W901 W605 until 2026-11-01 because it is kept",
        "# leadrules: ignore W605 until 2026-11-01, because it is kept",
    ],
)
def test_a_comment_silences_its_line_or_the_next(comment: str) -> None:
    unused = [(5, "W101")] if "W901" in comment else []
    assert codes_of(CARD.replace("b 0 each mail", f"b 0 each mail   {comment}")) == unused
    assert codes_of(CARD.replace("  b 0", f"  {comment}\n\n  # of old\n  b 0")) == unused
    assert codes_of(f"{comment.replace('ignore', 'ignore-file')}\n{CARD}") == [(1, code) for _, code in unused]


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# leadrules: ignore W605", "it cannot be read"),
        ("# leadrules: ignore W605 because", "it cannot be read"),
        ("# leadrules: ignore because it is kept", "it cannot be read"),
        ("# leadrules: ignor W605, because it is kept", "it cannot be read"),
        ("# leadrules: ignore W606, because it is kept", "there is no code W606"),
        ("# leadrules: ignore E201, because it is kept", "E201 is a mistake"),
        ("# leadrules: ignore W101, because it is kept", "W101 cannot be silenced"),
        ("# leadrules: ignore W605 until 2026-02-30, because it is kept", "`2026-02-30` is no date"),
    ],
)
def test_a_comment_that_cannot_be_read_silences_nothing(comment: str, words: str) -> None:
    found = review(Source("card.lead", CARD.replace("b 0 each mail", f"b 0 each mail {comment}")), today=TODAY).problems
    assert [p.code for p in found] == ["W605", "W102"]
    assert words in found[1].message


def test_a_silence_ends_after_its_last_day() -> None:
    text = CARD.replace("b 0 each mail", "b 0 each mail # leadrules: ignore W605 until 2026-11-30, because of tests")
    assert codes_of(text, "2026-11-30") == []
    assert codes_of(text, "2026-12-01") == [(5, "W605"), (5, "W103")]


def test_a_text_in_quotes_is_no_comment() -> None:
    text = 'lead { role text }\nscore s { criteria { a 5 when role is "# leadrules: ignore W605" } }\n'
    assert codes_of(text) == []


def test_a_mistake_is_not_silenced_and_hides_that_silences_are_unused() -> None:
    text = "# leadrules: ignore-file W605, because it is kept\nscore s { criteria { a 5 each visit } }\n"
    assert codes_of(text) == [(2, "E203")]


def test_comments_of_a_market_silence_too() -> None:
    market = "scenario m { horizon 100 days from 2026-01-05 }\nlead { size number }%s\npersona one 100%% { }\n"
    market += "stage only { lasts exactly 3 days; then won 50%%, else lost }\n"
    assert codes_of(market % "", name="m.scenario") == [(2, "W701")]
    assert codes_of(market % " # leadrules: ignore W701, because it comes later", name="m.scenario") == []


def test_comments_of_a_file_that_is_used_silence_what_is_found_in_it(tmp_path: Path) -> None:
    silenced = CARD.replace("b 0 each mail", "b 0 each mail # leadrules: ignore W605, because it is kept")
    (tmp_path / "base.lead").write_text(silenced, encoding="utf-8")
    card = tmp_path / "card.lead"
    card.write_text('extends "base.lead" { replace a 6 each visit }\n', encoding="utf-8")
    assert typed(["leadrules", "check", str(card)]) == Shown(0, "", "no problems in 1 file\n")


@given(
    st.integers(0, len(CARD)),
    st.sampled_from(["# leadrules: ignore W605, because of tests", "#leadrules:", "# leadrules: x"]),
)
def test_a_comment_anywhere_does_no_harm(at: int, comment: str) -> None:
    review(Source("card.lead", f"{CARD[:at]}{comment}\n{CARD[at:]}"), today=TODAY)


# Files, severities, formats


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "card.lead").write_text(CARD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("", 1),
        ("--fail-on error", 0),
        ("--fail-on note", 1),
        ("--ignore W6", 0),
        ("--select W9", 0),
        ("--select W605,W9", 1),
        ("--select w605 --ignore W60", 0),
    ],
)
def test_what_makes_the_exit_code_1(folder: Path, options: str, code: int) -> None:
    assert typed(f"leadrules lint card.lead {options}").code == code


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("leadrules lint nothing.lead", "nothing.lead: no such file or folder"),
        ("leadrules lint card.lead --select W6055", "no code begins with W6055: was W605 meant?"),
        ("leadrules lint card.lead --today tomorrow", "`tomorrow` is no date"),
        ("leadrules lint card.lead --baseline none.json", "none.json: no such file or directory"),
        ("leadrules lint card.lead --baseline card.lead", "card.lead: is no baseline"),
        ("leadrules lint leads.csv", "leads.csv: neither a rule file (.lead) nor a market (.scenario)"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, command: str, words: str) -> None:
    (folder / "leads.csv").write_text("lead\n", encoding="utf-8")
    shown = typed(command)
    assert shown.code == 2
    assert words in shown.errors


def test_a_mistake_in_one_file_keeps_no_other_from_being_read(folder: Path) -> None:
    (folder / "broken.lead").write_text("scoer s { }\n", encoding="utf-8")
    shown = typed("leadrules lint")
    assert shown.code == 1
    assert "1 error, 1 warning in 2 files" in shown.errors
    assert "E113" in shown.output and "W605" in shown.output


def test_a_part_of_others_need_not_score_anything(folder: Path) -> None:
    (folder / "shared").mkdir()
    (folder / "shared" / "fields.lead").write_text("lead { size number }\n", encoding="utf-8")
    assert "E501" in typed("leadrules lint").output
    (folder / "card.lead").write_text(
        'use "shared/fields.lead"\nscore s { criteria { a 5 when size > 3 } }\n', encoding="utf-8"
    )
    assert typed("leadrules lint") == Shown(0, "", "no problems in 2 files\n")


def test_findings_as_json(folder: Path) -> None:
    told = json.loads(typed("leadrules lint card.lead --format json").output)
    problem = told["problems"][0]
    assert told["counts"] == {"warning": 1}
    assert {key: problem[key] for key in ("code", "severity", "file", "line", "column", "end_column")} == {
        "code": "W605",
        "severity": "warning",
        "file": "card.lead",
        "line": 5,
        "column": 5,
        "end_column": 6,
    }
    assert len(problem["fingerprint"]) == 16


# Baselines


def test_a_baseline_knows_findings_whose_lines_moved(folder: Path) -> None:
    written = typed("leadrules lint --write-baseline known.json")
    assert written == Shown(0, "", "known.json: 1 left for later\n")
    card = folder / "card.lead"
    card.write_text("# moved\n\n" + CARD.replace("  b 0", "    b  0"), encoding="utf-8")
    known = typed("leadrules lint --baseline known.json")
    assert known == Shown(0, "", "known.json: 1 known and not shown\nno problems in 1 file\n")


def test_a_baseline_knows_each_of_several_that_are_alike_once(folder: Path) -> None:
    typed("leadrules lint --write-baseline known.json")
    card = folder / "card.lead"
    again = CARD.replace("score s", "score t")
    card.write_text(CARD + again.replace("event visit\nevent mail\n", ""), encoding="utf-8")
    shown = typed("leadrules lint --baseline known.json")
    assert shown.code == 1
    assert "1 warning in 1 file" in shown.errors


def test_a_baseline_says_what_was_settled(folder: Path) -> None:
    typed("leadrules lint --write-baseline known.json")
    (folder / "card.lead").write_text(CARD.replace("b 0", "b 1"), encoding="utf-8")
    shown = typed("leadrules lint --baseline known.json")
    assert shown.code == 0
    assert "known.json: 1 named there are settled: write it again" in shown.errors


def test_mistakes_are_never_left_for_later(folder: Path) -> None:
    (folder / "broken.lead").write_text("scoer s { }\n", encoding="utf-8")
    written = typed("leadrules lint --write-baseline known.json")
    assert written.code == 1
    assert "E113" in written.output
    shown = typed("leadrules lint --baseline known.json")
    assert shown.code == 1
    assert "1 error in 2 files" in shown.errors


def test_a_baseline_in_another_folder_names_files_from_there(folder: Path) -> None:
    (folder / "ci").mkdir()
    typed("leadrules lint --write-baseline ci/known.json")
    assert list(json.loads((folder / "ci" / "known.json").read_text())["files"]) == ["../card.lead"]
    assert typed(f"leadrules lint {folder} --baseline {folder / 'ci' / 'known.json'}").code == 0


def test_check_shows_warnings_and_no_notes(folder: Path) -> None:
    (folder / "card.lead").write_text("lead { city text }\n" + CARD, encoding="utf-8")
    assert "W901" in typed("leadrules lint card.lead").output
    shown = typed("leadrules check card.lead")
    assert shown.code == 0
    assert "W605" in shown.output and "W901" not in shown.output


@pytest.mark.parametrize("relation", ["is", "is not", "starts with", "ends with", "contains", "mentions"])
@pytest.mark.parametrize("asked", ["each visit where page", "each visit where not page", "when no visit where page"])
def test_a_thousand_criteria_are_held_against_each_other(
    asked: str, relation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each about a page of its own: findings come of the one that says the same as another, and few are compared."""
    compared: list[Condition] = []
    monkeypatch.setattr(doubles, "implies", lambda one, other: compared.append(one) or implies(one, other))
    lines = [f'  c{i} 5 {asked} {relation} "/{i}/"' for i in range(1_000)]
    again = f'  again 5 {asked} {relation} "/500/"'
    text = "event visit { page text }\nscore s { criteria {\n" + "\n".join([*lines, again]) + "\n} }\n"
    found = [(p.code, p.message) for p in review(Source("card.lead", text)).problems if p.code != "W925"]
    assert found == [("W911", "`again` and `c500` earn points by the same thing")]
    assert len(compared) < 2_000
