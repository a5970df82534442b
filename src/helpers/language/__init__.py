"""The review in other languages: gettext catalogues in ``locale/``, one a language."""

from helpers.language.catalogue import (
    ENGLISH,
    FOLDER,
    FORMS,
    NUMBER_CONTEXT,
    SCRIPT_CONTEXT,
    SEPARATOR_CONTEXT,
    SEPARATORS,
    Catalogue,
    languages,
    load,
)
from helpers.language.template import PLACE, TEMPLATE, Message, check, template

__all__ = [
    "ENGLISH",
    "FOLDER",
    "FORMS",
    "NUMBER_CONTEXT",
    "PLACE",
    "SCRIPT_CONTEXT",
    "SEPARATORS",
    "SEPARATOR_CONTEXT",
    "TEMPLATE",
    "Catalogue",
    "Message",
    "check",
    "languages",
    "load",
    "template",
]
