"""What must hold of a prepared project before it is rendered: Quarto only warns of it, or says nothing at all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from helpers.faults import Fault
from helpers.navigation import CONFIG
from helpers.publish import quarto
from helpers.publish.config import SiteConfig
from helpers.publish.downloads import FOLDER as DOWNLOADS
from helpers.publish.notebook import IMAGE_SUFFIX, cell_options, published, text_of
from helpers.publish.pages import load_page
from helpers.publish.shortcodes import project_path

PAGE_LINK = re.compile(r"\]\((?![a-z][a-z0-9+.-]*:|#)([^)\s#]+\.(?:qmd|ipynb))(?:#[^)\s]*)?\)")
CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.S | re.M)
HOOK = "assets/quarto.py"
HOOKS = {  # what _quarto.yml says for Quarto to publish what `review site` publishes
    "project: pre-render": f"{HOOK} before",
    "project: post-render": f"{HOOK} after",
    "ipynb-filters": f"../{HOOK} notebook",
    "strip-comments": "True",
}
IGNORED = ("/.quarto/", "**/*.quarto_ipynb")  # lines that Quarto writes into .gitignore where they are missing

# Found again on the finished pages, with all else that is wrong there: worth a stop only before a slow renderer.
FOUND_LATER = ("page-link", "figure-alt")


def check_project(project: Path, config: SiteConfig) -> list[Fault]:
    """Every property that a renderer needs and this project lacks; empty when it can be rendered.

    Parameters
    ----------
    project : Path
        A project that was prepared.
    config : SiteConfig
        Its configuration with the pages that were added.
    """
    notebooks = [source for source in config.inputs if source.endswith(".ipynb")]
    faults = [*_pages(project, config), *_hooks(config), *_ignored(project), *_alike(project, notebooks)]
    for source in notebooks:
        faults += _cells(project, source)
    for source in config.inputs:
        faults += _links(project, source, config)
    return faults


def _pages(project: Path, config: SiteConfig) -> Iterator[Fault]:
    """Quarto takes a notebook beside a script of its name for an intermediate file, and looks into every folder."""
    found = quarto.inputs(project, config)
    for source in sorted(set(config.inputs) - found):
        message = "Quarto skips this notebook, since a script or page of the same name lies beside it"
        yield Fault(source, None, None, None, "shadowed-notebook", message, "Move the other file to another folder.")
    for source in sorted(found - set(config.inputs)):
        message = "Quarto takes this file for a page of the site"
        fix = "Begin the pattern under project: render in _quarto.yml with a slash: it then means that one folder."
        yield Fault(source, None, None, None, "anchored-pattern", message, fix)


def _hooks(config: SiteConfig) -> Iterator[Fault]:
    """Without them Quarto shows notebooks as they are written: no computed captions, no words for figures, guards."""
    for key, wanted in HOOKS.items():
        *above, last = key.split(": ")
        said = (config.raw.get(above[0]) or {} if above else config.raw).get(last)
        if wanted not in [str(one) for one in (said if isinstance(said, list) else [said])]:
            message = "Quarto is not told to prepare and complete the pages"
            yield Fault(CONFIG, None, key, None, "quarto-hooks", message, f"Add there: `{last}: {wanted}`.")


def _ignored(project: Path) -> Iterator[Fault]:
    path = project / ".gitignore"
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else list(IGNORED)
    for line in IGNORED:
        if line not in lines:
            message = "Quarto adds this line to the file each time it renders"
            yield Fault(".gitignore", None, None, line, "gitignore", message, "Write the line there and commit it.")


def _alike(project: Path, notebooks: list[str]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for source in notebooks:
        first = seen.setdefault(hashlib.sha256((project / source).read_bytes()).hexdigest(), source)
        if first != source:
            message = f"the notebook is {first} over again, and Quarto would show one of them twice"
            yield Fault(source, None, None, None, "notebooks-differ", message, "Remove it, or give it another title.")


def _cells(project: Path, source: str) -> Iterator[Fault]:
    """Cells are lists of lines, and pictures have words."""
    for number, cell in enumerate(json.loads(published(project, project / source).read_text("utf-8"))["cells"], 1):
        lines = cell["source"]
        if not isinstance(lines, list) or any(line.count("\n") != 1 or line[-1] != "\n" for line in lines[:-1]):
            message = "Quarto would run the lines of this cell together: its source is no list of lines with line ends"
            yield Fault(source, None, f"cell {number}", None, "cell-lines", message, "Run it anew with `review run`.")
        if cell["cell_type"] != "code":
            continue
        try:
            options, _ = cell_options(text_of(lines))
        except yaml.YAMLError:
            continue  # told with the page
        pictures = any(set(output.get("data") or {}) & set(IMAGE_SUFFIX) for output in cell.get("outputs", []))
        is_shown = options.get("include") is not False and options.get("output") is not False
        if pictures and is_shown and not str(options.get("fig-alt") or "").strip():
            label = str(options.get("label") or f"cell {number}")
            fix = "Draw it with helpers.plots, which computes them, or add a line `#| fig-alt: ...` to the cell."
            yield Fault(source, None, label, None, "figure-alt", "the figure has no words for who cannot see it", fix)


def _links(project: Path, source: str, config: SiteConfig) -> Iterator[Fault]:
    text = CODE.sub("", load_page(project, source, config, []).markdown)
    for target in dict.fromkeys(PAGE_LINK.findall(text)):
        named = project_path(target, source)
        is_file = named.startswith(f"{DOWNLOADS}/") and (project / named).is_file()
        if named not in config.inputs and not is_file:
            message = "there is no such page, and Quarto would leave the link as it is"
            yield Fault(source, None, None, target, "page-link", message, "Mend the link, or write the page.")
