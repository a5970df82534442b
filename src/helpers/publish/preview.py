"""Preview on localhost: rebuilds what changes and tells the browser to reload."""

from __future__ import annotations

import functools
import http.server
import sys
import threading
import time
import urllib.parse
from pathlib import Path

from helpers.faults import Fault, ReviewError
from helpers.publish import chrome
from helpers.publish.site import SITE, Renderer, build_site
from helpers.publish.stage import project_files

POLL = 0.7  # seconds between looks at the files
WAIT = 25.0  # seconds a browser's question stays open
HOSTS = ("127.0.0.1", "localhost", "[::1]")
CHANGED = "/.changed"
RELOAD = """<script>
(async () => { for (;;) { try { const answer = await fetch("/.changed?" + Date.now())
  if (answer.status === 205) { location.reload(); return } } catch { await new Promise(done => setTimeout(done, 1500)) } } })()
</script>"""


class _State:
    """Counts the builds, so that waiting browsers learn of a new one."""

    def __init__(self) -> None:
        self.builds = 0
        self.changed = threading.Condition()

    def built(self) -> None:
        with self.changed:
            self.builds += 1
            self.changed.notify_all()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files of the site; pages get the reloading script while they are served, never on disk."""

    def __init__(self, *arguments: object, state: _State, **options: object) -> None:
        self.state = state
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer one request."""
        if self._is_refused():
            return
        if self.path.partition("?")[0] == CHANGED:
            with self.state.changed:
                seen = self.state.builds
                news = self.state.changed.wait_for(lambda: self.state.builds != seen, WAIT)
            self.send_response(205 if news else 204)
            self.end_headers()
            return
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() else path
        if page.suffix == ".html" and page.is_file() and (path.is_file() or self.path.split("?")[0].endswith("/")):
            text = chrome.POLICY.sub("", page.read_text(encoding="utf-8"))  # it knows no script of ours
            content = text.replace("</body>", f"{RELOAD}</body>").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)
            return
        super().do_GET()

    def do_HEAD(self) -> None:
        """Answer one request for the head alone."""
        if not self._is_refused():
            super().do_HEAD()

    def _is_refused(self) -> bool:
        """Whether a request was answered with a refusal: for another host's name, or for what is no page.

        A page of elsewhere can have its own name point here and read what is not published yet; then the name of the host
        that the browser asks for is not one of ours.
        """
        host = (self.headers.get("Host") or "").rpartition("@")[2].lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        wanted = urllib.parse.unquote(self.path.partition("?")[0])
        if name not in HOSTS:
            self.send_error(403, "This preview answers to localhost only")
        elif "\0" in wanted or any(part.startswith(".") for part in wanted.split("/") if wanted != CHANGED):
            self.send_error(404)
        else:
            return False
        return True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing about single requests."""


def serve(root: Path, port: int = 8000, *, renderer: Renderer = "auto", stop: threading.Event | None = None) -> None:
    """Serve ``_site`` on localhost until interrupted, rebuilding it when a source changes.

    Parameters
    ----------
    root : Path
        The review's folder.
    port : int
        Port on localhost; 0 takes a free one.
    renderer : {"auto", "quarto", "pandoc"}
        As in `build_site`.
    stop : threading.Event, optional
        Ends serving when set; default only Ctrl+C does.

    Raises
    ------
    ReviewError
        The port is taken, or the first build finds faults and there is no earlier site to show.
    """
    root = Path(root).resolve()
    stop = stop or threading.Event()
    state = _State()
    looked = _look(root)
    if (root / SITE).is_dir():
        _rebuild(root, renderer, state)
    else:
        build_site(root, renderer=renderer, progress=False)
    handler = functools.partial(_Handler, state=state, directory=str(root / SITE))
    try:
        listening = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        message = f"the preview cannot listen there: {error.strerror or error}"
        fix = "Choose another port with --port."
        raise ReviewError([Fault("review serve", None, "port", str(port), "port-free", message, fix)]) from None
    with listening as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"Serving http://127.0.0.1:{server.server_port}/ (Ctrl+C ends)", file=sys.stderr, flush=True)
        try:
            while not stop.wait(POLL):
                now = _look(root)
                if now != looked:
                    looked = now
                    _rebuild(root, renderer, state)
        except KeyboardInterrupt:
            pass
        finally:
            server.shutdown()


def _look(root: Path) -> dict[str, tuple[int, int]]:
    seen = {}
    for name in project_files(root):
        try:
            status = (root / name).stat()
        except FileNotFoundError:
            continue  # written anew at this moment
        seen[name] = (status.st_mtime_ns, status.st_size)
    return seen


def _rebuild(root: Path, renderer: Renderer, state: _State) -> None:
    """Build; faults are told and the last good site stays up."""
    started = time.perf_counter()
    try:
        report = build_site(root, renderer=renderer, progress=False)
    except ReviewError as error:
        print(error, file=sys.stderr, flush=True)
        return
    if not report.skipped:
        state.built()
        print(f"Built {report.pages} pages in {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
