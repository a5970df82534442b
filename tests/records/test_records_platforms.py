"""Every platform's flavour, by content and with all its facts."""

from __future__ import annotations

import pytest
from export_samples import PLATFORMS, remarks

from helpers.records import sniff

FACTS = {  # of the first record, where they are not the common ones below
    "PubMed": {
        "title": "A title about sheep: a long- term study of flocks that were counted.",
        "authors": ("Ram AB", "Ewe B", "Sheep Study Group"),
        "year": "2025",
        "journal": "Journal of sheep",
        "volume": "77",
        "issue": "2",
        "pages": "226-38",
        "pmid": "10000001",
        "pmcid": "PMC1234567",
        "type": "journal article; case reports",
        "language": "eng; fre",
        "abstract": "BACKGROUND: Sheep were counted. ER was not measured.",
        "keywords": ("Sheep", "Wool/*growth & development", "flock"),
        "line": 2,
    },
    "Ovid, tagged": {
        "title": "A title about sheep.",
        "authors": ("Ram AB", "Ewe B"),
        "year": "2025",
        "volume": "77",
        "issue": "2",
        "pages": "226-38",
        "pmid": "10000001",
        "accession": "",
        "abstract": "Background: Sheep were counted. Method(s): By hand.",
        "database": "Ovid MEDLINE(R) ALL",
    },
    "Embase.com": {
        "authors": ("Ram A.B.", "Ewe B."),
        "volume": "15",
        "issue": "1",
        "pages": "12-19",
        "pmid": "10000001",
        "accession": "L2000000001",
        "type": "conference abstract",
        "language": "English",
        "keywords": ("sheep", "wool"),
        "abstract": "Sheep were counted.",
        "database": "Embase; Medline",
    },
    "Ovid": {
        "title": "A title about sheep.",
        "authors": ("Ram Ada", "Ewe Bo"),
        "year": "2021",
        "pages": "24-26",
        "pmid": "",
        "accession": "2024893804",
        "type": "article",
        "line": 2,
    },
    "EndNote": {
        "authors": ("Ram A. B.", "Ewe B."),
        "pages": "12-19",
        "pmcid": "PMC1234567",
        "accession": "L2000000001",
        "type": "article in press",
        "keywords": ("sheep", "wool", "flock"),
        "database": "Embase; Medline",
    },
    "Zotero": {
        "authors": ("Ram Ada", "Ewe Bo"),
        "pages": "12-19",
        "pmid": "10000001",
        "pmcid": "PMC1234567",
        "abstract": "Objectives To count sheep.",
    },
    "Mendeley": {
        "authors": ("Ram Ada", "Ewe Bo"),
        "pages": "S105",
        "pmid": "10000001",
        "abstract": "Sheep were counted. • The flock was large.",
    },
    "Rayyan": {
        "authors": ("Ram A.B.", "Ewe B."),
        "journal": "J. Sheep",
        "pages": "12-19",
        "accession": "L2000000001",
    },
    "Cochrane": {
        "authors": ("Ram AB", "Ewe B"),
        "journal": "J Sheep",
        "pages": "12‐19",
        "pmid": "10000001",
        "accession": "CN-00000001",
        "type": "journal article",
        "line": 5,
    },
    "Web of Science": {
        "authors": ("Ram AB", "Ewe B"),
        "journal": "JOURNAL OF SHEEP",
        "pages": "e12292",
        "accession": "WOS:000000000000001",
        "abstract": "Background: Sheep were counted. Methods: By hand.",
    },
    "Web of Science, plain text": {
        "authors": ("Ram AB", "Ewe B"),
        "journal": "JOURNAL OF SHEEP",
        "pages": "12-19",
        "pmid": "10000001",
        "accession": "WOS:000000000000001",
        "type": "article",
        "keywords": ("sheep", "wool"),
        "line": 3,
    },
    "EndNote XML": {
        "title": "A title about IL-1 sheep",
        "authors": ("Ram Ada B.", "Ewe Bo"),
        "pages": "12-19",
        "pmid": "10000001",
        "type": "journal article",
        "keywords": ("sheep", "wool"),
        "line": 3,
    },
    "BibTeX": {
        "title": "A title about IL-1 and sheep of München & København",
        "authors": ("Ram Ada", "Ewe Bo", "Sheep Study Group"),
        "doi": "10.1000/sheep_1",
        "pages": "12-19",
        "pmid": "10000001",
        "type": "article",
        "keywords": ("sheep", "wool"),
        "abstract": "Sheep were counted.",
        "line": 4,
    },
    "Embase.com, table": {
        "authors": ("Ram A.B.", "Ewe B.", "Lamb-Chop C."),
        "pages": "12-19",
        "pmid": "10000001",
        "accession": "L2000000001",
        "type": "conference abstract",
        "abstract": 'Sheep were "counted", twice',
        "line": 5,
    },
    "Embase.com, fields by row": {
        "authors": ("Ram A.B.", "Ewe B."),
        "pages": "12-19",
        "accession": "L2000000001",
    },
    "PubMed, table": {
        "authors": ("Ram AB", "Ewe B", "O'Lamb RE"),
        "journal": "J Sheep",
        "pmid": "10000001",
        "pmcid": "PMC1234567",
        "line": 2,
    },
    "Zotero, table": {
        "authors": ("Ram Ada B.", "Ewe Bo"),
        "pages": "12-19",
        "pmid": "10000001",
        "type": "journal article",
        "keywords": ("sheep", "wool"),
        "line": 2,
    },
    "Rayyan, table": {
        "authors": ("Ram A.B.", "Ewe B."),
        "journal": "J. Sheep",
        "pages": "12-19",
        "pmid": "10000001",
        "pmcid": "PMC1234567",
        "accession": "",
        "line": 2,
    },
    "Ovid, table": {
        "title": "A title about sheep.",
        "authors": ("Ram A.B.", "Ewe B."),
        "volume": "15",
        "issue": "1",
        "pages": "12-19",
        "accession": "2024893804",
        "line": 2,
    },
    "semicolons": {"authors": ("Ram AB", "Ewe B"), "journal": "", "line": 2},
    "Web of Science, table": {
        "authors": ("Ram AB", "Ewe B"),
        "journal": "JOURNAL OF SHEEP",
        "pmid": "10000001",
        "accession": "WOS:000000000000001",
        "type": "",
        "line": 2,
    },
}
COMMON = {
    "title": "A title about sheep",
    "year": "2024",
    "journal": "Journal of Sheep",
    "doi": "10.1000/sheep.1",
    "line": 1,
    "position": 1,
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_format_is_known_by_content_and_every_record_is_read(platform, read):
    text, format, number = PLATFORMS[platform]
    found = read(text)
    assert (found.format, found.started, found.parsed, len(found.records)) == (format, number, number, number)
    assert [record.position for record in found.records] == list(range(1, number + 1))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_fact_of_the_first_record_is_in_its_field(platform, read):
    record = read(PLATFORMS[platform][0]).records[0]
    expected = COMMON | FACTS[platform]
    assert {name: getattr(record, name) for name in expected} == expected


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_name_decides_nothing(platform, read, save):
    text, format, _ = PLATFORMS[platform]
    assert sniff(text.encode(), "export.pdf") == format
    assert read(text, name="page.html").records == read(text, name="noname").records


@pytest.mark.parametrize(
    ("platform", "tag", "values"),
    [
        ("Embase.com", "SN", ("1111-1111", "2222-2222")),
        ("Embase.com", "JO", ("J. Sheep",)),
        ("Embase.com", "U3", ("2024-05-28",)),
        ("EndNote", "SN", ("1111-1111", "2222-2222")),
        ("EndNote", "AD", ("Farm One", "Farm Two")),
        ("Zotero", "DA", ("2024/03/01/",)),
        ("Rayyan", "AN", ("rayyan-42924189",)),
        ("PubMed", "IS", ("1111-1111 (Print)", "2222-2222 (Electronic)")),
        ("PubMed", "LID", ("S1111-1111(24)00001-1 [pii]",)),
        ("Web of Science", "N1", ("Times Cited in Web of Science Core Collection: 1", "Total Times Cited: 2")),
        ("EndNote XML", "isbn", ("1111-1111", "2222-2222")),
        ("EndNote XML", "secondary-authors", ("Shepherd, E.",)),
        ("BibTeX", "issn", ("1111-1111",)),
        ("PubMed, table", "Create Date", ("2024/03/30",)),
    ],
)
def test_what_has_no_field_is_kept_with_all_its_values(platform, tag, values, read):
    assert read(PLATFORMS[platform][0]).records[0].other[tag] == values


def test_an_accession_number_of_medline_is_the_pmid(read):
    second = read(PLATFORMS["Ovid"][0]).records[1]
    assert (second.pmid, second.accession) == ("10000002", "")


def test_two_entries_with_one_key_are_two_records(read):
    first, second = read(PLATFORMS["BibTeX"][0]).records
    assert second.title == "Another title about α sheep"
    assert first.other["entry key"] == second.other["entry key"] == ("ram2024",)


def test_pubmed_breaks_lines_at_hyphens_and_keeps_the_blank_elsewhere(read):
    text = PLATFORMS["PubMed"][0].replace("flocks that\n", "flocks that \n")
    assert read(text).records[0].title == "A title about sheep: a long-term study of flocks that were counted."


def test_lines_between_records_are_passed_over_and_told(read):
    notes = remarks(read(PLATFORMS["Cochrane"][0].replace("TY  -", "Sign up for alerts\nTY  -")))
    assert notes == ("One line between the records belongs to none and was passed over (line 5: Sign up for alerts).",)


@pytest.mark.parametrize("platform", ["Cochrane", "Ovid"])
def test_what_a_platform_writes_in_front_of_each_record_is_no_lost_text(platform, read):
    assert remarks(read(PLATFORMS[platform][0])) == ()
