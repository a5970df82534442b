"""The doors: `make` and `.ci/run`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ["help", "site", "test", "check", "quarto-check", "lab", "bench", "format", "lock", "fuzz", "clean"]


def make(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    # The suite may itself run under make, whose settings must not reach this one.
    clean = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(
        ["make", *words], cwd=folder, env=clean, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_make_alone_lists_every_target() -> None:
    shown = make()
    assert [line.split()[1] for line in shown.stdout.splitlines()] == TARGETS
    assert shown.stdout == make("help").stdout


def test_ci_runs_what_people_run() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert lines[-1] == "exec make test"
    assert "set -euo pipefail" in lines
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_the_last_thing_a_test_run_says_is_pytests_count(bare: Path) -> None:
    commands = [
        line for line in make("--dry-run", "test", folder=bare).stdout.splitlines() if line.startswith(".venv/")
    ]
    assert commands[-1].startswith(".venv/bin/pytest")
    assert [command.split()[0] for command in commands[-4:-1]] == [".venv/bin/ruff", ".venv/bin/ruff", ".venv/bin/mypy"]


def test_the_environment_is_made_from_the_lock_with_its_hashes(bare: Path) -> None:
    commands = make("--dry-run", ".venv", folder=bare).stdout
    assert "uv pip sync" in commands
    assert commands.count("--require-hashes") == 2
    (bare / ".venv").mkdir()
    (bare / ".venv/.installed").touch()
    assert "Nothing to be done" in make(".venv", folder=bare).stdout
    (bare / "requirements.lock").write_text("new")
    assert make("--dry-run", ".venv", folder=bare).stdout.count("uv pip sync") == 1


@pytest.mark.parametrize(
    ("version", "modules", "said"),
    [
        (1, 0, ["Python 3.11 or newer is needed; ", "Python 3.9.2", "make site PYTHON=python3.11"]),
        (0, 1, ["Python's venv module is missing", "apt-get install python3-venv"]),
    ],
)
def test_a_python_that_will_not_do_is_told_before_anything_is_made(
    bare: Path, version: int, modules: int, said: list[str]
) -> None:
    python = bare / "python-old"
    answers = f'case "$*" in *version_info*) exit {version};; *ensurepip*) exit {modules};; *) echo Python 3.9.2;; esac'
    python.write_text(f"#!/bin/sh\n{answers}\n")
    python.chmod(0o755)
    done = make("site", f"PYTHON={python}", folder=bare)
    assert done.returncode == 2
    assert all(text in done.stderr for text in said)
    assert not (bare / ".venv").exists()


def test_clean_removes_what_was_made_and_nothing_else(bare: Path) -> None:
    for name in ("_site/index.html", "_runs/state.json", "src/helpers/__pycache__/x.pyc", ".venv/bin/python"):
        (bare / name).parent.mkdir(parents=True)
        (bare / name).touch()
    (bare / "data").mkdir()
    (bare / "_update/2024-06-30/exports").mkdir(parents=True)  # raw exports cannot be made again
    assert make("clean", folder=bare).returncode == 0
    left = {path.name for path in bare.iterdir()}
    assert left == {"Makefile", "requirements.lock", "pyproject.toml", "src", ".venv", "data", "_update"}
    assert not (bare / "src/helpers/__pycache__").exists()
