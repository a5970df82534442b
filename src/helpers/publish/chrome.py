"""What surrounds a page's text, whichever renderer made it: head, top bar, menus, contents, neighbours, footer, policy."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
import shutil
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from helpers.language import ENGLISH, Catalogue, languages, load
from helpers.publish import floats, pandoc, words
from helpers.publish.config import NavItem, SiteConfig, address, walk
from helpers.publish.head import MISSING
from helpers.publish.notebook import svg_size
from helpers.publish.templates import filled

OVERDUE = "assets/overdue.html"
LOADED = (
    *("frame.css", "content.css", "favicon.svg", "site.js", "search.js", "tables.js", "feedback.js"),
    *("vendor/minisearch.js", "vendor/minisearch.LICENSE.txt"),
)
EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)
# The parts of a page as page.html, the template of both renderers, puts them.
PAGE = re.compile(
    r'<html[^>]*\blang="(?P<lang>[^"]*)"[^>]*>\s*<head>(?P<head>.*?)</head>\s*<body class="(?P<layout>[^"]*)">'
    r'.*?<header id="title-block-header"[^>]*>(?P<heading>.*?)</header>\s*<!-- contents -->(?P<contents>.*?)<!-- text -->'
    r"(?P<text>.*)</article>\s*</main>(?P<after>.*?)</body>",
    re.S,
)
HEADING = re.compile(r'<h1 class="title">(.*?)</h1>', re.S)
TITLE = re.compile(r"<title>(.*?)</title>", re.S)
STATUS_LINE = re.compile(r'<div class="status"[^>]*>.*?</div>', re.S)
TAG = re.compile(r"<[^>]*>")
CONTENTS_ID = re.compile(r' id="toc-[^"]*"')  # the contents stand on a page twice; an id must not
ICON = re.compile(r'\s*<link [^>]*rel="icon"[^>]*>')
MAIN = re.compile(r"<main\b.*</main>", re.S)
SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
POLICY = re.compile(r'\n<meta http-equiv="Content-Security-Policy"[^>]*>')
HEAD_START = '<meta charset="utf-8">'


@dataclass(frozen=True)
class Frame:
    """The surroundings of all pages of a site.

    Attributes
    ----------
    site, stage : Path
        The rendered pages, and the staged project that holds the catalogues.
    config : SiteConfig
        Navigation and footer.
    """

    site: Path
    stage: Path
    config: SiteConfig

    @cached_property
    def tongues(self) -> dict[str, Catalogue]:
        """Catalogues of the languages other than English."""
        return {code: load(self.stage, code) for code in languages(self.stage)}

    @cached_property
    def sources(self) -> dict[str, str]:
        """Source of each page by its address."""
        return {address(source): source for source in self.config.inputs}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Title of each page by its source, as the page itself has it; the source where there is none."""
        pages = {source: self.site / page for page, source in self.sources.items()}
        texts = {source: path.read_text(encoding="utf-8") for source, path in pages.items() if path.is_file()}
        return {source: _plain(HEADING, texts.get(source, "")) or source for source in pages}

    @cached_property
    def footers(self) -> dict[str, list[tuple[str, str]]]:
        """Parts of the footer as HTML, in each language, with ``%ROOT%`` where the way to the site's folder goes."""
        return {tongue.language: self._footer(tongue) for tongue in (ENGLISH, *self.tongues.values())}

    @cached_property
    def overdue(self) -> str:
        """What marks a date that has passed; empty where the review has nothing of the kind."""
        path = self.stage / OVERDUE
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def around(self, text: str, name: str) -> str:
        """A rendered page with its frame; unchanged where it is none that page.html made.

        Parameters
        ----------
        text : str
            The page as its renderer wrote it.
        name : str
            Its address within the site.
        """
        if name == MISSING:  # Quarto has its links begin at the root of the server
            root = re.escape(urlsplit(self.config.site_url).path or "/")
            text = re.sub(rf'\b(href|src)="{root}(?:\./)?(?!/)', r'\1="', text)
        found = PAGE.search(text)
        if not found:
            return text
        parts = {part: inner.strip() for part, inner in found.groupdict().items()}
        tongue = self.tongues.get(parts["lang"], ENGLISH)
        said = words.frame(tongue)
        place = _Place(self, name, tongue)
        is_home = name == "index.html"
        title = self.config.title if is_home else f"{_plain(HEADING, text)} – {self.config.title}"
        head = TITLE.sub(lambda _: f"<title>{escape(title, quote=False)}</title>", ICON.sub("", parts["head"]))
        contents = CONTENTS_ID.sub("", parts["contents"])
        page = {**parts, "head": head, "contents": contents}
        status = STATUS_LINE.sub(lambda line: f"{line.group()}\n{self.overdue}", parts["text"], count=1)
        page["text"] = floats.boxed(status, said["tbl"], lambda picture: self._size(name, picture))
        return filled(
            "frame.html",
            page=page,
            words=said,
            root=place.up,
            site_title=self.config.title,
            is_home=is_home,
            navbar=place.entries(self.config.navbar),
            sidebar=place.entries(self.config.sidebar),
            mobile=place.entries(_mobile(self.config)),
            kicker=place.kicker(),
            neighbours=place.neighbours() if "with-neighbours" in parts["layout"] else [],
            overdue=self.overdue,
            footer=[(side, inner.replace("%ROOT%", place.up)) for side, inner in self.footers[tongue.language]],
        )

    def _size(self, name: str, picture: str) -> str:
        path = self.site / posixpath.dirname(name) / unquote(picture)
        if path.suffix != ".svg" or not path.is_file():
            return ""
        return re.sub(r"=(\d+)", r'="\1"', svg_size(path.read_text(encoding="utf-8")))

    def _footer(self, tongue: Catalogue) -> list[tuple[str, str]]:
        def link(match: re.Match[str]) -> str:
            path, mark, anchor = match[2].lstrip("/").partition("#")
            return f'href="%ROOT%{address(path) if path in self.titles else path}{mark}{anchor}"'

        parts = []
        for side, markdown in self.config.footer.items():
            said = tongue.translate(markdown, words.MENU)
            inner = pandoc.run([f"--from={pandoc.READER}", "--to=html5", "--wrap=none"], said, self.stage)
            parts.append((side, re.sub(r'\b(href)="(?![a-z][a-z0-9+.-]*:|#)([^"]*)"', link, inner)))
        return parts


@dataclass(frozen=True)
class _Place:
    """A page among the others: how the menus read from there."""

    frame: Frame
    name: str
    tongue: Catalogue

    @property
    def up(self) -> str:
        """Way from the page to the site's folder."""
        return "../" * self.name.count("/")

    @property
    def source(self) -> str:
        return self.frame.sources.get(self.name, "")

    def said(self, text: str) -> str:
        """A text of the menu in the language of the page."""
        return self.tongue.translate(text, words.MENU)

    def entries(self, items: tuple[NavItem, ...]) -> list[dict[str, Any]]:
        """Links of a menu with what the template asks of them."""
        return [
            {
                "text": self.said(item.text) if item.text else self.frame.titles.get(item.href or "", item.href or ""),
                "href": self.way(item.href) if item.href else "",
                "here": item.href == self.source,
                "language": self.foreign(item.href) if item.href else "",
                "under": self.entries(item.items),
                "holds_page": any(child.href == self.source for child in walk(item.items)),
            }
            for item in items
        ]

    def way(self, href: str) -> str:
        if EXTERNAL.match(href):
            return href
        source, mark, anchor = href.partition("#")
        return self.up + (address(source) if source in self.frame.titles else source) + mark + anchor

    def foreign(self, href: str) -> str:
        """Language of what a link leads to, where it is another than the page's."""
        folder = href.partition("/")[0]
        language = folder if folder in self.frame.tongues else "en"
        return "" if language == self.tongue.language or EXTERNAL.match(href) else language

    def kicker(self) -> str:
        """Heading of the sidebar under which the page stands."""
        for item in self.frame.config.sidebar:
            if any(child.href == self.source for child in walk(item.items)):
                return self.said(item.text or "")
        return ""

    def neighbours(self) -> list[dict[str, str]]:
        """The pages before and after this one, in the order of the sidebar."""
        order = self.frame.config.reading_order
        if self.source not in order:
            return []
        place = order.index(self.source)
        named = {item.href: item.text for item in walk(self.frame.config.sidebar) if item.href and item.text}
        beside = [
            (step, place + move) for step, move in (("previous", -1), ("next", 1)) if 0 <= place + move < len(order)
        ]
        return [
            {
                "step": step,
                "href": self.up + address(order[at]),
                "text": named.get(order[at]) or self.frame.titles[order[at]],
            }
            for step, at in beside
        ]


def _mobile(config: SiteConfig) -> tuple[NavItem, ...]:
    """The sidebar, and before it what only the top bar has."""
    listed = {item.href for item in walk(config.sidebar) if item.href}
    return tuple(item for item in config.navbar if item.href and item.href not in listed) + config.sidebar


def _plain(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return unescape(TAG.sub("", found[1])).strip() if found else ""


def copy_assets(stage: Path, site: Path) -> None:
    """Put the scripts and styles that every page loads into the site."""
    for name in LOADED:
        if (stage / "assets" / name).is_file():
            (site / "assets" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(stage / "assets" / name, site / "assets" / name)


def with_policy(page: str) -> str:
    """A finished page that says what it may load: what lies in the site, and the scripts that its frame holds.

    A script in the text runs where the frame holds the same. Cells carry their alignment as a style, hence the exception.
    """
    scripts = SCRIPT.findall(MAIN.sub("", page))
    hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    allowed = " ".join(["'self'", *(f"'sha256-{value}'" for value in sorted(hashes))])
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return page.replace(HEAD_START, f'{HEAD_START}\n<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)
