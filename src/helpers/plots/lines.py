"""Rows on an axis, the layout that forest plots, bars and ranges share: names left, marks in the middle, numbers right.

On a phone the numbers stand under the names and the axis beside both, so that nothing is cut off.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.pictures import GRID, INK, MUTED, NO_BREAK, PHONE, width_of, wrapped

NAME_SIZE, CELL_SIZE, SMALL = 10.0, 10.0, 9.0  # points
LINE, PAD = 0.17, 0.085  # inches: a line of text, and the space above and below a row
NAME_WIDTH, AXIS_WIDTH, GAP = 2.5, 2.3, 0.16  # inches, of a wide figure
PHONE_AXIS = 1.3  # inches
AXIS_FOOT = 0.5  # inches for the ticks and the name of an axis
DOT = " \N{MIDDLE DOT} "


@dataclass(frozen=True)
class Column:
    """A column of numbers.

    Attributes
    ----------
    head : str
        Its heading; empty for none.
    phone : str
        How a number of it is written under a name, where no heading explains it, with ``{}`` for the number.
    is_left : bool
        Words stand to the left of a column, numbers to the right.
    """

    head: str = ""
    phone: str = "{}"
    is_left: bool = False


@dataclass(frozen=True)
class Line:
    """A row.

    Attributes
    ----------
    name : str
        What stands on the left.
    cells : tuple of str
        One a column; empty where there is none.
    mark : callable, optional
        Draws on the axes at a height, in inches from the top.
    kind : str
        ``row``, ``heading`` or ``total`` (both bold), or ``words``: a remark over the whole width.
    """

    name: str
    cells: tuple[str, ...] = ()
    mark: Callable[[Axes, float], None] | None = None
    kind: str = "row"


@dataclass(frozen=True)
class Panel:
    """Rows that share an axis.

    Attributes
    ----------
    lines : sequence of Line
        From top to bottom.
    limits : tuple of float
        Ends of the axis.
    ticks : dict of float to str
        What stands below the axis; empty for an axis without numbers.
    label : str
        What the axis counts.
    title : str
        Above the panel.
    """

    lines: Sequence[Line]
    limits: tuple[float, float]
    ticks: dict[float, str] = field(default_factory=dict)
    label: str = ""
    title: str = ""


def draw(
    panels: Sequence[Panel], columns: Sequence[Column] = (), *, name_head: str = ""
) -> tuple[Figure, Figure | None]:
    """The rows as a figure, and as one for a phone where the first is wider than a phone shows.

    Parameters
    ----------
    panels : sequence of Panel
        One above the other.
    columns : sequence of Column
        The numbers beside the marks.
    name_head : str
        Heading above the names.
    """
    wide = _Wide(panels, columns, name_head)
    return wide.figure(), None if wide.width <= PHONE else _Narrow(panels, columns, name_head).figure()


class _Layout:
    """Where things stand, in inches from the top left."""

    names: float  # width of the names
    axis: tuple[float, float]  # left end and width of the axis
    width: float

    def __init__(self, panels: Sequence[Panel], columns: Sequence[Column], name_head: str) -> None:
        self.panels, self.columns, self.name_head = panels, columns, name_head
        self.lines = [line for panel in panels for line in panel.lines]

    def height(self, line: Line) -> float:
        return 2 * PAD + LINE * max(1, self.rows(line))

    def rows(self, line: Line) -> int:
        """Lines of text that a row takes."""
        raise NotImplementedError

    def write(self, write: Callable[..., None], line: Line, top: float) -> None:
        """The texts of a row."""
        raise NotImplementedError

    def head(self, write: Callable[..., None], top: float) -> float:
        """The headings; returns their height."""
        return 0.0

    def middle(self, line: Line, top: float) -> float:
        """Height of the mark of a row: beside the first line of its name."""
        return top + PAD + LINE / 2

    def name(self, line: Line) -> list[str]:
        width = self.width if line.kind in ("heading", "words") else self.names
        size = SMALL if line.kind == "words" else NAME_SIZE
        lines = [wrapped(part, width, size, is_bold=_is_bold(line)) for part in line.name.split("\n")]
        return [text for part in lines for text in part]

    def write_name(self, write: Callable[..., None], line: Line, top: float) -> None:
        is_remark = line.kind == "words"
        for number, text in enumerate(self.name(line)):
            look = (
                {"color": MUTED, "fontsize": SMALL}
                if is_remark
                else {"fontweight": "bold" if _is_bold(line) else "normal"}
            )
            write(0, top + PAD + LINE * (number + 0.5), text, **look)

    def figure(self) -> Figure:
        """The drawing."""
        canvas = plt.figure(figsize=(1, 1))
        texts: list[tuple[float, float, str, dict[str, Any]]] = []
        top = self.head(lambda x, y, text, **look: texts.append((x, y, text, look)), 0.0)
        places = []
        for panel in self.panels:
            if panel.title:
                texts.append((0, top + PAD + LINE / 2, panel.title, {"fontweight": "bold"}))
                top += 2 * PAD + LINE
            start, middles, breaks = top, [], []
            for line in panel.lines:
                self.write(lambda x, y, text, **look: texts.append((x, y, text, look)), line, top)
                middles.append(self.middle(line, top))
                height = self.height(line)
                if line.kind in ("heading", "words"):
                    breaks.append((top, top + height))
                top += height
            places.append((start, top, middles, breaks))
            top += (AXIS_FOOT if panel.label else AXIS_FOOT / 2) if panel.ticks else PAD
        canvas.set_size_inches(self.width, top)
        for panel, (start, end, middles, breaks) in zip(self.panels, places, strict=True):
            self._axes(canvas, panel, top, start, end, middles, breaks)
        for x, y, text, look in texts:
            options: dict[str, Any] = {
                "va": "center_baseline",
                "ha": "left",
                "fontsize": NAME_SIZE,
                "color": INK,
            } | look
            canvas.text(x / self.width, 1 - y / top, text.replace(NO_BREAK, " "), **options)
        return canvas

    def _axes(self, figure: Figure, panel: Panel, total: float, start: float, end: float, middles: list[float], breaks: list[tuple[float, float]]) -> None:  # fmt: skip
        left, width = self.axis
        ax = figure.add_axes((left / self.width, 1 - end / total, width / self.width, (end - start) / total))
        ax.set(xlim=panel.limits, ylim=(end, start), yticks=[], xlabel=panel.label)
        ax.set_xticks(list(panel.ticks), _that_fit(list(panel.ticks.values()), width))
        ax.patch.set_visible(False)
        ax.spines["left"].set_visible(False)
        ax.spines["bottom"].set_visible(bool(panel.ticks))
        edges = [start, *(edge for gap in breaks for edge in gap), end]
        for top, bottom in zip(edges[::2], edges[1::2], strict=True):  # not through words that run over the width
            if bottom > top:
                ax.vlines(list(panel.ticks), top, bottom, color=GRID, linewidth=0.8, zorder=0)
        for line, middle in zip(panel.lines, middles, strict=True):
            if line.mark:
                line.mark(ax, middle)


class _Wide(_Layout):
    """Names, axis, columns of numbers."""

    def __init__(self, panels: Sequence[Panel], columns: Sequence[Column], name_head: str) -> None:
        super().__init__(panels, columns, name_head)
        named = [line for line in self.lines if line.kind in ("row", "total")]
        widest = max((width_of(line.name, NAME_SIZE, is_bold=_is_bold(line)) for line in named), default=0.0)
        self.names = min(NAME_WIDTH, max(widest, width_of(name_head, SMALL, is_bold=True)) + 0.02)
        self.axis = (self.names + GAP, AXIS_WIDTH)
        self.places = []
        right = self.names + 2 * GAP + AXIS_WIDTH
        for number, column in enumerate(columns):
            cells = [(line.cells[number], _is_bold(line)) for line in named if number < len(line.cells)]
            width = max(
                (width_of(text, CELL_SIZE, is_bold=bold) for text, bold in cells),
                default=0.0,
            )
            width = max(width, width_of(column.head, SMALL, is_bold=True))
            self.places.append(right if column.is_left else right + width)
            right += width + GAP
        self.width = right - (GAP if columns else 2 * GAP - 0.1)

    def rows(self, line: Line) -> int:
        return len(self.name(line))

    def write(self, write: Callable[..., None], line: Line, top: float) -> None:
        self.write_name(write, line, top)
        for column, place, text in zip(self.columns, self.places, line.cells, strict=False):
            weight = "bold" if _is_bold(line) else "normal"
            write(place, self.middle(line, top), text, ha="left" if column.is_left else "right", fontweight=weight)

    def head(self, write: Callable[..., None], top: float) -> float:
        heads = [(0.0, self.name_head, True)]
        heads += [(place, c.head, c.is_left) for c, place in zip(self.columns, self.places, strict=True)]
        if not any(text for _, text, _ in heads):
            return 0.0
        for place, text, is_left in heads:
            look = {"ha": "left" if is_left else "right", "fontsize": SMALL, "fontweight": "bold", "color": MUTED}
            write(place, top + PAD + LINE / 2, text, **look)
        return 2 * PAD + LINE


class _Narrow(_Layout):
    """Names with their numbers below, and the axis beside both."""

    def __init__(self, panels: Sequence[Panel], columns: Sequence[Column], name_head: str) -> None:
        super().__init__(panels, columns, name_head)
        self.width, self.names = PHONE, PHONE - PHONE_AXIS - GAP
        self.axis = (self.names + GAP, PHONE_AXIS - 0.2)  # its last label hangs over

    def numbers(self, line: Line) -> list[str]:
        told = [c.phone.format(text) for c, text in zip(self.columns, line.cells, strict=False) if text]
        lines: list[str] = []
        for text in told:  # two short numbers share a line, none is broken
            joined = f"{lines[-1]}{DOT}{text}" if lines else text
            if lines and width_of(joined, SMALL) <= self.names:
                lines[-1] = joined
            else:
                lines += wrapped(text, self.names, SMALL)
        return lines

    def rows(self, line: Line) -> int:
        return len(self.name(line)) + len(self.numbers(line))

    def write(self, write: Callable[..., None], line: Line, top: float) -> None:
        self.write_name(write, line, top)
        above = len(self.name(line))
        for number, text in enumerate(self.numbers(line)):
            write(0, top + PAD + LINE * (above + number + 0.5), text, fontsize=SMALL, color=MUTED)


def scale(highest: float, *, is_whole: bool = False) -> tuple[float, dict[float, str]]:
    """An axis from 0 for values up to `highest`: where it ends, and three to five marks at equal steps."""
    end = max(highest, 2.0) if is_whole else highest
    power = 10.0 ** math.floor(math.log10(end / 4))
    least = end / (5.5 if is_whole else 4.5)  # so that there are three marks at least
    step = next(n * power for n in (1, 2, 2.5, 5, 10) if n * power >= least and not (is_whole and n * power % 1))
    marks = [step * n for n in range(int(end / step + 1e-9) + 1)]
    return end, {mark: f"{mark:,g}" for mark in marks}


def _is_bold(line: Line) -> bool:
    return line.kind in ("heading", "total")


def _that_fit(labels: list[str], width: float) -> list[str]:
    """Labels of an axis so wide: all, or every other one of five."""
    if sum(width_of(f"{label}m", NAME_SIZE) for label in labels) <= width or len(labels) < 5:
        return labels
    return [label if place % 2 == 0 else "" for place, label in enumerate(labels)]
