"""ClinicalTrials.gov's download as JSON: a list of studies, each with its modules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from helpers.records.building import Raw
from helpers.records.findings import Findings

_SECTION = re.compile(r'"protocolSection"\s*:')


def parse(text: str, findings: Findings) -> Iterator[Raw]:
    """Studies, one at a time, with the names of the columns that the register's own table has.

    Parameters
    ----------
    text : str
        The whole file.
    findings : Findings
        Is told where it is no JSON, or not that of the register.

    Yields
    ------
    Raw
        The line is that where the study's section begins.
    """
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        findings.fault(line, "json-is-whole", f"The file is no whole JSON ({str(error).split(':')[0]}).")
        return
    studies = read.get("studies", []) if isinstance(read, dict) else read
    starts = [text.count("\n", 0, found.start()) + 1 for found in _SECTION.finditer(text)]
    for place, study in enumerate(studies if isinstance(studies, list) else []):
        section = study.get("protocolSection") if isinstance(study, dict) else None
        if isinstance(section, dict):
            yield _study(section, starts[place] if place < len(starts) else 0)


def _study(section: Mapping[str, Any], line: int) -> Raw:
    record = Raw(line)
    known = {
        "nctnumber": ("identificationModule", "nctId"),
        "studytitle": ("identificationModule", "briefTitle"),
        "officialtitle": ("identificationModule", "officialTitle"),
        "Acronym": ("identificationModule", "acronym"),
        "Study Status": ("statusModule", "overallStatus"),
        "firstposted": ("statusModule", "studyFirstPostDateStruct", "date"),
        "Start Date": ("statusModule", "startDateStruct", "date"),
        "briefsummary": ("descriptionModule", "briefSummary"),
        "studytype": ("designModule", "studyType"),
        "Sponsor": ("sponsorCollaboratorsModule", "leadSponsor", "name"),
        "Conditions": ("conditionsModule", "conditions"),
    }
    for name, way in known.items():
        value: Any = section
        for step in way:
            value = value.get(step) if isinstance(value, dict) else None
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str | int) and str(one).strip():
                record.add(name, str(one))
    rest = {name for name in section if name not in {way[0] for way in known.values()}}
    for name in sorted(rest):
        record.add(name, json.dumps(section[name], ensure_ascii=False))
    return record
