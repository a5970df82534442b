"""The same prepared project through Quarto, where it is installed; pages that did not change are not rendered again."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from helpers.faults import Fault, ReviewError
from helpers.navigation import is_generated
from helpers.publish.config import PAGE_SUFFIXES, SiteConfig
from helpers.publish.kept import WORK, mirror
from helpers.publish.notebook import PUBLISHED, published
from helpers.publish.pages import load_page

ANSI = re.compile(r"\x1b\[[0-9;]*m")
PAGE = re.compile(r"^\[\s*\d+/\d+\] (.+)$")  # said when it begins a page
PROJECT = f"{WORK}/quarto"  # the project as it was rendered last, for the pages that stay as they are
OUTPUT = "_site"
KEYS = "keys.json"  # written when all pages are there: a stopped build leaves none, and the next renders everything
UNREAD = ("data/", "downloads/", "locale/", "archive/", "notebooks/py/", f"{WORK}/")  # a page reads what it includes
UNREAD_KINDS = (".md", ".cff")
UNRENDERED = tuple(f"{WORK}/{name}" for name in ("kept", "made", "pictures", "pdf"))
MANY = 12  # pages; Quarto looks at the whole project anew for each that is rendered alone
HOOK_OFF = {"REVIEW_RENDERS": "1"}  # assets/quarto.py: preparing and finishing are done by who calls Quarto


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


def inputs(project: Path, config: SiteConfig) -> set[str]:
    """Sources of the pages that Quarto finds: a pattern without a slash at its beginning means any folder."""
    found = set()
    for pattern in (config.raw.get("project") or {}).get("render") or ["*"]:
        pattern = str(pattern)
        for path in project.glob(pattern[1:]) if pattern.startswith("/") else project.rglob(pattern):
            parts = path.relative_to(project).parts
            is_page = path.suffix in PAGE_SUFFIXES and not any(part.startswith((".", "_")) for part in parts)
            # A notebook is taken for an intermediate file where a source of the same name lies beside it.
            is_shadowed = path.suffix == ".ipynb" and any(path.with_suffix(s).exists() for s in (".py", ".qmd"))
            if is_page and not is_shadowed:
                found.add(path.relative_to(project).as_posix())
    return found


def render(
    stage: Path, out: Path, config: SiteConfig, project: Path, tick: Callable[[str, float], object], *, release: str
) -> list[Fault]:
    """Render the pages of a prepared project that are not as they were when it was rendered last.

    Parameters
    ----------
    stage : Path
        The prepared project.
    out : Path
        Folder for the pages; made here.
    config : SiteConfig
        What the project's ``_quarto.yml`` says.
    project : Path
        Folder that stays between builds, with the project and its pages as Quarto made them; made where it is missing.
    tick : callable
        Called with each page that was rendered and the seconds it took.
    release : str
        Version of Quarto.

    Returns
    -------
    list of Fault
        What Quarto warned of; it ends well all the same.

    Raises
    ------
    ReviewError
        Quarto is not installed, or stopped; its own words are in the message.
    """
    project.mkdir(parents=True, exist_ok=True)
    known = project / ".quarto" / KEYS
    old = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    known.unlink(missing_ok=True)
    changed = mirror(stage, project, beside=(".quarto", ".gitignore", OUTPUT), without=UNRENDERED)
    if any(name.startswith(PUBLISHED) for name in changed) and (hook := project / "assets" / "quarto.py").is_file():
        os.utime(hook)  # as in `stage.prepare`
    keys = {"": _shared_key(stage, config, release), **{name: _page_key(stage, name, config) for name in config.inputs}}
    is_whole = old.get("") != keys[""] or not (project / OUTPUT / "index.html").is_file()
    due = [name for name in config.inputs if old.get(name) != keys[name]]
    if is_whole or len(due) > MANY:
        shutil.rmtree(project / OUTPUT, ignore_errors=True)
        warnings = _call(project, "", tick)
    else:
        warnings = [fault for page in due for fault in _call(project, page, tick)]
    shutil.rmtree(project / OUTPUT / "downloads", ignore_errors=True)
    shutil.copytree(project / OUTPUT, out)
    copy_resources(stage, out, config)
    if not warnings:
        known.write_text(json.dumps(keys), encoding="utf-8")
    return warnings


def copy_resources(stage: Path, out: Path, config: SiteConfig) -> None:
    """Copy what ``project: resources`` names and is not there yet."""
    for pattern in (config.raw.get("project") or {}).get("resources") or []:
        pattern = str(pattern).lstrip("/")
        paths = (stage / pattern[:-3]).rglob("*") if pattern.endswith("/**") else stage.glob(pattern)
        for path in paths:
            target = out / path.relative_to(stage)
            if path.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def _shared_key(stage: Path, config: SiteConfig, release: str) -> str:
    """Hash of what every page may show: settings, looks, references, and which pages there are, with their titles."""
    digest = hashlib.sha256(release.encode())
    for name in config.inputs:
        digest.update(f"\0{name}\0{load_page(stage, name, config, []).title}".encode())
    for path in sorted(path for path in stage.rglob("*") if path.is_file()):
        name = path.relative_to(stage).as_posix()
        if (
            name not in config.inputs
            and not is_generated(name)
            and not name.startswith(UNREAD)
            and path.suffix not in UNREAD_KINDS
        ):
            digest.update(f"\0{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()


def _page_key(stage: Path, name: str, config: SiteConfig) -> str:
    """Hash of a page's source, of the form in which a notebook is published, and of what it includes."""
    made = published(stage, stage / name)
    source = (made if made.is_file() else stage / name).read_bytes()
    return hashlib.sha256(source + load_page(stage, name, config, []).markdown.encode()).hexdigest()


def _call(project: Path, page: str, tick: Callable[[str, float], object]) -> list[Fault]:
    """Have Quarto render a page, or all of them, and read what it says while it works; returns its warnings."""
    command = find()
    if not command:
        raise absent()
    said: list[str] = []
    at_work, started = page, time.perf_counter()
    with subprocess.Popen(
        [command, "render", *([page] if page else []), "--no-execute"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **HOOK_OFF, "NO_COLOR": "1"},
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(ANSI.sub("", line).strip())
                if begun := PAGE.match(said[-1]):
                    if at_work:
                        tick(at_work, time.perf_counter() - started)
                    at_work, started = begun.group(1), time.perf_counter()
        except BaseException:  # who stops us means Quarto as well
            process.kill()
            raise
    said = [line for line in said if line]
    fix = "Mend what Quarto names; `quarto check` looks at the installation."
    if process.returncode or not (project / OUTPUT / "index.html").is_file():
        errors = [line for line in said if "ERROR" in line] or said[-5:] or ["it made no index.html and said nothing"]
        raise ReviewError(
            [Fault("quarto", None, None, None, "quarto-render", line, fix) for line in errors], "Quarto stopped"
        )
    if at_work:
        tick(at_work, time.perf_counter() - started)
    warnings = dict.fromkeys(line for line in said if "WARN" in line)
    return [Fault(page or "quarto", None, None, None, "quarto-warning", line, fix) for line in warnings]
