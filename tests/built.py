"""The real site, built once for all tests that look at it."""

from __future__ import annotations

import fcntl
import http.server
import os
import re
import shutil
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from copies import copy_review
from playwright.sync_api import Page

from helpers import publish

_folders: list[Path] = []
FROZEN = re.compile(r"v/[^/]+/")


def look_at(site: Path) -> None:
    """Have all tests that ask for the built site look at this one, whichever renderer made it (`pytest --site FOLDER`)."""
    _folders.append(site.resolve())


def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published review, built from a copy; tests only look at it. Processes that run beside each other share it."""
    if not _folders:
        shared = tmp_path_factory.getbasetemp()
        if "PYTEST_XDIST_WORKER" in os.environ:
            shared = shared.parent
        with (shared / "site.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the second waits, and finds what the first has built
            folder = shared / "built-site"
            if not (folder / "_site").is_dir():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                publish.build_site(copy_review(folder), renderer="pandoc", progress=False)
        _folders.append(folder / "_site")
    return _folders[0]


def living_pages(site: Path) -> list[str]:
    """Addresses of all pages but the frozen versions."""
    names = (path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return sorted(name for name in names if not FROZEN.match(name))


def look(page: Page, name: str, site: Path, *, width: int = 1280, theme: Any = "light") -> None:
    """Open a page of the site from its folder, in a window of a width and in a theme."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.goto((site / name).as_uri())


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def served(folder: Path) -> tuple[http.server.ThreadingHTTPServer, str]:
    """A local server of a folder, and its address; the caller shuts it down."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"
