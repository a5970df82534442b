"""What is known since the last search: kept apart from the evidence, followed until an update answers it, never lost."""

from helpers.signals.adding import add, answer, suggested_id
from helpers.signals.agreement import Agreement, readings
from helpers.signals.checked import NOTICES, from_file, notices, where_checked
from helpers.signals.rules import TABLE, check, early_update
from helpers.signals.states import CLOSED, EVIDENCE, KINDS, State, awaiting, open_signals, states, unanswered

__all__ = [
    "CLOSED",
    "EVIDENCE",
    "KINDS",
    "NOTICES",
    "TABLE",
    "Agreement",
    "State",
    "add",
    "answer",
    "awaiting",
    "check",
    "early_update",
    "from_file",
    "notices",
    "open_signals",
    "readings",
    "states",
    "suggested_id",
    "unanswered",
    "where_checked",
]
