"""What a pooled result says about itself in plain words."""

from __future__ import annotations

from helpers.synthesis.counts import Counts
from helpers.synthesis.fits import LIKELIHOOD_METHODS, MIN_STUDIES_FOR_PREDICTION, Fits


def pooling_notes(fits: Fits, row: int, ci: str, counts: Counts, definition_note: str) -> tuple[str, ...]:
    """Notes on one pooled subset: what was refused, what was substituted, what misleads."""
    notes = [_one_study(fits, ci, counts), _extremes(fits, ci, counts), definition_note, fits.notes[row]]
    notes += [_prediction(fits, row, counts), _interval(fits, row, ci, counts), _method(fits, counts)]
    return tuple(note for note in notes if note)


def _one_study(fits: Fits, ci: str, counts: Counts) -> str:
    if counts.k > 1:
        return ""
    interval = "" if fits.method in LIKELIHOOD_METHODS else f" Its interval is normal on the {fits.scale} scale."
    return f"One study: nothing was pooled. This is its own proportion.{interval}"


def _extremes(fits: Fits, ci: str, counts: Counts) -> str:
    x, n = counts.events, counts.totals
    if fits.method in LIKELIHOOD_METHODS:
        if counts.k == 1:
            return "The interval is exact (Clopper-Pearson)."
        if x.sum() == 0 or (x == n).all():
            what = "No study has an event" if x.sum() == 0 else "Every patient in every study has the event"
            return (
                f"{what}, so differences between studies cannot be estimated: tau2 is given as 0 and the interval is "
                f'exact (Clopper-Pearson) for all patients together; ci = "{ci}" was not used.'
            )
        return ""
    added = int(((x == 0) | (x == n)).sum())
    if fits.scale == "logit" and added:
        studies = "1 study" if added == 1 else f"{added} studies"
        return f"0.5 was added to events and non-events of {studies} with no or only events."
    return ""


def _prediction(fits: Fits, row: int, counts: Counts) -> str:
    if fits.method == "fixed":
        return "No prediction interval: this method assumes that studies do not differ."
    if counts.k < MIN_STUDIES_FOR_PREDICTION:
        return f"No prediction interval: it needs at least {MIN_STUDIES_FOR_PREDICTION} studies, here {counts.k}."
    if fits.is_exact[row]:
        return "No prediction interval: differences between studies cannot be estimated."
    if fits.is_held[row]:
        return "No prediction interval: tau2 was held at its bound, so it would show the bound and not the studies."
    return ""


def _interval(fits: Fits, row: int, ci: str, counts: Counts) -> str:
    if counts.k == 1:
        return "" if ci == "wald" or fits.method in LIKELIHOOD_METHODS else f'ci = "{ci}" needs two studies.'
    if ci == "hksj" and fits.scale_factor[row] == 0:
        return "The studies agree exactly, so the HKSJ interval has no width; it says nothing about precision."
    if ci == "hksj" and fits.scale_factor[row] < 1:
        return "The HKSJ interval uses an error below Wald's here; the modified form (mhksj) does not."
    return ""


def _method(fits: Fits, counts: Counts) -> str:
    if fits.scale == "freeman-tukey":
        return (
            f"Freeman-Tukey, transformed back with the harmonic mean of the totals ({harmonic_mean(counts):.3g}): "
            "a sensitivity analysis only."
        )
    return ""


def harmonic_mean(counts: Counts) -> float:
    """Harmonic mean of the totals."""
    return counts.k / float((1 / counts.totals).sum())
