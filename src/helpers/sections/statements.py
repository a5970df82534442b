"""Sentences that pages share: certainty, what to take away."""

from __future__ import annotations

from helpers import wording
from helpers.evidence import NO_ESTIMATE, Evidence

NOT_RATED = "Certainty is not rated here: no line of the summary of findings rests on this section."
NO_OUTCOME = "**No estimate.** No outcome is reported that could be rated."
SECTION_CERTAINTY = "section_certainty"  # place of the statements below each answer


def certainty(review: Evidence, section: str, *, base: str = "../") -> wording.Text:
    """How sure the evidence of a section is: the levels of its lines in the summary of findings, and what limits them.

    Parameters
    ----------
    review : Evidence
        Findings and statements.
    section : str
        Section whose lines give the levels; without such lines there is none.
    base : str
        Way from the page to the site's root.
    """
    lines = review.select("findings", section=section)
    codes = [code for code in review.order("certainty") if code in set(lines["certainty"].dropna())]
    labels = [review.label("certainty", code) for code in codes if code != NO_ESTIMATE]
    if not labels:
        return wording.Text(NOT_RATED if lines.empty else NO_OUTCOME)
    worded = " to ".join([labels[0], *(label.lower() for label in labels[1:][-1:])])
    texts = review.select("statements", place=SECTION_CERTAINTY).sort_values("sort")["text"]
    return wording.say(review, " ".join(["{rated}", *texts]), rated=f"**{worded} certainty.**", base=base)


def take_away(review: Evidence, page: str, *, base: str = "../") -> wording.Text:
    """A link to the numbers of the page as data; the publisher adds the notebook, its figures and its tables."""
    return wording.Text(
        f"The numbers of this page as data: [JSON]({base}downloads/results/{page}.json), version {review.update['version']}."
    )
