"""Dose and level ranges, one panel a unit."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import numbers
from helpers.pictures import BLUE, PAPER, Picture
from helpers.plots.common import ROW, WIDTH, marked, notes, plain_values, require_rows, styled


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
    units = list(dict.fromkeys(frame["unit"]))
    sizes = [int((frame["unit"] == u).sum()) for u in units]
    figure = mpl.pyplot.figure(figsize=(WIDTH - 2.0, sum(0.85 + ROW * s for s in sizes)))
    grid = figure.add_gridspec(
        len(units), 1, height_ratios=[0.35 + s for s in sizes], hspace=0.9 if len(units) > 1 else 0
    )
    for number, unit in enumerate(units):
        ax = figure.add_subplot(grid[number])
        _range_panel(ax, frame[frame["unit"] == unit], label, unit)
    said = [f"{r[label]} {marked(r, numbers.span(r['low'], r['high'], r['unit']))}" for _, r in frame.iterrows()]
    alt = f"Ranges on one axis per unit: {'; '.join(said)}."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), notes=notes(frame))


def _range_panel(ax: Axes, rows: pd.DataFrame, label: str, unit: str) -> None:
    highest = float(rows[["low", "high"]].max().max())
    places = np.arange(len(rows))[::-1]
    for place, (_, row) in zip(places, rows.iterrows(), strict=True):
        low = 0.0 if pd.isna(row["low"]) else float(row["low"])
        high = highest * 1.1 if pd.isna(row["high"]) else float(row["high"])
        is_open = pd.isna(row["low"]) or pd.isna(row["high"])
        ax.plot(
            [low, high], [place, place], color=BLUE, linewidth=4, alpha=0.35 if is_open else 1, solid_capstyle="butt"
        )
        ends = [float(row[e]) for e in ("low", "high") if not pd.isna(row[e])]
        ax.plot(
            ends, [place] * len(ends), "o", color=BLUE, markersize=7, markeredgecolor=PAPER, clip_on=False, zorder=4
        )
        shown = marked(row, numbers.span(row["low"], row["high"]))
        ax.text(1.03, place, shown, va="center", transform=ax.get_yaxis_transform())
    ax.set(yticks=places, yticklabels=rows[label], xlim=(0, highest * 1.1), ylim=(-0.6, len(rows) - 0.4))
    ax.set_title(unit)
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(5))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_axisbelow(True)
