"""`review check` sees what is wrong with notebooks without running them, and says all of it at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers.faults import Fault
from helpers.run import check_notebooks

from .conftest import Review


def rules(review: Review) -> list[tuple[str, str]]:
    return [(fault.file, fault.rule) for fault in check_notebooks(review.root)[0]]


@pytest.fixture
def copied(shared_review: Review, tmp_path: Path) -> Review:
    """A clean clone of a committed review: nothing of this machine's runs."""
    shutil.copytree(shared_review.root, tmp_path / "copy", ignore=shutil.ignore_patterns("_runs"))
    return Review(tmp_path / "copy")


def test_a_clean_clone_is_sound_and_counted(copied: Review) -> None:
    assert check_notebooks(copied.root) == ([], {"notebooks": 2, "code_cells": 7})
    assert not (copied.root / "_runs").exists()


def test_the_notebooks_of_the_review_keep_every_rule_of_form(root: Path) -> None:
    """Whether they are up to date is another test's: there they are rerun and compared."""
    faults, counted = check_notebooks(root)
    assert [str(fault) for fault in faults if fault.rule != "up-to-date"] == []
    assert counted["notebooks"] == len(list((root / "notebooks").glob("*.ipynb"))) == 14


@pytest.mark.parametrize(
    ("cell", "rule", "row", "value"),
    [
        ("x = 1\ndef f():\n    return 1", "no-functions", 2, "f"),
        ("class Thing:\n    pass", "no-functions", 1, "Thing"),
        ("f = lambda x: x", "no-functions", 1, "f = lambda x: x"),
        ("\n".join(f"x{i} = {i}" for i in range(13)), "at-most-12-lines", 1, "13"),
        ("x = 1\ny = = 2", "plain-python", 2, "y = = 2"),
        ("from helpers import numbers, publish", "one-direction", 1, "publish"),
        ("import helpers.cli.app", "one-direction", 1, "cli"),
        ("from helpers.run import run_notebooks", "one-direction", 1, "run"),
    ],
)
def test_a_cell_that_breaks_a_rule_is_named(copied: Review, cell: str, rule: str, row: int, value: str) -> None:
    copied.write("01-first", "print(1)", cell)
    (fault,) = [fault for fault in check_notebooks(copied.root)[0] if fault.rule not in ("pair-in-step",)]
    assert (fault.rule, fault.row, fault.column, fault.value) == (rule, 11 + row, "cell 4", value)


def test_what_is_allowed_is_not_reported(copied: Review) -> None:
    options = "#| label: fig-x\n#| fig-cap: A caption\n"
    copied.write("01-first", options + "\n".join(f"x{i} = {i}" for i in range(12)), "sorted([1], key=lambda x: -x)")
    assert rules(copied) == [("notebooks/01-first.ipynb", "pair-in-step")]


def test_a_notebook_has_at_most_thirty_code_cells(copied: Review) -> None:
    copied.write("01-first", *["x = 1"] * 30)
    assert ("notebooks/py/01-first.py", "at-most-30-cells") in rules(copied)


def test_all_faults_of_all_notebooks_come_at_once(copied: Review) -> None:
    copied.write("01-first", "def f(): pass", parameters=None)
    (copied.root / "notebooks/02-second.ipynb").write_text("{}")
    (copied.root / "notebooks/03-new.ipynb").write_text("{}")
    (copied.root / "notebooks/py/04-broken.py").write_bytes(b"\xff")
    found = rules(copied)
    assert ("notebooks/py/01-first.py", "one-parameters-cell") in found
    assert ("notebooks/py/01-first.py", "no-functions") in found
    assert ("notebooks/01-first.ipynb", "pair-in-step") in found
    assert ("notebooks/02-second.ipynb", "notebook-format") in found
    assert ("notebooks/03-new.ipynb", "pair-in-step") in found
    assert ("notebooks/py/04-broken.py", "notebook-format") in found
    assert len(found) == 6


def test_a_stale_notebook_is_seen_without_running_it(copied: Review) -> None:
    (copied.root / "requirements.lock").write_text("pandas==4\n")
    faults = check_notebooks(copied.root)[0]
    assert [fault.rule for fault in faults] == ["up-to-date"] * 2
    assert faults[0].fix == "Run: review run 01-first"


def test_a_notebook_out_of_step_says_how_to_get_back(copied: Review) -> None:
    copied.edit_in_jupyter("01-first", "print('first', level)", "print('hand', level)")
    copied.write("02-second", "print('new')")
    jupyter, script = check_notebooks(copied.root)[0]
    assert "jupytext --sync notebooks/01-first.ipynb" in jupyter.fix
    assert script.fix == "Run: review run 02-second"


def test_a_notebook_that_was_saved_in_both_forms_is_said_to_be_edited(copied: Review) -> None:
    copied.edit_in_jupyter("01-first", "print('first', level)", "print('hand', level)")
    script = copied.root / "notebooks/py/01-first.py"
    script.write_text(script.read_text().replace("print('first', level)", "print('hand', level)"))
    (fault,) = check_notebooks(copied.root)[0]
    assert (fault.rule, fault.message) == ("up-to-date", "it was edited since it was run")


def test_outputs_that_a_run_did_not_write_are_seen(copied: Review) -> None:
    copied.edit_in_jupyter("01-first", '"first 0.95', '"first 0.99')
    (copied.root / "data/results/02-second.json").unlink()
    assert rules(copied) == [
        ("notebooks/01-first.ipynb", "outputs-of-last-run"),
        ("data/results/02-second.json", "up-to-date"),
    ]


def test_a_result_changed_by_hand_is_seen(copied: Review) -> None:
    results = copied.root / "data/results/02-second.json"
    results.write_text(results.read_text(encoding="utf-8").replace("0.95", "0.96"), encoding="utf-8")
    assert rules(copied) == [("data/results/02-second.json", "results-of-last-run")]


def test_a_damaged_record_is_a_fault_and_the_way_out_works(copied: Review) -> None:
    record = copied.root / "data/results/run.json"
    record.write_text("<<<<<<< HEAD\n" + record.read_text())
    assert ("data/results/run.json", "run-record") in rules(copied)
    record.unlink()
    assert copied.run(force=True).ok
    assert rules(copied) == []


def test_warnings_and_addresses_must_not_be_published(review: Review) -> None:
    review.write("01-first", "import warnings\nwarnings.warn('old call')", "object()")
    assert review.run().ok
    faults: list[Fault] = check_notebooks(review.root)[0]
    assert [(fault.rule, fault.column) for fault in faults] == [
        ("clean-outputs", "cell 3"),
        ("same-every-run", "cell 4"),
    ]
    assert "UserWarning: old call" in str(faults[0].value)


@pytest.mark.parametrize(("cell", "is_told"), [("import time\nprint(time.time())", True), ("print(1234567890)", False)])
def test_the_time_of_a_run_must_not_be_published(review: Review, cell: str, is_told: bool) -> None:
    review.write("01-first", cell)
    review.run()
    assert [fault.rule for fault in check_notebooks(review.root)[0]] == ["same-every-run"] * is_told
