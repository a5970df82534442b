"""Lists for the reviewers: everybody gets the same, nothing runs, and ids come back from every tool."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import pytest

from helpers import screening
from helpers.faults import ReviewError
from screening.small_update import TODAY, decided, identifier

ANNA = {"phase": "title_abstract", "reviewer": "Anna"}


def sheet(text: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(text)))
    return [row for row in rows if not next(iter(row.values())).startswith("#")]


def test_each_report_is_listed_once_in_the_order_of_the_records(listed):
    assert list(listed["report_id"]) == [
        identifier(*at) for at in [("aa", 1), ("aa", 2), ("aa", 3), ("bb", 2), ("cc", 1)]
    ]


def test_a_cell_that_the_first_record_leaves_empty_comes_from_the_next(listed):
    assert listed.set_index("report_id").loc[identifier("aa", 1), "abstract"] == "What was found (1)."


def test_two_reviewers_get_the_same_reports_in_the_same_order(listed, reasons):
    lists = [
        screening.worklist(listed, phase="title_abstract", reviewer=who, reasons=reasons) for who in ("Anna", "Ben")
    ]
    assert lists[0].replace("Anna", "Ben") == lists[1]
    assert [row["reviewer"] for row in sheet(lists[1])] == ["Ben"] * 5


@pytest.mark.parametrize("by", ["record", "report"])
def test_what_an_earlier_update_has_decided_never_comes_back(records, reports, by):
    second = identifier("bb", 1)  # the second record of the first report
    earlier = {second if by == "record" else reports[second]}
    listed = screening.to_screen(records, reports, screening.empty(), phase="title_abstract", already_decided=earlier)
    assert identifier("aa", 1) not in set(listed["report_id"])
    assert len(listed) == 4


def test_full_text_asks_only_for_what_title_and_abstract_have_kept(records, reports):
    kept, unsure, out, alone = (identifier(*at) for at in [("aa", 1), ("aa", 2), ("aa", 3), ("bb", 2)])
    screened = decided(
        (kept, "Anna", "include"), (kept, "Ben", "include"),
        (unsure, "Anna", "unsure"), (unsure, "Ben", "include"),
        (out, "Anna", "exclude"), (out, "Ben", "exclude"),
        (alone, "Anna", "include"),
    )  # fmt: skip
    listed = screening.to_screen(records, reports, screened, phase="full_text")
    assert list(listed["report_id"]) == [kept, unsure]


def test_a_reviewer_can_ask_for_what_is_left(records, reports):
    done = decided((identifier("aa", 1), "anna", "include"), (identifier("aa", 2), "Ben", "include"))
    listed = screening.to_screen(records, reports, done, phase="title_abstract", reviewer="Anna")
    assert identifier("aa", 1) not in set(listed["report_id"])
    assert identifier("aa", 2) in set(listed["report_id"])


@pytest.mark.parametrize("layout", ["csv", "rayyan", "asreview"])
def test_no_cell_of_a_list_can_run_in_a_spreadsheet(listed, reasons, layout):
    text = screening.worklist(listed, **ANNA, reasons=reasons, layout=layout)
    assert "'=cmd|" in text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell)] == []


def test_markup_in_a_title_stays_text(listed, reasons):
    assert "<i>Interleukin 18</i>" in screening.worklist(listed, **ANNA, reasons=reasons)


@pytest.mark.parametrize("phase", screening.PHASES)
def test_the_allowed_reasons_are_in_view(listed, reasons, phase):
    text = screening.worklist(listed, phase=phase, reviewer="Anna", reasons=reasons)
    for reason in reasons.of(phase):
        assert f"#   {reason.code}: {reason.label}." in text
    assert ("not_retrieved" in text) == (phase == "full_text")
    assert ("needed with exclude" in text) == (phase == "full_text")
    assert " | ".join(reasons.codes(phase)) in screening.worklist(
        listed, phase=phase, reviewer="Anna", reasons=reasons, layout="ris"
    )


def test_a_title_longer_than_a_spreadsheet_cell_is_cut_and_the_report_still_comes_back(listed, reasons, read):
    long = listed.assign(title="sheep " * 2_000_000, abstract=listed["abstract"])
    text = screening.worklist(long.iloc[:1], **ANNA, reasons=reasons)
    assert len(text) < 70_000
    found = read(text.replace(f"{identifier('aa', 1)},,", f"{identifier('aa', 1)},include,"))
    assert list(found.decisions["report_id"]) == [identifier("aa", 1)]


def test_a_ranking_orders_the_list_and_loses_nothing(listed, reasons):
    order = [identifier("cc", 1), identifier("aa", 2)]
    rows = sheet(screening.worklist(listed, **ANNA, reasons=reasons, order=order))
    assert [row["report_id"] for row in rows][:2] == order
    assert {row["report_id"] for row in rows} == set(listed["report_id"])


def test_asreview_ranks_by_its_column_or_by_the_order_of_its_rows(listed, reasons, known, tmp_path):
    path = tmp_path / "ranked.csv"
    rows = pd.read_csv(io.StringIO(screening.worklist(listed, **ANNA, reasons=reasons, layout="asreview")))
    rows.iloc[::-1].to_csv(path)
    assert screening.ranking(path, known=known) == list(listed["report_id"])[::-1]
    rows.assign(asreview_ranking=[3, 1, 2, 5, 4]).to_csv(path)
    expected = [list(listed["report_id"])[n] for n in (1, 2, 0, 4, 3)]
    assert screening.ranking(path, known=known) == expected


def test_a_rank_that_is_no_number_is_named(listed, reasons, known, tmp_path):
    path = tmp_path / "ranked.csv"
    rows = pd.read_csv(io.StringIO(screening.worklist(listed, **ANNA, reasons=reasons, layout="asreview")))
    rows.assign(ranking=["first", 2, 3, 4, 5]).to_csv(path)
    with pytest.raises(ReviewError, match="not a number"):
        screening.ranking(path, known=known)


@pytest.mark.parametrize(("argument", "value"), [("phase", "abstracts"), ("layout", "xlsx"), ("stage", "third")])
def test_an_unknown_phase_layout_or_stage_is_refused(listed, reasons, argument, value):
    with pytest.raises(ValueError, match=value):
        screening.worklist(listed, **(ANNA | {argument: value}), reasons=reasons)


def test_a_list_without_reports_has_its_header_and_its_help(listed, reasons):
    text = screening.worklist(listed.iloc[:0], **ANNA, reasons=reasons)
    assert text.startswith("report_id,decision,reason,decided_on,")
    assert sheet(text) == []


def filled_ris(text: str, word: str) -> str:
    return text.replace("N1  - decision: \n", f"N1  - decision: {word}\n")


def filled_rayyan(text: str, word: str) -> str:
    """As Rayyan gives it back: its own key, and its decisions behind the notes it was given."""
    rows = pd.read_csv(io.StringIO(text), dtype="string", keep_default_na=False)
    said = f' | RAYYAN-INCLUSION: {{"Anna"=>"{word}"}}'
    return rows.assign(key=[f"rayyan-{n}" for n in range(len(rows))], notes=rows["notes"] + said).to_csv(index=False)


def filled_asreview(text: str, word: str) -> str:
    """As ASReview LAB 3 gives it back: a numbered index, every column it was given, and its own columns."""
    rows = pd.read_csv(io.StringIO(text), dtype="string", keep_default_na=False)
    label = 1.0 if word == "Included" else 0.0
    added = {"asreview_label": label, "asreview_time": f"{TODAY} 10:00:00", "asreview_user_name": "Anna"}
    return rows.rename_axis("record_id").assign(**added).to_csv()


def filled_csv(text: str, word: str) -> str:
    """As a spreadsheet in German gives it back: semicolons, CRLF, a byte order mark."""
    rows = [
        [cell if n != 1 or row[0].startswith("#") or cell == "decision" else word for n, cell in enumerate(row)]
        for row in csv.reader(io.StringIO(text))
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return "\ufeff" + out.getvalue()


FILL = {"csv": filled_csv, "rayyan": filled_rayyan, "asreview": filled_asreview, "ris": filled_ris}


@pytest.mark.parametrize("word", ["Included", "Excluded"])
@pytest.mark.parametrize("layout", screening.LAYOUTS)
def test_ids_and_decisions_come_back_from_every_tool(listed, reasons, read, layout, word):
    text = FILL[layout](screening.worklist(listed, **ANNA, reasons=reasons, layout=layout), word)
    found = read(text, name=f"back.{'ris' if layout == 'ris' else 'csv'}", reviewer="Anna")
    assert found.layout == layout
    assert found.faults == ()
    assert found.notes == ()
    assert list(found.decisions["report_id"]) == list(listed["report_id"])
    assert set(found.decisions["decision"]) == {"include" if word == "Included" else "exclude"}
    assert set(found.decisions["reviewer"]) == {"Anna"}
    assert set(found.decisions["decided_on"]) == {TODAY}


@pytest.mark.parametrize("layout", ["csv", "ris", "asreview"])
def test_a_list_says_whose_it_is(listed, reasons, read, layout):
    text = screening.worklist(listed, phase="title_abstract", reviewer="Ann Li", reasons=reasons, layout=layout)
    if layout == "asreview":
        text = pd.read_csv(io.StringIO(text)).assign(asreview_label=1).to_csv()
    else:
        text = FILL[layout](text, "include")
    found = read(text, name=f"back.{'ris' if layout == 'ris' else 'csv'}")
    assert (found.faults, set(found.decisions["reviewer"])) == ((), {"Ann Li"})


@pytest.mark.parametrize("layout", screening.LAYOUTS)
def test_a_list_handed_back_as_it_was_given_out_decides_nothing(listed, reasons, read, layout):
    text = screening.worklist(listed, **ANNA, reasons=reasons, layout=layout)
    if layout == "asreview":
        text = pd.read_csv(io.StringIO(text)).assign(asreview_label=pd.NA).to_csv()
    found = read(text, name=f"back.{'ris' if layout == 'ris' else 'csv'}", reviewer="Anna")
    assert (found.faults, len(found.decisions)) == ((), 0)
    assert list(found.open) == list(listed["report_id"])
    assert found.notes == ("5 reports without a decision yet; they can be handed in later.",)
