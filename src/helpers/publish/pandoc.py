"""Pages to HTML with Pandoc: one call a page, then the few things that are easier in the finished text."""

from __future__ import annotations

import html
import json
import posixpath
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypandoc

from helpers.faults import Fault, ReviewError
from helpers.language import ENGLISH, Catalogue, languages
from helpers.language import load as load_language
from helpers.publish import words
from helpers.publish.config import SiteConfig, address
from helpers.publish.kept import Kept
from helpers.publish.pages import Page, load_page
from helpers.publish.quarto import copy_resources

# As Quarto reads Markdown; plain addresses in text become links.
READER = "markdown+autolink_bare_uris"
URL = re.compile(r'\b(href|src)="([^"]*)"')
NOT_LOCAL = re.compile(r"^([a-z][a-z0-9+.-]*:|//|#|$)", re.I)
WORKERS = 2
FILTERS = ("callouts.lua", "crossref.lua")
# Without these no page can be made.
NEEDED = ("page.html", *FILTERS, "frame.css", "content.css", "site.js", "search.js", "tables.js")


def version() -> str:
    """Version of the Pandoc in use; part of what decides whether a site is up to date."""
    return str(pypandoc.get_pandoc_version())


def render(stage: Path, out: Path, config: SiteConfig, tick: Callable[[str, float], object]) -> list[Fault]:
    """Render every page of a prepared project; what Pandoc made of the same text before is taken as it is.

    Parameters
    ----------
    stage : Path
        The prepared project.
    out : Path
        Folder for the pages; made here.
    config : SiteConfig
        What ``_quarto.yml`` says.
    tick : callable
        Called with each page and the seconds it took.

    Returns
    -------
    list of Fault
        Warnings; none from this renderer.

    Raises
    ------
    ReviewError
        Everything that is wrong with the sources of all pages.
    """
    faults: list[Fault] = [
        Fault(f"assets/{name}", None, None, None, "asset-exists", "the site needs this file", "Restore it from git.")
        for name in NEEDED
        if not (stage / "assets" / name).is_file()
    ]
    pages = [load_page(stage, source, config, faults) for source in config.inputs]
    if faults:
        raise ReviewError(faults, "The pages cannot be rendered")
    titles = {page.source: _plain(page.title) for page in pages}
    tongues = {code: load_language(stage, code) for code in languages(stage)}
    wanted: set[str] = set(config.listed("css"))

    def work(page: Page) -> None:
        started = time.perf_counter()
        try:
            text = _render_page(stage, page, config, tongues)
        except ReviewError as error:
            faults.extend(replace(fault, file=page.source) for fault in error.faults)
            return
        text, local = _finish(text, page, titles)
        wanted.update(local)
        for name, content in {**page.assets, page.address: text.encode()}.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
        tick(page.source, time.perf_counter() - started)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, pages))
    if faults:
        raise ReviewError(
            sorted(faults, key=lambda fault: (fault.file, str(fault.value))), "The pages cannot be rendered"
        )
    for name in sorted(wanted):
        # What is not there is told by the check of the finished pages, with the place that links to it.
        if (stage / name).is_file() and (stage / name).resolve().is_relative_to(stage) and not (out / name).exists():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(stage / name, out / name)
    copy_resources(stage, out, config)
    return []


def run(arguments: list[str], text: str, cwd: Path, reads: Sequence[Path] = ()) -> str:
    """Run Pandoc on a text. Its warnings are dropped: `check_site` finds what they are about, and says where.

    Parameters
    ----------
    arguments : list of str
        As on its command line.
    text : str
        What it reads.
    cwd : Path
        The project; where it keeps results, one made from the same arguments, text and files is taken.
    reads : sequence of Path
        Every file that the arguments name or lead to.

    Raises
    ------
    ReviewError
        Pandoc refused the text.
    """
    kept = Kept.of(cwd)
    if kept is None:
        return _run(arguments, text, cwd)
    folder = str(cwd)
    said = [argument.replace(folder, "") for argument in arguments]
    parts = [part for path in reads for part in (path.name, path.read_bytes().replace(folder.encode(), b""))]

    def make(place: Path) -> None:
        (place / "out").write_text(_run(arguments, text, cwd), encoding="utf-8")

    return (kept.files(make, "pandoc", version(), *said, text, *parts) / "out").read_text(encoding="utf-8")


def _run(arguments: list[str], text: str, cwd: Path) -> str:
    command = [pypandoc.get_pandoc_path(), *arguments]
    done = subprocess.run(command, input=text.encode(), capture_output=True, cwd=cwd, check=False)
    messages = done.stderr.decode(errors="replace").strip()
    if done.returncode:
        fix = "Mend the place that the message names."
        fault = Fault("pandoc", None, None, None, "pandoc", messages or f"exit status {done.returncode}", fix)
        raise ReviewError([fault], "Pandoc stopped")
    return done.stdout.decode()


def _render_page(
    stage: Path,
    page: Page,
    config: SiteConfig,
    tongues: Mapping[str, Catalogue],
) -> str:
    metadata = {
        key: value
        for key, value in page.metadata.items()
        if key not in ("css", "format", "execute", "filters", "include-after-body")
    }
    metadata["lang"] = words.language_of(metadata)
    tongue = tongues.get(metadata["lang"], ENGLISH)
    said = words.frame(tongue)
    if not tongue.is_source:
        metadata["float-words"] = {name: said[name] for name in words.FLOATS}
    reads = [stage / "assets" / name for name in ("page.html", *FILTERS)]
    for key in ("bibliography", "csl"):
        if key in metadata:
            listed = metadata[key] if isinstance(metadata[key], list) else [metadata[key]]
            paths = [stage / str(name).lstrip("/") for name in listed]
            reads += [path for path in paths if path.is_file()]  # Pandoc tells which is missing
            metadata[key] = [str(path) for path in paths] if key == "bibliography" else str(paths[0])
    metadata.setdefault("link-citations", True)
    metadata.setdefault("reference-section-title", said["references"])
    wants_toc = bool(page.metadata.get("toc", config.option("toc", True)))
    settings: dict[str, Any] = {
        "from": READER,
        "to": "html5",
        "standalone": True,
        "template": str(stage / "assets" / "page.html"),
        "filters": [{"type": "lua", "path": str(stage / "assets" / name)} for name in FILTERS],
        "section-divs": True,
        "strip-comments": True,  # what guards a sentence is for the check
        "table-of-contents": wants_toc,
        "toc-depth": int(config.option("toc-depth", 3)),
        "html-math-method": {"method": "mathml"},
        "wrap": "none",
        "metadata": metadata,
        "variables": {
            "css": [page.up + name for name in config.listed("css")],
            "include-after": [(stage / name).read_text(encoding="utf-8") for name in _after_body(stage, config)],
        },
    }
    settings_file = stage / ".pandoc" / (page.address.replace("/", "--") + ".json")
    settings_file.parent.mkdir(exist_ok=True)
    settings_file.write_text(json.dumps(settings, default=str), encoding="utf-8")
    return run([f"--defaults={settings_file}"], page.markdown, stage, [settings_file, *reads])


def _after_body(stage: Path, config: SiteConfig) -> list[str]:
    return [name for name in config.listed("include-after-body") if (stage / name).is_file()]


def _finish(text: str, page: Page, titles: Mapping[str, str]) -> tuple[str, set[str]]:
    """Links to sources become links to pages. Also: the files that are linked."""
    local: set[str] = set()
    folder = posixpath.dirname(page.address)

    def link(match: re.Match[str]) -> str:
        attribute, url = match.groups()
        url = html.unescape(url)
        if NOT_LOCAL.match(url):
            return match.group(0)
        path, mark, anchor = re.match(r"([^?#]*)([?#]?)(.*)", url, re.S).groups()  # type: ignore[union-attr]
        target = posixpath.normpath(
            posixpath.join(folder, unquote(path)) if not path.startswith("/") else unquote(path)[1:]
        )
        if target in titles:
            path = address(path)
        if path.startswith("/"):
            path = page.up + path[1:]
        if target not in titles and not target.startswith(".."):
            local.add(target)
        return f'{attribute}="{html.escape(path + mark + anchor)}"'

    return URL.sub(link, text), local


def _plain(markdown: str) -> str:
    """Markdown of a title without its marks."""
    return re.sub(r"[*_`]", "", markdown)
