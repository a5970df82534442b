"""What every figure shares: one style, SVG that follows light and dark, alt text, and a refusal of overlapping text."""

from __future__ import annotations

import functools
import io
import itertools
import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from helpers import markup
from helpers.mime import RESULT_MIME

INK, MUTED, GRID, PAPER = "#1f2933", "#5b6773", "#d5dbe1", "#ffffff"
BLUE, VERMILLION, GREEN, PURPLE = "#0072b2", "#d55e00", "#008f68", "#a8568a"  # after Okabe and Ito: told apart by all
DEEP_VERMILLION, DEEP_GREEN = "#c25500", "#008460"  # the same behind a letter, which needs a contrast of 4.5
DARK = {  # what a reader with a dark page sees instead
    INK: "#e6ebf0",
    MUTED: "#aab5c0",
    GRID: "#3d4853",
    PAPER: "#171c22",
    BLUE: "#5bb3ee",
    VERMILLION: "#f28e4b",
    GREEN: "#3fc79a",
    DEEP_VERMILLION: "#f28e4b",
    DEEP_GREEN: "#3fc79a",
    PURPLE: "#dd97c4",
}
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
LAYOUT_FONT = "DejaVu Sans"  # ships with matplotlib; wider than the fonts shown, so what fits here fits there
# The last one has Chinese, Japanese and Korean letters; it is large, so that people install it and we do not ship it.
FONTS = f"system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, '{LAYOUT_FONT}', 'Noto Sans CJK SC', sans-serif"
STYLE: Any = {
    "svg.fonttype": "none",  # real text: sharp, searchable, readable aloud
    "svg.hashsalt": "living-review",  # the same ids in every run
    "font.family": LAYOUT_FONT,
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


MARGIN = 0.06  # inches around a figure
PHONE = 3.25  # inches: what a figure may be wide on a screen of 360 pixels, with the margins of page and card
INCH = 72.0  # points
NO_BREAK = "\N{NO-BREAK SPACE}"


class OverlapError(ValueError):
    """Two texts of a figure lie on each other."""


@functools.cache
def _letters() -> frozenset[int]:
    """Code points that the layout font has."""
    return frozenset(get_font(findfont(LAYOUT_FONT)).get_charmap())


def measurable(text: str) -> str:
    """Text of the same width in letters that the layout font has.

    A letter it lacks would be measured as its replacement box. Chinese, Japanese and Korean ones are as wide as they are
    high, marks above and below a letter have no width, others are taken to be as wide as an m.
    """
    return "".join(c if ord(c) in _letters() or c.isspace() else _stand_in(c) for c in text)


def needs_more_fonts(text: str) -> bool:
    """Whether letters stand in a text that the fonts shipped with the packages lack, such as Chinese ones."""
    return any(ord(c) not in _letters() and unicodedata.category(c).startswith("L") for c in text)


def _stand_in(letter: str) -> str:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return ""
    return "\N{EM DASH}" if unicodedata.east_asian_width(letter) in "WF" else "m"


def width_of(text: str, size: float, *, is_bold: bool = False) -> float:
    """Width of a line of text in inches, in the font that the figures are laid out with."""
    font = FontProperties(family=LAYOUT_FONT, size=size, weight="bold" if is_bold else "normal")
    letters = measurable(text)
    points = text_to_path.get_text_width_height_descent(letters, font, ismath=False)[0] if letters else 0.0
    return float(points) / INCH


def wrapped(text: str, width: float, size: float, *, is_bold: bool = False) -> list[str]:
    """Lines no wider than `width` inches; a word that is too long by itself is cut."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):  # a no-break space keeps a number with its unit
        joined = f"{current} {word}" if current else word
        if width_of(joined, size, is_bold=is_bold) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        while width_of(word, size, is_bold=is_bold) > width and len(word) > 1:
            cut = next(
                n for n in range(len(word) - 1, 0, -1) if n == 1 or width_of(word[:n], size, is_bold=is_bold) <= width
            )
            lines.append(word[:cut])
            word = word[cut:]
        current = word
    lines += [current] if current or not lines else []
    return [line.replace(NO_BREAK, " ") for line in lines]


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
    narrow : Figure, optional
        The same for a phone, `PHONE` inches wide, where `figure` is wider than that; closed here as well.

    Raises
    ------
    OverlapError
        Texts of the figure overlap; it says which one to shorten.
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
        narrow: Figure | None = None,
    ) -> None:
        drawn = [figure] if narrow is None else [figure, narrow]
        try:
            if clashes := [clash for one in drawn for clash in overlapping_texts(one)]:
                raise OverlapError(_said(clashes))
            self.alt = markup.spoken(" ".join([alt, *(LINK.sub(r"\1", note) for note in notes)]))
            self.svg = _svg(figure, self.alt)
            self.narrow = "" if narrow is None else _svg(narrow, self.alt)
        finally:
            for one in drawn:
                plt.close(one)
        self.caption, self.name, self.values = " ".join([str(caption), *notes]), name, values or []
        self.told = list(getattr(caption, "values", ()))

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle: dict[str, Any] = {"image/svg+xml": self.svg, "text/plain": self.alt}
        if self.name:
            bundle[RESULT_MIME] = {"id": self.name, "values": [*self.values, *self.told]}
        about = {"alt": self.alt, "caption": self.caption, "values": self.values}
        if self.narrow:
            about["narrow"] = self.narrow
        return bundle, {"image/svg+xml": {"review": about}}


def axes(width: float, height: float, rows: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure in the common style, sizes in inches, not yet shown by Jupyter."""
    with mpl.rc_context(STYLE), plt.ioff():
        figure, ax = plt.subplots(rows, 1, figsize=(width, height), **options)
    return figure, ax


def _said(clashes: Sequence[tuple[str, str]]) -> str:
    """Which texts touch, and which one to shorten."""
    longer = dict.fromkeys(max(pair, key=len) for pair in clashes)
    pairs = "; ".join(f"{a!r} on {b!r}" for a, b in clashes)
    cure = ", ".join(f"{text!r} ({len(text)} letters)" for text in longer)
    return f"texts of the figure lie on each other: {pairs}. Shorten {cure}, or give it a line break."


@contextmanager
def _measured(figure: Figure) -> Iterator[None]:
    """With stand-ins for letters that the layout font lacks, so that sizes are right; the texts come back afterwards."""
    replaced = [(t, t.get_text()) for t in figure.findobj(Text) if measurable(t.get_text()) != t.get_text()]
    for text, words in replaced:
        text.set_text(measurable(words))
    try:
        yield
    finally:
        for text, words in replaced:
            text.set_text(words)


def overlapping_texts(figure: Figure, tolerance: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of visible texts whose boxes overlap by more than `tolerance` pixels each way."""
    with mpl.rc_context(STYLE):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from")  # tick labels exist from here on
            figure.canvas.draw()
        texts = [t for t in _visible_texts(figure) if t.get_text().strip()]
        said = [t.get_text() for t in texts]
        renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
        with _measured(figure):
            boxes = [(words, t.get_window_extent(renderer)) for words, t in zip(said, texts, strict=True)]
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
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        # The letters are written as text: a font that has them draws them where the picture is seen.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        with _measured(figure):
            size = figure.get_tightbbox(figure.canvas.get_renderer()).padded(MARGIN)  # type: ignore[attr-defined]
        figure.savefig(buffer, format="svg", bbox_inches=size, metadata={"Date": None, "Creator": None})
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
