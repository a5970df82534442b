"""The evidence as of an update: typed tables, living totals, labels, and where each number comes from."""

from helpers.evidence.asked import Asked, Replay
from helpers.evidence.certainty import NO_ESTIMATE, levels
from helpers.evidence.living import additions, living_totals
from helpers.evidence.loading import CORRECTIONS, load, load_versions, read_corrections
from helpers.evidence.model import ROW_KEYS, Evidence, UnknownNameError
from helpers.evidence.totals import Addition, Living, Totals

__all__ = [
    "CORRECTIONS",
    "NO_ESTIMATE",
    "ROW_KEYS",
    "Addition",
    "Asked",
    "Evidence",
    "Living",
    "Replay",
    "Totals",
    "UnknownNameError",
    "additions",
    "levels",
    "living_totals",
    "load",
    "load_versions",
    "read_corrections",
]
