"""PubMed searched over a real socket, against a stand-in that misbehaves as networks and services do."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez
from killing import every_moment

from helpers.faults import ReviewError
from helpers.records import read_export
from helpers.run.errors import UsageError
from helpers.update import asking, fetch, strategies
from helpers.update.outcome import Outcome

from .conftest import UPDATE, Review
from .entrez import Clock, after, book, cut, end_early, fewer, forget, record, refuse, running, say

TODAY = "2024-07-02"
KEY, WHO = "0123456789abcdefSECRET", "librarian@example.org"
FILE = f"data/strategies/{UPDATE}-pubmed.txt"
ITEMS = """\
# database: PubMed
# platform: NCBI E-utilities
# limits: none
# filters: none
# peer review: none; a search made up for a test
# date run:
"""
RESULT = f"_update/{UPDATE}/fetch/pubmed-{UPDATE}.nbib"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Biopython waits by this clock, too."""
    clock = Clock()
    monkeypatch.setattr(Entrez, "time", clock)
    monkeypatch.setattr(Entrez._open, "previous", 0)
    return clock


@pytest.fixture
def service(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    with running(clock) as service:
        monkeypatch.setenv(asking.ADDRESS_VARIABLE, service.url)
        monkeypatch.setenv("no_proxy", "*")
        yield service


@pytest.fixture
def planned(review: Review) -> Review:
    """A review whose team has written a strategy."""
    write_strategy(review, '#1 "first test term"[tiab]\n#2 second*[tiab] OR "Third"[Mesh:NoExp]\n#3 #1 AND #2\n')
    return review


def write_strategy(review: Review, string: str, items: str = ITEMS) -> None:
    path = review.root / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{items}\n{string}", encoding="utf-8")


def fetched(review: Review, clock: Clock, **options: Any) -> Outcome:
    given = {"today": TODAY, "email": WHO, "page_size": 3, "tell": lambda line: None, "sleep": clock.sleep} | options
    return fetch.fetch(review.root, UPDATE, **given)


def refused(review: Review, clock: Clock, **options: Any) -> ReviewError:
    with pytest.raises(ReviewError) as caught:
        fetched(review, clock, **options)
    return caught.value


def rules(error: ReviewError) -> list[str]:
    return [fault.rule for fault in error.faults]


def pmids(review: Review) -> list[str]:
    return [one.pmid for one in read_export(review.root / RESULT).records]


def test_every_record_of_the_search_lands_in_one_file_that_an_import_reads(planned, service, clock):
    outcome = fetched(planned, clock)
    assert pmids(planned) == list(service.records)
    assert (planned.root / RESULT).read_text(encoding="utf-8") == "\n".join(service.records.values())
    asked = service.of("esearch")[0]
    assert asked["term"] == '("first test term"[tiab]) AND (second*[tiab] OR "Third"[Mesh:NoExp])'
    assert (asked["datetype"], asked["mindate"], asked["maxdate"]) == ("crdt", "2023/07/01", "2024/06/30")
    assert (asked["usehistory"], asked["tool"], asked["email"]) == ("y", "invented-fever", WHO)
    pages = service.of("efetch")
    assert [(one["retstart"], one["retmax"]) for one in pages] == [("0", "3"), ("3", "3"), ("6", "3")]
    assert {(one["WebEnv"], one["query_key"], one["rettype"], one["retmode"]) for one in pages} == {
        ("MCID_0", "1", "medline", "text")
    }
    told = outcome.extra["fetched"]
    assert (told["file"], told["count"], told["start"], told["end"]) == (RESULT, 7, "2023-07-01", UPDATE)
    assert told["searched_on"] == TODAY
    assert "[Date - Create]" in told["translation"]


def test_a_string_too_long_for_an_address_arrives_whole(planned, service, clock):
    long = " OR ".join(f'"term number {n} of a häufige search"[tiab]' for n in range(200))
    write_strategy(planned, long)
    fetched(planned, clock)
    assert service.of("esearch")[0]["term"] == long


def test_a_string_that_limits_by_date_itself_is_refused(planned, service, clock):
    write_strategy(planned, "alpha[tiab] AND 2023:2024[dp]")
    assert rules(refused(planned, clock)) == ["own-dates"]
    assert service.asked == []


def test_the_command_fetches_what_the_next_command_imports(planned, service, monkeypatch):
    monkeypatch.setenv("NCBI_EMAIL", WHO)
    monkeypatch.setenv("NCBI_API_KEY", KEY)
    answer = planned.update("fetch", UPDATE, "--database", "pubmed", "--json")
    assert answer.document["fetched"]["count"] == 7
    assert "7 of 7 records" in answer.err
    started = planned.update("start", UPDATE, "--pubmed", planned.root / RESULT, "--json").document
    assert started["import"]["files"][0]["parsed"] == 7
    assert {one["api_key"] for _, one, _ in service.asked} == {KEY}


def test_fetching_twice_does_nothing_the_second_time_and_again_searches_anew(planned, service, clock):
    fetched(planned, clock)
    before = len(service.asked)
    outcome = fetched(planned, clock, email="")
    assert len(service.asked) == before
    assert "nothing was done" in outcome.did[0]
    service.records["90000099"] = record("90000099")
    fetched(planned, clock, again=True, today="2024-07-09")
    assert pmids(planned) == list(service.records)
    assert len(service.of("efetch")) == 6  # no page of the week before is taken for one of today


@pytest.mark.parametrize(
    "act",
    [
        refuse(429, '{"error":"API rate limit exceeded","api-key":"10.0.0.1"}'),
        refuse(500),
        refuse(503),
        refuse(400, "Bad Request"),
        say("<!DOCTYPE html><html><title>NCBI</title><body>We are down for maintenance</body></html>"),
        say('{"error":"Search Backend failed"}', "application/json"),
        say("<?xml version='1.0'?><eFetchResult><ERROR>Cannot process</ERROR></eFetchResult>", "text/xml"),
        say("", "text/plain"),
        cut,
        end_early(1),
        end_early(30),
        end_early(400),
        fewer(2),
        lambda answering, asked: answering.connection.close(),
        lambda answering, asked: answering.say(2 * (answering.service.page(asked) or "")),
        say("\n".join(record(f"9000000{n}") for n in (4, 5, 5)), "text/plain"),
    ],
    ids=[
        "429",
        "500",
        "503",
        "400",
        "html",
        "json",
        "xml",
        "empty",
        "cut-in-the-body",
        "cut-by-1",
        "cut-in-a-line",
        "cut-in-a-record",
        "fewer",
        "closed",
        "twice",
        "one-instead-of-another",
    ],
)
def test_a_page_that_did_not_come_whole_is_fetched_again(planned, service, clock, act):
    service.then("efetch", None, act)
    fetched(planned, clock)
    assert pmids(planned) == list(service.records)
    assert [one["retstart"] for one in service.of("efetch")] == ["0", "3", "3", "6"]


@pytest.mark.parametrize(
    "act",
    [
        refuse(502),
        say("<html><body>Busy</body></html>"),
        say('{"esearchresult":{"ERROR":"Search Backend failed"}}', "application/json"),
        say('{"esearchresult":{"count":"7","idlist":["1"],"webenv":"a","querykey":"1"}}', "application/json"),
        say('{"esearchresult":{"count":"1","idlist":["1"]}}', "application/json"),
        say('{"esearchresult":{"count":"7","idl', "application/json"),
    ],
    ids=["502", "html", "error-in-json", "count-without-ids", "not-kept", "cut"],
)
def test_a_search_that_was_not_answered_whole_is_run_again(planned, service, clock, act):
    service.then("esearch", act)
    fetched(planned, clock)
    assert pmids(planned) == list(service.records)


def test_waits_grow_and_are_as_long_as_the_service_asks(planned, service, clock):
    waited: list[float] = []
    service.then("efetch", refuse(500), refuse(500), refuse(429, Retry_After="17"), None)
    fetched(planned, clock, sleep=waited.append)
    assert waited == [1.0, 2.0, 17.0]
    assert asking._retry_after("Wed, 21 Oct 2015 07:28:00 GMT", 1445412450.0) == 30.0
    assert asking._retry_after("soon", 0.0) == 0.0


def test_it_gives_up_after_some_tries_keeps_what_came_and_goes_on_from_there(planned, service, clock):
    service.then("efetch", None, *[refuse(503)] * asking.TRIES)
    error = refused(planned, clock)
    assert rules(error) == ["eutils"]
    assert "503" in error.faults[0].message
    assert not (planned.root / RESULT).exists()
    asked = len(service.of("efetch"))
    fetched(planned, clock, today="2024-07-03")
    assert pmids(planned) == list(service.records)
    assert [one["retstart"] for one in service.of("efetch")[asked:]] == ["3", "6"]
    assert (
        len(service.of("esearch")) == 2
    )  # the kept search served; one more at the end, to see that nothing has changed


def test_a_service_that_wants_a_very_long_wait_is_asked_later_by_hand(planned, service, clock):
    service.then("esearch", refuse(429, Retry_After="86400"))
    assert rules(refused(planned, clock)) == ["eutils"]
    assert len(service.asked) == 1


def test_nobody_at_the_address_is_said_plainly(planned, clock, monkeypatch):
    monkeypatch.setenv(asking.ADDRESS_VARIABLE, "http://127.0.0.1:1/")
    assert "refused" in refused(planned, clock).faults[0].message


def test_an_expired_search_is_run_anew_and_fetches_only_what_is_missing(planned, service, clock):
    service.then("efetch", None, forget)
    fetched(planned, clock)
    assert pmids(planned) == list(service.records)
    assert [(one["WebEnv"], one["retstart"]) for one in service.of("efetch")] == [
        ("MCID_0", "0"),
        ("MCID_0", "3"),
        ("MCID_1", "3"),
        ("MCID_1", "6"),
    ]


def test_a_search_that_expires_every_time_ends_with_a_fault(planned, service, clock):
    service.then("efetch", *[forget] * fetch.ROUNDS)
    assert rules(refused(planned, clock)) == ["eutils"]


def test_records_that_come_or_go_while_pages_are_fetched_are_counted_right(planned, service, clock):
    def change() -> None:
        first = next(iter(service.records))
        service.records = {"90000099": record("90000099")} | service.records
        del service.records[first]

    service.then("efetch", None, None, after(change))
    outcome = fetched(planned, clock)
    assert pmids(planned) == list(service.records)
    assert outcome.extra["fetched"]["count"] == 7


def test_pages_of_another_search_than_the_one_that_was_told_are_not_taken(planned, service, clock):
    service.then("efetch", None, say("\n" + record("7") + "\n" + record("8") + "\n" + record("9"), "text/plain"))
    fetched(planned, clock)
    assert pmids(planned) == list(service.records)
    assert [one["WebEnv"] for one in service.of("efetch")] == ["MCID_0", "MCID_0", "MCID_1", "MCID_1"]


def test_records_that_pages_never_hold_are_fetched_by_their_numbers(planned, service, clock):
    service.then("efetch", None, *[fewer(2)] * asking.TRIES)
    fetched(planned, clock)
    assert sorted(pmids(planned)) == sorted(service.records)
    assert service.of("efetch")[-1]["id"] == "90000006"


def test_a_record_that_is_never_given_is_named_and_no_file_is_written(planned, service, clock):
    real = service.page
    service.page = lambda asked, most=None: real(asked, most).replace(service.records["90000005"], "").lstrip("\n")
    error = refused(planned, clock)
    assert [(fault.rule, fault.value) for fault in error.faults] == [("each-once", "90000005")]
    assert not (planned.root / RESULT).exists()


@pytest.mark.parametrize("accession", [" [bookaccession]", ""])
def test_a_book_at_the_end_of_a_page_is_no_broken_page(planned, service, clock, accession):
    service.records["90000003"] = book("90000003", accession)
    fetched(planned, clock)
    assert pmids(planned) == list(service.records)


def test_a_kept_page_that_was_changed_is_fetched_again(planned, service, clock):
    service.then("efetch", None, None, *[refuse(503)] * asking.TRIES)
    refused(planned, clock)
    page = sorted((planned.root / RESULT).parent.glob("*/page-*"))[0]
    page.write_text(page.read_text(encoding="utf-8").replace("Blue tea", "Long rest", 1), encoding="utf-8")
    fetched(planned, clock)
    assert (planned.root / RESULT).read_text(encoding="utf-8") == "\n".join(service.records.values())


def test_another_string_is_another_search_and_takes_nothing_from_the_first(planned, service, clock):
    fetched(planned, clock)
    write_strategy(planned, '"another term"[tiab]\n')
    before = len(service.of("efetch"))
    fetched(planned, clock)
    assert len(service.of("efetch")) - before == 3


def test_a_command_killed_between_two_pages_goes_on_where_it_was(planned, service, clock):
    def kill(answering: Any, asked: Any) -> None:
        os.kill(child, signal.SIGKILL)

    service.then("efetch", None, None, kill)
    child = os.fork()
    if not child:
        try:
            fetched(planned, clock, page_size=2)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert not (planned.root / RESULT).exists()
    lines: list[str] = []
    fetched(planned, clock, page_size=2, tell=lines.append)
    assert lines[0] == "PubMed: 7 records found, 4 of them here already"
    assert pmids(planned) == list(service.records)
    assert [one["retstart"] for one in service.of("efetch")] == ["0", "2", "4", "4", "6"]


def test_a_command_killed_at_any_write_leaves_nothing_that_is_half_done(planned, service, clock):
    home = planned.root / "_update"
    wanted = "\n".join(service.records.values())
    moments = 0
    for _ in every_moment(lambda: fetched(planned, clock), home, step=4):
        moments += 1
        result = planned.root / RESULT
        assert not result.exists() or result.read_text(encoding="utf-8") == wanted
        fetched(planned, clock)
        assert result.read_text(encoding="utf-8") == wanted
        shutil.rmtree(home)
    assert moments >= 5


def test_neither_key_nor_address_is_written_or_shown_even_where_the_service_repeats_them(
    planned, service, clock, capsys
):
    lines: list[str] = []
    echo = refuse(500, f'{{"error":"oops","api-key":"{KEY}","url":"x?api_key={KEY}","note":"{KEY} asks too much"}}')
    service.then("efetch", echo, *[None] * 2)
    outcome = fetched(planned, clock, api_key=KEY, tell=lines.append)
    lines += fetched(planned, clock, api_key=KEY, tell=None, again=True).did  # its progress goes to stderr
    service.then("esearch", *[echo] * asking.TRIES)
    error = refused(planned, clock, api_key=KEY, again=True, tell=lines.append)
    said = "\n".join([*lines, *outcome.did, str(error), repr(error.faults), json.dumps(dict(outcome.extra))])
    assert "oops" in said
    files = [path for path in planned.root.rglob("*") if path.is_file() and not path.is_symlink()]
    for secret in (KEY, WHO):
        assert secret not in said + "".join(capsys.readouterr())
        assert [path for path in files if secret.encode() in path.read_bytes()] == []
    assert KEY not in repr(asking.Asker(WHO, KEY))


def test_a_key_that_ncbi_refuses_is_said_at_once_and_without_the_key(planned, service, clock):
    service.then("esearch", refuse(400, f'{{"error":"API key invalid","api-key":"{KEY}"}}'))
    error = refused(planned, clock, api_key=KEY)
    assert isinstance(error, UsageError)
    assert rules(error) == ["api-key"]
    assert KEY not in str(error)
    assert len(service.asked) == 1


@pytest.mark.parametrize(("key", "most"), [("", 3), (KEY, 10)])
def test_no_second_sees_more_requests_than_ncbi_allows(planned, service, clock, key, most):
    service.records = {str(pmid): record(str(pmid)) for pmid in range(90000001, 90000025)}
    service.then("efetch", refuse(500), refuse(500))
    fetched(planned, clock, api_key=key, page_size=1, sleep=lambda seconds: None)
    times = [time for _, _, time in service.asked]
    assert len(times) == 2 + 2 + 24
    busiest = max(sum(start <= time < start + 0.999 for time in times) for start in times)
    assert busiest == most


def test_a_limit_by_date_that_pubmed_did_not_apply_is_noticed(planned, service, clock):
    service.records |= {"90000001": record("90000001", "2019/01/01")}
    outcome = fetched(planned, clock)
    assert any("90000001" in line for line in outcome.did)
    service.records = {pmid: record(pmid, "2019/01/01") for pmid in service.records}
    assert rules(refused(planned, clock, again=True, today="2024-07-09")) == ["dates-applied"]


def test_a_search_that_finds_nothing_is_no_file_but_a_question(planned, service, clock):
    service.records = {}
    service.extra = {"warninglist": {"outputmessages": ["No items found."]}}
    error = refused(planned, clock)
    assert rules(error) == ["nothing-found"]
    assert "No items found." in error.faults[0].message


def test_what_pubmed_could_not_use_is_told_and_an_unknown_field_stops_the_search(planned, service, clock):
    service.extra = {"warninglist": {"quotedphrasesnotfound": ['"first test term"[tiab]'], "phrasesignored": []}}
    assert any("quotedphrasesnotfound" in line for line in fetched(planned, clock).did)
    service.extra = {"errorlist": {"fieldsnotfound": ["tiabb"], "phrasesnotfound": []}}
    assert rules(refused(planned, clock, again=True)) == ["field-tags"]


def test_more_records_than_pubmed_gives_of_one_search_are_refused(planned, service, clock):
    service.extra = {"count": "10000"}
    assert rules(refused(planned, clock)) == ["too-many"]


def test_without_a_strategy_nothing_is_searched_and_the_advice_names_the_file(review, service, clock):
    error = refused(review, clock)
    assert rules(error) == ["strategy-given"]
    assert error.faults[0].file == FILE
    assert "data/strategies/README.md" in error.faults[0].fix
    earlier = "2023-06-30-pubmed.txt"
    (review.root / "data" / "strategies" / earlier).write_text(ITEMS + '"x"[tiab]', encoding="utf-8")
    assert earlier in refused(review, clock).faults[0].fix
    assert service.asked == []


@pytest.mark.parametrize(
    ("options", "rule"),
    [({"email": ""}, "email"), ({"email": "nobody"}, "email"), ({"database": "embase"}, "database")],
)
def test_wrong_usage_is_refused_before_anything_is_asked(planned, service, clock, options, rule):
    error = refused(planned, clock, **options)
    assert isinstance(error, UsageError)
    assert rules(error) == [rule]
    assert service.asked == []


@pytest.mark.parametrize(
    ("update", "rule"), [("2023-06-30", "new-update"), ("2999-01-01", "not-in-the-future"), ("../x", "update-id")]
)
def test_an_update_that_cannot_be_started_cannot_be_fetched(planned, service, update, rule):
    answer = planned.update("fetch", update, "--email", WHO, "--json", status=2)
    assert answer.rules == [rule]
    assert service.asked == []


@pytest.mark.parametrize("address", ["http://eutils.example.org/", "ftp://127.0.0.1/", "eutils"])
def test_the_key_travels_only_where_nobody_can_read_it(planned, clock, monkeypatch, address):
    monkeypatch.setenv(asking.ADDRESS_VARIABLE, address)
    assert rules(refused(planned, clock)) == ["eutils-address"]


def test_a_day_that_is_not_over_is_pointed_out(planned, service, clock):
    assert any("not over" in line for line in fetched(planned, clock, today=UPDATE).did)


def test_the_pattern_in_the_readme_has_every_item_and_is_no_strategy(root):
    text = (root / strategies.README).read_text(encoding="utf-8")
    pattern = text.split("```text\n")[1].split("```")[0]
    strategy, faults = strategies.parse_strategy(pattern, file="x", database="PubMed")
    assert set(strategies.REQUIRED) <= set(strategy.items)
    assert {fault.rule for fault in faults} == {"prisma-s"}
    for name in (*strategies.REQUIRED, *strategies.OPTIONAL):
        assert f"`{name}`" in text


def test_every_strategy_of_the_review_is_sound(root):
    for path in Path(root / strategies.STRATEGIES).glob("*.txt"):
        database = "PubMed" if path.stem.endswith("-pubmed") else path.stem.rpartition("-")[2].capitalize()
        _, faults = strategies.parse_strategy(path.read_text(encoding="utf-8"), file=path.name, database=database)
        assert [str(fault) for fault in faults] == []
