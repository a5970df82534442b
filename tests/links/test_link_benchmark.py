"""The benchmark counts as it says, and what it invents is what our rules then find."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module", autouse=True)
def _on_path():
    sys.path.insert(0, str(BENCHMARKS))
    yield
    sys.path.remove(str(BENCHMARKS))


def test_one_record_of_each_group_is_kept_and_the_others_are_counted():
    from deduplication.counting import count, disagreements

    truth = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2}
    assert count([["a", "b", "c"], ["d", "e"]], truth) == count([["e", "d"], ["c", "a", "b"]], truth)
    whole = count([["a", "b", "c"], ["d", "e"]], truth)
    assert (whole.fp, whole.fn, whole.tp, whole.precision, whole.recall) == (0, 0, 3, 1.0, 1.0)
    wrong = count([["a", "b", "d", "x"]], truth)
    assert (wrong.fp, wrong.fn, wrong.tp) == (2, 2, 1)
    assert disagreements([["a", "b", "d", "x"]], truth) == ([["b", "d", "x"]], [["b", "c"], ["d", "e"]])
    nothing = count([], truth)
    assert (nothing.fp, nothing.fn, nothing.tp) == (0, 3, 0)


def test_a_label_that_joins_two_dois_on_two_pages_is_known():
    from deduplication.counting import two_documents

    def cells(*of: tuple[str, str]) -> dict[str, dict[str, str]]:
        return {name: {"doi": doi, "pages": pages} for name, (doi, pages) in zip("ab", of, strict=True)}

    truth = {"a": 1, "b": 1}
    assert two_documents(truth, cells(("10.9/a", "12--20"), ("10.9/b", "30"))) == {1}
    assert not two_documents(truth, cells(("10.9/a", "12-20"), ("10.9/A", "30")))
    assert not two_documents(truth, cells(("10.9/a", "12-20"), ("10.9/b", "12")))
    assert not two_documents(truth, cells(("10.9/a", "12-20"), ("", "30")))


def test_invented_records_are_the_same_on_every_run_and_our_rules_merge_none_wrongly(root, tmp_path):
    from deduplication.counting import count, read_truth
    from deduplication.ours import main
    from deduplication.synthetic import read_words, write_set

    words = read_words(root / "references.bib")
    first, second = (write_set(tmp_path / name, words, 1500) for name in ("first", "second"))
    assert (first / "records.csv").read_bytes() == (second / "records.csv").read_bytes()
    main(first / "records.csv", tmp_path / "result.json")
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    counted = count(result["groups"], read_truth(first / "merged_record_ids.csv"))
    assert counted.fp == 0
    assert counted.recall > 0.99
