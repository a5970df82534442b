"""Real exports are untidy: encodings, line ends, missing ends, stray text, half files."""

from __future__ import annotations

import random

import pytest
from export_samples import (
    BIBTEX,
    COCHRANE_RIS,
    EMBASE,
    EMBASE_CSV,
    ENDNOTE_XML,
    OVID_MEDLINE_TAGGED,
    OVID_RIS,
    PLATFORMS,
    PUBMED,
    WOS_PLAIN,
    remarks,
)

from helpers.faults import ReviewError
from helpers.records import read_export

NAMES = EMBASE.replace("Ewe, B.", "Böckling, Ł.").replace("about sheep", "about “sheep” – and Ærø")
WESTERN = NAMES.replace("Ł", "L")


def line_of(text: str, part: str, nth: int = 0) -> int:
    """The line, from 1, of the nth place where a part stands (-1 is the last)."""
    places = [number for number, line in enumerate(text.split("\n"), start=1) if part in line]
    return places[nth]


def faults(read, content, **how) -> list[tuple[int | None, str]]:
    with pytest.raises(ReviewError) as raised:
        read(content, **how)
    assert all(fault.fix and fault.message for fault in raised.value.faults)
    return [(fault.row, fault.rule) for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_change_nothing(encoding, reported, line_end, read):
    plain = read(NAMES)
    found = read(NAMES.replace("\n", line_end), encoding=encoding)
    assert (found.encoding, found.records, found.notes) == (reported, plain.records, plain.notes)


def test_a_western_file_is_read_as_such_and_the_operator_is_told(read):
    found = read(WESTERN, encoding="cp1252")
    assert found.encoding == "cp1252"
    assert found.records == read(WESTERN).records
    assert found.notes[0] == "The file is not UTF-8; it was read as cp1252. Look at a name with an accent."


def test_other_code_pages_are_judged(read):
    title = "关于绵羊的研究与观察以及羊群的长期随访结果分析报告"
    text = EMBASE.replace("A title about sheep", title * 3)
    found = read(text, encoding="gb18030")
    assert found.records[0].title == title * 3
    assert "not UTF-8" in found.notes[0]


def test_stray_western_bytes_in_utf8_are_read_and_told(read):
    found = read(NAMES.encode() + NAMES.encode("utf-8").replace("Böckling".encode(), b"B\xf6ckling"))
    assert [record.authors[1] for record in found.records[::2]] == ["Böckling Ł.", "Böckling Ł."]
    assert "few bytes are not UTF-8" in found.notes[0]


def test_two_exports_glued_together_keep_their_byte_order_marks_out(read):
    mark = "\ufeff"
    text = mark + EMBASE.strip() + "\n" + mark + EMBASE
    found = read(text)
    assert found.parsed == 4
    assert found.records[2].line == line_of(text, "TY  -", 2)


def test_a_record_without_its_end_is_kept_and_told(read):
    text = "TY  - JOUR\nTI  - A title about sheep\nPY  - 2024\nTY  - JOUR\nTI  - Another\nER  - \n"
    found = read(text)
    assert [record.title for record in found.records] == ["A title about sheep", "Another"]
    assert remarks(found) == ("One record has no closing ER line (line 1); it was kept.",)


def test_a_last_record_that_alone_has_no_end_shows_a_cut(read):
    text = EMBASE.strip().removesuffix("ER  -")
    assert faults(read, text) == [(line_of(EMBASE, "TY  -", 1), "record-is-whole")]
    found = read(text, anyway=True)
    assert [record.title for record in found.records] == ["A title about sheep", "Erratum: A title about sheep"]
    assert found.notes[0].endswith(
        "the record that begins here has no closing ER line, the others have. One whole record was read; "
        "it begins at line 1 (A title about sheep). It was used all the same."
    )


def test_a_fault_of_a_cut_says_what_was_read_and_what_to_do(read):
    with pytest.raises(ReviewError) as raised:
        read(EMBASE * 3 + "TY  - JOUR\nT1  - Half")
    (fault,) = raised.value.faults
    assert (fault.file, fault.row, fault.value) == ("export.txt", line_of(EMBASE * 3, "ER  -", -1) + 2, "Half")
    assert (
        f"6 whole records were read; the last of them begins at line {line_of(EMBASE * 3, 'TY  -', -1)}"
        in fault.message
    )
    assert "Erratum: A title about sheep" in fault.message
    assert "Download the export again" in fault.fix
    assert "--anyway" in fault.fix


def test_a_whole_file_without_ends_is_kept(read):
    text = "\n".join(line for line in EMBASE.splitlines() if not line.startswith("ER"))
    found = read(text)
    assert [record.title for record in found.records] == [record.title for record in read(EMBASE).records]
    assert remarks(found) == ("2 records have no closing ER line (the first begins at line 1); they were kept.",)


@pytest.mark.parametrize("line", ["ER was not measured.", "ER  - positive cells were counted.", "ERBB2  - a gene."])
def test_a_line_of_an_abstract_that_begins_with_er_ends_nothing(line, read):
    text = EMBASE.replace("Sheep were counted.\n", f"Sheep were counted.\n{line}\nMore text.\n")
    record = read(text).records[0]
    assert record.abstract == " ".join(f"Sheep were counted. {line} More text.".split())
    assert read(text).parsed == 2


def test_wrapped_lines_are_joined_indented_or_not(read):
    text = EMBASE.replace("T1  - A title about sheep\n", "T1  - A title\nabout\n      sheep\n", 1)
    assert read(text).records[0].title == "A title about sheep"


def test_a_page_header_inside_a_record_is_no_part_of_it(read):
    text = EMBASE.replace("N2  - Sheep were counted.\n", "N2  - Sheep were\nPage 3 of 17\ncounted.\n")
    found = read(text)
    assert found.records[0].abstract == "Sheep were counted."
    line = line_of(text, "Page 3")
    assert remarks(found) == (f"One page header inside a record was passed over (line {line}: Page 3 of 17).",)


def test_a_sentence_behind_a_short_field_does_not_spoil_it(read):
    text = EMBASE.replace("VL  - 15\n", "VL  - 15\nLink to the full text of this article\n")
    record = read(text).records[0]
    assert record.volume == "15"
    assert record.other["text without a tag"] == ("Link to the full text of this article",)


def test_one_blank_in_front_of_the_hyphen_is_enough_if_the_file_writes_so(read):
    found = read(EMBASE.replace("  -", " -"))
    assert [record.title for record in found.records] == [record.title for record in read(EMBASE).records]


def test_fields_in_front_of_the_first_line_belong_to_the_record(read):
    text = "DB  - Embase\nTI  - A title about sheep\nTY  - JOUR\nAU  - Ram, A.\nER  - \n\nTI  - Another\nTY  - JOUR\nER  -\n"
    found = read(text)
    assert [(record.title, record.line) for record in found.records] == [("A title about sheep", 1), ("Another", 7)]


def test_titles_keep_markup_as_text_and_lose_control_characters_and_bold_type(read):
    title = "A <b>title</b> <script>alert(1)</script>\x00\x1b[31m about\u202e =cmd|' /C calc'!A1"
    record = read(EMBASE.replace("A title about", title)).records[0]
    assert record.title == "A title <script>alert(1)</script>[31m about =cmd|' /C calc'!A1 sheep"


def test_a_title_of_ten_megabytes_is_read_whole_and_told(read):
    found = read(EMBASE.replace("A title about sheep", "A title about sheep " * 524288, 1))
    assert len(found.records[0].title) == 20 * 524288 - 1
    assert found.records[1].title == "Erratum: A title about sheep"
    assert "record at line 1, title of 10,485,759 characters" in found.notes[0]


def test_a_record_with_an_identifier_but_no_title_is_kept_and_told(read):
    found = read("TY  - JOUR\nDO  - 10.1000/sheep.1\nER  - \n")
    assert found.records[0].doi == "10.1000/sheep.1"
    assert remarks(found) == ("One record has no title, only an identifier (line 1); it was kept.",)


def test_a_record_that_says_nothing_of_itself_is_a_fault_with_its_line(read):
    text = EMBASE + "TY  - JOUR\nPY  - 2024\nER  - \n" + EMBASE + "TY  - JOUR\nER  - \n"
    lines = [line_of(text, "TY  -", nth) for nth in (2, 5)]
    assert faults(read, text) == [(line, "record-says-what-it-is") for line in lines]


def test_fields_without_a_record_are_a_fault_with_their_line(read):
    lost_start = EMBASE + "TI  - The TY line of this one is gone\nAU  - Lamb, C.\nER  - \n" + EMBASE
    assert faults(read, lost_start) == [(line_of(lost_start, "TI  - The TY"), "record-without-start")]


def test_two_records_fused_for_want_of_a_start_are_not_taken_for_one(read):
    lost_both = EMBASE.replace("ER  - \n\nTY  - JOUR\n", "")
    assert "One record has two titles (line 1)" in read(lost_both).notes[0]
    lost_three = "TY  - JOUR\nTI  - A\nER  - \nTI  - B\nTY  - JOUR\nTI  - C\nER  - \n"
    assert faults(read, lost_three) == [(4, "record-without-start")]


@pytest.mark.parametrize("cut", ["A title about", "T1  -", "A1  - Ewe", "DO  - 10.1000/she"])
def test_a_file_cut_off_within_its_last_record_is_refused(cut, read):
    whole = EMBASE + EMBASE
    half = whole[: whole.rindex(cut, 0, whole.rindex("N2  -")) + len(cut)]
    assert faults(read, half) == [(line_of(whole, "TY  -", 2), "record-is-whole")]


def test_a_file_cut_off_in_an_abstract_is_refused_with_or_without_a_line_end(read):
    whole = EMBASE + EMBASE
    half = whole[: whole.rindex("were counted")]
    for text in (half, half + "\n"):
        assert faults(read, text) == [(line_of(whole, "TY  -", 2), "record-is-whole")]
        found = read(text, anyway=True)
        assert (found.started, found.parsed) == (3, 3)
        assert found.records[2].abstract == "Sheep"
        assert found.records[2].doi == "10.1000/sheep.1"


def test_half_an_identifier_is_set_aside_and_a_record_that_says_nothing_is_left_out(read):
    text = PUBMED[: PUBMED.rindex("10000002") + 3]
    assert faults(read, text) == [(line_of(PUBMED, "PMID-", 1), "record-is-whole")]
    found = read(text, anyway=True)
    assert (found.started, found.parsed, [record.pmid for record in found.records]) == (1, 1, ["10000001"])
    assert any("breaks off before it says anything of itself" in note for note in found.notes)
    cut = read(WOS_PLAIN[: WOS_PLAIN.index("DI 10.1000/sheep.1") + len("DI 10.1000/she")], anyway=True)
    assert (cut.records[0].doi, cut.records[0].other["cut off"]) == ("", ("DI: 10.1000/she",))


@pytest.mark.parametrize("cut", ["TI  -", "er title about", "C\nPT"])
def test_a_pubmed_file_cut_off_in_front_of_or_within_a_fact_is_refused(cut, read):
    assert faults(read, PUBMED[: PUBMED.rindex(cut)]) == [(line_of(PUBMED, "PMID-", 1), "record-is-whole")]


@pytest.mark.parametrize("cut", ["SO  -", "AID -", "LA  -", "AD  - Farm"])
def test_a_pubmed_file_cut_off_behind_a_title_is_refused_although_its_lines_are_whole(cut, read):
    text = PUBMED + PUBMED[: PUBMED.index(cut)]
    assert faults(read, text) == [(line_of(text, "PMID-", 2), "record-is-whole")]
    assert read(text, anyway=True).parsed == 3


def test_a_source_that_goes_on_in_the_next_line_is_not_the_end(read):
    text = PUBMED.replace("doi: 10.1000/sheep.1.", "doi:\n      10.1000/sheep.1.")
    assert read(text).parsed == 2
    assert faults(read, text + text[: text.index("      10.1000/sheep.1.")]) == [
        (line_of(text + text, "PMID-", 2), "record-is-whole")
    ]


def test_the_only_record_of_pubmed_has_to_end_as_pubmeds_records_do(read):
    one = PUBMED[: PUBMED.index("PMID- 10000002")]
    assert remarks(read(one)) == ()
    assert faults(read, one[: one.index("SO  -")]) == [(2, "record-is-whole")]
    assert faults(read, one.rstrip()) == [(2, "record-is-whole")]


def test_a_book_of_pubmed_has_no_source_and_is_whole_nevertheless(read):
    book = "\nPMID- 10000003\nOWN - NLM\nTI  - Flocks.\nBTI - Sheep\nAU  - Ram A\nAID - NBK1 [bookaccession]\n"
    assert remarks(read(PUBMED + book)) == ()
    assert faults(read, PUBMED + book[: book.index("AID")]) == [(line_of(PUBMED + book, "PMID-", 2), "record-is-whole")]


def test_numbered_records_show_what_is_missing(read):
    more = OVID_RIS[OVID_RIS.index("2. ") :]
    second, third = more.replace("2. ", "3. ", 1), more.replace("2. ", "4. ", 1)
    assert remarks(read(OVID_RIS)) == ()
    (note,) = remarks(read(OVID_RIS + "\n" + third))
    assert "one number is missing" in note
    assert "4 after 2" in note
    assert remarks(read(OVID_RIS + "\n" + second)) == ()
    assert faults(read, OVID_RIS + "\n3. \n") == [(line_of(OVID_RIS, "ER  -", -1) + 2, "record-is-whole")]
    cochrane = COCHRANE_RIS.replace("#1 of 1", "#1 of 2")
    assert [rule for _, rule in faults(read, cochrane)] == ["record-is-whole"]
    assert remarks(read(cochrane + COCHRANE_RIS.replace("#1 of 1", "#2 of 2"))) == ()
    tagged = read(OVID_MEDLINE_TAGGED + "\n" + OVID_MEDLINE_TAGGED.replace("<1", "<4").replace("<2", "<5"))
    assert any("4 after 2" in note for note in tagged.notes)


def test_what_is_left_of_a_next_record_shows_a_cut(read):
    assert faults(read, EMBASE + "T") == [(line_of(EMBASE, "ER  -", -1) + 2, "record-is-whole")]
    assert faults(read, BIBTEX + "@arti") == [(26, "entry-is-whole")]
    assert faults(read, WOS_PLAIN.removesuffix("EF\n")) == [(line_of(WOS_PLAIN, "ER", -1) + 1, "record-is-whole")]
    assert remarks(read(WOS_PLAIN.rstrip())) == ()


def test_text_between_entries_is_passed_over_and_told(read):
    found = read(BIBTEX.replace("@comment{jab", "An entry without its sign\n@comment{jab"))
    assert (found.parsed, remarks(found)) == (
        2,
        ("One line between the records belongs to none and was passed over (line 18: An entry without its sign).",),
    )


def test_a_web_of_science_file_cut_off_is_refused(read):
    cut = WOS_PLAIN[: WOS_PLAIN.index("about sheep\nPY 2023")]
    assert faults(read, cut) == [(line_of(WOS_PLAIN, "PT J", 1), "record-is-whole")]


@pytest.mark.parametrize(("cut", "row"), [("Another", 10), ("</record>", 10), ("</records>", None), ("Ewe", 3)])
def test_xml_cut_off_names_the_line_of_the_broken_record(cut, row, read):
    (found,) = faults(read, ENDNOTE_XML[: ENDNOTE_XML.rindex(cut)])
    assert found == (row or found[0], "xml-is-whole")


def test_a_broken_entry_is_a_fault_and_its_neighbours_are_not(read):
    broken = BIBTEX.replace("year = 2024,", "year = {2024,")
    assert faults(read, broken + "\n@article{x, title = {Fine}}\n") == [(4, "entry-is-whole")]
    assert faults(read, BIBTEX + "@article{x, title = {Cut o") == [(26, "entry-is-whole")]


def test_a_field_named_twice_keeps_both_values(read):
    found = read(BIBTEX + "@article{x,\n title = {One},\n title = {Two},\n year = {2024}\n}\n")
    assert found.records[2].title == "One"
    assert found.records[2].other["title"] == ("Two",)
    assert "names a field twice (line 26: title)" in found.notes[0]


def test_a_cell_that_never_ends_is_a_fault_with_its_line(read):
    assert (5, "row-is-whole") in faults(read, EMBASE_CSV[: EMBASE_CSV.index('""counted""')])


def test_a_row_with_more_cells_than_the_header_is_a_fault(read):
    assert faults(read, "title,year\nA title, about sheep,2024\n") == [(2, "row-fits-header")]


def test_a_last_row_cut_off_is_a_fault_and_a_short_row_is_told(read):
    assert faults(read, "title,year,doi\nA,2024,10.1000/a\nB,20") == [(3, "row-is-whole")]
    found = read("title,year,doi\nA,2024\nB,2023,10.1000/b\n")
    assert remarks(found) == (
        "One row has fewer cells than the header (line 2); the missing ones were taken as empty.",
    )


def test_all_faults_of_a_file_are_told_at_once_up_to_a_limit(read):
    found = faults(read, "TY  - JOUR\nER  - \n" * 200)
    assert len(found) == 51
    assert found[-1] == (None, "many-faults")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_cut_of_any_export_goes_by_unnoticed_or_breaks_the_reader(platform, save):
    """At every place: a plain refusal; or a note; or as many whole records as the file holds, and nothing of a next one."""
    text = PLATFORMS[platform][0]
    whole = read_export(save(text)).records
    refused = 0
    for cut in range(1, len(text), 5):
        path = save(text[:cut])
        try:
            found = read_export(path)
        except ReviewError:
            refused += 1
            continue
        assert found.started == found.parsed == len(found.records) <= len(whole)
        assert found.records == whole[: found.parsed] or found.notes, text[:cut][-60:]
        for record, original in zip(found.records[:-1], whole, strict=False):
            assert record == original
    assert refused


@pytest.mark.parametrize("platform", [name for name in PLATFORMS if PLATFORMS[name][1] in ("ris", "nbib", "bibtex")])
def test_a_cut_within_a_later_record_is_refused_and_can_be_let_pass(platform, save):
    """Where other records show how one ends; let pass, the whole records are all there and the cut is noted."""
    text = PLATFORMS[platform][0] * 3
    whole = read_export(save(text)).records
    noticed = 0
    for cut in range(len(PLATFORMS[platform][0]) * 2, len(text), 3):
        path = save(text[:cut])
        try:
            found = read_export(path)
        except ReviewError as error:
            assert {fault.rule for fault in error.faults} <= {"record-is-whole", "entry-is-whole"}
            noticed += 1
            passed = read_export(path, anyway=True)
            assert "seems to be cut off" in passed.notes[0]
            assert passed.records[:-1] == whole[: passed.parsed - 1]
            assert passed.started == passed.parsed == len(passed.records)
        else:
            assert found.records == whole[: found.parsed] or found.notes
    assert noticed > 20


def test_a_quote_too_few_in_the_middle_of_a_table_is_no_cut(read):
    rows = "".join(f'"Title {n}","Ram, A.",2024,"10.1000/{n}"\n' for n in range(9))
    head = "title,authors,year,doi\n"
    assert read(head + rows).parsed == 9
    for anyway in (False, True):
        with pytest.raises(ReviewError) as raised:
            read(head + 'One,A,2024,"10.1000/open\nTwo,B,2024,x\nThree,C,2024,y\n', anyway=anyway)
        assert raised.value.faults[0].rule == "row-is-whole"
        assert "further rows seem to be within it" in raised.value.faults[0].message


def test_a_table_cut_off_passes_with_what_can_be_read(read):
    text = EMBASE_CSV[: EMBASE_CSV.index('""counted""')]
    assert faults(read, text) == [(5, "row-is-whole")]
    found = read(text, anyway=True)
    assert (found.started, found.parsed, found.records[0].title) == (1, 1, "A title about sheep")
    found = read("title,year,doi\nA,2024,10.1000/a\nB,20", anyway=True)
    assert (found.parsed, found.records[1].year, found.records[1].other["cut off"]) == (2, "", ("year: 20",))
    assert "ends without a line end" in read("title,year,doi\nA,2024,10.1000/a").notes[0]


def test_xml_cut_off_passes_with_its_whole_records_and_broken_xml_does_not(read):
    found = read(ENDNOTE_XML[: ENDNOTE_XML.rindex("Another")], anyway=True)
    assert (found.started, found.parsed) == (1, 1)
    assert "left out" in " ".join(found.notes)
    assert read(ENDNOTE_XML[: ENDNOTE_XML.rindex("</records>")], anyway=True).parsed == 2
    assert faults(read, ENDNOTE_XML.replace("</pages>", "</page>"), anyway=True)[0][1] == "xml-is-whole"


def test_a_long_note_is_told_whole(read):
    note = read(NAMES.encode() + NAMES.encode().replace("Böckling".encode(), b"B\xf6ckling")).notes[0]
    assert note.endswith("Look at the names.")


@pytest.mark.parametrize("platform", ["PubMed", "Embase.com", "EndNote XML", "BibTeX", "Embase.com, table"])
def test_blank_lines_in_front_of_an_export_change_only_its_line_numbers(platform, read):
    text, format, _ = PLATFORMS[platform]
    plain, found = read(text), read("\n" * 70_000 + text)
    assert found.format == format
    assert [record.line - 70_000 for record in found.records] == [record.line for record in plain.records]
    assert [record.title for record in found.records] == [record.title for record in plain.records]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_damaged_export_is_read_or_refused_but_never_breaks_the_reader(platform, save):
    """Lines lost, doubled and swapped, bytes flipped, from a seeded generator."""
    chance = random.Random(platform)
    lines = PLATFORMS[platform][0].encode().split(b"\n")
    for _ in range(60):
        damaged = list(lines)
        for _ in range(chance.randint(1, 4)):
            here, there = chance.randrange(len(damaged)), chance.randrange(len(damaged))
            kind = chance.randrange(4)
            if kind == 0 and len(damaged) > 1:
                del damaged[here]
            elif kind == 1:
                damaged.insert(there, damaged[here])
            elif kind == 2:
                damaged[here], damaged[there] = damaged[there], damaged[here]
            elif damaged[here]:
                line = bytearray(damaged[here])
                line[chance.randrange(len(line))] = chance.randrange(256)
                damaged[here] = bytes(line)
        try:
            found = read_export(save(b"\n".join(damaged)))
        except ReviewError as refused:
            assert refused.faults
        else:
            assert found.started == found.parsed == len(found.records) > 0
