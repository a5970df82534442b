"""The same staged project through Quarto, where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from helpers.faults import Fault, ReviewError

ANSI = re.compile(r"\x1b\[[0-9;]*m")


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
