"""Identifiers, years, names and pages in one form."""

from __future__ import annotations

import doctest
import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.records import clean


@pytest.mark.parametrize("module", ["clean", "cells"])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(importlib.import_module(f"helpers.records.{module}")).failed == 0


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.1002/ART.42985", "10.1002/art.42985"),
        ("https://doi.org/10.1002/art.42985", "10.1002/art.42985"),
        ("http://dx.doi.org/10.1002/art.42985.", "10.1002/art.42985"),
        ("doi: 10.1002/art.42985;", "10.1002/art.42985"),
        ("DOI:10.1002/art.42985 [doi]", "10.1002/art.42985"),
        ("10.1002/art.42985[doi]", "10.1002/art.42985"),
        ("10.1002%2Fart.42985", "10.1002/art.42985"),
        ("https://doi-org.library.example.org/10.1002/art.42985", "10.1002/art.42985"),
        ("10.1016/S0140-6736(05)12345-6", "10.1016/s0140-6736(05)12345-6"),
        ("(10.1016/S0140-6736(05)12345-6)", "10.1016/s0140-6736(05)12345-6"),
        ("10.1002/(SICI)1097(19990101)85:1<1::AID-CN1>3.0.CO;2-#", "10.1002/(sici)1097(19990101)85:1<1::aid-cn1>3.0.co;2-#"),
        ("10.1000/85:1&lt;1::AID&gt;3", "10.1000/85:1<1::aid>3"),
        ("10.1038/s41467-024-48400-3     LK  - https://x.org/?id=10.9999/other", "10.1038/s41467-024-48400-3"),
        ("n/a", ""),
        ("S0022-3476(16)30130-8 [pii]", ""),
        ("10.12", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_doi_has_one_form(written, doi):
    assert clean.doi(written) == doi


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2025 Feb", "2025"),
        ("2024/03/01//", "2024"),
        ("2021//", "2021"),
        ("20241105", "2024"),
        ("1 Dec 2024", "2024"),
        ("Winter 1999-2000", "1999"),
        ("SEP 22", ""),
        ("in press", ""),
        ("12024", ""),
        ("0203", ""),
    ],
)
def test_a_year_has_four_digits_or_none(written, year):
    assert clean.year(written) == year


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ram, A.B.", "Ram A.B."),
        ("Ram AB", "Ram AB"),
        ("Ram, A., Jr", "Ram A. Jr"),
        ("Sheep Study Group,", "Sheep Study Group"),
        ("Ministry of Sheep, Goats, Cattle, and Wool", "Ministry of Sheep, Goats, Cattle, and Wool"),
        ("van der Ewe, B", "van der Ewe B"),
    ],
)
def test_an_author_is_one_string_without_commas(written, name):
    assert clean.name(written) == name


@pytest.mark.parametrize(
    ("first", "last", "pages"),
    [("12", "19", "12-19"), ("226-38", "", "226-38"), ("12-19", "19", "12-19"), ("e1", "e1", "e1"), ("", "9", "9"), ("7", "", "7")],
)  # fmt: skip
def test_pages_stay_as_printed(first, last, pages):
    assert clean.pages(first, last) == pages


@given(st.text())
def test_every_form_is_final(text):
    for form in (clean.text, clean.doi, clean.year, clean.pmid, clean.pmcid, clean.name):
        assert form(form(text)) == form(text)


@given(st.text())
def test_clean_text_is_one_printable_line(text):
    tidy = clean.text(text)
    assert tidy == tidy.strip()
    assert not any(mark in tidy for mark in "\n\r\t\0\x1b\u202e\ufeff")
