"""What sources have in common: one row for each set of sources, its size as a bar (an UpSet figure, lying on its side)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from helpers import numbers
from helpers.pictures import BLUE, GRID, INK, MUTED, PHONE, VERMILLION, Picture, axes, width_of, wrapped
from helpers.plots.common import ROW, WIDTH, plain_values, require_rows, styled

COLUMN, HALF, DOT = 0.34, 0.09, 48  # inches between sources, half the height of a bar; area of a dot, in points
LONGEST, SIZE, HEAD_LINE, GAP = (
    1.7,
    9.5,
    0.15,
    0.14,
)  # of the names above the columns: inches, points, inches a line, inches


@styled
def upset(frame: pd.DataFrame, *, sources: Sequence[str], caption: str, name: str | None = None) -> Picture:
    """Reports by the set of sources that found them, and the included ones among them.

    Parameters
    ----------
    frame : DataFrame
        As ``screening.combinations`` gives it: ``sources`` (tuple), ``reports``, ``included``; drawn top to bottom.
    sources : sequence of str
        Order of the columns.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    require_rows(frame, caption)
    rows = [_Row(*row) for row in zip(frame["sources"], frame["reports"], frame["included"], strict=True)]
    figure, narrow = (_drawn(rows, list(sources), width) for width in (WIDTH, PHONE))
    said = "; ".join(f"{' and '.join(r.sources)}{' only' if len(r.sources) == 1 else ''}: {r.number}" for r in rows)
    alt = f"Reports by the sources that found them. {said}."
    values = plain_values(frame.assign(sources=frame["sources"].map("; ".join)))
    return Picture(figure, alt, caption, name=name, values=values, narrow=narrow)


class _Row(NamedTuple):
    """A set of sources with what they found in common."""

    sources: tuple[str, ...]
    reports: int
    included: int

    @property
    def number(self) -> str:
        """What stands at the end of the bar."""
        of_it = f" ({numbers.whole(self.included)} included)" if self.included else ""
        return numbers.whole(self.reports) + of_it


def _drawn(rows: list[_Row], sources: list[str], width: float) -> Figure:
    """Dots for the sources of each row, joined by a line; beside them the bar, its included part in another colour."""
    heads = [wrapped(source, LONGEST, SIZE) for source in sources]
    top = max(width_of(line, SIZE) for head in heads for line in head) + GAP
    column = max(COLUMN, *(HEAD_LINE * (len(head) + 0.6) for head in heads))
    left = column * len(sources) + GAP
    room = max(width_of(row.number, SIZE) for row in rows) + GAP
    bar = max(width - left - room, 0.5)
    height, largest = top + ROW * len(rows), max(*(row.reports for row in rows), 1)
    figure, ax = axes(left + bar + room, height)
    ax.set_position((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set(xlim=(0, left + bar + room), ylim=(height, 0))
    for place, head in enumerate(heads):
        middle = column * (place + 0.5)
        ax.text(middle, top - GAP / 2, "\n".join(head), rotation=90, ha="center", va="bottom", fontsize=SIZE, color=INK)
        ax.plot([middle, middle], [top, height], color=GRID, linewidth=0.8, zorder=1)
    for number, row in enumerate(rows):
        y = top + ROW * (number + 0.5)
        there = [column * (sources.index(source) + 0.5) for source in row.sources]
        ax.scatter([column * (place + 0.5) for place in range(len(sources))], [y] * len(sources), s=DOT, color=GRID, zorder=2)  # fmt: skip
        ax.plot([min(there), max(there)], [y, y], color=INK, linewidth=2, zorder=3)
        ax.scatter(there, [y] * len(there), s=DOT, color=INK, zorder=4)
        long, of_it = (bar * count / largest for count in (row.reports, row.included))
        ax.barh([y], [long], left=left, height=2 * HALF, color=BLUE, zorder=3)
        ax.barh([y], [of_it], left=left, height=2 * HALF, color=VERMILLION, zorder=4)
        ax.text(left + long + GAP / 2, y, row.number, va="center", fontsize=SIZE, color=INK)
    ax.plot([left, left], [top, height], color=MUTED, linewidth=0.8, zorder=5)
    return figure
