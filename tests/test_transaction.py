"""Several files as one: after a kill at any moment all are new, or all are old."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from killing import every_moment, run_and_kill

from helpers.faults import ReviewError
from helpers.project import only_writer, put_aside, recover, write_together

OLD = {"data/a.csv": b"old a\n", "data/b.csv": b"old b\n", "gone.txt": b"old\n"}
NEW = {"data/a.csv": b"new a\n", "data/b.csv": b"new b\n", "gone.txt": None, "deep/er/c.csv": b"new c\n"}


def content(folder: Path) -> dict[str, bytes]:
    """Every file of the review, aside from the transaction's own."""
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: data for name, data in files.items() if not name.startswith("_update/")}


def leftovers(folder: Path) -> list[str]:
    return sorted(p.name for p in (folder / "_update").glob("*") if p.name != ".lock")


@pytest.fixture
def review(tmp_path: Path) -> Path:
    reset(tmp_path)
    return tmp_path


def reset(folder: Path) -> None:
    recover(folder)
    for name, data in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "deep/er/c.csv").unlink(missing_ok=True)


AFTER = {name: data for name, data in NEW.items() if data is not None}


def test_files_are_written_replaced_and_removed(review):
    assert write_together(review, NEW) == sorted(NEW)
    assert content(review) == AFTER
    assert leftovers(review) == []


def test_killed_at_any_moment_everything_is_old_or_everything_is_new(review):
    seen = []
    for moment in every_moment(lambda: write_together(review, NEW), review):
        finished = recover(review)
        state = content(review)
        assert state in (OLD, AFTER), f"a mixture after moment {moment}"
        if finished:
            assert finished == sorted(NEW)
        assert leftovers(review) == []
        seen.append(state == AFTER)
        reset(review)
    assert content(review) == AFTER  # the last one was not killed
    assert len(seen) > 15
    assert seen == sorted(seen)  # first always back, from the marker on always forward
    assert True in seen
    assert False in seen


def test_a_repair_that_is_killed_itself_is_taken_up_by_the_next(review):
    moments = 0
    moment = 1
    while run_and_kill(lambda: write_together(review, NEW), review, moment):
        for _ in every_moment(lambda: recover(review), review):
            assert content(review) != {}
            moments += 1
        assert content(review) in (OLD, AFTER)
        reset(review)
        moment += 1
    assert moments > 30


def test_without_a_crash_there_is_nothing_to_repair_and_nothing_is_touched(review):
    before = sorted(review.rglob("*"))
    assert recover(review) == []
    assert sorted(review.rglob("*")) == before


def test_files_that_hold_their_content_are_left_alone(review):
    write_together(review, NEW)
    stamp = (review / "data/a.csv").stat().st_mtime_ns
    assert write_together(review, NEW) == []
    assert write_together(review, NEW | {"data/b.csv": "other\n"}) == ["data/b.csv"]
    assert (review / "data/a.csv").stat().st_mtime_ns == stamp


def test_a_file_edited_between_crash_and_repair_is_kept_beside(review):
    moment = 1
    while run_and_kill(lambda: write_together(review, NEW), review, moment) and not (
        (review / "_update/.journal").is_dir() and (review / "data/a.csv").read_bytes() == OLD["data/a.csv"]
    ):
        reset(review)
        moment += 1
    (review / "data/a.csv").write_bytes(b"by hand\n")
    recover(review)
    assert content(review) == AFTER
    (kept,) = (review / "_update/kept").rglob("a.csv.*")
    assert kept.read_bytes() == b"by hand\n"


def test_what_was_read_must_still_be_there_when_it_is_written(review):
    read = {"data/a.csv": OLD["data/a.csv"], "data/new.csv": None}
    (review / "data/new.csv").write_text("came meanwhile\n")
    with pytest.raises(ReviewError) as caught:
        write_together(review, NEW, unless_changed=read)
    assert [(f.file, f.rule) for f in caught.value.faults] == [("data/new.csv", "no-lost-edit")]
    assert content(review) == OLD | {"data/new.csv": b"came meanwhile\n"}


def test_two_writers_at_once_are_one_too_many(review):
    child = os.fork()
    if not child:
        with only_writer(review):
            try:
                other = os.fork()
                if not other:
                    from helpers.project import together

                    together._held.clear()  # as a process of its own would be
                    try:
                        write_together(review, NEW)
                    except ReviewError as error:
                        os._exit(7 if error.faults[0].rule == "one-writer" else 8)
                    os._exit(0)
                os._exit(os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]))
            finally:
                os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert content(review) == OLD


def test_a_writer_may_write_several_times_under_its_own_lock(review):
    with only_writer(review):
        write_together(review, {"data/a.csv": "one\n"})
        write_together(review, {"data/a.csv": "two\n"})
    assert (review / "data/a.csv").read_text() == "two\n"


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "data/../../out.txt", "", "a\0b"])
def test_no_path_leads_out_of_the_review(review, name):
    with pytest.raises(ValueError, match="not a path within"):
        write_together(review, {"data/a.csv": "x\n", name: "y\n"})
    assert content(review) == OLD


@pytest.mark.parametrize(
    ("block", "error"), [("data/a.csv/under.csv", NotADirectoryError), ("data", IsADirectoryError)]
)
def test_what_cannot_be_written_is_found_before_anything_is(review, block, error):
    with pytest.raises(error):
        write_together(review, {"data/b.csv": "x\n", block: "y\n"})
    assert content(review) == OLD
    assert leftovers(review) == []


ENTRY = {"path": "data/a.csv", "staged": "0", "before": None, "after": "0" * 64}


@pytest.mark.parametrize(
    "manifest",
    [
        '{"half',
        "null",
        "7",
        '["data/a.csv"]',
        "",
        "[" * 100_000,
        *(json.dumps([ENTRY | change]) for change in ({"path": "../pwned"}, {"path": "/pwned"}, {"path": "a/../../b"})),
        *(json.dumps([ENTRY | change]) for change in ({"path": None}, {"staged": "../0"}, {"staged": 0})),
        json.dumps([{"path": "data/a.csv", "staged": "0"}]),
    ],
)
def test_a_journal_that_is_none_of_ours_moves_nothing_and_can_be_put_aside(review, manifest):
    journal = review / "_update" / ".journal"
    journal.mkdir(parents=True)
    (journal / "manifest.json").write_text(manifest, encoding="utf-8")
    (journal / "0").write_text("new", encoding="utf-8")
    for attempt in (lambda: recover(review), lambda: write_together(review, NEW)):
        with pytest.raises(ReviewError, match="review doctor"):
            attempt()
    assert content(review) == OLD and not list(review.parent.glob("pwned*"))
    assert put_aside(review, "_update/.journal") == "_update/kept/journal.1"
    assert (review / "_update/kept/journal.1/0").read_text() == "new"
    assert write_together(review, NEW) == sorted(NEW)
