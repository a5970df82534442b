"""What both renderers leave undone: frame and head of the pages, lists for machines, search, feed, frozen versions."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.language import ENGLISH
from helpers.publish import (
    chrome,
    currency,
    downloads,
    feedback,
    figures,
    head,
    linkeddata,
    listing,
    search,
    versions,
    words,
)
from helpers.publish.config import NavItem, SiteConfig, address, walk
from helpers.publish.edition import Edition
from helpers.publish.head import MISSING
from helpers.publish.kept import WORK
from helpers.publish.raster import Painter
from helpers.publish.stage import PICTURES, Staged
from helpers.publish.tables import with_spanners
from helpers.settings import load_settings

CARD, CARD_SIZE = "card.png", (1200, 630)
FEED, FEED_SOURCE = "feed.xml", "data/results/feed.xml"
SUMMARY = "data/results/summary.json"
CARD_ROWS = 5  # as many results as can be read at the size of a thumb
LATEST = frozenset(
    [".csv", ".xlsx", ".json", ".bib", ".ris", ".cff", ".ipynb", ".py"]
)  # files of the crate and data set
HAS_TABLE = "<table"
TABLES, FEEDBACK = "tables.js", "feedback.js"  # for pages of either renderer
QUARTO_SEARCH = "search.json"  # nobody asks it: the site's own search works from a folder too
AT_ONCE = 120_000  # characters; longer pages are shown before their tables can be filtered


def complete(site: Path, project: Path, staged: Staged, *, only: Collection[str] | None = None) -> None:
    """Put the frame around rendered pages, and add what makes a site found, quoted, searched and kept.

    Parameters
    ----------
    site : Path
        The rendered pages.
    project : Path
        The prepared project that was rendered.
    staged : Staged
        What the project holds.
    only : collection of str, optional
        Addresses of the pages that were rendered, where the others and all that goes with them were completed before.
    """
    config, edition = staged.config, staged.edition
    for path in sorted((project / PICTURES).glob("*.png")):
        shutil.copyfile(path, site / downloads.FOLDER / path.name)
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    if (project / FEED_SOURCE).is_file():
        due = edition.update.next_due if edition else ""
        _write(site / FEED, currency.dated_feed((project / FEED_SOURCE).read_text(encoding="utf-8"), due))
    chrome.copy_assets(project, site)
    files = _files(site, project)
    drawn = {address(figure.source): figure for figure in staged.figures}
    if only is not None:
        _heads(site, project, pages, set(only), drawn, config, edition, files, "")
        return
    card_says = ""
    if edition:
        card_says = _card(site, project, edition, config)
        _write(
            site / linkeddata.CRATE,
            linkeddata.crate(edition, site=config.title, url=config.site_url, files=files),
        )
    _heads(site, project, pages, set(pages), drawn, config, edition, files, card_says)
    (site / QUARTO_SEARCH).unlink(missing_ok=True)
    found = [page for page in pages if page != MISSING]
    _write(site / search.INDEX, search.index(site, found))
    _lists(site, project, found, config, edition)
    for page in pages:  # not those of a preview, which puts a script of its own into them
        _write(site / page, chrome.with_policy((site / page).read_text(encoding="utf-8")))
    if edition:
        versions.freeze(site, project, edition)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _files(site: Path, project: Path) -> list[linkeddata.File]:
    """What can be downloaded, each with what it is."""
    package = downloads.read_package(project)
    told = {
        str(r.get("path")): (str(r.get("title") or r.get("name")), str(r.get("description") or ""))
        for r in package.get("resources", [])
    }
    told[downloads.workbook(project)] = ("All tables in one workbook", "")
    told["datapackage.json"] = ("Data dictionary", "What each column of each table means (Data Package, Table Schema).")
    found = []
    for path in sorted((site / downloads.FOLDER).rglob("*")):
        if path.is_file() and path.suffix in LATEST:
            name = path.relative_to(site / downloads.FOLDER).as_posix()
            title, about = told.get(name) or (_title_of(name, told), "")
            found.append(linkeddata.File(f"{downloads.FOLDER}/{name}", path.stat().st_size, title, about))
    return found


def _title_of(name: str, told: Mapping[str, tuple[str, str]]) -> str:
    table = told.get(f"{name.rpartition('.')[0]}.csv")
    return f"{table[0]} (spreadsheet)" if table else name


def _data_files(files: list[linkeddata.File]) -> list[linkeddata.File]:
    """Tables, dictionary, workbook and results: what a search for data sets should show."""
    shown = []
    for file in files:
        name = file.path.removeprefix(f"{downloads.FOLDER}/")
        is_page_part = any(part in name for part in ("-tbl-", "-fig-"))
        if file.path.endswith((".csv", ".xlsx", ".json")) and not is_page_part and not name.startswith("citation"):
            shown.append(file)
    return shown


def _heads(
    site: Path,
    root: Path,
    pages: list[str],
    wanted: set[str],
    drawn: Mapping[str, figures.Figure],
    config: SiteConfig,
    edition: Edition | None,
    files: list[linkeddata.File],
    card_says: str,
) -> None:
    feed = FEED if (site / FEED).is_file() else ""
    to = feedback.desk(root, config, edition)
    known = currency.known(root)
    condition_heading = load_settings(root).condition_heading
    about = str(config.website.get("description") or "")
    shared = head.Preview(config.title, about, config.site_url, CARD if card_says else "", card_says, CARD_SIZE)
    frame = chrome.Frame(site, root, config)
    for name in sorted(wanted.intersection(pages)):
        text = with_spanners(frame.around((site / name).read_text(encoding="utf-8"), name))
        text = figures.for_phones(text, name, site)
        tongue = frame.tongues.get(words.page_language(text), ENGLISH)
        text = currency.marked(text, tongue)
        said = words.frame(tongue)
        preview, extra = shared, [words.for_assets(tongue, condition_heading)]
        if edition and name == "index.html":
            document = linkeddata.home(edition, site=config.title, url=config.site_url, files=_data_files(files))
            if standing := currency.status(known, edition.update.next_due):
                document["@graph"] = [{**part, "creativeWorkStatus": standing} for part in document["@graph"]]
            extra.append(linkeddata.script(document))
        if name == currency.PAGE and known:
            extra.append(linkeddata.script(currency.listed(known, url=config.site_url)))
        figure = drawn.get(name)
        if edition and figure:
            png = f"{downloads.FOLDER}/{figure.name}.png"
            preview = replace(shared, image=png, image_alt=figure.alt, size=_png_size(site / png))
            caption = figures.plain(figure.caption)
            told = linkeddata.picture(
                edition, name=figures.plain(figure.title), caption=caption, path=png, url=config.site_url
            )
            extra.append(linkeddata.script(told))
        up = "../" * name.count("/")
        # What filters a table stands above it: where the page waits for it, nothing moves down afterwards.
        waits = ' blocking="render"' if len(text) <= AT_ONCE else ""
        extra += [f'<script src="{up}assets/{TABLES}" defer{waits}></script>'] if HAS_TABLE in text else []
        extra.append(f'<script src="{up}assets/{FEEDBACK}" defer></script>')
        others = head.alternates(name, pages, list(frame.tongues), url=config.site_url)
        tags = head.tags(
            text,
            name,
            preview,
            feed=feed,
            news=said["news"],
            locale=tongue.territory,
            alternates=others,
            extra=extra,
        )
        foot = "" if name == feedback.PAGE else feedback.foot(to, name, up, said)
        text = head.completed(text, head=tags, foot=foot)
        if name == MISSING and config.site_url:
            text = head.from_anywhere(text, config.site_url)
        (site / name).write_text(text, encoding="utf-8")


def _png_size(path: Path) -> tuple[int, int]:
    """Width and height, which stand in the first chunk of the file."""
    start = path.read_bytes()[16:24]
    return int.from_bytes(start[:4], "big"), int.from_bytes(start[4:], "big")


def _card(site: Path, project: Path, edition: Edition, config: SiteConfig) -> str:
    """Draw the picture for links to the site; returns what it says, for those who cannot see it."""
    rows = _card_rows(project)
    footer = downloads.credit(edition, config.title).removeprefix(f"{config.title}, ")
    painter = Painter(project / WORK / "painting")
    (site / CARD).write_bytes(painter.card(site=config.title, title=edition.title, rows=rows, footer=footer))
    results = "".join(f" {row['label']}: {row['shown']}." for row in rows)
    return f"{edition.title}.{results} {footer}."


def _card_rows(root: Path) -> list[dict[str, Any]]:
    """The first results of the summary of findings that have an estimate."""
    try:
        summary = json.loads((root / SUMMARY).read_text(encoding="utf-8"))
        with (root / "data" / "vocabularies.csv").open(encoding="utf-8", newline="") as file:
            words = {(row["list"], row["code"]): row["short"] or row["label"] for row in csv.DictReader(file)}
    except (OSError, ValueError, KeyError):
        return []
    rows = []
    for finding in summary.get("findings", []):
        outcome = finding.get("outcome_row") or {}
        if not {"estimate", "ci_low", "ci_high", "shown"} <= outcome.keys():
            continue
        treatment = words.get(("treatment", finding["treatment"]), finding["treatment"])
        condition = words.get(("condition", finding["condition"]), finding["condition"])
        measure = words.get(("measure", outcome["measure"]), outcome["measure"])
        label = f"{treatment}, {condition}: {measure.lower()}"
        share, low, high = (float(outcome[key]) for key in ("estimate", "ci_low", "ci_high"))
        rows.append({"label": label, "shown": outcome["shown"], "share": share, "low": low, "high": high})
    return rows[:CARD_ROWS]


def _lists(site: Path, project: Path, pages: list[str], config: SiteConfig, edition: Edition | None) -> None:
    if config.site_url:
        day = edition.update.integrated_on if edition else ""
        _write(site / listing.SITEMAP, listing.sitemap(pages, url=config.site_url, day=day))
        _write(site / "robots.txt", listing.robots(config.site_url))
    entries = [entry for group in _sections(config) for entry in _entries(site, group)]
    data = {
        f"{downloads.FOLDER}/results/summary.json": "the summary of findings with counts, exact intervals and source rows",
        f"{downloads.FOLDER}/datapackage.json": "the dictionary of all tables",
        f"{downloads.FOLDER}/{downloads.workbook(project)}": "all tables in one workbook",
        f"{downloads.FOLDER}/citation.json": "how to cite this version (CSL-JSON)",
        f"{downloads.FOLDER}/results/signals.json": "what is known since the last search, with its state: not assessed, never counted",
        linkeddata.CRATE: "every file of this site with its type and licence (RO-Crate)",
        FEED: "what changed from version to version (Atom)",
    }
    data = {name: what for name, what in data.items() if (site / name).is_file()}
    about = str(config.website.get("description") or config.title)
    known = currency.for_programs(currency.known(project), url=config.site_url)
    text = listing.llms(edition, entries, data, site=config.title, about=about, url=config.site_url, known=known)
    _write(site / "llms.txt", text)


def _sections(config: SiteConfig) -> list[tuple[str, list[NavItem]]]:
    """Headings of the menu with their pages, those without a heading first."""
    plain = [item for item in config.sidebar if item.href]
    return [("", plain), *[(item.text or "", list(walk(item.items))) for item in config.sidebar if item.items]]


def _entries(site: Path, group: tuple[str, list[NavItem]]) -> list[listing.Entry]:
    heading, items = group
    found = []
    for item in items:
        target = address(item.href) if item.href else ""
        if target and (site / target).is_file():
            text = (site / target).read_text(encoding="utf-8")
            described = head.described(text)
            found.append(listing.Entry(target, item.text or head.titled(text), described, heading))
    return found
