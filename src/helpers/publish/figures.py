"""Figures of the notebooks: what each shows, rests on, and offers to take away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from helpers import markup
from helpers.publish.notebook import cell_options, computed_texts, svg_size, text_of
from helpers.publish.tables import from_records, pipe_rows

FOLDER = "figures"
ROW_LINK = re.compile(r"evidence\.qmd#([\w.-]+)")
LINK = re.compile(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})")
IMAGE = re.compile(r'<img\b[^>]*?\bsrc="(?P<source>[^"]+\.svg)"[^>]*>')
# As renderers name the pictures of a notebook, and as downloads are named.
FIGURE_FILE = re.compile(r"([\w-]+)_files/figure-html/(fig-[\w-]+?)-output-\d+\.svg$|downloads/([\w-]+)\.svg$")
PHONES = "(max-width: 40rem)"  # as in assets/content.css


@dataclass(frozen=True)
class Figure:
    """A figure of a notebook.

    Attributes
    ----------
    stem, label : str
        Name of the notebook and label of the cell, e.g. ``05-some-drug`` and ``fig-use``.
    title, caption, alt : str
        Short title (the cell's static caption), computed caption (Markdown), text alternative.
    svg, code : str
        Picture, and the code that draws it.
    narrow : str
        The picture for a phone; empty where the other fits.
    values : tuple of dict
        The rows drawn, where the figure tells them.
    twin, twin_caption : str
        The table beside the figure, as Markdown, with its caption; empty where the page has none.
    """

    stem: str
    label: str
    title: str
    caption: str
    alt: str
    svg: str
    code: str
    values: tuple[Mapping[str, Any], ...] = ()
    twin: str = ""
    twin_caption: str = ""
    narrow: str = ""

    @property
    def name(self) -> str:
        """Name of its page and files, e.g. ``05-some-drug-fig-use``."""
        return f"{self.stem}-{self.label}"

    @property
    def source(self) -> str:
        """Source of its page within the staged project."""
        return f"{FOLDER}/{self.name}.qmd"

    def data(self) -> list[list[str]]:
        """Header and rows behind the picture, without links; empty where the notebook tells neither."""
        return from_records(self.values) if self.values else pipe_rows(self.twin)

    def rows(self) -> list[str]:
        """Evidence rows that the figure rests on, as far as it names them."""
        told = [str(value.get("row_id") or value.get("comparison_id") or "") for value in self.values]
        linked = ROW_LINK.findall(f"{self.twin}\n{self.caption}")
        return list(dict.fromkeys(row for row in [*told, *linked] if row))


def collect(notebook: Mapping[str, Any], stem: str) -> list[Figure]:
    """Figures of a notebook in their order; those without a label have no address."""
    tables: dict[str, tuple[str, str]] = {}
    drawn = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        try:
            options, code = cell_options(text_of(cell["source"]))
        except yaml.YAMLError:
            continue  # told when the page is rendered
        label = str(options.get("label") or "")
        if options.get("include") is False or options.get("output") is False:
            continue
        for output in cell.get("outputs", []):
            data = output.get("data") or {}
            if label.startswith("tbl-") and "text/markdown" in data:
                tables[label.removeprefix("tbl-")] = (
                    text_of(data["text/markdown"]),
                    str(options.get("tbl-cap") or ""),
                )
            elif label.startswith("fig-") and "image/svg+xml" in data:
                texts = computed_texts(cell)
                title = str(options.get("fig-cap") or label)
                caption = texts.get("fig-cap") or title
                alt = texts.get("fig-alt") or str(options.get("fig-alt") or "")
                svg = text_of(data["image/svg+xml"])
                told = _told(output)
                values = tuple(value for value in told.get("values") or () if isinstance(value, dict))
                narrow = str(told.get("narrow") or "")
                drawn.append(Figure(stem, label, title, caption, alt, svg, code, values, narrow=narrow))
    return [_with_twin(figure, tables) for figure in drawn]


def _told(output: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a figure says of itself beside the picture."""
    metadata = output.get("metadata") or {}
    return metadata.get("review") or (metadata.get("image/svg+xml") or {}).get("review") or {}


def _with_twin(figure: Figure, tables: Mapping[str, tuple[str, str]]) -> Figure:
    twin, caption = tables.get(figure.label.removeprefix("fig-"), ("", ""))
    return Figure(
        **{
            **{name: getattr(figure, name) for name in figure.__dataclass_fields__},
            "twin": twin,
            "twin_caption": caption,
        }
    )


def phone_file(name: str) -> str:
    """File of a figure for phones, by the figure's name."""
    return f"{name}-narrow.svg"


def for_phones(text: str, page: str, site: Path) -> str:
    """A page on which a phone gets the narrow picture of each figure that has one."""
    up = "../" * page.count("/")

    def both(match: re.Match[str]) -> str:
        found = FIGURE_FILE.search(match["source"])
        narrow = f"downloads/{phone_file('-'.join(part for part in found.groups() if part))}" if found else ""
        if not narrow or not (site / narrow).is_file():
            return match[0]
        size = svg_size((site / narrow).read_text(encoding="utf-8"))
        return f'<picture><source media="{PHONES}" srcset="{up}{narrow}"{size}>{match[0]}</picture>'

    return IMAGE.sub(both, text)


def links(figure: Figure, files: Iterable[str], *, downloads: str, page: str | None) -> str:
    """What can be taken away of a figure, as a short list: its page, picture and data.

    Parameters
    ----------
    figure : Figure
        The figure.
    files : iterable of str
        Names of files that exist.
    downloads : str
        Way to the folder of downloads.
    page : str or None
        Way to the figure's page; None on that page itself.
    """
    kinds = (
        (f"{figure.name}.svg", "SVG"),
        (f"{figure.name}.png", "PNG"),
        (f"{figure.name}-slide.png", "Slide"),
        (f"{figure.name}.csv", "Data (CSV)"),
        (f"{figure.name}.xlsx", "Data (Excel)"),
    )
    there = set(files)
    items = [f"[Data, method, source]({page})"] if page else []
    items += [f"[{word}]({downloads}/{name})" for name, word in kinds if name in there]
    return take_list(items, f"To take away: {plain(figure.title)}")


def take_list(items: Iterable[str], label: str) -> str:
    """Links under a figure or a table, as a list with a name of its own for screen readers."""
    named = label.replace('"', "'")
    return "\n".join([f'::: {{.take role="group" aria-label="{named}"}}', *[f"- {item}" for item in items], ":::"])


def plain(markdown: str) -> str:
    """Markdown in one line without links, citations and marks, for titles and attributes."""
    text = LINK.sub(r"\1", markdown)
    text = re.sub(r"\s*\[@[^\]]*\]", "", text)
    return " ".join(re.sub(r"(?<!\\)[*`]", "", text).replace("\\", "").split())


def escaped(text: str) -> str:
    """Plain text in which Markdown sees no marks."""
    return markup.literal(text)
