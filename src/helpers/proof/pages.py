"""Every number on every built page, and where it comes from; those without an origin are faults."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from helpers.evidence import Evidence
from helpers.faults import Fault
from helpers.proof import names as name_list
from helpers.proof.names import Name, without_names
from helpers.proof.origins import NONE, Origins, Tokens, gather
from helpers.proof.parts import pool
from helpers.proof.places import Page, Run, read_page, scales_ascend
from helpers.proof.tokens import numbers_in

ROW_LINK = re.compile(r"(?:^|/)evidence\.html#(.+)$")
RESULT_LINK = re.compile(r"(?:^|/)results\.html#result-(.+)$")
RECORD = re.compile(r"(?:^|[/#])((?:claim|slip|differs|study)-[\w-]+)$")
FIGURE_PAGE = re.compile(r"figures/(\d\d-[\w-]+?)-(fig-[\w-]+)\.html$")
FROZEN = re.compile(r"v/[^/]+/")  # versions at addresses that stay: proven when they were made
RULE = "number-origin"
FIX = (
    "Take it from an evidence row (wording.say), or compute it and say how (wording.computed); digits of a name belong"
    " into data/names.yaml, with the reason."
)


@dataclass
class Proof:
    """What was found.

    Attributes
    ----------
    faults : list of Fault
        One a number without an origin.
    tally : Counter of str
        Numbers by origin: ``row`` (recomputed from an evidence row), ``result`` (recorded as computed), ``record`` (an audited
        claim, a known slip, a study), ``figure`` (the values of a figure or table), ``part`` (a generated part), ``name``,
        ``reference`` and ``scale`` (no numbers of the evidence).
    names : Counter of str
        Names that were met, by the reason why their digits need no origin.
    pages : int
        Pages looked at.
    """

    faults: list[Fault] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    pages: int = 0

    @property
    def numbers(self) -> int:
        """Numbers looked at."""
        return sum(self.tally.values()) + len(self.faults)


def check_pages(
    site: Path,
    review: Evidence,
    *,
    sources: Mapping[str, str] | None = None,
    claims: Sequence[Mapping[str, Any]] | None = None,
) -> Proof:
    """Prove that every number on every page of a built site has an origin.

    Parameters
    ----------
    site : Path
        The built site.
    review : Evidence
        The evidence that it shows, with the folder of the review.
    sources : mapping of str to str, optional
        Source of each page by its address; by default found beside the site.
    claims : sequence of dict, optional
        Audited claims where they are known already.

    Returns
    -------
    Proof
    """
    origins, names = gather(review, claims), [*name_list.from_data(review), *name_list.listed(review.root)]
    proof = Proof()
    for path in sorted(site.rglob("*.html")):
        address = path.relative_to(site).as_posix()
        if FROZEN.match(address):
            continue
        source = (sources or {}).get(address) or _source(review.root, address)
        proof.pages += 1
        page = read_page(path, site)
        brought = pool(review.root, source, names, page.language)
        _Judge(origins, names, address, source, brought, proof).page(page)
    return proof


def _source(root: Path, address: str) -> str:
    candidates = (PurePosixPath(address).with_suffix(suffix).as_posix() for suffix in (".qmd", ".ipynb"))
    return next((c for c in candidates if (root / c).is_file()), address)


@dataclass
class _Judge:
    origins: Origins
    names: list[Name]
    address: str
    source: str
    pool: Counter[str]
    proof: Proof

    def page(self, page: Page) -> None:
        odd = {id(run) for run in scales_ascend(page.runs)}
        for run in page.runs:
            found = numbers_in(run.text, page.language)
            if run.kind == "reference" or (run.kind == "scale" and id(run) not in odd):
                self.proof.tally[run.kind] += len(found)
                continue
            rest, taken = without_names(run.text, self.names, self.source)
            left = numbers_in(rest, page.language)
            self.proof.names += taken
            self.proof.tally["name"] += len(found) - len(left)
            for token in left:
                self._number(token, run, page)

    def _number(self, token: str, run: Run, page: Page) -> None:
        origin, known = self._place(run, page)
        if token in known:
            self.proof.tally[origin] += 1
        elif not origin and self.pool[token] > 0:
            self.pool[token] -= 1
            self.proof.tally["part"] += 1
        else:
            said = " ".join(run.text.split())
            where = {"row": "the evidence row it leads to", "result": "the computed value it leads to"}.get(
                origin, origin
            )
            message = f"no origin for this number in “{said[:90]}”" + (
                f": not among the numbers of {where}" if where else ""
            )
            section = f"section “{run.section}”" if run.section else None
            self.proof.faults.append(Fault(self.source, None, section, token, RULE, message, FIX))

    def _place(self, run: Run, page: Page) -> tuple[str, Tokens]:
        """What a number at this place must come from; no origin where the place promises none."""
        if row := ROW_LINK.search(run.link):
            return "row", self.origins.rows.get(row[1], NONE) | self.origins.places.get(row[1], NONE)
        if result := RESULT_LINK.search(run.link):
            return "result", self.origins.results.get(result[1], NONE)
        if (record := RECORD.search(run.link)) and record[1] in self.origins.records:
            return "record", self.origins.records[record[1]]
        figure = self._figure(run)
        for origin, known in self._of_line(run, page):
            return origin, known | figure
        return ("figure", figure) if figure else ("", NONE)

    def _figure(self, run: Run) -> Tokens:
        """Numbers recorded for the figure or table that the run belongs to."""
        if on_page := FIGURE_PAGE.search(self.address):
            return self.origins.figures.get((on_page[1], on_page[2]), NONE)
        return self.origins.figures.get((PurePosixPath(self.address).stem, run.figure), NONE)

    def _of_line(self, run: Run, page: Page) -> Iterator[tuple[str, Tokens]]:
        """What the line is about: the rows, results and records it is the place of and, in tables, those it leads to."""
        if not run.line:
            return
        ids, links = page.ids.get(run.line, []), page.links.get(run.line, [])
        inside = [link[1:] for link in links if link.startswith("#")]
        led = links if run.is_row else []
        rows = [r for r in [*ids, *_targets(ROW_LINK, led)] if r in self.origins.rows]
        records = [r for r in [*ids, *inside, *_targets(RECORD, led)] if r in self.origins.records]
        results = [r for i in ids if (r := i.removeprefix("result-")) != i and r in self.origins.results]
        known = [self.origins.rows[r] | self.origins.texts[r] for r in rows]
        known += [self.origins.records[r] for r in records] + [self.origins.results[r] for r in results]
        if known:
            yield "result" if results else "row" if rows else "record", frozenset().union(*known)


def _targets(pattern: re.Pattern[str], links: list[str]) -> list[str]:
    return [found[1] for link in links if (found := pattern.search(link))]
