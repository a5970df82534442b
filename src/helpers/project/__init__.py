"""Where things lie in a review's folder, and how files are written so that a crash leaves them whole."""

from helpers.project.folder import MARKER, ROOT_VARIABLE, find_root, write_atomically
from helpers.project.preview import as_if_written
from helpers.project.together import Content, digest, only_writer, put_aside, recover, write_together
from helpers.project.whole import write_folder

__all__ = [
    "MARKER",
    "ROOT_VARIABLE",
    "Content",
    "as_if_written",
    "digest",
    "find_root",
    "only_writer",
    "put_aside",
    "recover",
    "write_atomically",
    "write_folder",
    "write_together",
]
