"""What is made from content alone is kept by a hash of that content: an unchanged page or picture is not made again."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Collection
from functools import cache
from importlib import metadata
from pathlib import Path

import helpers

WORK = "_runs"  # working files of a project; neither renderer looks into folders whose name begins so
FOLDER = f"{WORK}/kept"
UNUSED = 24 * 3600.0  # seconds after which a result that no build asked for is given up
SUFFIXES = (".py", ".qmd", ".html", ".xml", ".txt", ".typ")  # modules and templates
# What decides how a result looks, besides Pandoc, whose version is told apart.
MADE_BY = ("jinja2", "matplotlib", "openpyxl", "pandas", "pillow", "pypandoc_binary", "rocrate", "typst")


class Kept:
    """Results in a folder of a project, each under the hash of all that it was made from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, project: Path) -> Kept | None:
        """What a project keeps; None where it keeps nothing."""
        return cls(project / FOLDER) if (project / FOLDER).is_dir() else None

    def files(self, make: Callable[[Path], object], *parts: str | bytes) -> Path:
        """Folder with what `make` writes into the folder it is given; called only where these parts were never seen.

        Parameters
        ----------
        make : function
            Writes files; they must depend on nothing but `parts`.
        parts : str or bytes
            All that the files are made from.
        """
        digest = hashlib.sha256()
        for part in parts:
            content = part.encode() if isinstance(part, str) else part
            digest.update(f"{len(content)}\0".encode() + content)
        place = self.folder / digest.hexdigest()[:32]
        if place.is_dir():
            os.utime(place)
            return place
        new = self.folder / f".{uuid.uuid4().hex}"  # a build that is stopped leaves no half result under the hash
        new.mkdir()
        try:
            make(new)
            new.rename(place)
        except OSError:
            if not place.is_dir():  # else another thread was faster
                raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return place

    def sweep(self) -> None:
        """Give up what no build has asked for lately."""
        for place in self.folder.iterdir():
            if place.stat().st_mtime < time.time() - UNUSED:
                shutil.rmtree(place, ignore_errors=True)


def made(project: Path, make: Callable[[Path], object], target: Path, *parts: str | bytes) -> None:
    """Have `make` write files into `target`, or copy them from an earlier time where all parts are the same."""
    target.mkdir(parents=True, exist_ok=True)
    kept = Kept.of(project)
    if kept is None:
        make(target)
    else:
        shutil.copytree(kept.files(make, *parts), target, dirs_exist_ok=True)


@cache
def code() -> str:
    """Hash of the engine and of the libraries that make files: another program may make another file."""
    digest = hashlib.sha256()
    package = Path(helpers.__file__).parent
    for path in sorted(path for path in package.rglob("*") if path.suffix in SUFFIXES):
        digest.update(f"{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    digest.update(" ".join(f"{name} {metadata.version(name)}" for name in MADE_BY).encode())
    return digest.hexdigest()


def mirror(source: Path, target: Path, *, beside: Collection[str] = (), without: tuple[str, ...] = ()) -> list[str]:
    """Make a folder hold the files of another one and no others; a file that is the same already is not touched.

    Programs that watch a folder then see only what changed.

    Parameters
    ----------
    source, target : Path
        Folders; `target` is made where it is missing.
    beside : collection of str
        Names in `target`'s first level that are none of the copy's.
    without : tuple of str
        Beginnings of names in `source` that are not copied.

    Returns
    -------
    list of str
        Files that were written or removed.
    """
    listed = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    wanted = {name for name in listed if not name.startswith(without)}
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    changed = []
    for name in sorted(name for name in there - wanted if name.split("/")[0] not in beside):
        (target / name).unlink()
        changed.append(name)
    for name in sorted(wanted):
        if name in there and filecmp.cmp(source / name, target / name, shallow=False):
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
        changed.append(name)
    return changed
