"""The difference between two versions in words: ten lines for a terminal, a section for the page of what is new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers import markup, numbers, wording

if TYPE_CHECKING:
    from helpers.report.difference import Changes, StudyChange
    from helpers.report.findings import FindingChange
    from helpers.report.reworded import StatementChange

LINES = 10
NOTHING = "Nothing else changed."


def text(changes: Changes) -> str:
    """At most ten lines, the most important first; what does not fit is counted."""
    head = f"{changes.before or 'nothing'} -> {changes.after}"
    if changes.before is None:
        return "\n".join([head, f"First version: {first_version(changes)}"])
    lines = [f"Changed conclusions: {_of(len(changes.conclusions), changes)}"]
    lines += [f"  {f.name}: {' '.join([*f.conclusions, *(f'{m}.' for m in f.moved)])}" for f in changes.conclusions]
    statements = list(_reworded(changes))
    middle = [f"Changed estimates: {_of(len(changes.estimates), changes)}"]
    middle += [f"  {f.name}: {'; '.join(f.moved)}" for f in changes.estimates]
    tail = list(_rest(changes)) or [NOTHING] * (not statements)
    room = LINES - 1 - len(statements) - len(tail)
    shown = _shortened(lines, max(1, room - 1 - min(2, len(middle) - 1)))
    rest = _shortened(middle, room - len(shown))
    return "\n".join([head, *shown, *statements, *rest, *tail])


def _of(number: int, changes: Changes) -> str:
    return f"{number} of {len(changes.findings)} lines in the summary of findings" if number else "none"


def _shortened(lines: Sequence[str], room: int) -> list[str]:
    """The lines, or as many as fit with a count of the others."""
    if len(lines) <= room:
        return list(lines)
    kept = list(lines[: max(1, room)])
    kept[-1] = f"{kept[-1]} (and {len(lines) - len(kept)} more)"
    return kept


def _reworded(changes: Changes) -> Iterator[str]:
    """A line on what the review says in its own words, where it says something else."""
    if changes.statements:
        reworded = sum(s.is_reworded for s in changes.statements)
        names = ", ".join(dict.fromkeys(s.name.lower() for s in changes.statements))
        yield f"Statements: {reworded} reworded, {len(changes.statements) - reworded} with other numbers ({names})"


def _rest(changes: Changes) -> Iterator[str]:
    """One line each on studies, totals, corrections, rows and searches, where there is something to say."""
    if changes.notices:
        said = [f"{n.finding} of {n.name} ({n.notice}): {n.changed}" for n in changes.notices]
        yield "; ".join([f"Notices on included studies: {said[0]}", *said[1:]])
    if changes.studies_new or changes.studies_retired or changes.studies_further:
        said = [f"{s.name} ({about(s)})" for s in changes.studies_new]
        said += [f"further report of {s.name} ({about(s)})" for s in changes.studies_further]
        said += [f"without {s.name}" for s in changes.studies_retired]
        yield "; ".join(_shortened([f"Studies: {said[0]}", *said[1:]], 4))
    if grown := [t for t in changes.totals if t.is_count]:
        said = [f"{t.name}, {t.before} -> {t.after}" for t in grown]
        yield "; ".join(_shortened([f"Totals that moved: {said[0]}", *said[1:]], 2))
    if changes.corrected:
        said = [f"{c.name}, {c.before} -> {c.after}" for c in changes.corrected]
        yield "; ".join(_shortened([f"Corrected: {said[0]}", *said[1:]], 2))
    came, went = (sum(map(len, rows.values())) for rows in (changes.rows_new, changes.rows_retired))
    if came or went:
        yield f"Evidence rows: {numbers.whole(came)} new, {numbers.whole(went)} retired"
    if changes.searches:
        yield f"Searches: {'; '.join(_searches(changes))}"


def first_version(changes: Changes) -> str:
    """What the first version holds, in one sentence."""
    rows = sum(map(len, changes.rows_new.values()))
    return (
        f"everything is new, {numbers.whole(len(changes.studies_new))} studies, {numbers.whole(rows)} evidence rows and"
        f" {numbers.whole(len(changes.findings))} lines in the summary of findings."
    )


def about(study: StudyChange) -> str:
    """Condition and patients of a study, as far as they are stated."""
    patients = "patients not stated" if study.patients is None else f"{numbers.whole(study.patients)} patients"
    if study.shared is not None:
        patients += (
            f", {numbers.whole(study.shared)} of them counted before" if study.shared else ", none counted before"
        )
    return f"{study.conditions}, {patients}" if study.conditions else patients


def _searches(changes: Changes) -> list[str]:
    return [
        f"{s['database']}"
        + ("" if s["date_run"] is None else f", run {numbers.day(s['date_run'])}")
        + ("" if s["records"] is None else f": {numbers.whole(s['records'])} records")
        for s in changes.searches
    ]


def markdown(changes: Changes) -> str:
    """A section for one version: its heading has an address of its own."""
    heading = f"## Version {changes.after.version} {{#{address(changes.after.version)}}}"
    if changes.before is None:
        said = f"The first version: {first_version(changes)}"
        return (
            "\n\n".join([heading, said, _plain_list("Searches", [markup.literal(s) for s in _searches(changes)])])
            + "\n"
        )
    parts = [
        heading,
        f"Against version {changes.before.version}, searched through {numbers.day(changes.before.searched_through)}.",
        _conclusions(changes.conclusions),
        _statements(changes.statements),
        _estimates(changes),
        _notices(changes),
        _studies(changes),
        _totals(changes),
        _corrected(changes),
        _plain_list("Searches", [markup.literal(s) for s in _searches(changes)]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def address(version: str) -> str:
    """Anchor of a version on the page of what is new: ``version-2023-1``."""
    return f"version-{version.replace('.', '-')}"


def _conclusions(changed: Sequence[FindingChange]) -> str:
    if not changed:
        return "**Changed conclusions.** None."
    lines = [
        f"- **{markup.literal(f.name)}.** {markup.literal(' '.join(f.conclusions))}{estimates(f, now=_linked(f))}"
        for f in changed
    ]
    return "**Changed conclusions.**\n\n" + "\n".join(lines)


def _statements(changed: Sequence[StatementChange]) -> str:
    """What is said otherwise, place by place; a statement whose numbers alone moved is told by its new form."""
    lines = []
    for one in changed:
        was, now = (None if text is None else markup.literal(text) for text in (one.before, one.after))
        if was is None or (now is not None and not one.is_reworded):
            lines.append(f"{one.name}, {'new' if was is None else 'other numbers'}: {now}")
        else:
            lines.append(f"{one.name}, {'reworded' if now else 'withdrawn'}: {was}" + (f" Now: {now}" if now else ""))
    return _plain_list("Key messages, methods and other statements", lines) if lines else ""


def estimates(finding: FindingChange, *, now: str | None = None) -> str:
    """The outcome before and now as a sentence; `now` in another form on request; nothing where there is no outcome."""
    before, after = ((side or {}).get("outcome") for side in (finding.before, finding.after))
    if before is None and after is None:
        return ""
    return f" Before: {before or 'no estimate'}; now: {now or after or 'no estimate'}."


def _linked(finding: FindingChange) -> str | None:
    """The estimate as it is now, with a link to its row."""
    after = finding.after or {}
    if after.get("outcome") is None:
        return None
    return f"[{after['outcome']}]({wording.EVIDENCE_PAGE}#{after['rows'][-1]})"


def _estimates(changes: Changes) -> str:
    lines = [
        {
            "Treatment and condition": markup.literal(f.name),
            "Patients treated": _arrow((f.before or {}).get("use"), (f.after or {}).get("use")),
            "Outcome": markup.literal((f.after or {}).get("outcome_name") or "none"),
            "Before": (f.before or {}).get("outcome") or "none",
            "Now": _linked(f) or "none",
        }
        for f in changes.estimates
    ]
    if not lines:
        return "**Changed estimates.** None beside these." if changes.conclusions else "**Changed estimates.** None."
    table = wording.markdown_table(pd.DataFrame(lines), align="lrlrr")
    return f"**Changed estimates**, with the conclusion unchanged.\n\n{table}"


def _arrow(before: str | None, after: str | None) -> str:
    return (after or "not stated") if before == after else f"{before or 'not stated'} → {after or 'not stated'}"


def _notices(changes: Changes) -> str:
    said = [
        f"{n.finding.capitalize()} of [{markup.literal(n.name)}](studies.qmd#study-{n.study_id}),"
        f" {markup.literal(n.notice)}: {markup.literal(n.changed)}"
        for n in changes.notices
    ]
    return _plain_list("Notices on included studies", said) if said else ""


def _studies(changes: Changes) -> str:
    new = [
        f"[{markup.literal(s.name)}](studies.qmd#study-{s.study_id}): {markup.literal(about(s))}"
        for s in changes.studies_new
    ]
    further = [
        f"[{markup.literal(s.name)}](studies.qmd#study-{s.study_id}): {markup.literal(about(s))}"
        for s in changes.studies_further
    ]
    gone = [f"{markup.literal(s.name)}: no longer included" for s in changes.studies_retired]
    parts = [_plain_list("New studies", new)]
    parts += [_plain_list("Further reports of included studies", further)] if further else []
    return "\n\n".join([*parts, *([_plain_list("Studies taken out", gone)] if gone else [])])


def _totals(changes: Changes) -> str:
    if not changes.totals:
        return ""
    said = [
        f"{markup.literal(t.name)}: {t.before} → [{t.after}]({wording.EVIDENCE_PAGE}#{t.row_id})"
        for t in changes.totals
        if t.is_count
    ]
    others = [
        f"[{markup.literal(t.name)}]({wording.EVIDENCE_PAGE}#{t.row_id})" for t in changes.totals if not t.is_count
    ]
    text = _plain_list("Totals that moved", said)
    return text + (f"\n\nOnly the denominator moved in: {'; '.join(others)}." if others else "")


def _corrected(changes: Changes) -> str:
    said = [
        f"{markup.literal(c.name)}: {c.before} → [{c.after}]({wording.EVIDENCE_PAGE}#{c.row_id}); the earlier row `{c.replaced}` is retired"
        for c in changes.corrected
    ]
    return _plain_list("Corrected rows", said)


def _plain_list(title: str, lines: Sequence[str]) -> str:
    return f"**{title}.** None." if not lines else f"**{title}.**\n\n" + "\n".join(f"- {line}" for line in lines)
