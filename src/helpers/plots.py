"""Figures of the review. Each takes a frame, draws every row of it, and says the same in its alternative text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers import numbers
from helpers.pictures import BLUE, GREEN, GRID, INK, MUTED, PAPER, PURPLE, STYLE, VERMILLION, Picture, axes

WIDTH = 5.4  # inches: text stays readable when a phone shows the figure at two thirds
ROW = 0.34  # inches a row
MARKS = {  # colour and shape together, so that neither alone carries the meaning
    "sjia": (BLUE, "o"),
    "sle": (VERMILLION, "s"),
    "kd": (GREEN, "^"),
    "other": (PURPLE, "D"),
}
OTHERWISE = (INK, "o")
CHARACTER = 0.043  # width of a character as a share of the proportions axis, for the columns beside it


def _styled(draw: Callable[..., Picture]) -> Callable[..., Picture]:
    @wraps(draw)
    def in_style(*args: Any, **kwargs: Any) -> Picture:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return in_style


def _mark(row: pd.Series) -> tuple[str, str]:
    return MARKS.get(str(row.get("condition", "")), OTHERWISE)


def _values(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows drawn, as plain values, for the figure's own data file."""
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(k): v.item() if hasattr(v, "item") else v for k, v in r.items()} for r in records]


def _require_rows(frame: pd.DataFrame, what: str) -> None:
    if frame.empty:
        raise ValueError(f"no rows to draw: {what}")


@_styled
def bars(frame: pd.DataFrame, *, label: str, value: str, unit: str, caption: str, name: str | None = None) -> Picture:
    """Horizontal bars, one a row, with the number at the end of each.

    Parameters
    ----------
    frame : DataFrame
        `label` (text), `value` (count), and, for colour and shape, ``condition``; drawn top to bottom.
    label, value : str
        Columns.
    unit : str
        What is counted, for the axis.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    _require_rows(frame, caption)
    figure, ax = axes(WIDTH - 2.0, 0.5 + ROW * len(frame))
    places = np.arange(len(frame))[::-1]
    sizes = frame[value].to_numpy(dtype=float)
    ax.barh(places, sizes, height=0.62, color=[_mark(r)[0] for _, r in frame.iterrows()])
    for place, size in zip(places, sizes, strict=True):
        ax.text(size + sizes.max() * 0.015, place, numbers.whole(size), va="center", color=INK)
    ax.set(yticks=places, yticklabels=frame[label], xlabel=unit, xlim=(0, sizes.max() * 1.12))
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
    said = "; ".join(f"{r[label]} {numbers.whole(r[value])}" for _, r in frame.iterrows())
    return Picture(figure, f"Bar chart, {unit}: {said}.", caption, name=name, values=_values(frame))


@_styled
def proportions(
    frame: pd.DataFrame,
    *,
    label: str,
    caption: str,
    group: str | None = None,
    pooled: pd.DataFrame | None = None,
    mark: str | None = None,
    level: float = 0.95,
    axis_label: str = "Share of patients",
    name: str | None = None,
) -> Picture:
    """Proportions with their intervals, one a row: a forest plot, with pooled rows below when given.

    Parameters
    ----------
    frame : DataFrame
        `label`, ``events``, ``total``, ``estimate``, ``ci_low``, ``ci_high`` (in [0, 1]), and ``condition`` for colour.
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
    level : float
        Confidence level, for the alternative text.
    axis_label : str
        Label of the axis.
    name : str, optional
        Result name.
    """
    _require_rows(frame, caption)
    lines = _lines(frame, label, group, pooled)
    figure, ax = axes(WIDTH - 2.6, 0.55 + ROW * len(lines))
    height = len(lines)
    shown = [row for kind, _, row in lines if kind != "heading"]
    widest_mark = max((len(str(r[mark])) for r in shown if mark and not pd.isna(r.get(mark))), default=0)
    counts_at = 1.04 + (CHARACTER * widest_mark + 0.05 if widest_mark else 0.0)
    shares_at = counts_at + CHARACTER * max(len(_fraction(r)) for r in shown) + 0.05
    ticks, labels = [], []
    for number, (kind, text, row) in enumerate(lines):
        y = height - 1 - number
        ticks.append(y)
        labels.append(text)
        if kind == "heading":
            continue
        (_diamond if kind == "pooled" else _interval)(ax, y, row)
        beside = partial(ax.text, va="center", ha="left", transform=ax.get_yaxis_transform())
        weight = "bold" if kind == "pooled" else "normal"
        if mark and not pd.isna(row.get(mark)):
            beside(1.04, y, str(row[mark]), color=MUTED)
        beside(counts_at, y, _fraction(row), color=MUTED)
        share = f"{numbers.percent(row['estimate'])} ({numbers.interval(row['ci_low'], row['ci_high'])})"
        beside(shares_at, y, share, fontweight=weight)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.7, height - 0.3), xlabel=axis_label, yticks=ticks, yticklabels=labels)
    for tick, (kind, _, _) in zip(ax.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("bold" if kind != "row" else "normal")
    ax.xaxis.set_major_locator(mpl.ticker.FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_axisbelow(True)
    return Picture(figure, _proportions_alt(lines, level), caption, name=name, values=_values(frame))


def _fraction(row: pd.Series) -> str:
    return f"{numbers.whole(row['events'])}/{numbers.whole(row['total'])}"


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
    colour, shape = _mark(row)
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
        share = f"{numbers.percent(row['estimate'])}, {numbers.interval(row['ci_low'], row['ci_high'])}"
        said.append(f"{heading}{text}: {numbers.whole(row['events'])} of {numbers.whole(row['total'])} ({share})")
    return f"Proportions with {numbers.confidence(level)}. " + "; ".join(said) + "."


@_styled
def printed_percentages(
    frame: pd.DataFrame, *, label: str, group: str, caption: str, name: str | None = None
) -> Picture:
    """Printed percentages without counts, one dot a row, grouped.

    Parameters
    ----------
    frame : DataFrame
        `label`, `group`, ``percent_printed`` and, where an interval can be had, ``ci_low`` and ``ci_high`` in [0, 1].
    label, group : str
        Columns with the row's name and its block.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    _require_rows(frame, caption)
    lines = _lines(frame, label, group, None)
    height = len(lines)
    figure, ax = axes(WIDTH - 1.8, 0.55 + ROW * height)
    said, heading = [], ""
    for number, (kind, text, row) in enumerate(lines):
        y = height - 1 - number
        if kind == "heading":
            heading = text
            continue
        share = float(row["percent_printed"]) / 100
        if not pd.isna(row.get("ci_low")):
            ax.plot([row["ci_low"], row["ci_high"]], [y, y], color=BLUE, linewidth=1.8, solid_capstyle="butt", zorder=3)
        ax.plot([share], [y], marker="o", markersize=7, color=BLUE, markeredgecolor=PAPER, clip_on=False, zorder=4)
        shown = f"{numbers.plain(row['percent_printed'])}%"
        has_interval = not pd.isna(row.get("ci_low"))
        shown += f" ({numbers.interval(row['ci_low'], row['ci_high'])})" if has_interval else ""
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
    return Picture(figure, "Printed percentages. " + "; ".join(said) + ".", caption, name=name, values=_values(frame))


@_styled
def ranges(frame: pd.DataFrame, *, label: str, caption: str, name: str | None = None) -> Picture:
    """Dose or level ranges, one panel for each unit so that no axis mixes units.

    Parameters
    ----------
    frame : DataFrame
        `label`, ``low``, ``high``, ``unit``; an open end is drawn as an arrow.
    label : str
        Column with the row's name.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    _require_rows(frame, caption)
    units = list(dict.fromkeys(frame["unit"]))
    sizes = [int((frame["unit"] == u).sum()) for u in units]
    figure = mpl.pyplot.figure(figsize=(WIDTH - 2.0, sum(0.85 + ROW * s for s in sizes)))
    grid = figure.add_gridspec(
        len(units), 1, height_ratios=[0.35 + s for s in sizes], hspace=0.9 if len(units) > 1 else 0
    )
    for number, unit in enumerate(units):
        ax = figure.add_subplot(grid[number])
        _range_panel(ax, frame[frame["unit"] == unit], label, unit)
    said = "; ".join(f"{r[label]} {numbers.span(r['low'], r['high'], r['unit'])}" for _, r in frame.iterrows())
    return Picture(figure, f"Ranges on one axis per unit: {said}.", caption, name=name, values=_values(frame))


def _range_panel(ax: Axes, rows: pd.DataFrame, label: str, unit: str) -> None:
    highest = float(rows[["low", "high"]].max().max())
    places = np.arange(len(rows))[::-1]
    for place, (_, row) in zip(places, rows.iterrows(), strict=True):
        low = 0.0 if pd.isna(row["low"]) else float(row["low"])
        high = highest * 1.1 if pd.isna(row["high"]) else float(row["high"])
        is_open = pd.isna(row["low"]) or pd.isna(row["high"])
        ax.plot(
            [low, high], [place, place], color=BLUE, linewidth=4, alpha=0.35 if is_open else 1, solid_capstyle="butt"
        )
        ends = [float(row[e]) for e in ("low", "high") if not pd.isna(row[e])]
        ax.plot(
            ends, [place] * len(ends), "o", color=BLUE, markersize=7, markeredgecolor=PAPER, clip_on=False, zorder=4
        )
        ax.text(1.03, place, numbers.span(row["low"], row["high"]), va="center", transform=ax.get_yaxis_transform())
    ax.set(yticks=places, yticklabels=rows[label], xlim=(0, highest * 1.1), ylim=(-0.6, len(rows) - 0.4))
    ax.set_title(unit)
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(5))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_axisbelow(True)


@_styled
def heatmap(matrix: pd.DataFrame, *, totals: pd.Series, caption: str, name: str | None = None) -> Picture:
    """Patients given each treatment in each study, as a share of the study's patients.

    Parameters
    ----------
    matrix : DataFrame
        Rows are studies, columns treatments, cells patients treated; a missing cell means not mentioned.
    totals : Series
        Patients of each study, by the same index.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    _require_rows(matrix, caption)
    counts = matrix.astype("Float64")
    share = counts.div(totals.astype("Float64"), axis=0)
    figure, ax = axes(0.42 * len(matrix.columns), 0.4 + ROW * len(matrix))
    shown = counts.map(lambda v: "" if pd.isna(v) else f"{v:.0f}")
    colours = sns.light_palette(BLUE, as_cmap=True)
    numeric = share.astype("float64")
    cells = numeric.to_numpy()
    sns.heatmap(
        numeric,
        mask=numeric.isna(),
        annot=False,
        cmap=colours,
        vmin=0,
        vmax=1,
        cbar=False,
        linewidths=1.5,
        linecolor=PAPER,
        ax=ax,
    )
    for i, row in enumerate(shown.to_numpy()):
        for j, cell in enumerate(row):
            dark = cells[i, j] > 0.55  # a missing share is not
            ax.text(
                j + 0.5, i + 0.5, cell or "·", ha="center", va="center", color=PAPER if dark else INK if cell else MUTED
            )
    ax.set(xlabel="", ylabel="")
    ax.xaxis.tick_top()
    ax.set_xticklabels(matrix.columns, rotation=40, ha="left", rotation_mode="anchor")
    ax.set_yticklabels([f"{study} (n = {totals[study]})" for study in matrix.index], rotation=0)
    ax.tick_params(length=0)
    said = []
    for study in matrix.index:
        given = [f"{t} {count}" for t, count in shown.loc[study].items() if count]
        said.append(f"{study}, {totals[study]} patients: {', '.join(given) or 'none mentioned'}")
    values = [
        {"study": s, "total": int(totals[s]), **{t: (int(v) if v else None) for t, v in shown.loc[s].items()}}
        for s in matrix.index
    ]
    return Picture(figure, "Treatments by study. " + "; ".join(said) + ".", caption, name=name, values=values)


MAIN_BOXES = ("identified", "screened", "sought", "assessed", "included_studies")  # PRISMA 2020, top to bottom
SIDE_BOXES = {  # beside the main box they are taken from
    "duplicates_removed": "identified",
    "automation_removed": "identified",
    "excluded_title_abstract": "screened",
    "not_retrieved": "sought",
    "excluded_full_text": "assessed",
    "included_extra": "included_studies",
}


def prisma_flow(boxes: pd.DataFrame, *, labels: Mapping[str, str], caption: str, name: str | None = None) -> Picture:
    """PRISMA 2020 flow from the flow table; a box without a number reads *not stated*, a box without a row is left out.

    Parameters
    ----------
    boxes : DataFrame
        Rows of `flow` of one update: ``box``, ``reason``, ``count``, ``unit``.
    labels : mapping of str to str
        What readers see for each box code.
    caption : str
        Caption.
    name : str, optional
        Result name.
    """
    texts = {box: _box_text(boxes[boxes["box"] == box]) for box in dict.fromkeys(boxes["box"])}
    main = [box for box in MAIN_BOXES if box in texts]
    side: list[tuple[int, str, str]] = []
    for place, box in enumerate(main):
        beside = [b for b in texts if SIDE_BOXES.get(b) == box]
        if len(beside) == 1:
            side.append((place, labels[beside[0]], texts[beside[0]]))
        elif beside:
            side.append((place, "Removed before screening", "\n".join(f"{labels[b]}: {texts[b]}" for b in beside)))
    return flow([(labels[b], texts[b]) for b in main], side, caption=caption, name=name)


def _box_text(rows: pd.DataFrame) -> str:
    lines = []
    for _, row in rows.iterrows():
        number = "not stated" if pd.isna(row["count"]) else f"{numbers.whole(row['count'])} {row['unit']}"
        lines.append(number if pd.isna(row["reason"]) else f"{row['reason']}: {number}")
    return "\n".join(lines)


@_styled
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
