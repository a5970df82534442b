"""bib-dedupe as one process, run by the Python of its own environment: ``python with_bib_dedupe.py RECORDS.csv RESULT.json``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd


def main(source: Path, target: Path) -> None:
    """Groups that bib-dedupe merges."""
    from bib_dedupe.bib_dedupe import block, cluster, match, prep

    records = pd.read_csv(source, dtype=str, keep_default_na=False)
    groups = cluster(match(block(prep(records))))
    target.write_text(json.dumps({"groups": groups}), encoding="utf-8")


if __name__ == "__main__":  # it starts processes of its own, which read this file again
    main(Path(sys.argv[1]), Path(sys.argv[2]))
