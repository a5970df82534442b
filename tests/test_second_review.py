"""The engine serves another review: a made-up one passes every command without a line of ``src/`` changed."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
import test_content
from copies import ROOT, SECOND, second_review
from typer.testing import CliRunner
from update.conftest import UPDATE, Review, new_exports
from update.small import STUDY, extracted, screened

from helpers.cli import app

LEFT_OUT = ("requirements.lock", "src")  # hashes; the engine, which test_content.py reads


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The made-up review, run and built, by the command."""
    review = Review(second_review(tmp_path_factory.mktemp("second") / "review"))
    review.call("run", "--jobs", "2")
    review.call("site", "--renderer", "pandoc")
    return review


def test_the_second_review_is_run_built_and_checked(made: Review) -> None:
    document = made.call("check", "--json").document
    assert document["ok"] and document["faults"] == []
    assert document["checked"]["site"] == "checked"
    assert document["checked"]["numbers_on_pages"] > 0


def test_its_pages_say_what_its_rows_say(made: Review) -> None:
    home = (made.root / "_site/index.html").read_text(encoding="utf-8")
    for text in ("Blue tea", "Fever of the", "12 of 18", "30 June 2023"):
        assert text in home
    assert "<title>Invented Fever Review" in home and "Treatments for invented fever</h1>" in home
    assert (made.root / "_site/invented-fever.pdf").stat().st_size > 0


def test_a_slip_is_told_with_its_row_where_no_page_audits(made: Review) -> None:
    page = (made.root / "_site/notebooks/02-treatments.html").read_text(encoding="utf-8")
    assert re.search(r'href="\.\./evidence\.html#blue-tea-hills-adverse-event"[^>]*>†<', page)
    assert "Known slip: A made-up slip" in (made.root / "_site/evidence.html").read_text(encoding="utf-8")


def test_nothing_of_the_first_review_stands_on_its_pages_or_in_its_files(made: Review, root: Path) -> None:
    own = test_content.phrases(made.root)
    sought = {
        first: rest
        for first, found in test_content.phrases(root).items()
        if (rest := [phrase for phrase in found if phrase not in own.get(first, ())])
    }
    found = []
    for path in sorted(made.root.rglob("*")):
        name = path.relative_to(made.root)
        if name.parts[0] in LEFT_OUT or name.parts[0].startswith("_runs") or not path.is_file():
            continue
        if path.suffix in (".html", ".qmd", ".csv", ".json", ".yaml", ".yml", ".toml", ".md", ".cff", ".py", ".txt"):
            text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            named = test_content.offences(html.unescape(text).splitlines(), sought).values()
            found += [f"{name}: {', '.join(phrases)}" for phrases in named]
    assert found == []


def test_nothing_of_the_second_review_stands_in_the_sources(made: Review) -> None:
    assert test_content.in_the_engine(ROOT, test_content.phrases(made.root)) == []


def test_an_update_passes_from_its_exports_to_the_merge(tmp_path: Path) -> None:
    review = Review(second_review(tmp_path / "review"))
    one, other = new_exports(tmp_path)
    review.update("start", UPDATE, "--pubmed", one, "--embase", other)
    screened(review)
    extracted(review)
    review.update("merge", "--without-archive", "--summary", "One made-up series of blue tea.")
    changes = review.call("diff", "2023.1", "2024.1", "--json").document
    assert [study["study_id"] for study in changes["studies"]["new"]] == [STUDY]
    faults = review.call("check", "--json", status=1).document["faults"]
    assert {fault["rule"] for fault in faults} == {"up-to-date"}  # the notebooks wait to be run


def new(folder: Path, *options: str) -> tuple[int, dict]:
    """`review new review` from the real review."""
    done = CliRunner().invoke(app, ["new", "review", str(folder), "--root", str(ROOT), "--json", *options])
    return done.exit_code, json.loads(done.stdout)


def test_a_skeleton_lists_its_files_and_holds_to_every_rule_of_the_data(tmp_path: Path) -> None:
    status, document = new(tmp_path / "deep/er")
    assert (status, document["ok"]) == (0, True)
    written = {p.relative_to(tmp_path / "deep/er").as_posix() for p in (tmp_path / "deep/er").rglob("*") if p.is_file()}
    assert written == set(document["files"])
    assert {"_quarto.yml", "data/review.yaml", "data/counts.csv", "src/helpers/__init__.py", "Makefile"} <= written
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["er"]
    faults = Review(tmp_path / "deep/er").call("check", "--json", status=1).document["faults"]
    assert {fault["rule"] for fault in faults} == {"up-to-date"}  # the notebooks wait to be run


def test_a_skeleton_says_in_every_text_of_its_own_that_it_waits_for_words(tmp_path: Path) -> None:
    new(tmp_path / "new")
    for name in ("index.qmd", "methods.qmd", "glossary.qmd", "data/review.yaml", "CITATION.cff", "README.md"):
        assert "placeholder" in (tmp_path / "new" / name).read_text(encoding="utf-8").lower(), name


@pytest.mark.parametrize("kind", ["a folder with a file", "a file"])
def test_nothing_is_written_over(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "new"
    if kind == "a file":
        folder.write_text("mine")
    else:
        folder.mkdir()
        (folder / "mine.txt").write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    status, document = new(folder)
    assert status == 2
    (fault,) = document["faults"]
    assert (fault["file"], fault["rule"]) == (str(folder), "new-folder") and fault["fix"]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_empty_folder_is_filled_and_the_one_stood_in_is_not(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert new(Path())[0] == 2
    assert list(folder.iterdir()) == []
    monkeypatch.chdir(tmp_path)
    assert new(folder)[0] == 0


def test_a_disk_that_fills_up_leaves_no_trace(tmp_path: Path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copy", full)
    status, document = new(tmp_path / "new")
    assert status == 1
    assert "Make room" in document["faults"][0]["fix"]
    assert list(tmp_path.iterdir()) == []


def test_only_content_stands_in_the_second_review() -> None:
    kept = {path.relative_to(SECOND).as_posix() for path in SECOND.rglob("*") if path.is_file()}
    assert not {
        name for name in kept if name.startswith(("src/", "assets/", "data/results/")) or name.endswith(".ipynb")
    }
    for name in kept - {"data/corrections.yaml"}:
        text = (SECOND / name).read_text(encoding="utf-8").lower()
        assert name.endswith(".csv") or re.search(r"made[- ]up", text), name
