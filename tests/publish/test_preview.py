"""The preview answers to this machine's own names, and shows pages only."""

from __future__ import annotations

import functools
import http.client
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.publish import preview


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "index.html").write_text("<html><body>not published yet</body></html>")
    (tmp_path / ".build.json").write_text('{"key": "x"}')
    handler = functools.partial(preview._Handler, state=preview._State(), directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def asked(port: int, path: str, host: str, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"]
)
def test_names_of_this_machine_are_answered(port: int, host: str) -> None:
    status, content = asked(port, "/", host.format(port=port))
    assert status == 200 and b"not published yet" in content


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example:80", ""]
)
@pytest.mark.parametrize("path", ["/", "/index.html", "/.changed"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_another_hosts_name_is_refused(port: int, host: str, path: str, method: str) -> None:
    status, content = asked(port, path, host.format(port=port), method)
    assert status == 403 and b"not published yet" not in content


@pytest.mark.parametrize(
    "path", ["/.build.json", "/%2Ebuild.json", "/a/../.build.json", "/%00", "/index.html%00", "/./.build.json"]
)
def test_state_files_and_odd_paths_are_not_there(port: int, path: str) -> None:
    assert asked(port, path, "localhost")[0] == 404
