"""One export from its path to its records, with the proof that none was lost and an account of what was not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import fields
from pathlib import Path

from helpers.faults import Fault, ReviewError
from helpers.records import bibtex, ctgov, nbib, ris, table, tagged, xml_exports
from helpers.records import vocabulary as words
from helpers.records.building import Raw, build
from helpers.records.columns import Header, find_header
from helpers.records.counting import count_starts
from helpers.records.encoding import Text, files_of, read_text
from helpers.records.ending import Endings
from helpers.records.findings import Findings, anyway_option, shorten
from helpers.records.record import Import, Record
from helpers.records.sniffing import HEAD, sniff

_WORDS = {
    "ris": words.RIS,
    "nbib": words.NBIB,
    "wos": words.WOS,
    "enw": words.ENW,
    "endnote_xml": words.ENDNOTE_XML,
    "pubmed_xml": words.NBIB,
    "ictrp_xml": words.TABLE,
    "ctgov_json": words.TABLE,
    "bibtex": words.BIBTEX,
    "csv": words.TABLE,
    "tsv": words.TABLE,
}


_SAMPLE = 50  # records that show where a file comes from
#: What a record should have; the names are those that people use.
_EXPECTED = {"title": "title", "authors": "authors", "year": "year", "journal": "journal", "doi": "DOI"}
_NO_TAGS = frozenset(
    {"TY", "entry type", "entry key", ris.LOOSE, "cut off", "record_id", "export_id", "position", "line"}
)
_MOST_NAMES = 40


class Coverage:
    """What the records of a file have and what of it was not used, gathered while they pass."""

    def __init__(self) -> None:
        self.count = 0
        self._without: dict[str, list[int]] = {name: [0, 0] for name in (*_EXPECTED, "pmid", "accession")}
        self._unused: Counter[str] = Counter()
        self._seen: set[str] = set()

    def see(self, raw: Raw) -> None:
        """The names and values of one record, as the file writes them."""
        if self.count < _SAMPLE:
            self._seen |= {f"{name}={value[:200]}" for name, values in raw.fields.items() for value in values[:3]}

    def add(self, record: Record, vocabulary: words.Vocabulary) -> None:
        """One record."""
        self.count += 1
        for name, lacking in self._without.items():
            if not getattr(record, name):
                lacking[0] += 1
                lacking[1] = lacking[1] or record.line
        self._unused.update(
            name for name in record.other if name not in _NO_TAGS and name not in known_names(vocabulary)
        )

    @property
    def platform(self) -> words.Platform | None:
        """Where the file comes from, where its records tell."""
        return next((one for one in words.PLATFORMS if any(map(one.mark.search, self._seen))), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that such a platform always gives, and no record has."""
        always = self.platform.always if self.platform else ()
        return tuple(name for name in always if self.count and self._without[name][0] == self.count)

    def sentences(self) -> tuple[str, ...]:
        """Which fields no record has, which are empty in some, and what was not used."""
        found = []
        none = [said for name, said in _EXPECTED.items() if self.count and self._without[name][0] == self.count]
        some = [
            f"{said} in {count:,} (the first at line {line:,})"
            for name, said in _EXPECTED.items()
            for count, line in [self._without[name]]
            if 0 < count < self.count
        ]
        if none:
            found.append(f"No record has: {', '.join(none)}.")
        if some:
            found.append(f"Empty in some of the {self.count:,} records: {', '.join(some)}.")
        if self._unused:
            names = [f"{name} ({count:,})" for name, count in self._unused.most_common(_MOST_NAMES)]
            more = f", and {len(self._unused) - _MOST_NAMES} more" if len(self._unused) > _MOST_NAMES else ""
            found.append(f"Not used, but kept in the stored export: {', '.join(names)}{more}.")
        return tuple(found)


def known_names(vocabulary: words.Vocabulary) -> frozenset[str]:
    """Every name that a format has for any fact."""
    if vocabulary not in _KNOWN:
        values = (getattr(vocabulary, field.name) for field in fields(vocabulary))
        _KNOWN[vocabulary] = frozenset(name for names in values if isinstance(names, tuple) for name in names)
    return _KNOWN[vocabulary]


_KNOWN: dict[words.Vocabulary, frozenset[str]] = {}


class _Reading:
    """A file being read: format and encoding are known, findings grow while the records pass.

    Parameters
    ----------
    path : Path
        The file.
    name, data : str, bytes or None
        What it is called in messages; its bytes, where it lies in an archive.
    anyway : bool or collection of str
        Doubts, by rule, that the operator has looked at; True for all.
    before : int
        Records in the files of the same archive that were read before.
    """

    def __init__(
        self, path: Path, name: str, data: bytes | None, *, anyway: bool | Collection[str], before: int = 0
    ) -> None:
        self.findings = Findings(name)
        self.anyway = anyway
        self.before = before
        self.text: Text = read_text(path, data)
        self.format = sniff(self.text.head(HEAD), name, self.text.encoding)
        is_table = self.format in ("csv", "tsv")
        self.header: Header | None = find_header(self.text.lines()) if is_table else None
        if is_table and not self.header:  # the first bytes looked like one, the text as it is encoded does not
            self.findings.fault(None, "is-an-export", "No row names a column for the title and another known one.")
            self.findings.raise_faults()
        if self.text.note:
            self.findings.say(self.text.note)
        self.words = _WORDS[self.format]
        # A quoted cell that is closed is whole, whether a line end follows or not.
        self.ends_open = self.text.ends_mid_line and not (is_table and self.text.last == '"')
        self.endings = Endings(
            self.words.title,
            has_end_mark=self.format in ("ris", "wos"),
            compares_names=self.format == "nbib" or (self.header is not None and self.header.by_row),
            ends_mid_line=self.ends_open,
        )
        self.coverage = Coverage()
        self.last_whole = 0, ""  # line and title
        self.started = self.parsed = self.halves = 0

    def records(self) -> Iterator[Record]:
        """The records, one at a time; at the end the faults, if there are any."""
        last: Raw | None = None
        for raw in self._raws():
            if last is not None:
                self.endings.pass_by(last)
                yield from self._record(last)
            last = raw
        if last is not None:
            yield from self._last(last)
        self._prove()

    def _raws(self) -> Iterator[Raw]:
        if self.header:
            ends = self.text.ends_mid_line
            return table.parse(self.text.lines(), self.header, self.findings, ends_mid_line=ends)
        if self.format.endswith("_xml"):
            return xml_exports.parse(self.text.chunks(), self.findings, self.format)
        if self.format == "ctgov_json":
            return ctgov.parse(self.text.whole(), self.findings)
        if self.format == "ris":
            return ris.parse(self.text.lines(), self.findings, self.text.ends_mid_line)
        parse = {"nbib": nbib.parse, "wos": tagged.parse_wos, "enw": tagged.parse_enw, "bibtex": bibtex.parse}[
            self.format
        ]
        return parse(self.text.lines(), self.findings)

    def _last(self, raw: Raw) -> Iterator[Record]:
        """The last record, which may be cut off."""
        if not self.findings.is_cut() and (why := self.endings.why_not_whole(raw)):
            self.findings.cut(raw.line, "record-is-whole", why, value=raw.fields.get(raw.last, [""])[-1])
        is_half = self.findings.is_cut(raw.line)
        if not raw.is_closed and not is_half:
            self.findings.note("no-end", raw.line)
        if not is_half and self.endings.is_unseen:
            self.findings.note("unseen-end", raw.line)
        if not self.findings.is_cut() and self.ends_open and self.format in ("ris", "enw", "csv", "tsv"):
            self.findings.note("no-line-end", raw.line)
        if is_half and self.ends_open:
            self._set_aside_last_value(raw)
        yield from self._record(raw, is_half=is_half)

    def _set_aside_last_value(self, raw: Raw) -> None:
        """Half an identifier names another publication; half a title or abstract is still of use."""
        if raw.last in (*self.words.title, *self.words.abstract, *self.words.keywords) or not raw.fields.get(raw.last):
            return
        half = raw.fields[raw.last].pop()
        raw.add("cut off", f"{raw.last}: {half}")

    def _record(self, raw: Raw, *, is_half: bool = False) -> Iterator[Record]:
        self.coverage.see(raw)
        record = build(raw, self.words, position=self.before + self.parsed + 1, findings=self.findings)
        if not record.title and not record.has_identifier:
            if is_half:
                self.findings.left_out += 1
                self.findings.note("left-out", raw.line)
                return
            says = record.abstract or "; ".join(filter(None, ("; ".join(record.authors), record.journal, record.pages)))
            if not says and not self._passes(SAYS_NOTHING):
                self.findings.fault(
                    record.line,
                    SAYS_NOTHING,
                    "The record that begins here has neither a title nor any identifier, authors, journal or abstract.",
                    value="; ".join(value for values in record.other.values() for value in values)
                    or record.year
                    or None,
                    fix=f"Look at it. If it is to be kept as it is, repeat the command with {anyway_option(self.findings.file, SAYS_NOTHING)}",
                )
                return
            self.findings.note("no-title-or-id", record.line, says)
        elif not record.title:
            self.findings.note("no-title", record.line)
        self.parsed += 1
        self.coverage.add(record, self.words)
        if is_half:
            self.halves += 1
        else:
            self.last_whole = record.line, record.title
        yield record

    def _passes(self, rule: str) -> bool:
        """Whether the operator lets a doubt pass."""
        return self.anyway if isinstance(self.anyway, bool) else rule in self.anyway

    def _prove(self) -> None:
        self.findings.settle_cuts(self._read_so_far(), passes=self._passes)
        self.findings.raise_faults()
        self.started = count_starts(self.text, self.format, self.header) - self.findings.left_out
        if self.started != self.parsed:
            self.findings.fault(
                None,
                "no-record-lost",
                f"{self.started:,} records begin in the file, but {self.parsed:,} were read.",
                fix="The import is not used. Send the file to whoever maintains this program; do not work around it.",
            )
        elif not self.started:
            self.findings.fault(None, "no-record-lost", "There is no record in the file.")
        self.findings.raise_faults()

    def _read_so_far(self) -> str:
        """How much was read, and where it ends; for the operator to compare."""
        whole = self.parsed - self.halves
        if not whole:
            return "No whole record was read."
        line, title = self.last_whole
        said = f" ({shorten(title)})" if title else ""
        count = (
            "One whole record was read; it" if whole == 1 else f"{whole:,} whole records were read; the last of them"
        )
        return f"{count} begins at line {line:,}{said}."


SAYS_NOTHING = "record-says-what-it-is"


def _files(path: Path, *, anyway: bool | Collection[str]) -> Iterator[_Reading]:
    """The file, or each export in an archive; what else an archive holds is told, and refused if it holds no export."""
    inside = files_of(path)
    is_archive = len(inside) > 1 or inside[0][1] is not None
    count, passed_over, faults = 0, list[str](), list[Fault]()
    last: _Reading | None = None
    for name, data in inside:
        try:
            one = _Reading(path, f"{path.name}: {name}" if is_archive else path.name, data, anyway=anyway, before=count)
        except ReviewError as error:
            if not is_archive or any(fault.rule != "is-an-export" for fault in error.faults):
                raise
            faults += error.faults
            passed_over.append(f"{name} in the archive is no export and was passed over: {error.faults[0].message}")
            continue
        last = one
        yield one
        count += one.parsed
    if last is None:
        raise ReviewError(faults, f"{path.name} was not imported")
    for sentence in passed_over:
        last.findings.say(sentence)


def iter_records(path: Path, *, anyway: bool | Collection[str] = False) -> Iterator[Record]:
    """The records of an export, one at a time, in memory that does not grow with the file.

    Parameters
    ----------
    path : Path
        The export, in any format that `sniff` knows.
    anyway : bool
        As for `read_export`.

    Yields
    ------
    Record
        In the order of the file.

    Raises
    ------
    ReviewError
        Before the first record when the file is no export; after the last one with every fault of the file. Records
        that came before are not to be used then.
    """
    for one in _files(Path(path), anyway=anyway):
        yield from one.records()


def read_export(path: Path, *, anyway: bool | Collection[str] = False) -> Import:
    """A whole export, with the proof that no record was lost.

    Parameters
    ----------
    path : Path
        The export, in any format that `sniff` knows; only read, never changed.
    anyway : bool or collection of str
        Doubts to let pass, by rule, True for all: use a file that seems to be cut off at its end (a note then says so; its
        last record is kept as far as it goes, without the value that breaks off if that is no title or abstract, and left out
        if it says nothing of itself yet), or that holds records that say nothing of themselves.

    Returns
    -------
    Import
        ``started == parsed == len(records)``.

    Raises
    ------
    ReviewError
        The file is no export, is broken, seems to be cut off, or a record was lost: each fault with the line where the
        record begins and what to do.
    """
    path = Path(path)
    done: list[_Reading] = []
    records: list[Record] = []
    faults: list[Fault] = []
    for one in _files(path, anyway=anyway):
        try:
            records += one.records()
        except ReviewError as error:
            faults += error.faults
        done.append(one)
    if faults:
        raise ReviewError(faults, f"{path.name} was not imported")
    shown = [f"{one.findings.file.removeprefix(path.name + ': ')}: " if len(done) > 1 else "" for one in done]
    coverage = tuple(name + line for name, one in zip(shown, done, strict=True) for line in one.coverage.sentences())
    notes = tuple(name + line for name, one in zip(shown, done, strict=True) for line in one.findings.notes)
    platforms = {one.coverage.platform.name for one in done if one.coverage.platform}
    return Import(
        file=path.name,
        format="+".join(dict.fromkeys(one.format for one in done)),
        encoding="+".join(dict.fromkeys(one.text.encoding for one in done)),
        started=sum(one.started for one in done),
        parsed=sum(one.parsed for one in done),
        records=records,
        notes=notes + coverage,
        platform=" and ".join(sorted(platforms)),
        missing=tuple(dict.fromkeys(name for one in done for name in one.coverage.missing)),
        coverage=coverage,
    )
