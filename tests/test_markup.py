"""Text of reports and records is shown on pages as it is: nothing in it acts, wherever it comes from."""

from __future__ import annotations

import csv
import doctest
import html
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pypandoc
import pytest
from copies import copy_review, second_review
from later_update import BASELINE, change
from playwright.sync_api import Browser, Page

from helpers import audit, comparisons, evidence, markup, pictures, plots, publish, report, run, sections, wording
from helpers.audit import page as page_of_audit
from helpers.dictionary import load_dictionary
from helpers.publish import pandoc

EVIL = (
    "<img src=x onerror=window.acted=true> <svg onload=window.acted=true></svg> <script>window.acted=true</script>"
    " {{< include references.bib >}} [go](javascript:window.acted=true) javascript:window.acted=true"
    " `x`{=html} *not stressed* @baldo_key a|b &lt; $x$ ^up^ ~~gone~~ ![p](x) \\bold # ??? ::: {.x}"
)
ACTING = re.compile(r"<(?:img|svg|script|iframe|form|math|sup|sub|del)\b|\son\w+=|=\"(?:javascript|data):", re.I)
MARKS = [*"<>[](){}*_`|\\@#$^~&:!-+=?.x1 ", "{{<", ">}}", "<b>", "](", "&lt;", "javascript:", "https://", ":::", "--"]
RENDERER = pandoc.READER.replace("markdown", "markdown-smart")  # quotation marks and dashes are set as type on pages


def rendered(markdown: str, reader: str = RENDERER) -> str:
    return str(pypandoc.convert_text(markdown, "html5", format=reader, extra_args=["--wrap=none"]))


def text_of(element: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", element)).strip()


def outside_text(page: str) -> str:
    """The page without what readers see: its elements alone."""
    return "".join(re.findall(r"<[^>]*>", page))


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(markup).failed == 0
    assert doctest.testmod(markup).attempted >= 2


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan"), ""])
def test_a_missing_cell_is_no_text(missing: object) -> None:
    assert markup.literal(missing) == ""


@pytest.mark.parametrize(
    ("frame", "element"),
    [
        ("{}", r"<p>(.*)</p>"),
        ("- {}", r"<li>(.*)</li>"),
        ("| a | b |\n|---|---|\n| {} | last |", r"<tbody>\s*<tr>\s*<td>(.*)</td>\s*<td>last</td>"),
        ("[{}](place.html)", r'<p><a href="place.html">(.*)</a></p>'),
        ("### {} {{#place}}", r'<h3 id="place">(.*)</h3>'),
    ],
)
def test_whatever_a_cell_holds_is_shown_as_it_is(frame: str, element: str) -> None:
    dice = random.Random(5)
    texts = [
        EVIL,
        "1. first",
        "a) b",
        "- item",
        "Table: no caption",
        "https://example.org/x me@example.org www.example.org",
    ]
    texts += ["".join(dice.choices(MARKS, k=dice.randint(1, 12))) for _ in range(150)]
    pages = rendered("\n\n---\n\n".join(frame.format(f"{markup.literal(text)}") for text in texts)).split("<hr />")
    for text, page in zip(texts, pages, strict=True):
        shown = re.search(element, page.strip(), re.S)
        if markup.literal(text):
            assert shown, (text, page)
            assert text_of(shown[1]) == markup.plain(text), page
            assert re.findall(r"<[^>]*>", shown[1]) in ([], ['<span class="verbatim">', "</span>"]), page


def test_a_table_does_not_make_a_bar_two_times_text() -> None:
    table = wording.markdown_table(pd.DataFrame({"a": [markup.literal("x|y"), "x|y", "\\\\|"], "b": ["1", "2", "3"]}))
    assert table.splitlines()[2:] == ["| x\\|y | 1 |", "| x\\|y | 2 |", "| \\\\\\| | 3 |"]


def test_words_between_asterisks_are_stressed_where_people_of_the_review_write() -> None:
    assert markup.emphasised("Say *living* in <b>") == "Say *living* in \\<b\\>"
    assert markup.emphasised("2 * 3") == "2 \\* 3"


def test_an_id_cannot_end_the_place_it_stands_in() -> None:
    assert markup.ident("x](javascript:a)}") == "x--javascript:a--"
    assert markup.cited("key2024]<b>") == " [@key2024--b-]"
    assert markup.cited(pd.NA) == ""


POISON = "<script>window.acted=true</script> {{< include x >}} javascript:window.acted `x`{=html} [a](javascript:b)"


# What the tables of the real review hold in free text, every cell of it made hostile.
KEPT = {  # cells that code reads: they do not reach pages, or follow rules of their own
    *("narrower_of", "exclusive", "ordinary", "expect", "rows"),
    *("recipe", "refs", "p_printed", "test", "strategy_file", "registrations", "place", "address"),
    *(
        "adds_up_to",
        "overlaps_with",
        "use_row",
        "outcome_row",
        "added_in",
        "retired_in",
        "item_id",
        "citation_key",
        "slip_id",
    ),
}
# Markdown with places, which people of the review write as they write pages; what acts there, the check of pages refuses.
TEMPLATES = {("findings", "remark"), ("statements", "text"), ("certainty", "reason")}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data in which every free text ends in what must not act."""
    root = copy_review(tmp_path_factory.mktemp("poisoned"), with_folders=("data", "notebooks", "de"))
    for table in load_dictionary(root).values():
        keys = {column for column, *_ in table.foreign_keys} | set(table.primary_key)
        free = [
            f.name
            for f in table.fields
            if f.type == "string"
            and not f.vocabulary
            and not f.constraints
            and f.name not in keys | KEPT
            and (table.name, f.name) not in TEMPLATES
        ] + [
            f.name for f in table.fields if f.name in ("label", "title", "locator", "statement", "group", "definition")
        ]
        path = root / table.file
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if not rows:
            continue
        for row in rows:
            row.update({name: f"{row[name]} {POISON}" for name in set(free) & set(row) if row[name]})
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    put_records(root)
    return root


def put_records(root: Path, *, box: str = "flow-2023-identified-pubmed", **fields: str) -> None:
    """One record, hostile in the fields given, else in every field, behind a box of the flow."""
    folder = root / "data" / "updates" / BASELINE
    folder.mkdir(parents=True)
    columns = ("authors", "title", "journal", "year", "doi", "pmid", "database")
    record = {c: fields.get(c, "") if fields else EVIL for c in columns}
    for name, row in {
        "records": {"record_id": "r-one", **record},
        "boxes": {"record_id": "r-one", "box_id": box},
    }.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(row), lineterminator="\n")
            writer.writeheader()
            writer.writerow(row)


def parts(root: Path) -> Iterator[tuple[str, str]]:
    """Everything that pages are made of: generated parts, and tables as notebooks show them."""
    for name, text in report.page_parts(root).items():
        if name.endswith(".md"):
            yield name, text
    review = evidence.load(root)
    counts = sections.evidence_table(review, review.tables["counts"], columns=[*sections.COLUMNS, "Treatment"])
    yield "evidence_table", counts
    yield "dose_table", sections.dose_table(review, review.tables["doses"])
    yield "flow_table", sections.flow_table(review, name="x")
    studies = review.tables["studies"]
    yield "study_table", sections.study_table(review, studies)
    yield "series_table", sections.series_table(review, studies, columns=("Study", "Country", "Known of it", "Source"))
    yield "sources", sections.sources(review, review.tables["counts"])
    told = audit.audit(review)
    yield "differences", page_of_audit.differences(review, told)
    yield "slips", page_of_audit.slips(review, told)
    yield "claims", page_of_audit.claims_table(review, told.claims)
    yield "comparisons", comparisons.comparison_table(review, review.tables["comparisons"])
    yield "map", sections.map_table(review, sections.evidence_map(review))
    yield "gaps", sections.map_gaps(review, sections.evidence_map(review))


def thinned(text: str) -> str:
    """A part with heads and some rows of its tables: the same lines of code have made the others."""
    lines = text.splitlines()
    heads = {place + step for place, line in enumerate(lines) if line.startswith("|:") for step in (-1, 0, 1)}
    kept = [not line.startswith("| ") or place in heads or place % 8 == 0 for place, line in enumerate(lines)]
    return "\n".join(line for line, is_kept in zip(lines, kept, strict=True) if is_kept)


def test_no_cell_of_any_table_acts_on_a_page(poisoned: Path) -> None:
    seen = 0
    for name, text in parts(poisoned):
        assert "{{<" not in text, name
        page = rendered(thinned(text))
        assert not ACTING.search(outside_text(page)), name
        assert "javascript:window" not in outside_text(page), name
        seen += page.count("&lt;script&gt;window.acted=true&lt;/script&gt;")
    assert seen > 400


def test_a_definition_quoted_by_the_rules_of_pooling_is_text(review: evidence.Evidence) -> None:
    rows = review.select(level="study", condition="kd", measure="remission")
    rows = rows.assign(definition=[EVIL] * len(rows))
    said = str(sections.by_study(review, rows).words())
    assert "onerror" in said
    assert not re.search(r"<(?!/?(p|a|span|ul|li|strong|em)\b)", rendered(said))


def test_a_picture_shows_dollars_and_marks_as_they_are() -> None:
    frame = pd.DataFrame({"label": ["costs $5$ & <b>"], "n": [3], "condition": ["all"]})
    picture = plots.bars(frame, label="label", value="n", unit="patients {{< include x >}}", caption="c")
    assert "costs $5$ &amp; &lt;b&gt;" in picture.svg
    assert "{{<" not in picture.alt
    assert markup.storable("a\x08b") == "a\ufffdb"
    assert isinstance(picture, pictures.Picture)


# The whole way: hostile cells in the made-up review, notebooks run, site built, pages opened in a browser.
PAGES = {  # hostile text, by where it stands, and the pages that show it
    "a database": ("records.html",),
    "a record": ("records.html",),
    "a reason": ("records.html", "notebooks/01-search.html"),
    "a remark": ("evidence.html", "notebooks/01-search.html"),
    "a source": ("evidence.html", "notebooks/02-treatments.html"),
    "a print": ("evidence.html",),
    "a note": ("evidence.html",),
    "a definition": ("evidence.html", "notebooks/02-treatments.html"),
}
LONG = EVIL.replace('"', "")


def hostile(place: str) -> str:
    return f"From {place}: {LONG}"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a review with hostile text in its cells."""
    root = second_review(tmp_path_factory.mktemp("attacked") / "review")
    put_records(root, box="flow-2023-screened", title=hostile("a record"), database=hostile("a database"))
    row = "blue-tea-hills-remission"
    change(root, "flow", "flow-2023-screened", reason=hostile("a reason"), note=hostile("a remark"))
    change(root, "sources", "maker2020", title=hostile("a source"))
    change(
        root, "counts", row, as_printed=hostile("a print"), note=hostile("a note"), definition=hostile("a definition")
    )
    outcome = run.run_notebooks(root, ["01-search", "02-treatments"], progress=False)
    assert not outcome.failed
    report.write_pages(root)
    publish.build_site(root, renderer="pandoc", progress=False)
    return root / "_site"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("place", PAGES)
def test_hostile_text_is_read_on_the_built_pages_and_runs_nothing(attacked: Path, page: Page, place: str) -> None:
    for name in PAGES[place]:
        page.goto((attacked / name).as_uri())
        assert page.evaluate("window.acted") is None
        read = " ".join(page.locator("main").text_content().split())
        assert markup.plain(hostile(place)).rstrip(".") in read, name
        for element in page.locator("main [onload], main [onerror], main a[href^=javascript]").all():
            pytest.fail(str(element))


def test_hostile_text_in_the_pictures_of_the_site_is_text(attacked: Path) -> None:
    drawn = (attacked / "downloads/01-search-fig-flow.svg").read_text(encoding="utf-8")
    assert "From a reason" in drawn
    assert not re.search(r"<(script|img|foreignObject)|<svg[^>]*onload", drawn)


def test_nothing_is_included_into_a_page_by_a_cell(attacked: Path) -> None:
    for name in {name for names in PAGES.values() for name in names}:
        assert "@article{" not in (attacked / name).read_text(encoding="utf-8")
