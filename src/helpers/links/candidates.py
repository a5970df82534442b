"""Pairs worth comparing: records that share a key, found by sorting, never by comparing all with all.

A key is a number made of one or a few fields (a DOI; volume and first page; first author and year). Records with equal
keys form a block. Within a block, records stand in the order of their titles; small blocks give all their pairs, oversized
ones only pairs of near neighbours (the sorted neighbourhood of Hernández and Stolfo, 1995), so that the work grows with the
records and not with their square. Pairs from weak keys are kept only when a sketch of the titles agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from helpers.links import kinds
from helpers.links.evidence import Ints
from helpers.links.prepared import Prepared, codes

SMALL_BLOCK = 32  # up to here, all pairs of a block
NEIGHBOURS = 6  # beyond, each record with so many that follow it in the order of titles
SKETCH_WORDS = 4  # a sketch has 4 x 64 bits
CHUNK = 2_000_000  # letters sketched, or pairs filtered, at a time: bounds the memory
TELLS = 2  # level of telling from which a title alone finds pairs
START = 18  # letters of a title that make its beginning or its end


@dataclass(frozen=True)
class Sketches:
    """Bit sets of the letter triples of each title: shared bits bound how alike two titles can be."""

    bits: np.ndarray  # (n, 4) uint64
    count: np.ndarray  # (n,) bits set

    def overlap(self, a: Ints, b: Ints) -> np.ndarray:
        """Shared bits, as a share of the smaller set; 1 where one of the titles is missing."""
        shared = np.zeros(len(a), dtype=np.int64)
        for word in range(SKETCH_WORDS):
            shared += np.bitwise_count(self.bits[a, word] & self.bits[b, word])
        least = np.minimum(self.count[a], self.count[b])
        return np.where(least > 0, shared / np.maximum(least, 1), 1.0)


def sketch(texts: Sequence[str]) -> Sketches:
    """Sketches of texts; the letter triples of all texts are hashed at once."""
    bits = np.zeros((len(texts), SKETCH_WORDS), dtype=np.uint64)
    start = 0
    while start < len(texts):
        stop, letters = start, 0
        while stop < len(texts) and letters < CHUNK:
            letters += len(texts[stop]) + 3
            stop += 1
        encoded = [text.encode() for text in texts[start:stop]]
        lengths = np.fromiter((len(e) for e in encoded), dtype=np.int64)
        flat = np.frombuffer(b"\0\0\0".join(encoded) + b"\0\0\0", dtype=np.uint8).astype(np.uint32)
        ends = np.cumsum(lengths + 3)
        begins = ends - lengths - 3
        triples = (
            (flat[:-2] * np.uint32(0x9E3779B1))
            ^ (flat[1:-1] * np.uint32(0x85EBCA77))
            ^ (flat[2:] * np.uint32(0xC2B2AE3D))
        )
        triples ^= triples >> np.uint32(15)
        triples *= np.uint32(0x2C1B3C6D)
        whole = (flat[:-2] > 0) & (flat[1:-1] > 0) & (flat[2:] > 0)
        place = triples >> np.uint32(24)
        for word in range(SKETCH_WORDS):
            inside = whole & ((place >> np.uint32(6)) == word)
            bit = np.where(inside, np.uint64(1) << (place & np.uint32(63)).astype(np.uint64), np.uint64(0))
            bits[start:stop, word] = np.bitwise_or.reduceat(np.append(bit, np.zeros(2, np.uint64)), begins)
        start = stop
    return Sketches(bits, np.bitwise_count(bits).sum(axis=1).astype(np.int64))


def combine(*parts: Ints) -> Ints:
    """One key of several codes; 0, no key, where a part is 0."""
    key = parts[0].astype(np.int64).copy()
    missing = key == 0
    for part in parts[1:]:
        missing |= part == 0
        # Folding to 63 bits can only join blocks by accident, which costs a comparison and changes no decision.
        key = (key * np.int64(1_000_003) + part) & np.int64(0x7FFF_FFFF_FFFF_FFFF)
    key[missing] = 0
    return key


def block_pairs(
    key: Ints, order: Ints, *, is_new: np.ndarray, keep: Callable[[Ints, Ints], np.ndarray] | None
) -> list[Ints]:
    """Pairs of records with equal keys, as rows (a, b) with a < b; records without a key are in none.

    Parameters
    ----------
    key : array of int
        Key of each record, 0 for none.
    order : array of int
        Rank of each record's title.
    is_new : array of bool
        A pair needs at least one record that is new.
    keep : function of (a, b), optional
        Says which pairs are kept.
    """
    with_key = np.flatnonzero(key)
    by = with_key[np.lexsort((with_key, order[with_key], key[with_key]))]
    sorted_key = key[by]
    starts = np.flatnonzero(np.r_[True, sorted_key[1:] != sorted_key[:-1]]) if len(by) else np.array([], int)
    sizes = np.diff(np.r_[starts, len(by)])
    reach = np.repeat(np.where(sizes <= SMALL_BLOCK, sizes - 1, NEIGHBOURS), sizes)
    found = []
    for step in range(1, int(reach.max(initial=0)) + 1):
        left = np.flatnonzero((reach[:-step] >= step) & (sorted_key[:-step] == sorted_key[step:]))
        if not len(left):
            break
        a, b = by[left], by[left + step]
        good = is_new[a] | is_new[b]
        a, b = a[good], b[good]
        if keep is not None and len(a):
            good = keep(a, b)
            a, b = a[good], b[good]
        if len(a):
            found.append(np.stack((np.minimum(a, b), np.maximum(a, b)), axis=1))
    return found


def ranks(cells: Sequence[str]) -> Ints:
    """Rank of each text among the different texts, so that order does not depend on how the records stand."""
    place = {text: rank for rank, text in enumerate(sorted(set(cells)), start=1)}
    return np.fromiter((place[text] for text in cells), dtype=np.int64)


def reading_order(records: Prepared) -> Ints:
    """Rank of each record by title, then by what else it says; equal only for records that say the same."""
    keys = [title.key for title in records.titles]
    columns = (
        records.last_page,
        records.page,
        records.volume,
        records.year,
        ranks(records.raw["authors"]),
        ranks(keys),
    )
    order = np.empty(len(records), dtype=np.int64)
    order[np.lexsort(columns)] = np.arange(len(records))
    return order


def find_candidates(records: Prepared, *, is_new: np.ndarray) -> tuple[Ints, Ints]:
    """Pairs worth comparing, each once.

    Parameters
    ----------
    records : Prepared
    is_new : array of bool
        A pair needs at least one record that is new.

    Returns
    -------
    tuple of two arrays of int
        Positions a and b of each pair, a < b, ordered.
    """
    if len(records) < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keys = [title.key for title in records.titles]
    sketches = sketch(keys)
    order = reading_order(records)
    begins, ends = codes(k[:START] for k in keys), codes(k[-START:] for k in keys)
    author, year, volume, page = records.first_author, records.year, records.volume, records.page
    long = (records.telling >= TELLS).astype(np.int64)

    def alike(a: Ints, b: Ints) -> np.ndarray:
        return sketches.overlap(a, b) >= 0.6

    def alike_or_same_author(a: Ints, b: Ints) -> np.ndarray:
        return (
            ((author[a] == author[b]) & (author[a] > 0))
            | (records.is_latin[a] != records.is_latin[b])
            | (sketches.overlap(a, b) >= 0.5)
        )

    def on_subject(a: Ints, b: Ints) -> np.ndarray:
        return (is_retold[a] != is_retold[b]) & (sketches.overlap(a, b) >= 0.35)

    def on_one_subject(a: Ints, b: Ints) -> np.ndarray:
        return sketches.overlap(a, b) >= 0.4

    def shown_before(a: Ints, b: Ints) -> np.ndarray:
        return is_abstract[a] != is_abstract[b]

    def in_two_languages(a: Ints, b: Ints) -> np.ndarray:
        return records.is_english[a] != records.is_english[b]

    kind = records.title_kind | records.label_kind
    is_retold, is_abstract = (kind & (kinds.COMMENT | kinds.SUMMARY)) > 0, (kind & kinds.ABSTRACT) > 0
    found: list[Ints] = []
    for key, keep in (
        (records.doi, None),
        (records.pmid, None),
        (records.pmcid, None),
        (combine(records.title, long), None),
        (combine(volume, page), alike_or_same_author),
        (combine(author, year), on_one_subject),
        (combine(begins, long), alike),
        (combine(ends, long), alike),
        (combine(records.opening, long), shown_before),
        (combine(author, begins), alike),
        (combine(page, records.last_page, year), alike_or_same_author),
        (combine(author, page, year), None),
        (records.copy, None),
        (combine(author, page), alike),
        (combine(records.journal, volume, year), alike),
        (combine(records.journal, volume, records.issue, year), on_subject),
        (combine(author, year), on_subject),
        (combine(author, volume, year), in_two_languages),
        (combine(records.study), None),
        (combine(author, volume, year, records.issue), None),
    ):
        found += block_pairs(key, order, is_new=is_new, keep=keep)
    if records.stated:
        stated = np.array(list(records.stated), dtype=np.int64)
        found.append(stated[is_new[stated[:, 0]] | is_new[stated[:, 1]]])
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    pairs = np.concatenate(found)
    number = np.sort(pairs[:, 0] * len(records) + pairs[:, 1])  # and each once; many times as fast as np.unique
    number = number[np.r_[True, number[1:] != number[:-1]]]
    return number // len(records), number % len(records)
