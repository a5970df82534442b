"""`review audit` reads its last result back while nothing it depends on has changed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from helpers.cli import audited
from helpers.cli.audited import KEPT, audit_document


def test_the_result_is_computed_once_and_then_read_back_alike(data_copy, monkeypatch):
    first = audit_document(data_copy)
    assert (data_copy / KEPT).is_file()
    monkeypatch.setitem(sys.modules, "helpers.audit", None)  # computing again would fail
    assert audit_document(data_copy) == first


def test_reading_it_back_loads_no_library(data_copy):
    audit_document(data_copy)
    code = "import sys; from pathlib import Path; from helpers.cli.audited import audit_document; "
    code += "audit_document(Path(sys.argv[1])); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, data_copy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"key": 1}', '{"key": "old", "document": {}}'])
def test_a_damaged_or_outdated_result_is_computed_again(data_copy, damaged):
    (data_copy / KEPT).parent.mkdir()
    (data_copy / KEPT).write_text(damaged, encoding="utf-8")
    assert audit_document(data_copy)["counts"]["reproduced"] > 300
    assert json.loads((data_copy / KEPT).read_text(encoding="utf-8"))["document"]["claims"]


def test_a_changed_number_is_audited_anew(data_copy):
    before = audit_document(data_copy)["counts"]
    counts = data_copy / "data" / "counts.csv"
    text = counts.read_text(encoding="utf-8")
    assert ",889," in text
    counts.write_text(text.replace(",889,", ",888,", 1), encoding="utf-8")
    assert audit_document(data_copy)["counts"]["differs"] > before["differs"]


def test_a_folder_that_cannot_be_written_is_audited_all_the_same(data_copy, monkeypatch):
    def refuse(path, text):
        raise PermissionError(path)

    monkeypatch.setattr(audited, "write_atomically", refuse)
    assert audit_document(data_copy)["claims"]
    assert not (data_copy / KEPT).exists()
