"""Laws of finding links: they hold for any records, in any order."""

from __future__ import annotations

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from link_cases import CHANGED, DOI, DOI2, NO_PLACE, OTHER_TITLE, OTHERS, PAPER, TITLE

from helpers import links

CHANGES = (
    {},
    {},
    DOI,
    DOI2,
    NO_PLACE,
    {"title": TITLE.upper()},
    {"title": f"[{TITLE}]. [German]"},
    {"title": TITLE.replace("cardiac", "cardaic")},
    {"title": f"{TITLE}: a cohort study"},
    {"title": f"Erratum: {TITLE}", "pages": "400"},
    {"title": f"{TITLE}: study protocol"},
    {"title": CHANGED},
    {"title": OTHER_TITLE},
    {"title": ""},
    {"title": "Editorial"},
    {"authors": ""},
    {"authors": "Quirrenbach, Anna; Dela Paolera, Serena; Okonjo-Weiss, Lee; Tanaka, Haru"},
    {"authors": "Quirrenbach A; et al"},
    {"authors": OTHERS},
    {"year": "2022"},
    {"year": "2010"},
    {"year": ""},
    {"volume": "64", "pages": "12-20"},
    {"volume": ""},
    {"volume": "64"},
    {"issue": ""},
    {"issue": "Suppl 1", "pages": "S12"},
    {"pages": ""},
    {"pages": "366"},
    {"pages": "Suppl-75"},
    {"journal": "Ann Imag Rheumatol"},
    {"journal": "Imagined Heart"},
    {"journal": ""},
    {"type": "Conference Abstract"},
    {"type": "Erratum", "pages": "400"},
    {"pmid": "1"},
    {"pmid": "2"},
)
record = st.lists(st.sampled_from(CHANGES), min_size=0, max_size=3).map(
    lambda some: {k: v for c in some for k, v in c.items()}
)
sets_of_records = st.lists(record, min_size=2, max_size=7)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def frame(rows: list[dict[str, str]], prefix: str = "u1:x") -> pd.DataFrame:
    return pd.DataFrame([{"record_id": f"{prefix}:{k}"} | PAPER | row for k, row in enumerate(rows, start=1)]).astype(
        "str"
    )


def as_set(found: pd.DataFrame) -> set[tuple[object, ...]]:
    return set(found[["a", "b", "relation", "rule", "why", "is_certain"]].itertuples(index=False, name=None))


@quick
@given(sets_of_records, st.randoms())
def test_the_order_of_the_records_changes_nothing(rows, chance):
    records = frame(rows)
    order = list(range(len(records)))
    chance.shuffle(order)
    shuffled = records.iloc[order].reset_index(drop=True)
    assert as_set(links.find_links(records)) == as_set(links.find_links(shuffled))


@quick
@given(sets_of_records)
def test_each_pair_is_linked_once_and_never_a_record_with_itself(rows):
    found = links.find_links(frame(rows))
    pairs = [frozenset(pair) for pair in zip(found["a"], found["b"], strict=True)]
    assert len(pairs) == len(set(pairs)) and all(len(pair) == 2 for pair in pairs)
    assert found["relation"].isin(links.RELATIONS).all() and not (found["relation"] == links.UNRELATED).any()
    symmetric = found[found["relation"].isin(list(links.SYMMETRIC))]
    assert (symmetric["a"] < symmetric["b"]).all()


@quick
@given(sets_of_records, record)
def test_another_record_changes_what_is_said_of_a_pair_only_by_contradicting_it(rows, one_more):
    before = links.find_links(frame(rows))
    after = links.find_links(frame([*rows, one_more])).set_index(["a", "b"])
    for row in before.itertuples(index=False):
        now = after.loc[(row.a, row.b)]
        if now["rule"] != "fits-two-reports":
            assert (now["relation"], now["rule"], now["is_certain"]) == (row.relation, row.rule, row.is_certain)
        else:  # a pair that merged has become a question, and never the other way round
            assert now["relation"] == row.relation == links.SAME_REPORT and not now["is_certain"]


@quick
@given(sets_of_records, st.integers(min_value=1, max_value=3))
def test_earlier_records_are_compared_with_the_new_ones_and_not_among_themselves(rows, how_many):
    records = frame(rows)
    earlier, new = records.iloc[:how_many], records.iloc[how_many:]
    found, whole = links.find_links(new, earlier=earlier), links.find_links(records)
    old = set(earlier["record_id"])
    assert not any(a in old and b in old for a, b in zip(found["a"], found["b"], strict=True))
    within = whole["a"].isin(old) & whole["b"].isin(old)
    kinds = {(a, b): relation for a, b, relation in zip(found["a"], found["b"], found["relation"], strict=True)}
    assert kinds == {
        (a, b): r for a, b, r in zip(*(whole.loc[~within, c] for c in ("a", "b", "relation")), strict=True)
    }


@quick
@given(sets_of_records)
def test_no_two_records_of_a_report_contradict_each_other(rows):
    records = frame(rows)
    found = links.find_links(records)
    ledger = links.settle(found, links.empty_ledger(), today="2026-11-25")
    report = links.reports(records["record_id"].tolist(), ledger)
    by_id = records.set_index("record_id")
    for _, members in report.groupby(report):
        group = by_id.loc[members.index]
        assert group["pmid"].replace("", pd.NA).nunique() <= 1
        is_titled = group["title"].str.startswith("Erratum")
        assert not is_titled.any() or (is_titled | (group["type"] == "Erratum")).all()
        # Without an identifier only the same first page may outweigh two volumes.
        placed = group[(group["volume"] != "") & (group["doi"] == "") & (group["pmid"] == "")]
        first = placed["pages"].str.split("-").str[0]
        assert placed["volume"].nunique() <= 1 or (first.nunique() == 1 and first.str.contains("[1-9]").all())


@quick
@given(sets_of_records)
def test_settling_again_adds_nothing(rows):
    found = links.find_links(frame(rows))
    once = links.settle(found, links.empty_ledger(), today="2026-11-25")
    again = links.settle(found, once, today="2027-01-01")
    pd.testing.assert_frame_equal(once, again)
    assert once["link_id"].is_unique


def test_a_thin_copy_that_fits_a_paper_and_its_abstract_is_asked_and_not_merged():
    paper, abstract, thin = {}, {"volume": "60", "issue": "8", "pages": "S42", "year": "2020"}, NO_PLACE | {"year": ""}
    found = links.find_links(frame([paper, abstract, thin]))
    assert not (found["is_certain"] & (found["relation"] == links.SAME_REPORT)).any()
    assert (found["rule"] == "fits-two-reports").any()
    alone = links.find_links(frame([paper, thin]))
    assert alone["is_certain"].tolist() == [True]


def test_a_copy_without_a_volume_stays_with_the_paper_on_its_pages_and_the_other_volume_is_asked():
    found = links.find_links(frame([{}, {"volume": "64", "pages": "Suppl-75"}, {"volume": ""}]))
    merged = found[found["is_certain"] & (found["relation"] == links.SAME_REPORT)]
    assert list(zip(merged["a"], merged["b"], strict=True)) == [("u1:x:1", "u1:x:3")]
    assert (found["relation"] == links.SAME_REPORT).all() and len(found) == 3


def test_hundreds_of_copies_are_one_report():
    records = frame([{} for _ in range(300)])
    found = links.find_links(records)
    report = links.reports(records["record_id"].tolist(), links.settle(found, links.empty_ledger(), today="2026-11-25"))
    assert report.nunique() == 1
    assert len(found) < 300 * 10  # and not each with each


def test_nothing_is_found_among_no_records_and_one():
    for rows in ([], [{}]):
        found = links.find_links(frame(rows) if rows else frame([{}]).iloc[0:0])
        assert list(found.columns) == list(links.FOUND) and len(found) == 0


def test_a_column_that_is_missing_counts_as_empty():
    records = frame([DOI, DOI])[["record_id", "title", "doi"]]
    assert links.find_links(records)["rule"].tolist() == ["doi-title"]


def test_cells_without_a_value_count_as_empty():
    records = frame([DOI, DOI]).astype(object)
    records.loc[0, ["volume", "authors"]] = None
    records.loc[1, "year"] = float("nan")
    assert links.find_links(records)["rule"].tolist() == ["doi-title"]


def test_a_title_of_ten_megabytes_and_a_path_in_an_id_do_no_harm():
    records = frame([{"title": "macrophage activation " * 450_000}, {"title": "x" * 10_000_000}, {}, {}])
    records.loc[2, "record_id"] = "../../etc/passwd"
    found = links.find_links(records)
    assert ("../../etc/passwd", "u1:x:4") in set(zip(found["a"], found["b"], strict=True))
    assert max(map(len, found["why"])) < 1000
