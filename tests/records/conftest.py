from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.records import Import, read_export


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Puts an export on disk, under a name that says nothing about its format."""

    def put(content: str | bytes, name: str = "export.txt", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return put


@pytest.fixture
def read(save) -> Callable[..., Import]:
    return lambda content, *, anyway=False, **how: read_export(save(content, **how), anyway=anyway)
