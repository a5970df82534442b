"""Several files as one: all new or all old, whenever the process is killed; and one writer at a time."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from helpers.faults import Fault, ReviewError

JOURNAL = "_update/.journal"  # `make clean` leaves it: what was begun must be finished or undone, never forgotten
LOCK = "_update/.lock"
KEPT = "_update/kept"  # files edited by hand between a crash and its repair
Content = str | bytes | Path | None  # text, bytes, a file to copy, or nothing: the file is removed
_held: set[Path] = set()  # folders whose lock this process has


@contextmanager
def only_writer(root: Path) -> Iterator[None]:
    """Keep other commands from writing, and finish or undo first what a killed one left behind.

    Raises
    ------
    ReviewError
        Another command is writing in this folder.
    """
    home = root.resolve()
    if home in _held:  # the command has it already
        yield
        return
    path = home / LOCK
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system lets go of it however the process ends
        except BlockingIOError:
            message = "another command is writing in this folder"
            fix = "Wait until it has ended, then repeat the command; nothing was changed."
            raise ReviewError([Fault(LOCK, None, None, None, "one-writer", message, fix)], "Nothing was done") from None
        _held.add(home)
        try:
            _finish(home)
            yield
        finally:
            _held.discard(home)


def recover(root: Path) -> list[str]:
    """Finish what a killed `write_together` had committed, undo what it had only prepared.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    list of str
        Files brought to their new state; empty when there was nothing to finish.

    Raises
    ------
    ReviewError
        The command that writes is still at work.
    """
    if not any((root / f"{JOURNAL}{state}").exists() for state in ("", ".new", ".done")):
        return []
    begun = _committed(root)
    with only_writer(root):
        return begun


def write_together(
    root: Path, files: Mapping[str, Content], *, unless_changed: Mapping[str, Content] | None = None
) -> list[str]:
    """Write, replace and remove several files as one: after a crash at any moment all are new, or all are old.

    The new files are staged beside the review, a marker is put in place in one step, and only then the files are
    renamed to where they belong. Killed before the marker, nothing has happened; killed after it, `recover`, with
    which every command begins, does the rest.

    Parameters
    ----------
    root : Path
        Folder of the review.
    files : mapping of str to str, bytes, Path or None
        Content by path within the review; a Path is copied, however large it is; None removes the file.
    unless_changed : mapping of str to bytes or None, optional
        What the caller read and built upon; None says that there was no such file.

    Returns
    -------
    list of str
        Paths that changed; those that held their content already are left alone.

    Raises
    ------
    ValueError
        A path leads out of the review.
    ReviewError
        Another command is writing, or a file of `unless_changed` is no longer what it was. Nothing was written.
    OSError
        A folder cannot be written, or the disk is full. Nothing was written.
    """
    home = root.resolve()
    for name in files:
        _refuse_outside(name)
    with only_writer(home):
        stale = [name for name, read in (unless_changed or {}).items() if digest(home / name) != digest(read)]
        if stale:
            fix = "Nothing was written. Repeat the command, which then builds on the file as it is now."
            message = "it was changed by someone else while the command worked"
            raise ReviewError([Fault(n, None, None, None, "no-lost-edit", message, fix) for n in stale])
        changed = {name: new for name, new in files.items() if digest(home / name) != digest(new)}
        if changed:
            _stage(home, changed)
            _finish(home)
    return sorted(changed)


def _refuse_outside(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name or not path.parts:
        raise ValueError(f"not a path within the review: {name!r}")


def digest(content: Content) -> str | None:
    """SHA-256 of a content, or of a file's, read in pieces; None where there is none."""
    if isinstance(content, Path):
        if not content.is_file():
            return None
        with content.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    data = content.encode("utf-8") if isinstance(content, str) else content
    return None if data is None else hashlib.sha256(data).hexdigest()


def _stage(home: Path, changed: Mapping[str, Content]) -> None:
    """Put everything new beside the review, then the marker, in one step."""
    for name in changed:  # found out now, not when half is renamed
        target = home / name
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        folder = next(parent for parent in target.parents if parent.exists())
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    stage = home / f"{JOURNAL}.new"
    try:
        stage.mkdir(parents=True)
        entries = []
        for number, (name, new) in enumerate(sorted(changed.items())):
            if new is not None:
                _write_through(stage / str(number), new)
            after = None if new is None else digest(stage / str(number))
            entries.append({"path": name, "staged": str(number), "before": digest(home / name), "after": after})
        _write_through(stage / "manifest.json", json.dumps(entries))
        _sync(stage)
        stage.rename(home / JOURNAL)  # the marker: from here on there is only forward
        _sync(stage.parent)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise


def _write_through(path: Path, content: str | bytes | Path) -> None:
    with path.open("wb") as stream:
        if isinstance(content, Path):
            with content.open("rb") as source:
                shutil.copyfileobj(source, stream)
        else:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _committed(home: Path) -> list[str]:
    return [entry["path"] for entry in _entries(home)] if (home / JOURNAL).is_dir() else []


def _entries(home: Path) -> list[dict[str, Any]]:
    """What a journal says is to be renamed; refused whole where it is none that `_stage` wrote.

    The folder can come with a branch of someone else's, so its paths are held against the same rule as our own.
    """
    try:
        entries = json.loads((home / JOURNAL / "manifest.json").read_bytes())
        for entry in entries:
            _refuse_outside(entry["path"])
            if not entry["staged"].isdecimal() or not {"before", "after"} <= entry.keys():
                raise ValueError("an entry of another shape")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        message = "it holds what a command that was killed had still to put in place, and it cannot be read or trusted"
        fix = (
            f"Run `review doctor`, which puts it aside under {KEPT}/; then see with `git status` whether the last command"
            " had ended, and repeat it if not."
        )
        fault = Fault(f"{JOURNAL}/manifest.json", None, None, None, "journal", message, fix)
        raise ReviewError([fault], "Nothing was done") from None
    return list(entries)


def journal_faults(root: Path) -> list[Fault]:
    """What is wrong with a journal that a killed command has left, so that `recover` refuses it; nothing where there is none."""
    try:
        _committed(root)
    except ReviewError as error:
        return list(error.faults)
    return []


def put_aside(root: Path, name: str) -> str:
    """Move a file or folder that machines made and that cannot be used any more out of the way.

    Parameters
    ----------
    root : Path
        Folder of the review.
    name : str
        Path within the review.

    Returns
    -------
    str
        Where it lies now, under ``_update/kept/``, beside what was put aside earlier.
    """
    _refuse_outside(name)
    number = 1
    while (kept := root / KEPT / f"{name.removeprefix('_update/').lstrip('.')}.{number}").exists():
        number += 1
    kept.parent.mkdir(parents=True, exist_ok=True)
    (root / name).rename(kept)
    return str(kept.relative_to(root))


def _finish(home: Path) -> None:
    """Undo what was only prepared; rename what was committed, as often as it takes."""
    journal, done = home / JOURNAL, home / f"{JOURNAL}.done"
    for leftover in (home / f"{JOURNAL}.new", done):
        shutil.rmtree(leftover, ignore_errors=True)
    if not journal.is_dir():
        return
    for entry in _entries(home):
        target, staged = home / entry["path"], journal / entry["staged"]
        now = digest(target)
        if now not in (None, entry["before"], entry["after"]):  # edited by hand after the crash: a copy stays
            kept = home / KEPT / f"{entry['path']}.{str(now)[:12]}"
            kept.parent.mkdir(parents=True, exist_ok=True)
            target.rename(kept)
        if entry["after"] is None:
            target.unlink(missing_ok=True)
        elif staged.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
            staged.replace(target)
        if target.parent.is_dir():
            _sync(target.parent)
    journal.rename(done)
    shutil.rmtree(done, ignore_errors=True)
