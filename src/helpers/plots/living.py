"""The flow across updates, one column an update: what PRISMA-LSR asks of a living review."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.pictures import Picture
from helpers.plots.boxes import Arrow, Box, draw
from helpers.plots.common import plain_values, require_rows, styled
from helpers.plots.updates import REMOVED, counted

COLUMN_WIDTH, COLUMNS_A_STRIP = 1.74, 3  # so that three updates stand side by side and stay readable on a phone
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
    Three updates stand side by side; later ones go below.
    """
    require_rows(frame, caption)
    cells = {(u, s): counted(c, unit) for u, s, c, unit in frame[["update_id", "step", "count", "unit"]].itertuples(index=False)}  # fmt: skip
    updates = list(dict.fromkeys(frame["update_id"]))
    drawn: dict[str, Box] = {}
    arrows: list[Arrow] = []
    for number, update in enumerate(updates):
        column = number % COLUMNS_A_STRIP
        top = (number // COLUMNS_A_STRIP) * (1 + len(LIVING_ROWS))
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
    columns = min(len(updates), COLUMNS_A_STRIP)
    figure = draw(drawn, arrows, widths=[COLUMN_WIDTH] * columns, gutter=0.22)
    numbers = {(u, s): counted(c, "") for u, s, c in frame[["update_id", "step", "count"]].itertuples(index=False)}
    said = "; ".join(
        f"{versions[u]}: " + ", ".join(f"{labels[s].lower()} {numbers[u, s]}" for s in LIVING_ROWS) for u in updates
    )
    return Picture(figure, f"Flow across updates. {said}.", caption, name=name, values=plain_values(frame))
