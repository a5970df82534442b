"""The pages in real Chromium: wide and narrow, light and dark, with and without JavaScript, from a folder."""

from __future__ import annotations

import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from helpers import publish
from helpers.faults import ReviewError

from .conftest import Review, markdown, notebook_cells

PAGES = (
    "index.html",
    "evidence.html",
    "feedback.html",
    "figures/05-anakinra-fig-use.html",
    "notebooks/05-anakinra.html",
    "v/index.html",
    "v/2023.1/notebooks/05-anakinra.html",
    "v/2024.1/index.html",
)


@pytest.fixture
def open_page(browser: Browser, built: Review) -> Iterator[Any]:
    """Opens a page of the built site; afterwards nothing may have complained or left the folder."""
    complaints: list[str] = []
    contexts = []

    def opener(name: str, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda request: None if request.url.startswith("file://") else complaints.append(request.url)
        )
        page.goto((built.root / "_site" / name).as_uri())
        return page

    yield opener
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(open_page: Any, name: str) -> None:
    page = open_page(name)
    for width in (1280, 1000, 800, 390, 360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_page_is_reached_from_the_home_page(open_page: Any) -> None:
    page = open_page("index.html")
    page.get_by_role("navigation", name="Main").get_by_text("Treatments").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Anakinra").click()
    assert page.locator("h1").inner_text() == "Anakinra"
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Every evidence row").click()
    assert page.locator("h1").inner_text() == "Every evidence row"


def test_a_number_leads_to_its_row(open_page: Any) -> None:
    page = open_page("notebooks/05-anakinra.html")
    page.locator(".answer a").click()
    assert page.url.endswith("evidence.html#ana-012")
    assert page.locator("tr:has(:target)").is_visible()


def test_the_theme_follows_the_system_and_the_switch_is_remembered(open_page: Any) -> None:
    light = "getComputedStyle(document.body).backgroundColor"
    page = open_page("index.html", color_scheme="dark")
    dark = page.evaluate(light)
    page.get_by_role("button", name=re.compile("light and dark")).click()
    assert page.evaluate(light) != dark
    page.reload()
    assert page.evaluate(light) != dark
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_pictures_follow_the_theme(open_page: Any) -> None:
    page = open_page("notebooks/05-anakinra.html")
    before = page.locator("#fig-use img").screenshot()
    page.locator("button.theme").click()
    page.wait_for_timeout(200)
    assert page.evaluate("getComputedStyle(document.querySelector('#fig-use img')).colorScheme") == "dark"
    assert page.locator("#fig-use img").screenshot() != before


def test_phones_have_one_menu_with_all_pages(open_page: Any) -> None:
    page = open_page("index.html", 390)
    assert not page.get_by_role("navigation", name="Main").is_visible()
    page.locator(".menu > summary").click()
    listed = ["The answer", "Anakinra", "Every evidence row", "Versions", "Feedback"]
    assert page.locator(".menu nav a").all_inner_texts() == listed
    page.keyboard.press("Escape")
    assert not page.locator(".menu nav").is_visible()


def test_without_javascript_all_is_there_but_the_switch(open_page: Any) -> None:
    page = open_page("index.html", java_script_enabled=False)
    assert not page.locator("button.theme").is_visible()
    assert page.get_by_text("30 June 2024").is_visible()
    page.get_by_text("Treatments").first.click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Anakinra").click()
    assert page.locator("#tbl-use table").is_visible()
    phone = open_page("index.html", 390, java_script_enabled=False)
    phone.locator(".menu > summary").click()
    assert phone.locator(".menu nav a").first.is_visible()


def test_an_overdue_review_says_so(open_page: Any) -> None:
    said = open_page("index.html").locator(".due").inner_text()
    assert re.fullmatch(r"30 June 2024 overdue by \d+ months", said)


def test_the_line_with_the_dates_is_never_painted_without_its_mark(open_page: Any) -> None:
    behind = open_page("index.html").locator(".status + script")
    assert "[data-due]" in (behind.text_content() or "")


def test_the_first_tab_stop_skips_to_the_content(open_page: Any) -> None:
    page = open_page("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_what_is_wider_than_the_page_can_be_scrolled_by_keyboard(open_page: Any) -> None:
    page = open_page("evidence.html", 390, java_script_enabled=False)  # the script makes cards of such a table
    box = page.locator(".table-scroll").first
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert box.evaluate("box => box.scrollLeft") > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page: Any, name: str, scheme: str) -> None:
    page = open_page(name, color_scheme=scheme)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        # preload would fetch the style sheets a second time, which files cannot do
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []


def test_paper_shows_the_text_alone(open_page: Any) -> None:
    page = open_page("notebooks/05-anakinra.html", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("header.top").is_visible()
    assert not page.locator("nav.side").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 39, 48)"


def test_serving_rebuilds_and_reloads(review: Review, browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    server = threading.Thread(
        target=publish.serve, args=(review.root, 0), kwargs={"renderer": "pandoc", "stop": stop}, daemon=True
    )
    server.start()
    address = None
    said = ""
    for _ in range(200):
        said += capsys.readouterr().err
        if match := re.search(r"http://127\.0\.0\.1:\d+/", said):
            address = match.group(0)
            break
        time.sleep(0.1)
    assert address, said
    page = browser.new_page()
    page.goto(address + "notebooks/05-anakinra.html")
    assert "/.changed" not in review.page("notebooks/05-anakinra.html")
    review.notebook([*notebook_cells(), markdown("A second edition.")])
    page.get_by_text("A second edition.").wait_for(timeout=20_000)
    review.append("index.qmd", "[x](gone.qmd)")  # a fault: the last good site stays up
    time.sleep(2)
    with urllib.request.urlopen(address) as answer:
        assert b"gone.qmd" not in answer.read()
    page.close()
    stop.set()
    server.join(10)
    assert not server.is_alive()


def test_a_port_in_use_is_said(review: Review) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ReviewError, match="another port"):
            publish.serve(review.root, taken.getsockname()[1], renderer="pandoc")


def test_nothing_to_serve_is_said(review: Review) -> None:
    review.append("index.qmd", "[x](gone.qmd)")
    with pytest.raises(ReviewError, match="leads nowhere"):
        publish.serve(review.root, 0, renderer="pandoc")
