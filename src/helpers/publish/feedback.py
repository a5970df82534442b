"""Ways for readers to answer: a form with the place filled in where there is a tracker, else the page that says how."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from helpers.publish import words
from helpers.publish.config import SiteConfig

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


def desk(config: SiteConfig, version: str) -> Desk:
    """Where feedback of this site goes."""
    return Desk(config.repo_url, config.contact, version)


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
    head = (
        '---\ntitle: "Feedback"\nsubtitle: "Suggest a study, report an error"\ntoc: false\npage-navigation: false\n---'
    )
    if to.repo_url:
        how = (
            f"Both go through forms in the review’s [public tracker]({to.repo_url}/issues), where the answer is given as"
            " well. Each page ends with a link that fills in the place."
        )
        study, error = f"[Open the form]({to.suggest()}).", f"[Open the form]({to.report('')})."
    elif to.contact:
        how = f"Write to [{to.contact}](mailto:{to.contact})."
        study = f"[Write a mail]({to.mail('Study', ['Reference:', 'Condition:', 'Treatments:', 'Remarks:'])})."
        error = f"[Write a mail]({to.mail('Error', ['Where:', 'What stands there:', 'What should stand there:'])})."
    else:
        how = (
            "This copy of the site names no public tracker and no mail address of its own. Write to whoever gave it to"
            " you, or open an issue in the repository that it was built from; `CONTRIBUTING.md` there says how."
        )
        study = error = ""
    return (
        "\n\n".join(
            part
            for part in [
                head,
                f"{{{{< include {status} >}}}}" if status else "",
                how,
                "## Suggest a study {#suggest}",
                f"{suggestion} Every suggestion is screened against the same criteria as a record of the search.",
                "- DOI or PubMed number; otherwise first author, year, title and journal\n"
                "- the condition, and the treatments whose outcome is reported\n"
                "- how many patients, and how many of them meet the criteria of the review\n"
                "- patients shared with another study, an erratum, an interest of yours in the study\n\n"
                "Please send no abstracts, which belong to their publishers, and no data of single patients.",
                study,
                "## Report an error {#report}",
                "A number, a sentence, a page or a command that is wrong.",
                "::: {.feedback-place}\n:::",
                "- where: page and section, for a number the evidence row that it links to\n"
                "- what stands there, and what should stand there\n"
                "- how you know: the publication and the place in it",
                error,
            ]
            if part
        )
        + "\n"
    )
