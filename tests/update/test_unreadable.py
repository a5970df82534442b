"""A file that is cut, merged badly, in another encoding or of another shape: a sentence with its name, never a traceback.

`make fuzz` plays every file with every damage (REVIEW_FUZZ=long); the suite plays a share of them that is the same each time.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import UPDATE, Review, new_exports, new_review
from .small import extracted, screened

RESULTS = "data/results/02-treatments.json"
VALUE = {"result": "one", "shown": "1", "how": "Counted.", "rows": ["blue-tea-hills-received"]}
OF_UPDATE = ("exports", "records", "links", "screening", "searches", "notes", "included")
FILES = (
    RESULTS,
    "data/results/run.json",
    "data/results/summary.json",
    "_update/.journal/manifest.json",
    *(f"data/updates/{UPDATE}/{name}.csv" for name in OF_UPDATE),
    f"data/updates/{UPDATE}/handed-in.csv",
    f"data/updates/{UPDATE}/extraction/extractors.csv",
    f"data/updates/{UPDATE}/extraction/a/counts.csv",
    f"data/updates/{UPDATE}/extraction/b/appraisals.csv",
    "data/corrections.yaml",
    "data/review.yaml",
    "data/datapackage.json",
    "data/updates.csv",
    "data/vocabularies.csv",
    "_quarto.yml",
    "references.bib",
)
MARKS = b"<<<<<<< HEAD\n%b=======\n%b>>>>>>> other\n"
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: len(content) // 2],
    "merged": lambda content: MARKS % (content, content),
    "null": lambda content: b"null\n",
    "no UTF-8": lambda content: b'\xff\xfe\x00x,"' + content,
    "a list": lambda content: b"[1, two]\n",
    "a number": lambda content: b"12\n",
    "other keys": lambda content: b'{"a": null}\n',
    "empty": lambda content: b"",
    "words for numbers": lambda content: content.replace(b",2,", b",two,").replace(b": 1", b": one"),
}
EVERY = list(itertools.product(FILES, DAMAGE))
PLAYED = EVERY if os.environ.get("REVIEW_FUZZ") == "long" else EVERY[::7]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with an update under way, both extractions handed in, and results of a notebook."""
    home = tmp_path_factory.mktemp("made")
    review = new_review(home)
    one, other = new_exports(home)
    review.update("start", UPDATE, "--pubmed", one, "--embase", other)
    screened(review)
    extracted(review)
    results = {"notebook": "02-treatments", "results": [{"id": "tbl-one", "values": [VALUE]}]}
    (review.root / RESULTS).parent.mkdir(exist_ok=True)
    (review.root / RESULTS).write_text(json.dumps(results))
    (review.root / "data/results/run.json").write_text('{"notebooks": {}}')
    (review.root / "data/results/summary.json").write_text('{"findings": []}')
    return home


@pytest.fixture
def review(made: Path, tmp_path: Path) -> Review:
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Review(tmp_path / "review")


def damage(review: Review, name: str, how: str) -> None:
    path = review.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(DAMAGE[how](path.read_bytes() if path.is_file() else b'[{"path": "a", "staged": "0"}]'))


@pytest.mark.parametrize(("name", "how"), PLAYED)
def test_what_cannot_be_read_is_a_sentence_and_changes_nothing(review: Review, name: str, how: str) -> None:
    damage(review, name, how)
    before = review.files()
    for words in (("update", "status"), ("check",)):
        answer = review.call(*words, "--json", status=None)  # a traceback would be raised here
        assert answer.status in (0, 1, 2)
        if answer.status:
            document = answer.document
            assert document["faults"] and all(fault["message"] and fault["fix"] for fault in document["faults"])
    assert review.files() == before


@pytest.mark.parametrize("how", ["cut", "merged", "null", "no UTF-8", "other keys"])
def test_results_that_cannot_be_read_are_named_with_what_they_are_for_and_how_to_make_them_again(
    review: Review, how: str
) -> None:
    damage(review, RESULTS, how)
    faults = [f for f in review.call("check", "--json", status=1).document["faults"] if f["file"] == RESULTS]
    (fault,) = faults
    assert "it holds the numbers of a notebook" in fault["message"]
    assert "review doctor" in fault["fix"] and "review run 02-treatments --force" in fault["fix"]


def test_the_doctor_puts_aside_what_machines_made_and_touches_nothing_else(review: Review) -> None:
    for name in (RESULTS, "data/results/summary.json", "_update/.journal/manifest.json"):
        damage(review, name, "cut")
    damage(review, f"data/updates/{UPDATE}/exports.csv", "cut")
    assert review.update("status", "--json", status=1).rules == ["journal"]
    people = {name: content for name, content in review.files().items() if not name.startswith("data/results")}
    said = review.call("doctor").out
    assert said.count("kept as _update/kept/") == 3
    assert "Next: review run 02-treatments --force" in said and "Next: git status" in said
    assert {name: content for name, content in review.files().items() if not name.startswith("data/results")} == people
    assert not (review.root / RESULTS).exists() and not (review.root / "_update/.journal").exists()
    kept = (review.root / "_update/kept").rglob("*")
    assert sum(path.is_file() for path in kept) == 3
    assert "nothing was changed" in review.call("doctor").out


def test_of_very_many_faults_the_first_are_printed_and_the_others_counted(review: Review) -> None:
    path = review.root / "data/counts.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *(f"{line},more" for line in lines * 20), ""]), encoding="utf-8")
    said = review.call("check", status=1).err
    assert said.count("rule ") <= 200
    assert "more; mend these first" in said
    assert len(review.call("check", "--json", status=1).document["faults"]) > 200
