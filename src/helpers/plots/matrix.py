"""Treatments by study as a heat map."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from helpers import numbers, wording
from helpers.pictures import BLUE, INK, MUTED, PAPER, PHONE, Picture, axes
from helpers.plots.common import ROW, require_rows, styled

# Shades of one colour by how much of the page shines through: so they follow light and dark with the colour itself, and
# the darkest still leaves the numbers on it a contrast of 4.5 in both.
SHADES = LinearSegmentedColormap.from_list("shades", [(BLUE, 0.06), (BLUE, 0.45)])

CELL = 0.42  # inches
AXES = 0.78  # share of a figure that its axes take


@styled
def heatmap(matrix: pd.DataFrame, *, totals: pd.Series, caption: str, name: str | None = None) -> Picture:
    """Patients given each treatment in each study, as a share of the study's patients.

    Parameters
    ----------
    matrix : DataFrame
        Rows are studies, columns treatments, cells patients treated; a missing cell means not mentioned. By study and
        column, ``attrs["rows"]``, where it is there, holds the evidence row of each cell, and ``attrs["slips"]`` the known
        slips: such a number carries a dagger.
    totals : Series
        Patients of each study, by the same index; ``attrs["slips"]`` by study.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    require_rows(matrix, caption)
    counts = matrix.astype("Float64")
    shown = counts.map(lambda v: "" if pd.isna(v) else f"{v:.0f}")
    slips, sizes = matrix.attrs.get("slips", {}), totals.map(numbers.whole)
    for study, column in slips:
        shown.loc[study, column] += wording.DAGGER
    for study in totals.attrs.get("slips", {}):
        sizes[study] += wording.DAGGER
    share = counts.div(totals.astype("Float64"), axis=0).astype("float64")
    names = [f"{study} (n = {sizes[study]})" for study in matrix.index]
    figure, narrow = (_drawn(share, shown, names, is_narrow=is_narrow) for is_narrow in (False, True))
    said = []
    for study in matrix.index:
        given = [f"{t} {count}" for t, count in shown.loc[study].items() if count]
        patients = "patient" if totals[study] == 1 else "patients"
        said.append(f"{study}, {sizes[study]} {patients}: {', '.join(given) or 'none mentioned'}")
    rows = matrix.attrs.get("rows", {})
    values = [
        {"study": s, "patients": int(totals[s]), "given": t, "events": int(count), "row_id": rows.get((s, t))}
        | {"known_slip": slips.get((s, t))}
        for s in matrix.index
        for t, count in counts.loc[s].dropna().items()
    ]
    known = [*slips.values(), *totals.attrs.get("slips", {}).values()]
    alt = "Patients given each treatment, by study. " + "; ".join(said) + "."
    notes = [wording.dagger_note(known, matrix.attrs.get("audit_page"))] if known else []
    return Picture(figure, alt, caption, name=name, values=values, notes=notes, narrow=narrow)


def _drawn(share: pd.DataFrame, shown: pd.DataFrame, names: Sequence[str], *, is_narrow: bool) -> Figure:
    """Cells by share with their numbers; on a phone the name of a study stands above its row."""
    height, columns = 2 if is_narrow else 1, len(share.columns)
    across = min(CELL, (PHONE - 0.3) / columns) if is_narrow else CELL  # the last name above leans to the right
    figure, ax = axes(across * columns / AXES, (0.4 + ROW * len(share) * (1.3 if is_narrow else 1)) / AXES)
    blank = pd.DataFrame(float("nan"), index=share.index, columns=share.columns)
    cells = pd.concat(
        [part for row in share.index for part in ([blank.loc[[row]]] if is_narrow else []) + [share.loc[[row]]]]
    )
    sns.heatmap(
        cells,
        mask=cells.isna(),
        annot=False,
        cmap=SHADES,
        vmin=0,
        vmax=1,
        cbar=False,
        linewidths=1.5,
        linecolor=PAPER,
        ax=ax,
    )
    size = 8.0 if is_narrow else 10.0
    for i, row in enumerate(shown.to_numpy()):
        for j, cell in enumerate(row):
            ax.text(j + 0.5, height * i + height - 0.5, cell or "·", ha="center", va="center", color=INK if cell else MUTED, fontsize=size)  # fmt: skip
        if is_narrow:
            ax.text(0, height * i + 0.55, names[i], ha="left", va="center", fontsize=9.5)
    ax.set(xlabel="", ylabel="")
    ax.xaxis.tick_top()
    turn = 60 if is_narrow else 40
    ax.set_xticks([j + 0.5 for j in range(columns)], list(share.columns), rotation=turn, ha="left", rotation_mode="anchor", fontsize=size)  # fmt: skip
    if is_narrow:
        ax.set_yticks([])
    else:
        ax.set_yticklabels(names, rotation=0)
    ax.tick_params(length=0)
    return figure
