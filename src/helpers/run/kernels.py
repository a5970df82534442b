"""Kernels of a run: started warm, reached by private sockets instead of open TCP, alike on every machine."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from helpers.project import ROOT_VARIABLE
from helpers.run.nursery import Nursery

LONGEST_SOCKET = 90  # a Unix socket's path may have 103 characters on the tightest system; "-kernel-99-ipc-5" follows
# The first thing that a kernel does; in no cell, and its name is not left behind. It stands in <root>/notebooks.
RECORD_READS = "__import__('helpers.reads').reads.record('..')"
FORGOTTEN = ("PYTHONSTARTUP", "PYTHONBREAKPOINT", "PYTHONWARNINGS", "PYTHONINSPECT", "PYTHONOPTIMIZE")


def kernel_environment(root: Path, folder: Path) -> dict[str, str]:
    """Environment of a kernel: the caller's, with everything set that could change an output."""
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    return kept | {
        ROOT_VARIABLE: str(root),
        "IPYTHONDIR": str(folder / "ipython"),  # a person's start-up scripts must not reach a published notebook
        "LC_ALL": "C.UTF-8",
        # What a kernel sets itself, but too late for a matplotlib that is imported already.
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",  # sums in one order; and kernels already run side by side
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": "0",  # dates inside figures
        "TZ": "UTC",
    }


class Kernels:
    """The kernels of one run.

    Parameters
    ----------
    root : Path
        The review's folder; kernels work in its ``notebooks/``.
    folder : Path
        Private folder for sockets and connection files.
    modules : sequence of str
        What their notebooks import.
    """

    def __init__(self, root: Path, folder: Path, modules: Sequence[str]) -> None:
        self.root, self.folder = root, folder
        self.environment = kernel_environment(root, folder)
        self._nursery = Nursery(self.environment, folder, modules)
        self._numbers = itertools.count(1)
        self.is_stopped = False
        self._running: set[_Provisioner] = set()

    def manager_class(self) -> type[AsyncKernelManager]:
        """Class for nbclient's ``kernel_manager_class``; each of its instances manages one kernel of this run."""
        kernels = self

        class PrivateKernelManager(AsyncKernelManager):
            def __init__(self, **options: Any) -> None:
                super().__init__(**options)
                self.transport = "ipc"  # readable by this user alone, where TCP is open to everyone on the machine
                self.connection_file = str(kernels.folder / f"kernel-{next(kernels._numbers)}.json")
                # Given, not looked up: a person's own "python3" kernel may be another Python.
                argv = [
                    sys.executable,
                    "-m",
                    "ipykernel_launcher",
                    "-f",
                    "{connection_file}",
                    f"--IPKernelApp.exec_lines={RECORD_READS}",
                ]
                self._kernel_spec = KernelSpec(argv=argv, display_name="Python 3 (ipykernel)", language="python")

            async def _async_pre_start_kernel(self, **options: Any) -> Any:
                options |= {"cwd": str(kernels.root / "notebooks"), "env": dict(kernels.environment)}
                self.kernel_id = Path(self.connection_file).stem
                self.provisioner = _Provisioner(
                    kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self, kernels=kernels
                )
                return await super()._async_pre_start_kernel(**options)

        return PrivateKernelManager

    def stop(self) -> None:
        """End every kernel now and start no more; what they run does not count as failed."""
        self.is_stopped = True
        for provisioner in list(self._running):
            if process := provisioner.process:
                process.kill()
        self._nursery.stop()

    def close(self) -> None:
        """End the kernels and what started them."""
        self._nursery.close()


class _Provisioner(LocalProvisioner):
    """Takes kernels from the nursery, and keeps track of them."""

    def __init__(self, *, kernels: Kernels, **options: Any) -> None:
        super().__init__(**options)
        self._kernels = kernels

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process = self._kernels._nursery.start(arguments, options["cwd"])
        self.pid, self.pgid = self.process.pid, self.process.pid  # each kernel leads a group of its own
        self._kernels._running.add(self)
        if self._kernels.is_stopped:  # in the moment between
            self.process.kill()
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        self._kernels._running.discard(self)
        await super().cleanup(restart)


@contextmanager
def kernels_of(root: Path, modules: Sequence[str]) -> Iterator[Kernels]:
    """Kernels for one run, ended with everything they left behind."""
    folder = Path(tempfile.mkdtemp(prefix="review-"))
    if len(str(folder)) > LONGEST_SOCKET - len("/kernel-99-ipc-5"):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="review-", dir="/tmp"))
    try:
        kernels = Kernels(root, folder, modules)
        try:
            yield kernels
        finally:
            kernels.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
