"""What surrounds a page's text: links of the top bar, sidebar, footer and neighbours, as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape

from helpers.publish.config import NavItem, SiteConfig, address, walk
from helpers.publish.pages import Page

EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)
# The forest plot's diamond and intervals, drawn small.
LOGO = (
    '<svg class="logo" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">'
    '<path d="M16 4v24" class="axis"/><path d="M6 9h14M12 16h15" class="interval"/>'
    '<path d="M10.200 6.200h5.600v5.600h-5.600zM17.200 13.200h5.600v5.600h-5.600zM6 24.500l8-3.700 8 3.700-8 3.700z"/></svg>'
)


def variables(page: Page, config: SiteConfig, titles: Mapping[str, str], footer: str) -> dict[str, str]:
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
    """
    order = config.reading_order
    place = order.index(page.source) if page.source in order else None
    links = []
    if (
        place is not None
        and config.website.get("page-navigation")
        and page.metadata.get("page-navigation") is not False
    ):
        for step, css_class, word in ((-1, "previous", "Previous"), (1, "next", "Next")):
            if 0 <= place + step < len(order):
                target = order[place + step]
                href = escape(page.up + address(target))
                text = escape(_nav_titles(config).get(target) or titles[target])
                links.append(
                    f'<a class="{css_class}" rel="{css_class[:4]}" href="{href}"><small>{word}</small>{text}</a>'
                )
    return {
        "logo": LOGO,
        "primary": _list(config.navbar, page, titles, _dropdown),
        "mobile": _list(_mobile(config), page, titles, _group),
        "sidebar": _list(config.sidebar, page, titles, _group),
        "pagenav": "\n".join(links),
        "kicker": escape(_kicker(config.sidebar, page.source) or ""),
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


def _list(items: tuple[NavItem, ...], page: Page, titles: Mapping[str, str], group: Callable[..., str]) -> str:
    rows = [
        "<li>" + (group(item, page, titles) if item.items else _link(item, page, titles)) + "</li>" for item in items
    ]
    return "<ul>\n" + "\n".join(rows) + "\n</ul>" if rows else ""


def _link(item: NavItem, page: Page, titles: Mapping[str, str]) -> str:
    href = item.href or ""
    text = escape(item.text or titles.get(href, href))
    if not href:
        return f'<span class="nav-heading">{text}</span>'
    if EXTERNAL.match(href):
        return f'<a href="{escape(href)}">{text}</a>'
    current = ' aria-current="page"' if href == page.source else ""
    source, _, anchor = href.partition("#")
    target = page.up + (address(source) if source in titles else source) + (f"#{anchor}" if anchor else "")
    return f'<a href="{escape(target)}"{current}>{text}</a>'


def _group(item: NavItem, page: Page, titles: Mapping[str, str]) -> str:
    heading = _link(item, page, titles) if item.href else f'<span class="nav-heading">{escape(item.text or "")}</span>'
    return heading + _list(item.items, page, titles, _group)


def _dropdown(item: NavItem, page: Page, titles: Mapping[str, str]) -> str:
    here = any(child.href == page.source for child in walk(item.items))
    marked = ' class="here"' if here else ""
    return (
        f'<details class="dropdown" name="top-menu"><summary{marked}>{escape(item.text or "")}</summary>'
        + _list(item.items, page, titles, _group)
        + "</details>"
    )
