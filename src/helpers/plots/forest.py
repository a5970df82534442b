"""Proportions with intervals, one a row: forest plots, and printed percentages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from helpers import numbers, wording
from helpers.pictures import BLUE, INK, MUTED, PAPER, Picture, axes
from helpers.plots.common import ROW, WIDTH, marked, marker, notes, plain_values, require_rows, styled

CHARACTER = 0.043  # width of a character as a share of the proportions axis, for the columns beside it


@styled
def proportions(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    group: str | None = None,
    pooled: pd.DataFrame | None = None,
    mark: str | None = None,
    weight: str | None = None,
    level: float = 0.95,
    axis_label: str = "Share of patients",
    name: str | None = None,
) -> Picture:
    """Proportions with their intervals, one a row: a forest plot, with pooled rows below when given.

    Parameters
    ----------
    frame : DataFrame
        `label`, ``events``, ``total``, ``estimate``, ``ci_low``, ``ci_high`` (in [0, 1]; a share without limits is drawn
        as a mark alone), ``mark`` for colour and shape, ``known_slip``, and ``level`` for what the interval is.
    label : str
        Column with the row's name.
    caption : str
        Caption.
    group : str, optional
        Column whose changes start a new block with a heading; rows of a group must stand together.
    pooled : DataFrame, optional
        As `frame`, drawn as diamonds; ``pi_low`` and ``pi_high``, when there, as a thin line.
    mark : str, optional
        Column with a short mark per row (validity), shown before the numbers.
    weight : str, optional
        Column with each row's weight in percent, shown after its share.
    level : float
        Confidence level, for the alternative text.
    axis_label : str
        Label of the axis.
    name : str, optional
        Result name.
    """
    require_rows(frame, caption)
    lines = _lines(frame, label, group, pooled)
    figure, ax = axes(WIDTH - 2.6, 0.55 + ROW * len(lines))
    height = len(lines)
    shown = [row for kind, _, row in lines if kind != "heading"]
    widest_mark = max((len(str(r[mark])) for r in shown if mark and not pd.isna(r.get(mark))), default=0)
    counts_at = 1.04 + (CHARACTER * widest_mark + 0.05 if widest_mark else 0.0)
    shares_at = counts_at + CHARACTER * max(len(_fraction(r)) for r in shown) + 0.05
    weights_at = shares_at + CHARACTER * max(len(_share(r)) for r in shown) + 0.08
    ticks, labels = [], []
    for number, (kind, text, row) in enumerate(lines):
        y = height - 1 - number
        ticks.append(y)
        labels.append(text)
        if kind == "heading":
            continue
        (_diamond if kind == "pooled" else _interval)(ax, y, row)
        beside = partial(ax.text, va="center", ha="left", transform=ax.get_yaxis_transform())
        if mark and not pd.isna(row.get(mark)):
            beside(1.04, y, str(row[mark]), color=MUTED)
        beside(counts_at, y, _fraction(row), color=MUTED)
        beside(shares_at, y, _share(row), fontweight="bold" if kind == "pooled" else "normal")
        if weight and not pd.isna(row.get(weight)):
            beside(weights_at, y, f"{row[weight]:.0f}%", color=MUTED)
    if weight:
        ax.text(
            weights_at, height - 0.2, "weight", va="center", transform=ax.get_yaxis_transform(), color=MUTED, fontsize=9
        )
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.7, height - 0.3), xlabel=axis_label, yticks=ticks, yticklabels=labels)
    for tick, (kind, _, _) in zip(ax.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("bold" if kind != "row" else "normal")
    ax.xaxis.set_major_locator(mpl.ticker.FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_axisbelow(True)
    drawn = plain_values(frame) + ([] if pooled is None else plain_values(pooled))
    return Picture(figure, _proportions_alt(lines, level), caption, name=name, values=drawn, notes=notes(frame))


def _fraction(row: pd.Series) -> str:
    return marked(row, f"{numbers.whole(row['events'])}/{numbers.whole(row['total'])}")


def _share(row: pd.Series) -> str:
    share = numbers.percent(row["estimate"])
    return f"{share} ({numbers.interval(row['ci_low'], row['ci_high'])})" if _has_interval(row) else share


def _has_interval(row: pd.Series) -> bool:
    return not pd.isna(row.get("ci_low"))


def _lines(
    frame: pd.DataFrame, label: str, group: str | None, pooled: pd.DataFrame | None
) -> list[tuple[str, str, pd.Series]]:
    lines: list[tuple[str, str, pd.Series]] = []
    current = None
    for _, row in frame.iterrows():
        if group and row[group] != current:
            current = row[group]
            lines.append(("heading", str(current), row))
        lines.append(("row", str(row[label]), row))
    if pooled is not None:
        lines += [("pooled", str(row[label]), row) for _, row in pooled.iterrows()]
    return lines


def _interval(ax: Axes, y: float, row: pd.Series) -> None:
    colour, shape = marker(row)
    if _has_interval(row):
        ax.plot([row["ci_low"], row["ci_high"]], [y, y], color=colour, linewidth=1.8, solid_capstyle="butt", zorder=3)
    ax.plot(
        [row["estimate"]], [y], marker=shape, markersize=7, color=colour, markeredgecolor=PAPER, clip_on=False, zorder=4
    )


def _diamond(ax: Axes, y: float, row: pd.Series) -> None:
    if not pd.isna(row.get("pi_low")):
        ax.plot([row["pi_low"], row["pi_high"]], [y, y], color=INK, linewidth=1.0, zorder=2)
    xs = [row["ci_low"], row["estimate"], row["ci_high"], row["estimate"]]
    ax.fill(xs, [y, y + 0.28, y, y - 0.28], color=INK, zorder=4)


def _proportions_alt(lines: Sequence[tuple[str, str, pd.Series]], level: float) -> str:
    said, heading = [], ""
    for kind, text, row in lines:
        if kind == "heading":
            heading = f"{text}, "
            continue
        share = numbers.percent(row["estimate"])
        share += f", {numbers.interval(row['ci_low'], row['ci_high'])}" if _has_interval(row) else ""
        count = marked(row, f"{numbers.whole(row['events'])} of {numbers.whole(row['total'])}")
        said.append(f"{heading}{text}: {count} ({share})")
    limits = f" with {numbers.confidence(level)}" if any(_has_interval(row) for _, _, row in lines) else ""
    return f"Proportions{limits}. " + "; ".join(said) + "."


@styled
def printed_percentages(
    frame: pd.DataFrame, *, label: str, group: str, caption: str, name: str | None = None
) -> Picture:
    """Printed percentages without counts, one dot a row, grouped.

    Parameters
    ----------
    frame : DataFrame
        `label`, `group`, ``percent_printed`` and, where an interval can be had, ``ci_low`` and ``ci_high`` in [0, 1];
        ``known_slip``; ``remark``, the same in each row of a block, is written beside its heading.
    label, group : str
        Columns with the row's name and its block.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    require_rows(frame, caption)
    lines = _lines(frame, label, group, None)
    height = len(lines)
    figure, ax = axes(WIDTH - 1.8, 0.55 + ROW * height)
    said, heading = [], ""
    for number, (kind, text, row) in enumerate(lines):
        y = height - 1 - number
        if kind == "heading":
            remark = row.get("remark")
            heading = text if pd.isna(remark) else f"{text} ({wording.DAGGER} {remark})"
            if not pd.isna(remark):
                ax.text(0, y, f"{wording.DAGGER} {remark}", va="center", color=INK, fontsize=9)
            continue
        share = float(row["percent_printed"]) / 100
        if _has_interval(row):
            ax.plot([row["ci_low"], row["ci_high"]], [y, y], color=BLUE, linewidth=1.8, solid_capstyle="butt", zorder=3)
        ax.plot([share], [y], marker="o", markersize=7, color=BLUE, markeredgecolor=PAPER, clip_on=False, zorder=4)
        shown = marked(row, wording.printed_percentage(row))
        shown += f" ({numbers.interval(row['ci_low'], row['ci_high'])})" if _has_interval(row) else ""
        ax.text(1.03, y, shown, va="center", transform=ax.get_yaxis_transform())
        said.append(f"{heading}, {text}: {shown}")
    ax.set(
        xlim=(-0.02, 1.02), ylim=(-0.7, height - 0.3), yticks=range(height)[::-1], yticklabels=[t for _, t, _ in lines]
    )
    for tick, (kind, _, _) in zip(ax.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("bold" if kind == "heading" else "normal")
    ax.xaxis.set_major_locator(mpl.ticker.FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_axisbelow(True)
    alt = "Printed percentages. " + "; ".join(said) + "."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), notes=notes(frame))
