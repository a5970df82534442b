"""Every step can be killed at any moment and repeated; two operators at once are one too many."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from killing import run_and_kill

from helpers.cli import updating
from helpers.project import only_writer, recover, together
from helpers.update.state import read_update

from .conftest import FIRST, SECOND, UPDATE, Review, new_exports, new_review, ris
from .rehearsal import filled
from .small import ALL, COUNT, decisions, extracted, fill, forms, screened

Action = Callable[[Review], Any]


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same review before each step, made once."""
    home = tmp_path_factory.mktemp("stages")
    made = new_review(home)
    one, other = new_exports(home)
    made.update("start", UPDATE, "--pubmed", one, "--embase", other)
    found = {"started": keep(home, "started")}
    found["differed"] = keep(home, "differed")
    differ(Review(found["differed"] / "review"))
    screened(made)
    found["doubtful"] = keep(home, "doubtful")
    impossible = {"measure": "death", "events": "11", "total": "11", "definition": "not defined"}
    extracted(Review(found["doubtful"] / "review"), COUNT | impossible)
    forms(made)
    found["screened"] = keep(home, "screened")
    found["extracted"] = keep(home, "extracted")
    extract_otherwise(Review(found["extracted"] / "review"))
    return found


def differ(review: Review) -> None:
    """Two reviewers who do not agree on one report."""
    one, other = ALL, ALL | {SECOND: "include"}
    a = decisions(review, "a.csv", "title_abstract", one, "Reader A")
    b = decisions(review, "b.csv", "title_abstract", other, "Reader B")
    review.update("screen", "--decisions", a, "--decisions", b)


def extract_otherwise(review: Review) -> None:
    """Two extractors who do not agree on one count."""
    out = review.root / "_update" / UPDATE / "forms"
    fill(out / "b", (COUNT | {"events": "9", "as_printed": "nine"},), "Extractor B")
    review.update("extract", "--a", out / "a", "--b", out / "b")


def keep(home: Path, name: str) -> Path:
    target = home.parent / f"{home.name}-{name}"
    shutil.copytree(home, target, symlinks=True)
    return target


def add(review: Review) -> Any:
    late = review.write("late.ris", ris("Long rest once more in invented fever"))
    return lambda: updating.add(review.root, {"other": [late]})


def link(review: Review) -> Any:
    a, b, _ = read_update(review.root, UPDATE).records["record_id"]
    return lambda: updating.link(review.root, pair=(a, "same_study", b), person="O. Operator")


def screen(review: Review) -> Any:
    files = [decisions(review, f"{n}.csv", "title_abstract", ALL, f"Reader {n}") for n in "ab"]
    return lambda: updating.screen(review.root, decisions=files)


def extract(review: Review) -> Any:
    out = review.root / "_update" / UPDATE / "forms"
    return lambda: updating.extract(review.root, a=out / "a", b=out / "b")


def worklist(review: Review, name: str, **cells: str) -> Path:
    """A list made for people, each row filled in with the same."""
    sheet = review.root / "_update" / UPDATE / "worklists" / name
    return filled(sheet, review.root.parent / f"filled-{name}", lambda row: cells)


def resolve(review: Review) -> Any:
    settled = worklist(review, "conflicts-title_abstract.csv", decision="exclude", reason="too_few")
    return lambda: updating.screen(review.root, resolved=settled)


def adjudicate(review: Review) -> Any:
    decided = worklist(review, "extraction-open.csv", chosen="a", reason="read again")
    return lambda: updating.extract(review.root, adjudicated=decided, person="T. Third")


def acknowledge(review: Review) -> Any:
    said = worklist(review, "audit.csv", reason="the report prints it so")
    return lambda: updating.extract(review.root, acknowledged=said, person="T. Third")


def correct(review: Review) -> Any:
    """A form handed in anew after the third person has decided: form, names and decisions change together."""
    adjudicate(review)()
    out = review.root / "_update" / UPDATE / "forms"
    fill(out / "b", (COUNT | {"as_printed": "10 patients"},), "Extractor B")
    return lambda: updating.extract(review.root, b=out / "b")


def take_back(review: Review) -> Any:
    return lambda: updating.undo(review.root, UPDATE)


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        ("started", add),
        ("started", link),
        ("started", screen),
        ("differed", resolve),
        ("screened", extract),
        ("extracted", adjudicate),
        ("extracted", correct),
        ("doubtful", acknowledge),
        ("screened", take_back),
    ],
)
def test_a_step_killed_at_any_moment_leaves_the_old_or_the_new_and_can_be_repeated(
    stages: dict[str, Path], tmp_path: Path, stage: str, step: Action
) -> None:
    whole = copy(stages[stage], tmp_path / "whole")
    do = step(whole)
    before = whole.files("data")
    do()
    after = whole.files("data")
    assert after != before
    review = copy(stages[stage], tmp_path / "killed")
    seen = set()
    moment = 1
    action = step(review)
    while run_and_kill(action, review.root, moment):
        recover(review.root)
        now = review.files("data")
        assert now in (before, after), f"a mixture after moment {moment}"
        seen.add(now == after)
        if now == after:
            break
        moment += 5
    if step is not take_back:
        action()  # repeated, it completes what was not done and does nothing twice
    assert review.files("data") == after
    assert seen == {False, True} or seen == {False}


def copy(stage: Path, target: Path) -> Review:
    shutil.copytree(stage, target, symlinks=True)
    return Review(target / "review")


def test_two_operators_at_once_are_one_too_many(started: Review) -> None:
    late = started.write("late.ris", ris(f"{FIRST}, a second look"))
    before = started.files()
    ready, done = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        with only_writer(started.root):
            os.write(ready[1], b"x")
            os.read(done[0], 1)
        os._exit(0)
    os.read(ready[0], 1)
    try:
        together._held.clear()
        answer = started.update("import", "--other", late, "--json", status=1)
    finally:
        os.write(done[1], b"x")
        os.waitpid(child, 0)
    assert answer.rules == ["one-writer"]
    assert "Wait until it has ended" in answer.err
    assert started.files() == before
    started.update("import", "--other", late)


def test_lists_can_be_made_again_and_filled_ones_stay_the_operators(asked: Review) -> None:
    sheet = asked.root.parent / "links.csv"
    asked.update("link", "--out", sheet)
    first = sheet.read_bytes()
    sheet.unlink()
    asked.update("link", "--out", sheet)
    assert sheet.read_bytes() == first
    filled(sheet, sheet, lambda row: {"relation": "unrelated"})
    asked.update("link", "--decisions", sheet, "--person", "O. Operator")
    assert asked.stands()["step"] == "screen"
