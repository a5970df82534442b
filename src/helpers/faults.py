"""What is wrong, said for people: one record per fault, all faults at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

SHOWN = 200  # faults printed; `--json` has all


@dataclass(frozen=True, order=True)
class Fault:
    """One broken rule.

    Attributes
    ----------
    file : str
        Path relative to the review's folder.
    row : int or None
        Line of the file as an editor counts it (the header is line 1); None when the fault is not in one row.
    column : str or None
        Column, cell or key.
    value : str or None
        What stands there now.
    rule : str
        Short name of the rule, e.g. ``events-within-total``.
    message : str
        What is wrong, in a sentence.
    fix : str
        What to do next, in a sentence.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: str
    message: str
    fix: str

    def __str__(self) -> str:
        place = self.file + (f", line {self.row}" if self.row is not None else "")
        if self.column:
            place += f", {self.column}"
        found = f" (found {self.value!r})" if self.value is not None else ""
        return f"{place}: {self.message}{found}\n    rule {self.rule}. {self.fix}"

    def to_dict(self) -> dict[str, object]:
        """The fault as plain values, in the order of the attributes."""
        return asdict(self)


class ReviewError(Exception):
    """A finding that people must mend; printed without a traceback.

    Parameters
    ----------
    faults : sequence of Fault
        Every fault found, never only the first.
    headline : str, optional
        What could not be done because of them.
    """

    def __init__(self, faults: Sequence[Fault], headline: str = "") -> None:
        self.faults = tuple(faults)
        self.headline = headline
        count = len(self.faults)
        lines = [f"{headline or 'The review breaks its own rules'}: {count} fault{'s' * (count != 1)}"]
        lines += [f"  {fault}" for fault in self.faults[:SHOWN]]
        if count > SHOWN:
            lines.append(f"  and {count - SHOWN} more; mend these first, for one cause often makes many faults")
        super().__init__("\n".join(lines))
