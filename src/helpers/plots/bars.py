"""Bars: how many, by condition or design."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd

from helpers import numbers
from helpers.pictures import INK, Picture, axes
from helpers.plots.common import ROW, WIDTH, marked, marker, notes, plain_values, require_rows, styled


@styled
def bars(frame: pd.DataFrame, *, label: str, value: str, unit: str, caption: str, name: str | None = None) -> Picture:
    """Horizontal bars, one a row, with the number at the end of each.

    Parameters
    ----------
    frame : DataFrame
        `label` (text), `value` (count), ``mark`` for colour and shape, and ``known_slip``; drawn top to bottom.
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
    shown = [marked(row, numbers.whole(row[value])) for _, row in frame.iterrows()]
    for place, size, number in zip(places, sizes, shown, strict=True):
        ax.text(size + sizes.max() * 0.015, place, number, va="center", color=INK)
    ax.set(yticks=places, yticklabels=frame[label], xlabel=unit, xlim=(0, sizes.max() * 1.12))
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
    said = "; ".join(f"{what} {number}" for what, number in zip(frame[label], shown, strict=True))
    alt = f"Bar chart, {unit}: {said}."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), notes=notes(frame))
