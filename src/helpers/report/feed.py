"""An Atom feed of the versions (RFC 4287): each entry carries the difference, changed conclusions first."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from helpers import evidence, numbers
from helpers.dictionary import DICTIONARY
from helpers.project import MARKER
from helpers.report import since
from helpers.report.changes import history
from helpers.report.difference import Changes
from helpers.report.told import about, address, estimates, first_version
from helpers.settings import load_settings, read_yaml

NEVER = "1970-01-01"
PAGE, SINCE = "whats-new.html", "since.html"
FEED = "feed.xml"  # where the site serves it: relative links are seen from there
ATOM = "http://www.w3.org/2005/Atom"
# XML 1.0 has no place for these, not even as character references.
FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(root: Path, changes: Sequence[Changes] | None = None) -> str:
    """The feed as XML text.

    Parameters
    ----------
    root : Path
        Folder of the review.
    changes : sequence of Changes, optional
        What each version changed, oldest first; default read from the folder.

    Returns
    -------
    str
        One entry a version, newest first. Dates are those of the updates, never the clock's. Ids do not depend on the
        site's address, so that they stay when it gets one or moves. Links are absolute where ``_quarto.yml`` sets
        ``website: site-url``, else relative to the feed.

    Raises
    ------
    ReviewError
        The data break the dictionary.

    References
    ----------
    RFC 4287; a tag URI (RFC 4151) needs a domain name of one's own, which the review does not have, so ids are UUIDs of
    RFC 9562 made from names (version 5).
    """
    config = read_yaml(root / MARKER, MARKER)
    website = config["website"] if isinstance(config.get("website"), dict) else {}
    url = str(website.get("site-url") or "").strip()
    base = url.rstrip("/") + "/" if url else ""
    versions = evidence.load_versions(root)
    changes = history(versions) if changes is None else changes
    noted = since.noted(versions[-1]) if versions else []
    name = _package(root)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="{ATOM}" xml:lang="{_escaped(config.get("lang") or "en")}">',
        f"  <id>{_id(name)}</id>",
        f"  <title>{_escaped(website.get('title') or name)}: what is new</title>",
        f"  <subtitle>{_escaped(website.get('description') or '')}</subtitle>",
        f"  <updated>{_noon(max([*(c.after.integrated_on for c in changes), *(day for day, _ in noted)], default=NEVER))}</updated>",
        *(f"  <author><name>{_escaped(author)}</name></author>" for author in load_settings(root).authors),
        f'  <link rel="self" type="application/atom+xml" href="{_escaped(base + FEED)}"/>',
        f'  <link rel="alternate" type="text/html" href="{_escaped(base + PAGE)}"/>',
    ]
    entries = [(change.after.integrated_on, _entry(change, name, base)) for change in changes]
    entries += [(day, _noted(day, told, name, base)) for day, told in noted]
    for _, entry in sorted(entries, key=lambda dated: dated[0], reverse=True):
        lines += entry
    return "\n".join([*lines, "</feed>"]) + "\n"


def _package(root: Path) -> str:
    """Name of the data package: it never changes, and every id is made from it."""
    return str(yaml.safe_load((root / DICTIONARY).read_text(encoding="utf-8"))["name"])  # JSON is YAML


def _id(*names: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(names)).urn


def _noon(day: str) -> str:
    """The day of an update as a moment; noon, so that it is that day in nearly every time zone."""
    return f"{dt.date.fromisoformat(day).isoformat()}T12:00:00Z"


def _entry(change: Changes, name: str, base: str) -> Iterator[str]:
    version, number = change.after, 0 if change.before is None else len(change.conclusions)
    news = f"{_counted(number, 'changed conclusion')}" if number else "conclusions unchanged"
    title = f"Version {version.version}" + ("" if change.before is None else f": {news}")
    moment = _noon(version.integrated_on)
    yield "  <entry>"
    yield f"    <id>{_id(name, 'version', version.version)}</id>"
    yield f"    <title>{_escaped(title)}</title>"
    yield f"    <published>{moment}</published>"
    yield f"    <updated>{moment}</updated>"
    yield f'    <link rel="alternate" type="text/html" href="{_escaped(f"{base}{PAGE}#{address(version.version)}")}"/>'
    if number:
        yield '    <category term="changed-conclusion" label="Changed conclusion"/>'
    yield f"    <summary>{_escaped(_summary(change))}</summary>"
    yield f'    <content type="html">{_escaped(_content(change))}</content>'
    yield "  </entry>"


def _noted(day: str, told: Sequence[str], name: str, base: str) -> Iterator[str]:
    """What was noted on one day: surveillance, and said to be so."""
    summary = (
        "Since the last search, not assessed: this is surveillance, not a search, and none of it enters the evidence."
    )
    items = "".join(f"<li>{_escaped(line)}</li>" for line in told)
    yield "  <entry>"
    yield f"    <id>{_id(name, 'signals', day)}</id>"
    yield f"    <title>Since the last search: {_counted(len(told), 'signal')} noted</title>"
    yield f"    <published>{_noon(day)}</published>"
    yield f"    <updated>{_noon(day)}</updated>"
    yield f'    <link rel="alternate" type="text/html" href="{_escaped(f"{base}{SINCE}")}"/>'
    yield '    <category term="signal" label="Signal"/>'
    yield f"    <summary>{summary}</summary>"
    yield f'    <content type="html">{_escaped(f"<p>{summary}</p><ul>{items}</ul>")}</content>'
    yield "  </entry>"


def _summary(change: Changes) -> str:
    through = f"Searched through {numbers.day(change.after.searched_through)}."
    if change.before is None:
        return f"{through} The first version: {first_version(change)}"
    said = [
        _counted(len(change.conclusions), "changed conclusion"),
        _counted(len(change.estimates), "other changed estimate"),
        _counted(len(change.studies_new), "new study", "new studies"),
    ]
    return f"{through} {', '.join(said)}."


def _counted(number: int, one: str, several: str = "") -> str:
    return f"{numbers.whole(number)} {one if number == 1 else several or f'{one}s'}"


def _content(change: Changes) -> str:
    """The difference as HTML; texts from the tables are escaped here, and the whole once more as XML."""
    parts = [f"<p>{_escaped(_summary(change))}</p>"]
    if change.before is None:
        return parts[0]
    conclusions = [f"{f.name}: {' '.join(f.conclusions)}{estimates(f)}" for f in change.conclusions]
    studies = [f"{s.name} ({about(s)})" for s in change.studies_new]
    studies += [f"further report of {s.name} ({about(s)})" for s in change.studies_further] + [
        f"without {s.name}" for s in change.studies_retired
    ]
    lists = {
        "Changed conclusions": conclusions,
        "Changed estimates": [f"{f.name}: {'; '.join(f.moved)}" for f in change.estimates],
        "Studies": studies,
        "Totals that moved": [f"{t.name}: {t.before} before, {t.after} now" for t in change.totals if t.is_count],
        "Corrected rows": [f"{c.name}: {c.before} before, {c.after} now" for c in change.corrected],
    }
    for title, lines in lists.items():
        if lines:
            items = "".join(f"<li>{_escaped(line)}</li>" for line in lines)
            parts.append(f"<h3>{title}</h3><ul>{items}</ul>")
    return "".join(parts)


def _escaped(text: object) -> str:
    """Text for XML and HTML alike; characters that XML forbids are replaced by the mark for what cannot be shown."""
    return html.escape(FORBIDDEN.sub("\ufffd", str(text)), quote=True)
