"""Treatments by study as a heat map."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap

from helpers import numbers, wording
from helpers.pictures import BLUE, INK, MUTED, PAPER, Picture, axes
from helpers.plots.common import ROW, require_rows, styled

# Shades of one colour by how much of the page shines through: so they follow light and dark with the colour itself, and
# the darkest still leaves the numbers on it a contrast of 4.5 in both.
SHADES = LinearSegmentedColormap.from_list("shades", [(BLUE, 0.06), (BLUE, 0.45)])


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
    share = counts.div(totals.astype("Float64"), axis=0)
    figure, ax = axes(0.42 * len(matrix.columns), 0.4 + ROW * len(matrix))
    shown = counts.map(lambda v: "" if pd.isna(v) else f"{v:.0f}")
    slips, sizes = matrix.attrs.get("slips", {}), totals.map(numbers.whole)
    for study, column in slips:
        shown.loc[study, column] += wording.DAGGER
    for study in totals.attrs.get("slips", {}):
        sizes[study] += wording.DAGGER
    numeric = share.astype("float64")
    sns.heatmap(
        numeric,
        mask=numeric.isna(),
        annot=False,
        cmap=SHADES,
        vmin=0,
        vmax=1,
        cbar=False,
        linewidths=1.5,
        linecolor=PAPER,
        ax=ax,
    )
    for i, row in enumerate(shown.to_numpy()):
        for j, cell in enumerate(row):
            ax.text(j + 0.5, i + 0.5, cell or "·", ha="center", va="center", color=INK if cell else MUTED)
    ax.set(xlabel="", ylabel="")
    ax.xaxis.tick_top()
    ax.set_xticklabels(matrix.columns, rotation=40, ha="left", rotation_mode="anchor")
    ax.set_yticklabels([f"{study} (n = {sizes[study]})" for study in matrix.index], rotation=0)
    ax.tick_params(length=0)
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
    return Picture(figure, alt, caption, name=name, values=values, notes=notes)
