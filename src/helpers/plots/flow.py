"""The PRISMA 2020 flow diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers import numbers
from helpers.pictures import PHONE, Picture
from helpers.plots.boxes import Arrow, Box, draw
from helpers.plots.common import styled
from helpers.plots.updates import prisma_update_flow

MAIN_BOXES = ("identified", "screened", "sought", "assessed", "included_studies")  # PRISMA 2020, top to bottom


GUTTER = 0.3  # inches between two columns
WIDE = (2.6, 2.6)  # inches a column
NARROW = ((PHONE - GUTTER) / 2,) * 2


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
    drawn: dict[str, Box] = {}
    arrows: list[Arrow] = []
    for row, (title, text) in enumerate(boxes):
        drawn[f"main {row}"] = Box(row, 0, title, tuple(text.splitlines()))
        if row:
            arrows.append(Arrow(f"main {row - 1}", f"main {row}", "down"))
    for row, title, text in side:
        drawn[f"side {row}"] = Box(row, 1, title, tuple(text.splitlines()))
        arrows.append(Arrow(f"main {row}", f"side {row}", "right"))
    figure, narrow = (draw(drawn, arrows, widths=widths, gutter=GUTTER) for widths in (WIDE, NARROW))
    said = [f"{title}: {text}" for title, text in boxes] + [f"beside it, {title}: {text}" for _, title, text in side]
    values = [{"box": title, "text": text} for title, text in boxes] + [{"box": t, "text": x} for _, t, x in side]
    alt = "Flow diagram. " + "; ".join(said).replace("\n", ", ") + "."
    return Picture(figure, alt, caption, name=name, values=values, narrow=narrow)
