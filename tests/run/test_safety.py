"""Nothing that a person wrote is lost, and no crash leaves half a notebook."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupytext.cli import jupytext

from helpers.faults import ReviewError
from helpers.run import runner
from helpers.run.safety import both_edited

from .conftest import Review, new_review, with_helpers

Wait = Callable[[Callable[[], bool]], None]
WAITING = "import pathlib, time\nprint(pathlib.Path('../started').write_text('x'))\ntime.sleep(60)"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Review:
    made = new_review(tmp_path_factory.mktemp("ran") / "review")
    made.write("01-first", "print('as run')")
    made.write("02-second", "print(2)")
    assert made.run().ok
    return made


@pytest.fixture
def run_once(ran: Review, tmp_path: Path) -> Review:
    shutil.copytree(ran.root, tmp_path / "once")
    return Review(tmp_path / "once")


@pytest.fixture
def edited(run_once: Review, monkeypatch: pytest.MonkeyPatch) -> Review:
    """Run once, then edited in Jupyter without its script."""
    run_once.edit_in_jupyter("01-first", "print('as run')", "print('by hand')")
    monkeypatch.chdir(run_once.root)
    return run_once


@pytest.mark.parametrize("force", [False, True])
def test_an_edit_made_in_jupyter_is_never_overwritten(edited: Review, force: bool) -> None:
    before = edited.files("notebooks")
    (edited.root / "requirements.lock").write_text("pandas==4\n")  # every notebook is due
    report = edited.run(force=force)
    (fault,) = report.faults
    assert (fault.file, fault.rule) == ("notebooks/01-first.ipynb", "no-lost-edit")
    assert report.ran == ["02-second"]
    assert {k: v for k, v in edited.files("notebooks").items() if "01" in k} == {
        k: v for k, v in before.items() if "01" in k
    }


def test_the_way_to_keep_the_edit_keeps_it(edited: Review) -> None:
    (fault,) = edited.run().faults
    assert "touch notebooks/01-first.ipynb && jupytext --sync notebooks/01-first.ipynb" in fault.fix
    (edited.root / "notebooks/01-first.ipynb").touch()
    jupytext(["--sync", "notebooks/01-first.ipynb"])
    assert edited.run().ok
    assert edited.printed("01-first") == "by hand\n"


def test_the_way_to_drop_the_edit_drops_it(edited: Review) -> None:
    (fault,) = edited.run().faults
    assert "rm notebooks/01-first.ipynb, then: review run 01-first" in fault.fix
    (edited.root / "notebooks/01-first.ipynb").unlink()
    assert edited.run().ok
    assert edited.printed("01-first") == "as run\n"


def test_when_both_were_edited_the_way_out_keeps_both(edited: Review) -> None:
    edited.write("01-first", "print('in the script')")
    (fault,) = edited.run().faults
    assert "both edited" in fault.message
    jupytext(["--to", "py:percent", "--output", "_runs/01-first.from-notebook.py", "notebooks/01-first.ipynb"])
    assert "print('by hand')" in (edited.root / "_runs/01-first.from-notebook.py").read_text()
    assert "print('in the script')" in (edited.root / "notebooks/py/01-first.py").read_text()


def test_before_a_sync_only_what_was_edited_in_both_forms_is_refused(edited: Review) -> None:
    assert both_edited(edited.root) == []  # the sync takes the notebook's edit over
    edited.write("01-first", "print('in the script')")
    (fault,) = both_edited(edited.root)
    assert (fault.file, fault.rule) == ("notebooks/01-first.ipynb", "no-lost-edit")
    edited.write("01-first", "print('by hand')")  # saved in both forms at once
    assert both_edited(edited.root) == []


def test_an_edited_script_alone_is_no_conflict(run_once: Review) -> None:
    run_once.write("01-first", "print(2)", "print(3)")
    assert run_once.run().ok
    assert run_once.printed("01-first") == "2\n3\n"


def test_the_same_edit_in_both_forms_is_no_conflict(edited: Review) -> None:
    edited.write("01-first", "print('by hand')")
    assert edited.run().ran == ["01-first"]


def test_outputs_changed_by_hand_are_made_anew(run_once: Review) -> None:
    right = run_once.files()
    run_once.edit_in_jupyter("01-first", '"as run\\n"', '"as wanted\\n"')
    assert run_once.run().ran == ["01-first"]
    assert run_once.files() == right


def test_a_notebook_saved_while_it_runs_is_not_overwritten(run_once: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = runner._one

    def saving(*arguments: Any) -> Any:
        run_once.edit_in_jupyter("02-second", "print(2)", "print('meanwhile')")
        return inner(*arguments)

    monkeypatch.setattr(runner, "_one", saving)
    (fault,) = run_once.run("02", force=True).faults
    assert "saved by someone else while it ran" in fault.message
    assert "meanwhile" in (run_once.root / "notebooks/02-second.ipynb").read_text()


def test_two_runs_at_once_are_one_too_many(review: Review) -> None:
    review.write("01-first", "print(1)")
    with runner._only_run(review.root), pytest.raises(ReviewError, match="another `review run`"):
        review.run()


def test_a_failing_notebook_is_kept_with_its_traceback_and_the_pair_stays(run_once: Review) -> None:
    review, pair = run_once, run_once.files()
    review.write("01-first", "#| echo: false\ntotal = 0", "print(1)\nshare = 1 / total\nprint(share)")
    review.write("02-second", "print('still finishes')")
    report = review.run()
    assert report.ran == ["02-second"]
    (fault,) = report.faults
    assert (fault.file, fault.row, fault.column) == ("notebooks/py/01-first.py", 14, "cell 4")
    assert fault.value == "share = 1 / total"
    assert fault.message == "stopped by ZeroDivisionError: division by zero"
    assert "_runs/failed/01-first.ipynb" in fault.fix
    assert "review run 01-first" in fault.fix
    assert review.files()["notebooks/01-first.ipynb"] == pair["notebooks/01-first.ipynb"]
    failed = review.notebook("01-first", "_runs/failed")
    assert failed["cells"][3]["outputs"][-1]["ename"] == "ZeroDivisionError"
    assert "papermill" not in json.dumps(failed)
    review.write("01-first", "print('mended')")
    assert review.run().ok
    assert not (review.root / "_runs/failed/01-first.ipynb").exists()


def test_a_kernel_that_dies_is_a_failed_notebook(review: Review) -> None:
    review.write("01-first", "print(1)", "import os\nos._exit(3)")
    (fault,) = review.run().faults
    assert fault.column == "cell 4"
    assert "DeadKernelError: Kernel died" in fault.message
    assert (review.root / "_runs/failed/01-first.ipynb").exists()


def test_a_busy_machine_may_be_late_with_the_last_output(review: Review) -> None:
    late = """\
import time
kernel = get_ipython().kernel
publish = kernel._publish_status
def slowly(status, *args, **more):
    time.sleep(5 if status == "idle" else 0)  # longer than nbclient waits by itself
    publish(status, *args, **more)
kernel._publish_status = slowly
print("done")"""
    review.write("01-first", late)
    report = review.run("01-first")
    assert report.ok, report.summary()
    assert review.printed("01-first") == "done\n"


def test_a_module_that_is_missing_is_a_failed_notebook(review: Review) -> None:
    review.write("01-first", "import no_such_module")
    (fault,) = review.run().faults
    assert fault.message == "stopped by ModuleNotFoundError: No module named 'no_such_module'"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_pairs_whole_and_nothing_behind(
    run_once: Review, no_leftovers: Path, wait_for: Wait, number: signal.Signals
) -> None:
    clone = with_helpers(run_once)
    clone.write("02-second", WAITING)
    before = clone.files("notebooks")
    running = clone.start("run", "--jobs", "1")
    wait_for((clone.root / "started").exists)
    os.kill(running.pid, number)
    _, said = running.communicate(timeout=30)
    assert running.returncode == (130 if number == signal.SIGINT else -number)
    assert ("Interrupted." in said) == (number == signal.SIGINT)
    assert "Traceback" not in said
    assert clone.files("notebooks") == before
    assert not (clone.root / "_runs/failed").exists()
    wait_for(lambda: not list(no_leftovers.iterdir()))
    if number == signal.SIGKILL:  # what had finished need not be run again
        clone.write("02-second", "print(2)")
        done = json.loads(clone.call("run", "--json").stdout)
        assert (done["ran"], done["skipped"]) == (["02-second"], ["01-first"])


def test_ctrl_c_never_breaks_into_what_holds_a_lock(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    review.write("01-first", "print(1)")
    wait, whole = runner.wait, []

    def interrupted(*args: Any, **options: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        whole.append(True)  # an exception would have left a lock behind, and the run would wait for ever
        return wait(*args, **options)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run in the background
    try:
        monkeypatch.setattr(runner, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            review.run()
        assert whole == [True]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        monkeypatch.undo()
        assert review.run().ok
    finally:
        signal.signal(signal.SIGINT, before)


def limit_file_size() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))


def test_a_file_that_cannot_be_written_whole_is_not_written_at_all(run_once: Review) -> None:
    clone = with_helpers(run_once)
    clone.write("01-first", "print('x' * 2_000_000)")
    before = clone.files("notebooks")
    done = clone.call("run", "01", "--json", preexec_fn=limit_file_size)
    assert done.returncode == 1
    (fault,) = json.loads(done.stdout)["faults"]
    assert (fault["rule"], fault["message"]) == (
        "writable",
        "reading or writing failed: File too large; nothing is half-written",
    )
    assert "Traceback" not in done.stderr
    assert clone.files("notebooks") == before


def test_a_full_disk_stops_the_run_and_leaves_the_pair(run_once: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = run_once.files()

    def full(path: Path, content: str) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(runner, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        run_once.run("01", force=True)
    assert run_once.files() == pair


def test_a_folder_that_cannot_be_written_is_found_before_anything_runs(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    review.write("01-first", "print(1)")
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "results")  # root may write anywhere
    with pytest.raises(PermissionError) as caught:
        review.run()
    assert caught.value.filename == str(review.root / "data/results")
    assert not (review.root / "notebooks/01-first.ipynb").exists()
