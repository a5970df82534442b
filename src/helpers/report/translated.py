"""The home page in other languages: its texts from the catalogues, its numbers from the same rows as the English page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from babel import Locale

from helpers.evidence import Evidence
from helpers.faults import Fault, ReviewError
from helpers.language import ENGLISH, Catalogue, check, languages, load, template
from helpers.report import since
from helpers.report.home import statements_part, summary_of_findings
from helpers.report.texts import CONTEXT, HOME, NOTICE, STATUS, SWITCH, front_matter, messages, pieces, places_on

PARTS = "data/results/pages"
PART = re.compile(r"\{\{< include " + PARTS + r"/([\w-]+)\.md >\}\}")
LOCAL_LINK = re.compile(r"(\]\()(?![a-z]+:|#|/|\.\./)([^)]+\))")
UP = "../"  # from a translated page to the site's root
LINK_TO_PAGE = re.compile(rf"(\]\({re.escape(UP)}[^)\s:]*\.(?:qmd|ipynb)(?:#[^)]*)?\))(?!\{{)")


@dataclass(frozen=True)
class Translated:
    """Generated parts of the translated pages, by path, and what stands in the way of showing them."""

    parts: dict[str, str]
    faults: list[Fault]


def translated(root: Path, review: Evidence) -> Translated:
    """Every part that other languages need.

    Parameters
    ----------
    root : Path
        Folder of the review.
    review : Evidence
        The evidence that the English pages show.

    Returns
    -------
    Translated
        The template of all texts, the line that leads from language to language, and a page a language. A page whose
        catalogue lacks something is among the faults and not among the parts.
    """
    known = languages(root)
    if not known:
        return Translated({}, [])
    wanted = messages(root, review)
    parts = {
        "locale/review.pot": template(wanted),
        f"{PARTS}/languages.md": switch(ENGLISH, known),
        f"{PARTS}/since-languages.md": switch(ENGLISH, known, since.PAGE),
    }
    faults: list[Fault] = []
    for code in known:
        try:
            tongue = load(root, code)
        except ReviewError as error:
            faults += error.faults
            continue
        found = [*check(tongue, wanted), *(f for name in pages_of(root) for f in _page_faults(root, tongue, name))]
        if not found:
            parts[f"{PARTS}/{code}/index.md"] = home(root, review, tongue)
            parts[f"{PARTS}/{code}/since.md"] = since_page(root, review, tongue)
            found = tongue.faults
        faults += found
    return Translated(parts, faults)


def check_translations(root: Path, review: Evidence) -> list[Fault]:
    """What is wrong with the translations: catalogues, template, pages; empty where there is no other language.

    Parameters
    ----------
    root : Path
        Folder of the review.
    review : Evidence
        The evidence that the English pages show.
    """
    made = translated(root, review)
    stale = []
    for name, text in made.parts.items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8").rstrip() != text.rstrip():
            message = "this generated file is not what texts, catalogues and data give now"
            stale.append(Fault(name, None, None, None, "up-to-date", message, "Run `review run`."))
    return [*made.faults, *stale]


def home(root: Path, review: Evidence, tongue: Catalogue) -> str:
    """The home page in another language, as Markdown for a page one folder down.

    Parameters
    ----------
    root : Path
        Folder of the review; ``index.qmd`` gives the order.
    review : Evidence
        Where the numbers are.
    tongue : Catalogue
        The language.
    """
    generated = {
        "languages": f"{switch(tongue, languages(root))}\n::: {{.translation}}\n{_based(_said(tongue, NOTICE))}\n:::",
        "status": status(review, tongue),
        "since-box": since.box(review, tongue=tongue, base=UP),
        **{
            place.replace("_", "-"): statements_part(review, place, tongue, base=UP)
            for place in places_on(root, review)
        },
        "summary-of-findings": summary_of_findings(review, tongue, base=UP),
    }

    def part(found: re.Match[str]) -> str:
        if found[1] in generated:
            return generated[found[1]].strip()
        english = (root / PARTS / f"{found[1]}.md").read_text(encoding="utf-8")
        return f'::: {{lang="en"}}\n\n{_based(english).strip()}\n\n:::'

    lines = []
    for piece in pieces((root / HOME).read_text(encoding="utf-8")):
        text = _based(_said(tongue, piece.text)) if piece.text else ""
        lines.append(PART.sub(part, piece.before) + text + piece.after)
    return LINK_TO_PAGE.sub(r'\1{hreflang="en"}', "\n".join(lines)).strip() + "\n"


def since_page(root: Path, review: Evidence, tongue: Catalogue) -> str:
    """What is known since the last search in another language, as Markdown for a page one folder down."""
    parts = [switch(tongue, languages(root), since.PAGE), status(review, tongue), since.page(review, tongue, base=UP)]
    return LINK_TO_PAGE.sub(r'\1{hreflang="en"}', "\n\n".join(parts)).strip() + "\n"


def _based(markdown: str) -> str:
    """Links from the site's root as links from a translated page."""
    return LOCAL_LINK.sub(rf"\1{UP}\2", markdown)


def _said(tongue: Catalogue, text: str, fill: Callable[[str], str] = str) -> str:
    """A text in another language, its places filled; one that its translator keeps in English is marked as English."""
    said = fill(tongue.translate(text, CONTEXT))
    return said if tongue.has(text, CONTEXT) else f'[{said}]{{lang="en"}}'


def switch(tongue: Catalogue, known: list[str], page: str = HOME) -> str:
    """The line that leads from a page in one language to the same page in the others; default the home page."""
    up = "" if tongue.is_source else UP
    links = []
    for code in ["en", *known]:
        name = str(Locale.parse(code).get_display_name(code)).capitalize()
        target = f"{up}{page}" if code == "en" else f"{up}{code}/{page}"
        here = f"[{name}]{{.here}}"
        links.append(here if code == tongue.language else f'[{name}]({target}){{hreflang="{code}" lang="{code}"}}')
    label = tongue.translate(SWITCH, CONTEXT)
    return f'::: {{.languages role="navigation" aria-label="{label}"}}\n{" · ".join(links)}\n:::\n'


def status(review: Evidence, tongue: Catalogue) -> str:
    """Dates and version, as `wording.status` has them."""
    update = review.update
    facts = {key: tongue.day(update[key]) for key in ("searched_through", "integrated_on", "next_due")}
    facts["next_due"] = f'<span class="due" data-due="{update["next_due"]}">{facts["next_due"]}</span>'
    facts["version"] = update["version"]
    told = [_said(tongue, text, lambda said: said.format(**facts)) for text in STATUS]
    if (code := review.settings.living.get("status")) is not None:
        told.insert(0, f"[{tongue.translate(since.STATUS[code], since.CONTEXT)}]{{.chip .info}}")
    return '<div class="status">\n\n' + " · ".join(told) + "\n\n</div>"


def pages_of(root: Path) -> list[str]:
    """Pages that every language has."""
    return [name for name in (HOME, since.PAGE) if (root / name).is_file()]


def _page_faults(root: Path, tongue: Catalogue, page: str) -> Iterator[Fault]:
    """The page that includes the generated part is written by people; its head must say what the catalogue says."""
    name = f"{tongue.language}/{page}"
    try:
        written = front_matter((root / name).read_text(encoding="utf-8"))
        english = front_matter((root / page).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        fix = f"Write it as the other translated pages are; it includes {PARTS}/{tongue.language}/{Path(page).stem}.md."
        yield Fault(name, None, None, None, "translated-page", f"the page cannot be read: {error}", fix)
        return
    wanted: dict[str, str] = {
        key: tongue.translate(english[key], CONTEXT) for key in ("title", "subtitle") if key in english
    }
    wanted["lang"] = tongue.language
    for key, value in wanted.items():
        if written.get(key) != value:
            message, fix = "the head of the page does not say what it should", f"Write {key}: {value!r}."
            yield Fault(name, 1, key, str(written.get(key)), "translated-page", message, fix)
