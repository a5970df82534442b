"""Bars: how many, by condition or design."""

from __future__ import annotations

from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from helpers import numbers
from helpers.pictures import INK, Picture
from helpers.plots.common import marked, marker, notes, plain_values, require_rows, styled
from helpers.plots.lines import Line, Panel, draw, scale

HALF = 0.105  # inches: half the height of a bar
ROOM = 1.3  # the axis goes on so far beyond the longest bar, for the number at its end


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
    largest = max(float(frame[value].max()), 1.0)
    shown = [marked(row, numbers.whole(row[value])) for _, row in frame.iterrows()]
    lines = [
        Line(str(row[label]), mark=partial(_bar, row=row, size=float(row[value]), number=number, largest=largest))
        for (_, row), number in zip(frame.iterrows(), shown, strict=True)
    ]
    end, ticks = scale(largest * ROOM, is_whole=True)
    figure, narrow = draw([Panel(lines, (0, end), ticks, unit)])
    said = "; ".join(f"{what} {number}" for what, number in zip(frame[label], shown, strict=True))
    alt = f"Bar chart, {unit}: {said}."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), notes=notes(frame), narrow=narrow)


def _bar(ax: Axes, y: float, *, row: pd.Series, size: float, number: str, largest: float) -> None:
    ax.barh([y], [size], height=2 * HALF, color=marker(row)[0], zorder=3)
    ax.text(size + largest * 0.02, y, number, va="center", color=INK)
