"""The flow across updates, one column an update: what PRISMA-LSR asks of a living review."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from helpers.pictures import PHONE, Picture
from helpers.plots.boxes import Arrow, Box, draw
from helpers.plots.common import plain_values, require_rows, styled
from helpers.plots.updates import REMOVED, counted

COLUMN_WIDTH, GUTTER = 1.74, 0.22  # inches
COLUMNS_A_STRIP = 3
LIVING_ROWS = ("identified", "screened", "assessed", "new_studies", "total_studies")


@styled
def living_flow(
    frame: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    versions: Mapping[str, str],
    caption: str,
    name: str | None = None,
) -> Picture:
    """The flow across updates: one column an update, and below it the studies of all updates so far.

    Parameters
    ----------
    frame : DataFrame
        As ``screening.living_flow`` gives it: ``update_id``, ``step``, ``count``, ``unit``.
    labels : mapping of str to str
        What readers see for each step; steps are codes of ``flow_box``.
    versions : mapping of str to str
        What readers see for each update.
    caption : str
        Caption.
    name : str, optional
        Result name.

    Notes
    -----
    Three updates stand side by side, on a phone two; later ones go below.
    """
    require_rows(frame, caption)
    cells = {(u, s): counted(c, unit) for u, s, c, unit in frame[["update_id", "step", "count", "unit"]].itertuples(index=False)}  # fmt: skip
    updates = list(dict.fromkeys(frame["update_id"]))
    figure = _strips(updates, cells, labels, versions, COLUMNS_A_STRIP)
    narrow = _strips(updates, cells, labels, versions, 2, each=(PHONE - GUTTER) / 2) if len(updates) > 1 else None
    numbers = {(u, s): counted(c, "") for u, s, c in frame[["update_id", "step", "count"]].itertuples(index=False)}
    said = "; ".join(
        f"{versions[u]}: " + ", ".join(f"{labels[s].lower()} {numbers[u, s]}" for s in LIVING_ROWS) for u in updates
    )
    alt = f"Flow across updates. {said}."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), narrow=narrow)


def _strips(
    updates: list[str],
    cells: Mapping[tuple[str, str], str],
    labels: Mapping[str, str],
    versions: Mapping[str, str],
    columns: int,
    *,
    each: float = COLUMN_WIDTH,
) -> Figure:
    """So many updates side by side, later ones below."""
    drawn: dict[str, Box] = {}
    arrows: list[Arrow] = []
    for number, update in enumerate(updates):
        column = number % columns
        top = (number // columns) * (1 + len(LIVING_ROWS))
        drawn[f"band {update}"] = Box(top, column, versions[update], is_band=True)
        for place, step in enumerate(LIVING_ROWS, start=1):
            lines: tuple[str, ...] = (cells[update, step],)
            if step == "identified" and (update, "removed") in cells:
                lines += (f"{REMOVED}: {cells[update, 'removed']}",)
            drawn[f"{step} {update}"] = Box(top + place, column, labels[step], lines)
            if place > 1:
                arrows.append(Arrow(f"{LIVING_ROWS[place - 2]} {update}", f"{step} {update}", "down"))
        if column:
            arrows.append(Arrow(f"total_studies {updates[number - 1]}", f"total_studies {update}", "right"))
    return draw(drawn, arrows, widths=[each] * min(len(updates), columns), gutter=GUTTER)
