"""A copy of the project made ready to render: computed captions and alt texts in place, downloads gathered."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from helpers.faults import Fault, ReviewError
from helpers.publish.config import SiteConfig
from helpers.publish.notebook import cell_options, computed_texts, read_notebook, text_of, with_options

ROOT_SUFFIXES = (".qmd", ".yml", ".yaml", ".bib", ".csl", ".cff", ".md", ".svg", ".png", ".txt", ".xml", ".json")
FOLDERS = ("assets", "data", "notebooks", "images")
# Search exports hold other people's abstracts: they are never published.
PRIVATE = ("data/updates/", "notebooks/py/")
DOWNLOADS = "downloads"


def project_files(root: Path) -> Iterator[str]:
    """Files of the review that a site can depend on, relative to its folder, in fixed order."""
    listed = [path for path in root.iterdir() if path.is_file() and path.suffix in ROOT_SUFFIXES]
    for folder in FOLDERS:
        listed += [path for path in (root / folder).rglob("*") if path.is_file()]
    for path in sorted(listed):
        name = path.relative_to(root).as_posix()
        hidden = any(part.startswith((".", "__pycache__")) for part in name.split("/"))
        if not hidden and (not name.startswith(PRIVATE) or name.endswith(".py")):
            yield name


def inputs_key(root: Path, renderer: str) -> str:
    """Hash of all that decides what the site looks like: files, this package, renderer with its version."""
    digest = hashlib.sha256(renderer.encode())
    own = sorted(Path(__file__).parent.glob("*.py"))
    for label, path in [(name, root / name) for name in project_files(root)] + [(path.name, path) for path in own]:
        content = path.read_bytes()
        digest.update(f"\0{label}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def make_stage(root: Path, stage: Path, config: SiteConfig) -> None:
    """Copy what rendering needs into `stage` and add what is computed.

    Raises
    ------
    ReviewError
        Notebooks that cannot be read, all at once.
    OSError
        The disk is full or the folder cannot be written.
    """
    for name in project_files(root):
        if name.startswith(PRIVATE):
            continue
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, stage / name)
    _copy_data(root, stage / DOWNLOADS, config)
    faults: list[Fault] = []
    for name in config.inputs:
        if name.endswith(".ipynb"):
            try:
                _prepare_notebook(root, stage, name, config)
            except ReviewError as error:
                faults.extend(error.faults)
    if faults:
        raise ReviewError(faults, "The notebooks cannot be published")


def _copy_data(root: Path, downloads: Path, config: SiteConfig) -> None:
    """Tables that the data package names, the package itself, results and bibliography."""
    wanted = {"datapackage.json": root / "data" / "datapackage.json"}
    try:
        package = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        package = {}  # `review check` tells; the site can stand without
    for resource in package.get("resources", []):
        paths = resource.get("path") or []
        for path in [paths] if isinstance(paths, str) else paths:
            wanted[str(path)] = root / "data" / str(path)
    for path in sorted((root / "data" / "results").glob("*.[jc]s*")):  # JSON and CSV
        wanted[f"results/{path.name}"] = path
    for name in config.listed("bibliography"):
        wanted[Path(name).name] = root / name
    for name, path in wanted.items():
        inside = path.resolve().is_relative_to(root.resolve()) and ".." not in name
        if path.is_file() and inside and not f"data/{name}".startswith(PRIVATE):
            (downloads / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, downloads / name)


def _prepare_notebook(root: Path, stage: Path, name: str, config: SiteConfig) -> None:
    notebook = read_notebook(root / name, name)
    stem = Path(name).stem
    downloads = stage / DOWNLOADS
    downloads.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / name, downloads / f"{stem}.ipynb")
    offered = [f"[notebook (.ipynb)](../{DOWNLOADS}/{stem}.ipynb)"]
    script = root / "notebooks" / "py" / f"{stem}.py"
    if script.is_file():
        shutil.copyfile(script, downloads / f"{stem}.py")
        offered.append(f"[script (.py)](../{DOWNLOADS}/{stem}.py)")
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        if texts := computed_texts(cell):
            cell["source"] = with_options(text_of(cell["source"]), texts)
        try:
            options, _ = cell_options(text_of(cell["source"]))
        except yaml.YAMLError:
            continue  # told when the page is rendered
        label = str(options.get("label") or "")
        if options.get("include") is False or options.get("output") is False:
            continue
        for file_name, content in _take_away(cell, label):
            (downloads / f"{stem}-{file_name}").write_bytes(content)
            offered.append(f"@{label}: [{Path(file_name).suffix[1:].upper()}](../{DOWNLOADS}/{stem}-{file_name})")
    written = "".join(text_of(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    if f"{DOWNLOADS}/" not in written:
        if "data.qmd" in config.inputs:
            offered.append("[all data with their dictionary](../data.qmd)")
        notebook["cells"].append(_download_cell(offered))
    (stage / name).write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _download_cell(offered: list[str]) -> dict[str, Any]:
    """What a reader can take away from the page, as the notebook's last cell, for either renderer."""
    lines = ["## Downloads {#downloads}", "", "::: {.downloads}", *[f"- {item}" for item in offered], ":::"]
    return {"cell_type": "markdown", "id": "downloads", "metadata": {}, "source": "\n".join(lines)}


def _take_away(cell: dict[str, Any], label: str) -> Iterator[tuple[str, bytes]]:
    """Figure as SVG and table as CSV, of a labelled cell."""
    for output in cell.get("outputs", []):
        data = output.get("data") or {}
        if label.startswith("fig-") and "image/svg+xml" in data:
            yield f"{label}.svg", text_of(data["image/svg+xml"]).encode()
        elif label.startswith("tbl-") and "text/markdown" in data:
            rows = pipe_rows(text_of(data["text/markdown"]))
            if rows:
                buffer = io.StringIO()
                csv.writer(buffer, lineterminator="\n").writerows(rows)
                yield f"{label}.csv", buffer.getvalue().encode()


def pipe_rows(markdown: str) -> list[list[str]]:
    """Cells of the first pipe table of a Markdown text, without links and marks; empty when there is none."""
    rows: list[list[str]] = []
    for line in markdown.splitlines():
        if not line.lstrip().startswith("|"):
            if rows:
                break
            continue
        cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
        if len(rows) == 1 and all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in cells):
            continue
        rows.append([_unmarked(cell) for cell in cells])
    return rows


def _unmarked(cell: str) -> str:
    text = re.sub(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", cell.strip())
    return re.sub(r"(?<!\\)[*`]", "", text).replace("\\|", "|").replace("\\", "")
