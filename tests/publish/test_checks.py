"""Each kind of fault stops the site, is named with its place, and comes together with the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers import markup
from helpers.faults import Fault, ReviewError
from helpers.publish import check_site

from .conftest import SVG, Review, code, display, markdown, notebook_cells

# Rules that are checked before rendering: a missing include would only echo as dead links.
SOURCES = frozenset(("shortcode", "include-exists"))
FINISHED: frozenset[str] = frozenset()
HEAD = "---\ntitle: T\n---\n\n"


def faults(review: Review) -> dict[str, Fault]:
    """Faults of a failing build by their rule."""
    with pytest.raises(ReviewError) as caught:
        review.build()
    return {fault.rule: fault for fault in caught.value.faults}


def test_a_sound_site_has_no_fault(built: Review) -> None:
    assert check_site(built.root / "_site") == []


BROKEN = [
    ("See @fig-none.", "cross-reference", "?@fig-none"),
    ("See [@tbl-none].", "cross-reference", "?@tbl-none"),
    ("See @nobody1999.", "citation", "@nobody1999"),
    ("[x](missing.qmd)", "link-target", "missing.qmd"),
    ("[x](downloads/none.csv)", "link-target", "downloads/none.csv"),
    ("[x](evidence.qmd#none-1)", "link-anchor", "evidence.html#none-1"),
    ("[x](#nowhere)", "link-anchor", "#nowhere"),
    ("![](assets/favicon.svg)", "alt-text", "assets/favicon.svg"),
    ('<img src="assets/favicon.svg" alt="">', "alt-text", "assets/favicon.svg"),
    ("[a]{#twice} and [b]{#twice}", "unique-id", "twice"),
    ("## Content {#content}", "unique-id", "content"),
    ("text ::: {.answer}", "fenced-div", "::: {.answer}"),
    ("# Another title", "one-title", "2"),
    ("{{< video x.mp4 >}}", "shortcode", "{{< video x.mp4 >}}"),
    ("{{< meta title >}}", "shortcode", "{{< meta title >}}"),
    ("{{< include >}}", "shortcode", "{{< include >}}"),
    ("{{< include none.md >}}", "include-exists", "{{< include none.md >}}"),
    ("{{< include /../secret.md >}}", "include-exists", "{{< include /../secret.md >}}"),
    ('<script src="https://example.org/x.js"></script>', "no-network", "https://example.org/x.js"),
    ("<script>alert(1)</script>", "active-content", "<script>alert(1)"),
    ("## <script>alert(2)</script> in a heading", "active-content", "<script>alert(2)"),
    ('<script type="text/json" data-x="application/json">alert(3)</script>', "active-content", "<script>alert(3)"),
    ("<svg onload=alert(1)></svg>", "active-content", '<svg onload="alert(1)">'),
    ("<svg/onload=alert(1)></svg>", "active-content", '<svg onload="alert(1)">'),
    ("<b ONCLICK='alert(1)'>x</b>", "active-content", "<b ONCLICK='alert(1)'>"),
    ("[x](javascript:alert(1))", "active-content", '<a href="javascript:alert(1)">'),
    ("javascript:alert(1)", "active-content", '<a href="javascript:alert(1)" class="uri">'),
    ('<a href="java&#10;script:alert(1)">x</a>', "active-content", '<a href="java script:alert(1)">'),
    (
        '<a href="javascript:a()" href="index.html">x</a>',
        "active-content",
        '<a href="javascript:a()" href="index.html">',
    ),
    ("[x](data:text/html,x)", "active-content", '<a href="data:text/html,x">'),
    ('<svg><set to="javascript:a()"></set></svg>', "active-content", '<set to="javascript:a()">'),
    ('<svg><script href="x.js"></script></svg>', "active-content", '<script href="x.js">'),
    ('<iframe src="index.html"></iframe>', "active-content", '<iframe src="index.html">'),
    ('<object data="index.html"></object>', "active-content", '<object data="index.html">'),
    ('<embed src="index.html">', "active-content", '<embed src="index.html">'),
    ('<form action="index.html"></form>', "active-content", '<form action="index.html">'),
    ('<meta http-equiv="Refresh" content="0">', "active-content", '<meta http-equiv="Refresh" content="0">'),
    ("```{=html}\n<!--><b>x</b>-->\n```", "active-content", "<!--><b>x</b>"),
    ("<svg><style><b>x</b></style></svg>", "active-content", "<b>x</b>"),
    ("</main><script>alert(4)</script>", "active-content", "<main>"),
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Fault]]:
    """Faults by page, of a review with one page for each way to break it. What the sources lack is told first."""
    found: dict[str, list[Fault]] = {}
    for group in (SOURCES, FINISHED):
        review = Review(tmp_path_factory.mktemp("broken"))
        for number, (text, rule, _) in enumerate(BROKEN):
            if (rule in SOURCES) == (group is SOURCES):
                review.write(f"broken-{number}.qmd", HEAD + "## Place\n\n" + text + "\n")
        with pytest.raises(ReviewError) as caught:
            review.build()
        for fault in caught.value.faults:
            found.setdefault(fault.file, []).append(fault)
    return found


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[f"{rule}: {text[:30]}" for text, rule, _ in BROKEN])
def test_each_broken_construct_is_found(broken: dict[str, list[Fault]], number: int) -> None:
    _, rule, value = BROKEN[number]
    page = broken[f"broken-{number}.qmd"]
    assert (rule, value) in {(fault.rule, fault.value) for fault in page}
    assert all(fault.fix and fault.message for fault in page)


def test_text_that_reads_like_a_construct_of_the_site_is_told_apart_from_one(review: Review) -> None:
    review.append("index.qmd", " ".join(map(markup.literal, ("{{< include x >}}", "why ???", "@fig-none", "::: x"))))
    review.build()
    assert "{{&lt; include x &gt;}}" in review.page("index.html")


def test_what_acts_is_named_with_page_section_value_and_next_step(review: Review) -> None:
    review.append("evidence.qmd", "## Two\n\n<svg onload=alert(1)></svg>")
    found = faults(review)["active-content"]
    assert (found.file, found.column, found.value) == ("evidence.qmd", "section “Two”", '<svg onload="alert(1)">')
    assert "data/" in found.fix


def test_no_handler_and_no_script_of_another_folder_is_let_into_the_frame_either(tmp_path: Path) -> None:
    page = (
        '<html lang="en"><head><title>T</title><script src="{0}/site.js"></script></head><body>'
        "<nav><a href='#' {1}>x</a></nav><main><h1>T</h1></main></body></html>"
    )
    for folder in ("assets", "site_libs"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "site.js").write_text("", encoding="utf-8")
    for folder, handler, count in (("assets", "", 0), ("assets", "onclick='a()'", 1), ("site_libs", "", 1)):
        (tmp_path / "index.html").write_text(page.format(folder, handler), encoding="utf-8")
        assert [fault.rule for fault in check_site(tmp_path)] == ["active-content"] * count


def test_faults_of_all_pages_come_together_with_their_section(review: Review) -> None:
    review.append("index.qmd", "## One\n\n[x](gone.qmd) @fig-gone")
    review.append("evidence.qmd", "## Two\n\n[x](gone.qmd)")
    with pytest.raises(ReviewError) as caught:
        review.build()
    places = {(fault.file, fault.column) for fault in caught.value.faults}
    assert places == {("index.qmd", "section “One”"), ("evidence.qmd", "section “Two”")}
    assert len(caught.value.faults) == 3


def test_an_include_that_includes_itself_is_told(review: Review) -> None:
    review.write("data/results/pages/new.md", "{{< include data/results/pages/new.md >}}")
    assert faults(review)["include-circle"].file == "data/results/pages/new.md"


def test_navigation_to_a_page_that_does_not_exist_is_told(review: Review) -> None:
    (review.root / "evidence.qmd").unlink()
    found = faults(review)
    assert found["nav-page"].value == "evidence.qmd"


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("_quarto.yml", "project: [", "yaml"),
        ("_quarto.yml", "- a list", "yaml"),
        ("_quarto.yml", "", "pages-exist"),
        ("page.qmd", "---\ntitle: a: b\n---\n", "yaml"),
        ("page.qmd", "No title.", "page-title"),
        ("notebooks/05-anakinra.ipynb", "{", "notebook-format"),
        ("notebooks/05-anakinra.ipynb", "[]", "notebook-format"),
    ],
)
def test_unreadable_sources_are_told(review: Review, name: str, text: str, rule: str) -> None:
    if rule == "pages-exist":
        for path in [*review.root.glob("*.qmd"), *review.root.glob("notebooks/*.ipynb")]:
            path.unlink()
    review.write(name, text)
    assert faults(review)[rule].file == name


def test_a_page_that_is_not_utf8_is_told(review: Review) -> None:
    (review.root / "page.qmd").write_bytes(HEAD.encode() + "Davì".encode("latin-1"))
    assert faults(review)["utf-8"].file == "page.qmd"


def test_a_missing_asset_is_told(review: Review) -> None:
    (review.root / "assets" / "crossref.lua").unlink()
    assert faults(review)["asset-exists"].file == "assets/crossref.lua"


def test_a_figure_without_alt_text_is_told(review: Review) -> None:
    review.notebook(
        [*notebook_cells(), code("#| label: fig-bare\n#| fig-cap: Bare\nplot()", display("image/svg+xml", SVG))]
    )
    assert faults(review)["alt-text"].file == "notebooks/05-anakinra.ipynb"


def test_a_notebook_that_failed_is_not_published(review: Review) -> None:
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no rows", "traceback": []}
    review.notebook([*notebook_cells(), code("#| label: tbl-x\nfail()", error)])
    found = faults(review)["cell-ran"]
    assert (found.column, found.value) == ("tbl-x", "ValueError: no rows")


def test_bad_cell_options_and_two_figures_under_one_label_are_told_together(review: Review) -> None:
    picture = display("image/svg+xml", SVG, review={"alt": "A", "caption": "C"})
    cells = [
        *notebook_cells(),
        code("#| echo: a: b\nplot()", picture),
        code("#| label: fig-two\nplot()", picture, picture),
    ]
    review.notebook(cells)
    assert {"cell-options", "one-figure-a-cell"} <= faults(review).keys()


def test_the_checks_know_quartos_marks_as_well(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<html lang="en"><head><title>T</title></head><body><main><h1>T</h1><p><strong>?@fig-x</strong>'
        '<span class="citation" data-cites="gone">(<strong>gone?</strong>)</span></p>'
        '<pre>::: {{< fine here >}}</pre></main><div id="a"></div><div id="a"></div></body></html>'
    )
    assert {(fault.rule, fault.value) for fault in check_site(tmp_path)} == {
        ("cross-reference", "?@fig-x"),
        ("citation", "@gone"),
    }


def test_an_empty_site_is_a_fault(tmp_path: Path) -> None:
    assert [fault.rule for fault in check_site(tmp_path)] == ["pages-exist"]


def test_a_site_that_was_tampered_with_names_the_source(review: Review) -> None:
    review.build()
    page = review.root / "_site" / "notebooks" / "05-anakinra.html"
    page.write_text(page.read_text().replace("../evidence.html#ana-012", "../evidence.html#gone"))
    assert {(fault.file, fault.rule) for fault in check_site(review.root / "_site")} == {
        ("notebooks/05-anakinra.ipynb", "link-anchor")
    }


def test_faults_are_plain_values_for_json(review: Review) -> None:
    review.append("index.qmd", "[x](gone.qmd)")
    fault = faults(review)["link-target"]
    assert json.loads(json.dumps(fault.to_dict()))["file"] == "index.qmd"


def test_an_output_with_an_open_block_does_not_swallow_the_page(review: Review) -> None:
    cells = notebook_cells()
    cells.insert(4, code("say()", display("text/markdown", "text ::: {.answer}")))
    review.notebook([*cells, markdown("End.")])
    assert "fenced-div" in faults(review)
