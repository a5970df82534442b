"""Specification curve: every reasonable analysis of the same studies beside each other."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers import numbers
from helpers.pictures import BLUE, GRID, INK, VERMILLION, Picture, axes
from helpers.plots.common import WIDTH, plain_values, require_rows, styled

CHOICES = {"method": "Model", "ci": "Interval", "validity": "Validity", "n_left_out": "Studies left out"}
PANEL_ROW = 0.26  # inches a choice
DOTS = 60  # analyses from which their estimates run into a line


@styled
def specification_curve(frame: pd.DataFrame, *, outcome: str, caption: str, name: str | None = None) -> Picture:
    """Estimates of all specifications in ascending order, with the choices behind each as marks below.

    Parameters
    ----------
    frame : DataFrame
        As `synthesis.Multiverse.to_frame`: ``rank``, ``estimate``, ``ci_low``, ``ci_high`` (in [0, 1]), ``method``,
        ``ci``, ``validity``, ``n_left_out``, ``is_primary``. Every row is drawn.
    outcome : str
        What is estimated, for axis and alternative text.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    require_rows(frame, caption)
    lines = [(c, str(v)) for c in CHOICES for v in sorted(frame[c].unique(), key=str) if frame[c].nunique() > 1]
    heights = [2.2, PANEL_ROW * len(lines)]
    figure, (top, below) = axes(
        WIDTH - 1.2, sum(heights), rows=2, sharex=True, height_ratios=heights, gridspec_kw={"hspace": 0.08}
    )
    rank = frame["rank"].to_numpy(dtype=float)
    # One path each instead of an element an analysis: a tenth of the bytes for the same picture.
    top.plot(*_broken(rank, rank, frame["ci_low"], frame["ci_high"]), color=GRID, linewidth=0.7)
    top.plot(rank, frame["estimate"], "." if len(frame) < DOTS else "-", color=BLUE, markersize=2.5, linewidth=2)
    primary = frame[frame["is_primary"]]
    if len(primary):
        top.vlines(primary["rank"], primary["ci_low"], primary["ci_high"], color=VERMILLION, linewidth=1.6)
        top.plot(primary["rank"], primary["estimate"], "D", color=VERMILLION, markersize=6)
    top.set(ylim=(-0.03, 1.03), ylabel=outcome)
    top.yaxis.set_major_locator(mpl.ticker.FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    top.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    top.tick_params(axis="x", length=0)
    for place, (column, value) in enumerate(lines):
        first, last = _runs(rank[(frame[column].astype(str) == value).to_numpy()])
        height = np.full(len(first), -place)
        below.plot(*_broken(first, last, height, height), color=INK, linewidth=4.5, solid_capstyle="butt")
    labels = [f"{CHOICES[c]}: {v}" for c, v in lines]
    below.set(yticks=-np.arange(len(lines)), yticklabels=labels, ylim=(-len(lines) + 0.4, 0.6), xticks=[])
    below.set_xlabel(f"{numbers.whole(len(frame))} analyses, from the lowest estimate to the highest")
    below.tick_params(axis="y", length=0)
    below.spines[["left", "bottom"]].set_visible(False)
    return Picture(figure, _alt(frame, outcome), caption, name=name, values=plain_values(frame))


def _broken(x0: ArrayLike, x1: ArrayLike, y0: ArrayLike, y1: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of one line that is lifted between its pieces."""
    x0, y0 = np.asarray(x0, dtype=float), np.asarray(y0, dtype=float)
    gap = np.full(len(x0), np.nan)
    return np.column_stack([x0, x1, gap]).ravel(), np.column_stack([y0, y1, gap]).ravel()


def _runs(rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where ranks without a gap begin and end, half a rank to either side included."""
    rank = np.sort(rank)
    breaks = np.flatnonzero(np.diff(rank) > 1)
    return rank[np.r_[0, breaks + 1]] - 0.5, rank[np.r_[breaks, len(rank) - 1]] + 0.5


def _alt(frame: pd.DataFrame, outcome: str) -> str:
    low, middle, high = (numbers.percent(float(frame["estimate"].quantile(q))) for q in (0, 0.5, 1))
    primary = frame.loc[frame["is_primary"], "estimate"]
    said = f"Specification curve of {numbers.whole(len(frame))} analyses, {outcome}: estimates from {low} to {high}, median {middle}"
    return said + (f"; the primary analysis gives {numbers.percent(primary.iloc[0])}." if len(primary) else ".")
