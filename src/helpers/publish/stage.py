"""A project made ready to render: computed captions, pages and downloads are in place, in a copy or in a clone itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from helpers import clock, language, markup
from helpers.faults import Fault, ReviewError
from helpers.navigation import is_generated
from helpers.publish import downloads, feedback, figurepages, figures, kept, versions
from helpers.publish.config import SiteConfig, load_config
from helpers.publish.downloads import PRIVATE
from helpers.publish.edition import Edition, integrated_updates, load_edition
from helpers.publish.kept import WORK, mirror
from helpers.publish.notebook import (
    PUBLISHED,
    cell_options,
    computed_texts,
    published,
    read_notebook,
    text_of,
    with_options,
)
from helpers.settings import load_settings

ROOT_SUFFIXES = (".qmd", ".yml", ".yaml", ".bib", ".csl", ".cff", ".md", ".svg", ".png", ".txt", ".xml", ".json")
FOLDERS = ("assets", "data", "notebooks", "images")
DOWNLOADS = downloads.FOLDER
SINCE, SINCE_PAGE = "data/results/pages/since", "since.qmd"  # what is known since the last search, by notebook
STATUS_LINE = 'class=\\"status\\"'  # as an output holds it
PICTURES = f"{WORK}/pictures"  # PNG files, painted while the pages are rendered, hence not among what is copied then
NEVER_STAGED = ("data/updates/", f"{versions.ARCHIVES}/")  # other people's abstracts; archives are only linked
HOOK = "assets/quarto.py"


def project_files(root: Path) -> Iterator[str]:
    """Files of the review that a site can depend on, relative to its folder, in fixed order."""
    listed = [path for path in root.iterdir() if path.is_file() and path.suffix in ROOT_SUFFIXES]
    for folder in (*FOLDERS, language.FOLDER, *language.languages(root), versions.ARCHIVES):
        listed += [path for path in (root / folder).rglob("*") if path.is_file()]
    for path in sorted(listed):
        name = path.relative_to(root).as_posix()
        hidden = any(part.startswith((".", "__pycache__")) for part in name.split("/"))
        if hidden or is_generated(name) or (name.startswith(PRIVATE) and not name.endswith(".py")):
            continue
        yield name


def inputs_key(root: Path, renderer: str) -> str:
    """Hash of all that decides what the site looks like: files, the engine, renderer with its version, how late it is."""
    updates = integrated_updates(root)
    late = clock.months_over(updates[0].next_due, clock.today()) if updates and updates[0].next_due else -1
    digest = hashlib.sha256(f"{renderer}\0{kept.code()}\0{late}".encode())
    for name in project_files(root):
        content = (root / name).read_bytes()
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
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


def make_stage(root: Path, stage: Path) -> Staged:
    """Copy what rendering needs into `stage`, and prepare it.

    Raises
    ------
    ReviewError
        Notebooks that cannot be read, all at once.
    OSError
        The disk is full or the folder cannot be written.
    """
    for name in project_files(root):
        if not name.startswith(NEVER_STAGED):
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, stage / name)
    if (root / versions.ARCHIVES).is_dir():
        (stage / versions.ARCHIVES).symlink_to(root / versions.ARCHIVES, target_is_directory=True)
    return prepare(stage)


def read_project(project: Path) -> Staged:
    """What a project that was prepared before holds."""
    config = load_config(project)
    drawn = [
        figure
        for name, notebook in _notebooks(project, config)
        for figure in figures.collect(notebook, Path(name).stem)
    ]
    return Staged(config, load_edition(project, config), tuple(drawn))


def prepare(project: Path) -> Staged:
    """Add to a project what is computed: pages, downloads, and the published form of each notebook.

    What git tracks is not changed, and a file that is right already is not touched.

    Raises
    ------
    ReviewError
        Notebooks that cannot be read, all at once.
    OSError
        The disk is full or the folder cannot be written.
    """
    config = load_config(project)
    edition = load_edition(project, config)
    notebooks = _notebooks(project, config)
    new = project / WORK / "made"
    shutil.rmtree(new, ignore_errors=True)
    target = new / DOWNLOADS
    written = {name for name in config.inputs if not is_generated(name)}
    pages = written | {name for name in (versions.STATUS,) if (project / name).is_file()}
    _data_files(project, target, config, edition)
    if edition:
        archives = sorted(versions.kept(project, edition))
        _write(new / versions.FOLDER / "index.qmd", versions.list_page(edition, archives, pages))
    desk = feedback.desk(project, config, edition)
    status = versions.STATUS if versions.STATUS in pages else ""
    _write(new / "feedback.qmd", feedback.page(desk, load_settings(project).suggestion, status=status))
    drawn: list[figures.Figure] = []
    titles: dict[str, str] = {}
    offered = [f"[all data in one workbook (.xlsx)](../{DOWNLOADS}/{downloads.workbook(project)})"]
    offered = offered if (target / downloads.workbook(project)).is_file() else []
    offered += ["[all data with their dictionary](../data.qmd)"] if "data.qmd" in written else []
    for name, notebook in notebooks:
        stem = Path(name).stem
        titles[stem] = _title(notebook) or stem
        found = figures.collect(notebook, stem)
        _notebook_files(project, target, name, notebook, found, edition)
        known = project / SINCE / f"{stem}.md"
        since = known.read_text(encoding="utf-8").strip() if known.is_file() and SINCE_PAGE in written else ""
        _publish(notebook, stem, found, {path.name for path in target.glob(f"{stem}*")}, offered, since)
        made = published(project, project / name)
        _write(new / PUBLISHED / made.name, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
        drawn += found
    files = {path.name for path in target.iterdir()} | {name for f in drawn for name in downloads.picture_names(f)}
    context = replace(figurepages.read_context(project), titles=titles, files=files, pages=pages)
    for figure in drawn:
        _write(new / figure.source, figurepages.page(figure, context))
    if drawn:
        _write(new / figures.FOLDER / "index.qmd", figurepages.list_page(drawn, context))
    _put(new, project)
    return Staged(load_config(project), edition, tuple(drawn))


def _put(new: Path, project: Path) -> None:
    """Move what was made to its places, where only what differs is written."""
    for folder in (DOWNLOADS, figures.FOLDER, versions.FOLDER):
        (new / folder).mkdir(exist_ok=True)
        mirror(new / folder, project / folder)
    page = (new / "feedback.qmd").read_bytes()
    if not (project / "feedback.qmd").is_file() or (project / "feedback.qmd").read_bytes() != page:
        (project / "feedback.qmd").write_bytes(page)
    (new / PUBLISHED).mkdir(parents=True, exist_ok=True)
    if mirror(new / PUBLISHED, project / PUBLISHED) and (project / HOOK).is_file():
        os.utime(project / HOOK)  # Quarto keeps what this script made of a notebook until one of the two is newer
    shutil.rmtree(new)


def _notebooks(project: Path, config: SiteConfig) -> list[tuple[str, dict[str, Any]]]:
    faults: list[Fault] = []
    found = []
    for name in config.inputs:
        if name.endswith(".ipynb"):
            try:
                found.append((name, read_notebook(project / name, name)))
            except ReviewError as error:
                faults.extend(error.faults)
    if faults:
        raise ReviewError(faults, "The notebooks cannot be published")
    return found


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
    return figures.plain(str(block.get("title") or "")) if isinstance(block, dict) else ""


def _data_files(project: Path, target: Path, config: SiteConfig, edition: Edition | None) -> None:
    """Tables, spreadsheets and citation for the folder of downloads."""

    def make(folder: Path) -> None:
        downloads.copy_data(project, folder, config)
        downloads.write_spreadsheets(folder, project, edition, config.title)
        if edition:
            downloads.write_citation(folder, edition, config.site_url)

    listed = [*config.listed("bibliography"), "_quarto.yml", "CITATION.cff"]
    names = [n for n in project_files(project) if n in listed or (n.startswith("data/") and not n.startswith(PRIVATE))]
    parts = [part for name in names for part in (name, (project / name).read_bytes())]
    kept.made(project, make, target, "data", kept.code(), repr(edition), *parts)


def _notebook_files(
    project: Path,
    target: Path,
    name: str,
    notebook: dict[str, Any],
    drawn: Sequence[figures.Figure],
    edition: Edition | None,
) -> None:
    """A notebook, its script, its tables and its figures for the folder of downloads."""
    stem, date = Path(name).stem, edition.update.integrated_on if edition else ""
    script = project / "notebooks" / "py" / f"{stem}.py"

    def make(folder: Path) -> None:
        shutil.copyfile(project / name, folder / f"{stem}.ipynb")
        if script.is_file():
            shutil.copyfile(script, folder / f"{stem}.py")
        for label, caption, rows in downloads.notebook_tables(notebook):
            downloads.write_table(folder, f"{stem}-{label}", rows, title=figures.plain(caption), date=date)
        for figure in drawn:
            downloads.write_figure(folder, figure, edition)

    lines = script.read_bytes() if script.is_file() else b""
    parts = ((project / name).read_bytes(), lines, repr(edition))
    kept.made(project, make, target, "notebook", kept.code(), name, *parts)


def _publish(
    notebook: dict[str, Any],
    stem: str,
    drawn: Sequence[figures.Figure],
    files: set[str],
    also: Sequence[str],
    known_since: str = "",
) -> None:
    """Put computed captions into the cells, and what can be taken away under each float and at the end."""
    offered = [f"[notebook (.ipynb)](../{DOWNLOADS}/{stem}.ipynb)"]
    if f"{stem}.py" in files:
        offered.append(f"[script (.py)](../{DOWNLOADS}/{stem}.py)")
    under = dict(_under(notebook, stem, drawn, files))
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        text = text_of(cell["source"])
        if cell["cell_type"] != "code":
            cell["source"] = markup.without_guards(text)
            continue
        if known_since and STATUS_LINE in json.dumps(cell.get("outputs", [])):
            cells.append({"cell_type": "markdown", "id": "known-since", "metadata": {}, "source": known_since})
            known_since = ""
        if texts := computed_texts(cell):
            cell["source"] = with_options(text, texts)
        for label in [_label(text), *downloads.TABLE_IN_OUTPUT.findall(_shown(cell))]:
            if label in under:
                taken = under.pop(label)
                cells.append({"cell_type": "markdown", "id": f"take-{label}", "metadata": {}, "source": taken})
    written = "".join(text_of(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    if f"{DOWNLOADS}/" not in written:
        cells.append(_download_cell([*offered, *also]))
    for cell in cells:  # lines with their line ends, as nbformat writes them: Quarto flattens one string to one line
        cell["source"] = text_of(cell["source"]).splitlines(keepends=True)
    notebook["cells"] = cells


def _under(
    notebook: Mapping[str, Any], stem: str, drawn: Sequence[figures.Figure], files: set[str]
) -> Iterator[tuple[str, str]]:
    """Label of each table and figure, and what can be taken away of it."""
    for label, caption, _ in downloads.notebook_tables(dict(notebook)):
        title = figures.plain(caption)
        items = [
            f"[{word}](../{DOWNLOADS}/{stem}-{label}.{kind})" for kind, word in (("csv", "CSV"), ("xlsx", "Excel"))
        ]
        yield label, figures.take_list(items, f"To take away: {title or label}")
    for figure in drawn:
        there = files | set(downloads.picture_names(figure))
        page = f"../{figure.source}"
        yield figure.label, figures.links(figure, there, downloads=f"../{DOWNLOADS}", page=page)


def _shown(cell: Mapping[str, Any]) -> str:
    """Markdown of a cell's outputs."""
    parts = [(output.get("data") or {}).get("text/markdown", "") for output in cell.get("outputs", [])]
    return "\n".join(map(text_of, parts))


def _label(source: str) -> str:
    try:
        options, _ = cell_options(source)
    except yaml.YAMLError:
        return ""  # told when the page is rendered
    return str(options.get("label") or "")


def _download_cell(offered: list[str]) -> dict[str, Any]:
    """What a reader can take away from the page, as the notebook's last cell, for either renderer."""
    lines = ["## Downloads {#downloads}", "", "::: {.downloads}", *[f"- {item}" for item in offered], ":::"]
    return {"cell_type": "markdown", "id": "downloads", "metadata": {}, "source": "\n".join(lines)}
