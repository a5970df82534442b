"""What the code lists and the review's own words lean on: other codes, a source, a notebook for each section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from helpers.codes import SEPARATOR
from helpers.consistency.people import names_in
from helpers.faults import Fault, ReviewError
from helpers.navigation import CONFIG, section_pages
from helpers.settings import SETTINGS, read_settings

VOCABULARIES = "data/vocabularies.csv"


def check_wider_codes(vocabularies: pd.DataFrame) -> Iterator[Fault]:
    """Codes said to hold others that are not in their list."""
    known = set(zip(vocabularies["list"], vocabularies["code"], strict=True))
    for line, term in vocabularies[vocabularies["narrower_of"].notna()].iterrows():
        for wide in names_in(term["narrower_of"]):
            if (term["list"], wide) not in known:
                fix = f"Name codes of the same list, separated by `{SEPARATOR}`."
                message = f"the list {term['list']} has no such code"
                yield Fault(VOCABULARIES, int(str(line)), "narrower_of", wide, "wider-code", message, fix)


def check_settings(root: Path, tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """What is wrong with the review's own words; a baseline that is no source."""
    settings, faults = read_settings(root)
    if settings and settings.baseline and settings.baseline not in set(tables["sources"]["source_id"]):
        fix = "Write the `source_id` of the review that the first version was taken from, or leave the key out."
        message = "no row of sources has this id"
        faults.append(Fault(SETTINGS, None, "baseline", settings.baseline, "reference", message, fix))
    return faults


def check_sections(root: Path, tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Sections with rows in force to which no page leads."""
    try:
        pages = section_pages(root)
    except ReviewError as error:
        return list(error.faults)
    lists, counts = tables["vocabularies"], tables["counts"]
    used = set(counts.loc[counts["retired_in"].isna(), "section"])
    faults = []
    for line, code in lists.loc[lists["list"] == "section", "code"].items():
        if code in used and code not in pages:
            message = f"no notebook of the navigation answers this section; {CONFIG} lists {', '.join(pages.values()) or 'none'}"
            fix = f"List notebooks/NN-{str(code).replace('_', '-')}.ipynb there, or name the section as its notebook."
            faults.append(Fault(VOCABULARIES, int(str(line)), "code", str(code), "section-page", message, fix))
    return faults
