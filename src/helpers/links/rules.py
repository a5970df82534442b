"""The rules that decide on a pair, as a text to be read: which evidence makes which relation, and whether that is certain.

A rule has a line with its name, its relation, ``sure`` or ``ask``, and the reason in a sentence; below stands what the
evidence must be: ``aspect=word|word``. Aspects that are not named may be anything. What the aspects and their words mean
stands in `helpers.links.evidence`; words in capitals are short for several: `helpers.links.grammar`. Rules are read
from the top, the first that fits decides, so a rule may rely on those above it. A pair that fits none has no link.

Only ``same_report`` merges. Above all rules that merge stand the guards: whatever else agrees, a pair that fits a guard is
not one report at certainty. A name is never given to another rule: it stands in ledgers.
"""

from __future__ import annotations

from helpers.links.grammar import read_conditions, read_rules

GUARDS_TEXT = """
two PubMed records: pmid=differs
related otherwise: stated=corrects|comments|reports|republishes
one title that comes again on two ranges of pages: telling=no|little pages=renumbered
one DOI on two pages: telling=no|little|yes doi=same pages=differs
two registrations: registration=differs
a correction and its text: correction=one
a labelled correction and its text: correction=label pages=ELSEWHERE
a comment and its text: comment=one pages=ELSEWHERE|near|same
a protocol and its study: protocol=one pages=ELSEWHERE|near
a lay summary and its paper: summary=one pages=ELSEWHERE|near
a preprint and its paper: preprint=one|label pages=differs|unknown|near
a preprint elsewhere: preprint=one|label journal=other
a meeting abstract and its paper: abstract=one|label pages=ELSEWHERE doi=ELSEWHERE pmid=unknown
a thesis and its paper: thesis=one|label pages=ELSEWHERE doi=ELSEWHERE pmid=unknown
two places: volume=differs pages=differs doi=ELSEWHERE
two volumes: volume=differs pages=unknown|near doi=ELSEWHERE pmid=unknown
two DOIs and pages: doi=differs pages=differs
two DOIs and journals: doi=differs journal=other pages=differs|unknown|start|same|near
years apart without a volume: year=far volume=ELSEWHERE doi=ELSEWHERE pmid=unknown
years apart without a page: year=far pages=differs|unknown|near doi=ELSEWHERE pmid=unknown
other numbers in the title: numbers=differs pages=same|near|unknown|differs pmid=unknown
more numbers in a title: numbers=more pages=unknown|differs doi=ELSEWHERE pmid=unknown
two issues and pages: issue=differs|supplement pages=differs doi=ELSEWHERE
two issues of a column: issue=differs telling=no|little
"""

RELATED_TEXT = """
pubmed-correction correction_of sure PubMed says that one corrects or retracts the other.
    stated=corrects
pubmed-comment comment_on sure PubMed says that one comments on the other.
    stated=comments
pubmed-report same_study sure PubMed says that one updates or sums up the other.
    stated=reports
pubmed-again same_report ask PubMed says that one is the other, published again.
    stated=republishes
correction correction_of sure One corrects or retracts the other: its title says so.
    correction=one title=ALIKE authors=NOT-OTHERS
correction-labelled correction_of sure One corrects or retracts the other: a database says so.
    correction=label title=ALIKE authors=NOT-OTHERS pages=ELSEWHERE
correction-perhaps correction_of ask One is a correction or retraction, and the titles are similar.
    correction=one title=like authors=NOT-OTHERS
translated-title translation_of sure One DOI, with titles in two scripts.
    script=differs doi=same title=other|like|unknown pages=ONE-PAGE|unknown volume=AGREE
translated-place translation_of sure The same volume and pages, with titles in two scripts.
    script=differs doi=unknown volume=same pages=ONE-PAGE year=same|near title=other|like
comment comment_on sure One comments on or replies to the other: its title says so.
    comment=one title=ALIKE telling=much pages=ELSEWHERE|near|same
comment-perhaps comment_on ask One is a comment, and the titles are similar.
    comment=one title=like|ALIKE telling=LONG-TITLE pages=ELSEWHERE|near|same journal=same|like|unknown year=same|near|unknown
comment-in-issue comment_on ask One is an editorial or note in the same issue, on the same subject.
    comment=one|label topic=shared telling=LONG-TITLE journal=same volume=same issue=same year=same pages=ELSEWHERE authors=other|some|unknown
preprint preprint_of sure One is a preprint with the same title and people.
    preprint=one|label title=ALIKE authors=PEOPLE doi=ELSEWHERE pages=ELSEWHERE|near
preprint-perhaps preprint_of ask One is a preprint with a similar title.
    preprint=one|label title=like authors=PEOPLE doi=ELSEWHERE pages=ELSEWHERE|near
protocol same_study sure One is the protocol of the other's study.
    protocol=one title=ALIKE authors=PEOPLE pages=ELSEWHERE|near
protocol-perhaps same_study ask One is a protocol with a similar title.
    protocol=one title=like authors=PEOPLE pages=ELSEWHERE|near
lay-summary same_study ask One is a lay summary on the same subject.
    summary=one|label topic=shared authors=PEOPLE|some pages=ELSEWHERE|near
abstract abstract_of sure One is a meeting abstract with the same title and people.
    abstract=one|label title=ALIKE authors=PEOPLE numbers=same pages=ELSEWHERE volume=ELSEWHERE doi=ELSEWHERE pmid=ELSEWHERE journal=other|like|unknown
abstract-in-journal abstract_of sure One is a meeting abstract with the same title and people, on other pages.
    abstract=one|label title=ALIKE authors=PEOPLE numbers=same pages=differs
abstract-perhaps abstract_of ask One is a meeting abstract on the same subject by some of the same people.
    abstract=one|label title=like|ALIKE authors=PEOPLE|some pages=ELSEWHERE volume=ELSEWHERE doi=ELSEWHERE pmid=ELSEWHERE
abstract-of-study abstract_of ask One is a meeting abstract, and both name the same study.
    abstract=one|label study=same authors=PEOPLE|some pages=ELSEWHERE volume=ELSEWHERE
abstract-opening same_study ask One is a meeting abstract; the titles begin alike, and some of the people are the same.
    abstract=one|label opening=shared authors=PEOPLE|some pages=ELSEWHERE volume=ELSEWHERE
"""

MERGING_TEXT = """
copy same_report sure Every cell of the two is the same, with a long title and the same people.
    copy=yes telling=LONG-TITLE title=same authors=same year=same
doi-title same_report sure One DOI and one title.
    doi=same title=same telling=LONG-TITLE
doi-short-title same_report sure One DOI and one title, whole or in part, and no other people.
    doi=same title=same|part numbers=same authors=NOT-OTHERS pages=ONE-PAGE|near|unknown volume=AGREE
doi-near-title same_report sure One DOI and one title in two spellings.
    doi=same title=near numbers=same wording=same authors=NOT-OTHERS pages=ONE-PAGE|near|unknown volume=AGREE
doi-people same_report sure One DOI and the same people; the title was changed.
    doi=same title=like telling=LONG-TITLE authors=same team=yes journal=same|like year=same|near pages=ONE-PAGE|near|unknown volume=AGREE abstract=neither
doi-place same_report sure One DOI, volume and pages, and the same people.
    doi=same volume=same pages=PAPER authors=PEOPLE
pmid-title same_report sure One PubMed record.
    pmid=same title=ALIKE numbers=same
pmid-people same_report sure One PubMed record, by the same people.
    pmid=same authors=PEOPLE year=same|near|unknown
pmcid-title same_report sure One PubMed Central record.
    pmcid=same title=ALIKE numbers=same
title-place same_report sure One title in one place.
    title=same telling=LONG-TITLE volume=same pages=ONE-PAGE authors=NOT-OTHERS journal=same|like
title-place-near same_report sure One title on pages that overlap, by the same people.
    title=same telling=LONG-TITLE volume=same pages=near authors=PEOPLE|some journal=same|like
title-place-people same_report sure One title in one place by the same people; the journal has another name, or none.
    title=same telling=LONG-TITLE volume=same pages=ONE-PAGE authors=PEOPLE journal=other|unknown year=same|near|unknown
title-place-journal same_report sure One title on the same pages of one journal; other people are named.
    title=same telling=LONG-TITLE volume=same issue=AGREE pages=span|start authors=other journal=same year=same doi=AGREE
title-pages same_report sure One title on the same pages, by the same people; a volume is not given.
    title=same telling=LONG-TITLE volume=unknown pages=ONE-PAGE|near authors=PEOPLE journal=same|like|unknown year=same|near|unknown
title-pages-journal same_report sure One title on the same pages of one journal and year.
    title=same telling=LONG-TITLE volume=unknown issue=AGREE pages=span|range authors=NOT-OTHERS journal=same year=same doi=AGREE
long-title-page same_report sure One long title on one page of a journal and year; the authors agree in part or are not given.
    title=same telling=much volume=unknown issue=AGREE pages=ONE-PAGE authors=some|unknown journal=same year=same doi=AGREE
title-page-year same_report sure One title from the same page on in one year, by the same people; the journal's name differs.
    title=same telling=LONG-TITLE volume=unknown pages=ONE-PAGE authors=same journal=other year=same doi=AGREE
title-range same_report sure One title on the same range of pages in one year, by the same people; the volume differs or is not given.
    title=same telling=LONG-TITLE volume=ELSEWHERE pages=span|range authors=PEOPLE year=same
title-span same_report sure One title on the same range of pages of one journal, by the same people; volume and year differ or are not given.
    title=same telling=LONG-TITLE volume=ELSEWHERE pages=span authors=PEOPLE journal=same|like year=near|unknown
title-volume same_report sure One title in one volume, by the same people; pages are not given.
    title=same telling=LONG-TITLE volume=same pages=unknown issue=AGREE authors=PEOPLE journal=same|like year=same|near|unknown doi=AGREE
title-volume-only same_report sure One title, volume and year, by the same people; journal and pages are not given.
    title=same telling=LONG-TITLE volume=same pages=unknown issue=AGREE authors=PEOPLE journal=unknown year=same doi=AGREE
title-numbers same_report sure One title in the same volume and issue of one year, by the same people; the journal's name differs.
    title=same telling=LONG-TITLE volume=same issue=same pages=unknown authors=same journal=other year=same doi=AGREE
title-one-issue same_report sure One long title by the same people in one issue, which would not print it twice; the pages differ.
    title=same telling=much volume=same issue=same pages=differs authors=PEOPLE journal=same year=same|near|unknown doi=AGREE comment=neither
title-issue-page same_report sure One title on one page of one issue, by the same people; the volume differs.
    title=same telling=LONG-TITLE volume=differs issue=same pages=ONE-PAGE authors=same journal=same year=same doi=AGREE
title-journal-year same_report sure One title in one journal and year, by the same people; no place is given in one.
    title=same telling=LONG-TITLE volume=unknown pages=unknown issue=AGREE authors=PEOPLE journal=same|like year=same doi=AGREE
title-journal-ahead same_report sure One title in one journal by the same people, a year apart: ahead of print, and in print.
    title=same telling=LONG-TITLE volume=unknown pages=unknown issue=AGREE authors=PEOPLE team=yes journal=same|like year=near doi=AGREE abstract=neither
title-journal-undated same_report sure One title in one journal, by the same people; year and place are not given in one.
    title=same telling=LONG-TITLE volume=unknown pages=unknown issue=AGREE authors=PEOPLE team=yes journal=same|like year=unknown doi=AGREE abstract=neither
title-issue same_report sure One title in one journal, volume and year; the authors agree in part or are not given, nor are pages.
    title=same telling=LONG-TITLE volume=same pages=unknown issue=AGREE authors=some|unknown journal=same|like year=same doi=AGREE
long-title-journal same_report sure One long title in one journal and year; the authors agree in part or are not given, nor are pages.
    title=same telling=much volume=AGREE pages=unknown issue=AGREE authors=some|unknown journal=same|like year=same doi=AGREE abstract=neither
short-title-place same_report sure One short title in one place, by the same people.
    title=same telling=little volume=same pages=ONE-PAGE authors=PEOPLE journal=same|like year=same|near|unknown
column-place same_report sure One title that comes again, on one page of one issue, by the same people.
    title=same telling=no volume=same issue=same pages=ONE-PAGE authors=PEOPLE journal=same|like year=same|near|unknown
column-pages same_report sure One title that comes again, on the same pages of a volume, by the same people.
    title=same telling=no volume=same issue=unknown pages=span authors=PEOPLE journal=same|like year=same|near|unknown
short-title-issue same_report sure One short title in one issue, by the same people; pages are not given in one.
    title=same telling=little volume=same issue=same pages=unknown authors=PEOPLE team=yes journal=same year=same doi=AGREE comment=neither
near-title-place same_report sure Nearly one title on the same three pages or more, by the same people.
    title=near|part volume=same pages=PAPER authors=PEOPLE
near-title-journal same_report sure Nearly one title on the same pages of one journal and year; the authors agree in part or are not given.
    title=near|part telling=LONG-TITLE volume=same issue=AGREE pages=PAPER authors=some|unknown journal=same year=same doi=AGREE
near-title-page same_report sure One title in two spellings, or with and without a part, on one page, by the same people.
    title=near|part numbers=same|more wording=same volume=same pages=range|same|near authors=PEOPLE journal=same|like year=same|near|unknown
near-title-page-year same_report sure One title in two spellings, or with and without a part, on one page of a journal and year, by the same people.
    title=near|part numbers=same|more wording=same volume=unknown pages=ONE-PAGE|near authors=PEOPLE journal=same year=same doi=AGREE
near-title-range same_report sure Nearly one title on the same range of pages in one year, by the same people.
    title=near|part numbers=same|more volume=unknown pages=span authors=PEOPLE year=same
near-title-pages same_report sure Nearly one title on the same range of pages of one journal, by the same people; the volume or the year differs or is not given.
    title=near|part numbers=same|more volume=ELSEWHERE pages=span authors=PEOPLE journal=same|like year=same|near|unknown doi=AGREE
near-title-volume same_report sure One title in two spellings in one volume, by the same people; pages are not given in one.
    title=near numbers=same wording=same volume=same issue=AGREE pages=unknown authors=PEOPLE journal=same|like year=same|near|unknown doi=AGREE
near-title-issue same_report sure One title with and without a part in one issue, by the same people; pages are not given in one.
    title=part telling=LONG-TITLE numbers=same wording=same volume=AGREE issue=same pages=unknown authors=PEOPLE journal=same|like year=same doi=AGREE
near-title-year same_report sure One title in two spellings in one journal and year, by the same people; no place is given in one.
    title=near numbers=same wording=same volume=unknown issue=AGREE pages=unknown authors=same journal=same year=same doi=AGREE
place same_report sure The same pages of one issue, by the same people, under two titles.
    title=like|other|unknown volume=same issue=same pages=span|start authors=PEOPLE journal=same|like year=same|near|unknown doi=AGREE script=same abstract=neither comment=neither
place-like-title same_report sure The same pages of one volume, by the same people, under similar titles.
    title=like|unknown volume=AGREE issue=AGREE pages=span|start authors=PEOPLE journal=same|like year=same doi=AGREE script=same
"""

ASKING_TEXT = """
doi-changed-title same_report ask One DOI on two records with similar titles.
    doi=same title=like|unknown|ALIKE
doi-other-title same_report ask One DOI on two records by the same people, under two titles.
    doi=same title=other authors=PEOPLE pages=ONE-PAGE|near|unknown abstract=neither
doi-page same_report ask One DOI and page under two titles; authors are not given in one.
    doi=same title=other authors=unknown pages=ONE-PAGE
pmid-only same_report ask One PubMed number on two different records.
    pmid=same
thesis same_report ask A thesis by its title and author, listed twice: one may be its abstract.
    thesis=both|one|label title=same authors=same
title-two-places same_report ask One title by the same people in two places: printed twice, or an abstract and its paper?
    title=same telling=LONG-TITLE authors=PEOPLE|some
title-other-people same_report ask One title on one page; other people are named.
    title=same telling=LONG-TITLE volume=same pages=ONE-PAGE authors=other journal=same|like
title-no-people same_report ask One title; authors are not given in one.
    title=same telling=LONG-TITLE authors=unknown year=same|near|unknown
short-title same_report ask One short title in one volume, by the same people.
    title=same telling=little volume=same issue=AGREE pages=unknown authors=PEOPLE journal=same|like year=same|near|unknown comment=neither
column same_report ask One title that may come with every issue, by the same people in one journal and year.
    title=same telling=no volume=AGREE issue=AGREE pages=ONE-PAGE|near|unknown authors=PEOPLE journal=same|like year=same
near-title same_report ask Nearly one title by the same people.
    title=near|part numbers=same telling=LONG-TITLE authors=PEOPLE year=same|near|unknown
copy-perhaps same_report ask Every cell of the two is the same, but there is little in them.
    copy=yes
short-title-one-page same_report ask One short title on the same pages of a volume, by the same people; the issue or the journal differs.
    title=same volume=AGREE pages=span|range|start authors=PEOPLE year=same doi=AGREE
place-only same_report ask The same pages of one volume, by the same people, under two titles.
    volume=same pages=ONE-PAGE authors=PEOPLE journal=same|like year=same|near issue=AGREE
place-anyhow same_report ask The same pages of one volume and year, by the same people, under two titles; the issue or the journal differs.
    title=other|like|part|near|unknown volume=same pages=ONE-PAGE authors=PEOPLE year=same|near|unknown
place-some-people same_report ask The same pages of one volume and journal, under two titles; the authors agree in part or are not given.
    volume=same pages=PAPER authors=some|unknown journal=same|like year=same issue=AGREE
span-anyhow same_report ask The same range of pages in one year, by the same people, under two titles; the volume differs or is not given.
    pages=span|range authors=PEOPLE team=yes year=same
like-title same_report ask Similar titles by the same people in one year, where no place says otherwise.
    title=like|other topic=shared telling=LONG-TITLE numbers=same authors=PEOPLE team=yes year=same volume=AGREE issue=AGREE pages=unknown doi=AGREE pmid=AGREE abstract=neither comment=neither summary=neither
translated-perhaps translation_of ask The same people in one volume, with titles in two languages.
    tongue=differs title=other|like|part authors=PEOPLE journal=same|like|unknown year=same volume=same issue=AGREE
named-study same_study ask Both name the same study, and most of the people are the same.
    study=same authors=PEOPLE
abstracts-of-study same_study ask Two meeting abstracts by the same people on the same subject.
    abstract=both title=like|part|near authors=PEOPLE
"""

GUARDS = tuple(
    (name, read_conditions(text)) for name, _, text in (g.partition(":") for g in GUARDS_TEXT.strip().splitlines())
)
RULES = read_rules(RELATED_TEXT.strip() + "\n" + MERGING_TEXT.strip() + "\n" + ASKING_TEXT.strip())
