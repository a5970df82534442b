"""Short ways to refuse: every refusal names place, rule and next step."""

from __future__ import annotations

from helpers.faults import Fault, ReviewError
from helpers.run.errors import UsageError


def fault(
    file: str, message: str, fix: str, *, rule: str, row: int | None = None, column: str | None = None, value: str = ""
) -> Fault:
    """One broken rule of an update."""
    return Fault(file, row, column, value or None, rule, message, fix)


def refuse(headline: str, *faults: Fault) -> ReviewError:
    """A finding that people must mend before the step can go on."""
    return ReviewError(faults, headline)


def misused(headline: str, *faults: Fault) -> UsageError:
    """A command that was given something that does not exist or does not fit."""
    return UsageError(faults, headline)
