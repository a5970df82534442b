"""Small reviews with small notebooks, run for real: papermill, kernels and all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import helpers
from helpers.mime import RESULT_MIME
from helpers.run import RunReport, run_notebooks

PARAMETERS = "as_of: str | None = None  # update\nlevel: float = 0.95  # confidence level"
RESULT = f"""\
from IPython.display import display
display({{"{RESULT_MIME}": {{"id": "%s", "value": level}}, "text/plain": "shown"}}, raw=True)"""
# What needs the real tables is replaced in a copied review.
STUBS = {
    "report": "def write_pages(root):\n    return []\n",
    "consistency": "def check(root):\n    return []\n\n\ncheck_addresses = check\n",
}


def percent(*cells: str, parameters: str | None = PARAMETERS) -> str:
    """A percent script of code cells, after a title and the parameters."""
    text = "# %% [markdown]\n# # A title\n"
    if parameters is not None:
        text += f'\n# %% tags=["parameters"]\n{parameters}\n'
    return text + "".join(f"\n# %%\n{cell}\n" for cell in cells)


@dataclass
class Review:
    """A review in a folder of its own."""

    root: Path

    def write(self, name: str, *cells: str, parameters: str | None = PARAMETERS) -> None:
        (self.root / "notebooks/py" / f"{name}.py").write_text(percent(*cells, parameters=parameters), encoding="utf-8")

    def run(self, *notebooks: str, **options: Any) -> RunReport:
        return run_notebooks(self.root, notebooks or None, progress=False, **options)

    def notebook(self, name: str, folder: str = "notebooks") -> dict[str, Any]:
        return json.loads((self.root / folder / f"{name}.ipynb").read_text(encoding="utf-8"))

    def edit_in_jupyter(self, name: str, before: str, after: str) -> None:
        """Change a source line of the executed notebook, as saving in JupyterLab without Jupytext does."""
        path = self.root / "notebooks" / f"{name}.ipynb"
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    def printed(self, name: str, folder: str = "notebooks") -> str:
        outputs = [o for cell in self.notebook(name, folder)["cells"] for o in cell.get("outputs", [])]
        return "".join("".join(o.get("text", "")) for o in outputs)

    def files(self, *folders: str) -> dict[str, bytes]:
        """Content of every file that a run makes and git keeps."""
        paths = [path for folder in folders or ("notebooks", "data") for path in (self.root / folder).rglob("*")]
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture(autouse=True, scope="package")
def still_helpers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Helpers that nobody edits while the tests run; the command-line tests have a copy of the real ones."""
    folder = tmp_path_factory.mktemp("helpers")
    (folder / "numbers.py").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpers.run.keys.PACKAGE", folder)
        yield


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return new_review(tmp_path / "review")


@pytest.fixture(scope="module")
def shared_review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """One for tests that only look: two notebooks, run once."""
    made = new_review(tmp_path_factory.mktemp("shared") / "review")
    made.write("01-first", "print('first', level)", RESULT % "one")
    made.write("02-second", "print('second')", RESULT % "two", RESULT % "three")
    assert made.run().ok
    return made


def new_review(root: Path) -> Review:
    (root / "notebooks/py").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "_quarto.yml").write_text("project:\n  type: website\n", encoding="utf-8")
    (root / "data/datapackage.json").write_text("{}\n", encoding="utf-8")
    (root / "data/counts.csv").write_text("row_id,events\nx,1\n", encoding="utf-8")
    (root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")
    shutil.copy(Path(__file__).parents[2] / "jupytext.toml", root)
    return Review(root)


@dataclass
class Clone(Review):
    """A review with helpers of its own, driven through the command line as people do."""

    def environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(self.root / "src")}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", "from helpers.cli import main; main()", *words]

    def call(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            cwd=self.root,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **options,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*words),
            cwd=self.root,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Tests in the background ignore Ctrl-C, and so would what they start.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )


@pytest.fixture
def clone(review: Review) -> Clone:
    return with_helpers(review)


def with_helpers(review: Review) -> Clone:
    """The same review with helpers of its own."""
    copied = review.root / "src/helpers"
    shutil.copytree(Path(helpers.__file__).parent, copied)  # compiled files too, for speed
    for name, text in STUBS.items():
        shutil.rmtree(copied / name, ignore_errors=True)
        (copied / f"{name}.py").write_text(text, encoding="utf-8")
    return Clone(review.root)


@pytest.fixture
def wait_for() -> Callable[[Callable[[], bool]], None]:
    def waiting(condition: Callable[[], bool], seconds: float = 60) -> None:
        import time

        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.05)

    return waiting


@pytest.fixture
def no_leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files that must be empty afterwards."""
    folder = Path("/tmp") / f"t{os.getpid()}"  # short: the paths of sockets have an upper length
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield folder
    left = list(folder.iterdir())
    shutil.rmtree(folder)
    assert not left
