"""Every version at an address that stays: the current one beside itself, earlier ones as they were."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers.faults import ReviewError
from helpers.publish import check_site
from helpers.publish.edition import Update
from helpers.publish.versions import day, marked

from .conftest import OLD_PAGE, Review

NOTE = re.compile(r'\n<div class="version-note".*?</div>', re.S)


def test_the_list_names_every_integrated_version_with_its_dates(built: Review) -> None:
    page = BeautifulSoup(built.page("v/index.html"), "html.parser")
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert rows == [
        ["2024.1", "30 June 2024", "1 September 2024", "current", "Two studies | more."],
        ["2023.1", "30 June 2023", "1 March 2024", "superseded", "The baseline."],
    ]
    assert [link["href"] for link in page.select("tbody a")] == ["2024.1/index.html", "2023.1/index.html"]


def test_the_current_version_is_frozen_with_nothing_changed_but_a_note(built: Review) -> None:
    files = built.files()
    living = {name for name in files if not name.startswith(("v/", "."))}
    assert {name.removeprefix("v/2024.1/") for name in files if name.startswith("v/2024.1/")} == living
    for name in living:
        frozen = files[f"v/2024.1/{name}"]
        if name.endswith(".html"):
            up = "../" * name.count("/")
            frozen = NOTE.sub("", frozen.decode(), count=1).encode()
            frozen = frozen.replace(f'"{up}../index.html"'.encode(), f'"{up}v/index.html"'.encode())
        assert frozen == files[name], name
    assert "This address always shows version 2024.1" in built.page("v/2024.1/index.html")


def test_an_old_version_is_what_was_archived_under_a_note_that_leads_to_the_current_page(built: Review) -> None:
    page = built.page("v/2023.1/notebooks/05-anakinra.html")
    assert NOTE.sub("", page).replace("../../index.html", "../v/index.html") == OLD_PAGE
    note = BeautifulSoup(page, "html.parser").select_one("main > .version-note")
    assert note is not None and note.a is not None
    assert "You are reading version 2023.1, searched through 30 June 2023." in note.get_text()
    assert "superseded by version 2024.1, searched through 30 June 2024." in note.get_text()
    assert note.a["href"] == "../../../notebooks/05-anakinra.html"


def test_every_link_of_a_frozen_page_leads_somewhere(built: Review) -> None:
    files = built.files()
    lost = []
    for name in files:
        if name.startswith("v/") and name.endswith(".html"):
            for link in BeautifulSoup(files[name], "html.parser").select("a[href]"):
                path = str(link["href"]).split("#")[0].split("?")[0]
                if path and not re.match(r"[a-z]+:", path):
                    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
                    lost += [] if target in files else [(name, path)]
    assert lost == []


def test_a_version_whose_pages_were_not_kept_is_listed_without_a_link(review: Review) -> None:
    (review.root / "archive" / "2023.1.zip").unlink()
    review.build()
    assert "2023.1 (pages not kept)" in review.page("v/index.html")
    assert not (review.root / "_site" / "v" / "2023.1").exists()


def test_an_old_page_that_is_gone_leads_to_the_current_home(review: Review) -> None:
    review.archive("2023.1", {"index.html": OLD_PAGE, "gone.html": OLD_PAGE})
    review.build()
    note = BeautifulSoup(review.page("v/2023.1/gone.html"), "html.parser").select_one(".version-note a")
    assert note is not None and note["href"] == "../../index.html"


def test_todays_rules_are_not_held_against_old_pages(review: Review) -> None:
    review.archive("2023.1", {"index.html": OLD_PAGE + '<img src="nowhere.png">'})
    review.build()
    assert check_site(review.root / "_site") == []


@pytest.mark.parametrize("name", ["../../outside.html", "/tmp/outside.html", "a\\..\\b.html", "v/2022.1/index.html"])
def test_an_archive_that_reaches_out_of_its_folder_is_refused(review: Review, name: str) -> None:
    review.build()
    before = review.files()
    review.archive("2023.1", {"index.html": OLD_PAGE, name: "x"})
    with pytest.raises(ReviewError, match=r"archive/2023\.1\.zip: .*does not belong"):
        review.build()
    assert review.files() == before


@pytest.mark.parametrize(
    "damage", [lambda data: data[:100], lambda data: data.replace(b"Anakinra, as", b"Anakinra; as")]
)
def test_a_damaged_archive_is_refused(review: Review, damage) -> None:
    path = review.root / "archive" / "2023.1.zip"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ReviewError, match=r"(?s)archive/2023\.1\.zip: .*Restore the file"):
        review.build()


def test_a_new_archive_builds_the_site_again(review: Review) -> None:
    review.build()
    review.archive("2023.1", {"index.html": OLD_PAGE.replace("as it was", "otherwise")})
    assert review.build().skipped is False
    assert "otherwise" in review.page("v/2023.1/index.html")


def test_without_any_update_there_are_no_versions(review: Review) -> None:
    (review.root / "data" / "updates.csv").unlink()
    config = (review.root / "_quarto.yml").read_text()
    review.write("_quarto.yml", config.replace('          - {text: "Versions", href: v/index.qmd}\n', ""))
    review.build()
    assert not (review.root / "_site" / "v").exists()
    assert not (review.root / "_site" / "ro-crate-metadata.json").exists()


def test_a_note_escapes_what_the_table_holds() -> None:
    old = Update('2023.1"><script>', "2023-06-30", "", "", "")
    new = Update("2024.1", "soon <b>", "", "", "")
    said = marked("<main class='x'><h1>A</h1></main>", old, new, 'a"b.html')
    assert "<script>" not in said and "<b>" not in said and 'href="a&quot;b.html"' in said
    assert said.startswith('<main class=\'x\'>\n<div class="version-note" role="note"')


def test_dates_are_told_in_words() -> None:
    assert (day("2023-06-03"), day("unknown"), day("")) == ("3 June 2023", "unknown", "")


def test_an_archive_of_the_finished_site_unpacks_to_the_same_pages(review: Review, built: Review) -> None:
    """What is kept when the next version comes, comes back as it was."""
    files = {n: c for n, c in built.files().items() if not n.startswith(("v/", "."))}
    with zipfile.ZipFile(review.root / "archive" / "2023.1.zip", "w") as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name), content)
    review.build()
    shown = review.files()
    assert {n.removeprefix("v/2023.1/") for n in shown if n.startswith("v/2023.1/")} == files.keys()
    assert shown["v/2023.1/downloads/counts.csv"] == files["downloads/counts.csv"]
    assert Path(review.root / "_site/v/2023.1/card.png").read_bytes() == files["card.png"]
