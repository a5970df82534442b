"""Putting a finished folder in another's place in one step, and clearing up after builds that were killed."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RENAME_EXCHANGE = 2  # linux/fs.h
AT_FDCWD = -100
WORK = "_runs"  # next to the site, hence on the same disk: a rename cannot become a copy
PREFIX = "site-"
KEPT = "old"  # name of the folder that holds the previous site while it is replaced in two steps


@contextmanager
def workplace(root: Path, site: Path) -> Iterator[Path]:
    """A folder to build in, for one build at a time; it is gone afterwards, whatever happens.

    Leftovers of a killed build are removed first. Was it killed between two renames, the old site is put back.
    """
    work = root / WORK
    work.mkdir(exist_ok=True)
    with (work / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the system drops it when a build is killed
        for leftover in sorted(work.glob(f"{PREFIX}[0-9]*")):
            if not site.exists() and (leftover / KEPT).is_dir():
                (leftover / KEPT).rename(site)
            shutil.rmtree(leftover, ignore_errors=True)
        place = work / f"{PREFIX}{os.getpid()}"
        try:
            place.mkdir()
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def put_in_place(new: Path, site: Path, place: Path) -> None:
    """Make `new` the site; readers see the old one or the new one, never none and never a mixture.

    Parameters
    ----------
    new : Path
        Finished folder.
    site : Path
        Where it shall be.
    place : Path
        Folder of the build, which is removed later with whatever lies in it.
    """
    if not site.exists():
        new.rename(site)
    elif not _exchange(new, site):
        # No such call on this system or disk: two renames, and the way back should the second fail.
        site.rename(place / KEPT)
        try:
            new.rename(site)
        except OSError:
            (place / KEPT).rename(site)
            raise


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders in one step; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    arguments = (AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE)
    return bool(rename(*arguments) == 0)
