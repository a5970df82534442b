"""One command always tells: where the update stands, what comes next, who has to act, what going back would lose."""

from __future__ import annotations

from pathlib import Path

from helpers.update import layout, status
from helpers.update.searches import slug, strategy_file
from helpers.update.state import read_update

from .conftest import FIRST, SECOND, THIRD, UPDATE, Review, nbib, ris
from .small import ALL, decisions, extracted, forms, screened

KEYS = {"update_id", "step", "next", "waits_for", "import", "links", "screening", "extraction", "lost_by_going_back"}


def test_before_any_update_it_says_when_the_next_is_due_and_how_to_begin(review: Review) -> None:
    document, said = status.status(review.root, today="2024-06-30")
    assert said.startswith(
        "No update is under way. The last one, 2023-06-30, is integrated; the next search is due on 2024-06-30.\n"
    )
    assert "Start with: review update start 2024-06-30 --pubmed FILE --embase FILE" in said
    assert not document["is_overdue"]
    document = review.stands()
    assert set(document) >= KEYS
    assert (document["update_id"], document["step"]) == (None, "start")
    assert not (review.root / "_update").exists()  # looking changes nothing


def test_a_search_that_is_overdue_is_told_and_the_day_to_start_with_is_today(review: Review) -> None:
    document, said = status.status(review.root, today="2026-11-25")
    assert "the next search was due on 2024-06-30 and is overdue." in said
    assert "review update start 2026-11-25" in said
    assert document["is_overdue"]


def test_the_document_holds_what_others_rely_on(started: Review) -> None:
    document = started.stands()
    assert set(document) >= KEYS
    assert document["update_id"] == UPDATE
    assert set(document["import"]) >= {"files", "kept", "merged", "already_decided"}
    assert all(set(file) >= {"file", "format", "started", "parsed"} for file in document["import"]["files"])


def test_each_step_names_its_command_and_who_has_to_act(started: Review) -> None:
    seen = [(started.stands()["step"], started.stands()["next"].split(" --")[0])]
    a, b = (decisions(started, f"{n}.csv", "title_abstract", ALL, f"Reader {n}") for n in "ab")
    started.update("screen", "--decisions", a)
    assert started.stands()["waits_for"] == ["reviewer B: decide on title and abstract of 3 reports"]
    started.update("screen", "--decisions", b)
    seen.append((started.stands()["phase"], started.stands()["waits_for"][0]))
    screened(started)
    seen.append((started.stands()["step"], started.stands()["waits_for"][0]))
    out = forms(started)
    seen.append((started.stands()["step"], started.stands()["waits_for"][0]))
    started.update("extract", "--a", out / "a")
    seen.append((started.stands()["step"], started.stands()["waits_for"][0]))
    started.update("extract", "--b", out / "b")
    seen.append((started.stands()["step"], started.stands()["next"]))
    assert seen == [
        ("screen", "review update screen"),
        ("full_text", "reviewer A: decide on full text of 1 reports"),
        ("extract", "operator: write the forms for 1 included report"),
        ("extract", "extractor a: fill in the form without looking at the other one"),
        ("extract", "extractor b: fill in the form without looking at the other one"),
        ("merge", "review update merge"),
    ]


def test_what_going_back_would_lose_is_counted(started: Review) -> None:
    screened(started)
    extracted(started)
    lost = started.stands()["lost_by_going_back"]
    assert lost["import"] == {"files": 2, "records": 3}
    assert lost["screen"]["decisions"] == 8
    assert lost["screen"]["reviewers"] == ["Reader A", "Reader B"]
    assert lost["extract"]["forms"] == ["a", "b"]
    assert "would lose: 2 imports, 8 decisions on reports, 2 forms" in started.update("status").out


def test_what_the_report_of_the_search_lacks_is_told(started: Review) -> None:
    assert strategy_file(UPDATE, "PubMed") in " ".join(started.stands()["to_do"])
    path = started.root / strategy_file(UPDATE, "PubMed")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("invented fever[tiab]\n")
    table = started.root / layout.place(UPDATE, layout.SEARCHES)
    table.write_text(table.read_text().replace(",PubMed,,,", ",PubMed,NCBI,2024-07-02,"))
    todo = " ".join(started.stands()["to_do"])
    assert "PubMed" not in todo
    assert "Embase: search string, platform, day of the search, in data/strategies/" in todo
    assert "The merge will ask for: Embase: search string" in started.update("status").out
    started.update("import", "--other", started.write("late.ris", late()))  # what people wrote stays
    assert ",PubMed,NCBI,2024-07-02," in table.read_text()


def late() -> str:
    return f"TY  - JOUR\nTI  - {FIRST} and a later report\nPY  - 2024\nER  - \n"


def test_notes_of_an_export_are_repeated_until_the_merge_and_stay_after_it(review: Review) -> None:
    one = review.write("pubmed.nbib", nbib(FIRST, SECOND))
    cut = review.write("cut.ris", ris(THIRD, THIRD.upper())[:-40])
    review.update("start", UPDATE, "--pubmed", one, "--embase", cut, "--anyway", "cut.ris=record-is-whole")
    review.update("link", "--pair", *joined(review), "--person", "O. Operator")
    screened(review)
    assert "Note on cut.ris: The file seems to be cut off" in review.update("status").out
    extracted(review)
    assert "Note on cut.ris: The file seems to be cut off" in review.update("status").out
    review.update("merge", "--without-archive")
    assert "Note on" not in review.update("status").out
    assert "seems to be cut off" in (review.root / layout.place(UPDATE, layout.NOTES)).read_text()
    same = review.write("again.nbib", one.read_text() + "\n")
    review.update("start", "2025-06-30", "--pubmed", same)  # the search of another year may find just the same
    assert "the very same records as pubmed.nbib of the update 2024-06-30" in review.update("status").out


def joined(review: Review) -> tuple[str, str, str]:
    a, b = list(read_update(review.root, UPDATE).records["record_id"])[2:]
    return a, "same_report", b


def test_the_state_needs_no_file_of_its_own(started: Review, tmp_path: Path) -> None:
    """A clone has only what git keeps, and stands where the operator's folder does."""
    import shutil

    screened(started)
    clone = tmp_path / "clone" / "review"
    shutil.copytree(started.root, clone, symlinks=True, ignore=shutil.ignore_patterns("_update"))
    ours, theirs = started.stands(), Review(clone).stands()
    assert {key: theirs[key] for key in KEYS} == {key: ours[key] for key in KEYS}


def test_a_name_becomes_part_of_a_file_name_and_never_a_path() -> None:
    assert [slug(name) for name in ("Embase.com", "../../etc/passwd", "=1+1", "", "Ünïcode")] == [
        "embase-com",
        "etc-passwd",
        "1-1",
        "unnamed",
        "unicode",
    ]
