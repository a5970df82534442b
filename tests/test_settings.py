"""What the review says of itself is read whole or refused at once; sections lead to notebooks; codes lie within codes."""

from __future__ import annotations

import pytest

from helpers import consistency
from helpers.codes import Codes
from helpers.faults import ReviewError
from helpers.navigation import section_pages
from helpers.settings import SETTINGS, load_settings, read_settings
from helpers.tables import read_tables

WHOLE = """\
title: "A disease: a living review"
short_title: "Disease Review"
slug: disease-review
authors: ["A", "B"]
subject: "A disease"
condition_heading: "Disease in"
suggestion: "A study."
"""


def write(folder, text):
    (folder / "data").mkdir(exist_ok=True)
    (folder / SETTINGS).write_text(text, encoding="utf-8")


def test_a_review_without_a_baseline_needs_seven_keys(tmp_path):
    write(tmp_path, WHOLE)
    settings = load_settings(tmp_path)
    assert (settings.authors, settings.baseline, settings.repeats, settings.procedure) == (("A", "B"), "", (), {})
    assert settings.citation_key("2024.1") == "disease-review-2024.1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, [("file-present", None, None)]),
        ("title: [1\n", [("yaml", 2, None)]),
        ("- a\n", [("yaml", 1, None)]),
        (WHOLE.replace("subject", "subjects"), [("required", None, "subject"), ("known-key", 5, "subjects")]),
        (WHOLE.replace('"A disease"', ""), [("required", 5, "subject")]),
        (WHOLE.replace('["A", "B"]', "A"), [("type", 4, "authors")]),
        (WHOLE.replace("disease-review", "Disease Review"), [("pattern", 3, "slug")]),
        (WHOLE + "procedure: [update.qmd]\n", [("type", 8, "procedure")]),
        (WHOLE + "baseline:\n", []),
    ],
)
def test_everything_wrong_is_said_at_once_with_its_line(tmp_path, text, expected):
    if text is not None:
        write(tmp_path, text)
    _, faults = read_settings(tmp_path)
    assert [(fault.rule, fault.row, fault.column) for fault in faults] == expected
    assert all(fault.file == SETTINGS and fault.fix for fault in faults)
    if faults:
        with pytest.raises(ReviewError):
            load_settings(tmp_path)


def test_the_check_of_the_data_shows_what_is_wrong_with_them(data_copy):
    path = data_copy / SETTINGS
    path.write_text(
        path.read_text(encoding="utf-8").replace("baseline: baldo2025", "baseline: nobody2025"), encoding="utf-8"
    )
    (fault,) = consistency.check(data_copy)
    assert (fault.file, fault.column, fault.value, fault.rule) == (SETTINGS, "baseline", "nobody2025", "reference")
    path.unlink()
    (fault,) = consistency.check(data_copy)
    assert (fault.file, fault.rule) == (SETTINGS, "file-present")


def test_the_notebook_of_a_section_is_the_one_that_the_navigation_lists(tmp_path):
    (tmp_path / "_quarto.yml").write_text(
        "website:\n  sidebar:\n    contents:\n      - section: Treatments\n        contents:\n"
        "          - {text: Some drug, href: notebooks/05-some-drug.ipynb}\n          - notebooks/12-else.ipynb\n"
        "          - methods.qmd\n",
        encoding="utf-8",
    )
    assert section_pages(tmp_path) == {
        "some_drug": "notebooks/05-some-drug.ipynb",
        "else": "notebooks/12-else.ipynb",
    }


def test_a_section_to_which_no_page_leads_is_a_fault(data_copy):
    path = data_copy / "_quarto.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("notebooks/12-geography", "notebooks/12-places"), encoding="utf-8"
    )
    (fault,) = consistency.check(data_copy)
    assert (fault.file, fault.value, fault.rule) == ("data/vocabularies.csv", "geography", "section-page")
    assert "notebooks/12-places.ipynb" in fault.message


def test_a_code_cannot_lie_within_one_that_is_not_there(data_copy):
    path = data_copy / "data" / "vocabularies.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",9,other,", ",9,others,"), encoding="utf-8")
    (fault,) = [fault for fault in consistency.check(data_copy) if fault.rule == "wider-code"]
    assert (fault.value, fault.column) == ("others", "narrower_of")


@pytest.fixture(scope="module")
def codes(root) -> Codes:
    return Codes(read_tables(root, ["vocabularies"])[0]["vocabularies"])


@pytest.mark.parametrize(
    ("wide", "narrow", "is_covered"),
    [
        ("all", "sle", True),
        ("mixed", "kd", True),
        ("sle", "sle", True),
        ("jia", "era", True),
        ("jia", "sle", False),  # several, but the list says which
        ("other", "jdm", True),
        ("other", "era", True),  # within two
        ("other", "sle", False),
        ("other", "shlh", False),  # nothing says so
        ("other", "all", False),
        ("sle", "all", False),
    ],
)
def test_which_patients_can_be_among_which(codes, wide, narrow, is_covered):
    assert codes.covers("condition", wide, narrow) is is_covered


def test_only_codes_that_name_nobody_gather_everybody(codes):
    assert [code for code in codes.order("condition") if codes.gathers("condition", code)] == ["all", "mixed", "mas"]
