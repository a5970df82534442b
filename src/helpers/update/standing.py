"""The next step of an update: what it is, who has to act, the command for it, and what going back would lose."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.update import checked, extracted, layout, notices
from helpers.update.state import FULL_TEXT, TITLE_ABSTRACT, Update

NAMES = {TITLE_ABSTRACT: "title and abstract", FULL_TEXT: "full text"}
LINKS_SHEET = "links.csv"
CONFLICTS = "conflicts-{phase}.csv"


@dataclass(frozen=True)
class Step:
    """What comes next.

    Attributes
    ----------
    name : str
        ``link``, ``notices``, ``screen``, ``extract`` or ``merge``; ``start`` when no update is under way.
    phase : str
        Phase of screening, in that step.
    next : str
        The command.
    waits_for : tuple of str
        Who has to do what before or with it.
    """

    name: str
    next: str
    waits_for: tuple[str, ...]
    phase: str = ""


def step_of(update: Update) -> Step:
    """The next step of an update that is under way."""
    if len(update.open_links):
        return _linking(update)
    if left := notices.unanswered(update):
        return _notices(update, left)
    for name in (TITLE_ABSTRACT, FULL_TEXT):
        if not update.phase(name).is_settled:
            return _screening(update, name)
    step = _extraction(update) if update.included else None
    if step is not None:
        return step
    return Step(
        "merge",
        "review update merge",
        ("operator: build the site, merge, build again; conclusions that the merge names are reworded in between",),
    )


def _linking(update: Update) -> Step:
    sheet = layout.worklist(update.update_id, LINKS_SHEET)
    count = len(update.open_links)
    pairs = "1 pair of records" if count == 1 else f"{count} pairs of records"
    if not (update.root / sheet).is_file():
        return Step(
            "link", f"review update link --out {sheet}", (f"operator: look at {pairs} that may belong together",)
        )
    command = f'review update link --decisions {sheet} --person "YOUR NAME"'
    return Step("link", command, (f"operator: fill in the column `relation` of {sheet} for {pairs}",))


def _notices(update: Update, left: list[notices.Notice]) -> Step:
    sheet = layout.worklist(update.update_id, notices.SHEET)
    named = ", ".join(map(str, left))
    if not (update.root / sheet).is_file():
        who = f"operator: have somebody look at {len(left)} notice{'s' * (len(left) != 1)} on included studies: {named}"
        return Step("notices", "review update notices", (who,))
    who = f"whoever looks at the notices: say in {sheet} what changed, for {named}"
    return Step("notices", f'review update notices --decisions {sheet} --person "NAME"', (who,))


def _screening(update: Update, name: str) -> Step:
    phase = update.phase(name)
    conflicts, missing = phase.of("conflict"), phase.of("incomplete")
    lists = layout.worklist(update.update_id, "").rstrip("/")
    if missing:
        rows = update.decisions
        own = rows[(rows["phase"] == name) & (rows["stage"] == "independent") & rows["report_id"].isin(phase.reports)]
        waits = _reviewers(own, phase.reports, name)
        made = sorted(path.name for path in (update.root / lists).glob(f"{name}-reviewer-*"))
        if not made:
            named = '--reviewer "NAME A" --reviewer "NAME B"'
            return Step("screen", f"review update screen --out {lists} {named}", waits, name)
        files = " ".join(f"--decisions {lists}/{file}" for file in made)
        return Step("screen", f"review update screen {files}", waits, name)
    sheet = f"{lists}/{CONFLICTS.format(phase=name)}"
    waits = (f"both reviewers: settle {len(conflicts)} reports on which they differ, in {sheet}",)
    return Step("screen", f"review update screen --resolved {sheet}", waits, name)


def _reviewers(own: pd.DataFrame, reports: tuple[str, ...], name: str) -> tuple[str, ...]:
    counts = own.groupby("reviewer")["report_id"].nunique()
    waits = [
        f"{reviewer}: {len(reports) - int(done)} of {len(reports)} reports still to decide on {NAMES[name]}"
        for reviewer, done in counts.items()
        if int(done) < len(reports)
    ]
    for number in range(len(counts), 2):
        waits.append(f"reviewer {'AB'[number]}: decide on {NAMES[name]} of {len(reports)} reports")
    return tuple(waits)


def _extraction(update: Update) -> Step | None:
    """What the extraction still needs; None when its rows may be merged."""
    have = extracted.handed_in(update)
    forms = f"{layout.RAW}/{update.update_id}/forms"
    if len(have) < len(extracted.EXTRACTORS):
        lack = [who for who in extracted.EXTRACTORS if who not in have]
        if not (update.root / forms).is_dir() and not have:
            count = len(update.included)
            who_acts = f"operator: write the forms for {count} included report{'s' * (count != 1)}"
            return Step("extract", f"review update extract --out {forms}", (who_acts,))
        people = tuple(f"extractor {who}: fill in the form without looking at the other one" for who in lack)
        return Step("extract", "review update extract " + " ".join(f"--{w} {forms}/{w}.xlsx" for w in lack), people)
    found = extracted.reconciliation(update)
    assert found is not None
    if not found.is_settled:
        sheet = layout.worklist(update.update_id, extracted.OPEN_LIST)
        waits = [f"third person: decide {len(found.open)} differences in {sheet}"] if len(found.open) else []
        waits += [f"third person: {one.message}" for one in found.faults]
        return Step("extract", f'review update extract --adjudicated {sheet} --person "NAME"', tuple(waits))
    left = checked.unanswered(update, checked.audit_findings(update, found))
    if left:
        sheet = layout.worklist(update.update_id, checked.LIST)
        who_acts = f"extractors: {len(left)} findings of the audit to settle, in {sheet}"
        return Step("extract", f'review update extract --acknowledged {sheet} --person "YOUR NAME"', (who_acts,))
    return None
