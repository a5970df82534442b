"""Pairs of invented records, each with the rule that must decide on it and the reason why.

Every case starts from one paper; ``a`` and ``b`` say what the two records have otherwise.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

PAPER = {
    "title": "Early anakinra improves the cardiac outcome of children with secondary macrophage activation syndrome",
    "authors": "Quirrenbach A; Dela Paolera S; Okonjo-Weiss L; Tanaka H",
    "year": "2021",
    "journal": "Annals of Imagined Rheumatology",
    "volume": "63",
    "issue": "2",
    "pages": "366-375",
    "doi": "",
    "pmid": "",
    "pmcid": "",
    "type": "Article",
    "language": "English",
}
NO_PLACE = {"volume": "", "issue": "", "pages": ""}
OTHERS = "Nyqvist P; Abara C; Lindholm J; Petrov K"
ABSTRACT = {
    "type": "Conference Abstract",
    "journal": "Proceedings of the Imagined Congress",
    "volume": "",
    "issue": "",
    "pages": "P112",
}
CHANGED = (
    "Early anakinra improves the cardiac outcome of children with macrophage activation syndrome: the HEART-MAS cohort"
)
OTHER_TITLE = "Interleukin-1 blockade protects the heart in hyperinflammation: a registry of twelve centres"


class Case(NamedTuple):
    """A pair: the rule that decides ("" for none), what the records say, why it must be so."""

    rule: str
    a: dict[str, str]
    b: dict[str, str]
    reason: str


def records_of(case: Case, names: tuple[str, str] = ("u1:aaaaaaaaaaaa:1", "u1:bbbbbbbbbbbb:1")) -> pd.DataFrame:
    """The two records of a case as a frame with the columns of records.csv."""
    rows = [{"record_id": name} | PAPER | change for name, change in zip(names, (case.a, case.b), strict=True)]
    return pd.DataFrame(rows).astype("str")


ONE = {"authors": "Quirrenbach A"}
NCT = {"journal": "ClinicalTrials.gov"} | NO_PLACE
DOI, DOI2 = {"doi": "10.9999/air.2021.63"}, {"doi": "10.9999/other.2021.7"}
TITLE = PAPER["title"]

NOTICE = {
    "title": "Notice of withdrawal at the request of the editors",
    "authors": "Editors T",
    "pages": "99",
    "pmid": "90000003",
}
WITHDRAWN = {"pmid": "90000001"}

CASES = (
    # What PubMed itself says, in either record.
    Case("pubmed-correction", NOTICE | {"relations": "ROF 90000001"}, WITHDRAWN, "a retraction by another title"),
    Case(
        "pubmed-correction", NOTICE, WITHDRAWN | {"relations": "CIN 90000009; EIN 90000003"}, "told by the paper alone"
    ),
    Case("pubmed-comment", NOTICE | {"relations": "CON 90000001"}, WITHDRAWN, "an editorial under a title of its own"),
    Case("pubmed-report", NOTICE | {"relations": "ORI 90000001"}, WITHDRAWN, "a summary for patients"),
    Case("pubmed-again", NOTICE | {"relations": "RPF 90000001"}, WITHDRAWN, "published again elsewhere"),
    Case(
        "pubmed-correction",
        NOTICE | {"relations": "ECF 10.9999/air.2021.63"},
        DOI,
        "an expression of concern that names a DOI",
    ),
    # The same cells.
    Case("copy", NO_PLACE | {"journal": ""}, NO_PLACE | {"journal": ""}, "a citation without a place, listed twice"),
    Case(
        "copy-perhaps",
        {"title": "", "pages": ""},
        {"title": "", "pages": ""},
        "two records that say the same, but little",
    ),
    # The same people, year and pages, whatever the title.
    Case(
        "place-anyhow",
        {"title": OTHER_TITLE, "journal": "Riumatologia"},
        {},
        "two languages; the journal is transliterated",
    ),
    Case("place-anyhow", {"title": OTHER_TITLE, "issue": "7"}, {}, "two wordings; the issues differ"),
    Case("place-anyhow", {"title": OTHER_TITLE, "year": "2020", "issue": "7"}, {}, "two wordings, a year apart"),
    Case("span-anyhow", {"title": OTHER_TITLE, "volume": "2", "issue": "63"}, {}, "volume and issue are swapped"),
    Case("span-anyhow", {"title": OTHER_TITLE, "volume": "", "journal": ""}, {}, "the volume is not given"),
    Case(
        "place-some-people",
        {"title": OTHER_TITLE, "authors": "Quirrenbach A; Nyqvist P; Abara C; Petrov K"},
        {},
        "one place, and some of the people",
    ),
    Case(
        "like-title",
        NO_PLACE
        | {
            "title": "Cardiac outcome of children with macrophage activation syndrome improved by early anakinra",
            "journal": "6th Imagined Congress",
        },
        {},
        "reworded, in a congress's book",
    ),
    Case(
        "short-title-one-page",
        {"title": "Cardiac outcome", "issue": "3"},
        {"title": "Cardiac outcome"},
        "a short title; the issues differ",
    ),
    # Numbers that are no issue, and numbers in the wrong place.
    Case(
        "title-volume", {"issue": "20210945", "pages": ""}, {}, "the number of a database's record stands for the issue"
    ),
    Case("title-pages", {"volume": "2", "issue": "63"}, {}, "volume and issue are swapped"),
    # One report, with an identifier.
    Case(
        "doi-title",
        DOI | NO_PLACE,
        DOI | {"title": TITLE.upper(), "journal": "Ann Imag Rheum"},
        "case and an abbreviated journal change nothing",
    ),
    Case("doi-title", DOI | NO_PLACE | {"year": "2020"}, DOI, "ahead of print, then in its issue"),
    Case(
        "doi-title",
        DOI,
        {"doi": "https://doi.org/10.9999/AIR.2021.63", "pages": "12"},
        "a resolver before the DOI is no part of it",
    ),
    Case(
        "doi-short-title",
        DOI | {"title": "Cardiac outcome"},
        DOI | {"title": "Cardiac outcome."},
        "a short title is enough beside a DOI and the same people",
    ),
    Case(
        "doi-near-title", DOI | {"title": TITLE.replace("improves", "improvves"), "pages": ""}, DOI, "a slip of a key"
    ),
    Case(
        "doi-people",
        DOI | NO_PLACE | {"title": CHANGED},
        DOI,
        "the accepted version had another title; four authors and the DOI are the same",
    ),
    Case("doi-place", DOI | {"title": OTHER_TITLE, "issue": ""}, DOI, "DOI, volume and pages are the same"),
    Case(
        "doi-changed-title",
        DOI | {"title": CHANGED, "authors": ""} | NO_PLACE,
        DOI,
        "a DOI alone does not prove a changed title",
    ),
    Case(
        "doi-other-title",
        DOI | {"title": OTHER_TITLE, "pages": "", "volume": ""},
        DOI,
        "abstracts of one supplement share its DOI",
    ),
    Case(
        "doi-page",
        DOI | {"title": OTHER_TITLE, "authors": "", "volume": ""},
        DOI,
        "DOI and pages agree, and nothing else can be compared",
    ),
    Case(
        "",
        DOI | {"title": OTHER_TITLE, "authors": OTHERS, "pages": "P12"},
        DOI | {"pages": "P40"},
        "two abstracts of a supplement with one DOI are not related",
    ),
    Case(
        "pmid-title",
        {"pmid": "39245963", "title": TITLE.replace(" the", "") + "."} | NO_PLACE,
        {"pmid": "PMID 39245963"},
        "a PubMed number belongs to one record",
    ),
    Case(
        "pmid-people",
        {"pmid": "39245963", "title": OTHER_TITLE} | NO_PLACE,
        {"pmid": "39245963"},
        "one number and the same people",
    ),
    Case(
        "pmid-only",
        {"pmid": "39245963", "title": OTHER_TITLE, "authors": OTHERS} | NO_PLACE,
        {"pmid": "39245963"},
        "one number on two different records is somebody's slip",
    ),
    Case(
        "pmcid-title",
        {"pmcid": "PMC77", "authors": "", "title": TITLE + " Part"} | NO_PLACE,
        {"pmcid": "pmc77"},
        "a PMC number belongs to one record",
    ),
    # One report, by title and place.
    Case(
        "title-place",
        {},
        {"authors": "Quirrenbach, Anna; Dela Paolera, Serena; Okonjo-Weiss, Lee; Tanaka, Haru"},
        "initials and full names are the same people",
    ),
    Case("title-place", {}, {"pages": "366-75"}, "366-75 ends on page 375"),
    Case("title-place", {}, {"authors": "Quirrenbach A; et al"}, "a cut list of authors"),
    Case("title-place", {}, {"authors": ""}, "a copy without authors"),
    Case("title-place", {}, {"year": ""}, "a copy without a year"),
    Case("title-place", {"title": f"[{TITLE}]. [Chinese]"}, {}, "brackets and a language are added by databases"),
    Case(
        "title-place",
        {"title": TITLE.replace("secondary", "s&eacute;condary")},
        {"title": TITLE.replace("secondary", "sÃ©condary")},
        "HTML and a wrong encoding are damage",
    ),
    Case(
        "title-place",
        {"title": f"{TITLE} [Review] [33 refs]"},
        {"title": f"RETRACTED ARTICLE: {TITLE}"},
        "a retracted paper is still that paper",
    ),
    Case(
        "title-place",
        {"title": "Three paediatric cases of haematological tumours in macrophage activation"},
        {"title": "3 pediatric cases of hematological tumors in macrophage activation"},
        "three is 3, and British is American",
    ),
    Case(
        "title-place-near", {"pages": "S366-S375"}, {"pages": "Suppl-75"}, "an export that cut pages off at their start"
    ),
    Case("title-place-near", {"pages": "375"}, {}, "a page within the range of the other"),
    Case(
        "title-journal-year",
        {"pages": "Suppl-75", "volume": ""},
        {},
        "what is left of cut pages says nothing beside an unknown volume",
    ),
    Case(
        "title-place-people",
        {"journal": "Zhonghua Fengshi Zazhi"},
        {},
        "a journal under its original and its English name",
    ),
    Case("title-place-people", {"journal": ""}, {}, "a copy without a journal"),
    Case(
        "title-place-journal",
        {"authors": "The Imagined Study Group"},
        {},
        "a group on one side, persons on the other, on the same ten pages",
    ),
    Case("title-pages", {"volume": "", "issue": ""}, {}, "the same pages, and a copy without a volume"),
    Case("title-pages-journal", {"volume": "", "authors": ""}, {}, "the same range of pages, journal and year"),
    Case(
        "title-page-year", {"volume": "", "journal": "Proceedings 12th Conference"}, {}, "proceedings have many names"
    ),
    Case("title-range", {"volume": "36", "issue": ""}, {}, "36 for 63 is a slip when ten pages are the same"),
    Case(
        "title-span",
        {"volume": "36", "issue": "", "year": "2020"},
        {},
        "a slip in the volume and another year, when ten pages of a journal are the same",
    ),
    Case("title-volume", {"pages": ""}, {}, "a copy without pages"),
    Case("title-volume-only", {"pages": "", "journal": ""}, {}, "title, people, volume and year"),
    Case(
        "title-numbers",
        {"pages": "", "journal": "Zhonghua Fengshi Zazhi"},
        {},
        "volume, issue and year are the same under another name of the journal",
    ),
    Case(
        "title-one-issue",
        {"pages": "e8-e9"},
        {"pages": "e3"},
        "an issue does not print a paper twice: the pages are a slip",
    ),
    Case("title-one-issue", {"pages": "e12", **ONE}, {}, "the number online, and the pages in print; a cut list"),
    Case(
        "title-issue-page",
        {"volume": "36", "pages": "366"},
        {"pages": "366"},
        "36 for 63 is a slip when the issue and the page are the same",
    ),
    Case("title-journal-year", NO_PLACE, {}, "a thin copy of the same year"),
    Case("title-journal-ahead", NO_PLACE | {"year": "2020"}, {}, "ahead of print, a year before its issue"),
    Case(
        "title-journal-undated",
        NO_PLACE | {"year": ""},
        {},
        "the thinnest copy that is still one: a telling title, people and a journal",
    ),
    Case("title-issue", {"pages": "", "authors": ""}, {}, "a copy without authors and pages"),
    Case(
        "long-title-journal", NO_PLACE | {"authors": ""}, {}, "a long title does not come twice in a journal and year"
    ),
    Case(
        "short-title-place",
        {"title": "Cardiac outcome", "issue": ""},
        {"title": "Cardiac Outcome"},
        "a short title on the same pages",
    ),
    Case(
        "column-place",
        {"title": "Editorial", "pages": "366"},
        {"title": "Editorial."},
        "even an editorial is one on one page of an issue",
    ),
    Case(
        "column-pages",
        {"title": "Editorial", "issue": ""},
        {"title": "Editorial"},
        "ten pages are the same, in a copy without its issue",
    ),
    Case(
        "short-title-issue",
        {"title": "Cardiac outcome", "pages": ""},
        {"title": "Cardiac Outcome"},
        "a short title in one issue by the same people",
    ),
    Case(
        "near-title-place",
        {"title": TITLE.replace("children", "patients")},
        {},
        "ten pages are the same: a word was changed",
    ),
    Case("near-title-place", {"title": TITLE + ": a retrospective cohort study"}, {}, "a subtitle left out"),
    Case("near-title-place", {"title": TITLE + " in 12 countries"}, {}, "a number more, on the same ten pages"),
    Case(
        "near-title-journal",
        {"title": TITLE + ": a retrospective cohort study", "authors": ""},
        {},
        "no authors, but the same ten pages",
    ),
    Case(
        "near-title-page",
        {"title": TITLE.replace("cardiac", "cardaic"), "pages": "S38"},
        {"pages": "S38"},
        "a slip of a key on one page",
    ),
    Case(
        "near-title-range",
        {"title": TITLE.replace("cardiac", "cardaic"), "journal": "Proceedings 12th Conference", "volume": ""},
        {},
        "a slip of a key on the same range of pages",
    ),
    Case(
        "near-title-volume",
        {"title": TITLE.replace("cardiac", "cardaic"), "pages": ""},
        {},
        "a slip of a key in a copy without pages",
    ),
    Case(
        "near-title-issue",
        {"title": TITLE + ": a retrospective cohort study", "pages": ""},
        {},
        "a subtitle left out in a copy without pages",
    ),
    Case(
        "near-title-year",
        {"title": TITLE.replace("cardiac", "cardaic")} | NO_PLACE,
        {},
        "a slip of a key in a thin copy",
    ),
    Case("place", {"title": OTHER_TITLE}, {}, "the same people do not fill the same ten pages of an issue twice"),
    Case("place", {"title": ""}, {}, "a copy without a title"),
    Case(
        "place",
        {"title": OTHER_TITLE, "pages": "366-374"},
        {"year": ""},
        "two papers of nine pages do not begin on one page",
    ),
    Case("place-like-title", {"title": CHANGED, "issue": ""}, {}, "a title changed in part on the same ten pages"),
    Case(
        "near-title-place",
        {"title": f"Commentary: {TITLE}"},
        {},
        "on the same ten pages, a word before the title was dropped by one database",
    ),
    Case(
        "near-title-page",
        {"title": f"{TITLE}: study protocol", "pages": "129"},
        {"pages": "129"},
        "a protocol and its report never share a page: the subtitle was dropped",
    ),
    Case(
        "doi-changed-title",
        DOI | {"title": f"{TITLE}: a case series", "pages": "S12"},
        DOI | {"pages": "S40"},
        "two abstracts of one supplement, under its DOI",
    ),
    Case(
        "near-title-page",
        {"title": f"{TITLE}: experience of 12 centres", "pages": "8"},
        {"pages": "8"},
        "a subtitle may hold a number of its own",
    ),
    Case(
        "near-title",
        {"title": f"{TITLE}: a subgroup analysis", "pages": "S38"},
        {"pages": "S38"},
        "a page of abstracts may hold a study and its subgroup",
    ),
    Case(
        "near-title-volume",
        {"title": TITLE.replace("outcome of", "outcome o"), "pages": ""},
        {},
        "a small word lost a letter",
    ),
    Case(
        "near-title-page-year",
        {"title": TITLE.replace("cardiac", "cardaic"), "volume": "", "pages": "587"},
        {"pages": "587"},
        "a slip of a key, and a volume not given",
    ),
    Case(
        "near-title-pages",
        {"title": TITLE.replace("cardiac", "cardaic"), "volume": "", "year": "2020"},
        {},
        "a slip of a key, a volume not given, and a year of difference",
    ),
    Case(
        "long-title-page",
        {"authors": "", "volume": "", "pages": "245"},
        {"pages": "245"},
        "nobody is named, but a long title stands on the same page",
    ),
    Case(
        "title-place",
        {"title": "Editorial - Researchers and the perspective of those who hold a stake"},
        {"title": "Editorial Researchers and the perspective of those who hold a stake"},
        "one title is not a comment on itself",
    ),
    Case(
        "title-two-places",
        {"issue": "Suppl 1", "pages": "", "volume": ""},
        {},
        "a thin copy from a supplement may be the abstract",
    ),
    # A person is asked.
    Case(
        "thesis",
        {"volume": "Ph.D.", "issue": "", "pages": "215 p", "journal": ""},
        {"journal": "Dissertation Abstracts International", "volume": "73", "pages": "1524"},
        "a thesis and its entry in Dissertation Abstracts",
    ),
    Case(
        "title-two-places",
        {"volume": "60", "issue": "8", "pages": "S42"},
        {},
        "an abstract printed in a supplement, or printed twice",
    ),
    Case(
        "title-two-places",
        DOI | {"journal": "Imagined Heart Journal", "volume": "82", "pages": "1271-1285"},
        DOI2,
        "one guideline in two journals, under two DOIs",
    ),
    Case(
        "title-other-people",
        {"authors": OTHERS, "pages": "366"},
        {"pages": "366"},
        "letters to the editor carry one title on one page and are different letters",
    ),
    Case(
        "title-no-people",
        {"authors": "", "volume": "12", "pages": "5"},
        {},
        "one title in two places, and nobody named",
    ),
    Case(
        "short-title",
        {"title": "Cardiac outcome", "issue": "", "pages": ""},
        {"title": "Cardiac outcome"},
        "a short title may come twice in a volume",
    ),
    Case(
        "column",
        {"title": "Annual report of the registry of macrophage activation syndrome"} | NO_PLACE,
        {"title": "Annual report of the registry of macrophage activation syndrome"},
        "a report of every year, in a copy that says only its year",
    ),
    Case(
        "place-only", {"title": f"{TITLE}. Part 2", "pages": "S38"}, {"pages": "S38"}, "a second part on the same page"
    ),
    Case(
        "near-title",
        {"title": TITLE + ": a later look", "volume": "60", "issue": "8", "pages": "12"},
        {},
        "a later part of the same work, or the same report",
    ),
    Case(
        "place-only",
        {"title": OTHER_TITLE, "pages": "S38"},
        {"pages": "S38"},
        "a group may have two abstracts on one page",
    ),
    Case(
        "translated-perhaps",
        {
            "title": "Frühes Anakinra verbessert das Überleben von Kindern mit der sekundären Hyperinflammation",
            "pages": "12-20",
            "issue": "",
        },
        {},
        "a title in its own language, on other pages",
    ),
    Case(
        "named-study",
        {"title": "Who was treated in the HEART-MAS study", "journal": "Imagined Heart", "volume": "2", "pages": "1"},
        {"title": "Ferritin at onset: the HEART-MAS study"},
        "both name the study",
    ),
    Case(
        "abstracts-of-study",
        ABSTRACT | {"title": "Anakinra dose and response in children with MAS: results from a pooled analysis"},
        ABSTRACT
        | {
            "title": "Anakinra safety and response in infants with MAS: results from a pooled analysis",
            "pages": "P113",
        },
        "two abstracts of one analysis",
    ),
    Case(
        "abstract-of-study",
        ABSTRACT | {"title": "Who was treated: the HEART-MAS study"},
        {"title": "Ferritin at onset of disease in the HEART-MAS study"},
        "a meeting abstract of a named study",
    ),
    Case(
        "abstract-opening",
        ABSTRACT
        | {
            "title": "Early anakinra improves the cardiac state of adults in Still's disease: results from a phase 3 trial and a pooled analysis",
            "authors": "Tanaka H; Nyqvist P; Quirrenbach A",
        },
        {},
        "the trial is part of a pooled analysis, shown at a congress",
    ),
    # Related, and never merged.
    Case("correction", {"title": f"Correction to: {TITLE}", "pages": "400"}, {}, "a correction has a page of its own"),
    Case(
        "correction",
        {"title": f"{TITLE} (vol 63, pg 366, 2021)", "pages": "400", "volume": "64"},
        {},
        "as Web of Science titles an erratum",
    ),
    Case("correction", {"title": f"Retraction: {TITLE}", "pages": "400"}, {}, "a retraction notice is not the paper"),
    Case(
        "correction-labelled",
        {"type": "Published Erratum", "pages": "400"},
        {},
        "an erratum under the title of its paper: only a database says what it is",
    ),
    Case(
        "correction-perhaps",
        {
            "title": "Erratum: early anakinra and cardiac outcome of children with macrophage activation syndrome",
            "pages": "400",
        },
        {},
        "the erratum shortens the title",
    ),
    Case(
        "comment",
        {"title": f"Comment on: {TITLE}", "authors": OTHERS, "pages": "400"},
        {},
        "a comment repeats the title it comments on",
    ),
    Case(
        "comment",
        {"title": f"{TITLE}: authors' reply", "pages": "401"},
        {},
        "a reply repeats the title, and the people",
    ),
    Case(
        "comment-perhaps",
        {
            "title": "Comment on early anakinra and cardiac outcome of children with macrophage activation",
            "authors": OTHERS,
            "pages": "400",
        },
        {},
        "the comment shortens the title",
    ),
    Case(
        "comment-in-issue",
        {
            "title": "Macrophage activation syndrome: cardiac stories revisited",
            "type": "Note",
            "authors": "",
            "pages": "274",
        },
        {},
        "a note in the same issue on the same subject",
    ),
    Case(
        "preprint",
        {
            "journal": "medRxiv",
            "doi": "10.1101/2020.01.01.20001",
            "volume": "",
            "issue": "",
            "pages": "",
            "year": "2020",
        },
        DOI,
        "a preprint is another report",
    ),
    Case(
        "preprint-perhaps",
        {"journal": "medRxiv", "volume": "", "issue": "", "pages": "", "title": CHANGED},
        {},
        "a preprint whose title was changed",
    ),
    Case(
        "protocol",
        {"title": f"{TITLE}: study protocol", "volume": "50", "pages": "1"},
        {},
        "a protocol is not the report of its study",
    ),
    Case(
        "protocol-perhaps",
        {
            "title": "Early anakinra for the cardiac outcome of children with macrophage activation: study protocol",
            "volume": "50",
            "pages": "1",
        },
        {},
        "a protocol with another title",
    ),
    Case(
        "lay-summary",
        {
            "title": "Anakinra and macrophage activation syndrome in children: a plain language summary",
            "journal": "Lay Journal",
            "volume": "1",
            "pages": "5",
            "authors": "Quirrenbach A",
        },
        {},
        "a lay summary retells a paper",
    ),
    Case("abstract", ABSTRACT, {}, "the abstract of the paper, shown at a congress"),
    Case(
        "abstract-in-journal",
        {"type": "Conference Abstract", "pages": "S38", "issue": "Suppl 1"},
        {},
        "the abstract in the supplement of the same volume",
    ),
    Case("abstract-perhaps", ABSTRACT | {"title": CHANGED}, {}, "the abstract had another title"),
    Case(
        "translated-title",
        DOI
        | {
            "title": "早期阿那白滞素治疗改善继发性巨噬细胞活化综合征患儿的心脏结局",
            "authors": "吴建; 沈丹",
            "journal": "风湿病学",
        },
        DOI,
        "one DOI, a Chinese and an English title",
    ),
    Case(
        "translated-place",
        {
            "title": "早期阿那白滞素治疗改善继发性巨噬细胞活化综合征患儿的心脏结局",
            "authors": "吴建; 沈丹",
            "journal": "风湿病学",
        },
        {},
        "one place, a Chinese and an English title",
    ),
    Case(
        "abstract-in-journal",
        {"type": "Conference Abstract", "pages": "OP12"},
        {"pages": "10-19"},
        "the number of an abstract is no page of the paper",
    ),
    # Not related.
    Case(
        "",
        {"title": OTHER_TITLE, "authors": OTHERS, "volume": "12", "pages": "1-9"},
        {},
        "nothing in common but the journal and the year",
    ),
    Case(
        "",
        {"title": "Etoposide for macrophage activation syndrome in the United Kingdom", "volume": "12", "pages": "1-9"},
        {},
        "one team, two subjects",
    ),
    Case(
        "",
        {"title": "Editorial", "volume": "12", "pages": "1"},
        {"title": "Editorial"},
        "an editorial a year by the same editors",
    ),
    Case(
        "",
        {"title": TITLE.replace("anakinra", "canakinumab"), "authors": OTHERS, "volume": "12", "pages": "1-9"},
        {},
        "look-alikes of two centres",
    ),
)

# Everything agrees but one thing; for that the pair must not be merged by a rule.
GUARDED = (
    ("two PubMed records", {"pmid": "1"}, {"pmid": "2"}),
    ("related otherwise", {"relations": "EFR 90000001"}, {"pmid": "90000001"}),
    (
        "one title that comes again on two ranges of pages",
        DOI | {"title": "Introduction", "pages": "1-5"},
        DOI | {"title": "Introduction", "pages": "100-104"},
    ),
    (
        "one title that comes again on two ranges of pages",
        DOI | {"title": "Editorial", "pages": "1"},
        DOI | {"title": "Editorial", "pages": "55-56"},
    ),
    (
        "one DOI on two pages",
        DOI | {"title": "Reply to the letters to the editor", "pages": "10-11"},
        DOI | {"title": "Reply to the letters to the editor", "pages": "55-56"},
    ),
    ("two registrations", NCT | {"authors": "NCT00000001"}, NCT | {"authors": "NCT00000002"}),
    ("a correction and its text", {"title": f"Erratum: {TITLE}"}, {}),
    ("a labelled correction and its text", {"type": "Erratum", "pages": ""}, {}),
    ("a comment and its text", {"title": f"{TITLE}: a reply", "pages": ""}, {}),
    ("a protocol and its study", {"title": f"{TITLE}: study protocol", "pages": ""}, {}),
    ("a lay summary and its paper", {"title": f"{TITLE}: a plain language summary", "pages": ""}, {}),
    ("a preprint and its paper", {"type": "Preprint", "pages": ""}, {}),
    ("a preprint elsewhere", {"journal": "bioRxiv"}, {}),
    ("a meeting abstract and its paper", {"type": "Conference Abstract", "pages": ""}, {}),
    ("a thesis and its paper", {"type": "Dissertation", "pages": ""}, {}),
    ("two places", {"volume": "12", "pages": "9"}, {}),
    ("two volumes", {"volume": "64", "pages": ""}, {}),
    ("two DOIs and pages", DOI | {"pages": "9"}, DOI2),
    ("two DOIs and journals", DOI | {"journal": "Imagined Heart", "pages": "366"}, DOI2),
    ("years apart without a volume", {"year": "2010", "volume": ""}, {}),
    ("years apart without a page", {"year": "2010", "pages": ""}, {}),
    (
        "other numbers in the title",
        {"title": f"{TITLE}: part 1", "pages": "S38"},
        {"title": f"{TITLE}: part 2", "pages": "S38"},
    ),
    ("more numbers in a title", {"title": f"{TITLE}: a 12-month follow-up", "pages": ""}, {}),
    ("two issues and pages", {"issue": "3", "pages": "9"}, {}),
    ("two issues of a column", {"title": "Cardiac outcome", "issue": "3", "pages": ""}, {"title": "Cardiac outcome"}),
)
