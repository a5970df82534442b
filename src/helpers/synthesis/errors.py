"""Errors of the synthesis: one class, every fault at once, each with the study and the rule."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from numbers import Real


class SynthesisError(ValueError):
    """Input that no estimate can be made from; the message lists every fault.

    Parameters
    ----------
    problem : str
        What cannot be done, in one line.
    faults : iterable of str
        One line for each fault: study, value, rule.
    """

    def __init__(self, problem: str, faults: Iterable[str] = ()) -> None:
        self.problem = problem
        self.faults = tuple(faults)
        super().__init__("\n".join([problem, *(f"  {fault}" for fault in self.faults)]))


def check_choice(name: str, value: object, choices: Iterable[str]) -> None:
    """Raise SynthesisError unless ``value`` is one of ``choices``."""
    known = tuple(choices)
    if value not in known:
        raise SynthesisError(f"{name} = {value!r} is unknown; rule: one of {', '.join(known)}")


def check_level(level: object) -> float:
    """The confidence level as float; SynthesisError unless it lies strictly between 0 and 1."""
    if isinstance(level, bool) or not isinstance(level, Real) or level <= 0 or not level < 1:
        raise SynthesisError(f"level = {level!r}; rule: a number above 0 and below 1, for example 0.95")
    return float(level)


def counted_faults(faults: Sized) -> str:
    """Number of faults in words: 1 fault, 2 faults."""
    return f"{len(faults)} fault{'s' * (len(faults) != 1)}"
