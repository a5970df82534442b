"""A process that has imported everything once, and from which kernels are forked in milliseconds.

Starting Python and importing pandas, SciPy, statsmodels and seaborn takes seconds; done once per notebook it would be
most of the time of a run. Each kernel is a fork that has executed nothing yet, so it is as clean as one newly started.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

IMPORTS = ("ipykernel.kernelapp",)  # what every kernel imports by itself
START_TIMEOUT = 120  # seconds; importing from a cold disk can take half a minute


class Nursery:
    """The process kernels are forked from; started when the first kernel is asked for.

    Parameters
    ----------
    environment : mapping
        Environment of the process, hence of its kernels.
    folder : Path
        Where its messages go.
    modules : sequence of str
        What to import beforehand: see `imported_modules`.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path, modules: Sequence[str]) -> None:
        self._environment, self._folder, self._modules = dict(environment), folder, modules
        self._log = folder / "nursery.log"
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._received = b""
        self._started: list[int] = []
        self._ended: dict[int, int] = {}
        self._stopped = False

    def start(self, arguments: list[str], cwd: str) -> ForkedKernel:
        """Fork a kernel with these command-line arguments.

        Raises
        ------
        RuntimeError
            The process does not answer, with the last line it wrote.
        """
        with self._lock:
            if self._socket is None and not self._stopped:
                self._socket = self._open()
            with contextlib.suppress(OSError):  # a process that is gone is told of below
                assert self._socket is not None
                self._socket.sendall(json.dumps({"arguments": arguments, "cwd": cwd}).encode() + b"\n")
            while not self._started:
                if self._stopped or not self._listen(START_TIMEOUT):
                    said = self._log.read_text(encoding="utf-8", errors="replace").strip()
                    raise RuntimeError(f"kernels cannot be started: {said.splitlines()[-1] if said else 'no answer'}")
            return ForkedKernel(self._started.pop(0), self)

    def exit_code(self, pid: int) -> int | None:
        """Exit status of a kernel, negative for a signal; None while it runs."""
        with self._lock:
            while pid not in self._ended and self._listen(0):
                pass
            if pid not in self._ended and (self._process is None or self._process.poll() is not None):
                return -signal.SIGKILL  # nobody is left to tell how it ended
            return self._ended.get(pid)

    def stop(self) -> None:
        """Start no more kernels, and wake up who waits for one."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process; it ends the kernels that still run."""
        with self._lock:
            self._stopped = True
            if self._socket is not None:
                self._socket.close()
            if self._process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=5)
                self._process.kill()
                self._process.wait()

    def _open(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        # -P: modules lying in the caller's working directory must not shadow real ones.
        command = [sys.executable, "-P", "-m", "helpers.run.nursery"]
        with theirs, self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(self._folder), *IMPORTS, *self._modules],
                env=self._environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the runner, which ends the kernels in order
            )
        return ours

    def _listen(self, timeout: float) -> bool:
        """Take in what the process says; False when it said nothing in time."""
        if self._socket is None or not select.select([self._socket], [], [], timeout)[0]:
            return False
        try:
            received = self._socket.recv(65536)
        except ConnectionError:
            received = b""
        *lines, self._received = (self._received + received).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "started" in message:
                self._started.append(message["started"])
            else:
                self._ended[message["ended"]] = message["status"]
        return bool(received)


class ForkedKernel:
    """A forked kernel with the part of `subprocess.Popen` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, nursery: Nursery) -> None:
        self.pid, self._nursery = pid, nursery

    def poll(self) -> int | None:
        """Exit status; None while the kernel runs."""
        return self._nursery.exit_code(self.pid)

    def wait(self) -> int:
        """Exit status, once there is one."""
        while (status := self.poll()) is None:
            time.sleep(0.02)
        return status

    def send_signal(self, number: int) -> None:
        """Signal the kernel and what it started."""
        if self.poll() is None:
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once, without waiting for anybody."""
        if self.pid not in self._nursery._ended:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


def imported_modules(sources: Iterable[str]) -> list[str]:
    """Modules that pieces of code import, in the order of appearance; code that is no Python is passed over."""
    found: dict[str, None] = {}
    for source in sources:
        try:
            nodes = list(ast.walk(ast.parse(source)))
        except SyntaxError:
            continue
        for node in nodes:
            if isinstance(node, ast.Import):
                found |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                # A name may be a module of its own (`from helpers import plots`); importing finds out.
                found |= dict.fromkeys([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return list(found)


def _serve(connection: socket.socket, children: set[int], modules: Sequence[str]) -> None:
    """Fork a kernel for each request and tell of each end, until the runner is gone; `children` are those that run."""
    for name in modules:
        with contextlib.suppress(Exception):  # the notebook that needs it says so, with its own traceback
            importlib.import_module(name)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler nothing is written to the pipe
    signal.set_wakeup_fd(wake_write)
    requests, parent = b"", os.getpid()
    while True:
        ready, _, _ = select.select([connection.fileno(), wake_read], [], [])
        if wake_read in ready:
            os.read(wake_read, 512)
            _report_ended(connection, children)
        if connection.fileno() not in ready:
            continue
        if not (received := connection.recv(65536)):
            return
        requests += received
        while b"\n" in requests:
            line, requests = requests.split(b"\n", 1)
            request = json.loads(line)
            if (pid := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(wake_read)
                os.close(wake_write)
                connection.close()
                _become_kernel(request["arguments"], request["cwd"], parent)
            children.add(pid)
            connection.sendall(json.dumps({"started": pid}).encode() + b"\n")


def _report_ended(connection: socket.socket, children: set[int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            children.discard(ended[0])
            status = os.waitstatus_to_exitcode(ended[1])
            connection.sendall(json.dumps({"ended": ended[0], "status": status}).encode() + b"\n")


def _become_kernel(arguments: list[str], cwd: str, parent: int) -> None:
    """Be a kernel until it ends; never returns, for what follows is the nursery's business."""
    status = 1
    try:
        os.setsid()  # its own group, so that a signal reaches what it started and nothing else
        os.chdir(cwd)
        os.environ["JPY_PARENT_PID"] = str(parent)  # it ends when its parent does
        if os.getppid() != parent:  # which was killed since the fork
            return
        sys.argv = ["ipykernel_launcher", *arguments]
        for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib_inline"]:
            del sys.modules[name]  # on import it looks for a running shell to show figures in, and there was none yet
        from ipykernel import kernelapp

        kernelapp.launch_new_instance()
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _main(connection: socket.socket, folder: str, modules: Sequence[str]) -> None:
    children: set[int] = set()
    try:
        with contextlib.suppress(ConnectionError):  # the runner was killed: the same as closing
            _serve(connection, children, modules)
    finally:
        for kernel in children:
            with contextlib.suppress(OSError):
                os.kill(kernel, signal.SIGKILL)  # one just forked has no group of its own yet
            with contextlib.suppress(OSError):
                os.killpg(kernel, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)  # the runner does so too, unless it was killed


if __name__ == "__main__":
    _main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], sys.argv[3:])
