"""Specification curve: every reasonable analysis of the same studies beside each other."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from helpers import numbers, synthesis
from helpers.pictures import BLUE, GRID, INK, MUTED, PHONE, VERMILLION, Picture, width_of, wrapped
from helpers.plots.common import plain_values, require_rows, styled
from helpers.plots.forest import Scale

CHOICES = ("method", "validity", "definition", "n_left_out")
CURVE_WIDTH, CURVE, GAP = 5.8, 2.2, 0.22  # inches: width, height of the estimates, space below them
PANEL_ROW, LINE, RUN = 0.26, 0.16, 0.14  # inches: a choice, a line of its name, the run below it on a phone
LABELS, TICKS = 2.2, 0.5  # inches: most for the names of choices beside their runs, least for the numbers of the axis
TITLE_SIZE, LABEL_SIZE = 10.0, 9.5  # points
DOTS = 60  # analyses from which their estimates run into a line
FEW = 12  # analyses up to which each has a mark of the usual size


@styled
def specification_curve(frame: pd.DataFrame, *, outcome: str, caption: str, name: str | None = None) -> Picture:
    """Estimates of all specifications in ascending order, with the choices behind each as marks below.

    Parameters
    ----------
    frame : DataFrame
        As `synthesis.Multiverse.to_frame`: ``rank``, ``estimate``, ``ci_low``, ``ci_high`` (in [0, 1]), ``method``,
        ``validity``, ``definition``, ``n_left_out``, ``is_primary``. Every row is drawn.
    outcome : str
        What is estimated, for title and alternative text; broken into lines where it is long.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    require_rows(frame, caption)
    figure = _drawn(frame, outcome, CURVE_WIDTH, is_narrow=False)
    narrow = _drawn(frame, outcome, PHONE, is_narrow=True)
    return Picture(figure, _alt(frame, outcome), caption, name=name, values=plain_values(frame), narrow=narrow)


def _drawn(frame: pd.DataFrame, outcome: str, width: float, *, is_narrow: bool) -> Figure:
    """Estimates above, choices below: beside their runs, or on a phone above them."""
    lines = [(c, str(v)) for c in CHOICES for v in _in_order(frame[c]) if frame[c].nunique() > 1]
    labels = [wrapped(_choice(c, v), width if is_narrow else LABELS, LABEL_SIZE) for c, v in lines]
    scale = _scale(frame)
    unit = f", {numbers.IN_A_THOUSAND} patients" if scale.is_by_thousand else ""
    title = wrapped(f"{outcome}{unit}", width, TITLE_SIZE, is_bold=True)
    left = TICKS if is_narrow else max([TICKS, *(width_of(t, LABEL_SIZE) + 0.1 for label in labels for t in label)])
    rows = [LINE * len(label) + (RUN if is_narrow else PANEL_ROW - LINE) for label in labels]
    is_cut = len(frame) > 1 and float(frame["ci_high"].max()) > scale.end
    said = _analyses(len(frame))
    said += ", from the lowest estimate to the highest" if len(frame) > 1 else ""
    said += "; some intervals reach beyond the axis" if is_cut else ""
    told = wrapped(said, width - left, LABEL_SIZE)
    above, foot = LINE * len(title) + 0.1, LINE * max(2, len(told)) + 0.1
    total = above + CURVE + GAP + sum(rows) + foot
    figure = plt.figure(figsize=(width, total))
    for number, text in enumerate(title):
        figure.text(0, 1 - LINE * (number + 0.5) / total, text, va="center", fontsize=TITLE_SIZE, fontweight="bold")
    top = figure.add_axes((left / width, 1 - (above + CURVE) / total, 1 - left / width, CURVE / total))
    _estimates(top, frame)
    if lines:
        below = figure.add_axes((left / width, foot / total, 1 - left / width, sum(rows) / total), sharex=top)
        below.set(ylim=(sum(rows), 0), yticks=[])
        below.spines[:].set_visible(False)
        below.tick_params(axis="x", length=0, labelbottom=False)
        start = 0.0
        for (column, value), label, height in zip(lines, labels, rows, strict=True):
            first, last = _runs(frame.loc[frame[column].astype(str) == value, "rank"].to_numpy(dtype=float))
            at = np.full(len(first), start + (height - RUN / 2 if is_narrow else height / 2))
            below.plot(*_broken(first, last, at, at), color=INK, linewidth=4.5, solid_capstyle="butt")
            for number, text in enumerate(label):
                middle = start + LINE * (number + 0.5) if is_narrow else at[0] + LINE * (number - (len(label) - 1) / 2)
                y = (foot + sum(rows) - middle) / total
                place, side = (0.0, "left") if is_narrow else ((left - 0.08) / width, "right")
                figure.text(place, y, text, va="center", ha=side, fontsize=LABEL_SIZE)
            start += height
    for number, text in enumerate(told):
        middle = (left + width) / 2 / width
        figure.text(middle, (foot - LINE * (number + 0.7)) / total, text, va="center", ha="center", fontsize=LABEL_SIZE, color=MUTED)  # fmt: skip
    return figure


def _scale(frame: pd.DataFrame) -> Scale:
    """An axis for all intervals; for rare events one for the estimates and the primary interval, others run out of it."""
    whole = Scale.of(float(frame["ci_high"].max()))
    inner = Scale.of(float(max(frame["estimate"].max(), frame.loc[frame["is_primary"], "ci_high"].max())))
    return inner if inner.is_by_thousand else whole


def _in_order(values: pd.Series) -> list[object]:
    """Models as the statistics list them, the primary one first; of filters what excludes nobody first."""
    rank = [*synthesis.METHODS, "all"]
    return sorted(values.unique(), key=lambda v: (rank.index(v) if v in rank else len(rank), str(v)))


def _choice(column: str, value: str) -> str:
    """A choice of the analysis in words."""
    if column == "method":
        return f"Model: {synthesis.METHOD_WORDS.get(value, value)}"
    if column == "n_left_out":
        return f"{dict(enumerate(('No study', 'One study'))).get(int(value), f'{value} studies')} left out"
    return f"{column.capitalize()}: {'any' if value == 'all' else value}"


def _estimates(ax: Axes, frame: pd.DataFrame) -> None:
    rank = frame["rank"].to_numpy(dtype=float)
    scale = _scale(frame)
    # One path each instead of an element an analysis: a tenth of the bytes for the same picture.
    ax.plot(
        *_broken(rank, rank, frame["ci_low"], frame["ci_high"]), color=GRID, linewidth=0.7 if len(frame) > FEW else 3
    )
    look = "-" if len(frame) >= DOTS else "." if len(frame) > FEW else "o"
    ax.plot(rank, frame["estimate"], look, color=BLUE, markersize=2.5 if look == "." else 5, linewidth=2, clip_on=False)
    primary = frame[frame["is_primary"]]
    if len(primary):
        ax.vlines(primary["rank"], primary["ci_low"], primary["ci_high"], color=VERMILLION, linewidth=1.6)
        ax.plot(primary["rank"], primary["estimate"], "D", color=VERMILLION, markersize=6, clip_on=False, zorder=4)
    low, high = scale.limits
    ax.set(xlim=(0, len(frame) + 1), ylim=(low - 0.01 * scale.end, high + 0.01 * scale.end), xticks=[])
    ax.set_yticks(list(scale.ticks), list(scale.ticks.values()))
    ax.spines["bottom"].set_position(("outward", 3))


def _analyses(count: int) -> str:
    return f"{numbers.whole(count)} analys{'is' if count == 1 else 'es'}"


def _broken(x0: ArrayLike, x1: ArrayLike, y0: ArrayLike, y1: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of one line that is lifted between its pieces."""
    x0, y0 = np.asarray(x0, dtype=float), np.asarray(y0, dtype=float)
    gap = np.full(len(x0), np.nan)
    return np.column_stack([x0, x1, gap]).ravel(), np.column_stack([y0, y1, gap]).ravel()


def _runs(rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where ranks without a gap begin and end, half a rank to either side included."""
    rank = np.sort(rank)
    breaks = np.flatnonzero(np.diff(rank) > 1)
    return rank[np.r_[0, breaks + 1]] - 0.5, rank[np.r_[breaks, len(rank) - 1]] + 0.5


def _alt(frame: pd.DataFrame, outcome: str) -> str:
    scale = _scale(frame)
    low, middle, high = (scale.share(float(frame["estimate"].quantile(q))) for q in (0, 0.5, 1))
    primary = frame.loc[frame["is_primary"], "estimate"]
    unit = f" {numbers.IN_A_THOUSAND}" if scale.is_by_thousand else ""
    said = f"Specification curve of {_analyses(len(frame))}, {outcome}: estimates from {low} to {high}{unit}, median {middle}"
    return said + (f"; the primary analysis gives {scale.share(primary.iloc[0])}." if len(primary) else ".")
