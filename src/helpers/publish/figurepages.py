"""The pages that figures have of their own, and the one that lists them, in Markdown that both renderers read."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from helpers import markup
from helpers.publish.figures import Figure, escaped, links, plain
from helpers.publish.notebook import svg_size
from helpers.publish.tables import readable, to_markdown
from helpers.publish.versions import STATUS

INITIALS = re.compile(r" [A-Z]{1,3}$")


@dataclass(frozen=True)
class Context:
    """What the figures' pages need to know of the review around them.

    Attributes
    ----------
    titles : dict of str to str
        Title of each notebook by its name.
    sources : dict of str to dict
        Sources of values by their id, rows of ``data/sources.csv``.
    source_of : dict of str to str
        Id of the source of each evidence row.
    studies : dict of str to str
        Author and year of each study by its id.
    files : set of str
        Files that can be downloaded, by name.
    pages : set of str
        Sources of pages that may be linked or included.
    """

    titles: dict[str, str] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    source_of: dict[str, str] = field(default_factory=dict)
    studies: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)


def read_context(root: Path) -> Context:
    """Sources and source of each row from the tables; what is missing there is missing here (`review check` tells)."""
    sources = {row["source_id"]: row for row in _rows(root / "data" / "sources.csv") if row.get("source_id")}
    source_of: dict[str, str] = {}
    for path in sorted((root / "data").glob("*.csv")):
        for row in _rows(path):
            first = next(iter(row))
            if first != "source_id" and row.get("source_id"):
                source_of[row[first]] = row["source_id"]
    studies = {
        row["study_id"]: f"{INITIALS.sub('', row['first_author'])} {row.get('year', '')}".strip()
        for row in _rows(root / "data" / "studies.csv")
        if row.get("study_id") and row.get("first_author")
    }
    return Context(sources=sources, source_of=source_of, studies=studies)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{str(key): value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]


def page(figure: Figure, context: Context) -> str:
    """The figure's page, in Markdown that both renderers read."""
    section = context.titles.get(figure.stem, figure.stem)
    back = f"../notebooks/{figure.stem}.ipynb"
    head = {
        "title": plain(figure.title),
        "subtitle": f"A figure of the section on {section}",
        "description-meta": plain(figure.caption),
        "toc": False,
        "page-navigation": False,
        "figure": figure.name,
    }
    data = _data(figure, context)
    parts = [
        "---\n" + yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000) + "---",
        f"{{{{< include ../{STATUS} >}}}}" if STATUS in context.pages else "",
        f"::: {{.figure-parts}}\n- [Picture](#{figure.label})\n- [Data](#data)\n- [Method](#method)\n- [Source](#source)\n- [In its section]({back}#{figure.label})\n:::",
        f"![{figure.caption}](../downloads/{figure.name}.svg){{#{figure.label} fig-alt={_quoted(figure.alt)}{svg_size(figure.svg)}}}",
        links(figure, context.files, downloads="../downloads", page=None),
        f"## Data {{#data}}\n\n{data}",
        f"## Method {{#method}}\n\n{_method(figure, back, section, context)}",
        f"## Source {{#source}}\n\n{_source(figure, context)}",
    ]
    if any("[@" in part for part in parts):
        parts.append("## References {.unnumbered}\n\n::: {#refs}\n:::")
    return "\n\n".join(part for part in parts if part) + "\n"


def list_page(drawn: Sequence[Figure], context: Context) -> str:
    """The page that lists every figure, section by section."""
    head = '---\ntitle: "Figures"\nsubtitle: "Every figure with its data, its method and its source"\npage-navigation: false\n---'
    parts = [head, f"{{{{< include ../{STATUS} >}}}}" if STATUS in context.pages else ""]
    parts.append(
        "Each figure has an address of its own, with the picture to take away (SVG, PNG, a slide), the numbers behind"
        " it, the code that draws it and the sources of its values."
    )
    for stem in dict.fromkeys(figure.stem for figure in drawn):
        listed = [f"- [{escaped(plain(figure.title))}]({figure.name}.qmd)" for figure in drawn if figure.stem == stem]
        parts.append(f"## {escaped(context.titles.get(stem, stem))} {{#section-{stem}}}\n\n" + "\n".join(listed))
    return "\n\n".join(part for part in parts if part) + "\n"


def _data(figure: Figure, context: Context) -> str:
    if figure.twin:
        caption = figure.twin_caption or figure.title
        return f"The table beside the figure; each number leads to its row.\n\n::: {{#tbl-data}}\n\n{figure.twin}\n\n{caption}\n:::"
    if figure.values:
        table = to_markdown(readable(figure.values, context.studies), link="../evidence.qmd#", known=set(figure.rows()))
        return f"The rows that are drawn. The files to take away have every column and all digits.\n\n::: {{#tbl-data}}\n\n{table}\n\n{plain(figure.title)}\n:::"
    return f"The figure in words:\n\n> {escaped(figure.alt)}"


def _method(figure: Figure, back: str, section: str, context: Context) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", figure.code)), default=2))
    told = f"Drawn in the notebook [{section}]({back}#{figure.label}), which tells the figure in its context, by the lines below"
    if f"{figure.stem}.py" in context.files:
        told += f"; the [script](../downloads/{figure.stem}.py) holds all lines before them"
    if "methods.qmd" in context.pages:
        told += ". How evidence is found, counted and pooled: [methods](../methods.qmd)"
    return f"{told}.\n\n{fence} {{.python .cell-code}}\n{figure.code}\n{fence}"


def _source(figure: Figure, context: Context) -> str:
    rows = figure.rows()
    named = list(dict.fromkeys(context.source_of[row] for row in rows if row in context.source_of))
    told = []
    for name in named:
        source = context.sources.get(name, {})
        told.append(f"- {escaped(source.get('title') or name)}{markup.cited(source.get('citation_key'))}")
    if told:
        listed = ["Its values come from:", "", *told, "", "Each row names the place in its source."]
    else:
        listed = ["The section names the sources of its values."]
    if "cite.qmd" in context.pages:
        listed += [
            "",
            "The picture may be used under the Creative Commons Attribution licence: name the review and its version,"
            " [as given here](../cite.qmd).",
        ]
    return "\n".join(listed)


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
