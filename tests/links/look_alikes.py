"""Pairs that share nearly everything and are two reports, and copies as different as databases make them.

No rule may merge the first at certainty, whatever its name; each of the second must be merged. As in `link_cases`, every
pair starts from one paper, and what stands here is what the two records have otherwise.
"""

from __future__ import annotations

from link_cases import DOI, DOI2, NCT, NO_PLACE, ONE, OTHERS, PAPER, TITLE

LONG = "Long outcome of {} treatment in a cohort of children with secondary macrophage activation syndrome"
SERIES = "Macrophage activation syndrome in children: a review of the literature"
ANNUAL = "Annual report of the national registry of paediatric rheumatology"
COCHRANE = {"journal": "Cochrane Database of Systematic Reviews", "volume": "", "issue": "3", "pages": "CD012345"}
SUPPLEMENT = {"issue": "Suppl 1", "pages": "S12"}
NEXT_YEAR = {"year": "2022"}

Change = dict[str, str]


def retitled(title: str, *more: Change) -> Change:
    """A record under another title, with what else it has otherwise."""
    return {"title": title} | {name: value for change in more for name, value in change.items()}


def words_apart(one: str, other: str) -> list[tuple[str, Change, Change]]:
    """Two studies whose titles differ by a word, in a copy without a place and in one without pages."""
    a, b = LONG.format(one), LONG.format(other)
    return [
        (f"{one} and {other}, no place in one", retitled(a), retitled(b, NO_PLACE)),
        (f"{one} and {other}, no pages in one", retitled(a), retitled(b, {"pages": ""})),
        (f"{one} and {other}, on the same two pages", retitled(a, {"pages": "9-10"}), retitled(b, {"pages": "9-10"})),
    ]


LOOK_ALIKES: list[tuple[str, Change, Change]] = [
    # Parts of a series.
    ("parts I and II, no place in one", retitled(f"{SERIES}. Part I"), retitled(f"{SERIES}. Part II", NO_PLACE)),
    ("parts A and B", retitled(f"{SERIES}. Part A"), retitled(f"{SERIES}. Part B", {"pages": ""})),
    ("a part and the whole", retitled(SERIES), retitled(f"{SERIES} (second of two parts)", {"pages": ""})),
    ("one title in two issues", {"issue": "3", "pages": "476-484"}, {}),
    ("one title in two issues, no pages in one", {"issue": "3", "pages": ""}, {}),
    # Columns and yearly reports.
    *(
        (f"{title}: {why}", retitled(title, ONE, a), retitled(title, ONE, b))
        for title in ("Editorial", "In this issue", "Book reviews", "Letters to the editor", ANNUAL)
        for why, a, b in (
            ("page 3 of each issue", {"pages": "3"}, {"pages": "3", "issue": ""}),
            ("pages 3-4 of each issue", {"pages": "3-4"}, {"pages": "3-4", "issue": ""}),
            ("the next year", {}, NO_PLACE | NEXT_YEAR),
            ("no year", {}, NO_PLACE | {"year": ""}),
            ("no place", {}, NO_PLACE),
            ("no issue and pages", {}, {"pages": "", "issue": ""}),
            ("other pages", {}, {"pages": "400-402"}),
        )
    ),
    ("years in the title", retitled(f"{TITLE} 2019"), retitled(f"{TITLE} 2020", NO_PLACE)),
    ("a later year in one title", {}, retitled(f"{TITLE}: 2022 update", NO_PLACE, NEXT_YEAR)),
    # Meeting abstracts.
    ("two meetings", {"journal": "Imagined Blood", "issue": "S1", "pages": "112"}, {"volume": "33", "pages": "S90"}),
    ("two meetings, no place in one", {"journal": "Imagined Blood", "pages": "112"}, {"journal": "Heart"} | NO_PLACE),
    ("the same meeting a year later", {"pages": "3456"}, NEXT_YEAR | {"volume": "64", "pages": "", "issue": ""}),
    ("an abstract and the paper of its year", SUPPLEMENT, {"issue": "3"}),
    ("an abstract and the paper ahead of print", SUPPLEMENT, NO_PLACE),
    ("an abstract and the paper without pages", SUPPLEMENT, {"issue": "", "pages": ""}),
    ("two abstracts of a supplement with one DOI", DOI | retitled(LONG, {"pages": "S4-S5"}), DOI | {"pages": "S4-S5"}),
    # Letters, replies, editorials.
    ("a letter and its reply", {"pages": "366-367"}, {"pages": "367-368", "authors": OTHERS}),
    ("a letter and its reply, nobody named in one", {"pages": "366-367"}, {"pages": "367-368", "authors": ""}),
    ("an editorial under the title of the paper", {"type": "Editorial", "pages": "360-361"} | ONE, {"issue": ""}),
    ("a letter under the title of the paper", {"type": "Letter", "pages": "", "authors": OTHERS}, {}),
    # Corrections.
    *(
        (f"{lead} {why}", retitled(lead.format(TITLE), a), {})
        for lead in (
            "Erratum to - {}",
            "Erratum zu: {}",
            "Corrigendum to “{}” [Ann Imag Rheum 63 (2021) 366-375]",
            "{} [Erratum]",
            "Author Correction: {}",
            "Correction to article: {}",
            "Addendum: {}",
            "Publisher's note: {}",
            "Notice of retraction: {}",
            "Expression of concern: {}",
            "Retraction of: {}",
        )
        for why, a in (("without a place", NO_PLACE), ("without pages", {"pages": ""}), ("elsewhere", {"pages": "400"}))
    ),
    *(
        (f"labelled {label}", {"type": label} | place, {})
        for label in ("Published Erratum", "Erratum", "Retraction", "Retraction of Publication")
        for place in (NO_PLACE, {"pages": ""}, {"pages": "400"}, {"pages": "400", "volume": "64", "issue": "1"})
    ),
    # Preprints.
    ("a preprint by its DOI", DOI | {}, {"doi": "10.1101/2020.01.01.20001"} | NO_PLACE),
    ("a preprint by its server", {"journal": "medRxiv : the preprint server for health sciences"} | NO_PLACE, {}),
    # Published twice.
    ("two editions with two DOIs", DOI | {"pages": "370-379", "journal": "Revista Imaginada"}, DOI2),
    ("a second publication in another language", {"journal": "Zhonghua Zazhi", "volume": "30", "pages": "12"}, {}),
    ("a guideline in two journals", {"journal": "Imagined Heart", "volume": "140", "pages": "e101-e176"}, {}),
    ("a guideline in two journals, no place in one", {"journal": "Imagined Heart"}, NO_PLACE),
    ("a journal and its supplements", {"journal": f"{PAPER['journal']} Supplements"} | NO_PLACE, {}),
    ("a conference paper and its journal version", {"journal": "Proceedings of a Conference"} | NO_PLACE, {}),
    ("two DOIs, no pages in one", DOI, DOI2 | {"pages": ""}),
    ("two volumes, no pages in one", {"volume": "60", "pages": "", "year": "2020"}, {}),
    # Cochrane reviews and their updates.
    ("an update with its DOI", COCHRANE | {"doi": "10.1002/14651858.CD012345.pub2"}, COCHRANE | NEXT_YEAR),
    ("two versions by their DOIs", COCHRANE | DOI, COCHRANE | DOI2),
    ("an update a year later", COCHRANE, COCHRANE | NEXT_YEAR),
    (
        "an update a year later, the issue given as volume",
        COCHRANE | {"volume": "3"},
        COCHRANE | {"volume": "3"} | NEXT_YEAR,
    ),
    ("an update a year later, no journal in one", COCHRANE, COCHRANE | {"journal": ""} | NEXT_YEAR),
    ("an update in another issue of the year", COCHRANE, COCHRANE | {"issue": "9"}),
    ("a review and its short version", COCHRANE, {}),
    # Entries of trial registries.
    ("two entries", NCT | {"authors": "NCT00000001"}, NCT | {"authors": "NCT00000002"}),
    (
        "two entries at two addresses",
        NCT | {"authors": "Imagined Pharma", "journal": "https://clinicaltrials.gov/show/NCT00000001"},
        NCT | {"authors": "Imagined Pharma", "journal": "https://clinicaltrials.gov/show/NCT00000002"},
    ),
    ("an entry and the paper", NCT | {"authors": "NCT00000001"}, {}),
    # One team, two studies.
    ("a pilot study, no place", retitled(f"{TITLE}: a pilot study", NO_PLACE), {}),
    ("a subgroup, no pages", retitled(f"{TITLE}: a subgroup analysis", {"pages": ""}), {}),
    ("a follow-up, no pages", retitled(f"{TITLE}: long-term follow-up", {"pages": ""}), {}),
    ("a case and two cases", retitled(f"{TITLE}: a case report"), retitled(f"{TITLE}: two case reports", NO_PLACE)),
    (
        "a case and a review",
        retitled(f"{TITLE}: a case report"),
        retitled(f"{TITLE}: a case report and review", NO_PLACE),
    ),
    *(
        pair
        for words in (
            "renal adrenal|fetal fatal|prednisone prednisolone|citalopram escitalopram|ketamine esketamine|nitrate nitrite|arteritis arthritis",
            "oral moral|uterine urine|quinine quinidine|parental parenteral|Iran Iraq|Niger Nigeria|Austria Australia",
            "systolic diastolic|hypothyroid hyperthyroid|typical atypical|benign malignant|IgA IgG|HIV HSV|early late",
            "ventral central|dental mental|mortality morbidity|safety efficacy|boys girls|inpatient patient",
        )
        for two in words.split("|")
        for pair in words_apart(*two.split())
    ),
]

FULL_NAMES = {"authors": "Quirrenbach, Anna; Dela Paolera, Serena; Okonjo-Weiss, Lee; Tanaka, Haru"}
CUT_LIST = {"authors": "Quirrenbach A; et al"}
SLIP = retitled(TITLE.replace("cardiac", "cardaic"))
SUBTITLE = retitled(f"{TITLE}: a multicentre study")
COPIES: list[tuple[str, Change, Change]] = [
    ("other capitals, full names, short pages", retitled(TITLE.upper(), FULL_NAMES), {"pages": "366-75"}),
    ("a language in brackets, no issue", retitled(f"[{TITLE}]. [German]", {"issue": ""}), {}),
    ("a title cut off, no authors", retitled(TITLE[:80], {"authors": ""}), {}),
    ("a subtitle left out, no volume", SUBTITLE, {"volume": ""}),
    ("a subtitle left out, a slip in the volume", SUBTITLE, {"volume": "36"}),
    ("a subtitle left out, a cut list, no year", SUBTITLE | CUT_LIST, {"year": ""}),
    ("a slip of a key, an abbreviated journal", SLIP, {"journal": "Ann Imag Rheumatol"}),
    ("a slip of a key, no pages", SLIP, {"pages": ""}),
    ("a slip of a key, no journal", SLIP, {"journal": ""}),
    ("another word, another last page", retitled(TITLE.replace("children", "patients")), {"pages": "366-376"}),
    (
        "an abbreviation in the title, no year",
        retitled(TITLE.replace("macrophage activation syndrome", "MAS")),
        {"year": ""},
    ),
    ("a misspelled name, a year ahead", {"authors": PAPER["authors"].replace("rr", "r")}, {"year": "2020"}),
    (
        "names in another order, a supplement in the volume",
        {"authors": "; ".join(reversed(PAPER["authors"].split("; ")))},
        {"volume": "63 Suppl 1"},
    ),
    ("a year ahead, a slip in the volume", {"year": "2020"}, {"volume": "36"}),
    ("a year ahead, the volume counted by years", {"year": "2020"}, {"volume": "2021"}),
    ("years apart, one place", {"year": "2024"}, {"issue": ""}),
    ("one page of the range, a cut list", {"pages": "366"}, CUT_LIST),
    ("a slip in the pages, no issue", {"pages": "336-375"}, {"issue": ""}),
    ("pages of the supplement", {"pages": "S366-S375"}, {"pages": "366S-375S"}),
    ("an issue in the volume, full names", {"volume": "63(2)", "issue": ""}, FULL_NAMES),
    ("a journal in its own language, a cut list", {"journal": "Zhonghua Fengshi Zazhi"}, CUT_LIST),
    ("a thin copy with a cut list", NO_PLACE | CUT_LIST, {}),
    ("a DOI, and no place", DOI | NO_PLACE, DOI | FULL_NAMES),
    ("a DOI, and a subtitle", DOI | SUBTITLE | NO_PLACE, DOI),
    ("pages online and in print, a cut list", {"pages": "e12"}, CUT_LIST),
    ("a Cochrane review", COCHRANE, COCHRANE | {"issue": "", "journal": "Cochrane Database Syst Rev"}),
    ("one entry of a registry", NCT | {"authors": "NCT00000001"}, NCT | {"authors": "NCT00000001"}),
]
