"""Where the review is found: addresses that only its people can give, which a publication needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpers.faults import Fault, ReviewError
from helpers.navigation import CONFIG
from helpers.publish.edition import CITATION
from helpers.settings import SETTINGS, read_yaml

HOST = re.compile(r"([a-z0-9-]+\.)+[a-z][a-z0-9-]+", re.I)
PATH = re.compile(r"(/[\w.~%+-]+)*/?", re.ASCII)
MAIL = re.compile(rf"[\w.+-]+@{HOST.pattern}", re.I | re.ASCII)
DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")


@dataclass(frozen=True)
class _Address:
    """An address: where it is written, what it looks like, and what does not work without it."""

    file: str
    key: str  # dots lead into nested keys
    name: str
    is_right: Callable[[str], bool]
    form: str
    breaks: str
    advice: str = ""

    def given(self, root: Path) -> str:
        """What stands there; empty where nothing does."""
        value: Any = read_yaml(root / self.file, self.file) if (root / self.file).is_file() else {}
        for part in self.key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return "" if value is None else str(value).strip()

    def fix(self) -> str:
        """Where to write it, and how."""
        *above, key = self.key.split(".")
        place = f"{self.file}, under `{above[0]}:`," if above else self.file
        return f"Write into {place} `{key}: {self.form}`. {self.advice}".strip()


def _is_web(text: str) -> bool:
    """Whether everybody can open it, and a path can be added at its end."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        is_plain = parts.port != 0 and parts.username is None and not re.search(r"[?#]", text)
    except ValueError:  # a port that is no number, a bracket that stays open
        return False
    is_public = parts.scheme in ("http", "https") and bool(HOST.fullmatch(host))
    return is_plain and is_public and bool(PATH.fullmatch(parts.path))


def _is_site(text: str) -> bool:
    return _is_web(text) and not text.endswith((".html", ".htm"))


def _is_repository(text: str) -> bool:
    return _is_web(text) and bool(urlsplit(text).path.strip("/")) and not text.rstrip("/").endswith(".git")


ADDRESSES = (
    _Address(
        CONFIG,
        "website.site-url",
        "the address of the site",
        _is_site,
        "https://OWNER.github.io/NAME",
        "feed, structured data, research object and citation have links that lead nowhere outside the site; there is no"
        " sitemap, no canonical address and no picture where a page is shared",
    ),
    _Address(
        CONFIG,
        "website.repo-url",
        "the address of the repository",
        _is_repository,
        "https://github.com/OWNER/NAME",
        "“Report an error” and “Suggest a study” open no form, and nobody finds data and code behind a number",
        "Without .git at its end.",
    ),
    _Address(
        SETTINGS,
        "contact",
        "the mail address of the team",
        lambda text: bool(MAIL.fullmatch(text)),
        "NAME@ORGANISATION",
        "readers without an account at the tracker reach nobody",
    ),
    _Address(
        CITATION,
        "doi",
        "the DOI of this version",
        lambda text: bool(DOI.fullmatch(text)),
        "10.NNNN/NAME",
        "the version has no address that stays when the site moves, so it cannot be cited for good",
        "Reserve it where the version will be archived, before it is published; each version has its own.",
    ),
)


def check_addresses(root: Path) -> list[Fault]:
    """Addresses that are given and cannot be right, or are somebody else's.

    Parameters
    ----------
    root : Path
        Folder of the review.
    """
    faults: set[Fault] = set()
    for address in ADDRESSES:
        try:
            given = address.given(root)
        except ReviewError as error:
            faults |= set(error.faults)
            continue
        if given and not address.is_right(given):
            faults.add(_fault(root, address, given, "address", f"not {address.name}"))
    return sorted(faults) or list(_others_doi(root))


def missing_addresses(root: Path) -> list[Fault]:
    """Addresses that a publication needs and that nobody has given, each with what does not work without it.

    Parameters
    ----------
    root : Path
        Folder of the review.
    """
    faults = []
    for address in ADDRESSES:
        try:
            if not address.given(root):
                message = f"{address.name} is missing: {address.breaks}"
                faults.append(Fault(address.file, None, address.key, None, "release-address", message, address.fix()))
        except ReviewError:
            continue  # told by `check_addresses`
    return faults


def _fault(root: Path, address: _Address, given: str, rule: str, message: str) -> Fault:
    key = address.key.rpartition(".")[2]
    lines = enumerate((root / address.file).read_text(encoding="utf-8").splitlines(), 1)
    row = next((number for number, line in lines if re.match(rf"\s*{key}\s*:", line)), None)
    return Fault(address.file, row, address.key, given, rule, message, address.fix())


def _others_doi(root: Path) -> Iterator[Fault]:
    """The DOI of a source, written as if it were the review's own."""
    (own,) = (address for address in ADDRESSES if address.file == CITATION)
    given = own.given(root)
    sources = read_yaml(root / CITATION, CITATION).get("references") or [] if given else []
    if given.lower() in {str(source.get("doi", "")).lower() for source in sources if isinstance(source, Mapping)}:
        yield _fault(root, own, given, "own-doi", "this is the DOI of a source in `references`, not of this review")
