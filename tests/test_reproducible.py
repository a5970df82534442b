"""Running everything again gives the same bytes: notebooks, results, page parts, site."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest
from copies import copy_review

from helpers import publish, report
from helpers.run import run_notebooks

MADE = ("notebooks", "data/results", "data/README.md")


def files(folder: Path, part: str) -> dict[str, Path]:
    path = folder / part
    found = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return {str(p.relative_to(folder)): p for p in found if "__pycache__" not in p.parts}


def different(one: Path, other: Path, *parts: str) -> list[str]:
    """Paths that exist on one side only or whose bytes differ."""
    mine = {k: v for part in parts for k, v in files(one, part).items()}
    theirs = {k: v for part in parts for k, v in files(other, part).items()}
    lonely = set(mine) ^ set(theirs)
    return sorted(lonely | {k for k in set(mine) & set(theirs) if not filecmp.cmp(mine[k], theirs[k], shallow=False)})


@pytest.fixture(scope="module")
def rerun(tmp_path_factory) -> Path:
    """A copy of the review in which everything was made again."""
    folder = copy_review(tmp_path_factory.mktemp("rerun"))
    outcome = run_notebooks(folder, force=True, progress=False)
    assert not outcome.failed
    report.write_pages(folder)
    publish.build_site(folder, renderer="pandoc", progress=False)
    return folder


def test_the_committed_notebooks_and_results_are_what_a_new_run_makes(root, rerun):
    assert different(root, rerun, *MADE) == []


def test_two_builds_of_the_site_are_the_same(rerun, tmp_path):
    folder = copy_review(tmp_path)
    publish.build_site(folder, renderer="pandoc", progress=False)
    assert different(rerun, folder, "_site") == []
