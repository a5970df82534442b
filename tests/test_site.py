"""The real site in a real browser: every page is reached, every number leads to its row, paper shows the text."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest
from built import built_site, living_pages, served
from playwright.sync_api import Browser

from helpers import publish


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The published review."""
    return built_site(tmp_path_factory)


@pytest.fixture(scope="module")
def address(site):
    """The site on a local server."""
    server, url = served(site)
    yield url
    server.shutdown()


def test_every_page_of_the_review_is_there(site):
    assert len([p for p in living_pages(site) if p.startswith("notebooks/")]) == 14
    assert {
        "index.html",
        "evidence.html",
        "studies.html",
        "data.html",
        "methods.html",
        "whats-new.html",
        "cite.html",
    } <= set(living_pages(site))


def test_the_real_pages_have_no_dead_link_missing_citation_or_figure_without_words(site):
    assert publish.check_site(site) == []


def test_every_page_is_reached_from_the_home_page_by_two_clicks(site):
    """One into the menu, one from a section to its figures or a page to its translation; versions have a list."""
    link = re.compile(r'<a\b[^>]*? href="([^"#?:]+)')

    def leads_to(name: str) -> set[str]:
        folder = posixpath.dirname(name)
        found = link.findall((site / name).read_text(encoding="utf-8"))
        return {posixpath.normpath(posixpath.join(folder, path)) for path in found if path.endswith(".html")}

    reached = leads_to("index.html")
    pages = set(living_pages(site)) - {"404.html"}  # which shows itself
    assert {name for name in pages if not name.startswith(("figures/", "de/"))} <= reached | {"index.html"}
    assert pages <= reached | set().union(*map(leads_to, reached & pages))


def test_a_number_on_the_home_page_leads_to_its_row(address, browser: Browser):
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    link = page.locator("a[href*='evidence.html#anakinra-sjia-complete-response']").first
    shown = link.inner_text()
    link.click()
    row = page.locator("tr", has=page.locator("[id='anakinra-sjia-complete-response']"))
    assert "68 of 82" in shown
    assert "68 of 82" in row.inner_text()
    assert "Results, Anakinra" in row.inner_text()
    page.close()


def test_an_overdue_search_shows_by_itself(address, browser: Browser):
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    assert "overdue" in page.locator(".status").first.inner_text().lower()
    page.close()


def test_the_answer_and_its_certainty_are_there_without_scripts(address, browser: Browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/index.html")
    words = page.locator("main").inner_text()
    assert "68 of 82" in words
    assert "Very low certainty throughout" in words
    assert "30 June 2023" in words
    context.close()


def test_the_search_finds_a_row_of_the_evidence_from_a_folder(site, browser: Browser):
    page = browser.new_page()
    page.goto((site / "notebooks" / "05-anakinra.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("anakinra complete response 68 of 82")
    # The list follows each key; what counts is where it comes to rest: below the answer, its section and its certainty.
    row = "../evidence.html#anakinra-sjia-complete-response"
    page.wait_for_function(
        "row => [...document.querySelectorAll('.search-results a')].slice(0, 5).some(a => a.getAttribute('href') === row)",
        arg=row,
    )
    page.close()


def test_the_summary_of_findings_sorts_by_any_of_its_columns(address, browser: Browser):
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    table = page.locator("#tbl-summary table")
    table.get_by_role("button", name="Treatment", exact=True).click()
    names = [cell.inner_text() for cell in table.locator("tbody th").all()]
    assert names == sorted(names, key=str.lower) and len(names) > 5
    page.close()


def test_paper_shows_the_text_without_menus_and_tools(address, browser: Browser):
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{address}/notebooks/05-anakinra.html")
    page.emulate_media(media="print", color_scheme="dark")
    for part in ("header.top", "nav.side", "nav.toc", ".take", ".table-tools", ".feedback", "#downloads", ".page-nav"):
        assert page.locator(part).count() and not page.locator(part).first.is_visible(), part
    assert page.locator("#fig-outcomes img").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    page.close()
