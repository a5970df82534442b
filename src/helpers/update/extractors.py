"""Who the two extractors are, and that they are two: names and forms, whenever each was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers import extraction, screening
from helpers.faults import Fault
from helpers.update import adjudicating, handed, layout
from helpers.update.errors import fault, misused
from helpers.update.extracted import EXTRACTORS, folder
from helpers.update.state import Update

FILE = "extractors.csv"  # lies beside the extractions, and stays beside them after the merge
COLUMNS = ("extractor", "person", "form", "sha256", "handed_in_on")
YOUR_NAME = "your name"  # where a form asks who fills it in


def people(update: Update) -> dict[str, dict[str, str]]:
    """Who has handed in the form of each extractor, and which file, by ``a`` and ``b``."""
    place = f"{folder(update.update_id)}/{FILE}"
    rows = layout.read_rows(update.root / place, COLUMNS, place).to_dict("records")
    return {str(row["extractor"]): {str(name): str(cell) for name, cell in row.items()} for row in rows}


def people_file(update: Update, rows: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The same as a file of the update."""
    frame = pd.DataFrame([rows[who] for who in EXTRACTORS if who in rows], columns=list(COLUMNS), dtype="str")
    return {f"{folder(update.update_id)}/{FILE}": layout.as_csv(frame, COLUMNS)}


def refuse_vague(person: str, forms: Sequence[Path]) -> None:
    """A person named beside two forms has filled in one of them at most, and beside none it is not clear what.

    Raises
    ------
    UsageError
        A person is named, and there is not exactly one form.
    """
    if person and len(forms) != 1:
        fix = "Leave it out; or hand in one form alone, with the name of who has filled it in."
        message = f"one person is named for {len(forms) or 'no'} forms"
        raise misused("Nothing was taken over", fault("--person", message, fix, rule="person-of-a-form"))


def refuse_nameless(person: str) -> None:
    """Whoever decides between two extractors is named.

    Raises
    ------
    UsageError
        There is no name, or none that can be one.
    """
    if not person:
        message, fix = "nobody is named who has decided", 'Add: --person "NAME" of the third person.'
    elif not screening.is_plain_name(person):
        message = "this cannot be a name"
        fix = "Write a name: letters, digits, blanks, full stops, hyphens; at most 80 characters."
    else:
        return
    raise misused("No decision was taken over", fault("--person", message, fix, rule="third-person", value=person))


def of_form(
    path: Path, who: str, person: str, *, before: Mapping[str, str], today: str
) -> tuple[dict[str, str], list[Fault]]:
    """What is kept of a form that was handed in: who has filled it in, its name and its SHA-256.

    Parameters
    ----------
    path : Path
        The form.
    who : str
        Whose form it is, ``a`` or ``b``.
    person : str
        Who has filled it in, where the form does not say so.
    before : mapping of str to str
        What is kept of this extractor's earlier form; the same form again keeps its day.
    today : str
        Day of handing in.
    """
    name, faults = _person(path, person)
    new = {"extractor": who, "person": name, "form": path.name, "sha256": handed.checksum(path)}
    is_known = all(before.get(key) == cell for key, cell in new.items())
    return new | {"handed_in_on": before["handed_in_on"] if is_known else today}, faults


def _person(path: Path, person: str) -> tuple[str, list[Fault]]:
    """Who has filled in a form, as it says itself or as the operator does."""
    written, given = (screening.tidy_name(name) for name in (extraction.about_form(path).name, person))
    if written and given and screening.same_name(written) != screening.same_name(given):
        fix = "Give the form of the person named, or leave --person out: the form names who has filled it in."
        message = f"the form is not by {given}"
        return "", [fault(path.name, message, fix, rule="extractor-differs", column=YOUR_NAME, value=written)]
    name = written or given
    if not name:
        fix = 'Fill it in there; or hand in this form alone, with --person "NAME".'
        message = "nobody is named who has filled in the form"
        return "", [fault(path.name, message, fix, rule="extractor-name", column=YOUR_NAME)]
    if not screening.is_plain_name(name):
        fix = "Write a name: letters, digits, blanks, full stops, hyphens; at most 80 characters."
        return "", [fault(path.name, "this cannot be a name", fix, rule="extractor-name", column=YOUR_NAME, value=name)]
    return name, []


def one_person(
    update: Update,
    people: Mapping[str, Mapping[str, str]],
    read: Mapping[str, Mapping[str, pd.DataFrame]],
    *,
    anyway: bool,
) -> list[Fault]:
    """What speaks against two forms being the work of two people, whenever each was handed in."""
    if not read:
        return []
    last = list(read)[-1]
    form = people[last]["form"]
    fix = "Give the form of the other extractor; two people extract independently."
    if extraction.same_hand({who: row["person"] for who, row in people.items()}):
        name = people[last]["person"]
        message = "both forms bear one name"
        more = " Two people of one name: write an initial more into one of the forms."
        return [fault(form, message, fix + more, rule="two-extractors", column=YOUR_NAME, value=name)]
    if len({row["sha256"] for row in people.values()}) < len(people):
        return [fault(form, "byte for byte the form of the other extractor", fix, rule="two-extractors")]
    pair = adjudicating.both(update, read)
    if anyway or pair is None or not extraction.is_copy(update.root, *pair):
        return []
    message = "both forms are alike in every cell, notes and places included: a copied form is no second extraction"
    more = " If both have really written the same, add --anyway."
    return [fault(form, message, fix + more, rule="copied-form")]
