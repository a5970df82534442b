"""BibTeX, entry by entry through bibtexparser: a broken entry cannot take its neighbours along."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator

import bibtexparser
from bibtexparser import Library
from bibtexparser.model import DuplicateFieldKeyBlock, Entry, ImplicitComment

from helpers.records import clean
from helpers.records.building import Raw
from helpers.records.findings import Findings

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would warn of is told by a fault
_START = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
_CUT_START = re.compile(r"\s*@\s*[A-Za-z]*\s*")
_STRING_NAME = re.compile(r"\s*@\s*string\s*[{(]\s*([^\s=]+)\s*=", re.IGNORECASE)
_BARE_WORD = re.compile(r"[=#]\s*([A-Za-z][^\s,#{}\"=]*)")
_NO_ENTRY = ("comment", "preamble")
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "th": "þ", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
    "geq": "≥", "leq": "≤", "pm": "±", "times": "×", "textgreater": ">", "textless": "<", "textbackslash": "",
}  # fmt: skip
_ACCENT = re.compile(r"\\(?:([`'^~\"=.])\s*|([uvHckrdb])(?:\s+|(?=\{)))\{?\s*\\?([A-Za-z])\s*\}?")
_COMMAND = re.compile(r"\\([A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_BARE = re.compile(r"(?<!\\)[{}$]")
# Fields of addresses and numbers, where a tilde or a dollar is itself.
_VERBATIM = frozenset({"doi", "url", "file", "pmid", "pmcid", "eprint"})


def parse(lines: Iterable[str], findings: Findings) -> Iterator[Raw]:
    """Entries of a BibTeX file, one at a time; equal keys are no obstacle.

    Parameters
    ----------
    lines : iterable of str
        Without line ends.
    findings : Findings
        Is told of entries that cannot be read, each with its line.

    Yields
    ------
    Raw
        Names are those of the fields, lower case, and ``entry type`` and ``entry key``.
    """
    strings: dict[str, str] = {}  # abbreviations the file defines, by name
    for begun, kind, block, is_last in _blocks(lines, findings):
        if kind == "string":
            if named := _STRING_NAME.match(block):
                strings[named[1].lower()] = block
        elif kind not in _NO_ENTRY:
            record = _entry(begun, block, _needed(block, strings), findings, is_last=is_last)
            if record:
                yield record


def _blocks(lines: Iterable[str], findings: Findings) -> Iterator[tuple[int, str, str, bool]]:
    """Line, kind and text of each block, and whether it is the last one."""
    begun, kind, block = 0, "", list[str]()
    for number, line in enumerate(lines, start=1):
        if found := _START.match(line):
            if begun:
                yield begun, kind, "\n".join(block), False
            begun, kind, block = number, found[1].lower(), []
        if begun:
            block.append(line)
        elif line.strip() and not line.lstrip().startswith("%"):
            findings.note("between", number, line)
    if begun:
        yield begun, kind, "\n".join(block), True


def _needed(block: str, strings: dict[str, str]) -> str:
    """Definitions of the abbreviations that a block uses, and of those that these use, first the deepest."""
    needed: dict[str, None] = {}
    ahead = [block] if strings else []
    while ahead:
        for name in map(str.lower, _BARE_WORD.findall(ahead.pop())):
            if name in strings and name not in needed:
                needed[name] = None
                ahead.append(strings[name])
    return "\n".join(strings[name] for name in reversed(needed))


def _entry(begun: int, block: str, strings: str, findings: Findings, *, is_last: bool) -> Raw | None:
    library = bibtexparser.parse_string(f"{strings}\n{block}")
    if is_last and not library.entries and _is_open(library):
        why = "the entry that begins here is never closed"
        findings.cut(begun, "entry-is-whole", why, value=block.rsplit("\n", 1)[-1])
        closed = _closed(strings, block)
        if closed is None:
            findings.left_out += 1
            findings.note("left-out", begun)
            return None
        library = closed
    _text_behind(library, begun - strings.count("\n") - 1, findings, is_last=is_last)
    entries: list[Entry] = list(library.entries)
    for failed in library.failed_blocks:
        inner = failed.ignore_error_block
        if isinstance(failed, DuplicateFieldKeyBlock) and isinstance(inner, Entry):
            findings.note("same-field", begun, ", ".join(sorted(failed.duplicate_keys)))
            entries.append(inner)
    if len(entries) != 1:
        failures = [getattr(failed.error, "abort_reason", str(failed.error)) for failed in library.failed_blocks]
        reason = (failures or ["there is no entry in it"])[0].rstrip(".")
        findings.fault(
            begun,
            "entry-is-whole",
            f"The entry that begins here cannot be read ({reason}).",
            value=block.split("\n", 1)[0],
            fix="A brace or a comma is missing, or the file was cut off: mend the entry, or export again.",
        )
        return None
    record = Raw(begun)
    record.add("entry type", entries[0].entry_type)
    record.add("entry key", entries[0].key)
    for field in entries[0].fields:
        name = field.key.lower()
        value = clean.text(str(field.value))
        if len(value) > 1 and value[0] == value[-1] == '"':  # left where a field is named twice
            value = value[1:-1]
        if (value.startswith("{") and value.endswith("}")) or "\\" in value or "{" in value:
            value = _plain(value, verbatim=name in _VERBATIM)
        if name == "pages":
            value = re.sub(r"-{2,3}", "-", value)
        record.add(name, value)
    return record


def _is_open(library: Library) -> bool:
    return any("end of file" in getattr(one.error, "abort_reason", "") for one in library.failed_blocks)


def _closed(strings: str, block: str) -> Library | None:
    """A last entry as it reads with the braces that it lacks, without a field that has only begun; None if none has."""
    whole_fields = block[: block.rfind(",") + 1]
    for text in (f"{block}\n}}", f"{block}}}\n}}", f'{block}"\n}}', f"{block}}}}}\n}}", f"{whole_fields}\n}}"):
        library = bibtexparser.parse_string(f"{strings}\n{text}")
        if len(library.entries) == 1 and not library.failed_blocks:
            return library
    return None


def _text_behind(library: Library, above: int, findings: Findings, *, is_last: bool) -> None:
    """Tell of text behind an entry, which belongs to none; at the end of the file it may be what is left of one."""
    for comment in library.comments:
        for offset, line in enumerate((comment.raw or "").split("\n") if isinstance(comment, ImplicitComment) else ()):
            number = above + (comment.start_line or 0) + offset
            if is_last and _CUT_START.fullmatch(line):
                findings.cut(number, "entry-is-whole", "an entry begins here and goes no further", value=line)
            elif line.strip() and not line.lstrip().startswith("%"):
                findings.note("between", number, line)


def _plain(value: str, *, verbatim: bool) -> str:
    """A value without its braces, its accents as letters; a command that is not known stays as it is written."""
    if not verbatim:
        value = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", m[3] + _ACCENTS[m[1] or m[2]]), value)
        value = _COMMAND.sub(lambda m: _LETTERS.get(m[1], m.group()), value)
    value = _BARE.sub("", value) if not verbatim else value.strip("{}")
    return _ESCAPED.sub(r"\1", value)
