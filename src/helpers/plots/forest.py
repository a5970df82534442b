"""Proportions with intervals, one a row: forest plots, and printed percentages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers import numbers, wording
from helpers.pictures import BLUE, INK, NO_BREAK, PAPER, Picture
from helpers.plots.common import marked, marker, notes, plain_values, require_rows, styled
from helpers.plots.lines import Column, Line, Panel, draw

RARE = 0.25  # an axis to 100% hides how intervals differ that all end below it
BY_THOUSAND = 0.02  # an axis that ends below it counts patients in 1,000
STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # an axis ends at one of them, times a power of ten
HALF = 0.085  # inches: half the height of a diamond
SMALLEST, LARGEST, ORDINARY = (
    5.0,
    11.0,
    7.0,
)  # points: marks of the lightest and of the heaviest study, and without weights
PREDICTION = "Prediction interval"


@dataclass(frozen=True)
class Scale:
    """The axis of proportions: from none to all, or where all are rare to what they need.

    Attributes
    ----------
    end : float
        Where it ends; 1 is all.
    """

    end: float

    @classmethod
    def of(cls, highest: float) -> Scale:
        """The scale for proportions and limits up to `highest`."""
        if not 0 < highest < RARE:
            return cls(1.0)
        power = 10.0 ** math.floor(math.log10(highest))
        return cls(next(step * power for step in STEPS if highest <= step * power * (1 + 1e-9)))

    @property
    def is_by_thousand(self) -> bool:
        """Whether it counts in 1,000 and not in percent."""
        return self.end <= BY_THOUSAND

    def share(self, proportion: float) -> str:
        """A proportion as the figure writes it."""
        return numbers.in_thousand(proportion) if self.is_by_thousand else numbers.percent(proportion)

    def interval(self, low: float, high: float) -> str:
        """Its limits."""
        return f"{self.share(low)} to {self.share(high)}"

    @property
    def limits(self) -> tuple[float, float]:
        """Ends of the axis, with room for a mark."""
        return -0.02 * self.end, 1.02 * self.end

    @property
    def ticks(self) -> dict[float, str]:
        """What stands below the axis."""
        places = [self.end * part for part in ((0, 0.5, 1) if self.end < 1 else (0, 0.25, 0.5, 0.75, 1))]
        unit, times = ("", 1000) if self.is_by_thousand else ("%", 100)
        return {place: f"{times * place:g}{unit}" for place in places}

    def label(self, told: str) -> str:
        """The name of the axis."""
        return f"{told}, {numbers.IN_A_THOUSAND}" if self.is_by_thousand else told


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
    remarks: Sequence[str] = (),
    name: str | None = None,
) -> Picture:
    """Proportions with their intervals, one a row: a forest plot, with pooled rows where given.

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
        As `frame`, drawn as diamonds; ``pi_low`` and ``pi_high``, when there, as a bar on a line of its own; ``model``, in
        words, below. A row whose `group` is that of a block stands below the block, the others at the end.
    mark : str, optional
        Column with a short mark per row (validity), shown before the numbers.
    weight : str, optional
        Column with each row's weight in percent, shown after its share; the marks grow with it.
    level : float
        Confidence level, for heading and alternative text.
    axis_label : str
        Label of the axis.
    remarks : sequence of str
        Words below all rows, such as a test between groups.
    name : str, optional
        Result name.
    """
    require_rows(frame, caption)
    drawn = [frame] if pooled is None else [frame, pooled]
    scale = Scale.of(max(float(rows[c].max()) for rows in drawn for c in ("estimate", "ci_high") if c in rows))
    rows = _rows(frame, label, group, pooled)
    cell = _Cells(scale, mark, weight, float(frame[weight].max()) if weight else 0.0)
    lines = [line for kind, text, row in rows for line in cell.lines(kind, text, row)]
    lines += [Line(text, kind="words") for text in remarks]
    columns = cell.columns(frame, numbers.confidence(level))
    panel = Panel(lines, scale.limits, scale.ticks, scale.label(axis_label))
    figure, narrow = draw([panel], columns, name_head="Study" if weight or mark else "")
    values = [value for rows in drawn for value in plain_values(rows)]
    alt = _alt(rows, scale, level, remarks)
    return Picture(figure, alt, caption, name=name, values=values, notes=notes(frame), narrow=narrow)


ALL = "All studies"
AT_THE_END = object()  # group of pooled rows that belong to no block
Row = tuple[str, str, pd.Series]  # kind, words, what is drawn


def _rows(frame: pd.DataFrame, label: str, group: str | None, pooled: pd.DataFrame | None) -> list[Row]:
    """Headings, rows and pooled rows from top to bottom."""
    totals: dict[Any, list[Row]] = {}
    for _, row in () if pooled is None else pooled.iterrows():
        told = row.get(label, row.get("label"))
        of = row.get(group) if group else None
        words = "Pooled" if told is None or pd.isna(told) else str(told)
        totals.setdefault(AT_THE_END if of is None or pd.isna(of) else of, []).append(("total", words, row))
    found: list[Row] = []
    current: Any = None
    for _, row in frame.iterrows():
        if group and row[group] != current:
            found += totals.pop(current, [])
            current = row[group]
            found.append(("heading", str(current), row))
        found.append(("row", str(row[label]), row))
    found += totals.pop(current, [])
    rest = [row for rows in totals.values() for row in rows]
    if rest and group:  # else it would read as part of the last block
        found.append(("heading", ALL, rest[0][2]))
    return found + rest


@dataclass(frozen=True)
class _Cells:
    """What stands beside the axis, and what on it."""

    scale: Scale
    mark: str | None
    weight: str | None
    heaviest: float

    def columns(self, frame: pd.DataFrame, interval: str) -> list[Column]:
        has_interval = any(_has_interval(row) for _, row in frame.iterrows())
        share = numbers.IN_A_THOUSAND.capitalize() if self.scale.is_by_thousand else "Share"
        found = [Column("Validity", "{} validity", is_left=True)] if self.mark else []
        found += [Column("Events/total"), Column(f"{share} ({interval})" if has_interval else share, is_left=True)]
        return found + ([Column("Weight", "weight {}")] if self.weight else [])

    def lines(self, kind: str, text: str, row: pd.Series) -> list[Line]:
        if kind == "heading":
            return [Line(text, kind="heading")]
        if kind == "row":
            return [Line(text, self.cells(row), partial(self.interval, row=row))]
        found = [Line(text, self.cells(row), partial(self.diamond, row=row), kind="total")]
        if _has(row, "pi_low"):
            limits = self.scale.interval(row["pi_low"], row["pi_high"]).replace(" ", NO_BREAK)
            blank = ("",) * (1 + bool(self.mark))
            found.append(Line(PREDICTION, (*blank, f"({limits})"), partial(self.prediction, row=row)))
        return found + ([Line(str(row["model"]), kind="words")] if _has(row, "model") else [])

    def cells(self, row: pd.Series) -> tuple[str, ...]:
        found = [str(row[self.mark]) if _has(row, self.mark) else ""] if self.mark else []
        found += [_fraction(row) if _has(row, "events") else "", self.share(row)]
        found += [numbers.percent(row[self.weight] / 100) if _has(row, self.weight) else ""] if self.weight else []
        return tuple(text.replace(" ", NO_BREAK) for text in found)

    def share(self, row: pd.Series) -> str:
        share = self.scale.share(row["estimate"])
        return f"{share} ({self.scale.interval(row['ci_low'], row['ci_high'])})" if _has_interval(row) else share

    def interval(self, ax: Axes, y: float, *, row: pd.Series) -> None:
        colour, shape = marker(row)
        size = ORDINARY
        if self.weight and _has(row, self.weight):  # the area follows the weight
            shape, size = "s", max(SMALLEST, LARGEST * math.sqrt(row[self.weight] / self.heaviest))
        if _has_interval(row):
            ax.plot(
                [row["ci_low"], row["ci_high"]], [y, y], color=colour, linewidth=1.8, solid_capstyle="butt", zorder=3
            )
        ax.plot([row["estimate"]], [y], marker=shape, markersize=size, color=colour, markeredgecolor=PAPER, clip_on=False, zorder=4)  # fmt: skip

    def diamond(self, ax: Axes, y: float, *, row: pd.Series) -> None:
        xs = [row["ci_low"], row["estimate"], row["ci_high"], row["estimate"]]
        ax.fill(xs, [y, y + HALF, y, y - HALF], color=INK, zorder=4)

    def prediction(self, ax: Axes, y: float, *, row: pd.Series) -> None:
        """A hollow bar, which is neither a study's line nor a diamond; where it leaves the axis it has no end."""
        low, high = row["pi_low"], min(row["pi_high"], self.scale.limits[1])
        half = HALF / 2
        xs, ys = [high, low, low, high], [y - half, y - half, y + half, y + half]
        if high == row["pi_high"]:
            xs, ys = [*xs, high], [*ys, y - half]
        ax.plot(xs, ys, color=INK, linewidth=1.2, solid_joinstyle="miter", zorder=3)


def _has(row: pd.Series, column: str) -> bool:
    return not pd.isna(row.get(column))


def _has_interval(row: pd.Series) -> bool:
    return _has(row, "ci_low")


def _fraction(row: pd.Series) -> str:
    return marked(row, f"{numbers.whole(row['events'])}/{numbers.whole(row['total'])}")


def _alt(rows: Sequence[Row], scale: Scale, level: float, remarks: Sequence[str]) -> str:
    said, heading = [], ""
    for kind, text, row in rows:
        if kind == "heading":
            heading = f"{text}, "
            continue
        share = scale.share(row["estimate"])
        share += f", {scale.interval(row['ci_low'], row['ci_high'])}" if _has_interval(row) else ""
        count = (
            marked(row, f"{numbers.whole(row['events'])} of {numbers.whole(row['total'])}")
            if _has(row, "events")
            else ""
        )
        said.append(f"{heading}{text}: {count} ({share})" if count else f"{heading}{text}: {share}")
        if kind == "total" and _has(row, "pi_low"):
            said.append(f"{PREDICTION.lower()} {scale.interval(row['pi_low'], row['pi_high'])}")
        if kind == "total" and _has(row, "model"):
            said.append(str(row["model"]))
    limits = f" with {numbers.confidence(level)}" if any(_has_interval(row) for _, _, row in rows) else ""
    unit = f" {numbers.IN_A_THOUSAND} patients" if scale.is_by_thousand else ""
    return f"Proportions{unit}{limits}. " + ". ".join(["; ".join(said), *(text.rstrip(".") for text in remarks)]) + "."


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
    scale, lines, said, heading = Scale(1.0), [], [], ""
    for kind, text, row in _rows(frame, label, group, None):
        if kind == "heading":
            heading = f"{text} ({wording.DAGGER} {row['remark']})" if _has(row, "remark") else text
            lines.append(Line(heading, kind="heading"))
            continue
        shown = marked(row, wording.printed_percentage(row))
        shown += f" ({numbers.interval(row['ci_low'], row['ci_high'])})" if _has_interval(row) else ""
        lines.append(Line(text, (shown.replace(" ", NO_BREAK),), partial(_dot, row=row)))
        said.append(f"{heading}, {text}: {shown}")
    figure, narrow = draw([Panel(lines, scale.limits, scale.ticks)], [Column(is_left=True)])
    alt = "Printed percentages. " + "; ".join(said) + "."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), notes=notes(frame), narrow=narrow)


def _dot(ax: Axes, y: float, *, row: pd.Series) -> None:
    if _has_interval(row):
        ax.plot([row["ci_low"], row["ci_high"]], [y, y], color=BLUE, linewidth=1.8, solid_capstyle="butt", zorder=3)
    share = float(row["percent_printed"]) / 100
    ax.plot([share], [y], marker="o", markersize=7, color=BLUE, markeredgecolor=PAPER, clip_on=False, zorder=4)
