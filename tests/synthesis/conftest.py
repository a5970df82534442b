from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[1] / "reference" / "metafor_reference.json"


class Metafor:
    """Reference values computed with metafor: data sets by name, values and calls by id."""

    def __init__(self) -> None:
        document = json.loads(REFERENCE.read_text(encoding="utf-8"))
        self.data: dict[str, dict[str, list]] = document["data"]
        self.values: dict[str, dict[str, Any]] = {entry["id"]: entry["values"] for entry in document["entries"]}
        self.calls: dict[str, str] = {entry["id"]: entry["call"] for entry in document["entries"]}

    def counts(self, name: str) -> tuple[list[int], list[int]]:
        return self.data[name]["events"], self.data[name]["n"]


@pytest.fixture(scope="session")
def metafor() -> Metafor:
    return Metafor()
