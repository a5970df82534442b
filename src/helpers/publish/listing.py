"""Lists of the site for machines: sitemap, robots.txt, llms.txt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpers.publish import currency
from helpers.publish.edition import Edition
from helpers.publish.head import short
from helpers.publish.templates import filled

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
    return filled("sitemap.xml", addresses=[url + short(page) for page in pages], day=day)


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
    order = dict.fromkeys(entry.section for entry in entries)
    sections = [(name, [entry for entry in entries if entry.section == name]) for name in order]
    late = currency.late(edition.update.next_due) if edition else ""
    return filled(
        "llms.txt",
        edition=edition,
        late=late,
        sections=sections,
        known=known,
        data=data,
        site=site,
        about=about,
        url=url,
    )
