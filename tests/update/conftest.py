"""Reviews on which an update is played: the made-up review, small exports, and the command in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from copies import second_review
from typer.testing import CliRunner

from helpers.cli import app
from helpers.update import layout
from helpers.update.searches import strategy_file
from helpers.update.state import read_update

SAMPLE = Path(__file__).parent / "sample"
UPDATE = "2024-06-30"


@dataclass
class Answer:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def rules(self) -> list[str]:
        return [fault["rule"] for fault in self.document["faults"]]


@dataclass
class Review:
    """A copy of the review, and the command on it."""

    root: Path

    def call(self, *words: str | Path, status: int | None = 0) -> Answer:
        result = CliRunner().invoke(app, [*map(str, words), "--root", str(self.root)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        answer = Answer(result.exit_code, result.stdout, result.stderr)
        assert status is None or answer.status == status, f"{answer.out}\n{answer.err}"
        return answer

    def update(self, *words: str | Path, status: int | None = 0) -> Answer:
        return self.call("update", *words, status=status)

    def stands(self) -> Any:
        return self.update("status", "--json").document

    def files(self, *folders: str) -> dict[str, bytes]:
        """Every file that git keeps."""
        found = [p for folder in folders or ("data", "archive") for p in (self.root / folder).rglob("*") if p.is_file()]
        found += [p for p in self.root.iterdir() if p.is_file()]
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in found}

    def write(self, name: str, text: str) -> Path:
        path = self.root.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def ris(*titles: str, year: int = 2024, **tags: str) -> str:
    """A small export in the RIS format."""
    more = "".join(f"{tag}  - {value}\n" for tag, value in tags.items())
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Reader, A.\nPY  - {year}\nJO  - Journal {n}\nVL  - {n}\nSP  - {n}\n{more}ER  - \n\n"
        for n, title in enumerate(titles, 1)
    )


def nbib(*titles: str, year: int = 2024) -> str:
    """A small export in the format of PubMed."""
    return "\n".join(
        f"PMID- {90000000 + n}\nDP  - {year}\nTI  - {title}\nAU  - Writer B\nTA  - Journal {n}\nVI  - {n}\nPG  - {n}\nSO  - Journal {n}\n"
        for n, title in enumerate(titles, 1)
    )


FIRST = "Blue tea in people with invented fever: ten patients from one centre"
ABSTRACT = "Blue tea in people with invented fever, ten patients of one centre"
SECOND = "Long rest for invented fever of the lakes, a series of eight people"
THIRD = "A mouse model of invented fever without any patient"


STRATEGY = """\
# database: {database}
# platform: A made-up platform
# limits: none
# filters: none
# peer review: none
# date run: {day}

invented fever[tiab]
"""


def reported(root: Path, update_id: str = UPDATE) -> None:
    """The searches reported as the merge asks for: string, platform and day."""
    for database in layout.read(root, update_id, layout.SEARCHES)["database"]:
        path = root / strategy_file(update_id, database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STRATEGY.format(database=database, day=update_id), encoding="utf-8")


def new_review(folder: Path) -> Review:
    """The made-up review in a folder of its own."""
    return Review(second_review(folder / "review"))


def new_exports(folder: Path) -> tuple[Path, Path]:
    """Two small exports: two records in one, one in the other."""
    one, other = folder / "pubmed.nbib", folder / "embase.ris"
    one.write_text(nbib(FIRST, SECOND), encoding="utf-8")
    other.write_text(ris(THIRD), encoding="utf-8")
    return one, other


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """The made-up review, as it may be broken."""
    return new_review(tmp_path)


@pytest.fixture
def exports(tmp_path: Path) -> tuple[Path, Path]:
    """Two small exports."""
    return new_exports(tmp_path)


@pytest.fixture
def started(review: Review, exports: tuple[Path, Path]) -> Review:
    """A review with an update of three records."""
    review.update("start", UPDATE, "--pubmed", exports[0], "--embase", exports[1])
    return review


@pytest.fixture
def asked(review: Review) -> Review:
    """An update with a paper and what may be its congress abstract: one open pair."""
    one = review.write("pubmed.nbib", nbib(FIRST))
    other = review.write("embase.ris", ris(ABSTRACT, M3="Conference Abstract").replace("Reader, A.", "Writer, B."))
    review.update("start", UPDATE, "--pubmed", one, "--embase", other)
    assert len(read_update(review.root, UPDATE).open_links) == 1
    return review
