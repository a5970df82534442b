"""Search exports to records: every format by its content, every record accounted for, nothing run or resolved.

A *record* is an entry of an export (PRISMA 2020); which records are the same report is decided elsewhere. Reading is
streamed, unknown tags are kept, and an export is only used when as many records were read as begin in the file.
"""

from helpers.records.cells import safe_cell, unsafe_cell
from helpers.records.findings import anyway_option
from helpers.records.frames import read_csv, to_frame, write_csv, write_ris
from helpers.records.reading import iter_records, read_export
from helpers.records.record import COLUMNS, Import, Record, is_retracted
from helpers.records.sniffing import sniff

__all__ = [
    "COLUMNS",
    "Import",
    "Record",
    "anyway_option",
    "is_retracted",
    "iter_records",
    "read_csv",
    "read_export",
    "safe_cell",
    "sniff",
    "to_frame",
    "unsafe_cell",
    "write_csv",
    "write_ris",
]
