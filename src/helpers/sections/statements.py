"""Sentences that pages share: certainty, pooled results, what to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from helpers import markup, numbers, synthesis, wording
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
    lines = review.tables["findings"]
    lines = lines[lines["section"] == section]
    codes = [code for code in review.order("certainty") if code in set(lines["certainty"].dropna())]
    labels = [review.label("certainty", code) for code in codes if code != NO_ESTIMATE]
    if not labels:
        return wording.Text(NOT_RATED if lines.empty else NO_OUTCOME)
    worded = " to ".join([labels[0], *(label.lower() for label in labels[1:][-1:])])
    shared = review.tables["statements"]
    texts = shared[shared["place"] == SECTION_CERTAINTY].sort_values("sort")["text"]
    return wording.say(review, " ".join(["{rated}", *texts]), rated=f"**{worded} certainty.**", base=base)


MODELS = {"glmm": "binomial-normal model", "fixed": "one common proportion"}


def pooled_caption(
    what: str, pooled: synthesis.PooledProportion, *, outcome: str, rows: Iterable[str] = ()
) -> wording.Text:
    """Caption of a forest plot: what is shown, model, heterogeneity, prediction interval or why there is none.

    Parameters
    ----------
    what : str
        What the figure shows.
    pooled : PooledProportion
        The pooled result drawn as a diamond.
    outcome : str
        Outcome, as in `pooled_sentence`: both lead to the same place on the page of results.
    rows : iterable of str
        Evidence rows pooled.
    """
    how, rows = _how(pooled), tuple(rows)
    if not pooled.is_presentable:
        said = [wording.computed(f"pooled-{outcome}", note, how, rows) for note in _notes(pooled)]
        return wording.Text(f"{what}. Not pooled: {' '.join(map(_linked, said))}", [s.recorded() for s in said])
    facts = [f"tau² {pooled.tau2:.2f}, I² {numbers.rounded(pooled.i2)}%"]
    if pooled.pi_low is not None and pooled.pi_high is not None:
        facts.append(f"prediction interval {numbers.interval(pooled.pi_low, pooled.pi_high)}")
    said = [wording.computed(f"pooled-{outcome}", _base(pooled), BASE, rows)]
    said += [wording.computed(f"pooled-{outcome}", fact, how, rows) for fact in facts]
    studies, *rest = map(_linked, said)
    told = "; ".join([studies, MODELS.get(pooled.method, pooled.method), *rest])
    text = f"{what}. Diamond: pooled share with its {numbers.confidence(pooled.level)} ({told})."
    return wording.Text(text, [s.recorded() for s in said])


BASE = "Studies and patients of the evidence rows, added up."
PLAIN_SHARE = f"Share of all patients of the evidence rows taken together, with its exact ({wording.INTERVAL_METHOD.title()}) interval."


def _base(pooled: synthesis.PooledProportion) -> str:
    studies = "study" if pooled.k == 1 else "studies"
    return (
        f"{numbers.whole(pooled.k)} {studies}, {numbers.whole(pooled.events)} of {numbers.whole(pooled.total)} patients"
    )


def _how(pooled: synthesis.PooledProportion) -> str:
    return f"Pooled over the study rows: {MODELS.get(pooled.method, pooled.method)}, interval by {pooled.ci}."


def _notes(pooled: synthesis.PooledProportion) -> list[str]:
    """What the rules say of a result, as Markdown: they quote definitions of the sources."""
    return [markup.literal(note) for note in pooled.notes]


def _linked(number: wording.Computed) -> str:
    """A link where there is a number to trace, else the words alone."""
    return number.link() if any(c.isdigit() for c in number.shown) else number.shown


def pool(rows: pd.DataFrame, *, method: str, ci: str, level: float) -> synthesis.PooledProportion:
    """Pool study rows of one measure; rows whose definitions differ give a result that must not be shown as a headline.

    Parameters
    ----------
    rows : DataFrame
        Study rows of `counts`, one a study.
    method, ci, level
        As in `synthesis.pool_proportions`.

    Returns
    -------
    PooledProportion
    """
    # Death needs no definition; every other outcome is comparable only under the same one.
    definitions = rows["measure"].where(rows["measure"] == "death", rows["definition"].fillna("not stated"))
    return synthesis.pool_proportions(
        list(rows["events"]),
        list(rows["total"]),
        method=method,
        ci=ci,
        level=level,
        studies=list(rows["study_id"]),
        definitions=list(definitions),
    )


def diamond(pooled: synthesis.PooledProportion) -> pd.DataFrame | None:
    """The pooled row of a forest plot; None where the rules refuse to show one."""
    return pooled.to_frame().assign(label="Pooled") if pooled.is_presentable else None


def pooled_sentence(
    review: Evidence,
    pooled: Mapping[str, synthesis.PooledProportion],
    rows: Mapping[str, Iterable[str]] | None = None,
) -> wording.Text:
    """Outcomes of study rows in words: the plain count first, behind it what pooling gives, or what was refused and why.

    Parameters
    ----------
    review : Evidence
        Says as of when.
    pooled : mapping of str to PooledProportion
        By outcome.
    rows : mapping of str to iterable of str, optional
        Evidence rows pooled, by outcome.
    """
    said = [f"Study rows as of {numbers.day(review.as_of)}."]
    values: list[Mapping[str, Any]] = []
    for outcome, p in pooled.items():
        plain = synthesis.proportion_ci(p.events, p.total, method=wording.INTERVAL_METHOD, level=p.level)
        share = f"{numbers.percent(p.estimate)} ({numbers.confidence(p.level)} {numbers.interval(p.ci_low, p.ci_high)})"
        together = f"{numbers.percent(plain.estimate)} ({numbers.interval(plain.ci_low, plain.ci_high)})"
        parts = [(share if p.is_presentable else "not shown", _how(p)), (together, PLAIN_SHARE), (_base(p), BASE)]
        parts += [(note, _how(p)) for note in _notes(p)]
        sources = tuple((rows or {}).get(outcome, ()))
        made = [wording.computed(f"pooled-{outcome}", shown, how, sources) for shown, how in parts]
        estimate, together, base, *notes = map(_linked, made)
        said.append(f"{outcome.capitalize()}: {base}; taken as one series, {together}.")
        said.append(f"The estimate of the model for a typical study is {estimate}.")
        said += [f"{outcome.capitalize()}: {note}" for note in notes]
        values += [m.recorded() for m in made if any(c.isdigit() for c in m.shown)]
        if p.is_presentable:
            figures = {"estimate": p.estimate, "ci_low": p.ci_low, "ci_high": p.ci_high, "k": p.k}
            values.append({"outcome": outcome, **figures})
    return wording.Text(" ".join(said), values, "pooled")


def take_away(review: Evidence, page: str, *, base: str = "../") -> wording.Text:
    """A link to the numbers of the page as data; the publisher adds the notebook, its figures and its tables."""
    return wording.Text(
        f"The numbers of this page as data: [JSON]({base}downloads/results/{page}.json), version {review.update['version']}."
    )
