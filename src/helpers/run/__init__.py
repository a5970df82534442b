"""Notebooks executed by papermill: side by side, only what is out of date, the same bytes every time."""

from helpers.run.checks import check_notebooks
from helpers.run.errors import UsageError
from helpers.run.outcome import RunReport
from helpers.run.parameters import Typed
from helpers.run.results import read_results
from helpers.run.runner import run_notebooks

__all__ = [
    "RunReport",
    "Typed",
    "UsageError",
    "check_notebooks",
    "read_results",
    "run_notebooks",
]
