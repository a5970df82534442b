"""What acts on a finished page and is not the site's own: scripts, handlers of events, addresses that run, frames, forms."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

RULE = "active-content"
FIX = (
    "Nothing was executed. Look for this text in data/ or in the page's source; a notebook or helper writes text of the"
    " data into a page through `markup.literal`."
)
REFUSED = frozenset(("iframe", "frame", "frameset", "object", "embed", "applet", "form", "base", "portal"))
ADDRESSES = frozenset(
    (
        *("href", "xlink:href", "src", "srcset", "action", "formaction", "data", "poster", "background", "ping"),
        *("to", "from", "by", "values"),  # with which an SVG changes its own addresses
    )
)
RUNS = re.compile(
    r"(?:^|[,;])(?:javascript|vbscript|data:(?:text/html|text/xml|application/xhtml\+xml|image/svg))", re.I
)
IGNORED = re.compile(r"[\x00-\x20]+")  # browsers do, at the start and within the scheme
INERT = ("application/json", "application/ld+json")
OWN_FOLDER = "assets"  # for scripts of this site
LONGEST = 120  # characters of what is shown of a place


@dataclass
class Active:
    """What acts on one page, collected while it is read.

    The text of a page is what stands in its ``main``; around it is the frame that the publisher writes. A script in the text
    is the publisher's where the frame holds the same.
    """

    told: list[tuple[str, str, str]] = field(default_factory=list)  # section, value, message
    scripts: list[tuple[str, str]] = field(default_factory=list)  # in the text: section, code
    own: set[str] = field(default_factory=set)  # in the frame
    mains: int = 0
    is_inert: bool = False  # whether the last script is data that browsers keep and never run

    def start(
        self, tag: str, attrs: Mapping[str, str], shown: str, *, section: str, around: Collection[str], page: str
    ) -> None:
        """Read the start of an element; `around` are the elements it stands in, `shown` is how it is written."""
        value = " ".join(shown.split())[:LONGEST]
        self.mains += tag == "main"
        if tag == "script":
            self.is_inert = attrs.get("type", "").strip().lower() in INERT
        for message in self._faults(tag, attrs, around, page):
            self.told.append((section, value, message))

    def _faults(self, tag: str, attrs: Mapping[str, str], around: Collection[str], page: str) -> Iterator[str]:
        in_text = "main" in around
        if tag in REFUSED or (tag == "meta" and attrs.get("http-equiv", "").lower() == "refresh"):
            yield "the page holds an element that loads or sends something"
        loaded = [attrs[name] for name in ("src", "href", "xlink:href") if name in attrs] if tag == "script" else []
        if any(in_text or not _is_own(address, page) for address in loaded):
            yield "a script is loaded that is not the site's own"
        for name, value in attrs.items():
            if name.startswith("on"):
                yield "an element runs a script when something happens to it"
            target = IGNORED.sub("", value) if name in ADDRESSES else ""
            if RUNS.search(target) and not (tag == "img" and target.startswith("data:image/")):
                yield "an address runs a script"

    def code(self, text: str, *, section: str, around: Collection[str]) -> None:
        """Read what stands in a script or a style sheet."""
        if "style" in around:
            if "<" in text and "main" in around:  # within an SVG browsers read on where parsers skip
                self.told.append((section, " ".join(text.split())[:LONGEST], "a style sheet holds elements"))
        elif self.is_inert:
            return
        elif "main" in around or "nav" in around:
            self.scripts.append((section, text.strip()))
        else:
            self.own.add(text.strip())

    def comment(self, text: str, *, section: str) -> None:
        """Read a comment: browsers may end it earlier than parsers do."""
        if "<" in text or text.startswith((">", "->")):
            self.told.append((section, f"<!--{text}"[:LONGEST], "a comment holds elements"))

    def end_of_text(self) -> None:
        """Read the end of a ``main`` that was never opened."""
        self.mains += 2

    def faults(self) -> list[tuple[str, str, str]]:
        """Section, value and message of everything that must not be there, each once."""
        found = list(self.told)
        found += [
            (section, f"<script>{code}"[:LONGEST], "a script stands in the text of the page")
            for section, code in self.scripts
            if code and code not in self.own
        ]
        if self.mains > 1:
            found.append(("", "<main>", "the text of the page ends or begins more than once"))
        return list(dict.fromkeys(found))


def _is_own(address: str, page: str) -> bool:
    """Whether a script lies in the site's own folder for scripts."""
    path = address.partition("?")[0]
    joined = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page), path)
    return ":" not in path and not path.startswith("//") and posixpath.normpath(joined).split("/")[0] == OWN_FOLDER
