"""The engine knows no review: nothing that is about this one stands in ``src/``; it stands in ``data/`` and on the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import yaml

NAMED = ("condition", "treatment")  # lists of what a review is about; the others hold words of any review
CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
WORD = re.compile(r"[^\W_]+")
PUBLICATIONS_TITLE = 3  # parts of a reference in sources.csv: authors. title. journal


def words(text: str) -> list[str]:
    """Lower-case words of a text; snake_case, kebab-case and camelCase fall apart."""
    return [word.lower() for word in WORD.findall(CAPITALS.sub(" ", text))]


def spread(text: str) -> str:
    """The words of a text, set so that a phrase is found as whole words only."""
    return f" {' '.join(words(text))} "


def table(root: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(root / "data" / f"{name}.csv", dtype=str, keep_default_na=False)


def about(root: Path) -> dict:
    return yaml.safe_load((root / "data" / "review.yaml").read_text(encoding="utf-8"))


def vocabulary_phrases(root: Path) -> Iterator[str]:
    """Codes, labels and short labels of what the review is about, but for those that are words of any review."""
    listed = table(root, "vocabularies")
    own = listed[listed["list"].isin(NAMED) & (listed["ordinary"] == "")]
    for column in ("code", "label", "short"):
        yield from own[column]


def study_phrases(root: Path) -> Iterator[str]:
    """Ids of studies, and how they are cited: surname and year."""
    for study in table(root, "studies").to_dict("records"):
        yield study["study_id"]
        surname = re.sub(r"( [A-Z]+)+$", "", study["first_author"])
        if surname and study["year"]:
            yield f"{surname} {study['year']}"


def source_phrases(root: Path) -> Iterator[str]:
    """The review's names, and its source's: id, first author, and the short name before a colon in its title."""
    review = about(root)
    for key in ("short_title", "slug", "subject", "condition_heading", "baseline"):
        yield review[key]
    yield from words(review["subject"])[:1]
    baseline = table(root, "sources").set_index("source_id").loc[review["baseline"]]
    yield re.sub(r"\d+$", "", str(baseline.name))


def phrases(root: Path) -> set[str]:
    given = [*vocabulary_phrases(root), *study_phrases(root), *source_phrases(root)]
    return {spread(phrase) for phrase in given if words(phrase)}


def found_in(text: str, sought: set[str]) -> list[str]:
    """Phrases that stand in a text, one after another."""
    laid = spread(text)
    return sorted(phrase.strip() for phrase in sought if phrase in laid)


def offences(root: Path) -> list[str]:
    """`file:line: phrases` of everything in the sources that only this review knows."""
    sought, named = phrases(root), []
    for path in sorted((root / "src").rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts or ".egg-info" in str(path):
            continue
        name = path.relative_to(root)
        if inside := found_in(str(name), sought):
            named.append(f"{name}: {', '.join(inside)} (its name)")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if inside := found_in(line, sought):
                named.append(f"{name}:{number}: {', '.join(inside)}")
    return named


def test_nothing_about_this_review_stands_in_the_sources(root):
    named = offences(root)
    assert not named, "move these into data/ or onto a page:\n" + "\n".join(named)
