"""All notebooks: what is out of date is run side by side, and each result is put in place as a whole."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from helpers.faults import Fault, ReviewError
from helpers.project import write_atomically
from helpers.run import results
from helpers.run.failure import Failure
from helpers.run.jobs import Job, make_jobs, output_folder, sha256
from helpers.run.keys import (
    RECORD,
    STATE,
    Entry,
    Inputs,
    read_record,
    refuse_foreign_helpers,
    write_record,
)
from helpers.run.outcome import RunReport
from helpers.run.pairs import choose_pairs, find_pairs, row_of, sources_digest, written
from helpers.run.safety import orphan_faults, unsynced_fault

if TYPE_CHECKING:
    import nbformat

    from helpers.run.kernels import Kernels

LOCK = "_runs/lock"
LOOK = 0.2  # seconds between two looks at the keyboard


def run_notebooks(
    root: Path,
    notebooks: Sequence[str] | None = None,
    *,
    as_of: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    jobs: int | None = None,
    force: bool = False,
    progress: bool = True,
    before: Callable[[], None] | None = None,
) -> RunReport:
    """Execute the notebooks that are out of date.

    With the default parameters the committed pair is updated in place, and its results in ``data/results/``. With any
    other the executed notebooks go to a folder that is named after them, and the pair stays: ``_runs/<as_of>/``,
    ``_runs/level=0.9/``, ``_runs/<as_of>,level=0.9/``.

    Parameters
    ----------
    root : Path
        The review's folder.
    notebooks : sequence of str, optional
        Names, numbers or paths; default all.
    as_of : str, optional
        Update to look back at, as an ISO date: sets the parameter ``as_of``.
    parameters : mapping, optional
        Further parameters; a name or value that does not fit is refused before anything runs.
    jobs : int, optional
        Notebooks at a time; default one per core.
    force : bool
        Run also what is up to date. Edits made in Jupyter are never overwritten, not even so.
    progress : bool
        Show a progress bar on stderr.
    before : callable, optional
        Called once before the first notebook, and only when there is one to run; what it raises stops the run.

    Returns
    -------
    RunReport
        A failed notebook is in it, and did not keep the others from finishing.

    Raises
    ------
    ReviewError
        Nothing was run: unknown notebooks or parameters, scripts that cannot be read, a run that is already going.
    OSError
        A folder cannot be written.
    """
    started = time.perf_counter()
    refuse_foreign_helpers(root)
    given = dict(parameters or {}) | ({} if as_of is None else {"as_of": as_of})
    with _only_run(root):
        chosen = choose_pairs(root, notebooks)
        state, record = read_record(root, STATE), read_record(root, RECORD)
        due, skipped = make_jobs(root, chosen, given, state, record, force=force)
        report = RunReport(folder=output_folder(given), skipped=skipped)
        if not given:
            _renew(root, skipped, state, record)
            unsynced = [unsynced_fault(job.pair, sources_digest(job.notebook), record) for job in due]
            report.faults += [fault for fault in unsynced if fault]
            due = [job for job, fault in zip(due, unsynced, strict=True) if not fault]
        if due and before:
            before()
        for job in due:
            _refuse_unwritable(job.target.parent, job.result.parent)
        _run_all(due, jobs or _cores(), progress, report, state, record, default=not given)
        if not given:
            _tidy(root, report, state, record, everything=not notebooks)
    report.ran.sort()
    report.faults.sort(key=lambda fault: (fault.file, fault.row or 0))
    report.seconds = round(time.perf_counter() - started, 2)
    return report


@contextmanager
def _only_run(root: Path) -> Iterator[None]:
    """Keep a second run out; the system lets go of the lock however this process ends."""
    path = root / LOCK
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = "another `review run` is at work in this folder"
            fix = "Wait until it has ended, then run again."
            raise ReviewError([Fault(LOCK, None, None, None, "one-run", message, fix)], "Nothing was run") from None
        yield


def _cores() -> int:
    """Cores that this process may use, where the system can tell; a container may have fewer than the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _refuse_unwritable(*folders: Path) -> None:
    """Find out before a minute of work, not after."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(folder))


def _run_all(
    due: Sequence[Job],
    at_once: int,
    progress: bool,
    report: RunReport,
    state: dict[str, Entry],
    record: dict[str, Entry],
    *,
    default: bool,
) -> None:
    if not due:
        return
    from helpers.run.kernels import kernels_of  # Jupyter takes a second to import, which a run without work can spare
    from helpers.run.nursery import imported_modules

    root = due[0].pair.root
    cells = (cell for job in due for cell in job.notebook.cells if cell.cell_type == "code")
    # Elsewhere, system libraries that these modules load may not survive a fork.
    modules = imported_modules(cell.source for cell in cells) if sys.platform == "linux" else []
    workers = max(1, min(at_once, len(due)))
    bar = tqdm(total=len(due), desc="notebooks", unit="nb", disable=not progress, dynamic_ncols=True)
    with (
        bar,
        kernels_of(root, modules) as kernels,
        ThreadPoolExecutor(workers) as pool,
        _interrupt_held() as is_pressed,
    ):
        waiting: dict[Future[Any], Job] = {pool.submit(_one, job, kernels): job for job in due}
        order = list(waiting.values())
        try:
            while waiting:
                bar.set_postfix_str(", ".join(job.pair.name for job in order[:workers]), refresh=True)
                finished: set[Future[Any]] = set()
                while not finished:
                    if is_pressed():
                        raise KeyboardInterrupt
                    finished, _ = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
                for future in finished:
                    job = waiting.pop(future)
                    order.remove(job)
                    _put_in_place(job, future.result(), report, state, record, default=default)
                    bar.update()
        except BaseException:  # Ctrl-C or a full disk: end what runs, start nothing more
            for future in waiting:
                future.cancel()
            kernels.stop()
            raise


@contextmanager
def _interrupt_held() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed: as an exception in the midst of `wait` it would keep a lock that the workers need."""
    pressed: list[int] = []
    is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # as for a job in the background
    if is_ignored or threading.current_thread() is not threading.main_thread():  # signals go to the main thread
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _one(job: Job, kernels: Kernels) -> tuple[nbformat.NotebookNode, dict[str, str]] | Failure:
    from helpers.run.execute import execute

    return execute(job.pair, job.notebook, job.parameters, kernels)


def _put_in_place(
    job: Job,
    outcome: tuple[nbformat.NotebookNode, dict[str, str]] | Failure,
    report: RunReport,
    state: dict[str, Entry],
    record: dict[str, Entry],
    *,
    default: bool,
) -> None:
    """Write a finished notebook with its results; a crash in between leaves it to be run again."""
    root, name = job.pair.root, job.pair.name
    if isinstance(outcome, Failure):
        report.failed.append(outcome)
        report.faults.append(outcome.fault(row_of(job.script, outcome.source, outcome.line)))
        return
    executed, found = outcome
    try:
        result = results.harvest(job.pair, executed.cells)
    except ReviewError as error:
        report.faults += error.faults
        return
    if (job.target.read_bytes() if job.target.is_file() else None) != job.before:
        message = "it was saved by someone else while it ran, so the new outputs were not put over it"
        fix = f"Finish the edits, then: review run {name}"
        report.faults.append(Fault(job.place, None, None, None, "no-lost-edit", message, fix))
        return
    text = written(executed)
    write_atomically(job.result, result)
    write_atomically(job.target, text)
    digest = sha256(text.encode())
    state[job.place] = {"key": job.key, "outputs_sha256": digest}
    write_record(root, STATE, state)
    if default:
        made = {"outputs_sha256": digest, "sources_sha256": sources_digest(job.notebook)}
        record[name] = job.inputs.entry(job.script.encode(), found) | made
        write_record(root, RECORD, record)
    report.ran.append(name)


def _renew(root: Path, skipped: Sequence[str], state: dict[str, Entry], record: dict[str, Entry]) -> None:
    """Note that these would become the same from what is here now, so that the next look is a short one."""
    inputs, changed = Inputs(root), False
    for pair in (pair for pair in find_pairs(root) if pair.name in skipped):
        key = inputs.key(pair.script.read_bytes(), {})
        for entry in (state[pair.notebook_name], record[pair.name]):
            changed |= entry["key"] != key
            entry["key"] = key
    if changed:
        write_record(root, RECORD, record)
        write_record(root, STATE, state)


def _tidy(
    root: Path,
    report: RunReport,
    state: dict[str, Entry],
    record: dict[str, Entry],
    *,
    everything: bool,
) -> None:
    """Forget notebooks that are no more, and report executed notebooks without a script."""
    pairs = find_pairs(root)
    names = {pair.name for pair in pairs}
    report.removed = results.remove_orphans(root, pairs)
    kept = {name: entry for name, entry in record.items() if name in names}
    if kept != record:
        write_record(root, RECORD, kept)
    here = {place: entry for place, entry in state.items() if (root / place).is_file()}
    if here != state:
        write_record(root, STATE, here)
    if everything:
        report.faults += orphan_faults(root)
