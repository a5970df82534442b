"""What the site says about itself: the version shown, its dates, and how it is to be cited."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.publish.config import SiteConfig
from helpers.settings import load_settings, read_yaml

UPDATES = "data/updates.csv"
CITATION = "CITATION.cff"
LICENCES = {"CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/"}  # SPDX name -> address that machines know


@dataclass(frozen=True)
class Update:
    """An integrated search update, a row of ``data/updates.csv``; dates are ISO text, empty where not stated."""

    version: str
    searched_through: str
    integrated_on: str
    next_due: str
    summary: str


@dataclass(frozen=True)
class Edition:
    """The version that the site shows.

    Attributes
    ----------
    update : Update
        The newest integrated update.
    earlier : tuple of Update
        Versions before it, newest first.
    title, abstract : str
        Of the review as a work.
    authors : tuple of dict
        Each with ``name``, or with ``family`` and ``given``.
    keywords : tuple of str
        What it is about.
    licence : str
        SPDX name of the licence of data and text.
    doi : str
        DOI of this version; empty while it has none.
    source : dict
        The published review that the baseline rests on, as ``CITATION.cff`` has it; may be empty.
    slug, subject, contact : str
        The beginning of its citation key, what it is about, and the mail address of the team, empty while there is none,
        as ``data/review.yaml`` has them.
    """

    update: Update
    earlier: tuple[Update, ...]
    title: str
    abstract: str
    authors: tuple[dict[str, str], ...]
    keywords: tuple[str, ...]
    licence: str
    doi: str
    source: dict[str, Any]
    slug: str
    subject: str
    contact: str = ""

    @property
    def version(self) -> str:
        """Number of the version, e.g. ``2023.1``."""
        return self.update.version

    @property
    def year(self) -> str:
        """Year of publication."""
        return self.update.integrated_on[:4]

    @property
    def licence_url(self) -> str:
        """Address of the licence; its SPDX name where no address is known."""
        return LICENCES.get(self.licence, self.licence)


def load_edition(root: Path, config: SiteConfig) -> Edition | None:
    """The version that the review's folder holds; None where no integrated update is listed."""
    found = integrated_updates(root)
    if not found:
        return None
    settings = load_settings(root)
    cff = read_yaml(root / CITATION, CITATION) if (root / CITATION).is_file() else {}
    authors = tuple(_author(entry) for entry in cff.get("authors") or [{"name": name} for name in settings.authors])
    return Edition(
        update=found[0],
        earlier=tuple(found[1:]),
        title=str(cff.get("title") or settings.title),
        abstract=str(cff.get("abstract") or config.website.get("description") or ""),
        authors=authors,
        keywords=tuple(str(word) for word in cff.get("keywords") or []),
        licence=str(cff.get("license") or "CC-BY-4.0"),
        doi=str(cff.get("doi") or ""),
        source=next(iter(cff.get("references") or []), {}),
        slug=settings.slug,
        subject=settings.subject,
        contact=settings.contact,
    )


def integrated_updates(root: Path) -> list[Update]:
    """Integrated updates, newest first; empty where the table is missing (`review check` tells)."""
    if not (root / UPDATES).is_file():
        return []
    with (root / UPDATES).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("status", "integrated") == "integrated"]
    newest_first = sorted(rows, key=lambda row: row.get("update_id") or "", reverse=True)
    names = ("version", "searched_through", "integrated_on", "next_due", "summary")
    return [Update(*(row.get(name) or "" for name in names)) for row in newest_first if row.get("version")]


def _author(entry: dict[str, Any]) -> dict[str, str]:
    if entry.get("name"):
        return {"name": str(entry["name"])}
    return {"family": str(entry.get("family-names") or ""), "given": str(entry.get("given-names") or "")}


def written(author: dict[str, str]) -> str:
    """An author as one line: the name of a body, else family name, comma, given names."""
    return author.get("name") or ", ".join(part for part in (author["family"], author["given"]) if part)
