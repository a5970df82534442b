"""Scales on which proportions are pooled: forward with sampling variance, and back."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from helpers.synthesis.counts import Array, Mask

# name here -> (measure in metafor, back-transformation in metafor)
SCALES = {
    "logit": ("PLO", "transf.ilogit"),
    "arcsine": ("PAS", "transf.iarcsin"),
    "freeman-tukey": ("PFT", "transf.ipft.hm"),
}


def effect_sizes(events: Array, totals: Array, scale: str) -> tuple[Array, Array]:
    """Transformed proportion ``yi`` and sampling variance ``vi`` of each study, as metafor's ``escalc``.

    Parameters
    ----------
    events, totals : arrays of shape (k,)
        Patients.
    scale : {"logit", "arcsine", "freeman-tukey"}
        ``logit``: natural log of the odds; 0.5 is added to events and non-events only of studies with no or only
        events (``add=1/2, to="only0"``). ``arcsine``: radians, arcsine of the square root.
        ``freeman-tukey``: radians, mean of two arcsines.

    Returns
    -------
    yi, vi : arrays of shape (k,)

    References
    ----------
    metafor ``escalc(measure="PLO" | "PAS" | "PFT")``; Freeman & Tukey (1950), doi:10.1214/aoms/1177729756.
    """
    x, n = events, totals
    if scale == "logit":
        added = np.where((x == 0) | (x == n), 0.5, 0.0)
        a, b = x + added, n - x + added
        return np.log(a / b), 1 / a + 1 / b
    if scale == "arcsine":
        return np.arcsin(np.sqrt(x / n)), 1 / (4 * n)
    return (np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))) / 2, 1 / (4 * n + 2)


def back_transform(link: Array, scale: str, n_harmonic: Array) -> Array:
    """Proportions in [0, 1] from values on the pooled scale.

    Parameters
    ----------
    link : array of any shape
        Values on the pooled scale; infinite logits are allowed.
    scale : {"logit", "arcsine", "freeman-tukey"}
        The scale of ``link``.
    n_harmonic : array that broadcasts to the shape of ``link``
        Harmonic mean of the totals; used by Freeman-Tukey only.

    Returns
    -------
    array of the shape of ``link``
        Values beyond the scale's ends become 0 or 1, as in metafor.

    Notes
    -----
    Freeman-Tukey values depend on n, and a pooled value has no n of its own. The harmonic mean is metafor's
    convention (Miller 1978, doi:10.1080/00031305.1978.10479283); it can mislead when totals differ much
    (Schwarzer et al. 2019, doi:10.1002/jrsm.1348), hence this scale serves as a sensitivity analysis only.
    """
    if scale == "logit":
        return np.asarray(expit(link))
    if scale == "arcsine":
        return np.sin(np.clip(link, 0, np.pi / 2)) ** 2
    n = np.broadcast_to(n_harmonic, np.shape(link))
    lowest = np.arcsin(np.sqrt(1 / (n + 1))) / 2
    highest = (np.arcsin(np.sqrt(n / (n + 1))) + np.pi / 2) / 2
    # Inside the ends sin(2z) is never 0, so that the next lines divide safely.
    z = np.clip(link, lowest, highest)
    s = np.sin(2 * z)
    root = np.sqrt(np.clip(1 - (s + (s - 1 / s) / n) ** 2, 0, None))
    p = np.clip((1 - np.sign(np.cos(2 * z)) * root) / 2, 0, 1)
    return np.where(link < lowest, 0.0, np.where(link > highest, 1.0, p))


def harmonic_means(totals: Array, include: Mask) -> Array:
    """Harmonic mean of the totals of each subset: ``totals`` (k,), ``include`` (B, k), result (B,)."""
    return include.sum(axis=1) / (include / totals).sum(axis=1)
