"""Fixtures that every test may use: the real review, and copies of it that may be broken."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from built import look_at
from copies import ROOT, copy_review, second_review
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from helpers import evidence

# A loaded machine is no fault: how long an example takes is never what a test is about.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The tests of pages look at the site that is named here; without it they build one with Pandoc."""
    parser.addoption("--site", type=Path, help="a built site, for the tests of its pages")


def pytest_configure(config: pytest.Config) -> None:
    """Pass the option on."""
    if site := config.getoption("--site"):
        look_at(site)


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the real review. Read only."""
    return ROOT


@pytest.fixture(scope="session")
def review(root: Path) -> evidence.Evidence:
    """The real evidence as of the latest update."""
    return evidence.load(root)


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """A review with the real data only, to break at will."""
    return copy_review(tmp_path, with_folders=("data",))


@pytest.fixture
def second_copy(tmp_path: Path) -> Path:
    """The made-up review, to break at will."""
    return second_review(tmp_path / "review")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; one for all tests, because Playwright allows no second one in a process."""
    command = shutil.which("chromium")
    if not command:
        pytest.fail("These tests look at pages in Chromium: `make browser` installs it where it may")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=command, args=["--no-sandbox"])
        yield running
        running.close()
