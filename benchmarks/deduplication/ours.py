"""Our rules as one process: ``python ours.py RECORDS.csv RESULT.json``, from reading the file to writing the groups."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

from helpers import links
from helpers.links.chains import groups_of

NAMES = {"ID": "record_id", "author": "authors", "number": "issue", "ENTRYTYPE": "type"}


def as_records(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of records.csv from those of the labelled sets."""
    records = table.rename(columns=NAMES)
    if "booktitle" in records:
        records["journal"] = records["journal"].where(records["journal"] != "", records["booktitle"])
    records["authors"] = records["authors"].str.replace(" and ", "; ", regex=False)
    return records


def main(source: Path, target: Path) -> None:
    """Groups that are merged, links that are not, and the questions left for a person."""
    records = as_records(pd.read_csv(source, dtype="str", keep_default_na=False))
    found = links.find_links(records)
    merged = found[found["is_certain"] & (found["relation"] == links.SAME_REPORT)]
    others = found.drop(merged.index)
    ledger = links.settle(found, links.empty_ledger(), today="2000-01-01") if len(found) < 50_000 else None
    result = {
        "groups": groups_of(zip(merged["a"], merged["b"], strict=True)),
        "linked": list(zip(others["a"], others["b"], others["relation"], others["why"], strict=True)),
        "questions": None if ledger is None else len(links.questions(ledger)),
    }
    target.write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
