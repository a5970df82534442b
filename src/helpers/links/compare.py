"""The comparison of pairs: from prepared records to evidence."""

from __future__ import annotations

import numpy as np
from rapidfuzz import fuzz, process

from helpers.links import journals, kinds
from helpers.links.evidence import KINDS, LEVELS, Evidence, Ints, by_distinct, equality, level_of
from helpers.links.names import compare_authors, plain_list, share_nobody
from helpers.links.phrases import LIKE, NEAR, adds_part_number, adds_study, is_part, shares_topic, wording_differs
from helpers.links.prepared import Prepared

LONG = 60  # a longer range of pages is that of a book or of a whole supplement
FIRST_YEAR = 1500  # smaller volumes are no years
ONE, LABEL = level_of("comment", "one"), level_of("comment", "label")  # as for every kind
MANY = 20_000  # comparisons from which two threads are worth their start


def compare_titles(records: Prepared, a: Ints, b: Ints) -> np.ndarray:
    """How alike the titles are."""
    left, right = records.title[a], records.title[b]
    level = np.full(len(a), level_of("title", "other"), dtype=np.int8)
    level[left == right] = level_of("title", "same")
    level[(left == 0) | (right == 0)] = 0
    rest = np.flatnonzero((left != right) & (left > 0) & (right > 0))
    if len(rest):
        keys = [title.key for title in records.titles]
        first, second = [keys[k] for k in a[rest]], [keys[k] for k in b[rest]]
        ratio = process.cpdist(
            first, second, scorer=fuzz.ratio, score_cutoff=LIKE, workers=-1 if len(rest) > MANY else 1
        )
        level[rest[ratio >= LIKE]] = level_of("title", "like")
        level[rest[ratio >= NEAR]] = level_of("title", "near")
        parts = [is_part(x, y) if len(x) < len(y) else is_part(y, x) for x, y in zip(first, second, strict=True)]
        level[rest[np.array(parts, dtype=bool)]] = level_of("title", "part")
    return level


def compare_pages(records: Prepared, a: Ints, b: Ints) -> np.ndarray:
    """How far the pages agree."""
    p, q, u, v = records.page[a], records.page[b], records.last_page[a], records.last_page[b]
    letters, others = records.prefix[a], records.prefix[b]
    is_page = ~records.is_numbered[a] & ~records.is_numbered[b]
    fits = (letters == others) | (((letters == 0) | (others == 0)) & is_page)
    starts = (p == q) & fits & (p > 0)
    length_a, length_b = np.where(u > p, u - p, 0), np.where(v > q, v - q, 0)
    whole = starts & (length_a > 0) & (u == v)
    longer = np.maximum(length_a, length_b)
    is_paper = (longer >= 2) & (longer <= LONG)
    # Online journals start each paper on page 1: a whole range then says little, and page 1 alone nothing.
    from_one = np.minimum(p, q) == 1
    # A paper with a number online has pages of its own in print.
    two_ways = ((records.is_online[a] & (others == 0)) | (records.is_online[b] & (letters == 0))) & ~starts
    overlap = fits & (longer > 0) & (np.maximum(p, q) <= np.minimum(p + length_a, q + length_b))
    # Of "S417-S429" some exports keep only "Suppl-29". One page in a hundred ends so by chance: the volume must agree too.
    cut_off = ((p == 0) & (u > 0) & (q > 0)) | ((q == 0) & (v > 0) & (p > 0))
    end, known = np.where(p == 0, u, v), np.where(p == 0, np.maximum(q, v), np.maximum(p, u))
    ends_alike = ((p == 0) & (q == 0) & (u == v) & (u > 0)) | cut_off & (
        known % 10 ** np.char.str_len(end.astype("U12")).astype(np.int64) == end
    )
    ends_alike &= (records.volume[a] == records.volume[b]) & (records.volume[a] > 0)
    choices = (
        (ends_alike, "near"),
        ((p == 0) | (q == 0), "unknown"),
        (whole & from_one, "same"),
        (two_ways, "unknown"),
        (from_one & (p != q), "renumbered"),
        (from_one, "unknown"),
        (whole & is_paper, "span"),
        (whole & (longer == 1), "range"),
        (starts & is_paper & (np.minimum(length_a, length_b) != 1), "start"),
        (starts, "same"),
        (overlap, "near"),
    )
    levels = [level_of("pages", word) for _, word in choices]
    return np.select([where for where, _ in choices], levels, level_of("pages", "differs")).astype(np.int8)


def compare_issues(one: str, other: str) -> int:
    """Whether two issues agree."""
    if one.startswith("s") != other.startswith("s"):
        return level_of("issue", "supplement")
    shared = set(one.strip("s").split("-")) & set(other.strip("s").split("-"))
    return level_of("issue", "same" if shared else "differs")


def compare(records: Prepared, a: Ints, b: Ints, *, every: bool = False) -> Evidence:
    """The evidence on each pair.

    Parameters
    ----------
    records : Prepared
    a, b : arrays of int
        Positions of the records of each pair.
    every : bool, optional
        Keep also pairs that no rule could want.

    Returns
    -------
    Evidence
        Unless `every`, only of pairs with something in common: a title at least in part, an identifier, a place, the name
        of a study, a subject that one of them retells, or a first author who writes in two languages.
    """
    levels = {
        name: equality(name, getattr(records, name)[a], getattr(records, name)[b])
        for name in ("doi", "pmid", "pmcid", "registration", "study")
    }
    levels["title"] = compare_titles(records, a, b)
    levels["pages"] = compare_pages(records, a, b)
    volume, other = records.volume[a], records.volume[b]
    levels["volume"] = equality("volume", volume, other)
    # Where a database counts volumes by years, its number says nothing of the other's.
    by_year = _is_year(volume, records.year[a]) | _is_year(other, records.year[b])
    levels["volume"][by_year & (volume != other)] = 0
    levels["volume"][_are_swapped(records, a, b)] = 0
    levels["stated"] = np.zeros(len(a), dtype=np.int8)
    if records.stated:
        pairs = zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True)
        words = (records.stated.get(pair, ("nothing", False))[0] for pair in pairs)
        levels["stated"] = np.fromiter((level_of("stated", word) for word in words), dtype=np.int8, count=len(a))
    levels["copy"] = ((records.copy[a] == records.copy[b]) & (records.copy[a] > 0)).astype(np.int8)
    evidence = Evidence(a, b, levels)
    if not every:
        evidence = evidence.only(_is_wanted(records, evidence))
    return _completed(records, evidence)


def _is_year(volume: Ints, year: Ints) -> np.ndarray:
    return (volume >= FIRST_YEAR) & (np.abs(volume - year) <= 1)


def _are_swapped(records: Prepared, a: Ints, b: Ints) -> np.ndarray:
    """Pairs of which one has as its volume what the other has as its issue, and the other way round."""
    differs = (records.volume[a] != records.volume[b]) & (records.issue[a] > 0) & (records.issue[b] > 0)
    for row in np.flatnonzero(differs):
        x, y = a[row], b[row]
        differs[row] = records.issues[x] == str(records.volume[y]) and records.issues[y] == str(records.volume[x])
    return differs


def _is_wanted(records: Prepared, evidence: Evidence) -> np.ndarray:
    """Pairs that may fit a rule: every rule asks for one of these."""
    a, b = evidence.a, evidence.b
    kind = records.title_kind | records.label_kind
    retold = ((kind[a] ^ kind[b]) & (kinds.COMMENT | kinds.SUMMARY)) > 0
    one_author = (records.first_author[a] == records.first_author[b]) & (records.first_author[a] > 0)
    return (
        evidence.fits("title", "same", "part", "near")
        | (evidence.fits("title", "like") & ((kind[a] | kind[b]) > 0))
        | (
            (records.opening[a] == records.opening[b])
            & (records.opening[a] > 0)
            & (((kind[a] ^ kind[b]) & kinds.ABSTRACT) > 0)
        )
        | evidence.fits("doi", "same")
        | evidence.fits("pmid", "same")
        | evidence.fits("pmcid", "same")
        | evidence.fits("study", "same")
        | (evidence.fits("volume", "same", "unknown") & evidence.fits("pages", "span", "range", "start", "same"))
        | retold
        | (evidence.levels["stated"] > 0)
        | (evidence.levels["copy"] > 0)
        | (one_author & evidence.fits("pages", "span", "range", "start"))
        | (one_author & (records.year[a] == records.year[b]) & evidence.fits("pages", "unknown", "renumbered"))
        | (one_author & (records.is_english[a] != records.is_english[b]))
    )


def _completed(records: Prepared, evidence: Evidence) -> Evidence:
    """The evidence with the aspects that cost more, or hang on those there are."""
    a, b, levels, raw = evidence.a, evidence.b, dict(evidence.levels), records.raw
    levels["telling"] = np.minimum(records.telling[a], records.telling[b]).astype(np.int8)
    levels["opening"] = ((records.opening[a] == records.opening[b]) & (records.opening[a] > 0)).astype(np.int8)
    both_titled = (records.title[a] > 0) & (records.title[b] > 0)
    levels["numbers"] = np.where(
        (records.numbers[a] != records.numbers[b]) & both_titled, level_of("numbers", "differs"), 0
    )
    for row in np.flatnonzero((levels["numbers"] > 0) & evidence.fits("title", "part")):
        short, long = sorted((records.titles[a[row]].key, records.titles[b[row]].key), key=len)
        if not adds_part_number(short, long):
            levels["numbers"][row] = level_of("numbers", "more")
    levels["tongue"] = (records.is_english[a] != records.is_english[b]).astype(np.int8)
    levels["script"] = (records.is_latin[a] != records.is_latin[b]).astype(np.int8)
    wording, topic = np.zeros(len(a), dtype=np.int8), np.zeros(len(a), dtype=np.int8)
    for row in np.flatnonzero(evidence.fits("title", "near")):
        wording[row] = wording_differs(raw["title"][a[row]], raw["title"][b[row]])
    for row in np.flatnonzero(evidence.fits("title", "part")):
        wording[row] = adds_study(raw["title"][a[row]], raw["title"][b[row]])
    apart = ((records.title_kind | records.label_kind) & (kinds.COMMENT | kinds.SUMMARY)) > 0
    one_team = (records.first_author[a] == records.first_author[b]) & (records.first_author[a] > 0)
    reworded = one_team & (records.year[a] == records.year[b]) & evidence.fits("title", "like", "other")
    for row in np.flatnonzero((apart[a] != apart[b]) | reworded):
        topic[row] = shares_topic(raw["title"][a[row]], raw["title"][b[row]])
    levels["wording"], levels["topic"] = wording, topic
    levels["authors"] = _authors(records, a, b)
    levels["team"] = (np.minimum(records.author_count[a], records.author_count[b]) >= 2).astype(np.int8)
    levels["journal"] = by_distinct(records.journal, a, b, lambda x, y: _journal(records, x, y))
    levels["issue"] = by_distinct(
        records.issue, a, b, lambda x, y: compare_issues(records.issues[x], records.issues[y])
    )
    perhaps = (records.is_supplement[a] != records.is_supplement[b]) & evidence.fits("pages", "unknown", "renumbered")
    levels["issue"][perhaps & (levels["issue"] == 0)] = level_of("issue", "perhaps")
    levels["issue"][_are_swapped(records, a, b)] = 0
    years = np.abs(records.year[a] - records.year[b])
    dated = (records.year[a] > 0) & (records.year[b] > 0)
    # A Cochrane review is updated under its title and number: only the year and the issue tell its versions.
    updated = records.is_updated[a] & records.is_updated[b]
    levels["year"] = np.where(dated, 1 + np.minimum(np.where(updated, 2 * years, years), 2), 0).astype(np.int8)
    levels["pages"] = np.where(updated & ~evidence.fits("pages", "differs"), 0, levels["pages"]).astype(np.int8)
    for name, bit in KINDS.items():
        levels[name] = _kind(records, a, b, bit)
        # Of one title, one copy cannot be the comment and the other the text: "Editorial - X" and "Editorial X".
        levels[name][(levels[name] == ONE) & evidence.fits("title", "same")] = LABEL
    return Evidence(a, b, levels)


def _authors(records: Prepared, a: Ints, b: Ints) -> np.ndarray:
    cells = records.raw["authors"]
    place = {word: level for level, word in enumerate(LEVELS["authors"])}
    known: dict[int, list[tuple[str, str]]] = {}

    def plain(x: int) -> list[tuple[str, str]]:
        if x not in known:
            known[x] = plain_list(cells[x])
        return known[x]

    def decide(x: int, y: int) -> int:
        if x == y:
            return place["same"]
        short, long = sorted((plain(x), plain(y)), key=len)
        # Most copies differ in dots and given names only, or one list is cut: that is seen without parsing names.
        if short and short == long[: len(short)]:
            return place["same" if len(short) == len(long) else "cut"]
        if len(short) > 1 and share_nobody(cells[x], cells[y]):
            return place["other"]
        return place[compare_authors(cells[x], cells[y])]

    return by_distinct(records.author_list, a, b, decide)


def _journal(records: Prepared, x: int, y: int) -> int:
    return level_of("journal", journals.compare_journals(records.journals[x], records.journals[y]))


def _kind(records: Prepared, a: Ints, b: Ints, bit: int) -> np.ndarray:
    """Neither, both, one (its title says so) or one by a label."""
    title_a, title_b = (records.title_kind[a] & bit) > 0, (records.title_kind[b] & bit) > 0
    any_a, any_b = title_a | ((records.label_kind[a] & bit) > 0), title_b | ((records.label_kind[b] & bit) > 0)
    level = np.where(any_a & any_b, level_of("comment", "both"), np.where(title_a != title_b, ONE, LABEL))
    return np.where(~any_a & ~any_b, 0, level).astype(np.int8)
