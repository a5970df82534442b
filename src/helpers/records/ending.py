"""Whether the last record of a file is whole, held against how the others end: a broken download must not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from helpers.records.building import Raw

_SOURCE = "SO"  # PubMed ends every record with its source and every source with a full stop; books end with AID
_OF_PUBMED = ("STAT",)  # ERIC has OWN too


class Endings:
    """How the records of a file end, gathered while they pass.

    Parameters
    ----------
    titles : collection of str
        Names of the format that hold a title.
    has_end_mark : bool
        Whether the format closes each record with a line (``ER``).
    compares_names : bool
        Whether records are lists of named fields without any such line: then only their last names can be compared.
    ends_mid_line : bool
        Whether the file's last line has no end.

    Attributes
    ----------
    is_unseen : bool
        Whether the file shows no habit by which the last record could be judged; known when it was.
    """

    def __init__(
        self, titles: Collection[str], *, has_end_mark: bool, compares_names: bool, ends_mid_line: bool
    ) -> None:
        self._titles = titles
        self._has_end_mark, self._compares_names = has_end_mark, compares_names
        self._ends_mid_line = ends_mid_line
        self._closed = self._open = 0
        self._names: Counter[str] = Counter()
        self._stopped = 0  # sources that end with a full stop
        self.is_unseen = False

    def pass_by(self, raw: Raw) -> None:
        """One record that others follow."""
        if self._has_end_mark:
            self._closed += raw.is_closed
            self._open += not raw.is_closed
        elif self._compares_names:
            self._names[raw.last] += 1
            self._stopped += raw.last == _SOURCE and raw.fields[_SOURCE][-1].endswith(".")

    def why_not_whole(self, last: Raw) -> str:
        """Why the last record seems to be cut off; empty where nothing says so.

        A file that closes none of its records is read as it is: some tools leave the closing lines out.
        """
        if self._has_end_mark:
            return "" if last.is_closed else self._open_record(last)
        return self._by_names(last) if self._compares_names else ""

    def _open_record(self, last: Raw) -> str:
        if not self._has_title(last):
            return "the record that begins here has no title yet"
        return (
            "the record that begins here has no closing ER line, the others have" if self._closed > self._open else ""
        )

    def _by_names(self, last: Raw) -> str:
        others = self._names.total()
        usual, count = self._names.most_common(1)[0] if others else ("", 0)
        if not others and any(name in last.fields for name in _OF_PUBMED):
            usual = _SOURCE
        is_habit = (count == others > 1) or (usual == _SOURCE and 2 * count >= others)
        self.is_unseen = not is_habit and not (last.last == _SOURCE and "PMID" in last.fields)
        is_whole_book = "BTI" in last.fields and last.last == "AID"
        if others and not self._has_title(last):
            return "the record that begins here has no title yet"
        if is_habit and last.last != usual and not is_whole_book:
            return f"the record that begins here ends with {last.last or 'nothing'}, such records end with {usual}"
        if last.last == usual == _SOURCE and 0 < self._stopped == count and not last.fields[_SOURCE][-1].endswith("."):
            return "the last line of the record that begins here (SO) has no full stop at its end, the others have"
        return "the last line of the record that begins here has no end" if self._ends_mid_line else ""

    def _has_title(self, raw: Raw) -> bool:
        return any(value.strip() for name in self._titles for value in raw.fields.get(name, ()))
