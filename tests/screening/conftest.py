"""A small update to screen: seven records of five reports, from two databases and a hand search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from helpers import records as record_files
from helpers import screening
from screening.small_update import TODAY, identifier


@pytest.fixture(scope="session")
def reasons(review) -> screening.Reasons:
    return screening.Reasons.from_table(review.tables["vocabularies"])


@pytest.fixture
def exports() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "export_id": ["aa" * 6, "bb" * 6, "cc" * 6],
            "database": ["PubMed", "Embase", "Citation searching"],
            "arm": ["databases", "databases", "other"],
        }
    )


@pytest.fixture
def records() -> pd.DataFrame:
    rows = [
        ("aa", 1, "Emapalumab in children with macrophage activation syndrome", "10.1/a", "101", "English"),
        ("aa", 2, "A survey of paediatric rheumatologists about their practice", "10.1/b", "102", "English"),
        ("aa", 3, "<i>Interleukin 18</i> in systemic disease with activated macrophages", "10.1/c", "103", "English"),
        ("bb", 1, "Emapalumab in children with macrophage activation syndrome.", "10.1/a", "", "English"),
        ("bb", 2, "=cmd|' /C calc'!A0", "10.1/d", "", "Chinese"),
        ("cc", 1, "Ruxolitinib for lupus with macrophage activation", "10.1/e", "105", "English"),
        ("cc", 2, "A survey of paediatric rheumatologists about their practice", "10.1/b", "", "English"),
    ]
    frame = pd.DataFrame(
        {
            "record_id": identifier(export, position),
            "export_id": export * 6,
            "position": position,
            "title": title,
            "authors": "Lamb A; Ewe BC",
            "year": "2024",
            "journal": "Sheep",
            "doi": doi,
            "pmid": pmid,
            "language": language,
            "abstract": "" if export == "aa" and position == 1 else f"What was found ({position}).",
        }
        for export, position, title, doi, pmid, language in rows
    )
    return frame.reindex(columns=[*record_files.COLUMNS, "abstract", "keywords"], fill_value="").astype("string")


@pytest.fixture
def reports(records) -> pd.Series:
    """Report of each record: the first record with the same DOI."""
    first = records.drop_duplicates("doi").set_index("doi")["record_id"]
    return pd.Series(records["doi"].map(first).to_numpy(), index=records["record_id"])


@pytest.fixture
def known(reports) -> dict[str, str]:
    return reports.to_dict()


@pytest.fixture
def listed(records, reports) -> pd.DataFrame:
    """What title and abstract are asked of: one row a report."""
    return screening.to_screen(records, reports, screening.empty(), phase="title_abstract")


@pytest.fixture
def read(tmp_path: Path, known, reasons, records) -> Callable[..., screening.Reading]:
    """Read a text as a file of decisions."""

    def reading(text: str | bytes, *, name: str = "anna.csv", **more) -> screening.Reading:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        asked = {"phase": "title_abstract", "known": known, "reasons": reasons, "today": TODAY, "records": records}
        return screening.read_decisions(path, **(asked | more))

    return reading
