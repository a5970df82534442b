"""Exports in: what is counted, what is refused, and that nothing is lost or doubled whenever the process dies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from killing import every_moment

from helpers.cli import updating
from helpers.faults import ReviewError
from helpers.project import recover
from helpers.run.errors import UsageError
from helpers.update import importing, layout
from helpers.update.exports import Given, name_faults, read_exports
from helpers.update.state import read_update

from .conftest import FIRST, SECOND, THIRD, UPDATE, Review, nbib, ris


def test_an_update_begins_with_the_proof_that_no_record_was_lost(review: Review, exports: tuple[Path, Path]) -> None:
    answer = review.update("start", UPDATE, "--pubmed", exports[0], "--embase", exports[1], "--json")
    document = answer.document
    assert [(f["file"], f["format"], f["started"], f["parsed"]) for f in document["import"]["files"]] == [
        ("pubmed.nbib", "nbib", 2, 2),
        ("embase.ris", "ris", 1, 1),
    ]
    counts = document["import"]
    assert counts["kept"] + counts["merged"] == sum(f["parsed"] for f in counts["files"])
    assert (counts["kept"], counts["merged"], counts["already_decided"]) == (3, 0, 0)
    assert document["step"] == "screen"
    assert "3 records began in the files, 3 were read = 3 kept + 0 merged" in " ".join(document["did"])


def test_raw_exports_stay_untouched_and_out_of_the_published_tree(started: Review, exports: tuple[Path, Path]) -> None:
    kept = sorted((started.root / "_update" / UPDATE / "exports").iterdir())
    assert sorted(p.read_bytes() for p in kept) == sorted(p.read_bytes() for p in exports)
    assert all(len(p.stem) == 64 for p in kept)
    committed = b"".join(started.files("data/updates").values())
    assert b"abstract" not in committed.lower().split(b"\n", 1)[0]


def test_abstracts_never_reach_the_committed_files(review: Review) -> None:
    file = review.write("with.ris", ris(FIRST, AB="Forty-two words that belong to somebody else"))
    review.update("start", UPDATE, "--embase", file)
    assert all(b"somebody else" not in data for data in review.files().values())
    assert b"somebody else" in b"".join(p.read_bytes() for p in (review.root / "_update").rglob("*.ris"))


def test_starting_again_with_the_same_files_does_nothing_and_says_so(
    started: Review, exports: tuple[Path, Path]
) -> None:
    before = started.files()
    answer = started.update("start", UPDATE, "--pubmed", exports[0], "--embase", exports[1])
    assert "Nothing new for the update" in answer.out
    assert "same file as pubmed.nbib, which is imported already; it was not counted twice" in answer.out
    assert started.files() == before


def test_the_same_export_under_two_names_is_counted_once(review: Review, exports: tuple[Path, Path]) -> None:
    twin = review.write("copy.nbib", exports[0].read_text())
    answer = review.update("start", UPDATE, "--pubmed", exports[0], "--pubmed", twin)
    assert "copy.nbib is the same file as pubmed.nbib" in answer.out
    assert len(read_update(review.root, UPDATE).records) == 2


def test_a_file_that_turns_up_later_is_added_and_ids_stay(started: Review) -> None:
    before = read_update(started.root, UPDATE)
    late = started.write("zotero.ris", ris("Blue tea in three hospitals: a report of invented fever"))
    answer = started.update("import", "--other", late)
    assert "zotero.ris: 1 of 1 records read (ris)" in answer.out
    after = read_update(started.root, UPDATE)
    assert list(after.records["record_id"])[:3] == list(before.records["record_id"])
    assert list(after.exports["arm"]) == ["databases", "databases", "other"]
    assert after.to_screen[:3] == before.to_screen


def test_known_publications_and_decided_records_do_not_come_back(review: Review) -> None:
    known = "A made-up series of invented fever in the hills"
    text = (
        nbib(FIRST)
        + "\n"
        + nbib(known, year=2011).replace("90000001", "99000001").replace("TA  - Journal 1", "TA  - J Made-up")
    )
    file = review.write("pubmed.nbib", text.replace("SO  - Journal 1", "AID - 10.5555/invented.2011 [doi]\nSO  - x", 2))
    file.write_text(file.read_text().replace("AID - 10.5555/invented.2011 [doi]\n", "", 1))
    review.update("start", UPDATE, "--pubmed", file)
    update = read_update(review.root, UPDATE)
    assert update.already_decided == {"known:inventa2011"}
    assert [update.records.set_index("record_id").loc[r, "title"].rstrip(".") for r in update.to_screen] == [FIRST]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("2024-13-01", "update-id"),
        ("next year", "update-id"),
        ("../2024-06-30", "update-id"),
        ("2999-01-01", "not-in-the-future"),
        ("2023-06-30", "new-update"),
        ("2022-06-30", "after-the-last"),
    ],
)
def test_an_id_that_does_not_fit_is_wrong_usage(
    review: Review, exports: tuple[Path, Path], name: str, rule: str
) -> None:
    before = review.files()
    answer = review.update("start", name, "--pubmed", exports[0], "--json", status=2)
    assert answer.rules == [rule]
    assert review.files() == before
    assert not (review.root / "data/updates").exists()


def test_a_second_update_waits_until_the_first_is_finished(started: Review, exports: tuple[Path, Path]) -> None:
    answer = started.update("start", "2025-06-30", "--pubmed", exports[0], "--json", status=2)
    assert answer.rules == ["one-update"]
    assert "review update undo 2024-06-30" in answer.document["faults"][0]["fix"]


def test_other_files_for_a_started_update_are_added_on_purpose_only(started: Review) -> None:
    late = started.write("more.ris", ris("Long rest once more in invented fever"))
    answer = started.update("start", UPDATE, "--embase", late, "--json", status=2)
    assert answer.rules == ["started-already"]
    assert "review update import" in answer.err


def test_without_files_there_is_nothing_to_start(review: Review) -> None:
    assert review.update("start", UPDATE, "--json", status=2).rules == ["exports-given"]


ALL_TABLES = ["exports.csv", "links.csv", "notes.csv", "records.csv", "searches.csv"]
HTML = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Your session has expired</body></html>"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("error-page.ris", HTML),
        ("empty.nbib", ""),
        ("paper.ris", "%PDF-1.7\n%âãÏÓ\n"),
        ("letter.txt", "Dear operator,\nplease find attached nothing at all.\n"),
    ],
)
def test_a_file_that_is_no_export_is_refused_by_name(
    review: Review, exports: tuple[Path, Path], name: str, text: str
) -> None:
    wrong = review.write(name, text)
    answer = review.update("start", UPDATE, "--pubmed", exports[0], "--embase", wrong, "--json", status=1)
    assert {fault["file"] for fault in answer.document["faults"]} == {name}
    assert not (review.root / "data/updates").exists()


@pytest.mark.parametrize("text", [nbib(FIRST, SECOND, THIRD)[:-60], ris(FIRST, SECOND)[:-60]])
def test_a_truncated_export_is_refused_with_the_line(review: Review, text: str) -> None:
    cut = review.write("cut.txt", text)
    answer = review.update("start", UPDATE, "--pubmed", cut, "--json", status=1)
    assert answer.rules == ["record-is-whole"]
    assert answer.document["faults"][0]["row"] > 5
    assert not (review.root / "data/updates").exists()


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("text", [nbib(FIRST, SECOND), ris(FIRST, SECOND)])
def test_a_cut_that_the_operator_lets_pass_stays_noted_until_it_is_taken_back(
    review: Review, text: str, end: str
) -> None:
    cut = review.write("cut.txt", text[: text.rindex("VL  -" if "VL  -" in text else "VI  -")].rstrip() + end)
    answer = review.update("start", UPDATE, "--pubmed", cut, "--json", status=1)
    (fault,) = answer.document["faults"]
    assert "One whole record was read" in fault["message"]
    assert FIRST[:40] in fault["message"]
    assert "Download the export again" in fault["fix"]
    assert "--anyway" in fault["fix"]
    said = review.update("start", UPDATE, "--pubmed", cut, "--anyway", "cut.txt=record-is-whole").out
    assert "cut.txt: The file seems to be cut off" in said
    assert "Note on cut.txt: The file seems to be cut off" in review.update("status").out
    (file,) = review.stands()["import"]["files"]
    assert len(remarks(file)) == 1
    assert "Nothing new" in review.update("start", UPDATE, "--pubmed", cut).out  # asked once, not again
    assert review.stands()["import"]["files"] == [file]
    review.update("undo", UPDATE)
    assert not [*(review.root / "data/updates").rglob("*.csv")]


def test_what_reading_has_noted_is_kept_and_repeated(review: Review) -> None:
    text = ris(FIRST, SECOND).replace("ER  - \n\n", "ER  - \n\nSign up for alerts\n", 1).replace("Reader", "Böckling")
    path = review.root.parent / "odd.ris"
    path.write_bytes(text.encode("cp1252"))
    review.update("start", UPDATE, "--embase", path)
    said = review.update("status").out
    assert "Note on odd.ris: The file is not UTF-8; it was read as cp1252." in said
    assert "Sign up for alerts" in said
    review.update("import", "--other", review.write("late.ris", ris(THIRD)))
    assert [len(remarks(file)) for file in review.stands()["import"]["files"]] == [2, 0]


def turned(text: str) -> str:
    """The records of an export in the opposite order."""
    return "".join(record + "\n\n" for record in reversed(text.strip().split("\n\n")))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        turned,
        lambda text: "".join(line + "\n" for line in text.splitlines() if not line.startswith("AB  -")),
        lambda text: text.replace("TY  - JOUR\n", "TY  - JOUR\nU3  - 2024-07-02\n"),
    ],
    ids=["line ends", "byte order mark", "order", "without abstracts", "day of the download"],
)
def test_the_same_export_downloaded_again_is_not_counted_twice(review: Review, change: Callable[[str], str]) -> None:
    text = ris(FIRST, SECOND, THIRD, AB="Background.")
    review.update("start", UPDATE, "--embase", review.write("three.ris", text))
    before = review.files()
    again = review.root.parent / "again.ris"
    again.write_bytes(change(text).encode())
    answer = review.update("import", "--embase", again, "--json", status=1)
    assert answer.rules == ["same-records"]
    assert "the very same records as three.ris (3)" in answer.err
    assert "--anyway" in answer.document["faults"][0]["fix"]
    assert review.files() == before
    review.update("import", "--embase", again, "--anyway", "again.ris=same-records")
    assert len(read_update(review.root, UPDATE).records) == 6
    assert "Note on again.ris: It holds the very same records as three.ris" in review.update("status").out


def test_two_copies_in_one_command_are_found_too_and_those_of_another_format(review: Review) -> None:
    one = review.write("one.nbib", nbib(FIRST, SECOND))
    text = ris(FIRST, SECOND).replace("TY  - JOUR\n", "TY  - JOUR\nPM  - 90000001\n", 1)
    other = review.write("other.ris", text.replace("JOUR\nTI", "JOUR\nPM  - 90000002\nTI"))
    assert review.update("start", UPDATE, "--pubmed", one, "--pubmed", other, "--json", status=1).rules == [
        "same-records"
    ]
    review.update("start", UPDATE, "--pubmed", one, "--embase", other)  # another database found the same


def test_an_export_that_holds_another_one_is_noted(review: Review) -> None:
    review.update("start", UPDATE, "--embase", review.write("two.ris", ris(FIRST, SECOND)))
    said = review.update("import", "--embase", review.write("three.ris", ris(FIRST, SECOND, THIRD))).out
    assert "three.ris: All 2 records of two.ris are in it again" in said
    assert "start again without two.ris" in review.update("status").out
    part = review.write("part.ris", turned(ris(FIRST, SECOND, THIRD)).split("\n\n")[0] + "\n\n")
    assert "All its 1 records are in three.ris too" in review.update("import", "--embase", part).out


def remarks(file: dict[str, list[str]]) -> list[str]:
    """Notes on a file without the account of empty and unused fields, which every import gives."""
    return [note for note in file["notes"] if not note.startswith(("No record has", "Empty in some", "Not used"))]


def embase(path: Path) -> Given:
    return Given(path, "Embase", "databases")


def test_the_number_that_the_database_showed_is_checked_and_kept(review: Review) -> None:
    file = review.write("embase.ris", ris(FIRST, SECOND))
    with pytest.raises(ReviewError, match="2 records were read, but Embase showed 3") as raised:
        importing.start(review.root, UPDATE, [embase(file)], today="2024-07-02", expect=["embase.ris=3"])
    assert [fault.rule for fault in raised.value.faults] == ["as-many-as-shown"]
    assert not (review.root / "data/updates").exists()
    importing.start(review.root, UPDATE, [embase(file)], today="2024-07-02", expect=["embase.ris=2"])
    assert review.stands()["import"]["files"][0]["shown"] == 2
    assert "Not compared" not in review.update("status").out


def test_a_number_can_be_told_later_and_until_then_the_status_asks_for_it(review: Review) -> None:
    file = review.write("embase.ris", ris(FIRST, SECOND))
    assert "Compare each number" in review.update("start", UPDATE, "--embase", file).out
    assert "Not compared with the number that the database showed: embase.ris (2)" in review.update("status").out
    assert "review update import --embase embase.ris --expect embase.ris=N" in review.update("status").out
    with pytest.raises(ReviewError, match="Embase showed 9"):
        importing.add(review.root, [embase(file)], today="2024-07-02", expect=["embase.ris=9"])
    importing.add(
        review.root, [embase(file)], today="2024-07-02", expect=["embase.ris=9"], anyway=["embase.ris=as-many-as-shown"]
    )
    importing.add(review.root, [embase(file)], today="2024-07-02", expect=["embase.ris=2"])
    assert review.stands()["import"]["files"][0]["shown"] == 2
    assert len(read_update(review.root, UPDATE).records) == 2


@pytest.mark.parametrize("said", ["embase.ris", "embase.ris=many", "=2", "other.ris=2", "embase.ris=-2"])
def test_a_number_that_fits_no_file_is_wrong_usage(review: Review, said: str) -> None:
    file = review.write("embase.ris", ris(FIRST))
    with pytest.raises(UsageError) as raised:
        importing.start(review.root, UPDATE, [embase(file)], today="2024-07-02", expect=[said])
    assert raised.value.faults[0].rule == "expected-number"


ODD_NAMES = [
    "<img src=x onerror=alert(2)>{{< include /etc/passwd >}}",
    "{{< include no-such-file.md >}}",
    "=cmd|' /C calc'!A1",
    "-1+1",
    "[click](javascript:alert(1))",
    "Em`base`",
    "a" * 61,
]


def test_a_file_does_not_name_its_database_as_it_likes(review: Review) -> None:
    for name in ODD_NAMES:
        file = review.write("zotero.ris", ris(FIRST, DB=name))
        answer = review.update("start", UPDATE, "--other", file, "--json", status=1)
        assert answer.rules == ["database-name"], name
        assert '--other "NAME=zotero.ris"' in answer.document["faults"][0]["fix"]
        assert review.update("start", UPDATE, "--other", f"{name}={file}", "--json", status=1).document["faults"]
    assert not (review.root / "data/updates").exists()
    review.update("start", UPDATE, "--other", f"Reference lists={file}")
    assert list(read_update(review.root, UPDATE).exports["database"]) == ["Reference lists"]
    assert ODD_NAMES[-1] not in (review.root / "data/updates" / UPDATE / "searches.csv").read_text()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Embase <1974 to 2024 June 28>", "Embase"),
        ("Ovid MEDLINE(R) ALL <1946 to June 28, 2024>", "Ovid MEDLINE(R) ALL"),
        ("ClinicalTrials.gov", "ClinicalTrials.gov"),
        ("Base de données d'Évry", "Base de données d'Évry"),
        ("", "other source"),
    ],
)
def test_the_names_that_platforms_write_are_taken_over(tmp_path: Path, said: str, name: str) -> None:
    file = tmp_path / "register.ris"
    file.write_text(ris(FIRST, DB=said), encoding="utf-8")
    (export,) = read_exports([Given(file, "", "registers")])
    assert (export.database, name_faults(export)) == (name, [])


def test_all_that_is_wrong_with_all_files_is_said_at_once(review: Review) -> None:
    one, other = review.write("a.ris", HTML), review.root.parent / "gone.ris"
    answer = review.update("start", UPDATE, "--pubmed", one, "--embase", other, "--json", status=1)
    assert len(answer.document["faults"]) == 2


def test_the_export_of_another_review_is_asked_about(review: Review) -> None:
    titles = ("Metformin and weight in adults", "Sleep apnoea in truck drivers", "Statins after stroke")
    other = review.write("other.ris", ris(*titles))
    answer = review.update("start", UPDATE, "--embase", other, "--json", status=1)
    assert answer.rules == ["on-topic"]
    assert "0 of 3 titles" in answer.err
    assert "--anyway" in answer.err
    assert not (review.root / "data/updates").exists()
    review.update("start", UPDATE, "--embase", other, "--anyway", "other.ris=on-topic")


def test_an_export_older_than_the_last_search_is_asked_about(review: Review) -> None:
    old = review.write("old.ris", ris(FIRST, SECOND, year=2019))
    answer = review.update("start", UPDATE, "--embase", old, "--json", status=1)
    assert answer.rules == ["newer-than-last-search"]
    assert "its newest record is of 2019" in answer.err


def test_formulas_markup_and_endless_titles_are_only_text(review: Review) -> None:
    titles = (
        "=cmd|' /C calc'!A1 invented fever",
        "<script>alert(1)</script> invented fever <b>bold</b>",
        "invented fever " + "x" * 10_000_000,
    )
    file = review.write("odd.ris", ris(*titles))
    review.update("start", UPDATE, "--embase", file)
    review.update("screen", "--out", review.root / "_update/lists")
    sheet = (review.root / "_update/lists/title_abstract-reviewer-a.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|" in sheet
    assert not any(cell.startswith("=") for line in sheet.splitlines() for cell in line.split(","))
    assert len(sheet) < 1_000_000
    committed = (review.root / "data/updates" / UPDATE / "records.csv").read_text()
    assert "'=cmd|" in committed  # no spreadsheet runs it either
    assert read_update(review.root, UPDATE).records["title"].iloc[0].startswith("=cmd|")
    kept = next((review.root / "_update" / UPDATE / "exports").iterdir())
    assert kept.read_bytes() == file.read_bytes()


def test_a_file_name_never_becomes_a_path(review: Review) -> None:
    file = review.write("..%2f..%2fetc.passwd .RIS;rm", ris(FIRST))
    review.update("start", UPDATE, "--embase", file)
    (kept,) = (review.root / "_update" / UPDATE / "exports").iterdir()
    assert len(kept.name) == 64


def test_killed_at_any_moment_a_start_leaves_nothing_or_everything(review: Review, exports: tuple[Path, Path]) -> None:
    before = review.files()
    given = {"pubmed": [exports[0]], "embase": [exports[1]]}
    seen = set()
    for moment in every_moment(lambda: updating.start(review.root, UPDATE, given), review.root, step=5):
        recover(review.root)
        now = {name: data for name, data in review.files().items() if not name.startswith("data/updates/")}
        assert now == before, f"other files changed at moment {moment}"
        tables = sorted(p.name for p in (review.root / "data/updates").rglob("*.csv"))
        assert tables in ([], ALL_TABLES), f"a mixture at {moment}"
        seen.add(len(tables))
        if tables:
            assert "Nothing new" in review.update("start", UPDATE, "--pubmed", exports[0], "--embase", exports[1]).out
            review.update("undo", UPDATE)
    assert seen == {0, len(ALL_TABLES)}
    assert len(read_update(review.root, UPDATE).records) == 3


def test_an_update_under_way_makes_no_notebook_due(review: Review, exports: tuple[Path, Path]) -> None:
    from helpers.run.keys import shared_inputs

    before = shared_inputs(review.root)
    review.update("start", UPDATE, "--pubmed", exports[0])
    assert shared_inputs(review.root) == before


def test_a_slip_of_the_hand_in_an_updates_file_is_found_by_the_check(started: Review) -> None:
    path = started.root / "data/updates" / UPDATE / "records.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[2:]]))
    rules = {fault["rule"] for fault in started.call("check", "--json", status=1).document["faults"]}
    assert "conservation" in rules


def test_records_of_an_update_older_than_the_relations_are_read(review: Review) -> None:
    review.update("start", UPDATE, "--embase", review.write("two.ris", ris(FIRST, SECOND)))
    path = review.root / layout.place(UPDATE, layout.RECORDS)
    rows = [line.rpartition(",")[0] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert rows[0].endswith(",language")
    assert list(read_update(review.root, UPDATE).records["relations"]) == ["", ""]


def test_a_doubt_is_let_pass_by_name_and_for_one_file(review: Review) -> None:
    old = [review.write(f"{name}.ris", ris(FIRST, SECOND, year=2019)) for name in ("one", "two")]
    both = ("start", UPDATE, "--embase", old[0], "--pubmed", old[1])
    assert review.update(*both, "--json", status=1).rules == ["newer-than-last-search"] * 2
    answer = review.update(*both, "--anyway", "one.ris=newer-than-last-search", "--json", status=1)
    assert [(f["file"], f["rule"]) for f in answer.document["faults"]] == [("two.ris", "newer-than-last-search")]
    assert "--anyway two.ris=newer-than-last-search" in answer.document["faults"][0]["fix"]
    assert (
        review.update(*both, "--anyway", "one.ris=on-topic", "--json", status=1).rules == ["newer-than-last-search"] * 2
    )
    for wrong in ("one.ris", "one.ris=everything", "gone.ris=on-topic", "=on-topic"):
        assert review.update(*both, "--anyway", wrong, "--json", status=2).rules == ["doubt-named"]
    assert not (review.root / "data/updates").exists()


def test_reference_lists_are_old_by_nature(review: Review) -> None:
    review.update("start", UPDATE, "--other", f"Reference lists={review.write('old.ris', ris(FIRST, year=1999))}")


def test_a_field_that_a_platform_always_gives_is_asked_about(review: Review) -> None:
    text = ris(FIRST, SECOND, U2="L2000000001").replace("PY  - ", "X1  - ")
    file = review.write("embase.ris", text)
    answer = review.update("start", UPDATE, "--embase", file, "--json", status=1)
    assert answer.rules == ["field-always-there"]
    assert "no record has year" in answer.err
    said = review.update("start", UPDATE, "--embase", file, "--anyway", "embase.ris=field-always-there").out
    assert "It was imported all the same" in said
    assert "embase.ris: No record has: year" in said
    assert "X1 (2)" in said
