"""What readers take away: figures with their own page, tables as files that no spreadsheet can be harmed by."""

from __future__ import annotations

import csv
import io
import json
import struct

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from helpers.publish import downloads, figures
from helpers.publish.tables import from_records, harmless, pipe_rows, readable, to_csv, typed
from helpers.publish.workbook import LONGEST, Sheet, to_xlsx

from .conftest import ALT, SVG, TABLE, Review, code, display, markdown, notebook_cells

FIGURE = "figures/05-anakinra-fig-use.html"


def soup(review: Review, name: str) -> BeautifulSoup:
    return BeautifulSoup(review.page(name).replace("\u00a0", " "), "html.parser")


def png_size(content: bytes) -> tuple[int, int]:
    assert content.startswith(b"\x89PNG")
    return struct.unpack(">II", content[16:24])


def test_a_figure_has_a_page_with_picture_data_method_and_source(built: Review) -> None:
    page = soup(built, FIGURE)
    assert page.h1 is not None and page.h1.get_text() == "Use by condition"
    parts = ["#fig-use", "#data", "#method", "#source", "../notebooks/05-anakinra.html#fig-use"]
    assert [link["href"] for link in page.select(".figure-parts a")] == parts
    image = page.select_one("#fig-use img")
    assert image is not None and image["alt"] == ALT and image["width"] == "480"
    table = page.select_one("#data table")
    assert table is not None and "68/82" in table.get_text()
    assert page.select_one('#data a[href="../evidence.html#ana-012"]')
    method = page.select_one("#method")
    assert method is not None and "plot()" in method.get_text()
    assert method.select_one('a[href="../notebooks/05-anakinra.html#fig-use"]')
    assert method.select_one('a[href="../downloads/05-anakinra.py"]')
    source = page.select_one("#source")
    assert source is not None and "Source review (METAPHOR) (Minoia and Davì 2015)" in source.get_text()


def test_the_figure_on_its_section_page_leads_to_its_own_page_and_files(built: Review) -> None:
    page = soup(built, "notebooks/05-anakinra.html")
    take = page.select_one("#fig-use ~ .take, .cell:has(#fig-use) + .take")
    assert take is not None and take["aria-label"] == "To take away: Use by condition"
    assert {link.get_text(): link["href"] for link in take.select("a")} == {
        "Data, method, source": f"../{FIGURE}",
        "SVG": "../downloads/05-anakinra-fig-use.svg",
        "PNG": "../downloads/05-anakinra-fig-use.png",
        "Slide": "../downloads/05-anakinra-fig-use-slide.png",
        "Data (CSV)": "../downloads/05-anakinra-fig-use.csv",
        "Data (Excel)": "../downloads/05-anakinra-fig-use.xlsx",
    }


def test_one_page_lists_every_figure_under_its_section(built: Review) -> None:
    page = soup(built, "figures/index.html")
    (section,) = page.select("section.level2")
    assert section.h2 is not None and section.h2.get_text() == "Anakinra"
    assert [link["href"] for link in section.select("a")] == ["05-anakinra-fig-use.html"]


def test_a_slide_fills_the_screen_and_a_picture_keeps_its_shape(built: Review) -> None:
    files = built.files()
    assert png_size(files["downloads/05-anakinra-fig-use-slide.png"]) == (1920, 1080)
    width, height = png_size(files["downloads/05-anakinra-fig-use.png"])
    assert width > 900
    assert 2.5 < width / height < 3.2  # drawn three to one, with a margin


def test_rows_that_a_figure_tells_are_its_data(review: Review) -> None:
    values = [{"row_id": "ana-012", "events": 68, "low": 0.733, "note": None}, {"row_id": "ema-001", "events": 13.0}]
    told = display("image/svg+xml", SVG)
    told["metadata"] = {"image/svg+xml": {"review": {"alt": "Bars.", "caption": "Bars.", "values": values}}}
    review.notebook([*notebook_cells()[:4], code('#| label: fig-rows\n#| fig-cap: "Rows"\nplot()', told)])
    review.append("index.qmd", "")
    review.write("index.qmd", "---\ntitle: Home\n---\n\n[Figure](figures/05-anakinra-fig-rows.qmd)")
    review.build()
    data = review.files()["downloads/05-anakinra-fig-rows.csv"].decode()
    assert data == "row_id,events,low\nana-012,68,0.733\nema-001,13,\n"
    page = soup(review, "figures/05-anakinra-fig-rows.html")
    assert page.select_one('#data a[href="../evidence.html#ema-001"]')
    assert "Source review" in page.select_one("#source").get_text()  # type: ignore[union-attr]


def test_a_figure_without_rows_or_table_is_told_in_words(review: Review) -> None:
    cells = [cell for cell in notebook_cells() if "label: tbl-use" not in str(cell["source"])]
    review.notebook([cell for cell in cells if "@tbl-use" not in cell["source"]] + [markdown("## Evidence")])
    review.build()
    data = soup(review, FIGURE).select_one("#data")
    told = " ".join(data.get_text().split()) if data else ""
    assert ALT in told.replace("“", '"').replace("”", '"')  # in the running text typography sets quotation marks
    assert "downloads/05-anakinra-fig-use.csv" not in review.files()


def test_hostile_captions_stay_text(review: Review) -> None:
    hostile = 'A "quoted" <script>alert(1)</script> | `code` #set page(width: 1pt) {{< x'
    told = display("image/svg+xml", SVG, review={"alt": hostile.replace("{{<", ""), "caption": "Plain."})
    cell = code(f"#| label: fig-odd\n#| fig-cap: {json.dumps(hostile.replace('{{< x', ''))}\nplot()", told)
    review.notebook([*notebook_cells(), cell])
    review.build()
    page = soup(review, "figures/05-anakinra-fig-odd.html")
    assert page.h1 is not None and "alert(1)" in page.h1.get_text()
    run = [script for script in page.select("script:not([type])") if "alert(1)" in script.get_text()]
    assert run == []
    assert png_size(review.files()["downloads/05-anakinra-fig-odd-slide.png"]) == (1920, 1080)


def test_a_workbook_holds_every_table_with_numbers_as_numbers(built: Review) -> None:
    book = load_workbook(io.BytesIO(built.files()["downloads/made-up-review.xlsx"]))
    assert book.sheetnames == ["Read me", "Columns", "counts", "sources"]
    about = dict(book["Read me"].iter_rows(max_col=2, values_only=True))
    assert about["Version"] == "2024.1"
    assert about["counts"] == "A row is one count."
    header, first, second = book["counts"].iter_rows(values_only=True)
    assert header == ("row_id", "source_id", "events", "total", "note")
    assert first == ("ana-012", "metaphor", 68, 82, None)
    assert second[4] == '=HYPERLINK("http://example.org")'
    assert book["counts"]["E3"].data_type == "s" and book["counts"]["E3"].quotePrefix
    assert book["counts"].auto_filter.ref == "A1:E3" and book["counts"].freeze_panes == "B2"
    assert ("counts", "total", "integer", None, None, "not stated") in list(book["Columns"].values)


def test_the_same_table_gives_the_same_bytes_and_another_date_others() -> None:
    sheet = Sheet("Ünïcode [1]: a/b", [["a", "b"], ["x", 1.5]])
    once = to_xlsx([sheet], title="T", date="2024-09-01")
    assert once == to_xlsx([sheet], title="T", date="2024-09-01")
    assert once != to_xlsx([sheet], title="T", date="2024-09-02")


@pytest.mark.parametrize("text", ["=1+1", "+1 to 2", "-x", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    book = load_workbook(io.BytesIO(to_xlsx([Sheet("s", [["a"], [text]])], title="T", date="2024-09-01")))
    cell = book["s"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert harmless(text) == "'" + text
    assert next(csv.reader(io.StringIO(to_csv([[text]]).decode()))) == ["'" + text]


def test_negative_numbers_stay_numbers() -> None:
    assert harmless("-3.5") == "-3.5"
    assert typed([["a"], ["-3.5"], [""]]) == [["a"], [-3.5], [None]]


def test_sheets_survive_control_letters_long_cells_and_names_that_collide() -> None:
    rows = [["a"], ["\x00b"], ["x" * (LONGEST + 10)]]
    names = ["n" * 40, "n" * 40, "a/b:c", ""]
    book = load_workbook(io.BytesIO(to_xlsx([Sheet(n, rows) for n in names], title="T", date="")))
    assert book.sheetnames == ["n" * 31, "n" * 29 + " 2", "a b c", "Table"]
    assert book.worksheets[0]["A2"].value == "\ufffdb"
    long = book.worksheets[0]["A3"].value
    assert isinstance(long, str) and len(long) == LONGEST and long.endswith("the CSV file has all of it]")


def test_columns_of_numbers_become_numbers_and_mixed_ones_stay_text() -> None:
    rows = [["name", "n", "share"], ["a", "1,054", "68 of 82"], ["b", "", "3"]]
    assert typed(rows) == [["name", "n", "share"], ["a", 1054, "68 of 82"], ["b", None, "3"]]


def test_a_table_of_a_page_is_read_without_its_marks() -> None:
    assert pipe_rows(TABLE)[1] == ["sJIA", "82", "68/82"]
    assert pipe_rows("| a |\n|--|\n| [low]{.chip .low}<br>**x** \\| y |\n") == [["a"], ["low; x | y"]]


def test_records_keep_the_order_of_their_columns_and_lose_empty_ones() -> None:
    assert from_records([{"b": 1, "a": None}, {"b": 2.0, "c": "x"}]) == [["b", "c"], ["1", ""], ["2", "x"]]
    assert from_records([]) == []


def test_drawn_rows_are_shown_in_reading_order_without_machinery_and_long_fractions() -> None:
    drawn = [
        {
            "added_in": "x",
            "tau2": 0.123456,
            "i2": 70.98,
            "is_primary": True,
            "events": 1234567.0,
            "row_id": "a",
            "rank": 1,
        }
    ]
    assert readable(drawn) == [
        ["Events", "Primary", "tau²", "I² (%)", "Evidence row"],
        ["1234567", "yes", "0.12", "71", "a"],
    ]


def test_drawn_rows_say_a_count_and_a_share_in_one_cell_each_and_nothing_twice() -> None:
    row = {"row_id": "a", "condition": "kd", "events": 3, "total": 1057, "estimate": 0.05, "ci_low": 0, "ci_high": 0.27}
    pooled = {"label": "Pooled", "events": 3, "total": 1057, "estimate": 0.05, "ci_low": 0.0, "ci_high": 1.0, "se": 0.9}
    drawn = [{**row, "label": "A 2000"}, {**row, "label": "B 2001"}, pooled]
    header, first, _, last = readable(drawn)
    assert header == ["Label", "Count", "Share (interval)", "Evidence row"]
    assert first == ["A 2000", "3 of 1,057", "5% (0% to 27%)", "a"]
    assert last == ["Pooled", "3 of 1,057", "5% (0% to 100%)", ""]
    analyses = [{**row, "method": "glmm", "left_out": "a2000; b"}, {**row, "method": "fixed", "left_out": ""}]
    assert readable(analyses, {"a2000": "A 2000"}) == [
        ["Share (interval)", "Model", "Study left out", "Evidence row", "Count"],
        ["5% (0% to 27%)", "glmm", "A 2000; b", "a", "3 of 1,057"],
        ["5% (0% to 27%)", "fixed", "", "a", "3 of 1,057"],
    ]


def test_a_title_loses_its_marks() -> None:
    assert figures.plain("*Use* of [82](../evidence.qmd#ana-012) [@minoia2015]") == "Use of 82"


def test_the_notebook_still_ends_with_what_can_be_taken_away(built: Review) -> None:
    links = [link["href"] for link in soup(built, "notebooks/05-anakinra.html").select("#downloads a")]
    assert links == [
        "../downloads/05-anakinra.ipynb",
        "../downloads/05-anakinra.py",
        "../downloads/made-up-review.xlsx",
    ]


def test_a_page_that_offers_its_own_downloads_gets_no_second_list(review: Review) -> None:
    review.notebook([*notebook_cells(), markdown("[Counts](../downloads/counts.csv)")])
    review.build()
    assert soup(review, "notebooks/05-anakinra.html").select_one("#downloads") is None


def test_a_table_within_a_longer_output_is_taken_away_under_its_own_label() -> None:
    shown = "Words.\n\n::: {#tbl-inner}\n\n| A | B |\n|:--|--:|\n| x | 1 |\n\nWhat it holds.\n:::\n"
    cell = {"cell_type": "code", "source": "#| echo: false\nshow()", "outputs": [{"data": {"text/markdown": shown}}]}
    assert list(downloads.notebook_tables({"cells": [cell]})) == [
        ("tbl-inner", "What it holds.", [["A", "B"], ["x", "1"]])
    ]
