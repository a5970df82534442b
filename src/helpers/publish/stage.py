"""A copy of the project made ready to render: computed captions, pages and downloads are in place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from helpers import clock, language, markup
from helpers.faults import Fault, ReviewError
from helpers.publish import downloads, feedback, figurepages, figures, versions
from helpers.publish.config import SiteConfig, load_config
from helpers.publish.downloads import PRIVATE
from helpers.publish.edition import Edition, integrated_updates, load_edition
from helpers.publish.notebook import cell_options, computed_texts, read_notebook, text_of, with_options
from helpers.publish.shortcodes import lookup
from helpers.settings import load_settings

ROOT_SUFFIXES = (".qmd", ".yml", ".yaml", ".bib", ".csl", ".cff", ".md", ".svg", ".png", ".txt", ".xml", ".json")
FOLDERS = ("assets", "data", "notebooks", "images")
DOWNLOADS = downloads.FOLDER
SINCE, SINCE_PAGE = "data/results/pages/since", "since.qmd"  # what is known since the last search, by notebook
STATUS_LINE = 'class=\\"status\\"'  # as an output holds it
WORK = ".made"  # working files of the stage; neither renderer looks into hidden folders
PICTURES = f"{WORK}/pictures"  # PNG files, painted while the pages are rendered, hence not among what is copied then


def project_files(root: Path) -> Iterator[str]:
    """Files of the review that a site can depend on, relative to its folder, in fixed order."""
    listed = [path for path in root.iterdir() if path.is_file() and path.suffix in ROOT_SUFFIXES]
    for folder in (*FOLDERS, language.FOLDER, *language.languages(root), versions.ARCHIVES):
        listed += [path for path in (root / folder).rglob("*") if path.is_file()]
    for path in sorted(listed):
        name = path.relative_to(root).as_posix()
        hidden = any(part.startswith((".", "__pycache__")) for part in name.split("/"))
        if not hidden and (not name.startswith(PRIVATE) or name.endswith(".py")):
            yield name


def inputs_key(root: Path, renderer: str) -> str:
    """Hash of all that decides what the site looks like: files, this package, renderer with its version."""
    updates = integrated_updates(root)
    late = clock.months_over(updates[0].next_due, clock.today()) if updates and updates[0].next_due else -1
    digest = hashlib.sha256(f"{renderer}, {late} months late".encode())
    own = sorted(Path(__file__).parent.glob("*.py"))
    for label, path in [(name, root / name) for name in project_files(root)] + [(path.name, path) for path in own]:
        content = path.read_bytes()
        digest.update(f"\0{label}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@dataclass(frozen=True)
class Staged:
    """A project that is ready to render.

    Attributes
    ----------
    config : SiteConfig
        The configuration with the pages that were added: one a figure, the list of versions, feedback.
    edition : Edition or None
        The version that the review's folder holds.
    figures : tuple of Figure
        Figures of the notebooks; their PNG files are still to be painted.
    """

    config: SiteConfig
    edition: Edition | None
    figures: tuple[figures.Figure, ...]


def make_stage(root: Path, stage: Path, config: SiteConfig) -> Staged:
    """Copy what rendering needs into `stage` and add what is computed.

    Raises
    ------
    ReviewError
        Notebooks that cannot be read, all at once.
    OSError
        The disk is full or the folder cannot be written.
    """
    for name in project_files(root):
        if name.startswith((*PRIVATE, f"{versions.ARCHIVES}/")):
            continue
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, stage / name)
        if name.endswith(".qmd"):  # what guards its sentences is for the check; a page that is no text is told later
            with contextlib.suppress(UnicodeDecodeError):
                _write(stage / name, markup.without_guards((root / name).read_text(encoding="utf-8")))
    target = stage / DOWNLOADS
    target.mkdir(parents=True, exist_ok=True)
    edition = load_edition(root, config)
    pages = {*config.inputs, *([versions.STATUS] if (stage / versions.STATUS).is_file() else [])}
    downloads.copy_data(root, target, config)
    downloads.write_spreadsheets(target, root, edition, config.title)
    if edition:
        downloads.write_citation(target, edition, config.site_url)
        archives = sorted(versions.kept(root, edition))
        _write(stage / versions.FOLDER / "index.qmd", versions.list_page(edition, archives, pages))
    desk = feedback.desk(config, edition.version if edition else "")
    status = versions.STATUS if versions.STATUS in pages else ""
    _write(stage / "feedback.qmd", feedback.page(desk, load_settings(root).suggestion, status=status))
    faults: list[Fault] = []
    drawn: list[figures.Figure] = []
    titles: dict[str, str] = {}
    for name in config.inputs:
        if not name.endswith(".ipynb"):
            continue
        try:
            notebook = read_notebook(root / name, name)
        except ReviewError as error:
            faults.extend(error.faults)
            continue
        stem = Path(name).stem
        titles[stem] = _title(notebook) or stem
        found = figures.collect(notebook, stem)
        for figure in found:
            downloads.write_figure(target, figure, edition)
        _prepare_notebook(root, stage, name, notebook, found, edition, config)
        drawn += found
    if faults:
        raise ReviewError(faults, "The notebooks cannot be published")
    files = {path.name for path in target.iterdir()} | {name for f in drawn for name in downloads.picture_names(f)}
    context = replace(figurepages.read_context(root), titles=titles, files=files, pages=pages)
    for figure in drawn:
        _write(stage / figure.source, figurepages.page(figure, context))
    if drawn:
        _write(stage / figures.FOLDER / "index.qmd", figurepages.list_page(drawn, context))
    return Staged(load_config(stage), edition, tuple(drawn))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _title(notebook: dict[str, Any]) -> str:
    """Title in the YAML block that is a notebook's first cell."""
    first = text_of(notebook["cells"][0].get("source", "")) if notebook["cells"] else ""
    try:
        block = yaml.safe_load(first.split("---")[1]) if first.startswith("---") else {}
    except (yaml.YAMLError, IndexError):
        return ""  # told when the page is rendered
    return figures.plain(str(lookup(block, "title") or "")) if isinstance(block, dict) else ""


def _prepare_notebook(
    root: Path,
    stage: Path,
    name: str,
    notebook: dict[str, Any],
    drawn: list[figures.Figure],
    edition: Edition | None,
    config: SiteConfig,
) -> None:
    """Put computed captions into the cells, what can be taken away under each float, and the files in place."""
    stem = Path(name).stem
    target = stage / DOWNLOADS
    shutil.copyfile(root / name, target / f"{stem}.ipynb")
    offered = [f"[notebook (.ipynb)](../{DOWNLOADS}/{stem}.ipynb)"]
    script = root / "notebooks" / "py" / f"{stem}.py"
    if script.is_file():
        shutil.copyfile(script, target / f"{stem}.py")
        offered.append(f"[script (.py)](../{DOWNLOADS}/{stem}.py)")
    date = edition.update.integrated_on if edition else ""
    under: dict[str, str] = {}
    for label, caption, rows in downloads.notebook_tables(notebook):
        title = figures.plain(caption)
        downloads.write_table(target, f"{stem}-{label}", rows, title=title, date=date)
        items = [
            f"[{word}](../{DOWNLOADS}/{stem}-{label}.{kind})" for kind, word in (("csv", "CSV"), ("xlsx", "Excel"))
        ]
        under[label] = figures.take_list(items, f"To take away: {title or label}")
    files = {path.name for path in target.glob(f"{stem}-*")}
    for figure in drawn:
        files |= set(downloads.picture_names(figure))
        page = f"../{figure.source}"
        under[figure.label] = figures.links(figure, files, downloads=f"../{DOWNLOADS}", page=page)
    cells = []
    known = root / SINCE / f"{stem}.md"
    known_since = known.read_text(encoding="utf-8").strip() if known.is_file() and SINCE_PAGE in config.inputs else ""
    for cell in notebook["cells"]:
        cells.append(cell)
        if cell["cell_type"] != "code":
            cell["source"] = markup.without_guards(text_of(cell["source"]))
            continue
        if known_since and STATUS_LINE in json.dumps(cell.get("outputs", [])):
            cells.append({"cell_type": "markdown", "id": "known-since", "metadata": {}, "source": known_since})
            known_since = ""
        if texts := computed_texts(cell):
            cell["source"] = with_options(text_of(cell["source"]), texts)
        label = _label(cell)
        if label in under:
            cells.append({"cell_type": "markdown", "id": f"take-{label}", "metadata": {}, "source": under.pop(label)})
    written = "".join(text_of(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    if f"{DOWNLOADS}/" not in written:
        if (target / (workbook := downloads.workbook(root))).is_file():
            offered.append(f"[all data in one workbook (.xlsx)](../{DOWNLOADS}/{workbook})")
        if "data.qmd" in config.inputs:
            offered.append("[all data with their dictionary](../data.qmd)")
        cells.append(_download_cell(offered))
    notebook["cells"] = cells
    _write(stage / name, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")


def _label(cell: dict[str, Any]) -> str:
    try:
        options, _ = cell_options(text_of(cell["source"]))
    except yaml.YAMLError:
        return ""  # told when the page is rendered
    return str(options.get("label") or "")


def _download_cell(offered: list[str]) -> dict[str, Any]:
    """What a reader can take away from the page, as the notebook's last cell, for either renderer."""
    lines = ["## Downloads {#downloads}", "", "::: {.downloads}", *[f"- {item}" for item in offered], ":::"]
    return {"cell_type": "markdown", "id": "downloads", "metadata": {}, "source": "\n".join(lines)}
