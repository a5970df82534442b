"""Where things lie in a review's folder, and how files are written so that a crash leaves them whole."""

from helpers.project.folder import MARKER, ROOT_VARIABLE, find_root, write_atomically
from helpers.project.made import MADE, read_made, unreadable
from helpers.project.preview import as_if_written
from helpers.project.together import (
    JOURNAL,
    Content,
    digest,
    journal_faults,
    only_writer,
    put_aside,
    recover,
    write_together,
)
from helpers.project.whole import write_folder

__all__ = [
    "JOURNAL",
    "MADE",
    "MARKER",
    "ROOT_VARIABLE",
    "Content",
    "as_if_written",
    "digest",
    "find_root",
    "journal_faults",
    "only_writer",
    "put_aside",
    "read_made",
    "recover",
    "unreadable",
    "write_atomically",
    "write_folder",
    "write_together",
]
