"""What a reading has to tell: notes for the operator, and faults that stop the import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.faults import Fault, ReviewError
from helpers.records.clean import text

MOST_FAULTS = 50  # after so many the file is broken as a whole, and more lines would only hide the first

EXPORT_AGAIN = (
    "Export again: in PubMed Save, all results, format PubMed; on Embase.com Export, format RIS; "
    "in Ovid Export, format RIS."
)

#: Sentence for one case and for several, each with the line of the first.
SENTENCES = {
    "no-end": (
        "One record has no closing ER line (line {line}); it was kept.",
        "{count} records have no closing ER line (the first begins at line {line}); they were kept.",
    ),
    "left-out": (
        "The record that begins at line {line} breaks off before it says anything of itself; it was left out.",
        "",
    ),
    "unseen-end": (
        "Nothing in the file shows whether its last record (line {line}) is whole; "
        "compare the number of records with the one the database showed, and look at this record.",
        "",
    ),
    "no-line-end": (
        "The file ends without a line end, which most tools write; "
        "compare the number of records with the one the database showed.",
        "",
    ),
    "gap": (
        "The records are numbered, and one number is missing (line {line}: {sample}); "
        "compare the number of records with the one the database showed.",
        "The records are numbered, and numbers are missing at {count} places (the first is line {line}: {sample}); "
        "compare the number of records with the one the database showed.",
    ),
    "between": (
        "One line between the records belongs to none and was passed over (line {line}: {sample}).",
        "{count} lines between the records belong to none and were passed over (the first is line {line}: {sample}).",
    ),
    "page-header": (
        "One page header inside a record was passed over (line {line}: {sample}).",
        "{count} page headers inside records were passed over (the first is line {line}: {sample}).",
    ),
    "no-title": (
        "One record has no title, only an identifier (line {line}); it was kept.",
        "{count} records have no title, only an identifier (the first begins at line {line}); they were kept.",
    ),
    "two-titles": (
        "One record has two titles (line {line}); if the line that begins a record is missing there, put it back.",
        "{count} records have two titles (the first begins at line {line}); "
        "if the line that begins a record is missing there, put it back.",
    ),
    "no-title-or-id": (
        "One record has neither a title nor an identifier (line {line}: {sample}); it was kept.",
        "{count} records have neither a title nor an identifier (the first at line {line}: {sample}); they were kept.",
    ),
    "unread": (
        "One field for the {fact} could not be read and its text was kept apart (record at line {line}, {sample}).",
        "{count} fields for the {fact} could not be read and their text was kept apart (the first in the record at line {line}, "
        "{sample}).",
    ),
    "elsewhere": (
        "One record has no {fact} of its own; what looks like one stands in a field that is not read for it "
        "(record at line {line}, {sample}).",
        "{count} fields look like the {fact} of a record that has none, but are not read for it "
        "(the first in the record at line {line}, {sample}).",
    ),
    "authors-unclear": (
        "One list of authors does not show where a name ends (record at line {line}: {sample}); look at its authors.",
        "{count} lists of authors do not show where a name ends (the first in the record at line {line}: {sample}); "
        "look at their authors.",
    ),
    "turned-into-date": (
        "One cell for pages or the issue holds a date, as a spreadsheet makes it of 3-12 (record at line {line}: {sample}); "
        "export again and do not open the file.",
        "{count} cells for pages or the issue hold a date, as a spreadsheet makes it of 3-12 "
        "(the first in the record at line {line}: {sample}); export again and do not open the file.",
    ),
    "composite": (
        "One journal holds a volume or pages too, in a form that is not taken apart (record at line {line}: {sample}).",
        "{count} journals hold a volume or pages too, in a form that is not taken apart "
        "(the first in the record at line {line}: {sample}).",
    ),
    "relation-unread": (
        "One relation to another record names neither a PMID nor a DOI (record at line {line}, {sample}).",
        "{count} relations to other records name neither a PMID nor a DOI (the first in the record at line {line}, {sample}).",
    ),
    "retracted": (
        "One record says that its publication was retracted (line {line}: {sample}).",
        "{count} records say that their publications were retracted (the first at line {line}: {sample}).",
    ),
    "latex": (
        "One LaTeX command is not known; its text was kept without it (entry at line {line}: {sample}).",
        "{count} LaTeX commands are not known; their text was kept without them (the first in the entry at line {line}: {sample}).",
    ),
    "behind-end": (
        "One field stands behind the end of its record and was added to it (line {line}, {sample}).",
        "{count} fields stand behind the ends of their records and were added to them (the first is line {line}, {sample}).",
    ),
    "before-start": (
        "One field stands in front of the line that begins its record and was added to it (line {line}, {sample}).",
        "{count} fields stand in front of the lines that begin their records and were added to them "
        "(the first is line {line}, {sample}).",
    ),
    "selection": (
        "The records are numbered as a selection of a longer list (the last is {sample}); "
        "compare the number of records with the number selected.",
        "",
    ),
    "single-cell": (
        "One row holds a single cell (line {line}: {sample}); look whether it is a record.",
        "{count} rows hold a single cell (the first is line {line}: {sample}); look whether they are records.",
    ),
    "empty-row": (
        "One row holds nothing but delimiters and was passed over (line {line}).",
        "{count} rows hold nothing but delimiters and were passed over (the first is line {line}).",
    ),
    "long": (
        "One field is longer than a spreadsheet's cell (record at line {line}, {sample}); "
        "records.csv keeps its beginning, the stored export all of it.",
        "{count} fields are longer than a spreadsheet's cell (the first in the record at line {line}, {sample}); "
        "records.csv keeps their beginning, the stored export all of them.",
    ),
    "short-row": (
        "One row has fewer cells than the header (line {line}); the missing ones were taken as empty.",
        "{count} rows have fewer cells than the header (the first is line {line}); the missing ones were taken as empty.",
    ),
    "same-field": (
        "One entry names a field twice (line {line}: {sample}); both values were kept.",
        "{count} entries name a field twice (the first at line {line}: {sample}); both values were kept.",
    ),
}


def anyway_option(file: str, rule: str) -> str:
    """The option that lets one doubt about one file pass, as it is typed."""
    name = f"{file.partition(': ')[0]}={rule}"
    return f'--anyway "{name}"' if " " in name else f"--anyway {name}"


def _cut_off(file: str, rule: str) -> str:
    return (
        f"Download the export again. If this is all there is, repeat the command with {anyway_option(file, rule)}: "
        "what can be read is kept, and this is noted with the import."
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """A place at which a file seems to have been cut off.

    Attributes
    ----------
    line : int
        Where the record begins that is not whole; where none has begun, the last line.
    rule, why, value : str
        For the fault.
    """

    line: int
    rule: str
    why: str
    value: str


@dataclass
class Findings:
    """Collects while a file is read; says each kind of thing once, with its number and first line.

    Attributes
    ----------
    file : str
        Name of the file, for the faults.
    left_out : int
        Records that begin at the end of a file cut off and say nothing of themselves yet.
    """

    file: str
    left_out: int = 0
    _said: list[str] = field(default_factory=list)
    _cuts: list[Cut] = field(default_factory=list)
    _noted: dict[str, tuple[str, int, int, str, str]] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _more: int = 0

    def note(self, kind: str, line: int, sample: str = "", *, key: str = "", fact: str = "") -> None:
        """Remember one case of a kind in `SENTENCES`; cases with another `key` are told apart."""
        _, count, first, said, _ = self._noted.get(key or kind) or (kind, 0, line, shorten(sample), fact)
        self._noted[key or kind] = (kind, count + 1, first, said, fact)

    def say(self, sentence: str) -> None:
        """One note in its own words, in front of the others."""
        self._said.append(sentence)

    def cut(self, line: int, rule: str, why: str, *, value: str = "") -> None:
        """The file seems to be cut off; told once for each line, and settled when all of it was read."""
        if not self.is_cut(line):
            self._cuts.append(Cut(line, rule, why, value))

    def is_cut(self, line: int | None = None) -> bool:
        """Whether the file seems to be cut off, in the record that begins at a line."""
        return any(line in (None, one.line) for one in self._cuts)

    def settle_cuts(self, read: str, *, passes: Callable[[str], bool]) -> None:
        """Make faults of the places where the file seems to be cut off; or notes, where the operator says it is not.

        Parameters
        ----------
        read : str
            A sentence: how much was read, and which record is the last whole one.
        passes : function of a rule
            Whether the operator has looked at the file and lets this doubt pass.
        """
        for one in self._cuts:
            if passes(one.rule):
                self.say(
                    f"The file seems to be cut off (line {one.line:,}): {one.why}. {read} It was used all the same."
                )
            else:
                message = f"The file seems to be cut off here: {one.why}. {read}"
                self.fault(one.line, one.rule, message, value=one.value or None, fix=_cut_off(self.file, one.rule))
        self._cuts = []

    def fault(self, line: int | None, rule: str, message: str, *, value: str | None = None, fix: str = "") -> None:
        """Remember one fault; past `MOST_FAULTS` only their number."""
        if len(self._faults) < MOST_FAULTS:
            shown = None if value is None else shorten(value)
            self._faults.append(Fault(self.file, line, None, shown, rule, message, fix or EXPORT_AGAIN))
        else:
            self._more += 1

    @property
    def notes(self) -> tuple[str, ...]:
        """The sentences, in the order in which their first cases were met."""
        return *self._said, *(
            SENTENCES[kind][count > 1].format(count=f"{count:,}", line=line, sample=sample, fact=fact)
            for kind, count, line, sample, fact in self._noted.values()
        )

    def raise_faults(self) -> None:
        """Stop here if anything is wrong, with everything that is wrong.

        Raises
        ------
        ReviewError
            The faults found so far.
        """
        if not self._faults:
            return
        faults = list(self._faults)
        if self._more:
            message = f"{self._more:,} further faults of this file are not listed."
            faults.append(Fault(self.file, None, None, None, "many-faults", message, "Mend the listed ones first."))
        raise ReviewError(faults, f"{self.file} was not imported")


def shorten(value: str, length: int = 80) -> str:
    """The beginning of a text, on one line, without control characters, for a message."""
    line = text(value[: 4 * length])
    return line if len(line) <= length else line[: length - 1] + "\u2026"
