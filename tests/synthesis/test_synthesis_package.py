from __future__ import annotations

import ast
import dataclasses
import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import synthesis

FOLDER = Path(synthesis.__file__).parent
MODULES = sorted(f"helpers.synthesis.{m.name}" for m in pkgutil.iter_modules([str(FOLDER)]))


@pytest.mark.parametrize("name", MODULES)
def test_doctests_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_doctests_for_every_public_function():
    functions = [getattr(synthesis, name) for name in synthesis.__all__ if inspect.isfunction(getattr(synthesis, name))]
    assert [f.__name__ for f in functions if ">>>" not in f.__doc__] == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda p: p.stem)
def test_synthesis_imports_nothing_else_of_ours(path):
    imported = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported.append(node.module or "")
            assert node.level == 0
    assert [m for m in imported if m.split(".")[0] == "helpers" and not m.startswith("helpers.synthesis.")] == []
    assert [
        m for m in imported if m.split(".")[0] in ("os", "io", "pathlib", "requests", "matplotlib", "seaborn")
    ] == []


def test_results_are_frozen_and_know_frame_words_and_r_code():
    results = [c for c in (getattr(synthesis, name) for name in synthesis.__all__) if dataclasses.is_dataclass(c)]
    assert len(results) >= 9
    for cls in results:
        assert cls.__dataclass_params__.frozen, cls
        if cls not in (synthesis.Interval, synthesis.StudyInfluence, synthesis.CurveSummary):
            assert {"to_frame", "r_code", "__repr__"} <= set(vars(cls)), cls
            assert "notes" in {*cls.__dataclass_fields__, *vars(cls)}, cls


def test_public_names_are_all_there_and_documented():
    for name in synthesis.__all__:
        thing = getattr(synthesis, name)
        if callable(thing):
            assert thing.__doc__, name
        if inspect.isfunction(thing) and name != "prints_as":
            sections = ["Parameters", "Returns"] if name != "influence" else ["Returns"]
            assert all(f"{section}\n    ---" in thing.__doc__ for section in sections), name


def test_import_and_use_leak_no_warning():
    code = "from helpers import synthesis as s; s.multiverse([0, 3, 5], [4, 3, 9]); s.compare_proportions(0, 4, 3, 3)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_public_name_is_loaded_from_where_it_is_said_to_live():
    assert sorted(synthesis.HOME) == sorted(synthesis.__all__)
    for name, part in synthesis.HOME.items():
        assert getattr(synthesis, name) is getattr(importlib.import_module(f"helpers.synthesis.{part}"), name)
    assert set(synthesis.__all__) <= set(dir(synthesis))
    with pytest.raises(AttributeError, match="no attribute 'pool'"):
        synthesis.pool  # noqa: B018


def test_the_audit_loads_neither_scipy_nor_statsmodels_nor_what_draws():
    """Each of them takes about as long to load as the audit of the whole review takes to run."""
    code = "import sys; from helpers import audit; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {
        m for m in ("scipy", "statsmodels", "matplotlib", "seaborn", "nbformat", "jupytext") if f"'{m}'" in loaded
    } == set()
