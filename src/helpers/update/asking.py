"""Requests to NCBI's E-utilities: one at a time, tried again where that may help, and told without secrets."""

from __future__ import annotations

import email.utils
import os
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from Bio import Entrez

from helpers.update import medline
from helpers.update.errors import fault, misused, refuse
from helpers.update.medline import Unfit

ADDRESS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"  # as Biopython has it
ADDRESS_VARIABLE = "REVIEW_EUTILS_URL"  # another address, for tests
TRIES = 6
TIMEOUT = 60.0  # seconds without a byte
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0  # seconds
MAY_PASS = frozenset({400, 408, 429, 500, 502, 503, 504})  # NCBI gives 400 for failures of its own, too
LOST = re.compile(r"obtain query|query_key|query key|webenv", re.IGNORECASE)
_BAD_KEY = re.compile(r"api[ _-]?key\W*(is )?(invalid|not valid|wrong|unknown)", re.IGNORECASE)
Answer = TypeVar("Answer")
AGAIN = "Nothing that came is lost: repeat the command later, it goes on from here."


class HistoryLostError(Exception):
    """PubMed no longer knows the search whose records are asked for."""


@dataclass(frozen=True)
class Asker:
    """Who asks, and how patiently. Three requests a second, ten with a key: Biopython waits in between.

    Attributes
    ----------
    email : str
        Address that NCBI wants with each request.
    api_key : str
        Personal key; sent, never shown and never written.
    tell : callable
        Is told what goes on.
    sleep : callable
        Waits for a number of seconds.
    """

    email: str
    api_key: str = field(default="", repr=False)
    tell: Callable[[str], None] = print
    sleep: Callable[[float], None] = time.sleep

    def ask(self, call: Callable[[], Any], judge: Callable[[str], Answer]) -> Answer:
        """An answer that fits, within a number of tries.

        Parameters
        ----------
        call : callable
            One of Biopython's requests.
        judge : callable
            Makes of the text of an answer what is wanted, or raises `Unfit`.

        Raises
        ------
        Unfit
            The last try brought only a part, which the error holds.
        HistoryLostError
            The search has to be run again.
        ReviewError
            No try brought an answer that fits, or it is no use to try.
        """
        problem, wait = "", FIRST_WAIT
        for attempt in range(1, TRIES + 1):
            pause = wait
            try:
                with _biopython():
                    handle = call()
                    with handle:
                        content = handle.read()
                text = content if isinstance(content, str) else content.decode("utf-8")
                return judge(text.replace("\r\n", "\n"))
            except HTTPError as error:
                problem = self._refusal(error)
                pause = max(wait, _retry_after(error.headers.get("Retry-After"), time.time()))
            except (HTTPException, OSError, UnicodeDecodeError, Unfit) as error:
                if isinstance(error, Unfit) and attempt == TRIES and error.records is not None:
                    raise  # what did come is of use; the caller knows what to do about the rest
                problem = self._plain(error.reason if isinstance(error, URLError) else error)
            if attempt == TRIES or pause > LONGEST_WAIT:
                break
            self.tell(f"PubMed: {problem}; again in {pause:.0f} s (try {attempt + 1} of {TRIES})")
            self.sleep(pause)
            wait = min(2 * wait, LONGEST_WAIT)
        raise refuse("PubMed did not answer as it should", fault("PubMed", problem, AGAIN, rule="eutils")) from None

    def _refusal(self, error: HTTPError) -> str:
        """What an error status means; raises where it is no use to ask again."""
        try:
            body = error.read(4000).decode("utf-8", "replace")
        except (HTTPException, OSError):
            body = ""
        if _BAD_KEY.search(body):
            fix = "Mend or unset the environment's NCBI_API_KEY; without a key it goes more slowly."
            one = fault("NCBI_API_KEY", "NCBI refuses this key", fix, rule="api-key")
            raise misused("PubMed was not asked", one) from None
        if LOST.search(body) and error.code < 500:
            raise HistoryLostError from None
        message = f"status {error.code}, {self._plain(medline.without_markup(body) or error.reason)}"
        if error.code in MAY_PASS:
            return message
        fix = "See what it says about the search string; nothing was changed."
        one = fault("PubMed", f"PubMed refuses the request: {message}", fix, rule="eutils")
        raise refuse("PubMed was not searched", one) from None

    def _plain(self, what: object) -> str:
        """A short text without the key, which error messages may hold."""
        text = " ".join((str(what) or type(what).__name__).split())
        text = text.replace(self.api_key, "(key)") if self.api_key else text
        return re.sub(r"(?i)(api[_-]?key\W{1,5})[\w.-]+", r"\1(key)", text)[:300]


def address() -> str:
    """Where requests go: NCBI, or what the environment says.

    Raises
    ------
    UsageError
        It is no address, or one on which others could read the key.
    """
    given = os.environ.get(ADDRESS_VARIABLE, "") or ADDRESS
    parts = urlsplit(given)
    if not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
    ):
        fix = f"Unset it to ask NCBI, or give an https address (http only on this computer), such as {ADDRESS}"
        one = fault(ADDRESS_VARIABLE, "not an address to send a key to", fix, rule="eutils-address", value=given)
        raise misused("PubMed was not asked", one)
    return given.rstrip("/") + "/"


@contextmanager
def _biopython() -> Iterator[None]:
    """Biopython with a time limit, at our address, and without tries of its own: it knows no Retry-After."""
    base = address()

    def opened(request: urllib.request.Request) -> Any:
        request.full_url = request.full_url.replace(ADDRESS, base, 1)
        return urllib.request.urlopen(request, timeout=TIMEOUT)

    before = {name: getattr(Entrez, name) for name in ("urlopen", "max_tries")}
    vars(Entrez).update(urlopen=opened, max_tries=1)
    try:
        yield
    finally:
        vars(Entrez).update(before)


def _retry_after(value: str | None, now: float) -> float:
    """Seconds that a server asks to wait, given as such or as a date; 0 where it does not say."""
    if not value:
        return 0.0
    if re.fullmatch(r"\d+", value.strip()):
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return 0.0
