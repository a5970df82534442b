"""The Atom feed: valid, stable, dated by the data, with the difference in each entry."""

from __future__ import annotations

import html
import shutil
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import later_update
import pytest
from copies import copy_review
from later_update import LATER, append, change

from helpers import evidence
from helpers.report import changes, feed, news

NAMESPACE = {"a": "http://www.w3.org/2005/Atom"}
REQUIRED = {"id", "title", "updated"}  # RFC 4287, 4.1.1 and 4.1.2


@pytest.fixture(scope="module")
def updated(tmp_path_factory) -> Path:
    folder = copy_review(tmp_path_factory.mktemp("updated"), with_folders=("data",))
    later_update.add_series(folder)
    return folder


@pytest.fixture
def folder(updated, tmp_path) -> Path:
    return shutil.copytree(updated, tmp_path / "review", symlinks=True)


def parsed(text):
    return ElementTree.fromstring(text.encode("utf-8"))


def entries(root, *, of_signals=False):
    """Entries of versions, or those that tell of signals."""
    every = parsed(feed.atom(root)).findall("a:entry", NAMESPACE)
    terms = [{c.get("term") for c in entry.findall("a:category", NAMESPACE)} for entry in every]
    return [entry for entry, term in zip(every, terms, strict=True) if ("signal" in term) == of_signals]


def words(entry, name):
    return entry.findtext(f"a:{name}", namespaces=NAMESPACE)


def test_the_feed_of_the_real_review_has_what_the_format_demands(root):
    whole = parsed(feed.atom(root))
    assert whole.tag == "{http://www.w3.org/2005/Atom}feed"
    for element in [whole, *whole.findall("a:entry", NAMESPACE)]:
        children = [child.tag.split("}")[1] for child in element]
        assert set(children) >= REQUIRED
        assert all(children.count(name) == 1 for name in REQUIRED)
        assert words(element, "updated").endswith("T12:00:00Z")
    assert words(whole, "title") == "MAS Living Review: what is new"
    assert {link.get("rel") for link in whole.findall("a:link", NAMESPACE)} == {"self", "alternate"}
    assert whole.find("a:author/a:name", NAMESPACE).text
    assert [words(e, "title") for e in entries(root)] == ["Version 2023.1"]


def test_two_makings_of_the_feed_are_the_same_and_no_clock_is_read(root):
    assert feed.atom(root) == feed.atom(root)
    days = [words(entry, "updated") for entry in [*entries(root), *entries(root, of_signals=True)]]
    assert words(parsed(feed.atom(root)), "updated") == max(days)


def test_each_day_on_which_signals_were_noted_is_an_entry_that_says_what_it_is_not(root):
    days = evidence.load(root).tables["signals"]["seen_on"].nunique()
    told = entries(root, of_signals=True)
    assert len(told) == days > 0
    assert all("surveillance, not a search" in words(entry, "summary") for entry in told)


def test_entries_keep_their_ids_and_dates_when_a_version_is_added(root, updated):
    (before,) = entries(root)
    newest, first = entries(updated)
    assert words(first, "id") == words(before, "id")
    assert words(first, "updated") == words(before, "updated")
    assert html_of(first) == html_of(before)
    assert len({words(e, "id") for e in (newest, first)}) == 2
    assert words(parsed(feed.atom(root)), "id") == words(parsed(feed.atom(updated)), "id")


def html_of(entry):
    content = entry.find("a:content", NAMESPACE)
    assert content.get("type") == "html"
    return content.text


def test_an_entry_carries_the_difference_with_before_and_after(updated):
    newest, _ = entries(updated)
    assert words(newest, "title") == "Version 2024.1: conclusions unchanged"
    said = html_of(newest)
    assert "6 of 10, 60% (26% to 88%) before, 11 of 19, 58% (33% to 80%) now" in said
    assert "Synthetic 2024 (SLE, 15 patients)" in said
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(said)


def test_a_changed_conclusion_is_in_the_title_first_in_the_text_and_marked_for_filters(folder):
    change(folder, "findings", "anakinra-sle", retired_in=LATER)
    newest, _ = entries(folder)
    assert words(newest, "title") == "Version 2024.1: 1 changed conclusion"
    assert newest.find("a:category", NAMESPACE).get("term") == "changed-conclusion"
    said = html_of(newest)
    assert said.index("Changed conclusions") < said.index("Studies")


def test_texts_from_the_tables_cannot_break_the_feed_or_run_in_it(folder):
    change(folder, "studies", later_update.STUDY, first_author="<script>alert(1)</script> & ]]> \x0bEnd")
    text = feed.atom(folder)
    said = html_of(parsed(text).find("a:entry", NAMESPACE))
    assert "<script>" not in said
    assert html.unescape(said).count("<script>alert(1)</script>") == 1
    assert "\x0b" not in text


def test_links_lead_to_the_version_and_are_absolute_once_the_site_has_an_address(folder):
    first = entries(folder)[0].find("a:link", NAMESPACE).get("href")
    assert first == "whats-new.html#version-2024-1"
    versions = evidence.load_versions(folder)
    page = news.updates(versions[-1], changes.history(versions))
    assert f"{{#{first.split('#')[1]}}}" in page
    before = [words(e, "id") for e in entries(folder)]
    config = folder / "_quarto.yml"
    text = config.read_text(encoding="utf-8")
    assert text.count("\nwebsite:\n") == 1
    config.write_text(
        text.replace("\nwebsite:\n", "\nwebsite:\n  site-url: https://example.org/mas\n"), encoding="utf-8"
    )
    whole = parsed(feed.atom(folder))
    links = {link.get("rel"): link.get("href") for link in whole.findall("a:link", NAMESPACE)}
    assert links == {"self": "https://example.org/mas/feed.xml", "alternate": "https://example.org/mas/whats-new.html"}
    assert [words(e, "id") for e in entries(folder)] == before  # an address may come or go


def test_an_update_in_progress_is_not_announced(folder):
    append(folder, "updates", later_update.update_row("2025-06-30", "2025.1", status="in_progress"))
    assert len(entries(folder)) == 2
