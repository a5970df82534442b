"""The boxes of a flow as they are written down, each with what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from helpers.screening.fates import Fate

ALL, PREVIOUS = "all", "previous"
COLUMNS = (
    *("box_id", "update_id", "box", "arm", "reason", "count", "unit", "as_printed"),
    *("note", "source_id", "locator"),
)


@dataclass(frozen=True)
class Flow:
    """The boxes of one update and what stands behind each.

    Attributes
    ----------
    boxes : DataFrame
        Columns of ``data/flow.csv``: one row a box, and one for each part (``reason``) of a box that is split.
    members : mapping of str to tuple of str
        Record, report or study ids behind a box or part, by ``box_id``; a box whose number is not known has none.
    ended : mapping of str to str
        Box or part in which the way of each record ended, by record id: each record once.
    """

    boxes: pd.DataFrame
    members: Mapping[str, tuple[str, ...]]
    ended: Mapping[str, str] = field(default_factory=dict)


class Sheet:
    """Collects boxes and their members."""

    def __init__(self, update_id: str, source_id: str) -> None:
        self.update_id, self.source_id = update_id, source_id
        self.rows: list[dict[str, Any]] = []
        self.members: dict[str, tuple[str, ...]] = {}
        self.ended: dict[str, str] = {}

    def records(
        self, box: str, arm: str, found: list[Fate], *, parts: Mapping[str, list[Fate]] | None = None, note: str = ""
    ) -> None:
        """A box that counts records."""
        self._with_parts(box, arm, "records", found, parts or {}, lambda f: f.record, note)

    def reports(self, box: str, arm: str, found: list[Fate], *, parts: Mapping[str, list[Fate]] | None = None) -> None:
        """A box that counts reports."""
        self._with_parts(box, arm, "reports", found, parts or {}, lambda f: f.report, "")

    def add(
        self,
        box: str,
        arm: str,
        count: int | None,
        unit: str,
        members: Iterable[str],
        *,
        reason: str = "",
        note: str = "",
        at: str = "",
    ) -> str:
        """One row, and what stands behind it; its id."""
        name = _identifier(self.update_id, arm, box, reason)
        while name in self.members:  # two reasons whose letters are the same
            name += "-2"
        self.members[name] = tuple(members)
        self.rows.append(
            {
                "box_id": name,
                "update_id": self.update_id,
                "box": box,
                "arm": arm,
                "reason": reason or pd.NA,
                "count": pd.NA if count is None else count,
                "unit": unit,
                "note": note or pd.NA,
                "source_id": self.source_id,
                "locator": at or f"data/updates/{self.update_id}",
            }
        )
        return name

    def flow(self) -> Flow:
        """What was collected."""
        boxes = pd.DataFrame(self.rows, columns=list(COLUMNS))
        text = {name: "string" for name in COLUMNS if name != "count"}
        return Flow(boxes.astype(text | {"count": "Int64"}), self.members, self.ended)

    def _with_parts(
        self,
        box: str,
        arm: str,
        unit: str,
        found: list[Fate],
        parts: Mapping[str, list[Fate]],
        of: Callable[[Fate], str],
        note: str,
    ) -> None:
        for reason, some in {"": found, **parts}.items():  # a part comes after its whole, and is where the way ended
            name = self.add(box, arm, len(some), unit, map(of, some), reason=reason, note="" if reason else note)
            self.ended |= {fate.record: name for fate in some if fate.box == box}


def _identifier(update_id: str, arm: str, box: str, reason: str) -> str:
    words = [] if arm in (ALL, PREVIOUS) else [arm]
    text = "-".join(["flow", update_id, *words, box, reason]).casefold()
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text).split())
