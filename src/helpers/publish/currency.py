"""How current the site is: how late the next search was on the day of the build, and what is known since the last one."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers import clock
from helpers.language import ENGLISH, SCRIPT_CONTEXT, Catalogue

SIGNALS, PAGE = "data/results/signals.json", "since.html"
DUE = re.compile(r'(<span class="due" data-due="(\d{4}-\d{2}-\d{2})">[^<]*)(</span>)')
LATE = (
    "overdue",
    "overdue by one month",
    "overdue by {months} months",
)  # `assets/overdue.html` says the same, with today's date
SUBTITLE_END = "</subtitle>"
TYPES = {  # of schema.org
    "publication": "ScholarlyArticle",
    "abstract": "ScholarlyArticle",
    "review": "ScholarlyArticle",
    "guidance": "MedicalGuideline",
    "trial": "MedicalTrial",
    "approval": "CreativeWork",
}


def late(due: str, tongue: Catalogue = ENGLISH) -> str:
    """How late a search is on the day of the build, in words; empty where it is not, or has no day.

    Parameters
    ----------
    due : str
        ISO date by which the next search should be done; may be empty.
    tongue : Catalogue
        Language.
    """
    months = clock.months_over(due, clock.today()) if due else -1
    return "" if months < 0 else tongue.translate(LATE[min(months, 2)], SCRIPT_CONTEXT).format(months=months)


def marked(page: str, tongue: Catalogue) -> str:
    """A finished page with a mark behind each day that has passed, for readers without scripts."""

    def mark(due: re.Match[str]) -> str:
        said = late(due[2], tongue)
        return f'{due[1]} <strong class="overdue">{said}</strong>{due[3]}' if said else due[0]

    return DUE.sub(mark, page)


def known(root: Path) -> dict[str, Any]:
    """What `report` has written of the signals; empty where there are none."""
    try:
        read = json.loads((root / SIGNALS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) and read.get("signals") else {}


def status(told: Mapping[str, Any], due: str) -> str:
    """Living status and lateness in one line, for machines; empty where neither is stated."""
    living = (told.get("living") or {}).get("status", "")
    behind = late(due)
    return "; ".join(part for part in (living.capitalize(), f"next search {behind}" if behind else "") if part)


def for_programs(told: Mapping[str, Any], *, url: str) -> list[str]:
    """A part of ``llms.txt``: what it is first, then each open signal; none where nothing is known."""
    if not told:
        return []
    lines = ["", "## Since the last search, not assessed", "", str(told["about"]), ""]
    for signal in _open(told):
        where = f"{url}{PAGE}#{signal['signal_id']}"
        lines.append(
            f"- [{_plain(signal['title'])}]({where}): {signal['kind']}. Would it change the answer? {signal['would_change']}. {_plain(signal['why'])}"
        )
    return lines


def listed(told: Mapping[str, Any], *, url: str) -> dict[str, Any]:
    """The open signals as a list of schema.org, for the page that shows them."""
    items = []
    for position, signal in enumerate(_open(told), 1):
        doi = f"https://doi.org/{signal['doi']}" if signal.get("doi") else ""
        item = {
            "@type": TYPES[signal["kind"]],
            "name": signal["title"],
            "url": doi or signal.get("url") or str(signal["seen_at"]).split("; ")[0],
            "identifier": doi or signal.get("registry_id") or "",
            "datePublished": signal.get("date") or "",
        }
        entry = {"@type": "ListItem", "position": position, "url": f"{url}{PAGE}#{signal['signal_id']}"}
        items.append(entry | {"item": {name: value for name, value in item.items() if value}})
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "name": "Since the last search, not assessed",
        "description": told["about"],
        "numberOfItems": len(items),
        "itemListElement": items,
    }


def dated_feed(feed: str, due: str) -> str:
    """The feed with the lateness of the search behind its subtitle: it is read where no script runs."""
    behind = late(due)
    return feed.replace(SUBTITLE_END, f" Next search {html.escape(behind)}.{SUBTITLE_END}", 1) if behind else feed


def _open(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [signal for signal in told["signals"] if signal["state"] not in ("integrated", "excluded", "outside")]


def _plain(text: str) -> str:
    """A text of the data in a line of Markdown that programs read."""
    return " ".join(re.sub(r"[<>]", " ", text.translate({ord("["): "(", ord("]"): ")"})).split())
