"""What surrounds a page's text: links of the top bar, sidebar, footer and neighbours, as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from helpers.language import ENGLISH, Catalogue
from helpers.publish import words
from helpers.publish.config import NavItem, SiteConfig, address, walk
from helpers.publish.pages import Page

EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)
# The forest plot's diamond and intervals, drawn small.
LOGO = (
    '<svg class="logo" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">'
    '<path d="M16 4v24" class="axis"/><path d="M6 9h14M12 16h15" class="interval"/>'
    '<path d="M10.200 6.200h5.600v5.600h-5.600zM17.200 13.200h5.600v5.600h-5.600zM6 24.500l8-3.700 8 3.700-8 3.700z"/></svg>'
)


@dataclass(frozen=True)
class _Frame:
    """What the links around a page are written with: the page, all titles, its language, and the other languages."""

    page: Page
    titles: Mapping[str, str]
    tongue: Catalogue
    others: frozenset[str]

    def said(self, text: str | None) -> str:
        """A text of the menu in the language of the page, as HTML."""
        return escape(self.tongue.translate(text, words.MENU)) if text else ""

    def foreign(self, source: str) -> str:
        """Attributes of a link that leads to another language; its name in its own language says so as well."""
        folder = source.partition("/")[0]
        language = folder if folder in self.others else "en"
        if language == self.tongue.language:
            return ""
        return f' hreflang="{language}"' + (f' lang="{language}"' if language != "en" else "")


def variables(
    page: Page,
    config: SiteConfig,
    titles: Mapping[str, str],
    footer: str,
    *,
    tongues: Mapping[str, Catalogue] | None = None,
) -> dict[str, Any]:
    """Template variables of a page's surroundings.

    Parameters
    ----------
    page : Page
        The page they are for.
    config : SiteConfig
        Navigation of the site.
    titles : mapping of str to str
        Title of each page by its source.
    footer : str
        HTML of the footer, made once, with ``%ROOT%`` where the way to the site's folder goes.
    tongues : mapping of str to Catalogue, optional
        The other languages of the site; a page says in its metadata which one it is in.
    """
    tongue = (tongues or {}).get(words.language_of(page.metadata), ENGLISH)
    said = words.escaped(words.frame(tongue))
    frame = _Frame(page, titles, tongue, frozenset(tongues or ()))
    order = config.reading_order
    place = order.index(page.source) if page.source in order else None
    links = []
    if (
        place is not None
        and config.website.get("page-navigation")
        and page.metadata.get("page-navigation") is not False
    ):
        for step, css_class, word in ((-1, "previous", said["previous"]), (1, "next", said["next"])):
            if 0 <= place + step < len(order):
                target = order[place + step]
                href = escape(page.up + address(target))
                text = escape(_nav_titles(config).get(target) or titles[target])
                links.append(
                    f'<a class="{css_class}" rel="{css_class[:4]}" href="{href}"><small>{word}</small>{text}</a>'
                )
    return {
        "logo": LOGO,
        "words": said,
        "primary": _list(config.navbar, frame, _dropdown),
        "mobile": _list(_mobile(config), frame, _group),
        "sidebar": _list(config.sidebar, frame, _group),
        "pagenav": "\n".join(links),
        "kicker": frame.said(_kicker(config.sidebar, page.source)),
        "footer": footer.replace("%ROOT%", page.up),
    }


def _nav_titles(config: SiteConfig) -> dict[str | None, str]:
    return {item.href: item.text for item in walk(config.sidebar) if item.href and item.text}


def _kicker(items: tuple[NavItem, ...], source: str) -> str | None:
    """Heading of the sidebar under which the page stands."""
    for item in items:
        if any(child.href == source for child in walk(item.items)):
            return item.text
    return None


def _mobile(config: SiteConfig) -> tuple[NavItem, ...]:
    """The sidebar, and before it what only the top bar has."""
    listed = {item.href for item in walk(config.sidebar) if item.href}
    return tuple(item for item in config.navbar if item.href and item.href not in listed) + config.sidebar


def _list(items: tuple[NavItem, ...], frame: _Frame, group: Callable[..., str]) -> str:
    rows = ["<li>" + (group(item, frame) if item.items else _link(item, frame)) + "</li>" for item in items]
    return "<ul>\n" + "\n".join(rows) + "\n</ul>" if rows else ""


def _link(item: NavItem, frame: _Frame) -> str:
    href = item.href or ""
    text = frame.said(item.text) or escape(frame.titles.get(href, href))
    if not href:
        return f'<span class="nav-heading">{text}</span>'
    if EXTERNAL.match(href):
        return f'<a href="{escape(href)}">{text}</a>'
    page = frame.page
    current = ' aria-current="page"' if href == page.source else ""
    source, _, anchor = href.partition("#")
    target = page.up + (address(source) if source in frame.titles else source) + (f"#{anchor}" if anchor else "")
    return f'<a href="{escape(target)}"{current}{frame.foreign(source)}>{text}</a>'


def _group(item: NavItem, frame: _Frame) -> str:
    heading = _link(item, frame) if item.href else f'<span class="nav-heading">{frame.said(item.text)}</span>'
    return heading + _list(item.items, frame, _group)


def _dropdown(item: NavItem, frame: _Frame) -> str:
    here = any(child.href == frame.page.source for child in walk(item.items))
    marked = ' class="here"' if here else ""
    return (
        f'<details class="dropdown" name="top-menu"><summary{marked}>{frame.said(item.text)}</summary>'
        + _list(item.items, frame, _group)
        + "</details>"
    )
