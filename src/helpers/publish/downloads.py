"""What readers can take away: data, dictionary, results, and each table and figure of the notebooks as files."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from helpers.publish import citation, figures
from helpers.publish.config import SiteConfig
from helpers.publish.edition import Edition
from helpers.publish.figures import Figure, phone_file
from helpers.publish.notebook import cell_options, text_of
from helpers.publish.raster import Painter
from helpers.publish.tables import pipe_rows, to_csv, typed
from helpers.publish.versions import day
from helpers.publish.workbook import Sheet, to_xlsx
from helpers.settings import load_settings

FOLDER = "downloads"
# Search exports hold other people's abstracts: they are never published.
TABLE_IN_OUTPUT = re.compile(r"^:{3,} \{#(tbl-[\w-]+)[^}]*\}$", re.M)
PRIVATE = ("data/updates/", "notebooks/py/")
KEPT_AS_TEXT = frozenset(["string", "date", "year"])  # types of columns that stay text in a spreadsheet


def workbook(root: Path) -> str:
    """Name of the workbook that holds every table."""
    return f"{load_settings(root).slug}.xlsx"


def read_package(root: Path) -> dict[str, Any]:
    """The data dictionary as plain values; empty where it cannot be read (`review check` tells)."""
    try:
        package = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return package if isinstance(package, dict) else {}


def copy_data(root: Path, target: Path, config: SiteConfig) -> None:
    """Tables that the data package names, the package itself, results and bibliography, into the folder `target`."""
    wanted = {"datapackage.json": root / "data" / "datapackage.json"}
    for resource in read_package(root).get("resources", []):
        paths = resource.get("path") or []
        for path in [paths] if isinstance(paths, str) else paths:
            wanted[str(path)] = root / "data" / str(path)
    for path in sorted(p for kind in ("json", "csv", "ics") for p in (root / "data" / "results").glob(f"*.{kind}")):
        wanted[f"results/{path.name}"] = path
    for name in config.listed("bibliography"):
        wanted[Path(name).name] = root / name
    if (root / "CITATION.cff").is_file():
        wanted["CITATION.cff"] = root / "CITATION.cff"
    for name, path in wanted.items():
        inside = path.resolve().is_relative_to(root.resolve()) and ".." not in name
        if path.is_file() and inside and not f"data/{name}".startswith(PRIVATE):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".ics":  # a calendar's lines end as RFC 5545 asks
                (target / name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
            else:
                shutil.copyfile(path, target / name)


def write_spreadsheets(target: Path, root: Path, edition: Edition | None, site: str) -> None:
    """Every table of the data package as XLSX beside its CSV, and one workbook with all of them."""
    package = read_package(root)
    date = edition.update.integrated_on if edition else ""
    sheets = []
    for resource in package.get("resources", []):
        path = target / str(resource.get("path"))
        if path.suffix != ".csv" or not path.is_file():
            continue
        sheet = Sheet(str(resource.get("name") or path.stem), _cells(path, resource))
        title = f"{site}: {resource.get('title') or sheet.name}"
        path.with_suffix(".xlsx").write_bytes(to_xlsx([sheet], title=title, date=date))
        sheets.append(sheet)
    if sheets:
        about = Sheet("Read me", _about(package, edition, site), is_prose=True)
        columns = Sheet("Columns", _columns(package))
        (target / workbook(root)).write_bytes(to_xlsx([about, columns, *sheets], title=site, date=date))


def _cells(path: Path, resource: dict[str, Any]) -> list[list[str | int | float | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows:
        return []
    fields = {field.get("name"): field.get("type") for field in (resource.get("schema") or {}).get("fields", [])}
    as_text = {index for index, name in enumerate(rows[0]) if fields.get(name, "string") in KEPT_AS_TEXT}
    numbers = typed(rows)
    return [
        numbers[0],
        *[
            [
                (text or None) if index in as_text else value
                for index, (text, value) in enumerate(zip(row, as_typed, strict=False))
            ]
            for row, as_typed in zip(rows[1:], numbers[1:], strict=True)
        ],
    ]


def _about(package: dict[str, Any], edition: Edition | None, site: str) -> list[list[str | int | float | None]]:
    lines: list[list[str | int | float | None]] = [[site, None]]
    if edition:
        update = edition.update
        lines += [
            ["Title", edition.title],
            ["Version", edition.version],
            ["Evidence searched through", update.searched_through],
            ["Integrated", update.integrated_on],
            ["Licence", f"{edition.licence} ({edition.licence_url}): name the review and its version"],
        ]
    lines += [
        ["Empty cells", "The source does not state the value. An empty cell never means zero."],
        ["Columns", "The sheet “Columns” says what each column of each table means."],
        [None, None],
        ["Sheet", "What a row is"],
    ]
    listed = package.get("resources", [])
    for resource in listed:
        lines.append([str(resource.get("name") or ""), str(resource.get("description") or resource.get("title") or "")])
    return lines


def _columns(package: dict[str, Any]) -> list[list[str | int | float | None]]:
    header: list[str | int | float | None] = ["table", "column", "type", "unit", "meaning", "an empty cell means"]
    rows: list[list[str | int | float | None]] = [header]
    for resource in package.get("resources", []):
        for field in (resource.get("schema") or {}).get("fields", []):
            told = (resource.get("name"), *(field.get(key) for key in _FIELD_KEYS))
            rows.append([str(text) if text else None for text in told])
    return rows


_FIELD_KEYS = ("name", "type", "unit", "description", "missing")


def write_citation(target: Path, edition: Edition, site_url: str) -> None:
    """The citation of this version as BibTeX, RIS and CSL-JSON; its address is the one that stays."""
    for name, content in citation.files(edition, citation.address(edition, site_url)).items():
        (target / name).write_bytes(content)


def notebook_tables(notebook: dict[str, Any]) -> Iterator[tuple[str, str, list[list[str]]]]:
    """Labelled tables of a notebook: label, caption, rows with the header first."""
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        try:
            options, _ = cell_options(text_of(cell["source"]))
        except yaml.YAMLError:
            continue  # told when the page is rendered
        label = str(options.get("label") or "")
        if options.get("include") is False or options.get("output") is False:
            continue
        for output in cell.get("outputs", []):
            shown = text_of((output.get("data") or {}).get("text/markdown", ""))
            if label.startswith("tbl-"):
                found = [(label, str(options.get("tbl-cap") or ""), shown)]
            else:  # a table in a longer output has its own label, and its caption below it
                parts = TABLE_IN_OUTPUT.split(shown)[1:]
                found = [(name, _caption(text), text) for name, text in zip(parts[::2], parts[1::2], strict=True)]
            for name, caption, text in found:
                if rows := pipe_rows(text):
                    yield name, caption, rows


def _caption(text: str) -> str:
    """The line that follows the first pipe table of a text."""
    after = re.search(r"^\|.*\n\n(?!\|)(.+)$", text, re.M)
    return after.group(1) if after and not after.group(1).startswith(":::") else ""


def write_table(target: Path, name: str, rows: list[list[str]], *, title: str, date: str) -> None:
    """A table of a page as CSV and XLSX."""
    (target / f"{name}.csv").write_bytes(to_csv(rows))
    sheet = Sheet(title or name, typed(rows))
    (target / f"{name}.xlsx").write_bytes(to_xlsx([sheet], title=title or name, date=date))


def write_figure(target: Path, figure: Figure, edition: Edition | None) -> None:
    """A figure as SVG, and its data as CSV and XLSX."""
    (target / f"{figure.name}.svg").write_bytes(figure.svg.encode())
    if figure.narrow:
        (target / phone_file(figure.name)).write_bytes(figure.narrow.encode())
    if rows := figure.data():
        date = edition.update.integrated_on if edition else ""
        write_table(target, figure.name, rows, title=figures.plain(figure.title), date=date)


def paint(target: Path, drawn: Iterable[Figure], painter: Painter, *, footer: str) -> None:
    """Every figure as PNG and as a slide; takes longer than all other downloads together."""
    target.mkdir(parents=True, exist_ok=True)
    for figure in drawn:
        title, caption = figures.plain(figure.title), figures.plain(figure.caption)
        made = painter.figure(figure.name, figure.svg, title=title, caption=caption, alt=figure.alt, footer=footer)
        picture, slide = picture_names(figure)
        (target / picture).write_bytes(made.picture)
        (target / slide).write_bytes(made.slide)


def picture_names(figure: Figure) -> tuple[str, str]:
    """Files that `paint` makes of a figure."""
    return f"{figure.name}.png", f"{figure.name}-slide.png"


def credit(edition: Edition | None, site: str) -> str:
    """Who made a picture, which version it shows, and what may be done with it."""
    if not edition:
        return site
    through = day(edition.update.searched_through)
    return f"{site}, version {edition.version} · evidence searched through {through} · {edition.licence}"
