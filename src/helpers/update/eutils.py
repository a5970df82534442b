"""Searches of PubMed and their records, through NCBI's E-utilities; no answer is trusted unseen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from Bio import Entrez

from helpers.update import medline
from helpers.update.asking import LOST, Asker, HistoryLostError
from helpers.update.errors import fault, refuse
from helpers.update.medline import Unfit

MOST = 9999  # PubMed gives no more records of one search: NBK25499, ESearch, retmax


@dataclass(frozen=True)
class Query:
    """A search limited by date.

    Attributes
    ----------
    term : str
        Search string.
    date_field : str
        ``crdt``, ``edat`` or ``pdat``.
    start, end : str
        First and last day, ISO dates.
    """

    term: str
    date_field: str
    start: str
    end: str


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    pmids : tuple of str
        All of it, in PubMed's order.
    web_env, query_key : str
        Where PubMed keeps it for a while.
    translation : str
        How PubMed understood the string.
    remarks : tuple of str
        What it could not use.
    """

    pmids: tuple[str, ...]
    web_env: str
    query_key: str
    translation: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class PubMed:
    """The service.

    Attributes
    ----------
    asker : Asker
        Who asks.
    tool : str
        Name under which NCBI counts the requests.
    """

    asker: Asker
    tool: str

    def search(self, query: Query) -> Found:
        """Run a search and have PubMed keep what it finds.

        Raises
        ------
        ReviewError
            It finds more than PubMed gives of one search; or see `Asker.ask`.
        """
        limits = {
            "datetype": query.date_field,
            "mindate": query.start.replace("-", "/"),
            "maxdate": query.end.replace("-", "/"),
        }
        asked = {"usehistory": "y", "retmode": "json", "retmax": MOST, **limits, **self._who}
        return self.asker.ask(lambda: Entrez.esearch(db="pubmed", term=query.term, **asked), _found)

    def page(self, found: Found, start: int, size: int) -> dict[str, str]:
        """Records of a kept search, from a place on; see `medline.page`."""
        kept = {"WebEnv": found.web_env, "query_key": found.query_key, "retstart": start, "retmax": size}
        return self._records(kept, min(size, len(found.pmids) - start), found.pmids)

    def records(self, pmids: Sequence[str]) -> dict[str, str]:
        """Records by their numbers; see `medline.page`."""
        return self._records({"id": ",".join(pmids)}, len(pmids), pmids)

    def _records(self, which: Mapping[str, Any], count: int, known: Iterable[str]) -> dict[str, str]:
        seen: set[str] = set()

        def judge(text: str) -> dict[str, str]:
            if not medline.begins(text) and LOST.search(medline.what_came(text)):
                raise HistoryLostError
            is_same_again = text in seen
            seen.add(text)
            found = medline.page(text, count, is_same_again=is_same_again)
            if not found.keys() <= set(known):
                raise HistoryLostError  # records of another search: what PubMed kept is not what it told
            return found

        asked = {"rettype": "medline", "retmode": "text", **which, **self._who}
        return self.asker.ask(lambda: Entrez.efetch(db="pubmed", **asked), judge)

    @property
    def _who(self) -> dict[str, str | None]:
        return {"tool": self.tool, "email": self.asker.email, "api_key": self.asker.api_key or None}


def _found(text: str) -> Found:
    """What a search found, if the answer is whole."""
    try:
        answer = json.loads(text, strict=False)  # translations have been seen to hold bare control characters
        result = answer["esearchresult"]
        if "ERROR" in result:
            raise Unfit(f"PubMed answers: {result['ERROR']}")
        count, pmids = int(result["count"]), tuple(map(str, result["idlist"]))
        remarks = (*_remarks(result.get("errorlist")), *_remarks(result.get("warninglist")))
    except (ValueError, KeyError, TypeError):
        raise Unfit(medline.what_came(text)) from None
    if count > MOST:
        fix = "Search in parts, or export from the page of PubMed in parts by date."
        message = f"{count} records are more than PubMed gives of one search ({MOST})"
        raise refuse("The search was not fetched", fault("PubMed", message, fix, rule="too-many"))
    if len(pmids) != count or len(set(pmids)) != count or not all(re.fullmatch(r"\d+", pmid) for pmid in pmids):
        raise Unfit(f"PubMed counts {count} records but names {len(set(pmids))}")
    places = str(result.get("webenv", "")), str(result.get("querykey", ""))
    if count and not all(places):
        raise Unfit("PubMed has not kept what it found")
    return Found(pmids, *places, str(result.get("querytranslation", "")), remarks)


def _remarks(told: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Lines of one of the lists of remarks: what was not found, ignored, or else."""
    items = (told or {}).items()
    return tuple(f"{name}: {one}" for name, said in items for one in ([said] if isinstance(said, str) else said))
