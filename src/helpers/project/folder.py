"""Where things lie in a review's folder, and how one file is written so that a crash leaves the old one whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from helpers.faults import Fault, ReviewError

MARKER = "_quarto.yml"
ROOT_VARIABLE = "REVIEW_ROOT"  # set by the runner, so that a kernel finds the folder whatever its working directory
OWN = Path(__file__).resolve().parents[3]  # where these helpers lie, if in a review


def find_root(start: Path | str | None = None, *, or_own: bool = False) -> Path:
    """Folder of the review that `start` lies in.

    Parameters
    ----------
    start : path, optional
        Where to begin; default the environment's ``REVIEW_ROOT``, else the working directory.
    or_own : bool
        Where nothing says otherwise, take the review that these helpers lie in: papermill runs a notebook in the folder
        where it was called, which may be any, and does not tell the notebook where its file is.

    Returns
    -------
    Path
        The nearest folder upwards that holds ``_quarto.yml`` and ``data/datapackage.json``.

    Raises
    ------
    ReviewError
        There is no such folder.
    """
    given = start or os.environ.get(ROOT_VARIABLE) or Path.cwd()
    here = Path(given).resolve()
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file() and (folder / "data" / "datapackage.json").is_file():
            return folder
    if or_own and not (start or os.environ.get(ROOT_VARIABLE)):
        return find_root(OWN)
    fault = Fault(
        str(given),
        None,
        None,
        None,
        "review-folder",
        f"no review here or above: a review has {MARKER} and data/datapackage.json",
        f"Change into the review's folder, or name it with --root; for a notebook, set {ROOT_VARIABLE}.",
    )
    raise ReviewError([fault], "No review found")


def write_atomically(path: Path, content: str | bytes) -> bool:
    """Write a file so that readers see the old content or the new, never half of it.

    Parameters
    ----------
    path : Path
        Target; its folder is made when missing.
    content : str or bytes
        Text is written as UTF-8 with LF.

    Returns
    -------
    bool
        False when the file already held these bytes and was left alone.

    Raises
    ------
    OSError
        The folder cannot be written or the disk is full; the old file is then untouched.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True
