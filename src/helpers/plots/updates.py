"""The PRISMA 2020 flow of an update with its three arms: previous version, databases and registers, other methods."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import numbers
from helpers.pictures import PHONE, Picture
from helpers.plots.boxes import RAIL, Arrow, Box, draw
from helpers.plots.common import plain_values, require_rows, styled

ARMS = {
    "previous": "Previous version",
    "databases": "Databases and registers",
    "other": "Other methods",
    "all": "Included",
}
REMOVED = "Removed before screening"
NOT_STATED = "not stated"
ROWS = (  # main box, and what leaves the flow beside it
    ("identified", ("duplicates_removed", "automation_removed", "already_decided")),
    ("screened", ("excluded_title_abstract", "awaiting_title_abstract")),
    ("sought", ("not_retrieved", "awaiting_full_text")),
    ("assessed", ("excluded_full_text",)),
)
ENDS = (  # a box of studies, and the reports said in it
    ("previous_studies", ("previous_reports",)),
    ("new_studies", ("new_reports", "known_study_reports")),
    ("total_studies", ("total_reports", "awaiting_classification", "registered_studies")),
)
ARM_WIDTH, SIDE_WIDTH, GUTTER = 2.4, 2.45, 0.32  # inches
PHONE_GUTTER = 0.2  # inches


@styled
def prisma_update_flow(
    boxes: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    caption: str,
    arms: Mapping[str, str] = ARMS,
    is_wide: bool = False,
    name: str | None = None,
) -> Picture:
    """PRISMA 2020 flow of an update: previous version, databases and registers, other methods, and all together.

    Parameters
    ----------
    boxes : DataFrame
        Rows of `flow` of one update: ``box``, ``arm``, ``reason``, ``count``, ``unit``. A box without a number reads
        *not stated*; a box or an arm without a row is left out.
    labels : mapping of str to str
        What readers see for each box code.
    caption : str
        Caption.
    arms : mapping of str to str
        What readers see for each arm.
    is_wide : bool
        The arms side by side, as in the PRISMA template, for print and slides; otherwise one below the other, as on a
        phone.
    name : str, optional
        Result name.
    """
    require_rows(boxes, caption)
    text = _Words(boxes, labels)
    shown = [arm for arm in ("databases", "other") if text.has("identified", arm)]
    ends = [box for box, _ in ENDS if text.has(box)]
    tall, below = _tall(text, shown, ends, arms)
    rails = max((a.rail + 1 for a in below if a.way == "rail"), default=0)
    if is_wide:
        drawn, arrows = _wide(text, shown, ends, arms)
        figure = draw(drawn, arrows, widths=[1.7, *[ARM_WIDTH, SIDE_WIDTH] * len(shown)], gutter=GUTTER)
    else:
        figure = draw(tall, below, widths=[ARM_WIDTH, SIDE_WIDTH], gutter=GUTTER, rails=rails)
    each = (PHONE - PHONE_GUTTER - rails * RAIL) / 2
    narrow = draw(tall, below, widths=[each, each], gutter=PHONE_GUTTER, rails=rails)
    columns = ["box", "arm", "reason", "count", "unit"]
    return Picture(figure, _alt(tall), caption, name=name, values=plain_values(boxes[columns]), narrow=narrow)


def _tall(
    text: _Words, shown: list[str], ends: list[str], arms: Mapping[str, str]
) -> tuple[dict[str, Box], list[Arrow]]:
    """One arm below the other; what skips an arm runs down on the left."""
    drawn: dict[str, Box] = {}
    arrows: list[Arrow] = []

    def band(arm: str) -> None:
        drawn[f"band {arm}"] = Box(_below(drawn), 0, arms[arm], columns=2, is_band=True)

    if "previous_studies" in ends:
        band("previous")
        drawn["previous_studies"] = text.end("previous_studies", _below(drawn), 0)
    last = {}
    for arm in shown:
        band(arm)
        last[arm] = _arm(text, arm, _below(drawn), 0, drawn, arrows)
    if ends:
        band("all")
    for box in [box for box in ends if box != "previous_studies"]:
        drawn[box] = text.end(box, _below(drawn), 0)
    if "new_studies" in drawn:
        ways = [Arrow(last[arm], "new_studies", "down" if arm == shown[-1] else "rail") for arm in shown]
        arrows += ways
    if "total_studies" in drawn:
        before = "new_studies" if "new_studies" in drawn else last.get(shown[-1] if shown else "")
        arrows += [Arrow(before, "total_studies", "down")] if before else []
        if "previous_studies" in drawn:
            arrows.append(Arrow("previous_studies", "total_studies", "rail", rail=len(shown) - 1 if shown else 0))
    return drawn, arrows


def _wide(
    text: _Words, shown: list[str], ends: list[str], arms: Mapping[str, str]
) -> tuple[dict[str, Box], list[Arrow]]:
    """The arms side by side, as in the template of PRISMA 2020."""
    drawn: dict[str, Box] = {}
    arrows: list[Arrow] = []
    if "previous_studies" in ends:
        drawn["band previous"] = Box(0, 0, arms["previous"], is_band=True)
        drawn["previous_studies"] = text.end("previous_studies", 1, 0)
    last = {}
    for number, arm in enumerate(shown):
        drawn[f"band {arm}"] = Box(0, 1 + 2 * number, arms[arm], columns=2, is_band=True)
        last[arm] = _arm(text, arm, 1, 1 + 2 * number, drawn, arrows)
    for box in [box for box in ends if box != "previous_studies"]:
        drawn[box] = text.end(box, _below(drawn), 1)
    if "new_studies" in drawn:
        arrows += [Arrow(last[a], "new_studies", "down" if a == shown[0] else "into-right") for a in shown]
    if "total_studies" in drawn:
        arrows += [Arrow("new_studies", "total_studies", "down")] if "new_studies" in drawn else []
        if "previous_studies" in drawn:
            arrows.append(Arrow("previous_studies", "total_studies", "into-left"))
    return drawn, arrows


def _arm(text: _Words, arm: str, row: int, column: int, drawn: dict[str, Box], arrows: list[Arrow]) -> str:
    """Boxes of one arm from a row downwards; the name of the last one."""
    before = ""
    for main, beside in ROWS:
        if not text.has(main, arm):
            continue
        name = f"{main} {arm}"
        drawn[name] = Box(row, column, text.labels[main], text.lines(main, arm))
        if before:
            arrows.append(Arrow(before, name, "down"))
        present = [box for box in beside if text.has(box, arm)]
        if present:
            drawn[f"beside {name}"] = _beside(text, main, present, arm, row, column + 1)
            arrows.append(Arrow(name, f"beside {name}", "right"))
        before, row = name, row + 1
    return before


def _beside(text: _Words, main: str, present: list[str], arm: str, row: int, column: int) -> Box:
    if main == "identified":
        lines = tuple(f"{text.labels[box]}: {line}" for box in present for line in text.lines(box, arm))
        return Box(row, column, REMOVED, lines)
    first, *others = present
    more = tuple(f"{text.labels[box]}: {line}" for box in others for line in text.lines(box, arm))
    return Box(row, column, text.labels[first], text.lines(first, arm) + more)


def _below(drawn: Mapping[str, Box]) -> int:
    return 1 + max((box.row for box in drawn.values()), default=-1)


def _alt(drawn: Mapping[str, Box]) -> str:
    said = [("beside it, " if name.startswith("beside") else "") + box.said() for name, box in drawn.items()]
    return "Flow diagram. " + "; ".join(said) + "."


class _Words:
    """What stands in the boxes."""

    def __init__(self, boxes: pd.DataFrame, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self._rows: dict[tuple[str, str], list[tuple[object, object, str]]] = {}
        for box, arm, reason, count, unit in boxes[["box", "arm", "reason", "count", "unit"]].itertuples(index=False):
            self._rows.setdefault((str(box), str(arm)), []).append((reason, count, str(unit)))

    def has(self, box: str, arm: str = "") -> bool:
        return bool(self._of(box, arm))

    def lines(self, box: str, arm: str = "") -> tuple[str, ...]:
        """Number of a box, and below it those of its parts, which have the same unit."""
        return tuple(
            counted(count, unit) if pd.isna(reason) else f"{reason}: {counted(count, '')}"  # type: ignore[call-overload]
            for reason, count, unit in self._of(box, arm)
        )

    def end(self, box: str, row: int, column: int) -> Box:
        """A box of studies, with the reports of these studies."""
        more = tuple(
            f"{self.labels[other]}: {line}"
            for other in dict(ENDS)[box]
            for line in self.lines(other)
            if self.has(other)
        )
        return Box(row, column, self.labels[box], self.lines(box) + more)

    def _of(self, box: str, arm: str) -> list[tuple[object, object, str]]:
        if arm:
            return self._rows.get((box, arm), [])
        return [row for (code, _), rows in self._rows.items() if code == box for row in rows]


def counted(count: object, unit: str) -> str:
    """A number with its unit, joined by a no-break space; without a unit, the number alone; else *not stated*."""
    if pd.isna(count):  # type: ignore[call-overload]
        return NOT_STATED
    one = {"studies": "study"}.get(unit, unit.removesuffix("s"))
    return f"{numbers.whole(count)}\xa0{one if count == 1 else unit}".strip()  # type: ignore[arg-type]
