"""Every text that needs a translation as one gettext template, and what a catalogue lacks of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from helpers.faults import Fault
from helpers.language.catalogue import FOLDER, Catalogue, Entry, shortened, untranslated

TEMPLATE = f"{FOLDER}/review.pot"
PLACE = re.compile(r"\{[^{}]*\}")
CITED = re.compile(r"@[\w-]+")
TARGET = re.compile(r"\]\(([^)]*)\)")
HEADER = """# Every text of the interface and of the pages that are translated. Made by `review run`; do not edit.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


@dataclass(frozen=True, slots=True)
class Message:
    """A text that readers see.

    Attributes
    ----------
    text : str
        In English; the key of its translation.
    context : str
        What kind of text it is; the same words can need two translations.
    place : str
        File it stands in.
    is_optional : bool
        A page may show it in English, marked as such, until somebody translates it.
    """

    text: str
    context: str
    place: str
    is_optional: bool = False


def template(messages: Iterable[Message]) -> str:
    """The texts as a gettext template, in a fixed order and without dates: the same texts give the same bytes."""
    catalog = Catalog(charset="utf-8")
    for message in messages:
        added = catalog.add(message.text, context=message.context or None, locations=[(message.place, 0)])
        added.flags.clear()  # a percent sign is no format here
    written = BytesIO()
    write_po(written, catalog, width=110, omit_header=True, include_lineno=False)
    return HEADER + written.getvalue().decode().strip() + "\n"


def check(catalogue: Catalogue, messages: Iterable[Message]) -> list[Fault]:
    """What a catalogue lacks.

    Parameters
    ----------
    catalogue : Catalogue
        As `load` returns it.
    messages : iterable of Message
        Every text that needs a translation.

    Returns
    -------
    list of Fault
        Missing and fuzzy translations; translations with other places, link targets or numbers than the English text;
        translations of texts that are no longer there.
    """
    wanted = {(message.context, message.text): message for message in messages}
    faults: list[Fault] = []
    for key, message in wanted.items():
        entry = catalogue.entries.get(key)
        if entry is None or not entry.text or entry.is_fuzzy:
            if not message.is_optional and (entry is None or not entry.is_kept):
                faults.append(untranslated(catalogue, message.text, message.context, entry))
        else:
            faults += _differences(catalogue, message, entry)
    for (context, text), entry in catalogue.entries.items():
        if (context, text) not in wanted:
            fix = "Delete the entry, or run `pybabel update` (CONTRIBUTING.md, Add a language)."
            said = "this English text is no longer shown"
            faults.append(Fault(catalogue.file, entry.row, context, shortened(text), "unused-translation", said, fix))
    return faults


def _differences(catalogue: Catalogue, message: Message, entry: Entry) -> Iterator[Fault]:
    english, own = message.text, entry.text
    parts = (
        ("translation-places", "places for numbers", PLACE.findall(english), PLACE.findall(own)),
        ("translation-links", "links", TARGET.findall(english), TARGET.findall(own)),
        ("translation-sources", "sources", CITED.findall(english), CITED.findall(own)),
        ("translation-numbers", "typed numbers", _typed(english), _typed(own)),
    )
    for rule, what, theirs, ours in parts:
        if Counter(theirs) != Counter(ours):
            odd = sorted((Counter(theirs) - Counter(ours)) | (Counter(ours) - Counter(theirs)))
            fix = f"Let both hold the same {what}: {', '.join(odd)}."
            said = f"the translation has other {what} than the English text"
            yield Fault(catalogue.file, entry.row, message.context, shortened(own), rule, said, fix)


def _typed(text: str) -> list[str]:
    return re.findall(r"\d+", TARGET.sub(" ", PLACE.sub(" ", text)))
