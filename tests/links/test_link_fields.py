"""Fields as databases print them: two ways of writing one thing are one, two things stay two."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.links import kinds
from helpers.links.candidates import sketch
from helpers.links.journals import compare_journals, journal_words
from helpers.links.names import compare_authors
from helpers.links.phrases import wording_differs
from helpers.links.places import doi_of, issue_of, number_of, pages_of, registration_of, volume_of, year_of
from helpers.links.titles import prepare_title

ONE_TITLE = (
    (
        "Haematopoietic stem-cell transplantation: a report of three paediatric patients",
        "Hematopoietic stem cell transplantation: A report of 3 pediatric patients.",
        "[Haematopoietic stem-cell transplantation: a report of three paediatric patients]. [Chinese]",
        "H&aelig;matopoietic <i>stem</i>-cell transplantation - a report of three paediatric patients [Review] [33 refs]",
        "HAEMATOPOIETIC STEM CELL TRANSPLANTATION: A REPORT OF THREE PAEDIATRIC PATIENTS (Article in German)",
        "RETRACTED ARTICLE: Haematopoietic stem-cell transplantation: a report of three paediatric patients",
        "Haematopoietic stem-cell transplantation: a report of three paediatric patients.[Erratum appears in J Imag. 2006;15(1):189]",
    ),
    (
        "Role of TNF-α in Kawasaki’s disease",
        "Role of TNF-alpha in Kawasaki's disease",
        "Role of TNF-Î± in Kawasakiâ€™s disease",
    ),
    ("Value of p16INK4a", "Value of p16(INK4a)", "Value of p16<sup>INK4a</sup>"),
    ("A phase II study", "A phase 2 study", "Phase two study"),
    ("Anakinra für Kinder", "Anakinra fuer Kinder", "ANAKINRA FUR KINDER"),
)
TWO_TITLES = (
    ("Hepatitis A in children", "Hepatitis B in children"),
    ("International Multifoods: case A", "International Multifoods: case B"),
    ("Canakinumab for sJIA: part 1", "Canakinumab for sJIA: part 2"),
    ("Canakinumab for sJIA: part I", "Canakinumab for sJIA: part III"),
    ("Erratum: canakinumab for sJIA", "Canakinumab for sJIA"),
)
ONE_TEAM = (
    (
        "Zuna, R E and Wang, S S",
        "Zuna RE, Wang SS",
        "R. E. Zuna and S. S. Wang",
        "Zuna, Rosemary E.; Wang, Sophia S.",
        "ZUNA R.E., WANG S.S.",
        "Zuna R.E.Wang S.S.",
        "Zuna, R. E., Wang, S. S.",
        "Zuna R E, Wang S S",
        "Zuna RE; Wang SS; et al",
        "Rosemary E. Zuna; Sophia S. Wang",
        "ZunaR. E.WangS. S.",
    ),
    ("Vernia FilippoDi Ruscio MirkoStefanelli GianpieroViscido Angelo", "Vernia F; Di Ruscio M; Stefanelli G; Viscido A"),
    ("PayenJ.-L.IzopetJ.Galindo-MigeotV.", "Payen JL; Izopet J; Galindo-Migeot V", "Payen, J. L.; Izopet, J.; Galindo Migeot, V."),
    ("Xiao-Ming Li", "Li XM", "Li, Xiaoming", "Li X"),
    ("Müller K; Øster P", "Mueller K; Oster P", "M?ller K; ?ster P", "M\ufffdller K; Oster P"),
    ("O'Brien T; MacDonald J", "OBrien T; Macdonald J", "O Brien T; Mac Donald J", "O’Brien, Tim; McDonald, J."),
    ("de la Cruz A; Van den Berg B", "Cruz A de la; Berg B van den", "De La Cruz, A.; vandenBerg, B."),
    ("Smith, J., Jr.; Doe, A. B., III", "Smith J Jr; Doe AB"),
    ("Carignani, Andrea; Negri, Lorenzo", "Andrea, C.; Lorenzo, N."),
    ("Heshin-Bekenstein M; Ullman U", "Heshin Bekenstein M; Ullmann U"),
)  # fmt: skip
TEAMS = (
    ("Wang Y; Li X", "Wang L; Li Z", "other"),
    ("Li, J.", "Li, K.", "other"),
    ("Zuna, R E and Wang, S S", "Zuna, R E and Miller, B", "some"),
    ("Zuna RE; Wang SS; Schiffman M; Solomon D", "Zuna RE", "cut"),
    ("Zuna RE; Wang SS; Schiffman M; Solomon D", "Zuna RE; Schiffman M; Miller B; Solomon D", "near"),
    ("Zuna RE; Wang SS; Schiffman M", "", "unknown"),
    ("Zuna RE; Wang SS; Schiffman M", "[Anonymous]", "unknown"),
    ("吴建强; 沈丹萍", "吴建强; 沈丹萍; 卢美萍", "cut"),
)
ONE_JOURNAL = (
    ("Arthritis Rheumatol", "Arthritis and Rheumatology"),
    ("Ann Rheum Dis", "Annals of the Rheumatic Diseases"),
    ("Rheumatology (Oxford)", "Rheumatology (United Kingdom)"),
    ("JAMA", "Journal of the American Medical Association"),
    ("BMJ (Clinical research ed.)", "British Medical Journal"),
    ("N Engl J Med", "The New England Journal of Medicine"),
    ("Thorax", "Thorax: an international journal of respiratory medicine"),
    ("PLoS ONE", "PLoS One [Electronic Resource]"),
    ("Dtsch Med Wochenschr", "Deutsche Medizinische Wochenschrift"),
)
TWO_JOURNALS = (
    ("Circulation", "Circulation Research"),
    ("Lancet", "Lancet Rheumatology"),
    ("Brain", "Brain Injury"),
    ("J Clin Invest", "Journal of Clinical Immunology"),
    ("European Heart Journal", "European Journal of Heart Failure"),
    ("PLoS One", "PLoS Medicine"),
    ("European Heart Journal", "European Heart Journal Supplements"),
    ("Rheumatology Advances", "Rheumatology Advances Open"),
)
PAGES = (
    ("73-6", "", 73, 76),
    ("73–76", "", 73, 76),
    ("161 -- 176", "", 161, 176),
    ("S52-9", "s", 52, 59),
    ("e0123456", "e", 123456, 0),
    ("100A-101A", "", 100, 101),
    ("p. 12-14", "", 12, 14),
    ("12; discussion 13-4", "", 12, 0),
    ("08-Nov", "", 8, 11),
    ("Suppl-29", "", 0, 29),
    ("iii-vi", "r", 3, 6),
    ("215 p", "", 0, 0),
    ("2010", "", 0, 0),
    ("UNKNOWN", "", 0, 0),
    ("", "", 0, 0),
)
KINDS = (
    ("Correction to: anakinra in MAS", kinds.CORRECTION),
    ("Author Correction: anakinra in MAS", kinds.CORRECTION),
    ('Corrigendum to "Anakinra in MAS"', kinds.CORRECTION),
    ("Retraction note to: anakinra in MAS", kinds.CORRECTION),
    ("Expression of concern: anakinra in MAS", kinds.CORRECTION),
    ("Anakinra in MAS (vol 12, pg 3, 2010)", kinds.CORRECTION),
    ("Correction of hyponatraemia in children", kinds.PAPER),
    ("RETRACTED: anakinra in MAS", kinds.PAPER),
    ("Comment on: anakinra in MAS", kinds.COMMENT),
    ("Anakinra in MAS: authors' reply", kinds.COMMENT),
    ("Editorial: anakinra in MAS", kinds.COMMENT),
    ("Remarks from the editor - Editor’s comments", kinds.COMMENT),
    ("An editorial on anakinra", kinds.PAPER),
    ("The response to anakinra", kinds.PAPER),
    ("A registry built in response to disasters", kinds.PAPER),
    ("Anakinra in MAS: study protocol for a trial", kinds.PROTOCOL),
    ("Protocol biopsies of grafts", kinds.PAPER),
    ("Anakinra in MAS: a plain language summary", kinds.SUMMARY),
    ("Erratum zu: Anakinra bei MAS", kinds.CORRECTION),
    ("Publisher's note: anakinra in MAS", kinds.CORRECTION),
    ("Annual report of the registry of MAS", kinds.COLUMN),
    ("In this issue", kinds.COLUMN),
    ("Abstracts from the annual congress", kinds.COLUMN),
    ("Images in rheumatology", kinds.COLUMN),
    ("Images in rheumatology: a child with anakinra", kinds.PAPER),
    ("Anakinra in MAS: a case report and review of the current literature", kinds.PAPER),
    ("Recent advances in MAS", kinds.PAPER),
)


@pytest.mark.parametrize("titles", ONE_TITLE, ids=lambda titles: titles[0])
def test_one_title_in_many_spellings_has_one_key(titles):
    assert len({prepare_title(title).key for title in titles}) == 1


@pytest.mark.parametrize(("one", "other"), TWO_TITLES)
def test_titles_that_mean_two_reports_keep_two_keys(one, other):
    assert prepare_title(one).key != prepare_title(other).key


def test_the_numbers_of_a_title_are_told_apart():
    assert prepare_title("Phase II study of 12 children").numbers == "2;12"
    assert prepare_title("Phase III study of twelve children").numbers == "3;12"


def test_a_title_says_its_study_its_script_and_its_language():
    assert prepare_title("Outcomes in the REAL-HLH study").study == "realhlh"
    assert prepare_title("A trial (NCT04862221) of emapalumab").study == "nct04862221"
    assert prepare_title("A retrospective study").study == ""
    assert not prepare_title("巨噬细胞活化综合征的治疗").is_latin
    assert not prepare_title("Wirkung von Anakinra bei der systemischen Arthritis").is_english


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("Anakinra in children with MAS", "Anakinra in childern with MAS", False),
        ("Anakinra for the children with MAS", "Anakinra in children with a MAS", False),
        ("A meta-analysis of anakinra", "A metaanalysis of anakinra", False),
        ("Anakinra in men with MAS", "Anakinra in women with MAS", True),
        ("Hypertension in MAS", "Hypotension in MAS", True),
        ("Hyperkalaemia in MAS", "Hypokalaemia in MAS", True),
        ("Anakinra in adults with MAS", "Anakinra in children with MAS", True),
        ("Hepatitis B in MAS", "Hepatitis C in MAS", True),
        ("Course of the disease", "Course o the disease", False),
        ("Review of the treatment", "Review ofthe treatment", False),
        ("Treatment of asymptomatic MAS", "Treatment of symptomatic MAS", True),
        ("Intercellular signals in MAS", "Intracellular signals in MAS", True),
        ("Preoperative care in MAS", "Postoperative care in MAS", True),
        ("Case A of MAS", "Case B of MAS", True),
        ("Renal function in MAS", "Adrenal function in MAS", True),
        ("Prednisone in MAS", "Prednisolone in MAS", True),
        ("Oral treatment of MAS", "Moral treatment of MAS", True),
        ("Nitrate in MAS", "Nitrite in MAS", True),
        ("Biologic treatments of MAS", "Biological treatment of MAS", False),
        ("Treatment of secondary MAS", "Treatment of secoondary MAS", False),
        ("Treatment for children", "Treatment fr children", False),
    ],
)
def test_a_spelling_is_told_from_another_word(one, other, differs):
    assert wording_differs(one, other) == wording_differs(other, one) == differs


@pytest.mark.parametrize("cells", ONE_TEAM, ids=lambda cells: cells[0])
def test_one_team_is_known_in_every_way_of_writing_it(cells):
    for one, other in combinations(cells, 2):
        assert compare_authors(one, other) == compare_authors(other, one) == "same", (one, other)


@pytest.mark.parametrize(("one", "other", "expected"), TEAMS)
def test_how_far_two_lists_of_authors_agree(one, other, expected):
    assert compare_authors(one, other) == compare_authors(other, one) == expected


@pytest.mark.parametrize(("one", "other"), ONE_JOURNAL)
def test_one_journal_is_known_by_its_abbreviation(one, other):
    assert compare_journals(journal_words(one), journal_words(other)) == "same"
    assert compare_journals(journal_words(other), journal_words(one)) == "same"


@pytest.mark.parametrize(("one", "other"), TWO_JOURNALS)
def test_journals_whose_names_begin_alike_are_two(one, other):
    assert compare_journals(journal_words(one), journal_words(other)) == "other"


@pytest.mark.parametrize(("text", "prefix", "first", "last"), PAGES)
def test_pages(text, prefix, first, last):
    assert pages_of(text, 2010) == (prefix, first, last)


def test_volumes_issues_years_and_identifiers():
    assert [volume_of(v) for v in ("36", "36(4)", "Vol. 36 Suppl 1", "XXXVI", "UNKNOWN", "(Jul)")] == [
        36,
        36,
        36,
        36,
        0,
        0,
    ]
    assert [issue_of(i) for i in ("2", "03-04", "Suppl. 1", "May", "II", "")] == ["2", "3-4", "s1", "5", "2", ""]
    assert issue_of("", "36(4)") == "4" and issue_of("", "36 Suppl 1") == "s1"
    assert [year_of(y) for y in ("2010", "2010.0", "2010 Mar 4", "in press", "12010")] == [2010, 2010, 2010, 0, 0]
    assert doi_of("https://doi.org/10.1016/S2665-9913(24)00275-3.") == "10.1016/s2665-9913(24)00275-3"
    assert doi_of("10.1136%2Fard-2022-223739 [doi]") == "10.1136/ard-2022-223739"
    assert doi_of("S2665-9913") == ""
    assert number_of("PMID: 0039245963") == number_of("39245963") == "39245963"


def test_entries_of_trial_registries_are_known_by_their_numbers():
    assert registration_of("A trial", "", "https://clinicaltrials.gov/show/nct01234567") == "nct01234567"
    assert registration_of("EUCTR2010-012345-11-DE") == registration_of("EudraCT 2010-012345-11") != ""
    assert registration_of("", "JPRN-UMIN000012345") == "umin000012345"
    assert registration_of("ChiCTR-TRC-12001234") == "chictrtrc12001234"
    assert registration_of("A trial of NTR1 and CT", "Smith CT", "J Imag", "1234-40") == ""


@pytest.mark.parametrize(("title", "kind"), KINDS)
def test_the_kind_that_a_title_says(title, kind):
    assert kinds.title_kind(title) == kind


def test_the_kind_that_labels_say():
    assert kinds.type_kind("Conference Abstract") == kinds.ABSTRACT
    assert kinds.type_kind("Journal Article; Published Erratum") == kinds.CORRECTION
    assert kinds.type_kind("Retraction of Publication") == kinds.type_kind("Retraction") == kinds.CORRECTION
    assert kinds.type_kind("Retracted Publication") == kinds.PAPER
    assert kinds.type_kind("Letter") == kinds.PAPER  # case reports are printed as letters
    assert kinds.home_kind("medRxiv : the preprint server for health sciences") == kinds.PREPRINT
    assert kinds.doi_kind("10.1101/2020.01.01.20001") == kinds.PREPRINT
    assert kinds.doi_kind("10.1101/gr.1234") == kinds.PAPER  # a journal under the same prefix


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_a_sketch_of_a_text_alone_is_its_sketch_among_others(texts):
    together = sketch(texts)
    for k, text in enumerate(texts):
        assert (sketch([text]).bits[0] == together.bits[k]).all()


@given(st.text(alphabet="abcdefghij", min_size=3, max_size=40), st.text(alphabet="abcdefghij", max_size=20))
def test_a_text_within_another_overlaps_it_whole(part, rest):
    both = sketch([part, part + rest])
    assert both.overlap(np.array([0]), np.array([1]))[0] == 1.0


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_cell_breaks_the_reading_and_the_comparison_has_no_sides(one, other):
    for read in (prepare_title, pages_of, volume_of, issue_of, year_of, doi_of, number_of, registration_of):
        read(one)
    assert compare_authors(one, other) == compare_authors(other, one)
    x, y = journal_words(one), journal_words(other)
    assert compare_journals(x, y) == compare_journals(y, x)
