"""What a run makes: the same bytes every time, only what is out of date, results for machines."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from jupytext.cli import jupytext

from helpers.faults import ReviewError
from helpers.mime import RESULT_MIME

from .conftest import RESULT, Clone, Review


def test_a_notebook_is_valid_and_holds_nothing_of_this_run_or_machine(shared_review: Review) -> None:
    notebook = shared_review.notebook("01-first")
    nbformat.validate(notebook)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert "version" not in notebook["metadata"]["language_info"]
    assert [cell["metadata"] for cell in notebook["cells"]] == [{}, {"tags": ["parameters"]}, {}, {}]
    assert str(shared_review.root) not in json.dumps(notebook)


def test_two_runs_give_the_same_bytes(shared_review: Review) -> None:
    before = shared_review.files()
    report = shared_review.run(force=True)
    assert report.ran == ["01-first", "02-second"]
    assert shared_review.files() == before


def test_results_are_collected_in_their_order(shared_review: Review) -> None:
    collected = json.loads((shared_review.root / "data/results/02-second.json").read_text())
    assert collected == {
        "notebook": "02-second",
        "results": [{"id": "two", "value": 0.95}, {"id": "three", "value": 0.95}],
    }


def test_a_second_run_skips_everything_and_says_so(shared_review: Review) -> None:
    report = shared_review.run()
    assert (report.ran, report.skipped, report.ok) == ([], ["01-first", "02-second"], True)
    assert "2 up to date and skipped (01-first, 02-second)" in report.summary()


def test_what_comes_before_the_first_notebook_can_stop_the_run_and_is_not_asked_without_one(
    shared_review: Review,
) -> None:
    def refuse() -> None:
        raise ReviewError([], "The data break their rules")

    before = shared_review.files()
    assert shared_review.run(before=refuse).ran == []
    with pytest.raises(ReviewError, match="break their rules"):
        shared_review.run(force=True, before=refuse)
    assert shared_review.files() == before


def test_a_fresh_clone_runs_everything_and_gets_the_same_bytes(shared_review: Review) -> None:
    before = shared_review.files()
    (shared_review.root / "_runs/state.json").unlink()
    assert shared_review.run().ran == ["01-first", "02-second"]
    assert shared_review.files() == before


def test_changed_inputs_are_run_again_and_results_are_no_input(review: Review) -> None:
    read = ("../data/counts.csv", "../data/extraction/form.txt", "../references.bib")
    review.write(
        "01-first", "from pathlib import Path", f"print([p for p in {read} if Path(p).exists() and open(p).read()])"
    )
    for name in read:
        path = review.root / "notebooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("something\n")
    assert review.run().ran == ["01-first"]
    (review.root / "data/results/summary.json").write_text("{}")
    (review.root / "data/README.md").write_text("made from the dictionary")
    for name in ("data/counts.csv", "data/extraction/form.txt", "references.bib", "requirements.lock"):
        assert review.run().skipped == ["01-first"]
        path = review.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("something else\n")
        assert review.run().ran == ["01-first"], name


def test_a_changed_notebook_is_run_again_alone(review: Review) -> None:
    review.write("01-first", "print(1)")
    review.write("02-second", "print(2)")
    review.run()
    review.write("02-second", "print(3)")
    report = review.run()
    assert (report.ran, report.skipped) == (["02-second"], ["01-first"])
    assert review.printed("02-second") == "3\n"


def test_a_changed_helper_is_a_changed_input_unless_no_notebook_can_import_it(clone: Clone) -> None:
    clone.write("01-first", "from helpers import faults", "print(faults.__file__)")
    done = clone.call("run")
    assert done.returncode == 0
    assert clone.printed("01-first").startswith(str(clone.root))
    # Nothing is printed but the summary and the progress bar, above all no warning of open connections.
    assert done.stdout.startswith("1 notebook run into notebooks/; ")
    assert "01-first" in done.stderr
    assert all(part.startswith("notebooks:") for part in done.stderr.strip().split("\r") if part.strip())
    ours = clone.root / "src/helpers"
    for name, skipped in (("publish/site.py", ["01-first"]), ("faults.py", [])):
        (ours / name).write_text((ours / name).read_text() + "\n# changed\n")
        assert json.loads(clone.call("run", "--json").stdout)["skipped"] == skipped


def test_whole_numbers_are_written_as_jupyterlab_writes_them(review: Review) -> None:
    """JavaScript has no 1.0: a notebook that is opened and saved must not change."""
    bundle = {"image/svg+xml": "<svg/>", RESULT_MIME: {"id": "one", "value": 1.0, "others": [83.0, 0.5, 1e300, True]}}
    review.write("01-first", f"from IPython.display import display\ndisplay({bundle}, metadata={{'x': 2.0}}, raw=True)")
    assert review.run().ok
    (output,) = review.notebook("01-first")["cells"][2]["outputs"]
    assert str(output["data"][RESULT_MIME]) == "{'id': 'one', 'others': [83, 0.5, 1e+300, True], 'value': 1}"
    assert str(output["metadata"]) == "{'x': 2}"
    assert '"value": 1\n' in (review.root / "data/results/01-first.json").read_text()


def test_other_parameters_leave_the_pair_alone(shared_review: Review) -> None:
    before = shared_review.files()
    report = shared_review.run("01", as_of="2023-06-30", parameters={"level": 0.9})
    assert report.folder == "_runs/2023-06-30,level=0.9"
    assert shared_review.files() == before
    assert shared_review.printed("01-first", report.folder) == "first 0.9\n"
    results = json.loads((shared_review.root / report.folder / "results/01-first.json").read_text())
    assert results["results"] == [{"id": "one", "value": 0.9}]
    assert shared_review.run("01", as_of="2023-06-30", parameters={"level": 0.9}).skipped == ["01-first"]
    assert shared_review.run("01", as_of="2023-06-30", parameters={"level": 0.8}).ran == ["01-first"]
    assert shared_review.printed("01-first", report.folder) == "first 0.9\n"


def test_a_kernel_knows_the_review_and_none_of_the_callers_settings(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    startup = tmp_path / "ipython/profile_default/startup/00.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("spoiled = True")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    (review.root / "notebooks/json.py").write_text("raise ImportError('shadows the standard library')")
    review.write(
        "01-first",
        "import os\nfrom helpers.project import find_root\nprint(find_root())",
        "print(os.getcwd(), os.environ['TZ'], hash('a'), 'spoiled' in globals())",
        "import sys\nconnection = sys.argv[sys.argv.index('-f') + 1]\nprint(open(connection).read())",
    )
    assert review.run().ok
    root, line, *connection = review.printed("01-first").splitlines()
    assert root == str(review.root)
    assert line == f"{review.root}/notebooks UTC 4644417185603328019 False"
    assert json.loads("\n".join(connection))["transport"] == "ipc"


COLD = ["import matplotlib.pyplot as plt\nplt.plot([1, 2]);", "from IPython.display import SVG\nSVG('<svg/>')"]


def test_a_warm_kernel_shows_what_a_cold_one_shows(review: Review, tmp_path: Path) -> None:
    from nbclient import NotebookClient

    review.write("01-first", *COLD)
    assert review.run().ok
    cold = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in COLD])
    NotebookClient(cold, kernel_name="python3").execute()
    warm = nbformat.read(review.root / "notebooks/01-first.ipynb", as_version=4).cells[-2:]
    for ours, theirs in zip(warm, cold.cells, strict=True):
        assert [o["data"] for o in ours.outputs] == [o["data"] for o in theirs.outputs]


def test_results_of_a_removed_notebook_go(review: Review) -> None:
    review.write("01-first", RESULT % "one")
    review.write("02-second", RESULT % "two")
    review.run()
    (review.root / "notebooks/py/02-second.py").unlink()
    report = review.run()
    assert report.removed == ["data/results/02-second.json"]
    assert set(json.loads((review.root / "data/results/run.json").read_text())["notebooks"]) == {"01-first"}
    (fault,) = report.faults
    assert (fault.file, fault.rule) == ("notebooks/02-second.ipynb", "pair-in-step")


def test_results_that_cannot_be_told_apart_or_are_no_numbers_are_refused(review: Review) -> None:
    review.write("01-first", RESULT % "same", RESULT % "same", RESULT.replace("level", "float('nan')") % "bad")
    report = review.run()
    assert [fault.rule for fault in report.faults] == ["unique-result", "finite-result"]
    assert not (review.root / "notebooks/01-first.ipynb").exists()


def test_a_temporary_folder_with_a_long_path_is_no_obstacle(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    review.write("01-first", "print(1)")
    assert review.run().ok


def test_jupytext_makes_the_same_script_of_the_executed_notebook(
    shared_review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = shared_review.root / "notebooks/py/01-first.py"
    before = script.read_text()
    monkeypatch.chdir(shared_review.root)
    jupytext(["--to", "py:percent", "--output", "-", "notebooks/01-first.ipynb"])
    assert capsys.readouterr().out.endswith(before.split("# # A title")[1])
    assert script.read_text() == before
