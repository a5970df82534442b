"""Rules that the finished pages must keep, whichever renderer made them: Quarto only warns about most of these."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from helpers import markup
from helpers.faults import Fault
from helpers.publish import active, head
from helpers.publish.config import PAGE_SUFFIXES

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
VERBATIM = frozenset(("script", "style", "code", "pre", "template", "textarea", "math"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*:|//)", re.I)
FROZEN = re.compile(r"v/[^/]+/")  # versions at addresses that stay
LEFTOVERS = (
    (re.compile(r"\{\{<.{0,60}"), "shortcode", "a shortcode was not resolved"),
    (re.compile(r"(?:^|(?<=\s)):{3,}.{0,40}"), "fenced-div", "the fence of a block stands in the text"),
    (
        re.compile(r"\?@?(?:fig|tbl|sec|eq)-[\w-]+|(?<![\w?@])@(?:fig|tbl|sec|eq)-[\w-]+|\?@[\w-]+"),
        "cross-reference",
        "nothing on this page has this label",
    ),
    (re.compile(r"\?\?\?"), "citation", "a citation was not found"),
)
FIXES = {
    "shortcode": "Mend or remove the shortcode.",
    "fenced-div": "Put an empty line before and after the line of colons, and close each block.",
    "cross-reference": "Mend the label, or give the cell or block this label.",
    "citation": "Add the key to references.bib, or mend it.",
}


@dataclass
class _Seen(HTMLParser):
    """One page, read once."""

    address: str = ""
    ids: dict[str, int] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)  # tag, address, section
    loads: list[tuple[str, str]] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)  # image without alt text, section
    texts: list[tuple[str, str]] = field(default_factory=list)
    uncited: list[tuple[str, str]] = field(default_factory=list)
    headings: int = 0
    title: str = ""
    lang: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, str, bool]] = []  # tag, citations, whether it holds text of the data as it is
        self.section = ""
        self.in_main = 0
        self.active = active.Active()
        self.unresolved = False
        self.main_ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        names = {key for key, _ in attrs}
        around = {tag for tag, *_ in self.stack}
        shown = self.get_starttag_text() or tag
        first = {key: value or "" for key, value in reversed(attrs)}  # of two alike browsers take the first
        self.active.start(tag, first, shown, section=self.section, around=around, page=self.address)
        if tag == "main":
            self.in_main += 1
        if tag == "html":
            self.lang = said.get("lang", "")
        if identifier := said.get("id"):
            if identifier in self.ids and (self.in_main or identifier in self.main_ids):
                self.doubled.append(identifier)
            self.ids[identifier] = self.ids.get(identifier, 0) + 1
            if self.in_main:
                self.main_ids.add(identifier)
        if tag == "a" and said.get("name"):
            self.ids.setdefault(said["name"], 1)
        if tag in ("a", "area") and "href" in names:
            self.links.append((tag, said["href"], self.section))
        for key in ("src", "srcset", "poster", "data") if tag != "a" else ():
            if key in names and tag in ("img", "script", "iframe", "source", "video", "audio", "embed", "object"):
                self.loads.append((said[key].split(" ")[0], self.section))
        if tag == "link" and set(said.get("rel", "").split()) & {"stylesheet", "icon", "preload", "modulepreload"}:
            self.loads.append((said.get("href", ""), self.section))
        hidden = said.get("aria-hidden") == "true" or said.get("role") in ("presentation", "none")
        if tag == "img" and not hidden and not said.get("alt", "").strip():
            self.images.append((said.get("src", "")[:80], self.section))
        if tag == "h1" and self.in_main:
            self.headings += 1
        if tag in HEADINGS:
            self.section = ""
        if tag not in VOID:
            is_text = markup.SHOWN_AS_TEXT in said.get("class", "").split()
            self.stack.append((tag, said.get("data-cites", ""), is_text))
            self.unresolved = "quarto-unresolved-ref" in said.get("class", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.in_main -= 1
            if self.in_main < 0:
                self.active.end_of_text()
        for index in range(len(self.stack) - 1, -1, -1):
            if self.stack[index][0] == tag:
                del self.stack[index:]
                break

    def handle_comment(self, data: str) -> None:
        if self.in_main:
            self.active.comment(data, section=self.section)

    def unknown_decl(self, data: str) -> None:
        self.active.comment(f"<![{data}", section=self.section)  # browsers end it at the first bracket

    def handle_data(self, data: str) -> None:
        open_tags = [tag for tag, *_ in self.stack]
        if open_tags and open_tags[-1] in ("script", "style"):
            self.active.code(data, section=self.section, around=open_tags)
        if "title" in open_tags and "svg" not in open_tags:
            self.title += data
        if VERBATIM.intersection(open_tags):
            return
        if HEADINGS.intersection(open_tags):
            self.section += data
        if "body" not in open_tags or not data.strip() or any(is_text for *_, is_text in self.stack):
            return
        cites = next((cites for _, cites, _ in reversed(self.stack) if cites), "")
        if cites and open_tags[-1] == "strong" and data.endswith("?") and data[:-1] in cites.split():
            self.uncited.append((data[:-1], self.section))
        # Quarto marks what it could not resolve by a class; the text alone may look harmless.
        self.texts.append(("?@" + data.lstrip("?@") if self.unresolved else data, self.section))
        self.unresolved = False


def check_site(folder: Path, sources: Mapping[str, str] | None = None) -> list[Fault]:
    """Every broken rule of a rendered site.

    Parameters
    ----------
    folder : Path
        The site.
    sources : mapping of str to str, optional
        Source of each page by its address, so that messages name what people edit; default what lies beside the site.

    Returns
    -------
    list of Fault
        Empty when every link, label, citation and image holds.
    """
    pages: dict[str, _Seen] = {}
    faults: list[Fault] = []
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        if FROZEN.match(name):  # a version was checked when it was the current one; today's rules are not its own
            continue
        pages[name] = _Seen(address=name)
        try:
            text = path.read_text(encoding="utf-8")
            pages[name].feed(head.within_site(text, name) if name == head.MISSING else text)
        except UnicodeDecodeError:
            faults.append(Fault(name, None, None, None, "utf-8", "the page is not UTF-8", "Build the site again."))
    if not pages:
        return [Fault(folder.name, None, None, None, "pages-exist", "there is no page here", "Run `review site`.")]
    for name, seen in pages.items():
        source = sources.get(name, name) if sources is not None else _source(folder, name)
        faults += _page_faults(source, seen)
        faults += _link_faults(folder, name, source, pages)
    return list(dict.fromkeys(faults))


def _source(folder: Path, name: str) -> str:
    """Where people edit a page of the site `folder`: beside it, under the same name."""
    edited = [Path(name).with_suffix(suffix).as_posix() for suffix in PAGE_SUFFIXES]
    return next((source for source in edited if (folder.parent / source).is_file()), name)


def _place(section: str) -> str | None:
    return f"section “{' '.join(section.split())}”" if section.strip() else None


def _page_faults(source: str, seen: _Seen) -> list[Fault]:
    found: list[tuple[str, str | None, str, str, str]] = [  # section, value, rule, message, fix
        (section, value, active.RULE, message, active.FIX) for section, value, message in seen.active.faults()
    ]
    for key in seen.doubled:
        found.append(("", key, "unique-id", "two places of the page have the same id", "Rename one of them."))
    for source_of_image, section in seen.images:
        fix = "Give the figure's output an alt text (`review` metadata), or set fig-alt."
        found.append((section, source_of_image, "alt-text", "the image has no text alternative", fix))
    for key, section in seen.uncited:
        found.append((section, f"@{key}", "citation", "no such key in the bibliography", FIXES["citation"]))
    for text, section in seen.texts:
        for pattern, rule, message in LEFTOVERS:
            for match in pattern.finditer(text):
                found.append((section, match.group(0).strip(), rule, message, FIXES[rule]))
    if seen.headings != 1:
        fix = "Use ## and below in the text; the title comes from the YAML block."
        found.append(("", f"{seen.headings}", "one-title", "a page has exactly one top heading (h1)", fix))
    if not seen.title.strip():
        found.append(("", None, "page-title", "the page has no title", "Give it one in its YAML block."))
    if not seen.lang:
        found.append(("", None, "page-language", "the page names no language", "Set `lang: en` in _quarto.yml."))
    return [Fault(source, None, _place(section), value, *rest) for section, value, *rest in found]


def _link_faults(folder: Path, name: str, source: str, pages: Mapping[str, _Seen]) -> list[Fault]:
    faults = []
    seen = pages[name]
    for url, section in seen.loads:
        if SCHEME.match(url) and not url.startswith("data:"):
            fix = "Keep a copy in assets/: the site must work offline."
            faults.append(Fault(source, None, _place(section), url, "no-network", "the page loads from elsewhere", fix))
    links = [(url, section) for _, url, section in seen.links] + [(url, section) for url, section in seen.loads]
    for url, section in dict.fromkeys(links):
        if SCHEME.match(url) or url == "#":
            continue
        path, _, anchor = url.partition("#")
        path = unquote(path.partition("?")[0])
        joined = posixpath.join(posixpath.dirname(name), path) if not path.startswith("/") else path[1:]
        target = posixpath.normpath(joined) if path else name
        if target == "." or (folder / target).is_dir():
            target = posixpath.normpath(posixpath.join(target, "index.html"))
        if target.startswith("..") or not (folder / target).is_file():
            fix = "Mend the path, or write the page or file it leads to."
            faults.append(Fault(source, None, _place(section), url, "link-target", "the link leads nowhere", fix))
        elif anchor and target in pages and unquote(anchor) not in pages[target].ids:
            message = f"{target} has no place called “{unquote(anchor)}”"
            fix = "Mend the anchor, or give the row or heading this id."
            faults.append(Fault(source, None, _place(section), url, "link-anchor", message, fix))
    return faults
