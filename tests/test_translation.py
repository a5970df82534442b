"""Other languages: every text has its translation, every number its row, and nothing is English by accident."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from copies import ROOT, copy_review

from helpers import language, publish, wording
from helpers.faults import ReviewError
from helpers.language import ENGLISH, PLACE, Message, check, load, template
from helpers.publish import chrome, head, pandoc, words
from helpers.publish.config import load_config
from helpers.publish.pages import load_page
from helpers.report import home, pages, translated
from helpers.report.texts import STATUS, messages, pieces, places_on

DATA = "data/results/pages"


@pytest.fixture(scope="module")
def german():
    return load(ROOT, "de")


@pytest.fixture(scope="module")
def wanted(review):
    return messages(ROOT, review)


@pytest.fixture(scope="module")
def page(review, german) -> str:
    """The German home page, made anew."""
    return translated.home(ROOT, review, german)


@pytest.fixture
def copy(tmp_path) -> Path:
    """What translations are made from, to break at will."""
    copy_review(tmp_path, with_folders=("data", "assets"))
    for folder in ("locale", "de", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def english_parts(review) -> str:
    """What the English home page has of the parts that other languages make anew."""
    said = [home.statements_part(review, place) for place in places_on(ROOT, review)]
    return "".join(said) + home.summary_of_findings(review)


def rules(faults) -> set[str]:
    return {fault.rule for fault in faults}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_german_is_complete_and_everything_made_from_it_is_up_to_date(root, review):
    assert translated.check_translations(root, review) == []


def test_the_template_is_what_the_texts_give_and_gives_the_same_bytes_twice(root, wanted):
    made = template(wanted)
    assert made == template(wanted)
    assert made == (root / language.TEMPLATE).read_text(encoding="utf-8")


def test_every_statement_of_the_home_page_holds_the_same_places_in_german(review, german):
    for message in [text for place in places_on(ROOT, review) for _, text in home.statements(review, place)]:
        assert sorted(PLACE.findall(german.translate(message, "page"))) == sorted(PLACE.findall(message))


def test_german_shows_the_rows_of_the_english_page_and_no_others(review, page):
    english = english_parts(review)
    target = re.compile(r"\]\((?:\.\./)?((?:evidence\.qmd|notebooks/)[^)]*)\)")
    german = page.split("## Die Antwort")[1].split("Zum Herunterladen")[0]
    assert sorted(target.findall(german)) == sorted(target.findall(english))
    assert len(target.findall(german)) > 60


def test_german_states_the_numbers_of_the_english_page(review, german, page):
    """Read back as English writes them, both pages hold the same numbers."""
    number = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?%?")
    seen = []
    english = english_parts(review)
    for text in (english, german.numbers_in_english(page).replace("\u00a0%", "%").replace("-%", "%")):
        lines = [line for line in text.splitlines() if line.startswith(("- **", "| [", ": "))]
        shown = re.sub(r"\]\([^)]*\)|\{[^{}]*\}", "", "\n".join(lines))
        seen.append(sorted(number.findall(shown)))
    assert seen[0] == seen[1]


def test_places_filled_here_are_filled_as_wording_fills_them(review):
    assert translated.status(review, ENGLISH) == wording.status(review)
    assert len(STATUS) == 4


def test_numbers_and_dates_are_written_as_germans_write_them(german):
    assert (
        german.number("68 of 82 (83%, 95% CI 73% to 90%)") == "68 von 82 (83\u00a0%, 95-%-KI 73\u00a0% bis 90\u00a0%)"
    )
    assert german.number("0.5% to 99.8%") == "0,5\u00a0% bis 99,8\u00a0%"
    assert german.number("<0.1%") == "<\u00a00,1\u00a0%"
    assert german.number("1,054") == "1\u202f054"
    assert german.day("2023-06-30") == "30. Juni 2023"
    assert ENGLISH.number("1,054 of 2,000 (53%)") == "1,054 of 2,000 (53%)"
    assert ENGLISH.day("2023-06-30") == "30 June 2023"


def test_german_numbers_can_be_read_back(german):
    assert (
        german.numbers_in_english("99,8\u00a0% von 1\u202f054 am 30. März 2024")
        == "99.8\u00a0% von 1,054 am 30 March 2024"
    )


def test_a_form_of_number_that_has_no_translation_is_said(root):
    tongue = load(root, "de")
    tongue.number("at least 5 mg/kg/day")
    assert rules(tongue.faults) == {"number-form"}


def test_the_low_certainty_is_said_in_german_as_loudly(page, root):
    callout = page.split("::: {.callout-warning}")[1].split(":::")[0]
    assert "**Durchgehend sehr niedrige Vertrauenswürdigkeit der Evidenz.**" in callout
    assert "keinen medizinischen Rat" in callout and "randomisierten Studie" in callout
    english = (root / f"{DATA}/summary-of-findings.md").read_text(encoding="utf-8")
    for kind in ("very-low", "none"):
        assert page.count(f".chip .{kind}}}") == english.count(f".chip .{kind}}}") > 0


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (
            '"treatment"\nmsgid "Glucocorticoids"\nmsgstr "Glukokortikoide"',
            '"treatment"\nmsgid "Glucocorticoids"\nmsgstr ""',
            "missing-translation",
        ),
        (
            'msgctxt "treatment"\nmsgid "Etoposide"',
            '#, fuzzy\nmsgctxt "treatment"\nmsgid "Etoposide"',
            "fuzzy-translation",
        ),
        ("{anakinra-sle-death:of} verstarben", "{anakinra-sjia-death:of} verstarben", "translation-places"),
        ('msgstr "Literatur durchsucht bis **{searched_through}**"', 'msgstr "Bis **2023**"', "translation-places"),
        ("bis Woche\u00a08", "bis Woche\u00a06", "translation-numbers"),
        ("[Zitieren und Lizenz](/cite.qmd)", "[Zitieren und Lizenz](/licence.qmd)", "translation-links"),
        ('msgid "overdue"', 'msgid "over due"', "unused-translation"),
    ],
)
def test_what_a_catalogue_lacks_is_found(copy, wanted, old, new, rule):
    change(copy / "locale" / "de.po", old, new)
    found = check(load(copy, "de"), wanted)
    assert rule in rules(found)
    assert all(fault.file == "locale/de.po" and fault.fix for fault in found)


def test_a_catalogue_without_faults_has_none(german, wanted):
    assert check(german, wanted) == []


def test_a_text_kept_in_english_by_choice_is_shown_as_english(copy, review):
    entry = 'msgctxt "page"\nmsgid "The answer in brief"\nmsgstr '
    change(copy / "locale" / "de.po", entry + '"Die Antwort in Kürze"', f'{entry}""')
    assert rules(translated.translated(copy, review).faults) == {"missing-translation"}
    change(copy / "locale" / "de.po", entry, f"# keep English\n{entry}")
    made = translated.translated(copy, review)
    assert made.faults == []
    assert '## [The answer in brief]{lang="en"} {#answer}' in made.parts[f"{DATA}/de/index.md"]


def test_a_new_sentence_on_the_home_page_needs_a_translation(copy, review):
    change(copy / "index.qmd", "## How to read this page\n", "A new sentence.\n\n## How to read this page\n")
    found = translated.check_translations(copy, review)
    assert {"missing-translation", "up-to-date"} <= rules(found)
    assert {fault.file for fault in found} == {"locale/de.po", "locale/review.pot"}


def test_a_missing_translation_stops_the_run_and_nothing_else(copy):
    change(copy / "locale" / "de.po", 'msgstr "Plasmaaustausch"', 'msgstr ""')
    (copy / f"{DATA}/status.md").unlink()
    before = (copy / f"{DATA}/de/index.md").read_bytes()
    with pytest.raises(ReviewError, match="Plasma exchange"):
        pages.write_pages(copy)
    assert (copy / f"{DATA}/status.md").is_file()
    assert (copy / f"{DATA}/de/index.md").read_bytes() == before


def test_the_head_of_the_german_page_follows_the_catalogue(copy, review):
    change(copy / "de" / "index.qmd", 'title: "Behandlung', 'title: "Therapie')
    assert rules(translated.check_translations(copy, review)) == {"translated-page"}


def test_a_catalogue_that_cannot_be_read_is_said_with_its_line(copy, review):
    change(copy / "locale" / "de.po", 'msgid "overdue"', 'mssgid "overdue"')
    found = translated.check_translations(copy, review)
    assert [fault.rule for fault in found if fault.file == "locale/de.po"] == ["catalogue"]


def test_a_review_without_catalogues_is_english_only(tmp_path, review):
    assert language.languages(tmp_path) == []
    assert load(tmp_path, "de") is ENGLISH
    assert translated.translated(tmp_path, review).parts == {}


def test_a_page_is_cut_into_its_texts_and_put_together_again():
    text = '---\ntitle: "T"\n---\n\nOne\nline.\n\n## Head {#id}\n\n- item one\n  goes on\n- two\n\n::: {.x}\n```\ncode\n```\n:::\n'
    cut = pieces(text)
    assert [piece.text for piece in cut if piece.text] == ["One line.", "Head", "item one goes on", "two"]
    joined = "\n".join(piece.before + piece.text + piece.after for piece in cut)
    assert joined == "\nOne line.\n\n## Head {#id}\n\n- item one goes on\n- two\n\n::: {.x}\n```\ncode\n```\n:::"


def test_no_word_of_the_frame_is_written_in_the_template_or_left_out_of_the_catalogue(root, wanted):
    text = (Path(publish.__file__).parent / "templates" / "frame.html").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\(words\.(\w+)\)", text))
    assert used and used <= set(words.FRAME)
    visible = re.sub(r"(?s)<script.*?</script>|\$\([^)]*\)|<%.*?%>|<!DOCTYPE[^>]*>", " ", text)
    spoken = re.findall(r'(?:aria-label|title)="([^"$]+)"', text) + re.findall(r">([^<>]*[A-Za-z]{2,}[^<>]*)<", visible)
    assert [words_ for words_ in spoken if words_.strip(" \n–")] == []
    known = {(m.context, m.text) for m in wanted}
    assert {(words.CONTEXT, text) for text in words.FRAME.values()} <= known
    assert {(words.COLUMN, text) for text in words.STYLED.values()} <= known


def test_what_scripts_say_is_in_the_catalogue(root, german):
    said = german.script_words()
    for name in ("tables.js", "search.js", "feedback.js", "overdue.html"):
        spoken = re.findall(r'\bt\("([^"]+)"', (root / "assets" / name).read_text(encoding="utf-8"))
        assert spoken and set(spoken) <= set(said), name
    assert said["overdue"] == "überfällig"


def test_pages_in_two_languages_name_each_other():
    known = ["index.html", "methods.html", "de/index.html"]
    assert head.alternates("methods.html", known, ["de"], url="") == []
    others = head.alternates("index.html", known, ["de"], url="https://x.org/")
    assert others == [("en", "https://x.org/"), ("de", "https://x.org/de/"), ("x-default", "https://x.org/")]
    assert head.alternates("de/index.html", known, ["de"], url="")[0] == ("en", "../index.html")
    preview = head.Preview("Site", "", "https://x.org/", "", "", (1, 1))
    tags = head.tags("<title>T</title>", "index.html", preview, feed="", alternates=others)
    assert '<link rel="alternate" hreflang="de" href="https://x.org/de/">' in tags


def test_the_words_given_to_scripts_cannot_end_their_element():
    tongue = language.Catalogue("xx", {("script", "a"): language.catalogue.Entry("</script><b>")})
    assert "</script><b>" not in words.for_assets(tongue, "Disease in")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory) -> str:
    """The German page as Pandoc makes it, in its frame."""
    config = load_config(ROOT)
    source = load_page(ROOT, "de/index.qmd", config, [])
    stage = tmp_path_factory.mktemp("stage")
    for name in ("assets", "locale", "references.bib"):
        (stage / name).symlink_to(ROOT / name)
    text = pandoc._render_page(stage, source, config, {"de": load(ROOT, "de")})
    text, _ = pandoc._finish(text, source, dict.fromkeys(config.inputs, ""))
    return chrome.Frame(stage, stage, config).around(text, source.address)


def test_the_german_page_and_its_frame_are_german(rendered):
    assert '<html lang="de">' in rendered
    for said in (
        "Zum Inhalt springen",
        "Menü",
        "Tabelle",
        "Literatur durchsucht bis",
        "Zitieren und Lizenz",
        "Stammzell",
    ):
        assert said in rendered, said
    for english in (
        "Skip to content",
        "On this page",
        "Menu<",
        ">Search<",
        "Treatments",
        "Figure",
        "of 82",
        " to 9",
        "†</a>x",
    ):
        assert english not in rendered, english
    assert '<a href="../evidence.html#anakinra-sjia-complete-response" hreflang="en">68 von 82 (83\u00a0%,' in rendered
    assert re.search(r'href="\.\./notebooks/05-anakinra\.html" hreflang="en">Anakinra', rendered)


def test_every_link_to_an_english_page_says_so(rendered):
    main = rendered.partition("<main")[2].partition("</main>")[0]
    pages_linked = re.findall(r'<a [^>]*href="\.\./[^"]*\.html[^>]*>', main)
    assert len(pages_linked) > 60
    assert [link for link in pages_linked if 'hreflang="en"' not in link] == []
    assert main.count("englisch") + main.count("auf Englisch") >= 5


def test_catalogues_can_be_merged_with_pybabel(copy, wanted):
    """The recipe in CONTRIBUTING: a new text comes in empty, the translations stay."""
    more = [*wanted, Message("Something new", "page", "index.qmd")]
    (copy / language.TEMPLATE).write_text(template(more), encoding="utf-8")
    merge = [str(Path(sys.executable).with_name("pybabel")), "update", "-N", "-l", "de"]
    command = [*merge, "-i", "locale/review.pot", "-o", "locale/de.po"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    found = check(load(copy, "de"), more)
    assert [(fault.rule, fault.value) for fault in found] == [("missing-translation", "Something new")]
