"""What finished pages say in their heads to programs: address, preview when shared, feed, structured data."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from helpers.publish.templates import filled

HEAD_END = re.compile(r"</head>", re.I)
MAIN_END = re.compile(r"</main>", re.I)
TITLE = re.compile(r"<title>(.*?)</title>", re.S | re.I)
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')
UNDER_TITLE = [re.compile(rf'<p class="{name}[^"]*">(.*?)</p>', re.S) for name in ("description", "subtitle")]
TAG = re.compile(r"<[^>]*>")
LOCAL = re.compile(r'\b(href|src|data-root)="(?![a-z][a-z0-9+.-]*:|[/#])([^"]*)"', re.I)
MISSING = "404.html"  # what a server shows for an address that leads nowhere
# Quarto writes some of these itself where it has the address; ours stand for both renderers.
OWN_TAGS = re.compile(r'\s*<(?:meta (?:property="og:|name="twitter:)|link rel="canonical")[^>]*>')


@dataclass(frozen=True)
class Preview:
    """What a link to the page shows elsewhere; without a public address there is no picture, because it needs one.

    Attributes
    ----------
    site, about : str
        Name of the site, and what it is about, for pages that do not say it of themselves.
    url : str
        Public address of the site with a slash at its end; empty while there is none.
    image, image_alt : str
        Picture within the site, and what it shows.
    size : tuple of int
        Width and height of the picture in pixels.
    """

    site: str
    about: str
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
    alternates: Sequence[tuple[str, str]] = (),
    extra: Sequence[str] = (),
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
    alternates : sequence of (str, str)
        The page in other languages: code and address.
    extra : sequence of str
        Elements that only this page has, as HTML.
    """
    return filled(
        "head.html",
        title=titled(text),
        about=described(text) or preview.about,
        has_description=bool(DESCRIPTION.search(text)),
        preview=preview,
        address=address,
        short=short(address),
        up="../" * address.count("/"),
        feed=feed,
        news=news,
        locale=locale,
        alternates=alternates,
        extra=extra,
    )


def alternates(address: str, pages: Collection[str], languages: Sequence[str], *, url: str) -> list[tuple[str, str]]:
    """The same page in every language, code and address; none where there is only one.

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
    return [(code, url + short(to) if url else "../" * address.count("/") + to) for code, to in targets]


def completed(text: str, *, head: str, foot: str) -> str:
    """The page with elements at the end of its head and of its main part.

    Parameters
    ----------
    text : str
        The rendered page.
    head, foot : str
        Elements as HTML.
    """
    text = OWN_TAGS.sub("", text)
    text = HEAD_END.sub(lambda match: head + match.group(0), text, count=1)
    return MAIN_END.sub(lambda match: foot + match.group(0), text, count=1)


def from_anywhere(text: str, url: str) -> str:
    """A page whose links hold at any depth: a server shows the page for missing addresses in their place.

    Parameters
    ----------
    text : str
        A page of the site's top folder.
    url : str
        Public address of the site with a slash at its end.
    """
    return LOCAL.sub(lambda match: f'{match[1]}="{urlsplit(url).path}{match[2]}"', text)


def within_site(text: str, address: str) -> str:
    """The page as it would be in a folder: the inverse of `from_anywhere`, where the page names its own address."""
    own = CANONICAL.search(text)
    path = urlsplit(own[1]).path.removesuffix(address) if own else ""
    return re.sub(rf'="{re.escape(path)}(?!/)', '="', text) if path else text


def titled(text: str) -> str:
    """Title of a finished page."""
    return _first(TITLE, text)


def described(text: str) -> str:
    """One line about a finished page: its description, else its subtitle; empty where it has neither."""
    return next(filter(None, (_first(pattern, text) for pattern in (DESCRIPTION, *UNDER_TITLE))), "")


def short(address: str) -> str:
    """The address of a page as servers know it: that of a folder stands for the page ``index.html`` in it."""
    return re.sub(r"(^|/)index\.html$", r"\1", address)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return html.unescape(" ".join(TAG.sub("", match.group(1)).split())) if match else ""
