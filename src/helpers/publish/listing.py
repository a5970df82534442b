"""Lists of the site for machines: sitemap, robots.txt, llms.txt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from helpers.publish import currency
from helpers.publish.edition import Edition

SITEMAP = "sitemap.xml"


@dataclass(frozen=True)
class Entry:
    """A page as lists name it: address within the site, title, one line about it, heading of the menu it stands under."""

    address: str
    title: str
    about: str = ""
    section: str = ""


def sitemap(pages: Sequence[str], *, url: str, day: str) -> str:
    """The sitemap; its protocol allows full addresses only, so a site without one has none.

    Parameters
    ----------
    pages : sequence of str
        Addresses within the site.
    url : str
        Public address of the site with a slash at its end.
    day : str
        ISO date of the version shown; empty where there is none.
    """
    changed = f"<lastmod>{escape(day)}</lastmod>" if day else ""
    lines = [f"  <url><loc>{escape(url + _short(page))}</loc>{changed}</url>" for page in pages]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>\n",
        ]
    )


def _short(page: str) -> str:
    return page.removesuffix("index.html") if ("/" + page).endswith("/index.html") else page


def robots(url: str) -> str:
    """Everything may be read; where the sitemap is."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {url}{SITEMAP}\n"


def llms(
    edition: Edition | None,
    entries: Sequence[Entry],
    data: Mapping[str, str],
    *,
    site: str,
    about: str,
    url: str,
    known: Sequence[str] = (),
) -> str:
    """``llms.txt``: what the site is and where its parts lie, for programs that read on somebody's behalf.

    Parameters
    ----------
    edition : Edition or None
        The version shown.
    entries : sequence of Entry
        Pages in the order of the menu.
    data : mapping of str to str
        Files for machines: address to what it holds.
    site, about : str
        Name and description of the site.
    url : str
        Public address with a slash at its end; empty while there is none.
    known : sequence of str
        Lines on what is known since the last search.
    """
    lines = [f"# {site}", "", f"> {about}", ""]
    if edition:
        lines += [
            f"Version {edition.version}. Evidence searched through {edition.update.searched_through}, integrated"
            f" {edition.update.integrated_on}; next search due {edition.update.next_due}{_behind(edition)}. Licence of data and text:"
            f" {edition.licence}.",
            "",
        ]
    lines += [
        "How to read it: an empty cell means that the source does not state the value, never zero. Review totals and"
        " study rows are kept apart, and no patient is counted twice. A dagger marks a number that does not agree with"
        " its own parts. This is a report of evidence, not medical advice.",
    ]
    for section in dict.fromkeys(entry.section for entry in entries):
        lines += ["", f"## {section or 'Start'}", ""]
        for entry in entries:
            if entry.section == section:
                told = f": {entry.about}" if entry.about else ""
                lines.append(f"- [{entry.title}]({url}{entry.address}){told}")
    lines += known
    lines += ["", "## Data for machines", "", *[f"- [{name}]({url}{name}): {what}" for name, what in data.items()]]
    return "\n".join(lines) + "\n"


def _behind(edition: Edition) -> str:
    late = currency.late(edition.update.next_due)
    return f", {late}" if late else ""
