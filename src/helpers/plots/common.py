"""What the figures share: sizes, marks, what the marks mean, the common style, values as data."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import matplotlib as mpl
import pandas as pd

from helpers import wording
from helpers.pictures import BLUE, GREEN, INK, PURPLE, STYLE, VERMILLION, Picture

WIDTH = 5.4  # inches: text stays readable when a phone shows the figure at two thirds


ROW = 0.34  # inches a row


# Words for colour and shape in the code list; together, so that neither alone carries the meaning.
COLOURS = {"blue": BLUE, "vermillion": VERMILLION, "green": GREEN, "purple": PURPLE, "ink": INK}
SHAPES = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "pentagon": "p"}
ORDINARY = "ink circle"


def styled(draw: Callable[..., Picture]) -> Callable[..., Picture]:
    """Draw in the common style, whatever the notebook has set."""

    @wraps(draw)
    def in_style(*args: Any, **kwargs: Any) -> Picture:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return in_style


def marker(row: pd.Series) -> tuple[str, str]:
    """Colour and shape of a row, by its ``mark``."""
    named = row.get("mark")
    colour, shape = (ORDINARY if pd.isna(named) else str(named)).split()
    return COLOURS[colour], SHAPES[shape]


def marked(row: pd.Series, shown: str) -> str:
    """A number as the picture writes it: with a dagger where the source is known to slip there."""
    return shown + (wording.DAGGER if _slip(row) else "")


def notes(frame: pd.DataFrame) -> list[str]:
    """What the marks and intervals of the rows drawn mean, in Markdown, each once.

    Parameters
    ----------
    frame : DataFrame
        Rows drawn; ``known_slip``, ``audit_page``, ``level`` and ``ci_low`` count where they are there.
    """
    slips = [slip for _, row in frame.iterrows() if (slip := _slip(row))]
    added_up = any(wording.is_added_up(row) and not pd.isna(row.get("ci_low")) for _, row in frame.iterrows())
    page = next(iter(frame.get("audit_page", pd.Series(dtype=object)).dropna()), None)
    return ([wording.dagger_note(slips, page)] if slips else []) + ([wording.ONE_SERIES] if added_up else [])


def _slip(row: pd.Series) -> str | None:
    slip = row.get("known_slip")
    return None if pd.isna(slip) else str(slip)


def plain_values(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows drawn, as plain values, for the figure's own data file; how a row is drawn says nothing of the evidence."""
    frame = frame.drop(columns=["mark", "audit_page"], errors="ignore")
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(k): v.item() if hasattr(v, "item") else v for k, v in r.items()} for r in records]


def require_rows(frame: pd.DataFrame, what: str) -> None:
    """Refuse to draw nothing: an empty figure would look like a result."""
    if frame.empty:
        raise ValueError(f"no rows to draw: {what}")
