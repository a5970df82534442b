"""How to cite the version that the site shows, in the forms that reference managers read."""

from __future__ import annotations

import json
from typing import Any

from helpers.markup import literal
from helpers.publish.edition import Edition, written
from helpers.publish.versions import day, folder_of

NAME = "citation"  # of the files: citation.bib, citation.ris, citation.json


def key(edition: Edition) -> str:
    """Citation key that is the same for the same version, made of letters that every tool accepts."""
    return f"{edition.slug}-{edition.version}"


def address(edition: Edition, site_url: str) -> str:
    """Address at which the site keeps this version; empty while the site has no public address."""
    return site_url + folder_of(edition.version) if site_url else ""


def note(edition: Edition) -> str:
    """What a reader of a reference list has to know: which version, and how far it searched."""
    return f"Version {edition.version}, evidence searched through {day(edition.update.searched_through)}"


def text(edition: Edition, url: str = "") -> str:
    """The citation for people, in Markdown: with the DOI, else with the address, as far as there is one."""
    who = "; ".join(written(author) for author in edition.authors)
    where = f"https://doi.org/{edition.doi}" if edition.doi else url
    told = f"{literal(who)}. *{literal(edition.title)}*. {note(edition)}; {edition.year}."
    return f"{told} <{where}>" if where else told


def bibtex(edition: Edition, url: str = "") -> str:
    """A BibTeX entry; names and title in double braces, so that no style changes their letters."""
    authors = " and ".join(
        f"{{{author['name']}}}" if "name" in author else written(author) for author in edition.authors
    )
    fields = {
        "author": authors,
        "title": f"{{{edition.title}}}",
        "year": edition.year,
        "version": edition.version,
        "note": note(edition),
        "doi": edition.doi,
        "url": url,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key(edition)},", *lines, "}"]) + "\n"


def ris(edition: Edition, url: str = "") -> str:
    """A RIS record of type DATA; a body's name ends in a comma, so that it is not split into a person's."""
    authors = [author["name"] + "," if "name" in author else written(author) for author in edition.authors]
    fields = [
        ("TY", "DATA"),
        *[("AU", author) for author in authors],
        ("TI", edition.title),
        ("PY", edition.year),
        ("DA", edition.update.integrated_on.replace("-", "/")),
        ("ET", edition.version),
        ("N1", note(edition)),
        *[("KW", word) for word in edition.keywords],
        ("LA", "en"),
        ("DO", edition.doi),
        ("UR", url),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value or tag == "ER")


def csl(edition: Edition, url: str = "") -> list[dict[str, Any]]:
    """The version as CSL-JSON, a list of one item."""
    item = {
        "id": key(edition),
        "type": "dataset",
        "title": edition.title,
        "author": [
            {"literal": author["name"]} if "name" in author else {"family": author["family"], "given": author["given"]}
            for author in edition.authors
        ],
        "issued": {"date-parts": [[int(part) for part in edition.update.integrated_on.split("-")]]},
        "version": edition.version,
        "note": note(edition),
        "abstract": edition.abstract,
        "keyword": ", ".join(edition.keywords),
        "language": "en",
        "DOI": edition.doi,
        "URL": url,
    }
    return [{name: value for name, value in item.items() if value}]


def files(edition: Edition, url: str = "") -> dict[str, bytes]:
    """The three forms by file name."""
    return {
        f"{NAME}.bib": bibtex(edition, url).encode(),
        f"{NAME}.ris": ris(edition, url).encode(),
        f"{NAME}.json": (json.dumps(csl(edition, url), indent=2, ensure_ascii=False) + "\n").encode(),
    }
