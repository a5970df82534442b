"""Dose and level ranges, one panel a unit."""

from __future__ import annotations

from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from helpers import numbers
from helpers.pictures import BLUE, NO_BREAK, PAPER, Picture
from helpers.plots.common import marked, notes, plain_values, require_rows, styled
from helpers.plots.lines import Column, Line, Panel, draw, scale

BEYOND = 1.1  # the axis goes on so far beyond the highest value, for ranges with an open end


@styled
def ranges(frame: pd.DataFrame, *, label: str, caption: str, name: str | None = None) -> Picture:
    """Dose or level ranges, one panel for each unit so that no axis mixes units.

    Parameters
    ----------
    frame : DataFrame
        `label`, ``low``, ``high``, ``unit`` and ``known_slip``; a range with an open end is drawn paler.
    label : str
        Column with the row's name.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    require_rows(frame, caption)
    panels = [_panel(rows, label, str(unit)) for unit, rows in frame.groupby("unit", sort=False)]
    figure, narrow = draw(panels, [Column(is_left=True)])
    said = [f"{r[label]} {marked(r, numbers.span(r['low'], r['high'], r['unit']))}" for _, r in frame.iterrows()]
    alt = f"Ranges on one axis per unit: {'; '.join(said)}."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), notes=notes(frame), narrow=narrow)


def _panel(rows: pd.DataFrame, label: str, unit: str) -> Panel:
    end, ticks = scale(float(rows[["low", "high"]].max().max()) * BEYOND)
    shown = [marked(row, numbers.span(row["low"], row["high"])).replace(" ", NO_BREAK) for _, row in rows.iterrows()]
    lines = [
        Line(str(row[label]), (text,), partial(_range, row=row, end=end))
        for (_, row), text in zip(rows.iterrows(), shown, strict=True)
    ]
    return Panel(lines, (0, end), ticks, title=unit)


def _range(ax: Axes, y: float, *, row: pd.Series, end: float) -> None:
    low = 0.0 if pd.isna(row["low"]) else float(row["low"])
    high = end if pd.isna(row["high"]) else float(row["high"])
    is_open = pd.isna(row["low"]) or pd.isna(row["high"])
    ax.plot([low, high], [y, y], color=BLUE, linewidth=4, alpha=0.35 if is_open else 1, solid_capstyle="butt", zorder=3)
    ends = [float(row[e]) for e in ("low", "high") if not pd.isna(row[e])]
    ax.plot(ends, [y] * len(ends), "o", color=BLUE, markersize=7, markeredgecolor=PAPER, clip_on=False, zorder=4)
