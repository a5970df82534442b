"""The review as it would be with some files written, in a folder of its own, so that it can be checked first."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from helpers.project.folder import MARKER
from helpers.project.together import Content

SEEN = ("data", "notebooks/py", "locale")  # folders that checks read; what machines made of them is not among it
NOT_SEEN = ("data/results",)


@contextmanager
def as_if_written(root: Path, files: Mapping[str, Content]) -> Iterator[Path]:
    """A folder that looks like the review with `files` written; it is gone afterwards, and the review is untouched.

    Parameters
    ----------
    root : Path
        Folder of the review.
    files : mapping of str to str, bytes, Path or None
        As for `write_together`.

    Yields
    ------
    Path
        Tables, texts, configuration and bibliography; files that do not change are links to the review's.
    """
    with tempfile.TemporaryDirectory(prefix="review-") as made:
        home = Path(made)
        names = [MARKER, *(path.name for kind in ("*.bib", "*.qmd") for path in root.glob(kind))]
        for folder in SEEN:
            found = (path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file())
            names += [name for name in found if not name.startswith(NOT_SEEN)]
        for name in names:
            if name not in files:
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                (home / name).symlink_to((root / name).resolve())
        for name, content in files.items():
            if content is None:
                continue
            target = home / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, target)
            else:
                target.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        yield home
