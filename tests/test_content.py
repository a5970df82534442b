"""The engine knows no review: nothing that is about this one stands in ``src/``; it stands in ``data/`` and on the pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml

from helpers.settings import Settings, load_settings

NAMED = ("condition", "treatment")  # lists of what a review is about; the others hold words of any review
CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
WORD = re.compile(r"[^\W_]+")
Phrase = tuple[str, ...]


def words(text: str) -> Phrase:
    """Lower-case words of a text; snake_case, kebab-case and camelCase fall apart."""
    return tuple(word.lower() for word in WORD.findall(CAPITALS.sub(" ", text)))


def table(root: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(root / "data" / f"{name}.csv", dtype=str, keep_default_na=False)


def of_vocabularies(root: Path) -> Iterator[str]:
    """Codes, labels and short labels of what the review is about, but for those that are words of any review."""
    listed = table(root, "vocabularies")
    own = listed[listed["list"].isin(NAMED) & (listed["ordinary"] == "")]
    for column in ("code", "label", "short"):
        yield from own[column]


def of_studies(root: Path) -> Iterator[str]:
    """Ids of studies, and how they are cited: surname and year."""
    for study in table(root, "studies").to_dict("records"):
        yield study["study_id"]
        surname = re.sub(r" [A-Z]{1,3}$", "", study["first_author"])
        if surname and study["year"]:
            yield f"{surname} {study['year']}"


def of_review(root: Path) -> Iterator[str]:
    """What the review calls itself and its subject, and what its source is called: by author, and in brackets."""
    review = load_settings(root)
    yield from (
        review.title,
        review.short_title,
        review.slug,
        review.subject,
        review.condition_heading,
        *review.authors,
    )
    yield words(review.subject)[0]
    baseline = table(root, "sources").set_index("source_id").loc[review.baseline]
    yield from (review.baseline, re.sub(r"\d+$", "", review.baseline), *re.findall(r"\((.*?)\)", baseline["title"]))


def phrases(root: Path) -> dict[str, list[Phrase]]:
    """Everything that must not stand in the engine, by its first word."""
    found: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in {words(text) for text in (*of_vocabularies(root), *of_studies(root), *of_review(root))}:
        if phrase:
            found[phrase[0]].append(phrase)
    return found


def offences(lines: Iterable[str], sought: dict[str, list[Phrase]]) -> dict[int, list[str]]:
    """What stands there, whole words only and also across a break of the line, by the number of the line."""
    laid = [(word, number) for number, line in enumerate(lines, start=1) for word in words(line)]
    text = [word for word, _ in laid]
    found: defaultdict[int, list[str]] = defaultdict(list)
    for at, (word, number) in enumerate(laid):
        for phrase in sought.get(word, ()):
            if tuple(text[at : at + len(phrase)]) == phrase:
                found[number].append(" ".join(phrase))
    return found


def in_the_engine(root: Path, sought: dict[str, list[Phrase]]) -> list[str]:
    """What of it stands in the engine, with its place."""
    named = []
    for path in sorted((root / "src" / "helpers").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(root)
            named += [f"{name}: its name holds {', '.join(found)}" for found in offences([str(name)], sought).values()]
            lines = path.read_text(encoding="utf-8").splitlines()
            named += [f"{name}:{at}: {', '.join(found)}" for at, found in offences(lines, sought).items()]
    return named


def test_nothing_about_this_review_stands_in_the_engine(root):
    named = in_the_engine(root, phrases(root))
    assert not named, "move these into data/ or onto a page:\n" + "\n".join(named)


@pytest.mark.parametrize("planted", ["x = '{}'", "def {}(): ...", "# of {}s, {}", "OF_{}_ONLY", "the{}Rows", "a-{}-b"])
def test_a_planted_code_is_found_whatever_it_is_part_of(root, planted):
    sought = phrases(root)
    codes = [phrase for phrase in of_vocabularies(root) if len(words(phrase)) == 1]
    assert len(codes) > 50
    missed = [code for code in codes if not offences([planted.replace("{}", code.capitalize())], sought)]
    assert missed == []


def test_a_label_is_found_across_a_break_of_the_line_and_no_part_of_a_word_is(root):
    sought = phrases(root)
    label = max(of_vocabularies(root), key=lambda text: len(words(text)))
    first, rest = label.split(" ", 1)
    assert offences([f'"{first}', f'{rest}"'], sought)
    assert not offences(["masterpiece, Christmas, separate, general, aspect"], sought)


def test_only_codes_with_a_reason_are_passed_over(root):
    listed = table(root, "vocabularies")
    passed = listed[listed["ordinary"] != ""]
    assert set(passed["list"]) <= set(NAMED)
    assert len(passed) <= 6
    assert passed["ordinary"].str.len().min() > 20


def test_what_the_review_says_of_itself_is_the_same_wherever_it_stands(root):
    review: Settings = load_settings(root)
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    site = yaml.safe_load((root / "_quarto.yml").read_text(encoding="utf-8"))["website"]
    assert citation["title"] == review.title
    assert site["title"] == review.short_title
    assert [author["name"] for author in citation["authors"]] == list(review.authors)
    assert f'name = "{review.slug}"' in (root / "pyproject.toml").read_text(encoding="utf-8")
