"""What a pooled result says about itself in plain words, and the rule by which it may stand as a headline.

The rule: a pooled result is a headline unless it carries a note whose code is in ``BARS_HEADLINE``.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

from helpers.synthesis.counts import Counts, is_missing
from helpers.synthesis.errors import SynthesisError
from helpers.synthesis.fits import (
    LIKELIHOOD_METHODS,
    MIN_STUDIES_FOR_PREDICTION,
    PROFILES,
    Fits,
    cook_distances,
    fit_subsets,
)

SPAN_LIMIT = 0.8  # of the whole scale: a wider interval leaves almost every proportion possible
MIN_STUDIES_TO_POOL = 3  # from two, nobody can tell how much studies differ
FEW_STUDIES = 5  # up to here a profile can be too narrow where studies differ much: benchmarks/coverage_simulation.py
MAX_STUDIES_FOR_INFLUENCE = 100  # leaving out each takes as many fits; beyond, no single study is looked for
COOK_MARK = 0.454936423119573  # median of chi-square (1): the mark of metafor's influence() for Cook's distance
NO_HEADLINE = "a pooled result must not stand as a headline"
UNDEFINED = ("", "not defined", "not stated", "undefined", "unclear")  # what says that nothing is said

BARS_HEADLINE = {
    "one-study": "nothing was pooled",
    "two-studies": "how much studies differ cannot be told from two",
    "definitions-missing": "nobody can say that the studies mean the same outcome",
    "definitions-differ": "the studies mean different outcomes",
    "patients-shared": "a patient may be counted twice",
    "tau2-held": "the estimate depends on a bound of the method",
    "wide-interval": "the interval leaves almost every proportion possible",
    "only-single-cases": "there is no series among the reports",
}
NOTE_CODES = (
    *BARS_HEADLINE,
    "one-event",
    "one-study-carries",
    "single-cases",
    "few-studies",
    "exact-interval",
    "not-separable",
    "half-added",
    "no-prediction",
    "interval",
    "freeman-tukey",
)


class Note(str):
    """A remark in words, whole sentences in plain text, with the code of its kind.

    Parameters
    ----------
    words : str
        The text; a Note is a str.
    code : str
        One of ``NOTE_CODES``.
    """

    __slots__ = ("code",)
    code: str

    def __new__(cls, words: str, code: str) -> Note:
        """A note of the given kind."""
        note = super().__new__(cls, words)
        note.code = code
        return note

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # for pickle and copy: both arguments
        return str(self), self.code

    @property
    def bars_headline(self) -> bool:
        """Whether a result with this note must not stand as a headline."""
        return self.code in BARS_HEADLINE


def _noted(*found: tuple[str, str]) -> tuple[Note, ...]:
    """Notes from pairs (code, words), those without words left out."""
    return tuple(Note(words, code) for code, words in found if words)


def input_notes(
    counts: Counts, definitions: Iterable[Any] | None, shared_with: Iterable[Any] | None
) -> tuple[Note, ...]:
    """Notes on whether these studies belong together: definitions of the outcome, patients in more than one.

    Raises
    ------
    SynthesisError
        ``definitions`` or ``shared_with`` of another length than the studies.
    """
    return (*_definition_notes(counts, definitions), *_shared_notes(counts, shared_with))


def _for_each(counts: Counts, name: str, given: Iterable[Any], rule: str) -> list[Any]:
    values = list(given)
    if len(values) != counts.k:
        raise SynthesisError(f"{counts.k} studies but {len(values)} {name}; rule: {rule} for each study")
    return values


def _definition_notes(counts: Counts, definitions: Iterable[Any] | None) -> tuple[Note, ...]:
    if definitions is None:
        return ()
    given = _for_each(counts, "definitions", definitions, "one definition")
    stated: dict[str, list[str]] = {}
    silent = []
    for study, definition in zip(counts.studies, given, strict=True):
        text = "" if is_missing(definition) else str(definition).strip()
        if text.casefold() in UNDEFINED:
            silent.append(study)
        else:
            stated.setdefault(text, []).append(study)
    missing, differ = "", ""
    if silent and counts.k > 1:
        who = (
            "any of the studies"
            if len(silent) == counts.k
            else f"{len(silent)} of {counts.k} studies ({_listed(silent)})"
        )
        missing = (
            f"The outcome is not defined in {who}, so they cannot be assumed to mean the same by it; {NO_HEADLINE}."
        )
    if len(stated) > 1:
        listed = "; ".join(f"{definition} ({', '.join(members)})" for definition, members in stated.items())
        differ = f"Definitions of the outcome differ, so {NO_HEADLINE}: {listed}."
    return _noted(("definitions-missing", missing), ("definitions-differ", differ))


def _shared_notes(counts: Counts, shared_with: Iterable[Any] | None) -> tuple[Note, ...]:
    twice = sorted({study for study in counts.studies if counts.studies.count(study) > 1}) if counts.k <= 1000 else []
    pairs: list[tuple[str, str]] = []
    if shared_with is not None:
        rule = "the labels of the studies that may hold the same patients, or nothing,"
        for study, partners in zip(
            counts.studies, _for_each(counts, "entries of shared_with", shared_with, rule), strict=True
        ):
            if partners is None or (not isinstance(partners, (list, tuple, set, frozenset)) and is_missing(partners)):
                continue
            for partner in [partners] if isinstance(partners, str) else sorted(map(str, partners)):
                if partner != study and partner in counts.studies and (partner, study) not in pairs:
                    pairs.append((study, partner))
    said = [f"{study} stands twice" for study in twice]
    said += [f"{one} and {other} may share patients" for one, other in dict.fromkeys(pairs)]
    words = f"Patients may be counted twice, so {NO_HEADLINE}: {'; '.join(said)}." if said else ""
    return _noted(("patients-shared", words))


def fit_notes(fits: Fits, row: int, ci: str, counts: Counts, span: float, given: tuple[Note, ...]) -> tuple[Note, ...]:
    """Notes on one pooled subset: what bars a headline, what carries the result, what was refused or substituted."""
    notes = [
        *_noted(("one-study", _one_study(fits, ci, counts)), ("two-studies", _two_studies(counts))),
        *given,
        *_noted(
            ("tau2-held", _held(fits, row, ci)),
            ("wide-interval", _wide(span)),
            _single_cases(counts),
            ("one-event", _one_event(counts)),
            ("few-studies", _few_studies(fits, row, ci, counts)),
            ("exact-interval", _exact(fits, row, ci, counts)),
            ("not-separable", _not_separable(fits, row, ci)),
            ("half-added", _half_added(fits, counts)),
            ("no-prediction", _prediction(fits, row, counts)),
            ("interval", _interval(fits, row, ci, counts)),
            ("freeman-tukey", _freeman_tukey(fits, counts)),
        ),
    ]
    return tuple(sorted(notes, key=lambda note: not note.bars_headline))


def influence_notes(counts: Counts, method: str) -> tuple[Note, ...]:
    """Names the studies that carry the result: all events or non-events in one, or Cook's distance above the mark."""
    k, x, n = counts.k, counts.events, counts.totals
    if not MIN_STUDIES_TO_POOL <= k <= MAX_STUDIES_FOR_INFLUENCE or min(x.sum(), (n - x).sum()) < 2:
        return ()  # no or only events have no one to carry them; of a single event `fit_notes` speaks
    for side, kind in ((x, "with the event"), (n - x, "without the event")):
        if (side == side.sum()).any():
            i = int(side.argmax())
            everyone = "both patients" if side[i] == 2 else f"all {side[i]:.0f} patients"
            others = f"{x.sum() - x[i]:.0f} of {n.sum() - n[i]:.0f}"
            words = (
                f"{counts.studies[i]} carries the result: {everyone} {kind} are in this study; in the other {k - 1} "
                f"studies {others} patients have the event."
            )
            return _noted(("one-study-carries", words))
    full = fit_subsets(counts, np.ones((1, k), dtype=bool), method)
    without = fit_subsets(counts, ~np.eye(k, dtype=bool), method)
    distances = cook_distances(full, without)
    marked = np.flatnonzero(np.nan_to_num(distances, nan=0.0) > COOK_MARK)
    if not len(marked):
        return ()
    before, after = full.proportions()[0], without.proportions()
    if len(marked) == 1:
        i = int(marked[0])
        words = (
            f"{counts.studies[i]} carries the result: without it the pooled proportion is {percent(after[i])} and not "
            f"{percent(before)}."
        )
    else:
        each = _listed([f"{percent(after[i])} without {counts.studies[i]}" for i in marked])
        words = f"Single studies carry the result: the pooled proportion of {percent(before)} becomes {each}."
    return _noted(("one-study-carries", words))


def percent(proportion: float) -> str:
    """A proportion as pages write it: whole percent, one decimal near none and all, and never rounded to either."""
    share = 100 * float(proportion)
    if 0 < share < 0.05 or 99.95 <= share < 100:
        return "<0.1%" if share < 1 else ">99.9%"
    digits = "0.1" if 0 < share < 1 or 99 < share < 100 else "1"
    return f"{Decimal(repr(share)).quantize(Decimal(digits), rounding=ROUND_HALF_UP)}%"


def p_value(value: float) -> str:
    """A P value with two significant digits; below 0.001 as an inequality."""
    return "P < 0.001" if value < 0.001 else f"P = {float(f'{value:.2g}'):g}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _one_study(fits: Fits, ci: str, counts: Counts) -> str:
    if counts.k > 1:
        return ""
    interval = "" if fits.method in LIKELIHOOD_METHODS else f" Its interval is normal on the {fits.scale} scale."
    return f"One study: nothing was pooled. This is its own proportion.{interval}"


def _two_studies(counts: Counts) -> str:
    if counts.k != MIN_STUDIES_TO_POOL - 1:
        return ""
    return f"Two studies: they cannot show how much studies differ, so both are shown and {NO_HEADLINE}."


def _held(fits: Fits, row: int, ci: str) -> str:
    note = fits.notes[row] if fits.is_held[row] else ""
    return note.replace(", and the interval takes tau² as known", "") if ci in PROFILES else note


def _not_separable(fits: Fits, row: int, ci: str) -> str:
    # The profile does not use the curvature that fails here.
    return "" if fits.is_held[row] or ci in PROFILES else fits.notes[row]


def _wide(span: float) -> str:
    if span <= SPAN_LIMIT:
        return ""
    return (
        f"The interval spans {100 * span:.0f} percentage points, more than {100 * SPAN_LIMIT:.0f}: these studies leave "
        "almost every proportion possible."
    )


def _single_cases(counts: Counts) -> tuple[str, str]:
    single = int((counts.totals == 1).sum())
    if counts.k == 1 or not single:
        return "single-cases", ""
    if single == counts.k:
        return "only-single-cases", (
            f"All {single} studies report on one patient each. Single cases tend to be published because they are "
            "remarkable; their share is no estimate for patients in general."
        )
    verb = "studies report" if single > 1 else "study reports"
    return "single-cases", (
        f"{single} {verb} on one patient each ({single} of {counts.totals.sum():.0f} patients); single cases tend "
        "to be published because they are remarkable."
    )


def _one_event(counts: Counts) -> str:
    if counts.k == 1:
        return ""
    for side, kind in ((counts.events, "with the event"), (counts.totals - counts.events, "without the event")):
        if side.sum() == 1 and counts.totals.sum() > 2:
            study = counts.studies[int(side.argmax())]
            return f"A single patient {kind} ({study}) decides the result: one more or one fewer would change it a great deal."
    return ""


def _few_studies(fits: Fits, row: int, ci: str, counts: Counts) -> str:
    is_few = MIN_STUDIES_TO_POOL <= counts.k <= FEW_STUDIES
    if ci != "profile" or fits.method != "glmm" or not is_few or fits.uses_exact(ci)[row]:
        return ""
    return (
        f"{counts.k} studies are few: where studies differ widely, the interval contains the true proportion less often "
        "than its level says."
    )


def _exact(fits: Fits, row: int, ci: str, counts: Counts) -> str:
    if fits.method not in LIKELIHOOD_METHODS:
        return ""
    if counts.k == 1:
        return "The interval is exact (Clopper-Pearson)."
    if fits.is_exact[row]:
        what = "No study has an event" if counts.events.sum() == 0 else "Every patient in every study has the event"
    elif fits.uses_exact(ci)[row]:
        what = "Every study holds one patient"
    else:
        return ""
    return (
        f"{what}, so differences between studies cannot be estimated: tau² is given as 0 and the interval is "
        f'exact (Clopper-Pearson) for all patients together; ci = "{ci}" was not used.'
    )


def _half_added(fits: Fits, counts: Counts) -> str:
    added = int(((counts.events == 0) | (counts.events == counts.totals)).sum())
    if fits.method in LIKELIHOOD_METHODS or fits.scale != "logit" or not added:
        return ""
    studies = "1 study" if added == 1 else f"{added} studies"
    return f"0.5 was added to events and non-events of {studies} with no or only events."


def _prediction(fits: Fits, row: int, counts: Counts) -> str:
    if fits.method == "fixed":
        return "No prediction interval: this method assumes that studies do not differ."
    if counts.k < MIN_STUDIES_FOR_PREDICTION:
        return f"No prediction interval: it needs at least {MIN_STUDIES_FOR_PREDICTION} studies, here {counts.k}."
    if fits.is_exact[row] or fits.is_flat[row]:
        return "No prediction interval: differences between studies cannot be estimated."
    if fits.is_held[row]:
        return "No prediction interval: tau² was held at its bound, so it would show the bound and not the studies."
    return ""


def _interval(fits: Fits, row: int, ci: str, counts: Counts) -> str:
    if counts.k == 1:
        return "" if ci == "wald" or fits.method in LIKELIHOOD_METHODS else f'ci = "{ci}" needs two studies.'
    if ci == "hksj" and fits.scale_factor[row] == 0:
        return "The studies agree exactly, so the HKSJ interval has no width; it says nothing about precision."
    if ci == "hksj" and fits.scale_factor[row] < 1:
        return "The HKSJ interval uses an error below Wald's here; the modified form (mhksj) does not."
    return ""


def _freeman_tukey(fits: Fits, counts: Counts) -> str:
    if fits.scale == "freeman-tukey":
        return (
            f"Freeman-Tukey, transformed back with the harmonic mean of the totals ({harmonic_mean(counts):.3g}): "
            "a sensitivity analysis only."
        )
    return ""


def harmonic_mean(counts: Counts) -> float:
    """Harmonic mean of the totals."""
    return counts.k / float((1 / counts.totals).sum())
