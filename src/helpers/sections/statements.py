"""Sentences that pages share: certainty, pooled results, what to take away."""

from __future__ import annotations

from collections.abc import Mapping

from helpers import numbers, synthesis, wording
from helpers.evidence import Evidence


def certainty(review: Evidence, section: str | None = None) -> wording.Text:
    """How sure the evidence of a section is: the labels of its findings, and the source's own appraisal.

    Parameters
    ----------
    review : Evidence
        Findings and the rows on validity.
    section : str, optional
        Section whose lines of the summary of findings give the labels; without findings there the words are *low*.
    """
    findings = review.tables["findings"]
    given = set(findings.loc[findings["section"] == section, "certainty"]) - {"none"}
    words = {
        frozenset({"very_low"}): "Very low certainty.",
        frozenset({"low", "very_low"}): "Low to very low certainty.",
    }
    return wording.say(
        review,
        """**{words}** The source review rated {review-all-share-studies-low-moderate-validity:printed} of its papers as of low or
        moderate validity and put {review-all-share-studies-category-evidence-3:printed} into the two weakest categories of
        evidence. The appraisal of single studies is in its supplement, which was not at hand, except for the Kawasaki disease
        studies. Nothing here compares a treatment with its absence: patients were selected, had several treatments at once, and
        outcomes are counted as each report words them.""",
        words=words.get(frozenset(given), "Low certainty."),
    )


def pooled_caption(what: str, pooled: synthesis.PooledProportion) -> str:
    """Caption of a forest plot: what is shown, model, heterogeneity, prediction interval or why there is none."""
    facts = f"{numbers.whole(pooled.k)} studies, {numbers.whole(pooled.events)} of {numbers.whole(pooled.total)} patients; model {pooled.method}"
    facts += f"; tau² {pooled.tau2:.2f}, I² {numbers.rounded(pooled.i2)}%"
    if pooled.pi_low is not None and pooled.pi_high is not None:
        facts += f"; prediction interval {numbers.interval(pooled.pi_low, pooled.pi_high)}"
    return f"{what}. Diamond: pooled share with its {numbers.confidence(pooled.level)} ({facts})."


def pooled_sentence(review: Evidence, pooled: Mapping[str, synthesis.PooledProportion]) -> wording.Text:
    """Pooled shares in words, one clause an outcome, with what the engine refused to give and why."""
    clauses, notes = [], []
    for outcome, p in pooled.items():
        clauses.append(
            f"{outcome} {numbers.percent(p.estimate)} ({numbers.confidence(p.level)} {numbers.interval(p.ci_low, p.ci_high)};"
            f" {numbers.whole(p.k)} studies, {numbers.whole(p.events)} of {numbers.whole(p.total)} patients)"
        )
        notes += [f"{outcome.capitalize()}: {note}" for note in p.notes]
    values = [
        {"outcome": o, "estimate": p.estimate, "ci_low": p.ci_low, "ci_high": p.ci_high, "k": p.k}
        for o, p in pooled.items()
    ]
    text = f"Pooled over the study rows as of {numbers.day(review.as_of)}: " + "; ".join(clauses) + "."
    return wording.Text(" ".join([text, *notes]), values, "pooled")


def take_away(review: Evidence, page: str, *, base: str = "../") -> wording.Text:
    """A link to the numbers of the page as data; the publisher adds the notebook, its figures and its tables."""
    return wording.Text(
        f"The numbers of this page as data: [JSON]({base}downloads/results/{page}.json), version {review.update['version']}."
    )
