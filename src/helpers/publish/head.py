"""What finished pages say in their heads to programs: address, preview when shared, feed, structured data."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

HEAD_END = re.compile(r"</head>", re.I)
MAIN_END = re.compile(r"</main>", re.I)
TITLE = re.compile(r"<title>(.*?)</title>", re.S | re.I)
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
# Quarto writes some of these itself where it has the address; ours stand for both renderers.
OWN_TAGS = re.compile(r'\s*<(?:meta (?:property="og:|name="twitter:)|link rel="canonical")[^>]*>')


@dataclass(frozen=True)
class Preview:
    """What a link to the page shows elsewhere; without a public address there is no picture, because it needs one.

    Attributes
    ----------
    site : str
        Name of the site.
    url : str
        Public address of the site with a slash at its end; empty while there is none.
    image, image_alt : str
        Picture within the site, and what it shows.
    size : tuple of int
        Width and height of the picture in pixels.
    """

    site: str
    url: str
    image: str
    image_alt: str
    size: tuple[int, int]


def tags(
    text: str,
    address: str,
    preview: Preview,
    *,
    feed: str,
    news: str = "What is new",
    locale: str = "en_GB",
    extra: str = "",
) -> str:
    """Elements for the head of a page.

    Parameters
    ----------
    text : str
        The finished page; its title and description are taken.
    address : str
        Where it lies within the site.
    preview : Preview
        What a link to it shows.
    feed : str
        Address of the feed within the site; empty where there is none.
    news : str
        What the feed is called, in the language of the page.
    locale : str
        Language and country of the page, as Open Graph has them.
    extra : str
        Elements that only this page has.
    """
    up = "../" * address.count("/")
    title, about = titled(text), described(text)
    kind = "website" if address == "index.html" else "article"
    shown = [("og:site_name", preview.site), ("og:type", kind), ("og:title", title), ("og:description", about)]
    lines = []
    if preview.url:
        full = preview.url + _short(address)
        lines.append(f'<link rel="canonical" href="{html.escape(full)}">')
        shown += [("og:url", full)]
        if preview.image:
            shown += [
                ("og:image", preview.url + preview.image),
                ("og:image:alt", preview.image_alt),
                ("og:image:width", str(preview.size[0])),
                ("og:image:height", str(preview.size[1])),
            ]
    shown.append(("og:locale", locale))
    lines += [f'<meta property="{name}" content="{html.escape(value)}">' for name, value in shown if value]
    if preview.url and preview.image:
        lines.append('<meta name="twitter:card" content="summary_large_image">')
    if feed:
        lines.append(
            f'<link rel="alternate" type="application/atom+xml" title="{html.escape(news)}" href="{up}{feed}">'
        )
    return "\n".join([*lines, *([extra] if extra else [])]) + "\n"


def alternates(address: str, pages: Collection[str], languages: Sequence[str], *, url: str) -> list[str]:
    """Elements that name the same page in the other languages; none where there is only one.

    Parameters
    ----------
    address : str
        Where the page lies within the site; translations lie in a folder named after their language.
    pages : collection of str
        Addresses of all pages.
    languages : sequence of str
        Codes of the languages that the site is translated into.
    url : str
        Public address of the site; while it is empty, the addresses are relative.
    """
    folder, _, rest = address.partition("/")
    original = rest if folder in languages else address
    known = {"en": original, **{code: f"{code}/{original}" for code in languages if f"{code}/{original}" in pages}}
    if len(known) == 1 or original not in pages:
        return []
    targets = [*known.items(), ("x-default", original)]
    links = [(code, url + _short(to) if url else "../" * address.count("/") + to) for code, to in targets]
    return [f'<link rel="alternate" hreflang="{code}" href="{html.escape(link)}">' for code, link in links]


def completed(text: str, *, head: str, foot: str) -> str:
    """The page with elements at the end of its head and of its main part."""
    text = OWN_TAGS.sub("", text)
    text = HEAD_END.sub(lambda match: head + match.group(0), text, count=1)
    return MAIN_END.sub(lambda match: foot + match.group(0), text, count=1)


def titled(text: str) -> str:
    """Title of a finished page."""
    return html.unescape(_first(TITLE, text))


def described(text: str) -> str:
    """One line about a finished page; empty where it has none."""
    return html.unescape(_first(DESCRIPTION, text))


def _short(address: str) -> str:
    return re.sub(r"(^|/)index\.html$", r"\1", address)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return " ".join(match.group(1).split()) if match else ""
