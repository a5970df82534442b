"""The searches of an update: one row a database, as ``data/searches.csv`` will hold them after the merge."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd

from helpers.update import layout

STRATEGIES = "data/strategies"


def slug(name: str) -> str:
    """A name as part of an id or a file name: small letters, digits and hyphens, never a path.

    >>> slug("Embase.com"), slug("../etc"), slug("Åbo=1+1")
    ('embase-com', 'etc', 'abo-1-1')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:40] or "unnamed"


def strategy_file(update_id: str, database: str) -> str:
    """Where the search string of a database belongs."""
    return f"{STRATEGIES}/{update_id}-{slug(database)}.txt"


def search_rows(root: Path, update_id: str, exports: pd.DataFrame) -> pd.DataFrame:
    """One row a database, its records counted; what people wrote into earlier rows stays.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        The update.
    exports : DataFrame
        Its exports.

    Returns
    -------
    DataFrame
        Columns of ``data/searches.csv``, all text.
    """
    written = layout.read(root, update_id, layout.SEARCHES).set_index("search_id", drop=False)
    rows = []
    for database, files in exports.groupby("database", sort=False):
        name = f"{update_id}-{slug(str(database))}"
        before = written.loc[name].to_dict() if name in written.index else {}
        counted = {
            "search_id": name,
            "update_id": update_id,
            "database": str(database),
            "records": str(int(files["parsed"].astype(int).sum())),
            "source_id": own_source(update_id),
            "locator": layout.place(update_id, layout.EXPORTS),
        }
        rows.append(dict.fromkeys(layout.COLUMNS[layout.SEARCHES], "") | before | counted)
    return pd.DataFrame(rows, columns=list(layout.COLUMNS[layout.SEARCHES]), dtype="str")


def own_source(update_id: str) -> str:
    """Source that what this review counts itself is given: its records and decisions of an update."""
    return f"own-{update_id}"
