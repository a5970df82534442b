"""The same staged project through Quarto, where it is installed."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
from pathlib import Path

from helpers.faults import Fault, ReviewError

ANSI = re.compile(r"\x1b\[[0-9;]*m")
HEADER = re.compile(r"<header\b.*?</header>", re.S)
MENU_LINK = re.compile(r'<a class="(nav-link|dropdown-item)(?: active)?" href="([^"#]+)"(?: aria-current="page")?>')


def find() -> str | None:
    """Path of Quarto, None where it is not installed."""
    return shutil.which("quarto")


def version() -> str:
    """Version of Quarto; empty when it does not answer."""
    command = find()
    if not command:
        return ""
    return subprocess.run([command, "--version"], capture_output=True, text=True, check=False).stdout.strip()


def absent() -> ReviewError:
    """What to say when Quarto is asked for and not there."""
    fix = "Install it (conda: environment.yml; pip: `pip install -e .[publish]`), or use `--renderer pandoc`."
    fault = Fault("quarto", None, None, None, "quarto-installed", "Quarto is not on PATH", fix)
    return ReviewError([fault], "The site cannot be rendered with Quarto")


def render(stage: Path, out: Path) -> None:
    """Render the staged project; nothing is executed.

    Raises
    ------
    ReviewError
        Quarto is not installed, or stopped; its own words are in the message.
    """
    command = find()
    if not command:
        raise absent()
    done = subprocess.run(
        [command, "render", str(stage), "--no-execute", "--output-dir", out.name],
        cwd=stage,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )
    if done.returncode or not (out / "index.html").is_file():
        said = [line for line in ANSI.sub("", done.stdout.decode(errors="replace")).splitlines() if line.strip()]
        errors = [line for line in said if "ERROR" in line] or said[-5:]
        fix = "Mend what Quarto names; `quarto check` looks at the installation."
        faults = [Fault("quarto", None, None, None, "quarto-render", line.strip(), fix) for line in errors]
        fallback = Fault("quarto", None, None, None, "quarto-render", "it made no index.html and said nothing", fix)
        raise ReviewError(faults or [fallback], "Quarto stopped")


def with_true_menu(text: str, address: str) -> str:
    """A page whose top menu marks the link to the page itself, and no other.

    Quarto marks the first link that the side menu has as well, on every page the same one.
    """

    def link(match: re.Match[str]) -> str:
        kind, href = match.groups()
        is_here = posixpath.normpath(posixpath.join(posixpath.dirname(address), href)) == address
        marked = (" active", ' aria-current="page"') if is_here else ("", "")
        return f'<a class="{kind}{marked[0]}" href="{href}"{marked[1]}>'

    return HEADER.sub(lambda header: MENU_LINK.sub(link, header.group()), text, count=1)
