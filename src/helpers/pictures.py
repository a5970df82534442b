"""What every figure shares: one style, SVG that follows light and dark, alt text, and a refusal of overlapping text."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers import markup
from helpers.mime import RESULT_MIME

INK, MUTED, GRID, PAPER = "#1f2933", "#5b6773", "#d5dbe1", "#ffffff"
BLUE, VERMILLION, GREEN, PURPLE = "#0072b2", "#d55e00", "#008f68", "#a8568a"  # after Okabe and Ito: told apart by all
DARK = {  # what a reader with a dark page sees instead
    INK: "#e6ebf0",
    MUTED: "#aab5c0",
    GRID: "#3d4853",
    PAPER: "#171c22",
    BLUE: "#5bb3ee",
    VERMILLION: "#f28e4b",
    GREEN: "#3fc79a",
    PURPLE: "#dd97c4",
}
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
STYLE: Any = {
    "svg.fonttype": "none",  # real text: sharp, searchable, readable aloud
    "svg.hashsalt": "living-review",  # the same ids in every run
    "font.family": "DejaVu Sans",  # ships with matplotlib; wider than the fonts shown, so what fits here fits there
    "font.size": 10,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.frameon": False,
}


class OverlapError(ValueError):
    """Two texts of a figure lie on each other."""


class Picture:
    """A finished figure: SVG, alternative text, caption, and the values drawn.

    Parameters
    ----------
    figure : Figure
        Drawn figure; it is closed here.
    alt : str
        What the figure shows, in words, with its numbers.
    caption : str
        What the reader should know: n, unit, interval, version; where it carries the values it states, so does the result.
    name : str, optional
        Result name: the label of the cell, so that each number of the figure can be traced.
    values : list of dict, optional
        The rows drawn, with every number that is written into the figure.
    notes : sequence of str, optional
        What marks in the figure mean and what to keep in mind, in Markdown: the last sentences of the caption and, without
        links, of the alternative text.

    Raises
    ------
    OverlapError
        Texts of the figure overlap.
    """

    def __init__(
        self,
        figure: Figure,
        alt: str,
        caption: str,
        *,
        name: str | None = None,
        values: list[dict[str, Any]] | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        if clashes := overlapping_texts(figure):
            plt.close(figure)
            raise OverlapError("; ".join(f"{a!r} on {b!r}" for a, b in clashes))
        self.alt = markup.spoken(" ".join([alt, *(LINK.sub(r"\1", note) for note in notes)]))
        self.caption, self.name, self.values = " ".join([str(caption), *notes]), name, values or []
        self.told = list(getattr(caption, "values", ()))
        self.svg = _svg(figure, self.alt)
        plt.close(figure)

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle: dict[str, Any] = {"image/svg+xml": self.svg, "text/plain": self.alt}
        if self.name:
            bundle[RESULT_MIME] = {"id": self.name, "values": [*self.values, *self.told]}
        about = {"alt": self.alt, "caption": self.caption, "values": self.values}
        return bundle, {"image/svg+xml": {"review": about}}


def axes(width: float, height: float, rows: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure in the common style, sizes in inches, not yet shown by Jupyter."""
    with mpl.rc_context(STYLE), plt.ioff():
        figure, ax = plt.subplots(rows, 1, figsize=(width, height), **options)
    return figure, ax


def overlapping_texts(figure: Figure, tolerance: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of visible texts whose boxes overlap by more than `tolerance` pixels each way."""
    with mpl.rc_context(STYLE):
        figure.canvas.draw()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    texts = [t for t in _visible_texts(figure) if t.get_text().strip()]
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    return [
        (a, b)
        for (a, box), (b, other) in itertools.combinations(boxes, 2)
        if min(box.x1, other.x1) - max(box.x0, other.x0) > tolerance
        and min(box.y1, other.y1) - max(box.y0, other.y0) > tolerance
    ]


def _visible_texts(figure: Figure) -> list[Text]:
    texts = list(figure.texts)
    for ax in figure.axes:
        texts += [*ax.texts, ax.title, ax._left_title, ax._right_title, ax.xaxis.label, ax.yaxis.label]  # type: ignore[attr-defined]
        texts += _shown_labels(ax)
        if legend := ax.get_legend():
            texts += legend.get_texts()
    return [t for t in texts if t.get_visible()]


def _shown_labels(ax: Axes) -> list[Text]:
    """Tick labels inside the limits; matplotlib keeps others that it never draws."""
    shown = []
    for axis, limits in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        if not ax.axison or not axis.get_visible():
            continue
        low, high = sorted(limits)
        ticks = axis.get_major_ticks()
        shown += [t.label1 for t in ticks if low <= t.get_loc() <= high and t.label1.get_visible()]
    return shown


def _svg(figure: Figure, alt: str) -> str:
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(
            buffer, format="svg", bbox_inches="tight", pad_inches=0.06, metadata={"Date": None, "Creator": None}
        )
    svg = markup.storable(buffer.getvalue())
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace("'DejaVu Sans'", FONTS.replace("'", "&apos;"))
    dark = "".join(
        f'[style*="fill: {light}"],[fill="{light}"]{{fill:{night}!important}}'
        f'[style*="stroke: {light}"]{{stroke:{night}!important}}'
        for light, night in DARK.items()
    )
    style = f"<style>text{{font-variant-numeric:tabular-nums}}@media (prefers-color-scheme: dark){{{dark}}}</style>"
    title = f"<title>{alt.replace('&', '&amp;').replace('<', '&lt;')}</title>"
    return re.sub(
        r"(<svg[^>]*>)", lambda m: m.group(1).replace("<svg", '<svg role="img"') + title + style, svg, count=1
    )
