"""What both renderers' pages share: frame, menus, tables and figures, search from a folder, what a page may load."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from built import built_site, living_pages, look
from playwright.sync_api import Browser, Page

from helpers.publish.search import INDEX


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site(tmp_path_factory)


@pytest.fixture(scope="module")
def texts(site: Path) -> dict[str, str]:
    """Every living page."""
    return {name: (site / name).read_text(encoding="utf-8") for name in living_pages(site)}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_every_page_stands_in_the_same_frame(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        found = BeautifulSoup(text, "html.parser")
        for part in ("html[lang]", "title", 'meta[name="description"][content]', "a.skip", "header.top svg.logo"):
            assert len(found.select(part)) == 1, (name, part)
        for part in (
            "nav.primary",
            "nav.side",
            "button.theme",
            "a.search[data-root]",
            "main#content h1",
            "footer.bottom",
        ):
            assert len(found.select(part)) == 1, (name, part)
        names = [str(nav["aria-label"]) for nav in found.select("nav") if not nav.find_parent("details")]
        assert len(names) == len(set(names)), name
        assert "site_libs" not in text, name


def test_each_menu_marks_the_page_one_reads_and_no_other(texts: dict[str, str]) -> None:
    marked = 0
    for name, text in texts.items():
        found = BeautifulSoup(text, "html.parser")
        for menu in found.select("nav.primary, nav.side, .menu nav"):
            here = menu.select('a[aria-current="page"]')
            assert len(here) <= 1, name
            assert all(str(link["href"]).split("/")[-1] == name.split("/")[-1] for link in here), name
            marked += len(here)
    assert marked > 60


def test_a_page_loads_what_lies_in_the_site_and_runs_no_script_but_its_own(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert text.index("Content-Security-Policy") < text.index("<script"), name
        said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert said["default-src"] == "'none'" and "unsafe" not in said["script-src"], name
        for script in re.findall(r"<script>(.*?)</script>", text, re.S):
            hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{hashed}'" in said["script-src"], name
        assert not re.search(r'<[^>]+\son\w+="', text), name


def test_every_table_can_be_reached_and_every_cell_knows_its_heads(texts: dict[str, str]) -> None:
    rows = columns = 0
    for name, text in texts.items():
        for table in BeautifulSoup(text, "html.parser").select("main table"):
            box = table.parent
            assert box is not None and "table-scroll" in (box.get("class") or []) and box["tabindex"] == "0", name
            assert box.get("aria-label") or box.get("aria-labelledby"), name
            heads = table.select("th")
            assert all(head.get("scope") for head in heads), name
            columns += len(table.select("thead th"))
            wide = [row for row in table.select("tbody tr") if len(row.find_all(["td", "th"])) > 1]
            assert all(row.find("th", scope="row") for row in wide), name
            rows += len(wide)
    assert rows > 3000 and columns > 1000


def test_captions_are_labelled_and_pictures_have_words_and_a_size(texts: dict[str, str]) -> None:
    labels = pictures = 0
    for name, text in texts.items():
        found = BeautifulSoup(text, "html.parser")
        for caption in found.select("figure.quarto-float > figcaption"):
            label = caption.select_one("span.float-label")
            assert label and re.fullmatch(r"(Figure|Table|Tabelle)\xa0\d+:", label.get_text()), name
            labels += 1
        for picture in found.select("main img"):
            assert picture["alt"] and picture.get("width") and picture.get("height"), name
            pictures += 1
    assert labels > 150 and pictures > 80


# Words of an English frame, which a page in another language must not have without saying so.
ENGLISH = """() => [...document.querySelectorAll("header.top *, nav.side *, nav.toc *, footer.bottom *, .page-nav *, .feedback *")]
  .filter(e => !e.children.length && e.textContent.trim() && !e.closest("[lang]:not(html)")).map(e => e.textContent.trim())"""


def test_the_frame_speaks_the_language_of_its_page(site: Path, page: Page) -> None:
    look(page, "index.html", site)
    english = set(page.evaluate(ENGLISH))
    look(page, "de/index.html", site)
    german = page.evaluate(ENGLISH)
    same = {"MAS Living Review", "Emapalumab", "Anakinra", "Ciclosporin", "Etoposid", "Etoposide"}
    assert len(german) > 40
    assert {"Behandlungen", "Suche"} & set(german) and page.locator("a.skip").inner_text() == "Zum Inhalt springen"
    assert set(german) & english <= same


# Parts of the text that lie over the contents at the right: where each would be read, the other is printed.
OVER = """() => {
  const contents = document.querySelector("nav.toc")
  if (!contents || !contents.checkVisibility()) return []
  const left = contents.getBoundingClientRect().left
  return [...document.querySelectorAll("main *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > left + 1
    && !e.closest(".table-scroll *, pre *, figure > div *, .toc-inline, .visually-hidden, math *")).map(e => e.outerHTML.slice(0, 80))
}"""


def test_nothing_is_printed_over_the_contents_of_a_page(site: Path, page: Page) -> None:
    found, seen = {}, 0
    for name in living_pages(site):
        look(page, name, site)
        for width in (1210, 1280, 1366, 1440, 1600):
            page.set_viewport_size({"width": width, "height": 900})
            seen += page.locator("nav.toc").is_visible()
            if over := page.evaluate(OVER):
                found[name, width] = over[:3]
    assert found == {}
    assert seen > 60


def test_on_a_phone_the_top_of_a_page_is_one_bar_that_says_whose_it_is(site: Path, page: Page) -> None:
    for name in ("index.html", "de/index.html", "notebooks/10-other-treatments.html"):
        for width in (360, 390):
            look(page, name, site, width=width)
            page.evaluate("window.scrollTo(0, 1500)")
            page.evaluate("window.scrollTo(0, 1200)")  # up again, which brings some headers back
            top = page.locator("header.top").bounding_box()
            assert top is not None and top["y"] == 0 and top["height"] < 64
            brand = page.locator(".brand span")
            assert brand.inner_text() == "MAS Living Review"
            assert brand.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
            lines = (
                "e => { const r = document.createRange(); r.selectNodeContents(e); return r.getClientRects().length }"
            )
            assert brand.evaluate(lines) == 1


def test_from_a_folder_the_search_works_and_the_theme_is_kept_without_a_complaint(site: Path, browser: Browser) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto((site / "index.html").as_uri())
    page.locator("button.theme").click()
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.locator("a.search").click()
    page.keyboard.type("tocilizumab")
    page.locator(".search-results a").first.wait_for()
    assert page.locator(".search-results a").count() > 5
    page.locator(".search-results a").first.click()
    page.wait_for_url(lambda url: "index.html" not in url)
    assert "tocilizumab" in page.locator("main").inner_text().lower()
    assert page.evaluate(ground) == dark != "rgb(255, 255, 255)"
    context.close()
    assert heard == []


def test_the_search_holds_results_and_neither_dates_nor_code(site: Path) -> None:
    script = (site / INDEX).read_text(encoding="utf-8")
    entries = json.loads(script.partition("=")[2])
    assert len(entries) > 700
    assert {entry[0].partition("#")[0] for entry in entries} >= set(living_pages(site)) - {"404.html"}
    for address, _, _, text in entries:
        assert not text.startswith("Evidence searched through"), address
        assert not re.search(r"import (pandas|helpers)|plots\.\w+\(|sections\.\w+\(", text), address


def test_a_citation_is_told_from_text_by_more_than_its_colour(site: Path, page: Page) -> None:
    look(page, "index.html", site)
    lines = page.locator("main .citation a").evaluate_all(
        "links => links.map(a => getComputedStyle(a).textDecorationLine)"
    )
    assert lines and set(lines) == {"underline"}
