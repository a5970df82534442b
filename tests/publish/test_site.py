"""What a build makes of the review's constructs, and that it keeps its promises about the old site."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers import publish
from helpers.faults import ReviewError
from helpers.publish import pandoc, site, stage, swap

from .conftest import ALT, REPOSITORY, Review, code, display, markdown, notebook_cells


def soup(review: Review, name: str) -> BeautifulSoup:
    return BeautifulSoup(review.page(name).replace("\u00a0", " "), "html.parser")


def test_every_page_has_its_quarto_address(built: Review) -> None:
    pages = {name for name in built.files() if name.endswith(".html")}
    living = {
        "index.html",
        "evidence.html",
        "feedback.html",
        "notebooks/05-anakinra.html",
        "figures/05-anakinra-fig-use.html",
        "figures/index.html",
    }
    old = {"v/2023.1/index.html", "v/2023.1/notebooks/05-anakinra.html"}
    assert pages == living | {"v/index.html"} | {f"v/2024.1/{name}" for name in living} | old


def test_figures_and_tables_are_numbered_and_referred_to(built: Review) -> None:
    page = soup(built, "notebooks/05-anakinra.html")
    paragraph = page.select_one("#evidence > p")
    assert paragraph is not None
    assert paragraph.get_text() == "Figure 1 and Table 1 tell the same; also 1 and Figure 1, Table 1."
    assert [link["href"] for link in paragraph.select("a")] == [
        "#fig-use",
        "#tbl-use",
        "#fig-use",
        "#fig-use",
        "#tbl-use",
    ]


def test_computed_alt_and_caption_replace_the_static_ones(built: Review) -> None:
    figure = soup(built, "notebooks/05-anakinra.html").select_one("#fig-use")
    assert figure is not None and figure.img is not None and figure.figcaption is not None
    assert figure.img["alt"] == ALT
    assert figure.img["width"] == "480"
    caption = " ".join(figure.figcaption.get_text().split())
    assert caption == "Figure 1: Use of anakinra: 96 patients, of whom 82 had sJIA (Minoia and Davì 2015)."
    assert figure.select_one('a[href="../evidence.html#ana-012"]')


def test_tables_have_captions_scopes_and_a_scrolling_container(built: Review) -> None:
    figure = soup(built, "notebooks/05-anakinra.html").select_one("#tbl-use")
    assert figure is not None and figure.figcaption is not None
    assert figure.figcaption.get_text(strip=True) == "Table 1:Use by condition"
    scroll = figure.select_one(".table-scroll")
    assert scroll is not None and scroll["tabindex"] == "0"
    assert scroll["aria-labelledby"] == figure.figcaption["id"]
    assert {th["scope"] for th in figure.select("thead th")} == {"col"}
    assert {th["scope"] for th in figure.select("tbody th")} == {"row"}


def test_cells_are_hidden_shown_and_folded_as_they_ask(built: Review) -> None:
    page = built.page("notebooks/05-anakinra.html")
    assert "import helpers" not in page and "answer()" not in page
    folded = soup(built, "notebooks/05-anakinra.html").select("details.code-fold")
    assert [block.pre.get_text().split(":")[0] for block in folded if block.pre] == ["as_of", "print(1)"]


def test_includes_callouts_and_code_on_a_page(built: Review) -> None:
    page = soup(built, "index.html")
    text = page.get_text()
    assert 'x = "{{< untouched >}}"' in text and "{{< include x >}} and {{< include y >}}" in text
    assert page.select_one("h2#what-is-new, section#what-is-new")
    assert page.select_one('a[href="notebooks/05-anakinra.html#doses"]')
    warning = page.select_one(".callout-warning")
    assert warning is not None and warning.select_one(".callout-title").get_text(strip=True) == "Read this first"  # type: ignore[union-attr]
    assert warning.select_one(".table-scroll table")
    assert page.select_one("details.callout-note > summary").get_text(strip=True) == "Why so few?"  # type: ignore[union-attr]
    assert page.select_one("#ref-minoia2015")


def test_downloads_hold_notebook_script_figure_table_and_data_but_no_exports(built: Review) -> None:
    names = {name.removeprefix("downloads/") for name in built.files() if name.startswith("downloads/")}
    assert names == {
        "05-anakinra.ipynb",
        "05-anakinra.py",
        "05-anakinra-fig-use.svg",
        "05-anakinra-fig-use.png",
        "05-anakinra-fig-use-slide.png",
        "05-anakinra-fig-use.csv",
        "05-anakinra-fig-use.xlsx",
        "05-anakinra-tbl-use.csv",
        "05-anakinra-tbl-use.xlsx",
        "counts.csv",
        "counts.xlsx",
        "sources.csv",
        "sources.xlsx",
        "made-up-review.xlsx",
        "datapackage.json",
        "references.bib",
        "CITATION.cff",
        "citation.bib",
        "citation.json",
        "citation.ris",
    }
    assert built.files()["downloads/05-anakinra-tbl-use.csv"].decode().splitlines()[1] == "sJIA,82,68/82"
    assert not any("abstract that is not ours" in content.decode(errors="ignore") for content in built.files().values())


def test_two_builds_give_the_same_bytes(built: Review, review: Review) -> None:
    review.build()
    ours, theirs = review.files(), built.files()
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_nothing_changed_means_nothing_done(review: Review) -> None:
    first = review.build()
    again = review.build()
    assert (first.skipped, again.skipped) == (False, True)
    assert (again.pages, again.bytes) == (first.pages, first.bytes)
    assert again.seconds < first.seconds
    assert review.build(force=True).skipped is False


@pytest.mark.parametrize("change", ["references.bib", "data/results/pages/new.md", "assets/content.css", "_quarto.yml"])
def test_any_changed_source_builds_again(review: Review, change: str) -> None:
    review.build()
    review.append(change, "")
    assert review.build().skipped is False


def test_a_page_missing_from_the_site_builds_again(review: Review) -> None:
    review.build()
    (review.root / "_site" / "evidence.html").unlink()
    assert review.build().skipped is False


def test_files_of_the_previous_site_do_not_linger(review: Review) -> None:
    review.write("old.qmd", "---\ntitle: Old\n---\n\nText.")
    review.build()
    (review.root / "old.qmd").unlink()
    review.build()
    assert not (review.root / "_site" / "old.html").exists()


def test_nothing_is_left_beside_the_site(review: Review) -> None:
    review.build()
    review.append("index.qmd", "@fig-none")
    with pytest.raises(ReviewError):
        review.build()
    assert sorted(path.name for path in (review.root / "_runs").iterdir()) == ["kept", "site.lock"]


def test_a_full_disk_leaves_the_old_site(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    review.build()
    before = review.files()
    review.append("index.qmd", "More.")
    written = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "evidence.html":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return written(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReviewError) as caught:
        review.build()
    assert "No space left on device" in str(caught.value) and "Make room" in str(caught.value)
    assert review.files() == before


@pytest.mark.parametrize("module, name", [(stage.shutil, "copyfile"), (site, "put_in_place"), (pandoc, "run")])
def test_no_right_to_write_leaves_the_old_site(
    review: Review, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    review.build()
    before = review.files()
    review.append("index.qmd", "More.")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(review.root / "_site"))

    monkeypatch.setattr(module, name, refused)
    with pytest.raises(ReviewError, match=r"(?s)_site: .*Permission denied.*right to read and write"):
        review.build()
    assert review.files() == before


def test_without_the_exchanging_rename_the_site_is_still_replaced(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda *_: False)
    review.build()
    review.append("index.qmd", "Second edition.")
    review.build()
    assert "Second edition." in review.page("index.html")


def test_a_failed_second_rename_puts_the_old_site_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda *_: False)
    old, place = tmp_path / "_site", tmp_path / "place"
    old.mkdir()
    place.mkdir()
    with pytest.raises(OSError):
        swap.put_in_place(tmp_path / "not-there", old, place)
    assert old.is_dir()


def test_a_build_killed_between_renames_is_repaired(review: Review) -> None:
    review.build()
    leftover = review.root / "_runs" / "site-1"
    leftover.mkdir()
    (review.root / "_site").rename(leftover / "old")
    with swap.workplace(review.root, review.root / "_site"):
        assert (review.root / "_site" / "index.html").is_file()
        assert not leftover.exists()


def test_a_killed_build_leaves_the_old_site_and_the_next_one_clears_up(review: Review) -> None:
    review.build()
    before = review.files()
    review.append("index.qmd", "More.")
    program = (
        "import time; from helpers.publish import pandoc, site\n"
        "pandoc.render = lambda *a: (print('rendering', flush=True), time.sleep(60))\n"
        f"site.build_site({str(review.root)!r}, renderer='pandoc', progress=False)"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None and process.stdout.readline().strip() == b"rendering"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert review.files() == before
    assert list((review.root / "_runs").glob("site-[0-9]*"))
    assert review.build().skipped is False
    assert not list((review.root / "_runs").glob("site-[0-9]*"))


def test_quarto_asked_for_but_absent_is_said(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReviewError, match=r"(?s)Quarto is not on PATH.*renderer pandoc"):
        publish.build_site(review.root, renderer="quarto", progress=False)


def processor_seconds() -> float:
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in usage)


def test_twenty_pages_take_far_less_than_thirty_seconds(review: Review) -> None:
    for number in range(7):
        review.notebook([*notebook_cells(), markdown(f"Number {number}.")], f"{number + 20}-more")
    started = processor_seconds()
    assert review.build().pages == 21  # eight notebooks, a page for the figure of each, five more
    # About 7 s, shared by two workers. The clock on the wall would measure who else uses the machine.
    assert processor_seconds() - started < 20


def test_an_html_output_is_kept_and_wins_over_markdown_as_in_quarto(review: Review) -> None:
    output = display("text/html", '<table id="t"><tr><td><a href="../evidence.qmd#ana-012">1</a></td></tr></table>')
    output["data"]["text/markdown"] = "not this"
    review.notebook([*notebook_cells(), code("table()", output), markdown("End.")])
    review.build()
    page = soup(review, "notebooks/05-anakinra.html")
    assert page.select_one('#t a[href="../evidence.html#ana-012"]')
    assert "not this" not in page.get_text()
