"""A new folder with everything in it: it is there whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from helpers.project.together import Content


def write_folder(folder: Path, files: Mapping[str, Content]) -> None:
    """Write files into a folder that is empty or not there yet, all at once.

    Parameters
    ----------
    folder : Path
        Where they belong; its parents are made when missing.
    files : mapping of str to str, bytes, Path or None
        As for `write_together`; a file that is copied keeps its mode.

    Raises
    ------
    OSError
        The folder holds something, cannot be written, or the disk is full. The folder is as it was.
    """
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        for name, content in files.items():
            path = stage / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copy(content, path)
            elif content is not None:
                path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        stage.chmod(0o755)
        stage.rename(target)  # the system refuses where something is
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
