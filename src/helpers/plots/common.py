"""What the figures share: sizes, marks of the conditions, the common style, values as data."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import matplotlib as mpl
import pandas as pd

from helpers.pictures import BLUE, GREEN, INK, PURPLE, STYLE, VERMILLION, Picture

WIDTH = 5.4  # inches: text stays readable when a phone shows the figure at two thirds


ROW = 0.34  # inches a row


MARKS = {  # colour and shape together, so that neither alone carries the meaning
    "sjia": (BLUE, "o"),
    "sle": (VERMILLION, "s"),
    "kd": (GREEN, "^"),
    "other": (PURPLE, "D"),
}


OTHERWISE = (INK, "o")


def styled(draw: Callable[..., Picture]) -> Callable[..., Picture]:
    """Draw in the common style, whatever the notebook has set."""

    @wraps(draw)
    def in_style(*args: Any, **kwargs: Any) -> Picture:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return in_style


def marker(row: pd.Series) -> tuple[str, str]:
    """Colour and shape of a row, by its condition."""
    return MARKS.get(str(row.get("condition", "")), OTHERWISE)


def plain_values(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows drawn, as plain values, for the figure's own data file."""
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(k): v.item() if hasattr(v, "item") else v for k, v in r.items()} for r in records]


def require_rows(frame: pd.DataFrame, what: str) -> None:
    """Refuse to draw nothing: an empty figure would look like a result."""
    if frame.empty:
        raise ValueError(f"no rows to draw: {what}")
