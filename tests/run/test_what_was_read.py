"""A notebook is run again when something it read has changed, and never stays when it would have become another."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from copies import second_review

from helpers import evidence, reads
from helpers.faults import ReviewError
from helpers.run import run_notebooks
from helpers.run.checks import check_notebooks
from run.conftest import Review

TABLES = (
    "counts",
    "studies",
    "cohorts",
    "findings",
    "statements",
    "comparisons",
    "comparison_groups",
    "flow",
    "sources",
)
STEPS = 7  # one of each kind of edit


def made_of(root: Path) -> dict[str, bytes]:
    """The notebooks and their results; the record of the run is another with each key."""
    paths = [*(root / "notebooks").glob("*.ipynb"), *(root / "data/results").glob("[0-9]*.json")]
    return {path.name: path.read_bytes() for path in paths}


def edit_table(root: Path, name: str, change: Callable[[list[dict[str, str]]], object]) -> None:
    path = root / f"data/{name}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    header = list(rows[0])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def another_cell(rows: list[dict[str, str]], chance: random.Random) -> str:
    """A number, a code or words of one cell, each another than it was."""
    row = chance.choice(rows)
    column = chance.choice([name for name in row if not name.endswith("_id") or name == "study_id"])
    others = sorted({other[column] for other in rows} - {row[column]})
    if row[column].isdigit():
        row[column] = str(int(row[column]) + 1)
    elif " " in row[column] or not others:
        row[column] = f"{row[column]} Made up, too.".strip()
    else:
        row[column] = chance.choice(others)
    return column


def added_row(rows: list[dict[str, str]], chance: random.Random) -> str:
    row = dict(chance.choice(rows))
    key = next(iter(row))
    row[key] += "-more"
    rows.insert(chance.randrange(len(rows) + 1), row)
    return row[key]


def edit(root: Path, chance: random.Random, step: int) -> str:
    """One edit of the data, such as people make; what it was."""
    if step % 7 == 5:
        path = root / chance.choice(["data/review.yaml", "data/corrections.yaml", "_quarto.yml", "references.bib"])
        text = path.read_text(encoding="utf-8")
        for before, after in (("Made up", "Invented"), ("made-up", "invented"), ("Made-up", "Invented")):
            text = text.replace(before, after, 1)
        path.write_text(text + "\n", encoding="utf-8")
        return path.name
    if step % 7 == 6:
        edit_table(root, "vocabularies", lambda rows: chance.choice(rows).update(label=f"Label {chance.random():.3f}"))
        return "label"
    table = chance.choice(TABLES)
    said: list[str] = []
    if step % 7 == 3:
        edit_table(root, table, lambda rows: said.append(added_row(rows, chance)))
    elif step % 7 == 4:
        edit_table(root, table, lambda rows: rows.pop(chance.randrange(len(rows))))
    else:
        edit_table(root, table, lambda rows: said.append(another_cell(rows, chance)))
    return f"{table} {said}"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = second_review(tmp_path_factory.mktemp("second") / "review")
    (root / "src").unlink()  # helpers are hashed as a folder that nobody edits meanwhile: see `still_helpers`
    assert run_notebooks(root, progress=False).ok
    return root


def loads(root: Path) -> bool:
    try:
        evidence.load(root)
    except (ReviewError, ValueError, KeyError):
        return False
    return True


@pytest.mark.parametrize("seed", [17])
def test_run_by_what_was_read_and_run_as_a_whole_give_the_same_bytes(second: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    by_reading, whole = (shutil.copytree(second, tmp_path / name, symlinks=True) for name in ("reading", "whole"))
    ran, left = 0, 0
    step = 0
    while step < STEPS:
        before = {path: path.read_bytes() for path in [*by_reading.glob("data/*.*"), by_reading / "_quarto.yml"]}
        said = edit(by_reading, chance, step)
        if not loads(by_reading):  # no data at all: `review check` says so, and nothing is run
            for path, content in before.items():
                path.write_bytes(content)
            continue
        step += 1
        for path in before:
            shutil.copy(path, whole / path.relative_to(by_reading))
        shutil.copy(by_reading / "references.bib", whole)
        report = run_notebooks(by_reading, progress=False)
        stale = {fault.file for fault in check_notebooks(by_reading)[0] if fault.rule == "up-to-date"}
        failed = {failure.notebook for failure in report.failed}
        assert {Path(name).stem for name in stale} <= failed, said
        ran, left = ran + len(report.ran), left + len(report.skipped)
        run_notebooks(whole, progress=False, force=True)
        assert made_of(by_reading) == made_of(whole), said
    assert ran and left  # both happen, or nothing is shown


def test_a_note_makes_due_only_what_shows_its_row(second: Path) -> None:
    root = second
    edit_table(root, "counts", lambda rows: rows[-1].update(note="Looked at again. Made up."))
    assert (run_notebooks(root, progress=False).ran, run_notebooks(root, progress=False).ran) == (["02-treatments"], [])
    edit_table(root, "searches", lambda rows: rows[-1].update(note="Looked at again. Made up."))
    record = root / "data/results/run.json"
    before = json.loads(record.read_text(encoding="utf-8"))["notebooks"]
    assert check_notebooks(root)[0] == []
    assert run_notebooks(root, progress=False).ran == []
    after = json.loads(record.read_text(encoding="utf-8"))["notebooks"]
    assert [{k: v for k, v in e.items() if k != "key"} for e in after.values()] == [
        {k: v for k, v in e.items() if k != "key"} for e in before.values()
    ]
    assert run_notebooks(root, progress=False, force=True).ok  # the record of a run is the same whenever it is made
    assert json.loads(record.read_text(encoding="utf-8"))["notebooks"] == after


@pytest.mark.parametrize(
    ("cell", "changed", "is_due"),
    [
        ("print(open('../data/own.csv').read())", "data/own.csv", True),
        (
            "import os; print(os.path.exists('../data/own.csv') and open('../data/own.csv').read())",
            "data/own.csv",
            True,
        ),
        ("print(open('../data/own.csv').read())", "data/other.csv", False),
        ("import os; print(len(os.listdir('../data')))", "data/other.csv", True),
        ("from pathlib import Path; print(list(Path('..').glob('data/*.csv')))", "data/other.csv", True),
        ("import pandas as pd; print(len(pd.read_csv('../data/own.csv')))", "data/own.csv", True),
        ("!cat ../data/own.csv", "data/own.csv", True),
        ("print(1)", "data/own.csv", False),
        ("print(1)", "requirements.lock", True),
    ],
)
def test_what_a_notebook_opens_by_itself_makes_it_due(review: Review, cell: str, changed: str, is_due: bool) -> None:
    (review.root / "data/own.csv").write_text("a\n1\n")
    review.write("01-first", cell)
    assert review.run().ran == ["01-first"]
    (review.root / changed).write_text("a\n1\n2\n")
    assert bool([f for f in check_notebooks(review.root)[0] if f.rule == "up-to-date"]) == is_due
    assert (review.run().ran == ["01-first"]) == is_due
    assert review.run().ran == []


def test_the_cell_that_asks_leaves_no_trace(review: Review) -> None:
    review.write("01-first", "print('seen:', 'reads' in dir(), 'helpers' in dir())")
    review.write("02-second", "1 / 0")
    report = review.run()
    assert review.printed("01-first") == "seen: False False\n"
    for notebook in (review.notebook("01-first"), review.notebook("02-second", "_runs/failed")):
        assert "recorded" not in json.dumps(notebook) and len(notebook["cells"]) == 3
    assert [failure.notebook for failure in report.failed] == ["02-second"]


@pytest.mark.parametrize("code", ["!ls", "%run other.py", "x = 1\n%%bash\nls", "import subprocess", "os.system('ls')"])
def test_what_goes_past_python_depends_on_everything(code: str) -> None:
    assert reads.needs_everything(code)
    assert not reads.needs_everything("review.select(section='a')  # 50 % and more!\nshare = a % b")
