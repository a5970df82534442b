"""Extractions as the repository keeps them: one CSV a table, as each reader wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers.dictionary import load_dictionary
from helpers.extraction.joint import as_text


def csv_files(root: Path, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Tables as CSV, as they stand in ``data/`` and ``data/extraction/``.

    Parameters
    ----------
    root : Path
        Folder of the review.
    tables : mapping of str to DataFrame
        Typed tables, as `read_form` or `reconcile` return them.

    Returns
    -------
    dict of str to str
        File name to content: columns in dictionary order, LF, empty cells empty, whole numbers without a point.
    """
    dictionary = load_dictionary(root)
    files = {}
    for name, frame in tables.items():
        text = as_text(dictionary[name], frame)
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(text.columns)
        writer.writerows(text.to_numpy().tolist())
        files[dictionary[name].path] = stream.getvalue()
    return files
