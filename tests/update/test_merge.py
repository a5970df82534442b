"""The end of an update: refused while anything is open, all or nothing when it goes through, and nothing the second time."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from copies import SECOND as CONTENT
from killing import run_and_kill

from helpers import evidence
from helpers.cli import updating
from helpers.faults import Fault, ReviewError
from helpers.project import recover
from helpers.publish import pandoc, stage, versions
from helpers.update import archive, evidence_rows
from helpers.update.state import read_update

from .conftest import UPDATE, Review, new_exports, new_review
from .rehearsal import filled
from .small import COUNT, STUDY, extracted, forms, screened


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with an update in which everything is decided, made once."""
    home = tmp_path_factory.mktemp("decided")
    made = new_review(home)
    one, other = new_exports(home)
    made.update("start", UPDATE, "--pubmed", one, "--embase", other)
    screened(made)
    extracted(made)
    assert made.stands()["step"] == "merge"
    return home


@pytest.fixture
def ready(decided: Path, tmp_path: Path) -> Review:
    """An update in which everything is decided, to merge or to break."""
    shutil.copytree(decided, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Review(tmp_path / "review")


def site(review: Review) -> Path:
    """A built site of two pages that shows what is there now."""
    folder = review.root / "_site"
    for name in ("index.html", "notebooks/02-treatments.html", "v/2022.1/index.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"<html>{name}</html>")
    key = stage.inputs_key(review.root, f"pandoc {pandoc.version()}")
    (folder / ".build.json").write_text(f'{{"key": "{key}", "renderer": "pandoc"}}')
    return folder


def rows(review: Review, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((review.root / f"data/{table}.csv").read_text(encoding="utf-8"))))


def test_a_merge_says_what_it_did_in_ten_lines_and_what_comes_next(ready: Review) -> None:
    said = ready.update("merge", "--without-archive").out.splitlines()
    assert len(said) <= 10
    assert said[0] == "The update 2024-06-30 is merged: version 2024.1."
    assert "Records 3: 3 kept, 0 merged, 0 decided before; 3 screened, 1 read in full, 1 included." in said
    assert said[-1].startswith("Next: review build")
    assert "searched" in ready.update("status").out or "integrated" in ready.update("status").out


def test_rows_come_at_the_end_and_what_was_there_stays_byte_for_byte(ready: Review) -> None:
    before = ready.files("data")
    ready.update("merge", "--without-archive")
    after = ready.files("data")
    grown = [name for name in before if after.get(name) != before[name] and name.count("/") == 1]
    assert {"data/studies.csv", "data/counts.csv", "data/flow.csv", "data/updates.csv", "data/sources.csv"} <= set(
        grown
    )
    assert all(after[name].startswith(before[name]) for name in grown)
    assert (ready.root / "references.bib").read_bytes().startswith((CONTENT / "references.bib").read_bytes())


def test_every_new_row_says_where_it_comes_from_and_when_it_came(ready: Review) -> None:
    ready.update("merge", "--without-archive")
    (study,) = [row for row in rows(ready, "studies") if row["added_in"] == UPDATE]
    assert (study["study_id"], study["source_id"], study["citation_key"]) == (STUDY, f"{STUDY}-report", STUDY)
    (count,) = [row for row in rows(ready, "counts") if row["added_in"] == UPDATE]
    assert (count["row_id"], count["locator"]) == (f"{STUDY}-blue-tea-hills-received", "Results, p1 s1")
    assert f"@article{{{STUDY}," in (ready.root / "references.bib").read_text()
    (source,) = [row for row in rows(ready, "sources") if row["source_id"] == "own-2024-06-30"]
    assert source["kind"] == "own"
    assert [row["records"] for row in rows(ready, "searches") if row["update_id"] == UPDATE] == ["2", "1"]


def test_the_update_gets_its_version_dates_and_changelog_entry(ready: Review) -> None:
    ready.update("merge", "--without-archive", "--summary", "One series of blue tea.")
    update = rows(ready, "updates")[-1]
    assert {name: update[name] for name in ("version", "searched_through", "next_due", "status", "supersedes")} == {
        "version": "2024.1",
        "searched_through": "2024-06-30",
        "next_due": "2025-06-30",
        "status": "integrated",
        "supersedes": "2023-06-30",
    }
    assert update["summary"] == "One series of blue tea."
    changelog = (ready.root / "CHANGELOG.md").read_text()
    assert changelog.index("## 2024.1 - ") < changelog.index("## 2023.1 - ")
    assert 'version: "2024.1"' in (ready.root / "CITATION.cff").read_text()
    assert 'version = "2024.1"' in (ready.root / "pyproject.toml").read_text()


def test_a_number_typed_into_the_summary_is_refused_and_nothing_is_written(ready: Review) -> None:
    before = ready.files()
    typed = "Writer 2024 adds 12 people, treated as on B12."
    answer = ready.update("merge", "--without-archive", "--summary", typed, "--json", status=1)
    (fault,) = answer.document["faults"]
    assert (fault["file"], fault["column"], fault["rule"]) == ("data/updates.csv", "summary", "summary-number")
    assert fault["message"].endswith("computed from no row: 12") and fault["fix"].endswith("--summary TEXT.")
    assert ready.files() == before
    ready.update("merge", "--without-archive", "--summary", "Writer 2024, treated as on B12.")


def test_the_flow_is_computed_from_records_and_adds_up(ready: Review) -> None:
    ready.update("merge", "--without-archive")
    boxes = {(b["box"], b["reason"]): b["count"] for b in rows(ready, "flow") if b["update_id"] == UPDATE}
    assert [boxes[name, ""] for name in ("identified", "screened", "excluded_title_abstract", "assessed")] == list(
        "3321"
    )
    assert (boxes["included_reports", ""], boxes["new_studies", ""], boxes["previous_studies", ""]) == ("1", "1", "4")
    assert boxes["total_studies", ""] == "5"


def test_both_extractions_and_the_way_to_one_stay(ready: Review) -> None:
    ready.update("merge", "--without-archive")
    home = ready.root / "data/extraction" / UPDATE
    assert "ten patients" in (home / "a/counts.csv").read_text()
    assert "10 patients" in (home / "b/counts.csv").read_text()
    assert not list((ready.root / "data/updates" / UPDATE).rglob("extraction/*/*.csv"))


def test_the_evidence_of_before_is_as_it_was(ready: Review) -> None:
    before = evidence.load(ready.root)
    ready.update("merge", "--without-archive")
    after = evidence.load(ready.root, as_of="2023-06-30")
    for name, table in before.tables.items():
        if name != "vocabularies" and "source_id" not in table.columns[:1]:
            assert table.equals(after.tables[name]), name
    assert len(evidence.load(ready.root).tables["studies"]) == len(before.tables["studies"]) + 1


def test_merged_again_it_does_nothing_and_says_so(ready: Review) -> None:
    ready.update("merge", "--without-archive")
    before = ready.files()
    assert "merged already; nothing was changed" in ready.update("merge").out
    assert ready.files() == before


def test_the_difference_can_be_asked_for(ready: Review) -> None:
    ready.update("merge", "--without-archive")
    document = ready.call("diff", "2023-06-30", UPDATE, "--json").document
    assert [study["study_id"] for study in document["studies"]["new"]] == [STUDY]
    assert "Writer" in ready.call("diff", "2023.1", "2024.1").out
    assert ready.call("diff", "2023.1", "2030.1", "--json", status=2).rules == ["known-update"]


def test_without_an_update_there_is_nothing_to_merge(review: Review) -> None:
    assert review.update("merge", "--json", status=2).rules == ["update-under-way"]


def test_an_update_in_which_anything_is_open_is_refused_with_the_next_step(started: Review) -> None:
    before = started.files()
    answer = started.update("merge", "--without-archive", "--json", status=1)
    assert set(answer.rules) == {"open-screen"}
    assert "review update screen --out" in answer.document["faults"][0]["fix"]
    assert started.files() == before


def test_data_that_break_a_rule_are_refused_all_at_once_and_nothing_is_written(started: Review) -> None:
    screened(started)
    extracted(started, COUNT | {"events": "12", "adds_up_to": "blue-tea-hills-death"})
    before = started.files()
    answer = started.update("merge", "--without-archive", "--json", status=1)
    assert started.files() == before
    assert {fault["rule"] for fault in answer.document["faults"]} & {"audit-subset", "addition-measure", "open-extract"}
    assert all(fault["fix"] for fault in answer.document["faults"])


def test_what_cannot_be_right_stays_only_with_a_reason(started: Review) -> None:
    screened(started)
    extracted(started, COUNT | {"measure": "death", "events": "11", "total": "11", "definition": "not defined"})
    assert "extractors: " in started.stands()["waits_for"][0]
    assert "--acknowledged" in started.stands()["next"]
    assert started.update("merge", "--without-archive", "--json", status=1).rules == ["open-extract"]
    sheet = started.root / "_update" / UPDATE / "worklists/audit.csv"
    empty = filled(sheet, started.root.parent / "e.csv", lambda row: {})
    started.update("extract", "--acknowledged", empty, "--person", "T. Third")
    assert started.stands()["step"] == "extract"
    said = filled(sheet, started.root.parent / "s.csv", lambda row: {"reason": "the report prints it so"})
    started.update("extract", "--acknowledged", said, "--person", "T. Third")
    assert started.stands()["step"] == "merge"


def test_an_update_that_brings_no_study_can_be_merged(started: Review) -> None:
    screened(started, dict.fromkeys(titles(started), "exclude"))
    assert started.stands()["step"] == "merge"
    started.update("merge", "--without-archive")
    assert rows(started, "updates")[-1]["summary"] == "The search was repeated; no new study was included."


def titles(review: Review) -> list[str]:
    return [title.rstrip(".") for title in read_update(review.root, UPDATE).records["title"]]


def test_no_markup_or_formula_of_a_title_reaches_site_or_bibliography() -> None:
    title = "=cmd|' /C calc'!A1 <script>alert(1)</script> [x](javascript:y) `rm` | \\input{/etc/passwd} 50% & {x}"
    shown, entry = evidence_rows._short(title), evidence_rows._tex(title)
    for text in (shown, entry):
        assert not set("<>[]`|{}") & set(text)
        assert "script>" not in text
    assert not shown.startswith(("=", "+", "-", "@"))
    assert "\\input" not in entry
    assert "50\\% \\& (x)" in entry


def test_a_path_in_an_id_is_refused(started: Review) -> None:
    screened(started)
    forms(started)
    table = started.root / "data/updates" / UPDATE / "included.csv"
    table.write_text(table.read_text().replace(STUDY, "../../etc"))
    answer = started.update("extract", "--out", started.root / "_update/other", "--json", status=1)
    assert set(answer.rules) == {"study-id"}
    assert not (started.root / "_update/other").exists()


def test_a_half_filled_form_is_refused_with_place_and_rule(started: Review) -> None:
    screened(started)
    out = forms(started, COUNT | {"locator": "", "unit": "people"})
    answer = started.update("extract", "--a", out / "a", "--b", out / "b", "--json", status=1)
    assert {"locator-required", "vocabulary"} <= set(answer.rules)
    assert not (started.root / "data/updates" / UPDATE / "extraction").exists()


def test_one_form_given_twice_is_refused(started: Review) -> None:
    screened(started)
    out = forms(started)
    answer = started.update("extract", "--a", out / "a", "--b", out / "a", "--json", status=1)
    assert set(answer.rules) & {"two-extractors", "wrong-extractor"}
    assert not (started.root / "data/updates" / UPDATE / "extraction").exists()


def test_forms_that_were_filled_in_are_never_written_over(started: Review) -> None:
    screened(started)
    out = forms(started)
    before = (out / "a/counts.csv").read_bytes()
    assert set(started.update("extract", "--out", out, "--json", status=2).rules) == {"no-lost-edit"}
    assert (out / "a/counts.csv").read_bytes() == before


def test_the_pages_of_the_version_before_are_kept(ready: Review) -> None:
    folder = site(ready)
    ready.update("merge")
    with zipfile.ZipFile(ready.root / "archive/2023.1.zip") as kept:
        assert kept.namelist() == ["index.html", "notebooks/02-treatments.html"]
        assert kept.read("index.html") == (folder / "index.html").read_bytes()


def test_the_archive_is_the_same_for_the_same_site(ready: Review) -> None:
    folder = site(ready)
    one = archive.site_archive(ready.root)
    (folder / "index.html").touch()
    assert archive.site_archive(ready.root) == one


def test_what_an_earlier_archive_holds_is_not_kept_twice_and_every_address_answers(
    ready: Review, tmp_path: Path
) -> None:
    (ready.root / "archive").mkdir(exist_ok=True)
    for version, page in (("2021.1", "first"), ("2022.1", "second"), ("2023.1", "third")):
        (site(ready) / "index.html").write_text(page)
        (ready.root / f"archive/{version}.zip").write_bytes(archive.site_archive(ready.root))
    with zipfile.ZipFile(ready.root / "archive/2023.1.zip") as kept:
        assert kept.namelist() == ["index.html", versions.SHARED]
    assert "1 further files are those of earlier versions" in archive.described(
        (ready.root / "archive/2023.1.zip").read_bytes()
    )
    for version, page in (("2021.1", "first"), ("2023.1", "third")):
        versions._unpack(ready.root / f"archive/{version}.zip", tmp_path / version)
        assert (tmp_path / version / "index.html").read_text() == page
        assert (
            tmp_path / version / "notebooks/02-treatments.html"
        ).read_text() == "<html>notebooks/02-treatments.html</html>"
    (ready.root / "archive/2021.1.zip").unlink()
    with pytest.raises(ReviewError, match="cannot be read"):
        versions._unpack(ready.root / "archive/2023.1.zip", tmp_path / "gone")


def test_a_site_that_is_missing_or_old_stops_the_merge(ready: Review) -> None:
    before = ready.files()
    assert ready.update("merge", "--json", status=1).rules == ["site-built"]
    site(ready)
    (ready.root / "index.qmd").write_text("changed since")
    before = ready.files()
    assert ready.update("merge", "--json", status=1).rules == ["site-current"]
    assert ready.files() == before


def test_sentences_are_reworded_between_two_merges_and_the_version_before_is_kept_as_it_was(ready: Review) -> None:
    statements = ready.root / "data/statements.csv"
    false = 'km-alone,key_messages,9,No study was added up to {searched_through}.,"none(""studies: added_in>2023-06-30"")",2023-06-30,\n'
    statements.write_text(statements.read_text() + false)
    home, methods = site(ready) / "index.html", (ready.root / "methods.qmd").read_bytes()
    published, before = home.read_bytes(), ready.files()
    answer = ready.update("merge", "--json", status=1)
    assert answer.rules == ["guard-broken"]
    assert f"{STUDY}-blue-tea-hills-received" in ((ready.root / f"_update/{UPDATE}/worklists/new-rows.csv").read_text())
    assert ready.files() == before
    page = ready.root / "methods.qmd"
    page.write_text(page.read_text() + "\nThis was written for the update.\n")
    home.write_text("built again, with what was reworded")
    new = (
        f'km-first,key_messages,9,A study was added.,"equals(rows_in(""studies: added_in>2023-06-30""), 1)",{UPDATE},\n'
    )
    statements.write_text(statements.read_text().replace(false, false.strip() + f"{UPDATE}\n") + new)
    checked = ready.call("check", "--json", status=None).document
    assert checked["as_after"] == UPDATE
    assert not [fault for fault in checked["faults"] if fault["rule"].startswith("guard")]
    ready.update("merge")
    with zipfile.ZipFile(ready.root / "archive/2023.1.zip") as kept:
        assert kept.read("index.html") == published
    assert (ready.root / "archive/2023.1-methods.txt").read_bytes() == methods
    changed = ready.call("diff", "2023.1", "2024.1", "--json").document["statements"]
    assert any(one["after"] and one["after"].startswith("A study was added") for one in changed)
    assert any(one["after"] == "This was written for the update." for one in changed)


@pytest.mark.parametrize(
    ("with_archive", "moments"), [(False, (2, 20, 36, 44, 75, 110)), (True, (1, 12, 33, 40, 60, 90))]
)
def test_killed_at_any_moment_a_merge_leaves_nothing_or_everything(
    decided: Path, tmp_path: Path, with_archive: bool, moments: tuple[int, ...]
) -> None:
    """Before the marker everything is as it was, after it everything is there; each moment on a copy of its own."""
    states = []
    for moment in moments:
        copy = tmp_path / str(moment)
        shutil.copytree(decided, copy, symlinks=True)
        one = Review(copy / "review")
        if with_archive:
            site(one)
        before = one.files()
        killed = run_and_kill(lambda: updating.merge(one.root, without_archive=not with_archive), one.root, moment)  # noqa: B023
        recover(one.root)
        states.append("old" if one.files() == before else "new")
        if states[-1] == "new":
            assert "merged already" in one.update("merge").out
            assert rows(one, "updates")[-1]["update_id"] == UPDATE
            assert (one.root / "data/extraction" / UPDATE / "b/counts.csv").exists()
            assert "## 2024.1" in (one.root / "CHANGELOG.md").read_text()
            assert not (one.root / "_update/.journal").exists()
            assert (one.root / "archive/2023.1.zip").exists() == with_archive
        if not killed:
            break
    assert states == sorted(states, reverse=True)
    assert states.count("old") > 1
    assert states.count("new") > 1


def test_an_edit_made_while_the_merge_worked_is_not_lost(ready: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    from helpers.update import merge as merging

    inner = merging._unsound

    def meanwhile(*arguments: Any) -> list[Fault]:
        path = ready.root / "data/counts.csv"
        path.write_text(path.read_text() + "\n")
        return inner(*arguments)

    monkeypatch.setattr(merging, "_unsound", meanwhile)
    answer = ready.update("merge", "--without-archive", "--json", status=1)
    assert answer.rules == ["no-lost-edit"]
    assert not any("2024" in row["update_id"] for row in rows(ready, "updates"))


def test_a_second_update_knows_what_the_first_decided(ready: Review, exports: tuple[Path, Path]) -> None:
    ready.update("merge", "--without-archive")
    again = ready.write("again.nbib", exports[0].read_text() + "\n")  # the search finds the same two records once more
    answer = ready.update("start", "2025-06-30", "--pubmed", exports[0], "--json", status=1)
    assert answer.rules == ["same-export"]
    ready.update("start", "2025-06-30", "--pubmed", again)
    update = read_update(ready.root, "2025-06-30")
    assert update.to_screen == ()
    assert len(update.already_decided) == 2
