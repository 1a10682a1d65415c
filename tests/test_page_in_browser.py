"""The page of a comparison in a real browser: what is drawn, what sorts, what a phone, the dark and a printer make of it."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadrules.files.reports import read_assets, write_report
from leadrules.judging.comparison import Comparison
from leadrules.report.page import html_page
from tests.paired import pair
from tests.test_page import EVIL, taken_over

pytest.importorskip("selenium", reason="selenium is not installed: it comes with leadrules[test]")
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,900")
PHONE = 380


class Shown:
    """A page in the browser."""

    def __init__(self, browser: webdriver.Chrome, path: Path, width: int = 1280, dark: bool = False) -> None:
        self.browser = browser
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.ask("Emulation.setEmulatedMedia", media="", features=[scheme])
        browser.get_log("browser")
        browser.get(path.as_uri())
        WebDriverWait(browser, 30).until(lambda _: self.run("return 'ready' in document.body.dataset"))

    def ask(self, command: str, **given: Any) -> Any:
        return self.browser.execute_cdp_cmd(command, given)

    def run(self, script: str, *given: Any) -> Any:
        return self.browser.execute_script(script, *given)

    def all(self, selector: str) -> list[Any]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.browser.get_log("browser")]


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    program, driver = next(filter(None, map(shutil.which, BROWSERS)), None), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no Chromium with its chromedriver is installed: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(driver))
    yield found
    found.quit()


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return pair(tmp_path_factory.mktemp("pair")).comparison


@pytest.fixture(scope="module")
def page(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_report(comparison, str(path))
    return path


def test_every_chart_is_drawn_without_a_word_or_a_request(browser: webdriver.Chrome, page: Path) -> None:
    shown = Shown(browser, page)
    assert shown.complaints() == []
    assert shown.run("return performance.getEntriesByType('resource').length") == 0
    charts = shown.all(".chart")
    assert len(charts) >= 7
    for chart in charts:
        marks = shown.run(
            "return [...arguments[0].querySelectorAll('svg .mark-rect path, svg .mark-line path')].length", chart
        )
        assert marks > 0 and chart.size["width"] > 200 and chart.size["height"] > 100, chart.get_attribute("data-chart")
    assert len(shown.all("[data-chart='gains'] .mark-line path")) == 3  # two rule sets and the draw by lot
    lit = shown.all("[data-chart='scores-old'] .mark-rect path")
    assert len({bar.value_of_css_property("fill") for bar in lit}) == 3  # one colour a tier


def test_a_pointer_is_told_figures(browser: webdriver.Chrome, page: Path, comparison: Comparison) -> None:
    shown = Shown(browser, page)
    bar = shown.all("[data-chart='scores-old'] .mark-rect path")[0]
    shown.run("arguments[0].scrollIntoView({block: 'center'})", bar)
    webdriver.ActionChains(browser).move_to_element(bar).perform()
    tip = shown.all("#tip")[0]
    WebDriverWait(browser, 5).until(lambda _: tip.is_displayed())
    assert "lead" in tip.text and " to " in tip.text and tip.text.count("\n") == 2


def test_tables_sort_by_mouse_and_by_keys(browser: webdriver.Chrome, page: Path) -> None:
    shown = Shown(browser, page)
    head = shown.all("#figures table th")[1]  # old
    cells = "return [...arguments[0].closest('table').tBodies[0].rows].map(row => row.cells[1].textContent)"

    def values() -> list[float]:
        return [float(text.rstrip("%").replace(",", "")) for text in shown.run(cells, head)]

    before = values()
    button = head.find_element(By.TAG_NAME, "button")
    button.click()
    assert head.get_attribute("aria-sort") == "descending" and values() == sorted(before, reverse=True)
    shown.run("document.activeElement.blur()")
    for _ in range(100):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        if browser.switch_to.active_element == button:
            break
    assert browser.switch_to.active_element == button, "keys alone do not get there"
    assert button.value_of_css_property("outline-style") != "none"
    button.send_keys(Keys.ENTER)
    assert head.get_attribute("aria-sort") == "ascending" and values() == sorted(before)
    other = shown.all("#figures table th")[0]
    other.find_element(By.TAG_NAME, "button").send_keys(Keys.SPACE)
    assert [th.get_attribute("aria-sort") for th in (head, other)] == ["none", "ascending"]
    names = shown.run(cells.replace("cells[1]", "cells[0]"), head)
    assert names == shown.run("return [...arguments[0]].sort((a, b) => a.localeCompare(b))", names)


def test_light_and_dark_can_both_be_read(browser: webdriver.Chrome, page: Path) -> None:
    seen = []
    for dark in (False, True):
        shown = Shown(browser, page, dark=dark)
        label, figure = shown.all("svg .mark-text text")[0], shown.all("figure")[0]
        for text, paper in (("h1", "body"), (".gloss", ".card"), ("figcaption p", "figure"), (".chip", ".chip")):
            ink, back = (shown.all(where)[0] for where in (text, paper))
            assert contrast(ink.value_of_css_property("color"), back.value_of_css_property("background-color")) >= 4.5
        fill, back = label.value_of_css_property("fill"), figure.value_of_css_property("background-color")
        assert contrast(fill, back) >= 4.5
        seen.append(back)
    assert luminance(seen[0]) > 0.9 and luminance(seen[1]) < 0.1


def numbers(colour: str) -> list[float]:
    return [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")][:3]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [part / 255 for part in numbers(colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2): from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_scrolls_down_alone(browser: webdriver.Chrome, page: Path, dark: bool) -> None:
    shown = Shown(browser, page, PHONE, dark)
    assert shown.run("return document.documentElement.scrollWidth") <= PHONE
    for chart in shown.all(".chart svg"):
        assert chart.size["width"] <= PHONE
    assert shown.complaints() == []


def test_hostile_texts_stay_texts(browser: webdriver.Chrome, comparison: Comparison, tmp_path: Path) -> None:
    hostile = taken_over(comparison)
    assert isinstance(hostile, Comparison)
    path = tmp_path / "hostile.html"
    path.write_text(html_page(hostile, read_assets()), encoding="utf-8")
    shown = Shown(browser, path)
    assert shown.complaints() == []
    assert browser.title == f"{EVIL} → {EVIL}"
    assert shown.all("img") == [] and EVIL in shown.all(".sets")[0].text
    assert all(chart.get_attribute("data-drawn") is not None for chart in shown.all(".chart"))
    bar = shown.all("[data-chart='scores-old'] .mark-rect path")[0]
    shown.run("arguments[0].scrollIntoView({block: 'center'})", bar)
    webdriver.ActionChains(browser).move_to_element(bar).perform()
    tip = shown.all("#tip")[0]
    WebDriverWait(browser, 5).until(lambda _: tip.is_displayed())
    assert EVIL in tip.text


def test_it_prints_light_and_whole(browser: webdriver.Chrome, page: Path) -> None:
    shown = Shown(browser, page, dark=True)
    printed = base64.b64decode(shown.ask("Page.printToPDF", printBackground=True)["data"])
    assert printed.startswith(b"%PDF") and len(printed) > 50_000
    shown.ask("Emulation.setEmulatedMedia", media="print", features=[])
    assert luminance(shown.all("figure")[0].value_of_css_property("background-color")) > 0.9
    assert not [table for table in shown.all("details") if table.is_displayed()]
