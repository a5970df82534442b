"""The command in this process, with what other modules do replaced by stand-ins; and reviews to use it on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from run.conftest import Review, review, shared_review, still_helpers
from typer.testing import CliRunner

from helpers.cli import app

__all__ = ["Review", "review", "shared_review", "still_helpers"]


@dataclass
class Answer:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Answer]


@pytest.fixture
def call(review: Review) -> Call:
    """The command on the review."""

    def calling(*words: str, root: object = review.root) -> Answer:
        result = CliRunner().invoke(app, [*words, "--root", str(root)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return calling


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """Modules of others: data that hold, pages without content, a site of two pages."""
    import helpers

    made = {name: ModuleType(f"helpers.{name}") for name in ("report", "consistency", "audit", "guards", "proof")}
    made["report"].write_pages = lambda root: []  # type: ignore[attr-defined]
    made["consistency"].check = lambda root: []  # type: ignore[attr-defined]
    made["consistency"].check_addresses = lambda root: []  # type: ignore[attr-defined]
    made["consistency"].missing_addresses = lambda root: []  # type: ignore[attr-defined]
    made["guards"].check_guards = lambda root, review: []  # type: ignore[attr-defined]
    nothing = SimpleNamespace(faults=[], numbers=0)
    made["proof"].prove = lambda root, site=None, **known: nothing  # type: ignore[attr-defined]
    for name, module in made.items():
        monkeypatch.setitem(sys.modules, f"helpers.{name}", module)
        monkeypatch.setattr(helpers, name, module, raising=False)
    yield made
