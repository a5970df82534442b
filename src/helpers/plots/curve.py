"""Specification curve: every reasonable analysis of the same studies beside each other."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd

from helpers import numbers
from helpers.pictures import BLUE, GRID, INK, VERMILLION, Picture, axes
from helpers.plots.common import WIDTH, plain_values, require_rows, styled

CHOICES = {"method": "Model", "ci": "Interval", "validity": "Validity", "n_left_out": "Studies left out"}
PANEL_ROW = 0.26  # inches a choice


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
    top.vlines(rank, frame["ci_low"], frame["ci_high"], color=GRID, linewidth=0.7)
    top.plot(rank, frame["estimate"], ".", color=BLUE, markersize=2.5)
    primary = frame[frame["is_primary"]]
    if len(primary):
        top.vlines(primary["rank"], primary["ci_low"], primary["ci_high"], color=VERMILLION, linewidth=1.6)
        top.plot(primary["rank"], primary["estimate"], "D", color=VERMILLION, markersize=6)
    top.set(ylim=(-0.03, 1.03), ylabel=outcome)
    top.yaxis.set_major_locator(mpl.ticker.FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    top.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    top.tick_params(axis="x", length=0)
    for place, (column, value) in enumerate(lines):
        chosen = (frame[column].astype(str) == value).to_numpy()
        below.plot(rank[chosen], np.full(chosen.sum(), -place), "|", color=INK, markersize=4.5, markeredgewidth=0.6)
    labels = [f"{CHOICES[c]}: {v}" for c, v in lines]
    below.set(yticks=-np.arange(len(lines)), yticklabels=labels, ylim=(-len(lines) + 0.4, 0.6), xticks=[])
    below.set_xlabel(f"{numbers.whole(len(frame))} analyses, from the lowest estimate to the highest")
    below.tick_params(axis="y", length=0)
    below.spines[["left", "bottom"]].set_visible(False)
    return Picture(figure, _alt(frame, outcome), caption, name=name, values=plain_values(frame))


def _alt(frame: pd.DataFrame, outcome: str) -> str:
    low, middle, high = (numbers.percent(float(frame["estimate"].quantile(q))) for q in (0, 0.5, 1))
    primary = frame.loc[frame["is_primary"], "estimate"]
    said = f"Specification curve of {numbers.whole(len(frame))} analyses, {outcome}: estimates from {low} to {high}, median {middle}"
    return said + (f"; the primary analysis gives {numbers.percent(primary.iloc[0])}." if len(primary) else ".")
