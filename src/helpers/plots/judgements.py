"""Judgements on what was found: a traffic-light picture of appraisals, and directions of effects that are not pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.pictures import (
    BLUE,
    DEEP_GREEN,
    DEEP_VERMILLION,
    GRID,
    MUTED,
    PAPER,
    PHONE,
    VERMILLION,
    Picture,
    axes,
    width_of,
    wrapped,
)
from helpers.plots.common import marked, notes, plain_values, require_rows, styled

ROW, NAME_LINE = 0.34, 0.2  # inches: a row, and on a phone the name above it
HEAD_LINE = 0.17  # inches a line of a heading
CELL, MANY = 0.95, 8  # inches a column, up to so many; more have their headings turned
NAMES = 2.6  # inches: most for the names beside the cells


@dataclass(frozen=True)
class Light:
    """How a judgement is drawn; colour, shape and letter each say it alone.

    Attributes
    ----------
    letter, label : str
        Letter in the mark, and the judgement in words.
    colour, shape : str
        As matplotlib knows them.
    """

    letter: str
    label: str
    colour: str
    shape: str


GOOD, SOME, POOR, SILENT = (
    (DEEP_GREEN, "o"),
    (BLUE, "s"),
    (DEEP_VERMILLION, "D"),
    (MUTED, "p"),
)  # colour and shape by what it means


@styled
def traffic_lights(
    frame: pd.DataFrame,
    *,
    row: str,
    column: str,
    judgement: str,
    lights: Mapping[str, Light],
    caption: str,
    name: str | None = None,
) -> Picture:
    """Judgements as marks in a grid: what was judged down, domains or items across.

    Parameters
    ----------
    frame : DataFrame
        One line a judgement: `row` and `column` in words, `judgement` as a code of `lights`. Rows and columns stand in the
        order of their first appearance; a pair without a line was not judged and stays empty.
    row, column, judgement : str
        Columns.
    lights : mapping of str to Light
        How each code is drawn.
    caption : str
        Caption.
    name : str, optional
        Result name.

    Raises
    ------
    KeyError
        A judgement has no light.
    """
    require_rows(frame, caption)
    cells = {(str(r), str(c)): lights[str(j)] for r, c, j in frame[[row, column, judgement]].itertuples(index=False)}
    marks = {place: [(0.0, light)] for place, light in cells.items()}
    used = [light for light in lights.values() if light in cells.values()]
    down, across = (list(dict.fromkeys(frame[key].astype(str))) for key in (row, column))
    figure, narrow = _both(down, across, marks, used, {})
    said = [f"{r}: " + ", ".join(f"{c} {cells[r, c].label.lower()}" for c in across if (r, c) in cells) for r in down]
    alt = "Traffic lights. " + "; ".join(said) + "."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), notes=notes(frame), narrow=narrow)


DIRECTIONS = {  # of the first group against the second
    "higher": Light("", "higher", BLUE, "^"),
    "lower": Light("", "lower", VERMILLION, "v"),
    "same": Light("", "as often", MUTED, "s"),
    "unknown": Light("?", "no two figures to compare", MUTED, "o"),
}


@styled
def effect_directions(
    frame: pd.DataFrame, *, row: str, column: str, first: str, second: str, caption: str, name: str | None = None
) -> Picture:
    """Which of two groups had more, study by study: an effect-direction plot for results that are not pooled.

    Parameters
    ----------
    frame : DataFrame
        One line a comparison: `row` (outcome or treatment) and `column` (study) in words, ``direction`` (a code of
        `DIRECTIONS`: the first group against the second), ``shown`` (the numbers compared, may be empty), ``known_slip``.
    row, column : str
        Columns.
    first, second : str
        The groups, for the legend: ``first`` is the one that an arrow speaks of.
    caption : str
        Caption.
    name : str, optional
        Result name.

    References
    ----------
    Thomson & Thomas (2013), doi:10.1002/jrsm.1060; Campbell et al. (2020), SWiM, doi:10.1136/bmj.l6890.
    """
    require_rows(frame, caption)
    down, across = (list(dict.fromkeys(frame[key].astype(str))) for key in (row, column))
    cells = {(str(line[row]), str(line[column])): line for _, line in frame.iterrows()}
    lights = {
        code: replace(light, label=f"{light.label} with {first} than with {second}")
        if code in ("higher", "lower")
        else light
        for code, light in DIRECTIONS.items()
    }
    marks = {place: [(0.0, lights[str(line["direction"])])] for place, line in cells.items()}
    texts = {place: marked(line, str(line["shown"])) for place, line in cells.items() if line["shown"]}
    used = [light for code, light in lights.items() if (frame["direction"] == code).any()]
    figure, narrow = _both(down, across, marks, used, texts)
    said = [
        f"{r}, {c}: {lights[str(line['direction'])].label}" + (f" ({texts[r, c]})" if (r, c) in texts else "")
        for (r, c), line in cells.items()
    ]
    alt = "Directions of effects. " + "; ".join(said) + "."
    return Picture(figure, alt, caption, name=name, values=plain_values(frame), notes=notes(frame), narrow=narrow)


Marks = Mapping[tuple[str, str], Sequence[tuple[float, Light]]]


def _both(
    down: Sequence[str],
    across: Sequence[str],
    marks: Marks,
    used: Sequence[Light],
    texts: Mapping[tuple[str, str], str],
) -> tuple[Figure, Figure | None]:
    """The grid, and one for a phone where the first is wider than that."""
    figure = _grid(down, across, marks, used, texts, is_narrow=False)
    fits = figure.get_figwidth() <= PHONE
    return figure, None if fits else _grid(down, across, marks, used, texts, is_narrow=True)


def _grid(
    down: Sequence[str],
    across: Sequence[str],
    marks: Marks,
    used: Sequence[Light],
    texts: Mapping[tuple[str, str], str],
    *,
    is_narrow: bool,
) -> Figure:
    """Marks in rows and columns; on a phone the name of a row stands above it."""
    size = 9.0 if is_narrow else 10.0
    names = [[name] if is_narrow else wrapped(name, NAMES, size) for name in down]
    left = 0.0 if is_narrow else max(width_of(line, size) for lines in names for line in lines) + 0.15
    widest = max((width_of(text, 9.0) for text in texts.values()), default=0.0) + 0.2
    words = max(width_of(word, size) for head in across for word in head.split()) + 0.15
    cell = (PHONE - left) / len(across) if is_narrow else max(widest, max(CELL, words) if len(across) < MANY else 0.5)
    is_turned = cell < 0.8 and any(width_of(head, size) > cell for head in across)
    heads = [[head] if is_turned else wrapped(head, cell - 0.08, size) for head in across]
    top = max(width_of(head, size) for head in across) if is_turned else HEAD_LINE * max(map(len, heads))
    heights = [
        max(ROW, HEAD_LINE * len(lines)) + (NAME_LINE if is_narrow else 0) + (0.16 if texts else 0) for lines in names
    ]
    width, body = left + cell * len(across), sum(heights)
    foot = 0.25 + HEAD_LINE * 1.3 * len(used)
    total = top + 0.1 + body + foot
    figure, ax = axes(width, total)
    ax.set_position((0, 0, 1, 1))  # so that a unit of the axes is an inch
    ax.set(xlim=(0, width), ylim=(total, 0))
    ax.axis("off")
    for place, (head, lines) in enumerate(zip(across, heads, strict=True)):
        middle = left + cell * (place + 0.5)
        if is_turned:
            ax.text(middle, top, head, rotation=90, ha="center", va="bottom", fontsize=size)
        for number, text in enumerate([] if is_turned else lines):
            ax.text(
                middle, top - HEAD_LINE * (len(lines) - number - 0.5), text, ha="center", va="center", fontsize=size
            )
    y = top + 0.1
    for name, lines, height in zip(down, names, heights, strict=True):
        ax.plot([0, width], [y, y], color=GRID, linewidth=0.6)
        at = y + (NAME_LINE if is_narrow else 0) + ROW / 2 if texts or is_narrow else y + height / 2
        for number, text in enumerate(lines):
            height_of_name = y + NAME_LINE / 2 + 0.02 if is_narrow else at + HEAD_LINE * (number - (len(lines) - 1) / 2)
            ax.text(0, height_of_name, text, va="center", fontsize=size, fontweight="bold" if is_narrow else "normal")
        for place, head in enumerate(across):
            middle = left + cell * (place + 0.5)
            for offset, light in marks.get((name, head), ()):
                _light(ax, middle + offset, at, light)
            if (name, head) in texts:
                ax.text(middle, at + 0.21, texts[name, head], ha="center", va="center", fontsize=8.5, color=MUTED)
        y += height
    ax.plot([0, width], [y, y], color=GRID, linewidth=0.6)
    for number, light in enumerate(used):
        at = y + 0.22 + HEAD_LINE * 1.3 * number
        _light(ax, 0.12, at, light)
        ax.text(0.3, at, light.label, va="center", fontsize=9)
    return figure


def _light(ax: Axes, x: float, y: float, light: Light) -> None:
    ax.plot([x], [y], marker=light.shape, markersize=13 if light.letter else 9, color=light.colour, markeredgecolor="none", clip_on=False)  # fmt: skip
    if light.letter:
        ax.text(
            x, y + 0.005, light.letter, ha="center", va="center_baseline", fontsize=8, fontweight="bold", color=PAPER
        )
