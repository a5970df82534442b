"""The pages that figures have of their own, and the one that lists them, in Markdown that both renderers read."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from helpers import markup
from helpers.publish.figures import Figure, escaped, links, plain
from helpers.publish.notebook import svg_size
from helpers.publish.tables import readable, to_markdown
from helpers.publish.templates import filled
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
    metadata = {
        "title": plain(figure.title),
        "subtitle": f"A figure of the section on {section}",
        "description-meta": plain(figure.caption),
        "toc": False,
        "page-navigation": False,
        "figure": figure.name,
    }
    table = ""
    if figure.values and not figure.twin:
        table = to_markdown(readable(figure.values, context.studies), link="../evidence.qmd#", known=set(figure.rows()))
    sources = list(_sources(figure, context))
    shown = [figure.caption, figure.twin, table, *sources]
    return filled(
        "figure.qmd",
        metadata=yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False, width=10_000),
        status=STATUS if STATUS in context.pages else "",
        figure=figure,
        back=f"../notebooks/{figure.stem}.ipynb",
        alt=_quoted(figure.alt),
        size=svg_size(figure.svg),
        links=links(figure, context.files, downloads="../downloads", page=None),
        table=table,
        title=plain(figure.title),
        words=escaped(figure.alt),
        section=section,
        has_script=f"{figure.stem}.py" in context.files,
        has_methods="methods.qmd" in context.pages,
        fence="`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", figure.code)), default=2)),
        sources=sources,
        has_licence="cite.qmd" in context.pages,
        cites=any("[@" in part for part in shown),
    )


def list_page(drawn: Sequence[Figure], context: Context) -> str:
    """The page that lists every figure, section by section."""
    sections = []
    for stem in dict.fromkeys(figure.stem for figure in drawn):
        listed = [(figure.name, escaped(plain(figure.title))) for figure in drawn if figure.stem == stem]
        sections.append((stem, escaped(context.titles.get(stem, stem)), listed))
    return filled("figures.qmd", status=STATUS if STATUS in context.pages else "", sections=sections)


def _sources(figure: Figure, context: Context) -> Iterator[str]:
    """Where the values of a figure come from, each with its citation."""
    for name in dict.fromkeys(context.source_of[row] for row in figure.rows() if row in context.source_of):
        source = context.sources.get(name, {})
        yield f"{escaped(source.get('title') or name)}{markup.cited(source.get('citation_key'))}"


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
