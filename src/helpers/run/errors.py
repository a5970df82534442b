"""The refusal that is nobody's data's fault."""

from helpers.faults import ReviewError


class UsageError(ReviewError):
    """The command was given something that does not exist; the command line exits with 2 instead of 1."""
