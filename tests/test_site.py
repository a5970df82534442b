"""The real site in a real browser: every page is reached, quiet, and fits a phone."""

from __future__ import annotations

import http.server
import threading
from functools import partial
from pathlib import Path

import pytest
from copies import copy_review
from playwright.sync_api import Browser

from helpers import publish

THEMES = ("light", "dark")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The published review, built afresh from a copy."""
    folder = copy_review(tmp_path_factory.mktemp("review"))
    publish.build_site(folder, renderer="pandoc", progress=False)
    return folder / "_site"


@pytest.fixture(scope="module")
def address(site):
    """The site on a local server."""
    handler = partial(QuietHandler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def pages(site: Path) -> list[str]:
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))


def test_every_page_of_the_review_is_there(site):
    assert len([p for p in pages(site) if p.startswith("notebooks/")]) == 13
    assert {
        "index.html",
        "evidence.html",
        "studies.html",
        "data.html",
        "methods.html",
        "whats-new.html",
        "cite.html",
    } <= set(pages(site))


def test_the_real_pages_have_no_dead_link_missing_citation_or_figure_without_words(site):
    assert publish.check_site(site) == []


def test_every_page_is_reached_from_the_home_page(site, address, browser: Browser):
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href.split('#')[0])")
    page.close()
    assert {f"{address}/{name}" for name in pages(site)} - set(found) == set()


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("theme", THEMES)
def test_pages_fit_their_width_and_say_nothing_to_the_console(site, address, browser: Browser, width, theme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "request", lambda request: None if request.url.startswith((address, "data:")) else heard.append(request.url)
    )
    too_wide = {}
    for name in pages(site):
        page.goto(f"{address}/{name}")
        spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if spill > 0:
            too_wide[name] = spill
    context.close()
    assert too_wide == {}
    assert heard == []


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
    assert "Low certainty" in words
    assert "30 June 2023" in words
    context.close()
