"""The review for machines: schema.org in the pages, and a research object crate (RO-Crate 1.1) beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from helpers.publish.edition import Edition, written

CRATE = "ro-crate-metadata.json"
CRATE_VERSION = "1.1"
CODE = ["File", "SoftwareSourceCode"]
LICENCE = "Licence of the data, texts and figures; the code is under the MIT licence."
TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ipynb": "application/x-ipynb+json",
    ".py": "text/x-python",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".xml": "application/atom+xml",
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".txt": "text/plain",
    ".cff": "text/yaml",
    ".yaml": "text/yaml",
}


@dataclass(frozen=True)
class File:
    """A file of the site that others may want.

    Attributes
    ----------
    path : str
        Within the site.
    size : int
        Bytes.
    name, description : str
        What it holds, in words; the description may be empty.
    """

    path: str
    size: int
    name: str
    description: str = ""

    @property
    def type(self) -> str:
        """Media type."""
        return TYPES.get(PurePosixPath(self.path).suffix, "application/octet-stream")


def creators(edition: Edition) -> list[dict[str, Any]]:
    """Authors as schema.org persons and organisations."""
    return [
        {"@type": "Organization", "name": author["name"]}
        if "name" in author
        else {"@type": "Person", "familyName": author["family"], "givenName": author["given"], "name": written(author)}
        for author in edition.authors
    ]


def contact_point(edition: Edition) -> dict[str, str]:
    """How to reach the team; empty while it has no address."""
    return {"@type": "ContactPoint", "contactType": "review team", "email": edition.contact} if edition.contact else {}


def source_article(edition: Edition) -> dict[str, Any]:
    """The published review that the baseline rests on; empty where none is named."""
    source = edition.source
    if not source:
        return {}
    doi = f"https://doi.org/{source['doi']}" if source.get("doi") else ""
    return _filled(
        {
            "@type": "ScholarlyArticle",
            "@id": doi,
            "name": str(source.get("title") or ""),
            "datePublished": str(source.get("year") or ""),
            "isPartOf": str(source.get("journal") or "") and {"@type": "Periodical", "name": str(source["journal"])},
        }
    )


def home(edition: Edition, *, site: str, url: str, files: Sequence[File]) -> dict[str, Any]:
    """Data set and article for the home page.

    Parameters
    ----------
    edition : Edition
        The version shown.
    site : str
        Name of the site.
    url : str
        Public address with a slash at its end; empty while there is none, and addresses are then those of the folder.
    files : sequence of File
        What can be downloaded of the data.
    """
    source = source_article(edition)
    shared = {
        "name": edition.title,
        "version": edition.version,
        "datePublished": edition.update.integrated_on,
        "license": edition.licence_url,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "keywords": list(edition.keywords),
        "isBasedOn": source,
        "identifier": f"https://doi.org/{edition.doi}" if edition.doi else "",
        "url": url,
    }
    data = {
        "@type": "Dataset",
        "@id": f"{url}#dataset",
        **shared,
        "description": edition.abstract,
        "creator": creators(edition),
        "temporalCoverage": f"../{edition.update.searched_through}",
        "distribution": [
            _filled(
                {
                    "@type": "DataDownload",
                    "name": file.name,
                    "description": file.description,
                    "encodingFormat": file.type,
                    "contentUrl": url + file.path,
                    "contentSize": f"{file.size} B",
                }
            )
            for file in files
        ],
    }
    article = {
        "@type": "ScholarlyArticle",
        "@id": f"{url}#article",
        **shared,
        "headline": edition.title,
        "abstract": edition.abstract,
        "author": creators(edition),
        "publisher": _filled(
            {"@type": "Organization", "name": site, "url": url, "contactPoint": contact_point(edition)}
        ),
        "about": {"@type": "MedicalCondition", "name": edition.subject},
        "mainEntityOfPage": f"{url}index.html",
        "hasPart": {"@id": f"{url}#dataset"},
    }
    return {"@context": "https://schema.org", "@graph": [_filled(data), _filled(article)]}


def picture(edition: Edition, *, name: str, caption: str, path: str, url: str) -> dict[str, Any]:
    """A figure for its own page."""
    return {
        "@context": "https://schema.org",
        **_filled(
            {
                "@type": "ImageObject",
                "name": name,
                "caption": caption,
                "contentUrl": url + path if url else f"../{path}",
                "encodingFormat": TYPES[PurePosixPath(path).suffix],
                "license": edition.licence_url,
                "creditText": f"{edition.title}, version {edition.version}",
                "creator": creators(edition),
                "acquireLicensePage": f"{url}cite.html" if url else "../cite.html",
            }
        ),
    }


def crate(edition: Edition, *, site: str, url: str, files: Sequence[File]) -> str:
    """Text of ``ro-crate-metadata.json``: the site as a research object, with every file that can be taken away."""
    made = ROCrate(version=CRATE_VERSION)

    def entity(identifier: str, properties: Mapping[str, Any]) -> ContextEntity:
        return made.add(ContextEntity(made, identifier, properties=_filled(properties)))

    mail = contact_point(edition)
    point = entity(f"mailto:{edition.contact}", mail) if mail else ""
    authors = []
    for number, author in enumerate(creators(edition), 1):
        of_body = {"url": url, "contactPoint": point} if author["@type"] == "Organization" else {}
        authors.append(entity(f"#author-{number}", author | of_body))
    licence = {"@type": "CreativeWork", "name": edition.licence, "description": LICENCE}
    source = source_article(edition)
    source.pop("isPartOf", None)
    about = {
        "name": edition.title,
        "alternateName": site,
        "description": edition.abstract,
        "version": edition.version,
        "datePublished": edition.update.integrated_on,
        "license": entity(edition.licence_url, licence),
        "author": authors,
        "publisher": next((author for author in authors if author.type == "Organization"), ""),
        "keywords": ", ".join(edition.keywords),
        "inLanguage": "en",
        "temporalCoverage": f"../{edition.update.searched_through}",
        "identifier": f"https://doi.org/{edition.doi}" if edition.doi else "",
        "url": url,
        "isBasedOn": entity(source.pop("@id"), source) if "@id" in source else "",
    }
    for name, value in _filled(about).items():
        made.root_dataset[name] = value
    for file in files:
        about = {"name": file.name, "description": file.description, "encodingFormat": file.type}
        about |= {"contentSize": str(file.size), "contentUrl": url and url + file.path}
        is_code = file.path.endswith((".ipynb", ".py"))
        made.add_file(dest_path=file.path, properties=_filled(about | ({"@type": CODE} if is_code else {})))
    return json.dumps(made.metadata.generate(), indent=2, ensure_ascii=False) + "\n"


def script(document: Mapping[str, Any]) -> str:
    """A document as an element of a page's head; nothing in it can end the element."""
    text = json.dumps(document, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _filled(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry without what is not known."""
    return {key: value for key, value in entry.items() if value not in ("", None, [], {})}
