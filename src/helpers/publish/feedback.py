"""Ways for readers to answer: a form with the place filled in where there is a tracker, else the page that says how."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from helpers.publish import words
from helpers.publish.config import SiteConfig
from helpers.publish.edition import Edition
from helpers.publish.templates import filled
from helpers.settings import load_settings

PAGE = "feedback.html"
ERROR, STUDY = "report-an-error.yml", "suggest-a-study.yml"  # forms in .github/ISSUE_TEMPLATE
PLACE, VERSION = "place", "version"  # ids of their fields


@dataclass(frozen=True)
class Desk:
    """Where feedback goes.

    Attributes
    ----------
    repo_url : str
        Repository with the issue forms; empty while it has no public address.
    contact : str
        Mail address; empty where none is given.
    version : str
        Version that the site shows.
    """

    repo_url: str
    contact: str
    version: str

    def report(self, place: str, up: str = "") -> str:
        """Address for reporting an error at a place of the site."""
        if self.repo_url:
            return self._form(ERROR, {PLACE: place, VERSION: self.version})
        return f"{up}{PAGE}?{urlencode({PLACE: place, VERSION: self.version}, quote_via=quote)}#report"

    def suggest(self, up: str = "") -> str:
        """Address for suggesting a study."""
        return self._form(STUDY, {}) if self.repo_url else f"{up}{PAGE}#suggest"

    def _form(self, template: str, fields: dict[str, str]) -> str:
        query = urlencode({"template": template, **fields}, quote_via=quote)
        return f"{self.repo_url}/issues/new?{query}"

    def mail(self, subject: str, lines: list[str]) -> str:
        """Address that opens a mail with subject and text."""
        return f"mailto:{self.contact}?{urlencode({'subject': subject, 'body': chr(10).join(lines)}, quote_via=quote)}"


def desk(root: Path, config: SiteConfig, edition: Edition | None) -> Desk:
    """Where feedback of the review in the folder `root` goes."""
    return Desk(config.repo_url, load_settings(root).contact, edition.version if edition else "")


def foot(to: Desk, place: str, up: str, said: Mapping[str, str] = words.FRAME) -> str:
    """The line at the end of every page; a script puts the row in place of the page where a row is looked at."""
    report, suggest = html.escape(to.report(place, up)), html.escape(to.suggest(up))
    return (
        f'<p class="feedback"><a class="report" data-place="{html.escape(place)}" href="{report}">{html.escape(said["report"])}</a>'
        f' <a href="{suggest}">{html.escape(said["suggest"])}</a></p>\n'
    )


def page(to: Desk, suggestion: str, *, status: str = "") -> str:
    """The page that says how to reach the review team, in Markdown that both renderers read.

    Parameters
    ----------
    to : Desk
        Where feedback goes.
    suggestion : str
        What is asked for, in a sentence.
    status : str
        File with the dates of the version shown, to be included; empty where there is none.
    """
    return filled("feedback.qmd", desk=to, suggestion=suggestion, status=status)
