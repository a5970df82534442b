"""`pytest --nbval` finds what may differ between two runs from whichever folder it is called in."""

from pathlib import Path

import pytest

NBVAL = Path(__file__).parent / "tests/nbval_sanitize.cfg"


def pytest_configure(config: pytest.Config) -> None:
    """Give nbval its file by its whole path; an option of pyproject.toml would count from the working directory."""
    config.option.nbval_sanitize_with = config.option.nbval_sanitize_with or str(NBVAL)
