"""Bars: how many, by condition or design."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd

from helpers import numbers
from helpers.pictures import INK, Picture, axes
from helpers.plots.common import ROW, WIDTH, marker, plain_values, require_rows, styled


@styled
def bars(frame: pd.DataFrame, *, label: str, value: str, unit: str, caption: str, name: str | None = None) -> Picture:
    """Horizontal bars, one a row, with the number at the end of each.

    Parameters
    ----------
    frame : DataFrame
        `label` (text), `value` (count), and, for colour and shape, ``condition``; drawn top to bottom.
    label, value : str
        Columns.
    unit : str
        What is counted, for the axis.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    require_rows(frame, caption)
    figure, ax = axes(WIDTH - 2.0, 0.5 + ROW * len(frame))
    places = np.arange(len(frame))[::-1]
    sizes = frame[value].to_numpy(dtype=float)
    ax.barh(places, sizes, height=0.62, color=[marker(r)[0] for _, r in frame.iterrows()])
    for place, size in zip(places, sizes, strict=True):
        ax.text(size + sizes.max() * 0.015, place, numbers.whole(size), va="center", color=INK)
    ax.set(yticks=places, yticklabels=frame[label], xlabel=unit, xlim=(0, sizes.max() * 1.12))
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
    said = "; ".join(f"{r[label]} {numbers.whole(r[value])}" for _, r in frame.iterrows())
    return Picture(figure, f"Bar chart, {unit}: {said}.", caption, name=name, values=plain_values(frame))
