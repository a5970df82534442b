"""Notebooks in JupyterLab, as `make lab` starts it (`.jupyter/`): saved, they are as `review run` writes them.

Opened, a notebook says which Python runs here, as Jupyter would write into it at once and so call it changed; saved, it
forgets it again, with whatever else differs from machine to machine.
"""

from __future__ import annotations

import sys
from pathlib import PurePosixPath
from typing import Any

import nbformat
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from helpers.run.pairs import KERNELSPEC, LANGUAGE_INFO, NOTEBOOKS, cleaned

HERE = LANGUAGE_INFO | {"version": sys.version.split()[0]}  # as the kernel that is about to start says it


class Notebooks(AsyncLargeFileManager):
    """Files of the review; Jupytext puts its pairs on top."""

    async def get(self, path: str, *args: Any, **options: Any) -> dict[str, Any]:
        """A file's model; a notebook's says of its kernel what Jupyter will find."""
        model: dict[str, Any] = await super().get(path, *args, **options)
        if _is_ours(path) and isinstance(model.get("content"), dict):  # not where it is opened as text
            model["content"]["metadata"] |= {"kernelspec": dict(KERNELSPEC), "language_info": dict(HERE)}
        return model

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Write a file; a notebook as the runner writes it."""
        if _is_ours(path) and model.get("type") == "notebook":
            model = model | {"content": cleaned(nbformat.from_dict(model["content"]))}
        saved: dict[str, Any] = await super().save(model, path)
        return saved


def _is_ours(path: str) -> bool:
    place = PurePosixPath(path.strip("/"))
    return place.suffix == ".ipynb" and str(place.parent) == NOTEBOOKS
