"""What came of a step: where the update stands now, and what was done, for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What came of a step.

    Attributes
    ----------
    did : sequence of str
        What was done, in lines for people.
    extra : mapping
        What only machines need, beside the state of the update.
    ok : bool
        Whether nothing has to be mended.
    next : str
        How to go on from here, where the state of the update alone cannot tell; empty where it can.
    """

    did: Sequence[str]
    extra: Mapping[str, Any] = field(default_factory=dict)
    ok: bool = True
    next: str = ""
