"""Treatment by condition as a map of bubbles, with a word where there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers import numbers
from helpers.pictures import BLUE, GREEN, GRID, INK, MUTED, PHONE, PURPLE, VERMILLION, Picture, axes
from helpers.plots.common import WIDTH, marked, notes, plain_values, require_rows, styled

KIND_MARKS = {  # colour, shape, filled
    "total": (BLUE, "o", False),
    "information": (MUTED, "o", False),
    "randomised_trial": (VERMILLION, "*", True),
    "controlled_trial": (VERMILLION, "P", True),
    "trial": (VERMILLION, "D", True),
    "series": (GREEN, "s", True),
    "report": (PURPLE, "^", True),
    "unstated": (INK, "p", True),
}
LARGEST = 280.0  # points squared, so that the largest bubble stays within its cell
SMALLEST = 14.0
LINE, NAME = 0.5, 0.22  # inches: a treatment, and on a phone its name above
AXES = 1.26  # a figure is so much wider than the axes in it


@styled
def evidence_map(
    cells: pd.DataFrame,
    *,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    kinds: Mapping[str, str],
    reasons: Mapping[str, str],
    at_least: Collection[str] = (),
    caption: str,
    name: str | None = None,
) -> Picture:
    """Bubbles by patients: treatments down, conditions across, kinds of evidence side by side in a cell.

    Parameters
    ----------
    cells : DataFrame
        ``treatment``, ``condition``, ``kind``, ``patients``, ``basis``, ``reason``; as `sections.evidence_map` gives them.
    rows, columns : mapping of str to str
        Labels of treatments and conditions by code, in the order drawn.
    kinds, reasons : mapping of str to str
        Label of each kind of evidence; short word for each reason why a cell is empty.
    at_least : collection of str
        Of ``basis``: numbers that count only some of those treated; a sign before them says so.
    caption : str
        Caption.
    name : str, optional
        Result name.

    Raises
    ------
    ValueError
        There is nothing to draw.
    """
    require_rows(cells, caption)
    figure, narrow = (
        _drawn(cells, rows, columns, kinds, reasons, at_least, is_narrow=is_narrow) for is_narrow in (False, True)
    )
    said = [_in_words(cells, treatment, rows, columns, kinds, reasons, at_least) for treatment in rows]
    alt = "Evidence map. " + " ".join(said)
    return Picture(figure, alt, caption, name=name, values=plain_values(cells), notes=notes(cells), narrow=narrow)


def _drawn(
    cells: pd.DataFrame,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    kinds: Mapping[str, str],
    reasons: Mapping[str, str],
    at_least: Collection[str],
    *,
    is_narrow: bool,
) -> Figure:
    """The map; on a phone the name of a treatment stands above its row."""
    figure, ax = axes(PHONE * AXES if is_narrow else WIDTH, 0.9 + (LINE + NAME * is_narrow) * len(rows))
    down = {code: -n for n, code in enumerate(rows)}
    across = {code: n for n, code in enumerate(columns)}
    largest = float(cells["patients"].fillna(0).max()) or 1.0
    lower = 0.12 if is_narrow else 0.0
    for (treatment, condition), group in cells.groupby(["treatment", "condition"], sort=False):
        x, y = across[str(condition)], down[str(treatment)] - lower
        shown = group.dropna(subset=["patients"])
        if shown.empty:
            ax.text(x, y, reasons[str(group.iloc[0]["reason"])], ha="center", va="center", color=MUTED, fontsize=8.5)
        places = x + 0.4 * (np.arange(len(shown)) - (len(shown) - 1) / 2)
        for place, (_, cell) in zip(places, shown.iterrows(), strict=True):
            colour, shape, filled = KIND_MARKS[str(cell["kind"])]
            size = (SMALLEST + (LARGEST - SMALLEST) * float(cell["patients"]) / largest) * (0.6 if is_narrow else 1)
            face = colour if filled else "none"
            ax.scatter(place, y + 0.17, s=size, marker=shape, facecolors=face, edgecolors=colour, linewidths=1.4)
            sign = "≥" if cell["basis"] in at_least else ""
            shown_number = marked(cell, sign + numbers.whole(cell["patients"]))
            ax.text(
                place, y - 0.29 + lower / 2, shown_number, ha="center", va="center", fontsize=8.5 if is_narrow else 9.5
            )
    for n in range(len(rows) + 1):
        ax.axhline(0.5 - n, color=GRID, linewidth=0.6, zorder=0)
    ax.set(xlim=(-0.55, len(columns) - 0.45), ylim=(0.5 - len(rows), 0.5))
    ax.set_xticks(list(across.values()), list(columns.values()))
    ax.set_yticks([] if is_narrow else list(down.values()), [] if is_narrow else list(rows.values()))
    for code in rows if is_narrow else ():
        ax.text(-0.53, down[code] + 0.36, rows[code], va="center", fontweight="bold", fontsize=9.5)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    if is_narrow:
        ax.tick_params(axis="x", labelsize=9)
    for spine in ax.spines.values():
        spine.set_visible(False)
    _legend(ax, [k for k in KIND_MARKS if (cells["kind"] == k).any()], kinds, columns=1 if is_narrow else 2)
    return figure


def _legend(ax: Axes, shown: Sequence[str], kinds: Mapping[str, str], *, columns: int) -> None:
    handles = []
    for kind in shown:
        colour, shape, filled = KIND_MARKS[kind]
        face = colour if filled else "none"
        handles.append(ax.scatter([], [], s=40, marker=shape, facecolors=face, edgecolors=colour, label=kinds[kind]))
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(-0.02, -0.01), ncols=columns, handletextpad=0.3, fontsize=9.5
    )


def _in_words(
    cells: pd.DataFrame,
    treatment: str,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    kinds: Mapping[str, str],
    reasons: Mapping[str, str],
    at_least: Collection[str],
) -> str:
    words = []
    names = {code: " ".join(label.split()) for code, label in columns.items()}
    for condition, group in cells[cells["treatment"] == treatment].groupby("condition", sort=False):
        shown = group.dropna(subset=["patients"])
        counts = [
            f"{'at least ' if cell['basis'] in at_least else ''}{marked(cell, numbers.whole(cell['patients']))} ({kinds[str(cell['kind'])].lower()})"
            for _, cell in shown.iterrows()
        ]
        words.append(f"{names[str(condition)]}: {' and '.join(counts) or reasons[str(group.iloc[0]['reason'])]}")
    return f"{rows[treatment]}: {'; '.join(words)}."
