"""A stand-in for NCBI's E-utilities on a real socket: it searches, keeps, gives pages, and misbehaves on demand."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.waited: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def record(pmid: str, created: str = "2023/09/01") -> str:
    """A record in the MEDLINE format; its title has a wrapped line and letters of two bytes."""
    return (
        f"PMID- {pmid}\nOWN - NLM\nDP  - 2024\nTI  - Blue tea für people with invented\n"
        f"      fever, no. {pmid}\nAU  - Müller A\nTA  - J Test\nEDAT- {created} 06:00\nCRDT- {created} 05:00\nSO  - J Test. 2024;1:{pmid}.\n"
    )


def book(pmid: str, accession: str = " [bookaccession]") -> str:
    """A chapter of a book: such records have no printed source."""
    return (
        f"PMID- {pmid}\nDP  - 2024\nTI  - A chapter\nBTI - A book\nCRDT- 2023/09/01 05:00\nAID - NBK{pmid}{accession}\n"
    )


Act = Callable[["Answering", Mapping[str, str]], None]


class Service:
    """What the stand-in holds, what was asked, and what it does next.

    Attributes
    ----------
    records : dict of str to str
        What a search finds, in order.
    asked : list
        Script, parameters and time of each request.
    next : dict
        What to do with the next requests of a script instead of answering.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.records = {str(pmid): record(str(pmid)) for pmid in range(90000001, 90000008)}
        self.asked: list[tuple[str, dict[str, str], float]] = []
        self.kept: dict[str, list[str]] = {}
        self.next: dict[str, deque[Act | None]] = {"esearch": deque(), "efetch": deque()}
        self.extra: dict[str, Any] = {}
        self.url = ""

    def of(self, script: str) -> list[dict[str, str]]:
        return [asked for name, asked, _ in self.asked if name == script]

    def then(self, script: str, *acts: Act | None) -> None:
        self.next[script].extend(acts)

    def search(self, asked: Mapping[str, str]) -> str:
        found = list(self.records)
        place = f"MCID_{len(self.kept)}"
        self.kept[place] = found
        result = {
            "count": str(len(found)),
            "retmax": asked["retmax"],
            "retstart": "0",
            "querykey": "1",
            "webenv": place,
            "idlist": found[: int(asked["retmax"])],
            "querytranslation": f"{asked['term']} AND {asked['mindate']}:{asked['maxdate']}[Date - Create]",
            **self.extra,
        }
        return json.dumps({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})

    def page(self, asked: Mapping[str, str], most: int | None = None) -> str | None:
        """Records asked for; None where the search is not known (any more)."""
        if "id" in asked:
            wanted = asked["id"].split(",")
        elif asked["WebEnv"] in self.kept:
            start = int(asked["retstart"])
            wanted = self.kept[asked["WebEnv"]][start : start + int(asked["retmax"])]
        else:
            return None
        return "\n" + "\n".join(self.records[pmid] for pmid in wanted[:most] if pmid in self.records)


class Answering(BaseHTTPRequestHandler):
    """One request."""

    service: Service

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _answer(self, sent: str) -> None:
        script = urlsplit(self.path).path.rpartition("/")[2].removesuffix(".fcgi")
        asked = {key: values[0] for key, values in parse_qs(sent).items()}
        service = self.service
        service.asked.append((script, asked, service.clock.time()))
        act = service.next[script].popleft() if service.next[script] else None
        if act:
            act(self, asked)
        elif script == "esearch":
            self.say(service.search(asked), kind="application/json")
        else:
            self.give(service.page(asked))

    def give(self, text: str | None) -> None:
        if text is None:
            self.say("<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", 400, "text/xml")
        else:
            self.say(text)

    def say(self, text: str, status: int = 200, kind: str = "text/plain", **headers: str) -> None:
        body = text.encode()
        self.start(len(body), status, kind, **headers)
        self.wfile.write(body)

    def start(self, length: int, status: int = 200, kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=UTF-8")
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


def refuse(status: int, body: str = "{}", **headers: str) -> Act:
    return lambda answering, asked: answering.say(body, status, "application/json", **headers)


def say(body: str, kind: str = "text/html") -> Act:
    return lambda answering, asked: answering.say(body, 200, kind)


def cut(answering: Answering, asked: Mapping[str, str]) -> None:
    """Half of a page, then silence."""
    body = (answering.service.page(asked) or "").encode()
    answering.start(len(body))
    answering.wfile.write(body[: len(body) // 2])


def end_early(length: int) -> Act:
    """A page without its last characters, told as whole."""
    return lambda answering, asked: answering.say((answering.service.page(asked) or "")[:-length])


def fewer(most: int) -> Act:
    return lambda answering, asked: answering.give(answering.service.page(asked, most))


def forget(answering: Answering, asked: Mapping[str, str]) -> None:
    """All searches that were kept expire."""
    answering.service.kept = {place: [] for place in answering.service.kept}
    answering.give(None)


def after(change: Callable[[], Any]) -> Act:
    """Answer as usual once something has changed."""

    def act(answering: Answering, asked: Mapping[str, str]) -> None:
        change()
        answering.give(answering.service.page(asked))

    return act


@contextmanager
def running(clock: Clock) -> Iterator[Service]:
    service = Service(clock)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Answering,), {"service": service}))
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}/entrez/eutils/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
