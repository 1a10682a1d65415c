"""A comparison as one HTML page that needs no network: it carries its style, its data, and the library that draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from leadrules.judging.comparison import Comparison
from leadrules.report.charts import CONFIG, Chart
from leadrules.report.charts_of_curves import calibration_chart, charts_of
from leadrules.report.charts_of_lives import life_chart, life_words
from leadrules.report.charts_of_paths import funnel_charts, time_chart
from leadrules.report.markup import Html, fingerprint, json_script, script, tag, together
from leadrules.report.page_criteria import criteria_section, segments_section
from leadrules.report.page_figures import cards, figure_tables
from leadrules.report.page_parts import chart_figure, section
from leadrules.report.page_rollout import rollout, uncertainties
from leadrules.report.page_terms import terms
from leadrules.report.page_tiers import moves
from leadrules.report.verdict import verdict


class Assets(Struct, frozen=True):
    """What a page carries besides its data: its style, its own script, and the scripts of the library that draws."""

    style: str
    script: str
    library: tuple[str, ...]


def html_page(comparison: Comparison, assets: Assets) -> str:
    """The page. Every text of a rule set, a market or a lead stays text in it."""
    best = comparison.migration.new[0] if comparison.migration else "hot"
    charts = list(_charts(comparison, best))
    lives = [(life_words(life), life_chart(life, number)) for number, life in enumerate(comparison.lives)]
    drawn = {chart.name: chart.spec for chart in (*charts, *(chart for _, chart in lives))}
    body = [
        _head(comparison),
        *_sections(comparison, {chart.name: chart for chart in charts}, lives),
        json_script("charts", {"config": CONFIG, "specs": drawn}),
    ]
    scripts = [*assets.library, assets.script] if drawn else [assets.script]
    page = tag("body", *body, *map(script, scripts))
    title = f"{comparison.old} → {comparison.new}"
    return f"<!doctype html>\n{tag('html', _about(title, assets.style, scripts), page, lang='en')}\n"


def _charts(comparison: Comparison, best: str) -> Iterator[Chart]:
    """Every chart that there is data for, but for those of single leads."""
    if comparison.curves:
        yield from charts_of(comparison.curves, best)
    if comparison.bands[0] and comparison.bands[1]:
        yield calibration_chart(comparison.bands[0], comparison.bands[1])
    if all(comparison.time_to_hot):
        yield time_chart(*comparison.time_to_hot, best)
    if any(comparison.funnel):
        yield from funnel_charts(*comparison.funnel, comparison.migration.new if comparison.migration else ())


def _about(title: str, style: str, scripts: Sequence[str]) -> Html:
    allowed = " ".join(map(fingerprint, scripts))
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'unsafe-eval' {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name_="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(style)),
    )


def _head(comparison: Comparison) -> Html:
    first, *others = verdict(comparison)
    head, _, rest = first.partition(": ")
    seed = "" if comparison.seed is None else f", seed {comparison.seed}"
    return tag(
        "header",
        tag("p", "Comparison of two rule sets", class_="eyebrow"),
        tag("h1", head),
        *(tag("p", sentence, class_="lead") for sentence in (rest, *others) if sentence),
        tag("p", _named("old", comparison.old), _named("new", comparison.new), class_="sets"),
        tag("p", f"{comparison.leads:,} leads of {comparison.source}{seed}, the same for both.", class_="about"),
        cards(comparison),
        tag("noscript", tag("p", "Charts need JavaScript. The tables below them hold the same figures.")),
    )


def _named(side: str, name: str) -> Html:
    return tag("span", tag("span", side, class_=f"key key-{side}"), tag("b", name))


def _sections(
    comparison: Comparison, charts: dict[str, Chart], lives: Sequence[tuple[str, Chart]]
) -> Iterator[Html | None]:
    yield _drawn("scores", "Scores", charts, "scores-old", "scores-new")
    yield _drawn("ranking", "Ranking", charts, "gains", "calibration")
    yield _drawn("volume", "Volume", charts, "weeks")
    yield _drawn("timing", "How soon", charts, "time", "warning")
    yield _drawn("funnel", "Where leads are lost", charts, "funnel-old", "funnel-new")
    yield moves(comparison)
    yield rollout(comparison.storm)
    yield uncertainties(comparison.uncertainty)
    yield section("figures", "Every figure", *figure_tables(comparison))
    yield criteria_section(comparison)
    yield segments_section(comparison.segments[1])
    if lives:
        told = (tag("div", tag("p", words), chart_figure(chart), class_="life") for words, chart in lives)
        yield section("leads", "Leads that move most", *told)
    yield terms(comparison)


def _drawn(name: str, title: str, charts: dict[str, Chart], *wanted: str) -> Html | None:
    found = [chart_figure(charts[one]) for one in wanted if one in charts]
    return section(name, title, tag("div", together(*found), class_="pair")) if found else None
