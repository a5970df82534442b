"""PubMed searched from here: the kept strategy is run for the days since the last search, and every record is saved."""

from __future__ import annotations

import datetime as dt
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from helpers import records
from helpers.faults import Fault
from helpers.project import write_atomically
from helpers.settings import load_settings
from helpers.update import calendar, layout, medline
from helpers.update.asking import AGAIN, Asker, HistoryLostError, address
from helpers.update.errors import fault, misused, refuse
from helpers.update.eutils import Found, PubMed, Query
from helpers.update.fetched import Run, run_of
from helpers.update.outcome import Outcome
from helpers.update.strategies import Strategy, read_strategy
from helpers.update.strategy_strings import date_tags

PAGE = 200  # records a request; NBK25499 asks for no more than 500 in the MEDLINE format
ROUNDS = 5  # searches in one go; repeating the command goes on
DATABASE = "PubMed"


def fetch(
    root: Path,
    update_id: str,
    *,
    database: str = "pubmed",
    today: str,
    email: str = "",
    api_key: str = "",
    again: bool = False,
    page_size: int = PAGE,
    tell: Callable[[str], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Search PubMed for what was added since the last search, and save every record in one file.

    The set of records is settled by their PMIDs: every search tells them all, each page that comes is kept on its own once
    it is whole, and the file is written when a last search, run after the last page, names nothing that is not there. So the
    command can be killed and repeated at any moment, PubMed may forget the search, and its count may change meanwhile.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        Last day that the search covers.
    database : str
        ``pubmed``.
    today : str
        Day of the search.
    email, api_key : str
        Who asks; an address is what NCBI wants, a key makes it faster. Neither is written anywhere.
    again : bool
        Search anew although the search was fetched before.
    page_size : int
        Records a request.
    tell, sleep : callable
        Is told what goes on (default: on stderr); waits for a number of seconds.

    Returns
    -------
    Outcome
        With ``fetched``: file, count of records, dates, and how PubMed understood the string.

    Raises
    ------
    UsageError
        The date does not fit, or nobody is named.
    ReviewError
        There is no sound strategy, PubMed does not answer, or records are missing. What came is kept for the next try.
    """
    if database != "pubmed":
        fix = "Export the search on the page of the database, then: review update start"
        one = fault("--database", "cannot be searched from here", fix, rule="database", value=database)
        raise misused("Nothing was fetched", one)
    known = calendar.read_calendar(root)
    if known.running != update_id:
        calendar.check_id(known, update_id, today)
    strategy = read_strategy(root, update_id, DATABASE)
    _refuse_own_dates(strategy)
    start = (dt.date.fromisoformat(known.searched_through) + dt.timedelta(days=1)).isoformat()
    query = Query(strategy.query, strategy.date_field, start, update_id)
    run = run_of(root, update_id, query, today=today, again=again)
    if run.is_done:
        did = [f"This search was fetched on {run.notes['searched_on']}; nothing was done. To search anew: --again"]
        return _outcome(run, did, is_started=known.running is not None)
    address()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        fix = (
            "Set NCBI_EMAIL in the environment, or give --email; it is sent to NCBI with each request and kept nowhere."
        )
        raise misused("PubMed was not asked", fault("NCBI_EMAIL", "NCBI asks for an e-mail address", fix, rule="email"))
    say = tell or _to_stderr
    pubmed = PubMed(Asker(email, api_key, say, sleep), load_settings(root).slug)
    job = _Job(pubmed, query, run, page_size, say, today)
    found, held = job.complete(None if again else run.found)
    did = _checked(run, query, found, held)
    if update_id == today:
        did.append(f"{today} is not over: what PubMed adds later today belongs to no update. Better name a day before.")
    return _outcome(run, did, is_started=known.running is not None)


@dataclass(frozen=True)
class _Job:
    """One go at fetching a search."""

    service: PubMed
    query: Query
    run: Run
    size: int
    say: Callable[[str], None]
    today: str

    def complete(self, found: Found | None) -> tuple[Found, dict[str, str]]:
        """What the last search names, and a record for each."""
        for _ in range(ROUNDS):
            found = found or self._search()
            try:
                held = self._fill(found)
            except HistoryLostError:
                self.say("PubMed: the kept search has expired; searching again, the pages that came are kept")
                found = None
                continue
            found = self._search()  # has anything come or gone while the pages were fetched?
            if held.keys() >= set(found.pmids):
                return found, {pmid: held[pmid] for pmid in found.pmids}
            self.say("PubMed: the search finds more than before; fetching the rest")
        message = f"the search did not hold still in {ROUNDS} goes"
        raise refuse("PubMed could not be fetched", fault(DATABASE, message, AGAIN, rule="eutils"))

    def _search(self) -> Found:
        found = self.service.search(self.query)
        if not found.pmids:
            remarks = "; ".join(found.remarks)
            message = f"the search finds nothing from {self.query.start} to {self.query.end}" + f" ({remarks})" * bool(
                remarks
            )
            fix = f"Try the string on the page of PubMed, which reads it as: {found.translation or 'nothing'}"
            raise refuse("There is nothing to fetch", fault(DATABASE, message, fix, rule="nothing-found"))
        if unknown := [one for one in found.remarks if re.match("fields?notfound", one, re.IGNORECASE)]:
            fix = "Mend the string in the strategy file; PubMed passes over what it does not know."
            raise refuse("The search was not fetched", fault(DATABASE, "; ".join(unknown), fix, rule="field-tags"))
        self.run.remember(found, self.query, self.today)
        return found

    def _fill(self, found: Found) -> dict[str, str]:
        """Records of a search: those held already, the others page by page, and by their numbers what pages lack."""
        wanted = set(found.pmids)
        held = {pmid: text for pmid, text in self.run.records().items() if pmid in wanted}
        total = len(found.pmids)
        self.say(f"PubMed: {total} records found, {len(held)} of them here already")
        for start in range(0, total, self.size):
            if not held.keys() >= set(found.pmids[start : start + self.size]):
                self._keep(held, partial(self.service.page, found, start, self.size))
                self.say(f"PubMed: {len(held)} of {total} records")
        lacking = [pmid for pmid in found.pmids if pmid not in held]
        for start in range(0, len(lacking), self.size):
            self._keep(held, partial(self.service.records, lacking[start : start + self.size]))
        if lacking := [pmid for pmid in found.pmids if pmid not in held]:
            fix = "Repeat the command; if they stay away, export the search on the page of PubMed."
            faults = [
                fault(
                    DATABASE, "the search names it, but PubMed does not give its record", fix, rule="each-once", value=p
                )
                for p in lacking
            ]
            raise refuse(f"{len(lacking)} of {total} records are missing; no file was written", *faults)
        return held

    def _keep(self, held: dict[str, str], call: Callable[[], dict[str, str]]) -> None:
        try:
            came = call()
        except medline.Unfit as error:
            came = error.records or {}
        if came:
            self.run.keep(came)
        held.update(came)


def _refuse_own_dates(strategy: Strategy) -> None:
    faults: list[Fault] = [
        fault(
            strategy.file,
            "the string limits by date itself; the days since the last search are added when it is run",
            "Take this limit out of the string.",
            rule="own-dates",
            row=row,
            value=tag,
        )
        for row, tag in date_tags(strategy.lines)
    ]
    if faults:
        raise refuse("The search strategy for PubMed cannot be used", *faults)


def _checked(run: Run, query: Query, found: Found, held: dict[str, str]) -> list[str]:
    """Write the file once its records have been read as an import reads them: each PMID that the search names, once."""
    strange = medline.outside(held, query.date_field, query.start, query.end)
    if len(strange) * 2 > len(held):
        message = f"{len(strange)} of {len(held)} records are not of {query.start} to {query.end} ({query.date_field})"
        fix = "PubMed has not applied the limit by date: repeat the command later, or export on the page of PubMed."
        raise refuse("No file was written", fault(DATABASE, message, fix, rule="dates-applied"))
    text = "\n".join(held[pmid] for pmid in found.pmids)
    write_atomically(run.draft, text)
    content = records.read_export(run.draft)
    read = [record.pmid for record in content.records]
    if sorted(read) != sorted(found.pmids):
        message = f"{len(found.pmids)} records were found, {len(set(read))} can be read"
        fix = "Export the search on the page of PubMed, and report this."
        raise refuse("No file was written", fault(layout.shown(run.root, run.draft), message, fix, rule="each-once"))
    run.finish(text)
    did = [f"PubMed: {len(read)} records found, {len(read)} fetched, each once; {query.start} to {query.end}."]
    did += [f"  PubMed remarks: {one}" for one in found.remarks]
    if strange:
        did.append(f"  {len(strange)} records carry another date ({query.date_field}): PMID {', '.join(strange[:20])}")
    return did


def _outcome(run: Run, did: list[str], *, is_started: bool) -> Outcome:
    file = layout.shown(run.root, run.result)
    command = "review update import" if is_started else f"review update start {run.update_id}"
    also = "" if is_started else " --embase FILE"
    did.append(
        f"For the strategy file: date run {run.notes['searched_on']}; as PubMed read it: {run.notes['translation']}"
    )
    did.append(f"To import it: {command} --pubmed {file}{also}")
    told = ("date_field", "start", "end", "count", "translation", "remarks", "began_on", "searched_on")
    document = {"database": DATABASE, "file": file, "query": run.notes["term"], **{key: run.notes[key] for key in told}}
    return Outcome(did, {"fetched": document})


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
