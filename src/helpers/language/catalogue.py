"""Texts and numbers in another language, from gettext catalogues; what has no translation is said, never hidden."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.core import get_global
from babel.dates import format_date, get_month_names
from babel.messages.pofile import PoFileError, read_po

from helpers.faults import Fault, ReviewError

FOLDER = "locale"
SOURCE_LANGUAGE = "en"
KEPT = "keep English"  # a translator's comment: this text stays English for now, and the page says that it is English
NUMBER_CONTEXT, SEPARATOR_CONTEXT, SCRIPT_CONTEXT = "number", "separator", "script"
# Ways in which `numbers` and `wording` write numbers; a language gives each its own form.
FORMS = ("{level}% CI", "{part} of {whole}", "{low} to {high}", "<{share}%", ">{share}%", "{share}%")
SEPARATORS = (",", ".")  # of thousands, of decimals
PLAIN = r"\d+(?:,\d{3})*(?:\.\d+)?"


def _pattern(form: str) -> re.Pattern[str]:
    """A form as an expression; the ends of a range may be percentages."""
    end = "%?" if " to " in form else ""
    parts = re.split(r"\{(\w+)\}", form)  # text, name, text, name ...
    return re.compile("".join(f"(?P<{p}>{PLAIN}{end})" if i % 2 else re.escape(p) for i, p in enumerate(parts)))


PATTERNS = tuple((form, _pattern(form)) for form in FORMS)


@dataclass(frozen=True, slots=True)
class Entry:
    """A translation: the text, the line of the catalogue it stands in, and what its translator marked."""

    text: str
    row: int | None = None
    is_fuzzy: bool = False
    is_kept: bool = False


@dataclass(frozen=True)
class Catalogue:
    """Texts of one language; `ENGLISH` gives every text and number back as it is.

    Attributes
    ----------
    language : str
        Code of the language, as pages name it.
    entries : mapping of (str, str) to Entry
        By context and English text.
    faults : list of Fault
        What was asked for and has no translation; grows with use.
    """

    language: str
    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def file(self) -> str:
        """Path of the catalogue within the review."""
        return f"{FOLDER}/{self.language}.po"

    @property
    def is_source(self) -> bool:
        """Whether this is the language that the review is written in."""
        return self.language == SOURCE_LANGUAGE

    @property
    def territory(self) -> str:
        """Language and country, as programs that show previews want them: ``de_DE``."""
        if self.is_source:
            return "en_GB"
        parts = str(get_global("likely_subtags").get(self.language, self.language)).split(
            "_"
        )  # language, script, country
        return f"{parts[0]}_{parts[-1]}" if len(parts) > 1 else self.language

    def has(self, text: str, context: str) -> bool:
        """Whether the text has a translation that may be shown."""
        entry = self.entries.get((context, text))
        return self.is_source or bool(entry and entry.text and not entry.is_fuzzy)

    def translate(self, text: str, context: str) -> str:
        """The text in this language; in English where there is none, with a fault unless its translator keeps it so.

        Parameters
        ----------
        text : str
            In English.
        context : str
            What kind of text it is.
        """
        if self.is_source or self.has(text, context):
            return text if self.is_source else self.entries[context, text].text
        entry = self.entries.get((context, text))
        if entry is None or not entry.is_kept:
            self.faults.append(untranslated(self, text, context, entry))
        return text

    def number(self, text: str) -> str:
        """Numbers as this language writes them, from the forms of `numbers` and `wording`.

        Examples
        --------
        With the German catalogue ``68 of 82 (83%, 95% CI 73% to 90%)`` becomes ``68 von 82 (83 %, 95-%-KI 73 % bis 90 %)``.
        """
        if self.is_source:
            return text
        if words := re.findall(r"[^\W\d]{2,}", _without_forms(text)):
            message, fix = "numbers of this form have no translation", "Give the form one in helpers.language.FORMS."
            self.faults.append(Fault(self.file, None, "number", text, "number-form", f"{message}: {words[0]}", fix))
        for form, pattern in PATTERNS:
            written = self.translate(form, NUMBER_CONTEXT)
            text = pattern.sub(lambda found, written=written: written.format(**found.groupdict()), text)  # type: ignore[misc]
        return re.sub(PLAIN, self._separated, text)

    def _separated(self, found: re.Match[str]) -> str:
        thousands, decimals = (self.translate(mark, SEPARATOR_CONTEXT) for mark in SEPARATORS)
        whole, point, rest = found[0].partition(".")
        return whole.replace(",", thousands) + (decimals + rest if point else "")

    def day(self, iso: str) -> str:
        """An ISO date as readers of this language write it: ``30 June 2023``, ``30. Juni 2023``."""
        date = dt.date.fromisoformat(iso)
        return format_date(date, "d MMMM y" if self.is_source else "long", locale=self.language)

    def numbers_in_english(self, text: str) -> str:
        """Numbers and dates of a text in this language as English writes them, for proofs that read pages."""
        if self.is_source:
            return text
        thousands, decimals = (self.translate(mark, SEPARATOR_CONTEXT) for mark in SEPARATORS)
        english = get_month_names(locale=SOURCE_LANGUAGE)
        for month, name in get_month_names(locale=self.language).items():
            text = re.sub(rf"(\d{{1,2}})\.? {re.escape(name)} (\d{{4}})", rf"\1 {english[month]} \2", text)
        text = re.sub(rf"(?<=\d){re.escape(decimals)}(?=\d)", ".", text)
        return re.sub(rf"(?<=\d){re.escape(thousands)}(?=\d{{3}}(?!\d))", ",", text)

    def script_words(self) -> dict[str, str]:
        """What the scripts of a page say, by its English text."""
        return {
            text: entry.text
            for (context, text), entry in self.entries.items()
            if context in (SCRIPT_CONTEXT, SEPARATOR_CONTEXT) and self.has(text, context)
        }


ENGLISH = Catalogue(SOURCE_LANGUAGE)


def languages(root: Path) -> list[str]:
    """Codes of the languages that the review has a catalogue for."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.po"))


def load(root: Path, language: str) -> Catalogue:
    """The catalogue of a language.

    Parameters
    ----------
    root : Path
        Folder of the review.
    language : str
        Code such as ``de``; a language without a catalogue, and ``en``, give `ENGLISH`.

    Raises
    ------
    ReviewError
        The catalogue cannot be read.
    """
    path = root / FOLDER / f"{language}.po"
    if language == SOURCE_LANGUAGE or not path.is_file():
        return ENGLISH
    return Catalogue(language, _entries(path.read_bytes(), f"{FOLDER}/{language}.po"))


def _entries(content: bytes, name: str) -> dict[tuple[str, str], Entry]:
    try:
        read = read_po(BytesIO(content), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        fix = "Mend the line that the message names, or restore the file from git."
        fault = Fault(
            name, getattr(error, "lineno", None), None, None, "catalogue", f"no valid catalogue: {error}", fix
        )
        raise ReviewError([fault], "A translation cannot be read") from None
    return {
        (message.context or "", str(message.id)): Entry(
            str(message.string or ""), message.lineno, message.fuzzy, KEPT in message.user_comments
        )
        for message in read
        if message.id
    }


def untranslated(catalogue: Catalogue, text: str, context: str, entry: Entry | None) -> Fault:
    """What to say of a text without a translation that may be shown."""
    fuzzy = entry is not None and entry.is_fuzzy
    rule, what = ("fuzzy-translation", "is marked fuzzy") if fuzzy else ("missing-translation", "is missing")
    fix = "Read it again and take the mark `#, fuzzy` away." if fuzzy else "Translate it"
    fix += "" if fuzzy else f", or write the comment `# {KEPT}` above it. CONTRIBUTING.md, Add a language, says how."
    row = entry.row if entry else None
    return Fault(catalogue.file, row, context, shortened(text), rule, f"the translation {what}", fix)


def _without_forms(text: str) -> str:
    for _, pattern in PATTERNS:
        text = pattern.sub(" 0 ", text)
    return text


def shortened(text: str) -> str:
    """The beginning of a text, for messages."""
    return text if len(text) <= 90 else text[:87] + "..."
