"""The page of a comparison: one file that asks for nothing, whose texts stay texts, with a table beside each chart."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from leadrules.files.failure import FileProblem
from leadrules.files.reports import LIBRARY, read_assets, write_report
from leadrules.judging.comparison import Comparison
from leadrules.judging.uncertainty import Spread, Uncertainty
from leadrules.report.charts_of_curves import shade
from leadrules.report.markup import Html, json_script, tag
from leadrules.report.page import html_page
from leadrules.report.verdict import verdict
from tests.paired import pair
from tests.terminal import typed

ROOT = Path(__file__).parent.parent
EVIL = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>\"'&"
WORDS = {"number", "share", "count", "money", "duration", "won", "lost", "no_decision", "disqualified", "open"}
EMPTY = {"meta", "img", "br", "link", "input"}


class Reader(HTMLParser):
    """The elements of a page, the texts of its scripts and all other text, as a browser would find them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        elif not self.open or self.open[-1] != "style":
            self.text += data

    def found(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return pair(tmp_path_factory.mktemp("page")).comparison


@pytest.fixture(scope="module")
def page(comparison: Comparison) -> Reader:
    return Reader(html_page(comparison, read_assets()))


def specs(page: Reader) -> dict[str, object]:
    return next(json.loads(text) for attributes, text in page.scripts if attributes.get("id") == "charts")["specs"]


def taken_over(part: object) -> object:
    """The same data with every text in it hostile, but for the words that have a meaning of their own."""
    if isinstance(part, str):
        return part if part in WORDS else EVIL
    if isinstance(part, Struct):
        return type(part)(**{name: taken_over(getattr(part, name)) for name in part.__struct_fields__})
    if isinstance(part, Mapping):
        return {f"{EVIL}{key}": taken_over(value) for key, value in part.items()}
    return tuple(map(taken_over, part)) if isinstance(part, tuple) else part


def test_the_page_is_whole_and_asks_for_nothing(page: Reader) -> None:
    assert page.open == []
    for name, attributes in page.tags:
        assert not {"src", "href", "srcset", "action", "data"} & set(attributes), name
        assert not [key for key in attributes if key.startswith("on")], name
    assert "@import" not in read_assets().style and "url(" not in read_assets().style


def test_no_other_script_may_run(page: Reader) -> None:
    policy = next(m["content"] for m in page.found("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and "default-src 'none'" in policy
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in script
    ran = [text for attributes, text in page.scripts if attributes.get("type") != "application/json"]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in ran]
    assert script.split()[2:] == hashes


def test_each_chart_has_a_name_and_a_table(page: Reader) -> None:
    places = [attributes for attributes in page.found("div") if "data-chart" in attributes]
    assert sorted(str(place["data-chart"]) for place in places) == sorted(specs(page))
    assert {
        "scores-old",
        "scores-new",
        "gains",
        "calibration",
        "weeks",
        "warning",
        "time",
        "funnel-old",
        "funnel-new",
        "life-0",
    } <= set(specs(page))
    assert all(place["role"] == "img" and place["aria-label"] for place in places)
    assert len(page.found("details")) == len(places) + 1  # and the criteria of the old rules


def test_figures_on_the_page_are_those_of_the_comparison(page: Reader, comparison: Comparison) -> None:
    for figure in comparison.figures:
        assert figure.title in page.text
        if figure.kind == "number":
            assert f"{figure.new.value:.4f}" in page.text
    gains = specs(page)["gains"]["data"]["values"]
    assert [row["value"] for row in gains if row["side"] == "new"][1:-1] == [
        p.new.value for p in comparison.curves.gains
    ]
    weeks = specs(page)["weeks"]
    assert [v["value"] for v in weeks["layer"][-1]["data"]["values"]] == list(comparison.curves.capacity)
    assert all(part in page.text for sentence in verdict(comparison) for part in sentence.split(": ", 1))


def test_criteria_are_told_of_both_rule_sets(page: Reader, comparison: Comparison) -> None:
    for criteria in (comparison.old_criteria, comparison.new_criteria):
        assert criteria is not None and len(criteria.worth) == 14
        for worth in criteria.worth:
            assert f"{worth.shapley.value:+.4f}" in page.text
            assert all(note in page.text for note in worth.notes)
    for segment in comparison.segments[1]:
        assert f"{segment.field} {segment.value}" in page.text


def test_paths_are_drawn_as_they_were_measured(page: Reader, comparison: Comparison) -> None:
    for place, side in enumerate(("old", "new")):
        drawn = [row for row in specs(page)["time"]["data"]["values"] if row["side"] == side]
        reached = comparison.time_to_hot[place]
        assert [(row["at"], row["value"]) for row in drawn] == [(one.days, one.share.value) for one in reached]
        bars = specs(page)[f"funnel-{side}"]["data"]["values"]
        rows = comparison.funnel[place]
        assert [(bar["stage"], bar["tier"], bar["leads"]) for bar in bars] == [(r.stage, r.tier, r.leads) for r in rows]
        assert {bar["tier"]: bar["place"] for bar in bars if bar["tier"] in ("hot", "warm")} == {"hot": 0, "warm": 1}


def test_bands_stand_where_their_leads_are(page: Reader, comparison: Comparison) -> None:
    rows = [row for row in specs(page)["calibration"]["data"]["values"] if row["side"] == "new"]
    bands = comparison.bands[1].bands[::-1]
    below = 0
    for row, one in zip(rows, bands, strict=True):
        assert row["value"] == one.win_rate.value
        assert row["at"] == pytest.approx((below + one.leads / 2) / comparison.judged, abs=0.008)
        below += one.leads
    assert below == comparison.judged


def test_hostile_texts_stay_texts(comparison: Comparison) -> None:
    hostile = taken_over(comparison)
    assert isinstance(hostile, Comparison)
    page, honest = (Reader(html_page(one, read_assets())) for one in (hostile, comparison))
    assert EVIL in page.text
    assert [name for name, _ in page.tags if name in ("script", "img")] == [
        name for name, _ in honest.tags if name == "script"
    ]
    assert EVIL in json.dumps(specs(page), ensure_ascii=False).replace('\\"', '"')


def test_a_comparison_without_curves_or_tiers_still_has_a_page(comparison: Comparison) -> None:
    gone = {"curves": None, "migration": None, "entered": None, "left": None, "psi": None, "storm": None}
    empty = {"lives": (), "moved": (), "time_to_hot": ((), ()), "funnel": ((), ()), "bands": (None, None)}
    bare = replace(comparison, old_criteria=None, new_criteria=None, **gone, **empty)
    page = Reader(html_page(bare, read_assets()))
    assert page.open == [] and specs(page) == {} and comparison.figures[0].title in page.text
    assert len(page.scripts) == 2  # the data, and the page's own; no library to draw with


def test_a_page_tells_how_to_make_it_again(comparison: Comparison) -> None:
    inputs, versions = {"new.lead": "ab" * 32}, {"leadrules": "0.1.0"}
    text = Reader(
        html_page(replace(comparison, command="leadrules compare a b", inputs=inputs, versions=versions), read_assets())
    ).text
    assert "leadrules compare a b" in text and "ab" * 32 in text and "leadrules 0.1.0" in text


def test_the_day_of_the_rollout_is_told(page: Reader, comparison: Comparison) -> None:
    storm = comparison.storm
    assert storm is not None and storm.changed > 0
    assert f"{storm.changed:,} of {storm.leads:,} known leads" in page.text
    assert all(f"{step.old} → {step.new}" in page.text for step in storm.steps)


def test_both_uncertainties_are_told(comparison: Comparison) -> None:
    spread = Spread("auc", "ROC AUC", "number", 0.0123, 0.0456, -0.1, 0.1, None)
    found = Uncertainty(
        markets=100, leads=4_096, ranges={"a": (0.0, 1.0), "b": (2.0, 3.0)}, fixed=17, spreads=(spread,)
    )
    page = Reader(html_page(replace(comparison, uncertainty=found), read_assets()))
    assert all(words in page.text for words in ("0.0123", "0.0456", "100 markets", "17 numbers"))


def test_equal_rule_sets_are_told_as_equal(tmp_path: Path) -> None:
    text = Reader(html_page(pair(tmp_path, same=True).comparison, read_assets())).text
    assert "no lead stands otherwise" in text
    assert "no evidence" not in text.split("What this rests on")[0] and "better" not in text.split("Every figure")[0]


def test_the_command_writes_the_page(comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    pair(tmp_path, leads=300)
    asked = ["leadrules", "compare", "old.lead", "new.lead", "market.scenario", "--population", "300", "--report"]
    shown = typed([*asked, "page.html"])
    assert shown.code == 0 and Reader((tmp_path / "page.html").read_text()).open == []
    over = typed([*asked, "old.lead"])
    assert over.code == 2 and "needs a file of its own" in over.errors
    nowhere = typed([*asked, "no/such/page.html"])
    assert nowhere.code == 2 and "no such file or directory" in nowhere.errors


def test_a_saved_comparison_has_the_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pair(tmp_path, leads=300)
    words = ["leadrules", "compare", "old.lead", "new.lead", "market.scenario", "--population", "300"]
    result = typed([*words, "--format", "json", "--report", "one.html"])
    (tmp_path / "result.json").write_text(result.output)
    assert typed("leadrules report result.json -o two.html").code == 0
    one, two = (Reader((tmp_path / name).read_text()) for name in ("one.html", "two.html"))
    texts = [
        re.sub(r"\d", "", page.text) for page in (one, two)
    ]  # a saved figure has nine digits, and may round otherwise
    assert texts[0] == texts[1] and list(specs(one)) == list(specs(two))
    assert typed("leadrules report result.json -o result.json").code == 2
    assert "is no saved result" in typed("leadrules report one.html -o three.html").errors


def test_a_page_that_cannot_be_written_is_a_problem(comparison: Comparison, tmp_path: Path) -> None:
    with pytest.raises(FileProblem):
        write_report(comparison, str(tmp_path))


def test_the_library_is_the_one_that_was_recorded() -> None:
    assets = ROOT / "leadrules" / "report" / "assets"
    recorded = dict(
        re.findall(r"^\| (\S+\.js) \|.*\| ([0-9a-f]{64}) \|$", (assets / "vega.md").read_text(), re.MULTILINE)
    )
    assert recorded == {name: hashlib.sha256((assets / name).read_bytes()).hexdigest() for name in LIBRARY}


def test_tags_escape_and_leave_out() -> None:
    found = tag("p", "a < b", None, tag("b", "&"), class_='x"y', hidden=True, title=None, data_at="1")
    assert found == '<p class="x&quot;y" hidden data-at="1">a &lt; b<b>&amp;</b></p>'
    assert isinstance(found, Html)
    assert "<" not in json_script("d", {"a": "</script>\u2028"})[len("<script") : -len("</script>")].replace(">", "", 1)


@pytest.mark.parametrize(("tiers", "shades"), [(1, [0]), (2, [0, 4]), (3, [0, 2, 4]), (7, [0, 1, 1, 2, 3, 3, 4])])
def test_the_best_tier_is_the_strongest(tiers: int, shades: list[int]) -> None:
    assert [shade(place, tiers) for place in range(tiers)] == shades
