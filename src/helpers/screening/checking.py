"""One entry after the other held against the rules: what is sound, what must be mended, what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.faults import Fault
from helpers.screening.days import could_be_two_days, iso_day
from helpers.screening.identity import Known
from helpers.screening.reasons import OF_TOOLS, Reasons
from helpers.screening.tools import Entry
from helpers.screening.words import (
    CONSENSUS,
    EXCLUDE,
    FULL_TEXT,
    INDEPENDENT,
    OPEN,
    TOGETHER,
    UNSURE,
    decision,
    is_plain_name,
    nearest_decision,
    plain,
    same_name,
    shown,
    tidy_name,
)


@dataclass(frozen=True)
class Request:
    """What a file of decisions is read for; the fields are the arguments of `read_decisions`."""

    file: str
    phase: str
    stage: str
    reasons: Reasons
    today: str
    reviewer: str | None
    imported_on: str | None


class Checker:
    """Reads entries and keeps sound decisions, faults, and reports still open.

    Parameters
    ----------
    asked : Request
        What the file is read for.
    known : Known
        Reports that may be decided.
    """

    def __init__(self, asked: Request, known: Known) -> None:
        self.asked, self.known = asked, known
        self.reviewer = tidy_name(asked.reviewer or "")
        self.rows: list[dict[str, str]] = []
        self.lines: list[int] = []
        self.is_shared = False
        self.faults: list[Fault] = []
        self._open: dict[str, None] = {}
        self._people: dict[str, str] = {}
        self._seen: dict[tuple[str, str], tuple[int, str, str]] = {}
        self._passed_over: Counter[str] = Counter()
        self._said: set[tuple[str, str]] = set()
        self._without_id = self._several_reasons = self._repeated = self._of_tool = 0

    @property
    def still_open(self) -> tuple[str, ...]:
        """Reports that the file lists and does not decide."""
        decided = {row["report_id"] for row in self.rows}
        return tuple(report for report in self._open if report not in decided)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing and no fault, with counts."""
        counted = [
            (len(self.still_open), "without a decision yet; they can be handed in later."),
            (self._without_id, "found by DOI, PMID or title, because the file no longer has the id."),
            (self._several_reasons, "with several reasons; the first of the list counts."),
            (self._of_tool, "with a reason of the tool's own list; the decision counts, and no reason is kept."),
            (self._repeated, "decided twice in the file, in the same way; it counts once."),
        ]
        others = [
            f"{count} {'decisions' if count > 1 else 'decision'} by {shown(name)} passed over; they were not asked for."
            for name, count in self._passed_over.items()
        ]
        told = [f"{count} {'reports' if count > 1 else 'report'} {said}" for count, said in counted if count]
        return (*told, *others)

    def read(self, entries: Sequence[Entry]) -> None:
        """Take in every entry of a file."""
        for entry in entries:
            self._read(entry)
        if self.reviewer and self._people and same_name(self.reviewer) not in self._people:
            found = ", ".join(self._people.values())
            message = f"no decision by {shown(self.reviewer)} in this file"
            fix = "Give the name as the file has it, or leave it out."
            self.faults.append(Fault(self.asked.file, None, "reviewer", shown(found), "reviewer", message, fix))

    def _read(self, entry: Entry) -> None:
        found = self.known.find(entry, self.asked.file)
        if isinstance(found, Fault):
            self.faults.append(found)
            return
        self._without_id += not any(candidate in self.known.ids for candidate in entry.ids)
        before = len(self.faults)
        self._check_place(entry)
        code = self._decision(entry)
        if self._is_by_another(entry):
            self._open.setdefault(found[0])
            self._passed_over[tidy_name(entry.reviewer)] += code != OPEN
        elif code == OPEN:
            self._open.setdefault(found[0])
        elif code is not None:
            name, reason, day = self._name(entry), self._reason(entry, code), self._day(entry)
            if len(self.faults) == before and name and not self._is_repeated(entry, found[0], name, code, reason):
                self.lines.append(entry.line)
                place = {"phase": self.asked.phase, "report_id": found[0], "record_id": found[1]}
                said = {"reviewer": name, "decision": code, "reason": reason, "decided_on": day}
                self.rows.append(place | said | {"stage": self.asked.stage})

    def _check_place(self, entry: Entry) -> None:
        for column, wanted in (("phase", self.asked.phase), ("stage", self.asked.stage)):
            written = getattr(entry, column)
            if written and written != wanted:
                fix = f"Hand this list in for {shown(written)}, or give the list for {wanted}."
                self._fault(entry, column, written, column, f"this list is for another {column}, not {wanted}", fix)

    def _decision(self, entry: Entry) -> str | None:
        code = decision(entry.decision)
        if code is None:
            near = nearest_decision(entry.decision)
            hint = f"Did you mean {near!r}? " if near else ""
            fix = f"{hint}Write include, exclude or unsure, or leave the cell empty."
            self._fault(entry, "decision", entry.decision, "decision-word", "not a decision that is known", fix)
        elif code == OPEN and entry.reason and not entry.is_shared:
            fix = "Write exclude beside it, or remove the reason."
            self._fault(entry, "reason", entry.reason, "reason-without-decision", "a reason, but no decision", fix)
        elif code == UNSURE and self.asked.stage == CONSENSUS:
            fix = "Settle it: include or exclude."
            self._fault(entry, "decision", entry.decision, "consensus-settles", "a consensus cannot be unsure", fix)
        return code

    def _is_by_another(self, entry: Entry) -> bool:
        """In a file that several share, one person's decisions may be asked for; the others' are passed over."""
        if not entry.is_shared or not entry.reviewer:
            return False
        self.is_shared = True
        self._people.setdefault(same_name(entry.reviewer), tidy_name(entry.reviewer))
        return bool(self.reviewer) and same_name(entry.reviewer) != same_name(self.reviewer)

    def _name(self, entry: Entry) -> str:
        """Who has decided; an empty text where nobody can be named, which is said once for each name of the file."""
        written, account = tidy_name(entry.reviewer), tidy_name(entry.account)
        together = TOGETHER if self.asked.stage == CONSENSUS else ""
        name = self.reviewer or written or together
        named = {same_name(one) for one in (written, account) if one}
        rule = ""
        if self.reviewer and named and same_name(self.reviewer) not in named:
            rule, message = "reviewer-differs", f"not by {shown(self.reviewer)}"
            fix = f"Give the file of {shown(self.reviewer)}, or leave --reviewer out: the file names who has decided."
        elif not self.reviewer and not together and len(named) > 1:
            rule, message = "reviewer-differs", f"the list is for {shown(written)}, but {shown(account)} was logged in"
            fix = 'Say who has decided: --reviewer "NAME"'
        elif not name:
            rule, message = "reviewer", "nobody is named who has decided"
            fix = 'Say whose file it is: --reviewer "NAME". Or fill the column reviewer.'
        elif not is_plain_name(name):
            rule, message = "reviewer-name", "this cannot be a name"
            fix = "Write a name: letters, digits, blanks, full stops, hyphens; at most 80 characters."
        if not rule:
            return self._people.setdefault(same_name(name), name)
        if (rule, written) not in self._said:
            self._fault(entry, "reviewer", written or name or None, rule, message, fix)
        self._said.add((rule, written))
        return ""

    def _reason(self, entry: Entry, code: str) -> str:
        allowed = ", ".join(self.asked.reasons.codes(self.asked.phase))
        codes, unknown = self.asked.reasons.read(entry.reason, self.asked.phase)
        of_tool = [word for word in unknown if plain(word) in OF_TOOLS]
        if of_tool and self.asked.phase != FULL_TEXT:  # no reason is needed there, and theirs says nothing exact here
            self._of_tool += 1
            unknown = [word for word in unknown if word not in of_tool]
            of_tool = []
        for word in of_tool:
            if (word, "") not in self._said:
                message = "one of the tool's own reasons, which fits several of the list"
                fix = f'Say which it means: --reason "{shown(word)}=CODE", CODE one of: {allowed}.'
                self._fault(entry, "reason", word, "reason-of-tool", message, fix)
            self._said.add((word, ""))
        for word in [word for word in unknown if word not in of_tool]:
            near = self.asked.reasons.nearest(word, self.asked.phase)
            fix = (f"Did you mean {near!r}? " if near else "") + f"Allowed: {allowed}."
            self._fault(entry, "reason", word, "reason-listed", "not a reason of the list for this phase", fix)
        if code != EXCLUDE and codes:
            fix = "Remove the reason, or exclude."
            self._fault(entry, "reason", entry.reason, "reason-with-exclude", f"a reason, but decided {code}", fix)
        if code == EXCLUDE and self.asked.phase == FULL_TEXT and not codes and not unknown:
            fix = f"Give one of: {allowed}."
            self._fault(entry, "reason", None, "reason-needed", "excluded on full text without a reason", fix)
        self._several_reasons += len(codes) > 1
        return self.asked.reasons.first(codes)

    def _day(self, entry: Entry) -> str:
        written = entry.decided_on
        day = iso_day(written) if written else self.asked.today
        if day is None:
            fix = "Write it as YYYY-MM-DD, or leave it empty."
            message = "day and month could be the other way round" if could_be_two_days(written) else "not a date"
            self._fault(entry, "decided_on", written, "date", message, fix)
            return ""
        fix = "Correct the date; or the file belongs to another update."
        if day > self.asked.today:
            self._fault(entry, "decided_on", written, "decided-by-today", "this day is still to come", fix)
        if self.asked.imported_on and day < self.asked.imported_on:
            message = f"before the records were imported, on {self.asked.imported_on}"
            self._fault(entry, "decided_on", written, "decided-after-import", message, fix)
        return day

    def _is_repeated(self, entry: Entry, report: str, name: str, code: str, reason: str) -> bool:
        """Whether the reviewer has decided on the report further up; the same twice is one, a different one a fault."""
        who = same_name(name) if self.asked.stage == INDEPENDENT else ""
        line, *before = self._seen.setdefault((report, who), (entry.line, code, reason))
        if line == entry.line:
            return False
        self._repeated += before == [code, reason]
        if before != [code, reason]:
            message = f"a second, different decision by {name} on this report; line {line} says {before[0]}"
            self._fault(entry, "decision", code, "one-decision", message, "Keep one of the two.")
        return True

    def _fault(self, entry: Entry, column: str, value: str | None, rule: str, message: str, fix: str) -> None:
        found = shown(value) if value else None
        self.faults.append(Fault(self.asked.file, entry.line, column, found, rule, message, fix))
