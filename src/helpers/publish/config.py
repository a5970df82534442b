"""What ``_quarto.yml`` says, read for the Pandoc renderer, so that both renderers have one configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from helpers.faults import Fault, ReviewError
from helpers.navigation import CONFIG, GENERATED
from helpers.settings import read_yaml

PAGE_SUFFIXES = (".qmd", ".ipynb")


@dataclass(frozen=True)
class NavItem:
    """A link of the navigation, or a heading with links under it.

    Attributes
    ----------
    text : str or None
        What is shown; None means the title of the page.
    href : str or None
        Page source as written in ``_quarto.yml``; None for a heading.
    items : tuple of NavItem
        What hangs under it.
    """

    text: str | None
    href: str | None
    items: tuple[NavItem, ...] = ()


@dataclass(frozen=True)
class SiteConfig:
    """The parts of ``_quarto.yml`` that the Pandoc renderer honours.

    Attributes
    ----------
    raw : dict
        The whole file.
    inputs : tuple of str
        Sources of pages that exist, relative to the review's folder, sorted.
    navbar, sidebar : tuple of NavItem
        Links of the top bar and of the left column.
    footer : dict of str to str
        Markdown of the left, center and right part.
    """

    raw: dict[str, Any]
    inputs: tuple[str, ...]
    navbar: tuple[NavItem, ...]
    sidebar: tuple[NavItem, ...]
    footer: dict[str, str]

    @property
    def website(self) -> dict[str, Any]:
        """The ``website`` block."""
        return self.raw.get("website") or {}

    @property
    def html(self) -> dict[str, Any]:
        """Options of the HTML format; ``format: html`` alone counts as none."""
        formats = self.raw.get("format")
        chosen = formats.get("html") if isinstance(formats, dict) else None
        return chosen if isinstance(chosen, dict) else {}

    @property
    def title(self) -> str:
        """Name of the site."""
        return str(self.website.get("title") or "Living review")

    def option(self, key: str, default: Any = None) -> Any:
        """An option as Quarto finds it: on top level, else in the HTML format."""
        return self.raw.get(key, self.html.get(key, default))

    def metadata(self) -> dict[str, Any]:
        """Document metadata that every page inherits: all keys of the file but the project's own."""
        return {key: value for key, value in self.raw.items() if key not in ("project", "website", "format")}

    def listed(self, key: str) -> list[str]:
        """An option that may be one path or several, as a list."""
        value = self.option(key)
        return [str(item) for item in (value if isinstance(value, list) else [value] if value else [])]

    @property
    def site_url(self) -> str:
        """Public address of the site with a slash at its end; empty while it has none."""
        url = str(self.website.get("site-url") or "").strip()
        return url.rstrip("/") + "/" if url else ""

    @property
    def repo_url(self) -> str:
        """Address of the repository without a slash at its end; empty while it has none."""
        return str(self.website.get("repo-url") or "").strip().rstrip("/")

    @property
    def reading_order(self) -> list[str]:
        """Page sources in the order of the sidebar, for the links to the previous and next page."""
        seen = dict.fromkeys(item.href for item in walk(self.sidebar) if item.href in self.inputs)
        return [href for href in seen if href]


def walk(items: tuple[NavItem, ...]) -> Iterator[NavItem]:
    """Every item of a navigation, parents first."""
    for item in items:
        yield item
        yield from walk(item.items)


def address(source: str) -> str:
    """Address of a page from its source: ``notebooks/05-some-drug.ipynb`` lies at ``notebooks/05-some-drug.html``."""
    return str(PurePosixPath(source).with_suffix(".html"))


def load_config(root: Path) -> SiteConfig:
    """Read ``_quarto.yml``.

    Raises
    ------
    ReviewError
        It is missing or no YAML, renders nothing, or its navigation names pages that do not exist.
    """
    raw = read_yaml(root / CONFIG, CONFIG)
    patterns = (raw.get("project") or {}).get("render") or ["*.qmd", "notebooks/*.ipynb"]
    found = {
        path.relative_to(root).as_posix()
        for pattern in patterns
        for path in root.glob(str(pattern).lstrip("/"))
        if path.suffix in PAGE_SUFFIXES and not path.name.startswith((".", "_"))
    }
    inputs = tuple(sorted(found))
    website = raw.get("website") or {}
    navbar = website.get("navbar") or {}
    sidebar: Any = website.get("sidebar") or {}
    sidebar = sidebar[0] if isinstance(sidebar, list) else sidebar
    config = SiteConfig(
        raw,
        inputs,
        tuple(_item(entry) for side in ("left", "right") for entry in navbar.get(side) or []),
        tuple(_item(entry) for entry in (sidebar.get("contents") or [])),
        _footer(website.get("page-footer")),
    )
    if faults := _navigation_faults(config):
        raise ReviewError(faults, "The site's navigation does not hold")
    return config


def _item(entry: Any) -> NavItem:
    if isinstance(entry, str):
        return NavItem(None, entry)
    under = entry.get("menu") or entry.get("contents") or []
    under = tuple(_item(child) for child in under) if isinstance(under, list) else ()
    text = entry.get("text") or entry.get("section")
    return NavItem(str(text) if text else None, entry.get("href") or entry.get("file"), under)


def _footer(value: Any) -> dict[str, str]:
    if isinstance(value, str):
        return {"center": value}
    return {side: str(value[side]) for side in ("left", "center", "right") if (value or {}).get(side)}


def _navigation_faults(config: SiteConfig) -> list[Fault]:
    if not config.inputs:
        fix = "Add index.qmd, or name the pages under project: render."
        return [Fault(CONFIG, None, "project: render", None, "pages-exist", "no page to publish was found", fix)]
    faults = []
    for where, items in (("navbar", config.navbar), ("sidebar", config.sidebar)):
        for item in walk(items):
            href = item.href
            if href and href.endswith(PAGE_SUFFIXES) and href not in (*config.inputs, *GENERATED):
                fix = "Write the page, or take it out of the navigation."
                faults.append(
                    Fault(CONFIG, None, f"website: {where}", href, "nav-page", "the navigation names no page", fix)
                )
    return faults
