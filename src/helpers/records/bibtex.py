"""BibTeX, entry by entry through bibtexparser: a broken entry cannot take its neighbours along."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping

import bibtexparser
from bibtexparser import Library
from bibtexparser.model import DuplicateFieldKeyBlock, Entry, ImplicitComment
from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
)
from pylatexenc.latex2text import (
    get_default_latex_context_db as get_default_latex2text_context_db,
)
from pylatexenc.latexwalker import LatexWalker, get_default_latex_context_db
from pylatexenc.macrospec import LatexContextDb as MacroContext
from pylatexenc.macrospec import std_macro

from helpers.records import clean
from helpers.records.building import Raw
from helpers.records.findings import Findings

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would warn of is told by a fault
_START = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
_CUT_START = re.compile(r"\s*@\s*[A-Za-z]*\s*")
_STRING_NAME = re.compile(r"\s*@\s*string\s*[{(]\s*([^\s=]+)\s*=", re.IGNORECASE)
_BARE_WORD = re.compile(r"[=#]\s*([A-Za-z][^\s,#{}\"=]*)")
# Texts and abbreviations put together: title = "One " # "two", journal = jh # " B".
_PIECE = r'(?:"(?:[^"{}]|\{[^{}]{0,2000}\})*"|\{[^{}]{0,2000}\}|[A-Za-z][\w:.-]*|\d+)'
_CONCATENATED = re.compile(rf"(?<==)\s*({_PIECE}(?:\s*#\s*{_PIECE})+)(?=\s*(?:,|[}})]\s*$|$))", re.MULTILINE)
_PIECES = re.compile(_PIECE)
_DEFINED = re.compile(r"=\s*(?:\{(.*)\}|\"(.*)\"|(.*?))\s*[})]\s*$", re.DOTALL)
_NO_ENTRY = ("comment", "preamble")
_MACRO = re.compile(r"\\([A-Za-z]+)")
_RAISED = re.compile(r"(?<=\w)[_^](?=[\w+-])")  # CO_2, Ca^2+: what mathematics leaves of indices
_TIE = re.compile(r"(?<=\w)~(?=\w)")
_WAITS = re.compile(r"\\(?:[A-Za-z]+|[`'^~\"=.])$")  # "\c c", "\ss e"
_MATHEMATICS = re.compile(r"(?<!\\)\$(?:[^$]*[\\^_={}<>][^$]*|[A-Za-z]{1,3})\$")
_PRICE = re.compile(r"(?<!\\)\$")
_BARE = re.compile(r"(?<!\\)[{}$]")
# Fields of addresses and numbers, where a tilde or a dollar is itself.
_VERBATIM = frozenset({"doi", "url", "file", "pmid", "pmcid", "pubmed-id", "eprint", "howpublished", "bdsk-url-1"})
_ESCAPED = re.compile(r"\\([&%$#_{}~])")


def _latex_context() -> tuple[MacroContext, MacroContext]:
    """Pylatexenc's two tables: how macros are read, and what they print, with what BibTeX files hold beyond LaTeX's own."""
    reading = get_default_latex_context_db()
    printing = get_default_latex2text_context_db()
    signs = {"textless": "<", "textgreater": ">", "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\",
             "textbar": "|", "textunderscore": "_", "textquotesingle": "'", "textmu": "µ", "textpm": "±", "textdegree": "°"}  # fmt: skip
    kept = ["textit", "textbf", "textrm", "textsf", "texttt", "textsc", "textup", "textsl", "textmd", "textnormal", "emph", "enquote", "mkbibquote", "mkbibemph", "mkbibitalic", "mkbibbold", "textsuperscript", "textsubscript", "mbox", "hbox", "uppercase", "lowercase", "MakeUppercase", "MakeLowercase", "NoCaseChange", "ensuremath", "ce", "ch", "underline", "uline", "protect", "textquote", "url", "path", "bibinfo"]  # fmt: skip
    macros = [MacroTextSpec(name, sign) for name, sign in signs.items()]
    macros += [MacroTextSpec(name, "%s") for name in kept] + [
        MacroTextSpec("href", "%(2)s %(1)s"),
        MacroTextSpec("-", ""),
    ]
    printing.add_context_category("ours", macros=macros, prepend=True)
    args = [std_macro(name, False, 0) for name in signs] + [std_macro(name, False, 1) for name in kept]
    reading.add_context_category("ours", macros=[*args, std_macro("href", False, 2)], prepend=True)
    return reading, printing


_READING, _PRINTING = _latex_context()
_TO_TEXT = LatexNodes2Text(latex_context=_PRINTING, math_mode="text", strict_latex_spaces=False, keep_comments=True)


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
            block = _joined(block, strings)
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


def _joined(block: str, strings: Mapping[str, str]) -> str:
    """The block with each value that is put together by ``#`` in one piece."""

    def piece(said: str) -> str:
        if said[0] in '"{':
            return said[1:-1]
        defined = _DEFINED.search(strings.get(said.lower(), ""))
        return next(part for part in defined.groups() if part is not None) if defined else said

    def whole(found: re.Match[str]) -> str:
        return f" {{{''.join(map(piece, _PIECES.findall(found[1])))}}}"

    return _CONCATENATED.sub(whole, block) if "#" in block else block


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
        name = re.sub(r"[\s_]+", "-", field.key.strip().lower())  # "Early Access Date", "pubmed_id"
        value = clean.text(str(field.value))
        if len(value) > 1 and value[0] == value[-1] == '"':  # left where a field is named twice
            value = value[1:-1]
        if (value.startswith("{") and value.endswith("}")) or "\\" in value or "{" in value:
            value = _ESCAPED.sub(r"\1", value.strip("{}")) if name in _VERBATIM else _plain(value, begun, findings)
        if name == "pages":
            value = re.sub(r"-{2,3}", "-", value)
        record.add(name, value)
    kind = next((value for name in ("eprinttype", "archiveprefix") for value in record.fields.get(name, ())), "")
    if kind.lower() in ("pubmed", "pmid") and "eprint" in record.fields:  # as BibLaTeX writes the PMID
        record.fields.setdefault("pmid", []).extend(record.fields.pop("eprint"))
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


def _plain(value: str, line: int, findings: Findings) -> str:
    """A value as LaTeX would print it; a command that is not known leaves its text, and is told.

    pylatexenc reads and prints; that no letter or digit of the text is lost is checked here: else the value stays as it is.
    """
    if "$" in value and not _MATHEMATICS.search(value):
        value = _PRICE.sub(r"\\$", value)
    left = _ESCAPED.sub("", value)
    if "\\" not in left and "$" not in left:  # most values, and many times as fast
        return _ESCAPED.sub(r"\1", _BARE.sub("", _TIE.sub(" ", value)))
    for name in _MACRO.findall(value):
        if len(name) > 1 and _is_unknown(name):
            findings.note("latex", line, f"\\{name}")
    plain = clean.text(
        " ".join(
            _printed(piece) if "\\" in piece or "$" in piece else _BARE.sub("", _TIE.sub(" ", piece))
            for piece in _pieces(value)
        )
    )
    if _letters(_MACRO.sub(" ", value)) > _letters(plain):
        findings.note("latex", line, value)
        return _ESCAPED.sub(r"\1", _BARE.sub("", value))
    return plain


def _pieces(value: str) -> Iterator[str]:
    """Runs of words that are whole to LaTeX: braces and dollars closed, no command that waits for its letter."""
    piece, depth, dollars = "", 0, 0
    for word in value.split(" "):
        piece = f"{piece} {word}" if piece else word
        bare = _ESCAPED.sub("", word)
        depth += bare.count("{") - bare.count("}")
        dollars += bare.count("$")
        if depth <= 0 and dollars % 2 == 0 and not _WAITS.search(piece):
            yield piece
            piece, depth, dollars = "", 0, 0
    if piece:
        yield piece


def _printed(piece: str) -> str:
    """A piece as LaTeX would print it; empty where it cannot be."""
    try:
        nodes, *_ = LatexWalker(piece, latex_context=_READING, tolerant_parsing=True).get_latex_nodes()
        plain = str(_TO_TEXT.nodelist_to_text(nodes)).replace("\u00ad", "")
    except (IndexError, KeyError, ValueError, AttributeError, RecursionError):
        return ""
    return _RAISED.sub("", plain) if "$" in piece else plain


_SWITCHES = frozenset(
    ["it", "bf", "rm", "sc", "tt", "em", "sf", "sl", "tiny", "small", "large", "noopsort", "relax", "left", "right"]
)


def _is_unknown(macro: str) -> bool:
    if macro in _SWITCHES:
        return False
    specs = (context.get_macro_spec(macro) for context in (_PRINTING, _READING))
    return all(spec is None or not spec.macroname for spec in specs)


def _letters(text: str) -> int:
    return sum(letter.isalnum() for letter in text)
