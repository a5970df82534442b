"""Troubles that real exports brought: each fact that stands in a file comes out right, or is told with its place."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from export_samples import EMBASE, PUBMED, remarks

from helpers import links
from helpers.faults import ReviewError
from helpers.records import clean, is_retracted, read_export, to_frame

CASES = Path(__file__).parent / "cases"
EXPECTED = {name: case for name, case in json.loads((CASES / "expected.json").read_text()).items() if "records" in case}


@pytest.mark.parametrize("name", EXPECTED, ids=[f"{case['kind']} {name}" for name, case in EXPECTED.items()])
def test_every_fact_of_a_case_is_in_its_field(name):
    case = EXPECTED[name]
    found = read_export(CASES / name).records
    assert len(found) == len(case["records"])
    for record, facts in zip(found, case["records"], strict=True):
        said = {field: getattr(record, field) for field in facts}
        assert {field: list(v) if field == "authors" else v for field, v in said.items()} == facts


@pytest.mark.parametrize(
    "name", [name for name, case in EXPECTED.items() if {"merged", "not_merged", "links"} & case.keys()]
)
def test_the_records_of_a_case_are_linked_as_people_would(name):
    case = EXPECTED[name]
    frame = to_frame(read_export(CASES / name).records, update_id="u", export_id="a" * 12, database="x")
    found = links.find_links(frame)
    sure = found[(found["relation"] == links.SAME_REPORT) & found["is_certain"]]
    assert len(sure) == bool(case.get("merged"))
    pmid = dict(zip(frame["record_id"], frame["pmid"], strict=True))
    said = [
        [pmid[a], relation, pmid[b]] for a, relation, b in zip(found["a"], found["relation"], found["b"], strict=True)
    ]
    assert said == case.get("links", said)
    if case.get("not_merged"):
        assert len(found) == 1  # asked, and not let go


def ris(*lines: str) -> str:
    return "\n".join(["TY  - JOUR", "TI  - Invented fever", *lines, "ER  - ", ""])


def table(**cells: str) -> str:
    quoted = [",".join(f'"{cell}"' for cell in row) for row in (cells.keys(), cells.values())]
    return "\n".join(quoted) + "\n"


def bib(**fields: str) -> str:
    return (
        "@article{a,\n title = {Invented fever},\n" + "".join(f" {k} = {{{v}}},\n" for k, v in fields.items()) + "}\n"
    )


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        # Identifiers.
        (ris("L3  - doi:10.9999/jip.1"), "doi", "10.9999/jip.1"),
        (ris("UR  - 10.9999/jip.1"), "doi", "10.9999/jip.1"),
        (ris("UR  - https://onlinelibrary.example/doi/full/10.9999/jip.1?x=2"), "doi", "10.9999/jip.1"),
        (ris("M3  - 10.9999/jip.1"), "doi", "10.9999/jip.1"),
        (ris("DO  - 10.9999/j. jip.2025.16"), "doi", "10.9999/j.jip.2025.16"),
        (ris("DO  - 10.9999/jip.1 [doi]"), "doi", "10.9999/jip.1"),
        (ris("DO  - 10.9999/jip.1</a>"), "doi", "10.9999/jip.1"),
        (ris("N1  - Place: England PMID: 41000301  PMCID: PMC9990301"), "pmid", "41000301"),
        (ris("N1  - <p>PMID: 41000301</p>"), "pmid", "41000301"),
        (ris("N1  - This comments on PMID: 41000301"), "pmid", ""),
        (ris("PMCID  - PMC9990301"), "pmcid", "PMC9990301"),
        (ris("AN  - PMC9990301"), "accession", ""),
        (ris("ID  - mdl-41000301"), "pmid", "41000301"),
        (bib(PMID="41000301"), "pmid", "41000301"),
        (bib(eprint="41000301", eprinttype="pubmed"), "pmid", "41000301"),
        (table(Title="Invented fever", Year="2025", PMC="9990301"), "pmcid", "PMC9990301"),
        (table(Title="Invented fever", Year="2025", PubMed="https://pubmed.ncbi.nlm.nih.gov/41000301/"), "pmid", "41000301"),
        (table(Title="Invented fever", Year="2025", PMID="41000301.0"), "pmid", "41000301"),
        # Years.
        (ris("YR  - 2025"), "year", "2025"),
        (ris("C6  - NOV-DEC 2025"), "year", "2025"),
        (ris("C6  - NIHMS20251105"), "year", ""),
        (bib(urldate="2025-01-02"), "year", ""),
        (table(Title="Invented fever", Authors="Alder Q", **{"Date Published": "2025-04-03"}), "year", "2025"),
        (table(Title="Invented fever", Authors="Alder Q", **{"Access Date": "2025-04-03"}), "year", ""),
        ("%0 Journal Article\n%T Invented fever\n%A Alder, Q\n%[ 2026-01-05\n", "year", ""),
        # Columns in other languages, and between other marks.
        ("Titel;Autoren;Jahr;Zeitschrift;Band;Heft;Seiten\nErfundenes Fieber;Alder, Q.;2025;Erfundene Blätter;3;2;10-19\n", "journal", "Erfundene Blätter"),
        ("Titre\tAuteurs\tAnnée\tRevue\tVolume\tNuméro\nFièvre inventée\tAlder, Q.\t2025\tAnnales\t3\t2\n", "issue", "2"),
        ("Título,Autores,Año de publicación,Revista,Volumen\nFiebre inventada,Alder Q,2025,Anales,3\n", "volume", "3"),
        ("Título,Autores,Ano de publicação,Revista,Volume\nFebre inventada,Alder Q,2025,Anais,3\n", "year", "2025"),
        ("题名,作者,年,期刊,卷\n虚构,甲;乙,2025,虚构杂志,3\n", "authors", ("甲", "乙")),
        # Authors.
        (ris("AU  - Alder Q, Birch R, Cedar S"), "authors", ("Alder Q", "Birch R", "Cedar S")),
        (ris("AU  - van der Alder, Q"), "authors", ("van der Alder Q",)),
        (bib(author="{Fever Study Group} and Alder, Q. and others"), "authors", ("Fever Study Group", "Alder Q.")),
        (table(Title="Invented fever", Year="2025", Authors="Alder, Q., Birch, R., & Cedar, S."), "authors", ("Alder Q.", "Birch R.", "Cedar S.")),
        (table(Title="Invented fever", Year="2025", Authors="la Grou, Anne M."), "authors", ("la Grou Anne M.",)),
        (table(Title="Invented fever", Year="2025", Authors="Q Alder, R Birch"), "authors", ("Q Alder", "R Birch")),
        (table(Title="Invented fever", Year="2025", Authors="Alder Q|Birch R"), "authors", ("Alder Q", "Birch R")),
        (table(Title="Invented fever", Year="2025", Authors="Alder Q.Birch R. S."), "authors", ("Alder Q.", "Birch R. S.")),
        # Printed sources.
        (table(TI="Invented fever", AU="Alder Q", SO="Journal of Fever. 15(1):12-19, 2025 Feb."), "pages", "12-19"),
        (table(Title="Invented fever", Authors="Alder Q", Source="J Fev;3(2): 10-19, 2025"), "journal", "J Fev"),
        (table(Title="Invented fever", Authors="Alder Q", Source="Scopus"), "journal", ""),
        (table(Title="Invented fever", Authors="Alder Q", Citation="J Fev. 2025 Feb;3(2):e15. doi: 10.9999/f."), "volume", "3"),
        (table(Title="Invented fever", Authors="Alder Q", Journal="Fever (1977)"), "journal", "Fever (1977)"),
        # LaTeX.
        (bib(note="x", abstract="CD4$^{+}$ and CO$_2$ in {\\'E}vian, \\mkbibquote{so}"), "abstract", "CD4+ and CO2 in Évian, so"),
        (bib(publisher="x", journal="Fever {\\&} Cold at \\$5"), "journal", "Fever & Cold at $5"),
        # Registers.
        (table(TrialID="NCT09999991", Public_title="Invented fever", Date_registration="20250403"), "year", "2025"),
        (table(Rank="1", **{"NCT Number": "NCT09999991", "Title": "Invented fever"}), "accession", "NCT09999991"),
    ],
)  # fmt: skip
def test_a_fact_comes_out_right_in_each_spelling(content, field, value, read):
    assert getattr(read(content).records[0], field) == value


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (ris("DO  - 10.9999/jip 2025"), "could not be read and its text was kept apart (record at line 1, DO: 10.9999/jip 2025)"),
        (ris("DO  - 10.9999/(SICI)0276-4741(2004)24:1"), "DO: 10.9999/(SICI)0276-4741(2004)24:1"),
        (ris("PM  - 4100 0301"), "PM: 4100 0301"),
        (ris("Y2  - 2026/01/05"), "what looks like one stands in a field that is not read for it (record at line 1, Y2: 2026/01/05)"),
        (ris("M1  - PMID 41000301"), "M1: PMID 41000301"),
        (ris("C8  - 10.9999/jip.1"), "C8: 10.9999/jip.1"),
        (ris("PY  - in press"), "One field for the year could not be read"),
        (table(Title="Invented fever", Year="2025", PMID="4.1E+07"), "pmid: 4.1E+07"),
        (table(Title="Invented fever", Year="2025", Authors="Alder Quinn, Birch Rosa"), "does not show where a name ends (record at line 2: Alder Quinn, Birch Rosa)"),
        (table(Title="Invented fever", Year="2025", Authors="Quinn AlderRosa Birch"), "Quinn AlderRosa Birch"),
        (table(Title="Invented fever", Authors="Alder Q", Source="Fever 3 (2) : 10, May 2025; suppl"), "taken apart"),
        (bib(abstract="\\unheardof{so}"), "\\unheardof"),
        (table(Title="Invented fever", Year="2025", Journal="Fever") + "Total: 1,,\n", "a single cell (line 3: Total: 1)"),
        (PUBMED.replace("OT  - flock\n", "OT  - flock\nEIN - J Sheep. 2025;77:300.\n", 1), "EIN: J Sheep. 2025;77:300."),
        (PUBMED.replace("PT  - Case Reports", "PT  - Retracted Publication"), "says that its publication was retracted (line 2: A title"),
    ],
)  # fmt: skip
def test_a_fact_that_is_not_read_is_told_with_line_name_and_value(content, says, read):
    assert any(says in note for note in read(content).notes), read(content).notes


def test_half_a_doi_is_none():
    whole = "10.9999/0276-4741(2004)024[0041:IHGAGC]2.0.CO;2"
    for end in range(len("10.9999/0276-4741"), len(whole)):
        half = clean.doi(whole[:end])
        assert half in ("", clean.doi(whole)) or half == whole[:end].lower().rstrip("-"), whole[:end]
        assert "(2004)024" not in half or half.endswith("co;2")
    assert clean.doi("10.9999/(asce)0733-9364(2004)130:1(20)") == "10.9999/(asce)0733-9364(2004)130:1(20)"
    assert clean.read_doi(whole.replace("024[", "024 [ ")) == (whole.lower(), False)


def test_each_import_says_what_no_record_has_and_what_was_not_used(read):
    found = read(table(Title="Invented fever", Authors="Alder Q", Published="2025", Mood="hot"))
    assert found.coverage == (
        "No record has: year, journal, DOI.",
        "Not used, but kept in the stored export: Published (1), Mood (1).",
    )
    assert found.notes[-2:] == found.coverage
    (some,) = read(EMBASE).coverage[:1]
    assert "authors in 1 (the first at line" in some


@pytest.mark.parametrize(
    ("content", "platform", "missing"),
    [
        (EMBASE.replace("Y1  - 20", "X1  - 20"), "Embase.com", ("year",)),
        (EMBASE.replace("A1  - ", "X1  - "), "Embase.com", ("authors",)),
        (PUBMED.replace("DP  - ", "XX  - ").replace("DEP - ", "XXX - "), "PubMed", ("year",)),
        (ris("AN  - WOS:000999999900001", "AU  - Alder Q", "T2  - Fever"), "Web of Science", ("year",)),
        (table(Title="Invented fever", Authors="Alder Q", **{"Covidence #": "#7"}), "Covidence", ("year",)),
        (EMBASE, "Embase.com", ()),
        (PUBMED, "PubMed", ()),
        (ris("Y2  - 2026"), "", ()),
    ],
)
def test_a_field_that_the_platform_always_has_is_missed(content, platform, missing, read):
    found = read(content)
    assert (found.platform, found.missing) == (platform, missing)


def test_fields_outside_of_a_record_belong_to_the_one_beside_them_and_are_told(read):
    behind = read(EMBASE.replace("ER  - \n", "ER  - \nNL  - J Sheep Rev\n", 1))
    assert behind.records[0].other["NL"] == ("J Sheep Rev",)
    assert "stands behind the end of its record" in remarks(behind)[0]
    before = read("DB  - Made-up\n" + EMBASE)
    assert before.records[0].database.startswith("Made-up")
    assert "in front of the line that begins its record" in remarks(before)[0]
    dense = read(
        "DB  - One\nTY  - JOUR\nTI  - A\nAU  - Ram A\nER  - \nDB  - Two\nTY  - JOUR\nTI  - B\nAU  - Ewe B\nER  - \n"
    )
    assert [record.database for record in dense.records] == ["One", "Two"]
    middle = read(EMBASE.replace("LA  - English\n", "ER  - \nLA  - English\n", 1))
    assert (middle.records[0].language, middle.parsed) == ("English", 2)


def test_tags_in_lower_case_tabs_and_no_break_blanks_are_read(read):
    plain = [record.title for record in read(EMBASE).records]
    for change in (
        str.lower,
        lambda text: text.replace("  - ", "\t-\t"),
        lambda text: text.replace("  - ", "\xa0\xa0-\xa0"),
    ):
        found = read(change(EMBASE))
        assert [record.title.lower() for record in found.records] == [title.lower() for title in plain]


PUBMED_XML = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">41000101</PMID>
<DateRevised><Year>2026</Year><Month>02</Month></DateRevised>
<Article><Journal><ISSN>9999-0001</ISSN><JournalIssue><Volume>3</Volume><Issue>2</Issue><PubDate><Year>2025</Year><Month>Feb</Month>
</PubDate></JournalIssue><Title>Journal of invented paediatrics</Title><ISOAbbreviation>J Inv</ISOAbbreviation></Journal>
<ArticleTitle>Invented <i>fever</i> in H<sub>2</sub>O.</ArticleTitle><Pagination><MedlinePgn>10-19</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">10.9999/jip.1</ELocationID>
<Abstract><AbstractText Label="AIM">To make up.</AbstractText><AbstractText>Done.</AbstractText></Abstract>
<AuthorList><Author><LastName>Alder</LastName><ForeName>Quinn</ForeName><Initials>Q</Initials></Author>
<Author><CollectiveName>Fever Group</CollectiveName></Author></AuthorList><Language>eng</Language>
<PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="ErratumIn"><RefSource>J Inv. 2025;3:120</RefSource><PMID>41000104</PMID>
</CommentsCorrections></CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">41000101</ArticleId><ArticleId IdType="pmc">PMC9990101</ArticleId></ArticleIdList>
<ReferenceList><Reference><Citation>Other. 1999.</Citation><ArticleIdList><ArticleId IdType="pubmed">1</ArticleId></ArticleIdList>
</Reference></ReferenceList></PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID>41000102</PMID><Article><ArticleTitle>Other</ArticleTitle>
<Journal><JournalIssue><PubDate><MedlineDate>2024 Nov-Dec</MedlineDate></PubDate></JournalIssue></Journal></Article></MedlineCitation></PubmedArticle>
</PubmedArticleSet>
"""  # fmt: skip


def test_pubmeds_xml_gives_what_its_text_format_gives(read):
    found = read(PUBMED_XML)
    assert (found.format, found.platform, found.parsed) == ("pubmed_xml", "PubMed", 2)
    first, second = found.records
    assert (first.title, first.authors, first.year) == ("Invented fever in H2O.", ("Alder Q", "Fever Group"), "2025")
    assert (first.journal, first.volume, first.issue, first.pages) == (
        "Journal of invented paediatrics",
        "3",
        "2",
        "10-19",
    )
    assert (first.doi, first.pmid, first.pmcid) == ("10.9999/jip.1", "41000101", "PMC9990101")
    assert (first.abstract, first.type, first.relations) == (
        "AIM: To make up. Done.",
        "journal article",
        ("EIN 41000104",),
    )
    assert (second.year, second.pmid) == ("2024", "41000102")
    with pytest.raises(ReviewError, match="cut off"):
        read(PUBMED_XML[: PUBMED_XML.index("<PubmedData>")])


def test_ictrps_xml_and_the_json_of_clinicaltrials_gov_are_read(read):
    trial = "<Trial><TrialID>NCT09999991</TrialID><Public_title>Invented fever</Public_title><Date_registration>03/04/2025</Date_registration></Trial>"
    found = read(f"<?xml version='1.0'?><Trials_downloaded_from_ICTRP>{trial * 2}</Trials_downloaded_from_ICTRP>")
    assert (found.format, found.parsed, found.platform) == ("ictrp_xml", 2, "a register of trials")
    study = {
        "identificationModule": {"nctId": "NCT09999991", "briefTitle": "Invented fever"},
        "statusModule": {"studyFirstPostDateStruct": {"date": "2025-04-03"}},
    }
    said = read(json.dumps([{"protocolSection": study}, {"protocolSection": study}], indent=1))
    assert (said.format, said.parsed) == ("ctgov_json", 2)
    for record in (found.records[0], said.records[1]):
        assert (record.title, record.accession, record.year) == ("Invented fever", "NCT09999991", "2025")


ENW = "%0 Journal Article\n%T Invented fever\n%A Alder, Q.\n%A Birch, R.\n%D 2025\n%J Fever\n%V 3\n%N 2\n%P 10-19\n%R 10.9999/jip.1\n%X One.\n\nTwo.\n"


def test_endnotes_tagged_format_is_read_with_the_kind_first_or_not(read):
    found = read(f"{ENW}\n{ENW}")
    assert (found.format, found.parsed) == ("enw", 2)
    record = found.records[0]
    assert (record.authors, record.year, record.journal, record.doi) == (
        ("Alder Q.", "Birch R."),
        "2025",
        "Fever",
        "10.9999/jip.1",
    )
    assert (record.abstract, record.pages) == ("One. Two.", "10-19")
    other = read("%T One\n%0 Journal Article\n%A Alder\n%D 2025\n\n\n%T Two\n%D 2024\n\n\n%T Three\n%A Cedar\n")
    assert [record.title for record in other.records] == ["One", "Two", "Three"]


def zipped(**files: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_exports_in_an_archive_are_read_together(save):
    found = read_export(
        save(zipped(**{"a/one.ris": EMBASE, "__MACOSX/._one.ris": b"\0", "two.nbib": PUBMED, "read.me": "Hello"}))
    )
    assert (found.format, found.started, found.parsed) == ("ris+nbib", 4, 4)
    assert [record.position for record in found.records] == [1, 2, 3, 4]
    assert any("read.me in the archive is no export and was passed over" in note for note in found.notes)
    packed = read_export(save(gzip.compress(EMBASE.encode())))
    assert packed.records == read_export(save(EMBASE)).records
    assert read_export(save(zipped(x=EMBASE))).records == packed.records


def test_archives_without_exports_damaged_or_too_large_are_refused(save, monkeypatch):
    workbook = io.BytesIO()
    openpyxl.Workbook().save(workbook)
    for content, says in (
        (workbook.getvalue(), "Excel workbooks"),
        (zipped(), "empty zip"),
        (zipped(x="Hello"), "Nothing here begins a record"),
        (zipped(x=EMBASE)[:60], "cannot be unpacked"),
        (gzip.compress(EMBASE.encode())[:40], "cannot be unpacked"),
    ):
        with pytest.raises(ReviewError, match=says):
            read_export(save(content))
    monkeypatch.setattr("helpers.records.encoding.MOST_UNPACKED", 100)
    for content in (zipped(x=EMBASE), gzip.compress(EMBASE.encode())):
        with pytest.raises(ReviewError, match="too much to be unpacked"):
            read_export(save(content))


@pytest.mark.parametrize("tail", ["\n,,,,\n", '\n"","",,,\n', "\n ,\t,,,\n"])
def test_rows_of_nothing_are_counted_by_neither_side(tail, read):
    found = read("Title,Authors,Year,Journal,DOI\nFever,Alder Q,2025,J,10.9999/a.1" + tail * 3)
    assert (found.started, found.parsed) == (1, 1)
    assert any("nothing but delimiters" in note for note in found.notes)


@pytest.mark.parametrize(
    ("type_", "title", "relations", "is_so"),
    [
        ("journal article; retracted publication", "", "", True),
        ("", "RETRACTED ARTICLE: Invented fever", "", True),
        ("", "Invented fever [Retracted]", "", True),
        ("", "", "CIN 2; RIN 1", True),
        ("retraction of publication", "Retraction: Invented fever", "ROF 1", False),
        ("article", "Retracted arms in scapular fractures", "", False),
    ],
)
def test_a_record_says_that_its_publication_was_retracted(type_, title, relations, is_so):
    assert is_retracted(type_, title, relations) is is_so
