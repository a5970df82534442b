"""What each step of the yearly update does, as one call, and what came of it, for machines and for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from helpers.cli.actions import Result
from helpers.faults import Fault
from helpers.project import only_writer
from helpers.run.errors import UsageError

if TYPE_CHECKING:
    from helpers.update.exports import Given
    from helpers.update.outcome import Outcome

# What an option says about a file: where it comes from, and its arm of the flow diagram.
SOURCES = {
    "pubmed": ("PubMed", "databases"),
    "embase": ("Embase", "databases"),
    "register": ("", "registers"),
    "other": ("", "other"),
}


def _today() -> str:
    return dt.date.today().isoformat()


def _given(files: Mapping[str, Sequence[Path] | None]) -> list[Given]:
    from helpers.update.exports import Given

    return [Given(path, *SOURCES[option]) for option, paths in files.items() for path in paths or []]


def _alone(root: Path, action: Callable[[], Outcome]) -> Result:
    """A step that no other command may disturb: what it read is what it builds on."""
    with only_writer(root):
        return _told(root, action())


def _told(root: Path, outcome: Outcome) -> Result:
    """What was done, and where the update stands now."""
    from helpers.update.status import status as stands

    document, _ = stands(root, today=_today())
    lines = list(outcome.did)
    if outcome.next:
        document["next"] = outcome.next
    if document["update_id"]:
        lines.append(f"Next: {document['next']}")
    return Result(
        outcome.ok, {"ok": outcome.ok, "did": list(outcome.did), **outcome.extra, **document}, "\n".join(lines)
    )


def status(root: Path) -> Result:
    """Where the update stands."""
    from helpers.update.status import status as stands

    document, text = stands(root, today=_today())
    return Result(True, {"ok": True, **document}, text)


def start(
    root: Path,
    update: str,
    files: Mapping[str, Sequence[Path] | None],
    *,
    expect: Sequence[str] = (),
    anyway: Sequence[str] = (),
) -> Result:
    """Start an update."""
    from helpers.update import importing

    given, today = _given(files), _today()
    return _alone(root, lambda: importing.start(root, update, given, today=today, expect=expect, anyway=anyway))


def add(
    root: Path,
    files: Mapping[str, Sequence[Path] | None],
    *,
    expect: Sequence[str] = (),
    anyway: Sequence[str] = (),
) -> Result:
    """Add exports to the update under way."""
    from helpers.update import importing

    given, today = _given(files), _today()
    return _alone(root, lambda: importing.add(root, given, today=today, expect=expect, anyway=anyway))


def link(
    root: Path,
    *,
    out: Path | None = None,
    decisions: Path | None = None,
    pair: tuple[str, str, str] | None = None,
    person: str = "",
    why: str = "",
) -> Result:
    """Open pairs out, decisions in."""
    from helpers.update import linking

    if (decisions or pair) and not person.strip():
        raise _lacks("--person", "nobody is named who decides", 'Add: --person "YOUR NAME"')
    if decisions:
        return _alone(root, lambda: linking.take_sheet(root, decisions, person=person, today=_today()))
    if pair:
        a, relation, b = pair
        return _alone(root, lambda: linking.decide(root, a, b, relation, person=person, why=why, today=_today()))
    return _alone(root, lambda: linking.write_sheet(root, out))


def notices(root: Path, *, out: Path | None = None, decisions: Path | None = None, person: str = "") -> Result:
    """Notices on included studies out, what a person says of them in."""
    from helpers.update import notices as looking

    if decisions and out:
        raise _at_once("--out", "the list is written and handed in")
    if decisions:
        if not person.strip():
            raise _lacks("--person", "nobody is named who has looked", 'Add: --person "YOUR NAME"')
        return _alone(root, lambda: looking.take_sheet(root, decisions, person=person, today=_today()))
    return _alone(root, lambda: looking.write_sheet(root, out))


def screen(
    root: Path,
    *,
    out: Path | None = None,
    form: Literal["csv", "xlsx", "ris", "rayyan", "asreview"] = "csv",
    reviewers: Sequence[str] = (),
    ranking: Path | None = None,
    decisions: Sequence[Path] = (),
    resolved: Path | None = None,
    replace: bool = False,
    meant: Sequence[str] = (),
    full_texts: Path | None = None,
    phase: str | None = None,
    anyway: bool = False,
) -> Result:
    """Lists out, decisions in."""
    from helpers.update import lists
    from helpers.update import screen as screening

    if full_texts:
        if out or decisions or resolved:
            raise _at_once("--full-texts", "the list of full texts and decisions are handed in")
        return _alone(root, lambda: lists.take_full_texts(root, full_texts))
    if decisions or resolved:
        if out or ranking:
            raise _at_once("--out" if out else "--ranking", "lists are written and decisions are handed in")
        return _alone(
            root,
            lambda: screening.take_decisions(
                root,
                list(decisions),
                resolved,
                today=_today(),
                phase=phase,
                replace=replace,
                meant=meant,
                reviewers=reviewers,
                anyway=anyway,
            ),
        )
    if out is None:
        raise _lacks("--out", "neither lists nor decisions are asked for", "Name --out DIR, or --decisions FILE.")
    return _alone(
        root, lambda: lists.write_lists(root, out, phase=phase, form=form, reviewers=reviewers, ranking=ranking)
    )


def extract(
    root: Path,
    *,
    out: Path | None = None,
    a: Path | None = None,
    b: Path | None = None,
    adjudicated: Path | None = None,
    acknowledged: Path | None = None,
    person: str = "",
    anyway: bool = False,
) -> Result:
    """Forms out, forms and decisions in."""
    from helpers.update import checked
    from helpers.update import extract as extraction

    if acknowledged and (out or a or b or adjudicated):
        raise _at_once("--acknowledged", "findings are answered and forms are handed in or out")
    if acknowledged:
        if not person.strip():
            raise _lacks("--person", "nobody is named who lets the findings stand", 'Add: --person "YOUR NAME"')
        return _alone(root, lambda: checked.take_acknowledged(root, acknowledged, person=person, today=_today()))
    if a or b or adjudicated:
        if out:
            raise _at_once("--out", "forms are written and handed in")
        return _alone(
            root,
            lambda: extraction.take_forms(root, a, b, adjudicated, today=_today(), person=person, anyway=anyway),
        )
    if out is None:
        raise _lacks("--out", "neither forms nor their contents are given", "Name --out DIR, or --a FORM --b FORM.")
    return _alone(root, lambda: extraction.write_forms(root, out))


def merge(
    root: Path, *, without_archive: bool = False, summary: str = "", without_strategy: str = "", dry_run: bool = False
) -> Result:
    """Take the update into the evidence."""
    from helpers.update import merge as merging

    if dry_run:
        return _told(root, merging.dry_run(root, today=_today(), summary=summary, without_strategy=without_strategy))
    return _alone(
        root,
        lambda: merging.merge(
            root,
            today=_today(),
            without_archive=without_archive,
            summary=summary,
            without_strategy=without_strategy,
        ),
    )


def undo(root: Path, what: str, *, person: str = "", why: str = "") -> Result:
    """Take back a decision or the update."""
    from helpers.update import goback

    return _alone(root, lambda: goback.undo(root, what, person=person, why=why, today=_today()))


def fetch(root: Path, update: str, *, database: str, email: str = "", api_key: str = "", again: bool = False) -> Result:
    """Search a database and save its records."""
    from helpers.update import fetch as fetching

    return _told(
        root,
        fetching.fetch(root, update, database=database, today=_today(), email=email, api_key=api_key, again=again),
    )


def _at_once(option: str, message: str) -> UsageError:
    fix = "Do one after the other, each in a command of its own."
    return UsageError([Fault(option, None, None, None, "option", f"{message} in one command", fix)], "Nothing was done")


def _lacks(option: str, message: str, fix: str) -> UsageError:
    return UsageError([Fault(option, None, None, None, "option", message, fix)], "Nothing was done")
