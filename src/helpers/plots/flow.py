"""The PRISMA 2020 flow diagram."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from helpers import numbers
from helpers.pictures import GRID, MUTED, Picture, axes
from helpers.plots.common import styled
from helpers.plots.updates import prisma_update_flow

MAIN_BOXES = ("identified", "screened", "sought", "assessed", "included_studies")  # PRISMA 2020, top to bottom


SIDE_BOXES = {  # beside the main box they are taken from
    "duplicates_removed": "identified",
    "automation_removed": "identified",
    "excluded_title_abstract": "screened",
    "not_retrieved": "sought",
    "excluded_full_text": "assessed",
    "included_extra": "included_studies",
    "awaiting_classification": "included_studies",
    "registered_studies": "included_studies",
}
TOGETHER = {"identified": "Removed before screening", "included_studies": "Beside the included studies"}


def prisma_flow(boxes: pd.DataFrame, *, labels: Mapping[str, str], caption: str, name: str | None = None) -> Picture:
    """PRISMA 2020 flow from the flow table; a box without a number reads *not stated*, a box without a row is left out.

    Parameters
    ----------
    boxes : DataFrame
        Rows of `flow` of one update: ``box``, ``arm``, ``reason``, ``count``, ``unit``.
    labels : mapping of str to str
        What readers see for each box code.
    caption : str
        Caption.
    name : str, optional
        Result name.

    Notes
    -----
    Boxes of more arms than databases, as an update has them, are drawn by `prisma_update_flow`.
    """
    if "arm" in boxes and set(boxes["arm"]) - {"databases"}:
        return prisma_update_flow(boxes, labels=labels, caption=caption, name=name)
    texts = {box: _box_text(boxes[boxes["box"] == box]) for box in dict.fromkeys(boxes["box"])}
    main = [box for box in MAIN_BOXES if box in texts]
    side: list[tuple[int, str, str]] = []
    for place, box in enumerate(main):
        beside = [b for b in texts if SIDE_BOXES.get(b) == box]
        if len(beside) == 1:
            side.append((place, labels[beside[0]], texts[beside[0]]))
        elif beside:
            side.append((place, TOGETHER[box], "\n".join(f"{labels[b]}: {texts[b]}" for b in beside)))
    return flow([(labels[b], texts[b]) for b in main], side, caption=caption, name=name)


def _box_text(rows: pd.DataFrame) -> str:
    lines = []
    for _, row in rows.iterrows():
        number = "not stated" if pd.isna(row["count"]) else f"{numbers.whole(row['count'])} {row['unit']}"
        lines.append(number if pd.isna(row["reason"]) else f"{row['reason']}: {number}")
    return "\n".join(lines)


@styled
def flow(
    boxes: Sequence[tuple[str, str]], side: Sequence[tuple[int, str, str]], *, caption: str, name: str | None = None
) -> Picture:
    """A PRISMA 2020 flow: boxes from top to bottom, with side boxes.

    Parameters
    ----------
    boxes : sequence of (title, text)
        Main column.
    side : sequence of (position, title, text)
        Boxes to the right of the main box at that position, counted from 0.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    lines = {n: [len(_wrapped(text).splitlines())] for n, (_, text) in enumerate(boxes)}
    for place, _, text in side:
        lines[place].append(len(_wrapped(text).splitlines()))
    heights = [BOX_TITLE + BOX_LINE * max(lines[n]) for n in range(len(boxes))]
    total = sum(heights) + BOX_GAP * (len(boxes) - 1)
    figure, ax = axes(2 * BOX_WIDTH + BOX_GUTTER, total)
    y = total
    bottoms = [y := y - height - (BOX_GAP if n else 0) for n, height in enumerate(heights)]
    for n, (title, text) in enumerate(boxes):
        _box(ax, 0, bottoms[n], heights[n], title, text)
        if n:
            ax.annotate("", (BOX_WIDTH / 2, bottoms[n] + heights[n]), (BOX_WIDTH / 2, bottoms[n - 1]), arrowprops=ARROW)
    for place, title, text in side:
        middle = bottoms[place] + heights[place] / 2
        _box(ax, BOX_WIDTH + BOX_GUTTER, bottoms[place], heights[place], title, text)
        ax.annotate("", (BOX_WIDTH + BOX_GUTTER, middle), (BOX_WIDTH, middle), arrowprops=ARROW)
    ax.set(xlim=(-0.02, 2 * BOX_WIDTH + BOX_GUTTER + 0.02), ylim=(-0.02, total + 0.02))
    ax.set_position((0, 0, 1, 1))  # so that a unit of the axes is an inch
    ax.axis("off")
    said = [f"{title}: {text}" for title, text in boxes] + [f"beside it, {title}: {text}" for _, title, text in side]
    values = [{"box": title, "text": text} for title, text in boxes] + [{"box": t, "text": x} for _, t, x in side]
    return Picture(
        figure, "Flow diagram. " + "; ".join(said).replace("\n", ", ") + ".", caption, name=name, values=values
    )


ARROW = {"arrowstyle": "-|>", "color": MUTED, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}


BOX_WIDTH, BOX_GUTTER, BOX_GAP, BOX_TITLE, BOX_LINE = 2.6, 0.4, 0.3, 0.42, 0.19  # inches


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.fill(line, 36) for line in text.splitlines())


def _box(ax: Axes, x: float, y: float, height: float, title: str, text: str) -> None:
    shape = "round,pad=0,rounding_size=0.05"
    ax.add_patch(
        mpl.patches.FancyBboxPatch(
            (x, y), BOX_WIDTH, height, boxstyle=shape, facecolor="none", edgecolor=GRID, linewidth=1.2
        )
    )
    top = y + height - 0.1
    ax.text(x + 0.1, top, title, va="top", ha="left", fontweight="bold", fontsize=9.5)
    ax.text(x + 0.1, top - 0.22, _wrapped(text), va="top", ha="left", fontsize=9, color=MUTED, linespacing=1.35)
