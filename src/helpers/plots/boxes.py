"""Boxes joined by arrows: texts are measured and wrapped, rows grow with them, arrows go around and not through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.pictures import GRID, INK, MUTED, NO_BREAK, axes, wrapped

PAD, GAP = 0.1, 0.28  # inches: around a text, between two rows
BAND_PAD, BAND_GAP = 0.06, 0.14  # the same for a band and the row below it
TITLE_SIZE, TEXT_SIZE = 9.5, 9.0  # points
LINE = 0.19  # inches a line
RAIL = 0.18  # inches between lines that run beside the boxes


@dataclass(frozen=True)
class Box:
    """A box in a grid.

    Attributes
    ----------
    row, column : int
        Place, from the top left.
    title : str
        First lines, bold.
    lines : tuple of str
        What stands below, one paragraph each.
    columns : int
        How many columns it covers.
    is_band : bool
        A heading without a frame.
    """

    row: int
    column: int
    title: str
    lines: tuple[str, ...] = ()
    columns: int = 1
    is_band: bool = False

    def said(self) -> str:
        """The box in words."""
        text = f"{self.title}: {', '.join(self.lines)}" if self.lines else self.title
        return text.replace(NO_BREAK, " ")


@dataclass(frozen=True)
class Arrow:
    """An arrow between two boxes.

    Attributes
    ----------
    start, end : str
        Names of the boxes.
    way : str
        ``down`` or ``right``; ``rail``: out to the left, down, and in again; ``into-right`` or ``into-left``: down, and
        then into that side of the other box.
    rail : int
        For ``rail``, which of the lines on the left, the nearest being 0.
    """

    start: str
    end: str
    way: str
    rail: int = 0


@dataclass(frozen=True)
class _Frame:
    left: float
    bottom: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.bottom + self.height / 2


def draw(
    boxes: Mapping[str, Box], arrows: Sequence[Arrow], *, widths: Sequence[float], gutter: float, rails: int = 0
) -> Figure:
    """A figure of boxes and arrows.

    Parameters
    ----------
    boxes : mapping of str to Box
        Boxes by name.
    arrows : sequence of Arrow
        What leads where.
    widths : sequence of float
        Width of each column, in inches.
    gutter : float
        Space between two columns, in inches.
    rails : int
        Lines that run down to the left of the boxes.

    Returns
    -------
    Figure
        Not yet closed; for `Picture`.
    """
    left = [RAIL * rails + sum(widths[:n]) + gutter * n for n in range(len(widths))]
    texts = {name: _texts(box, _width(box, widths, gutter)) for name, box in boxes.items()}
    heights = {name: _height(box, *texts[name]) for name, box in boxes.items()}
    tops = _tops(boxes, heights)
    total = max(tops[box.row] + heights[name] for name, box in boxes.items())
    figure, ax = axes(left[-1] + widths[-1], total)
    frames = {}
    for name, box in boxes.items():
        bottom = total - tops[box.row] - heights[name]
        frames[name] = _Frame(left[box.column], bottom, _width(box, widths, gutter), heights[name])
        _box(ax, box, frames[name], *texts[name])
    for arrow in arrows:
        _arrow(ax, arrow, frames[arrow.start], frames[arrow.end], left[0])
    ax.set(xlim=(-0.02, left[-1] + widths[-1] + 0.02), ylim=(-0.02, total + 0.02))
    ax.set_position((0, 0, 1, 1))  # so that a unit of the axes is an inch
    ax.axis("off")
    return figure


def _tops(boxes: Mapping[str, Box], heights: Mapping[str, float]) -> list[float]:
    """Distance of each row from the top; a row is as high as its highest box, and its boxes hang from its top."""
    tops = [0.0]
    for row in range(max(box.row for box in boxes.values())):
        height = max((heights[name] for name, box in boxes.items() if box.row == row), default=0.0)
        is_band = any(box.is_band for box in boxes.values() if box.row == row)
        tops.append(tops[-1] + height + (BAND_GAP if is_band else GAP))
    return tops


def _width(box: Box, widths: Sequence[float], gutter: float) -> float:
    return sum(widths[box.column : box.column + box.columns]) + gutter * (box.columns - 1)


def _texts(box: Box, width: float) -> tuple[list[str], list[str]]:
    inner = width - 2 * PAD
    title = wrapped(box.title, inner, TITLE_SIZE, is_bold=True)
    return title, [line for text in box.lines for line in wrapped(text, inner, TEXT_SIZE)]


def _height(box: Box, title: list[str], lines: list[str]) -> float:
    return 2 * (BAND_PAD if box.is_band else PAD) + LINE * (len(title) + len(lines))


def _box(ax: Axes, box: Box, frame: _Frame, title: list[str], lines: list[str]) -> None:
    ax.add_patch(
        mpl.patches.FancyBboxPatch(
            (frame.left, frame.bottom),
            frame.width,
            frame.height,
            boxstyle="round,pad=0,rounding_size=0.05",
            facecolor=GRID if box.is_band else "none",
            edgecolor=GRID,
            linewidth=1.2,
            zorder=2,
        )
    )
    top = frame.bottom + frame.height - (BAND_PAD if box.is_band else PAD) - 0.025
    for number, line in enumerate([*title, *lines]):
        is_title = number < len(title)
        ax.text(
            frame.left + PAD,
            top - LINE * number,
            line,
            va="top",
            ha="left",
            fontsize=TITLE_SIZE if is_title else TEXT_SIZE,
            fontweight="bold" if is_title else "normal",
            color=INK if is_title else MUTED,
            zorder=3,
            parse_math=False,  # a dollar sign in a name is a dollar sign
        )


def _arrow(ax: Axes, arrow: Arrow, start: _Frame, end: _Frame, edge: float) -> None:
    (start_x, start_y), (_, end_y) = start.middle, end.middle
    end_top = end.bottom + end.height
    if arrow.way == "down":
        points = [(start_x, start.bottom), (start_x, end_top)]
    elif arrow.way == "right":
        y = min(start.bottom + start.height, end_top) - min(start.height, end.height) / 2
        points = [(start.left + start.width, y), (end.left, y)]
    elif arrow.way == "rail":
        x = edge - RAIL * (arrow.rail + 1)
        points = [(start.left, start_y), (x, start_y), (x, end_y), (end.left, end_y)]
    elif arrow.way == "into-right":
        points = [(start_x, start.bottom), (start_x, end_y), (end.left + end.width, end_y)]
    elif arrow.way == "into-left":
        points = [(start_x, start.bottom), (start_x, end_y), (end.left, end_y)]
    else:
        raise ValueError(f"unknown way {arrow.way!r}")
    xs, ys = zip(*points[:-1], strict=True)
    ax.plot(xs, ys, color=MUTED, linewidth=1.0, solid_joinstyle="miter", zorder=1)
    head = {"arrowstyle": "-|>", "color": MUTED, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", points[-1], points[-2], arrowprops=head, zorder=1)
