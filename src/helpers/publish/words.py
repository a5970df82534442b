"""What the frame of a page says, in the language of the page: the site's own words in English, others from catalogues."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from helpers.language import Catalogue
from helpers.publish.config import SiteConfig, walk

CONTEXT, MENU, COLUMN = "frame", "menu", "column"  # kinds of text in the catalogues
# By the name that templates and modules know them by.
FRAME = {
    "skip": "Skip to content",
    "main": "Main",
    "menu": "Menu",
    "sections": "Sections",
    "search": "Search",
    "all_evidence": "All evidence",
    "theme": "Switch between light and dark",
    "light_dark": "Light or dark",
    "toc": "On this page",
    "toc_short": "On this page, short",
    "neighbours": "Previous and next page",
    "previous": "Previous",
    "next": "Next",
    "references": "References",
    "news": "What is new",
    "report": "Report an error",
    "suggest": "Suggest a study",
    "fig": "Figure",
    "tbl": "Table",
    "note": "Note",
    "tip": "Tip",
    "important": "Important",
    "warning": "Warning",
    "caution": "Caution",
}
FLOATS = ("fig", "tbl", "note", "tip", "important", "warning", "caution")  # told to the filter of pages
# On a phone the summary of findings has no head: the styles say what stands in each line.
STYLED = {"--sof-3": "Patients treated", "--sof-4": "Outcome", "--sof-5": "Patients with it"}
CONDITION = "--sof-2"  # its heading is the review's own
LANGUAGE = re.compile(r'<html[^>]*\blang="([^"]+)"')


def frame(tongue: Catalogue) -> dict[str, str]:
    """The words of `FRAME` in a language, by their names."""
    return {name: tongue.translate(text, CONTEXT) for name, text in FRAME.items()}


def escaped(said: dict[str, str]) -> dict[str, str]:
    """The same for templates of HTML."""
    return {name: html.escape(text) for name, text in said.items()}


def menu(config: SiteConfig) -> Iterator[str]:
    """Texts of the navigation and of the footer as ``_quarto.yml`` has them."""
    yield from (item.text for item in walk((*config.navbar, *config.sidebar)) if item.text)
    yield from config.footer.values()


def page_language(page: str, otherwise: str = "en") -> str:
    """Language that a finished page names."""
    found = LANGUAGE.search(page)
    return found[1] if found else otherwise


def language_of(metadata: dict[str, Any]) -> str:
    """Language of a page before it is rendered."""
    return str(metadata.get("lang") or "en")


def for_assets(tongue: Catalogue, condition_heading: str) -> str:
    """Elements for the head of a page from which its scripts and styles take their words; in English they have their own.

    Parameters
    ----------
    tongue : Catalogue
        Language of the page.
    condition_heading : str
        What the review writes above conditions.
    """
    headings = {CONDITION: condition_heading} | ({} if tongue.is_source else STYLED)
    styled = {n: json.dumps(f"{tongue.translate(text, COLUMN)}: ", ensure_ascii=False) for n, text in headings.items()}
    styles = " ".join(f"{name}: {text};" for name, text in styled.items()).replace("</", "<\\/")
    style = f"<style>:root {{ {styles} }}</style>"
    if tongue.is_source:
        return style
    text = json.dumps(tongue.script_words(), ensure_ascii=False, sort_keys=True).replace("</", "<\\/")
    return f"<script>window.reviewWords = {text}</script>\n{style}"
