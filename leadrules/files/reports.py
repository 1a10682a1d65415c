"""Comparison to an HTML file, with the style and the scripts that come with the package."""

from __future__ import annotations

from importlib import resources

from leadrules.files.sources import FilePath, write_text
from leadrules.judging.comparison import Comparison
from leadrules.report.page import Assets, html_page

LIBRARY = ("vega.min.js", "vega-lite.min.js")
SOURCE_MAP = "//# sourceMappingURL="  # of a file that is not there


def read_assets() -> Assets:
    """What every page carries."""
    return Assets(
        _asset("page.css"), _asset("page.js"), tuple(_asset(name).partition(SOURCE_MAP)[0] for name in LIBRARY)
    )


def write_report(comparison: Comparison, path: FilePath) -> None:
    """Write a comparison as one page. Raises `FileProblem` where that fails."""
    write_text(html_page(comparison, read_assets()), path)


def _asset(name: str) -> str:
    return (resources.files("leadrules.report") / "assets" / name).read_text(encoding="utf-8")
