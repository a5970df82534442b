"""Tables that sort and filter, and the search, in real Chromium and from a folder; complete without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from .conftest import Review

ROWS = [
    # study, patients, share, found, verdict
    ("Álvarez", "1,054", "83% (73% to 90%)", "30 June 2023", "low"),
    ("Bracaglia", "14", "9%", "3 May 2019", "very low"),
    ("Chen", "", "not stated", "", "low"),
    ("de Benedetti", "611", "100%", "1 January 2021", "moderate"),
]
NAMES = ("Study", "Patients", "Share", "Published", "Certainty")


SPANNED = [f'<span data-under="What &amp; how many">{n}</span>' if n in ("Patients", "Share") else n for n in NAMES]


def table(rows: int, names: Sequence[str] = NAMES) -> str:
    """A Markdown table of so many rows, the four above again and again with numbers behind the names."""
    lines = ["| " + " | ".join(names) + " |", "|:--|--:|--:|:--|:--|"]
    for number in range(rows):
        study, *rest = ROWS[number % len(ROWS)]
        name = f"{study} {number // len(ROWS) + 1}"
        shown = f"[{name}]{{#row-{rows}-{number}}}"
        lines.append("| " + " | ".join([shown, *rest]) + " |")
    return "\n".join(lines)


PAGE = f"""\
---
title: "Many rows"
---

[To a row](#row-24-1) and [to one of a group](#row-13-2).

::: {{#tbl-long}}

{table(24)}

A long table
:::

## A short one {{#short}}

{table(4)}

## Under one heading {{#spanned}}

{table(5, SPANNED)}

::: {{.filterable filter="Certainty; No such column" aria-label="the group"}}

## First part {{#first}}

{table(13)}

## Second part {{#second}}

{table(8)}

:::
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Review:
    review = Review(tmp_path_factory.mktemp("tables"))
    review.write("many.qmd", PAGE)
    review.append("index.qmd", "[Many rows](many.qmd)")
    review.build()
    return review


@pytest.fixture
def open_page(browser: Browser, site: Review) -> Iterator[Any]:
    """Opens a page from the folder; afterwards nothing may have complained or left the folder."""
    complaints: list[str] = []
    contexts = []

    def opener(name: str, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith("file://") else complaints.append(r.url))
        page.goto((site.root / "_site").as_uri() + "/" + name)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert complaints == []


def column(part: Locator, number: int) -> list[str]:
    cells = part.locator(f"tbody tr:not([hidden]) > :nth-child({number})").all_inner_texts()
    return [text.replace("\u00a0", " ") for text in cells]


@pytest.mark.parametrize(
    "name, up, down",
    [
        ("Patients", ["14", "611", "1,054", ""], ["1,054", "611", "14", ""]),
        ("Share", ["9%", "83% (73% to 90%)", "100%", "not stated"], ["100%", "83% (73% to 90%)", "9%", "not stated"]),
        ("Published", ["3 May 2019", "1 January 2021", "30 June 2023", ""], None),
        ("Study", ["Álvarez 1", "Bracaglia 1", "Chen 1", "de Benedetti 1"], None),
    ],
)
def test_a_heading_sorts_by_what_its_column_holds(
    open_page: Any, name: str, up: list[str], down: list[str] | None
) -> None:
    page = open_page("many.html")
    short = page.locator("#short table").first
    place = NAMES.index(name) + 1
    first = column(short, place)
    heading = short.get_by_role("columnheader", name=name)
    button = heading.get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    assert column(short, place) == up
    assert heading.get_attribute("aria-sort") == "ascending"
    assert page.locator("main > [role=status]").inner_text() == f"Sorted by {name}, ascending"
    page.keyboard.press("Space")
    assert column(short, place) == (down or [text for text in reversed(up) if text] + [text for text in up if not text])
    assert heading.get_attribute("aria-sort") == "descending"
    page.keyboard.press("Enter")
    assert column(short, place) == first
    assert heading.get_attribute("aria-sort") is None


def test_only_one_heading_is_sorted_by(open_page: Any) -> None:
    page = open_page("many.html")
    for name in ("Patients", "Study"):
        page.locator("#short").get_by_role("button", name=name).first.click()
    assert page.locator("#short th[aria-sort]").all_inner_texts() == ["Study"]


def test_words_filter_rows_and_the_number_shown_is_told(open_page: Any) -> None:
    page = open_page("many.html")
    figure = page.locator("#tbl-long")
    tools = figure.get_by_role("group", name="Filter: Table 1: A long table")
    status = tools.get_by_role("status")
    assert status.inner_text() == "24 rows"
    tools.get_by_label("Rows containing").fill("alvarez 83%")
    figure.locator("tbody tr[hidden]").first.wait_for(state="attached")
    assert set(column(figure, 1)) == {f"Álvarez {number}" for number in range(1, 7)}
    assert status.inner_text() == "6 of 24 rows: with “alvarez 83%”"
    tools.get_by_role("button", name="Show all").click()
    assert len(column(figure, 1)) == 24 and status.inner_text() == "24 rows"
    assert tools.get_by_label("Rows containing").evaluate("box => box === document.activeElement")


def test_columns_with_few_values_get_a_list_of_them(open_page: Any) -> None:
    page = open_page("many.html")
    figure = page.locator("#tbl-long")
    lists = figure.locator(".table-tools select")
    assert lists.count() == 1  # patients, shares and days are numbers, and studies are all different
    certainty = figure.get_by_label("Certainty")
    assert certainty.locator("option").all_inner_texts() == ["all", "low", "moderate", "very low"]
    certainty.select_option("very low")
    assert set(column(figure, 5)) == {"very low"}
    told = figure.locator(".table-status").inner_text()
    assert told.startswith("6 of 24 rows: ") and "Certainty: very low" in told


def test_a_heading_over_several_columns_stands_above_them_and_they_sort(open_page: Any) -> None:
    page = open_page("many.html", java_script_enabled=False)
    part = page.locator("#spanned")
    upper, lower = part.locator("thead tr").all()
    assert upper.locator("th").all_inner_texts() == ["Study", "What & how many", "Published", "Certainty"]
    assert lower.locator("th").all_inner_texts() == ["Patients", "Share"]
    spans = upper.locator("th").evaluate_all("heads => heads.map(head => [head.scope, head.colSpan, head.rowSpan])")
    assert spans == [["col", 1, 2], ["colgroup", 2, 1], ["col", 1, 2], ["col", 1, 2]]
    page = open_page("many.html")
    part = page.locator("#spanned")
    part.get_by_role("button", name="Share").click()
    assert column(part, 3) == ["9%", *["83% (73% to 90%)"] * 2, "100%", "not stated"]
    assert page.locator("main > [role=status]").inner_text() == "Sorted by Share, ascending"
    part.get_by_role("button", name="Published").click()
    assert column(part, 4)[0] == "3 May 2019" and part.locator("th[aria-sort]").all_inner_texts() == ["Published"]
    page.set_viewport_size({"width": 320, "height": 700})
    names = part.locator("tbody tr:has-text('Álvarez 1') td").evaluate_all(
        "cells => cells.map(cell => cell.dataset.name)"
    )
    assert names == ["Patients", "Share", "Published", "Certainty"]


def test_small_tables_get_no_tools(open_page: Any) -> None:
    page = open_page("many.html")
    assert page.locator("#short .table-tools").count() == 0
    assert open_page("evidence.html").locator("button.sort, .table-tools").count() == 0


def test_on_a_phone_the_rows_of_a_wide_table_become_cards_that_name_their_columns(open_page: Any) -> None:
    page = open_page("many.html")
    short = page.locator("#short .table-scroll").first
    assert short.locator("table.cards").count() == 0
    page.set_viewport_size({"width": 320, "height": 700})
    assert short.locator("table.cards").count() == 1
    assert short.evaluate("box => box.scrollWidth <= box.clientWidth")
    row = short.get_by_role("row").nth(2)  # what it was as a table it still is for those who hear it
    assert row.get_by_role("rowheader").inner_text() == "Chen 1"
    assert not row.locator("td").first.is_visible()  # nothing is stated
    names = row.locator("td:visible").evaluate_all("cells => cells.map(cell => cell.dataset.name)")
    assert names == ["Share", "Certainty"]
    page.get_by_label("Rows containing").first.fill("chen")
    page.locator("#tbl-long tbody tr", has_text="Chen 1").wait_for()
    page.locator("#tbl-long tbody tr", has_text="Bracaglia 1").wait_for(state="hidden")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert short.get_by_role("columnheader").count() == 5


def test_a_group_of_tables_is_filtered_as_one_by_the_columns_it_names(open_page: Any) -> None:
    page = open_page("many.html")
    group = page.locator(".filterable")
    assert group.locator(".table-tools").count() == 1
    tools = group.get_by_role("group", name="Filter: the group")
    assert tools.locator("select").count() == 1
    assert tools.get_by_role("status").inner_text() == "21 rows"
    tools.get_by_label("Certainty").select_option("moderate")
    assert column(page.locator("#first"), 1) == [f"de Benedetti {number}" for number in (1, 2, 3)]
    assert column(page.locator("#second"), 1) == ["de Benedetti 1", "de Benedetti 2"]
    tools.get_by_label("Rows containing").fill("benedetti 3")
    page.locator("#second").wait_for(state="hidden")
    assert page.locator("#first").is_visible()
    assert tools.get_by_role("status").inner_text().startswith("1 of 21 rows")


def test_a_link_to_a_row_that_is_filtered_away_brings_it_back(open_page: Any) -> None:
    page = open_page("many.html")
    page.locator("#tbl-long").get_by_label("Rows containing").fill("chen")
    page.locator("#tbl-long tbody tr[hidden]").first.wait_for(state="attached")
    page.get_by_role("link", name="To a row").click()
    assert page.locator("#row-24-1").is_visible()
    page.get_by_label("Rows containing").last.fill("alvarez")
    page.locator("#second tbody tr[hidden]").first.wait_for(state="attached")
    page.get_by_role("link", name="to one of a group").click()
    assert page.locator("#row-13-2").is_visible()


def test_what_is_sorted_and_filtered_is_printed_so_and_says_so(open_page: Any) -> None:
    page = open_page("many.html")
    figure = page.locator("#tbl-long")
    figure.get_by_label("Certainty").select_option("low")
    figure.get_by_role("button", name="Patients").click()
    shown = column(figure, 1)
    page.emulate_media(media="print")
    assert column(figure, 1) == shown and len(shown) == 12
    assert figure.locator(".table-status").is_visible()
    assert not figure.get_by_label("Certainty").is_visible()
    assert not page.locator(".filterable .table-tools").is_visible()  # nothing is filtered there


def test_without_scripts_every_row_is_there_and_no_tool(open_page: Any) -> None:
    page = open_page("many.html", java_script_enabled=False)
    assert page.locator("#tbl-long tbody tr").count() == 24
    assert page.locator("#tbl-long tbody tr").last.is_visible()
    assert page.locator("button.sort, .table-tools").count() == 0


def test_every_table_has_a_name_and_headings_with_a_direction(open_page: Any) -> None:
    page = open_page("many.html")
    assert page.get_by_role("table", name="Table 1: A long table").count() == 1
    assert page.get_by_role("table", name="Table: A short one").count() == 1
    assert page.locator("main th:not([scope])").count() == 0


def test_the_search_opens_by_click_and_key_and_gives_the_focus_back(open_page: Any) -> None:
    page = open_page("index.html")
    opener = page.get_by_role("button", name="Search")
    opener.click()
    box = page.get_by_role("dialog", name="Search")
    assert box.get_by_label("Search this site").evaluate("box => box === document.activeElement")
    page.keyboard.press("Escape")
    assert not box.is_visible()
    assert opener.evaluate("link => link === document.activeElement")
    page.keyboard.press("Control+k")
    assert box.is_visible()


def test_the_search_finds_rows_sections_and_pages_and_leads_to_them(open_page: Any) -> None:
    page = open_page("notebooks/05-anakinra.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("remision of MAS")  # a letter is missing
    found = page.locator(".search-results a")
    found.first.wait_for()
    assert found.first.get_attribute("href") == "../evidence.html#ema-001"
    assert page.locator(".search-results mark").first.inner_text().lower() in ("remission", "of", "mas")
    assert page.locator(".search-status").inner_text().split()[1] in ("place", "places")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/evidence.html#ema-001")


def test_the_search_says_when_it_finds_nothing(open_page: Any) -> None:
    page = open_page("index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    page.get_by_text("Nothing found").wait_for()


def test_library_and_index_are_loaded_only_when_the_search_is_opened(open_page: Any) -> None:
    page = open_page("index.html")
    loaded = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[1]))
    page.reload()
    assert not {"minisearch.js", "search-index.js"} & set(loaded)
    page.keyboard.press("Control+k")
    page.wait_for_function("window.MiniSearch && window.reviewSearchIndex")
    assert {"minisearch.js", "search-index.js"} <= set(loaded)


def test_without_scripts_the_way_to_all_evidence_stands_in_place_of_the_search(open_page: Any) -> None:
    page = open_page("notebooks/05-anakinra.html", java_script_enabled=False)
    link = page.locator("a.search")
    assert link.inner_text() == "All evidence"
    link.click()
    assert page.locator("h1").inner_text() == "Every evidence row"


def test_feedback_knows_the_row_that_is_looked_at(open_page: Any) -> None:
    page = open_page("evidence.html#ana-012")
    mark = page.get_by_role("link", name="Report an error in this row")
    assert "place=evidence.html%23ana-012" in str(mark.get_attribute("href"))
    assert page.locator("tr:has(.report-row)").locator("#ana-012").count() == 1
    page.evaluate("location.hash = '#ema-001'")
    page.locator("tr:has(#ema-001) .report-row").wait_for()
    assert mark.count() == 1
    mark.click()
    page.get_by_text("The place you came from: evidence.html#ema-001, version 2024.1").wait_for()
