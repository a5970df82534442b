"""What programs are told: addresses, previews, structured data, citations, lists; with and without a public address."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import bibtexparser
import pypandoc
import pytest
import yaml
from bs4 import BeautifulSoup

from helpers.publish import check_site, feedback, linkeddata, listing
from helpers.publish import head as heads

from .conftest import REPOSITORY, Review

URL = "https://example.org/review/"
PUBLIC = f'\nwebsite:\n  site-url: "{URL}"\n  repo-url: "https://example.org/code"\n'


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The review with a public address."""
    review = Review(tmp_path_factory.mktemp("public"))
    config = (review.root / "_quarto.yml").read_text()
    review.write("_quarto.yml", config.replace("\nwebsite:\n", PUBLIC))
    review.append("data/review.yaml", "contact: team@example.org")
    review.append("CITATION.cff", "doi: 10.5072/made-up")
    shutil.copy(REPOSITORY / "404.qmd", review.root)
    review.build()
    return review


def head(review: Review, name: str) -> BeautifulSoup:
    return BeautifulSoup(review.page(name).split("</head>")[0], "html.parser")


def properties(review: Review, name: str) -> dict[str, str]:
    return {str(tag["property"]): str(tag["content"]) for tag in head(review, name).select("meta[property]")}


def linked(review: Review, name: str) -> Any:
    (script,) = head(review, name).select('script[type="application/ld+json"]')
    return json.loads(script.get_text())


def test_with_an_address_every_page_names_its_own_and_shows_a_picture_when_shared(public: Review) -> None:
    for name in (n for n in public.files() if n.endswith(".html") and not n.startswith("v/")):
        (canonical,) = head(public, name).select('link[rel="canonical"]')
        told = properties(public, name)
        assert canonical["href"] == told["og:url"] == URL + re.sub(r"(^|/)index\.html$", r"\1", name)
        assert told["og:image"].removeprefix(URL) in public.files()
        assert told["og:title"] and told["og:description"] and told["og:image:alt"]
    assert properties(public, "v/index.html")["og:url"] == URL + "v/"
    assert properties(public, "index.html")["og:url"] == URL
    figure = properties(public, "figures/05-anakinra-fig-use.html")
    assert figure["og:image"] == URL + "downloads/05-anakinra-fig-use.png"
    assert figure["og:image:alt"].startswith("Bars: 82 patients")
    assert int(figure["og:image:width"]) > 900


def test_without_an_address_nothing_pretends_to_have_one(built: Review) -> None:
    for name in (n for n in built.files() if n.endswith(".html") and not n.startswith("v/")):
        text = built.page(name).split("</head>")[0]
        assert 'rel="canonical"' not in text and "og:url" not in text and "og:image" not in text
        assert properties(built, name)["og:title"]
    assert not {"sitemap.xml", "robots.txt"} & built.files().keys()


@pytest.mark.parametrize("review_name", ["built", "public"])
def test_every_page_has_one_description_and_a_link_over_the_menu_to_its_text(
    review_name: str, request: pytest.FixtureRequest
) -> None:
    review = request.getfixturevalue(review_name)
    for name in (n for n in review.files() if n.endswith(".html") and not n.startswith("v/2023")):
        page = BeautifulSoup(review.page(name), "html.parser")
        (described,) = page.select('meta[name="description"]')
        assert described["content"]
        (skip,) = page.select("a.skip")
        assert skip["href"] == f"#{page.main['id']}" and skip == page.body.find("a")


PAGE = (
    """<html lang="de"><head><title>Antwort</title></head><body><main><h1>Antwort</h1>{subtitle}</main></body></html>"""
)


@pytest.mark.parametrize(
    "subtitle, told",
    [
        ('<p class="subtitle lead">What is <em>known</em> &amp; how well</p>', "What is known & how well"),
        ('<p class="subtitle">Sub</p><p class="description">What it is about</p>', "What it is about"),
        ("", "About the site."),
    ],
)
def test_a_page_that_says_nothing_about_itself_is_described_by_its_subtitle_else_by_the_site(
    subtitle: str, told: str
) -> None:
    text = PAGE.format(subtitle=subtitle)
    preview = heads.Preview("Site", "About the site.", "", "", "", (1, 1))
    tags = heads.tags(text, "de/index.html", preview, feed="")
    text = heads.completed(text, head=tags, foot="")
    page = BeautifulSoup(text, "html.parser")
    assert [tag["content"] for tag in page.select('meta[name="description"], meta[property="og:description"]')] == [
        told
    ] * 2


def test_the_page_for_missing_addresses_works_at_any_depth_and_is_in_no_list(public: Review, review: Review) -> None:
    page = BeautifulSoup(public.page("404.html"), "html.parser")
    links = [str(tag.get("href") or tag.get("src")) for tag in page.select("[href], [src]")]
    within = [link for link in links if not re.match(r"[a-z]+:|#", link)]
    assert within and all(link.startswith("/review/") for link in within)
    assert {link.split("#")[0].split("?")[0].removeprefix("/review/") for link in within} <= public.files().keys()
    assert page.select_one("a.search")["data-root"] == "/review/"
    assert "404.html" not in public.files()["llms.txt"].decode()
    assert "404.html" not in public.files()["assets/search-index.js"].decode()
    assert check_site(public.root / "_site") == []
    shutil.copy(REPOSITORY / "404.qmd", review.root)
    review.build()  # without an address nothing is known of depths: the page holds in the top folder
    assert 'href="index.html"' in review.page("404.html") and check_site(review.root / "_site") == []


def test_a_dead_link_on_the_page_for_missing_addresses_is_found(public: Review, tmp_path: Path) -> None:
    shutil.copytree(public.root / "_site", tmp_path / "_site")
    path = tmp_path / "_site" / "404.html"
    path.write_text(path.read_text().replace('"/review/evidence.html"', '"/review/nowhere.html"'))
    assert {(fault.file, fault.value) for fault in check_site(tmp_path / "_site")} == {("404.html", "nowhere.html")}


def test_the_sitemap_lists_every_living_page_once(public: Review) -> None:
    root = ET.fromstring(public.files()["sitemap.xml"])
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag == f"{space}urlset"
    listed = [entry.findtext(f"{space}loc") for entry in root]
    pages = {n for n in public.files() if n.endswith(".html") and not re.match(r"v/[^/]+/", n)} - {"404.html"}
    assert len(listed) == len(set(listed))
    assert set(listed) == {URL + re.sub(r"(^|/)index\.html$", r"\1", name) for name in pages}
    assert {entry.findtext(f"{space}lastmod") for entry in root} == {"2024-09-01"}
    assert f"Sitemap: {URL}sitemap.xml" in public.files()["robots.txt"].decode()


def test_names_in_the_sitemap_are_escaped() -> None:
    text = listing.sitemap(["a&b.html"], url=URL, day="2024-09-01")
    assert ET.fromstring(text)[0][0].text == URL + "a&b.html"


@pytest.mark.parametrize("review_name", ["built", "public"])
def test_llms_txt_has_the_form_of_its_convention_and_no_dead_link(
    review_name: str, request: pytest.FixtureRequest
) -> None:
    review = request.getfixturevalue(review_name)
    text = review.files()["llms.txt"].decode()
    lines = text.splitlines()
    assert lines[0] == "# MAS Living Review" and lines[2].startswith("> ")
    assert [line for line in lines if line.startswith("## ")] == [
        "## Start", "## Treatments", "## Evidence", "## About", "## Data for machines",
    ]  # fmt: skip
    links = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)", text, re.M)
    assert len(links) == len([line for line in lines if line.startswith("- ")])
    assert {link.removeprefix(URL) for link in links} <= review.files().keys()
    assert "feed.xml" in text and "Version 2024.1." in text


def test_the_feed_is_published_and_every_page_leads_to_it(built: Review) -> None:
    assert built.files()["feed.xml"].startswith(b"<feed")
    for name in ("index.html", "notebooks/05-anakinra.html"):
        (link,) = head(built, name).select('link[type="application/atom+xml"]')
        assert link["href"] == "../" * name.count("/") + "feed.xml"


def test_without_a_feed_no_page_names_one(review: Review) -> None:
    (review.root / "data/results/feed.xml").unlink()
    review.build()
    assert "application/atom+xml" not in review.page("index.html")
    assert "feed.xml" not in review.files()["llms.txt"].decode()


@pytest.mark.parametrize("review_name", ["built", "public"])
def test_the_home_page_describes_the_data_set_and_the_article(review_name: str, request: pytest.FixtureRequest) -> None:
    review = request.getfixturevalue(review_name)
    url = URL if review_name == "public" else ""
    document = linked(review, "index.html")
    assert document["@context"] == "https://schema.org"
    data, article = document["@graph"]
    assert (data["@type"], article["@type"]) == ("Dataset", "ScholarlyArticle")
    for entry in (data, article):
        assert entry["name"] == "Treatments: a living review"
        assert entry["version"] == "2024.1" and entry["datePublished"] == "2024-09-01"
        assert entry["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert entry["isBasedOn"]["@id"] == "https://doi.org/10.1000/source"
        assert entry.get("url", "") == url
    assert data["temporalCoverage"] == "../2024-06-30"
    assert [author["@type"] for author in article["author"]] == ["Organization", "Person"]
    offered = {part["contentUrl"].removeprefix(url): part for part in data["distribution"]}
    assert offered.keys() <= review.files().keys()
    counts = offered["downloads/counts.csv"]
    assert (counts["name"], counts["encodingFormat"]) == ("Counts", "text/csv")
    assert counts["contentSize"] == f"{len(review.files()['downloads/counts.csv'])} B"


def test_a_figure_says_who_made_it_and_what_may_be_done_with_it(built: Review) -> None:
    image = linked(built, "figures/05-anakinra-fig-use.html")
    assert image["@type"] == "ImageObject" and image["name"] == "Use by condition"
    assert image["license"].startswith("https://creativecommons.org/")
    assert image["creditText"] == "Treatments: a living review, version 2024.1"


def test_nothing_in_structured_data_can_end_its_element() -> None:
    text = linkeddata.script({"name": "</script><script>alert(1)"})
    assert text.count("</script>") == 1 and "<script>" not in text
    assert json.loads(text.split(">", 1)[1].removesuffix("</script>"))["name"] == "</script><script>alert(1)"


def test_the_crate_describes_itself_its_root_and_every_file(built: Review) -> None:
    crate = json.loads(built.files()["ro-crate-metadata.json"])
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    graph = {entry["@id"]: entry for entry in crate["@graph"]}
    assert len(graph) == len(crate["@graph"])
    descriptor, root = graph["ro-crate-metadata.json"], graph["./"]
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert descriptor["about"] == {"@id": "./"}
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license", "author", "hasPart"} <= root.keys()
    files = {name for name, entry in graph.items() if "File" in entry["@type"]}
    assert files == {part["@id"] for part in root["hasPart"]}
    for name in files:
        assert graph[name]["contentSize"] == str(len(built.files()[name]))
        assert graph[name]["encodingFormat"] != "application/octet-stream", name
    named = {entry["@id"] for entry in root["author"]} | {root["license"]["@id"], root["isBasedOn"]["@id"]}
    assert named <= graph.keys()
    assert all(isinstance(value, (str, list, dict)) for entry in graph.values() for value in entry.values())
    assert "url" not in root and not [entry for entry in graph.values() if "contentUrl" in entry or "email" in entry]


def test_with_addresses_the_crate_says_where_its_files_lie_and_whom_to_ask(public: Review) -> None:
    graph = {entry["@id"]: entry for entry in json.loads(public.files()["ro-crate-metadata.json"])["@graph"]}
    root = graph["./"]
    assert (root["url"], root["identifier"]) == (URL, "https://doi.org/10.5072/made-up")
    files = [entry for entry in graph.values() if "File" in entry["@type"]]
    assert files and all(entry["contentUrl"] == URL + entry["@id"] for entry in files)
    assert graph[graph[root["publisher"]["@id"]]["contactPoint"]["@id"]]["email"] == "team@example.org"


@pytest.mark.parametrize("review_name", ["built", "public"])
def test_links_of_structured_data_lead_somewhere_from_where_they_are_read(
    review_name: str, request: pytest.FixtureRequest
) -> None:
    review = request.getfixturevalue(review_name)
    pages = {name: linked(review, name) for name in ("index.html", "figures/05-anakinra-fig-use.html")}
    for page, document in pages.items():
        links = re.findall(r'"(?:contentUrl|acquireLicensePage|mainEntityOfPage)": "([^"]+)"', json.dumps(document))
        assert links
        for link in links:
            assert link.startswith(URL) == (review_name == "public")
            within = (
                link.removeprefix(URL) if review_name == "public" else posixpath.join(posixpath.dirname(page), link)
            )
            assert posixpath.normpath(within) in {
                *review.files(),
                "cite.html",
            }  # a page that the stand-in does not have


def cited(text: bytes, form: str) -> str:
    """The reference as Pandoc's citation processor prints it from one of the forms."""
    command = [pypandoc.get_pandoc_path(), "-f", form, "-t", "plain", "--citeproc", "--wrap=none"]
    return subprocess.run(command, input=text, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("name, form", [("bib", "bibtex"), ("ris", "ris"), ("json", "csljson")])
def test_every_form_of_the_citation_names_authors_title_and_year(built: Review, name: str, form: str) -> None:
    told = cited(built.files()[f"downloads/citation.{name}"], form)
    for part in ("MAS Living Review contributors", "Doe", "Treatments: A Living Review", "2024"):
        assert part.lower() in told.lower()


def test_the_forms_of_the_citation_agree(public: Review) -> None:
    files = public.files()
    (item,) = json.loads(files["downloads/citation.json"])
    entry = bibtexparser.parse_string(files["downloads/citation.bib"].decode()).entries[0]
    tags = re.findall(r"^([A-Z0-9]{2})  - ?(.*?)\r?$", files["downloads/citation.ris"].decode(), re.M)
    assert tags[0] == ("TY", "DATA") and tags[-1] == ("ER", "")
    ris = dict(tags)
    assert entry.key == item["id"] == "made-up-review-2024.1"
    assert item["title"] == ris["TI"] == entry["title"].strip("{}")
    assert item["version"] == ris["ET"] == entry["version"] == "2024.1"
    assert item["URL"] == ris["UR"] == entry["url"] == URL + "v/2024.1/"
    assert item["issued"]["date-parts"] == [[2024, 9, 1]] and ris["DA"] == "2024/09/01" and entry["year"] == "2024"
    assert [value for tag, value in tags if tag == "AU"] == ["MAS Living Review contributors,", "Doe, Jane"]


def test_a_doi_is_told_everywhere_once_there_is_one(review: Review) -> None:
    review.write("CITATION.cff", (review.root / "CITATION.cff").read_text() + "doi: 10.5281/zenodo.1\n")
    review.build()
    for name in ("bib", "ris", "json"):
        assert b"10.5281/zenodo.1" in review.files()[f"downloads/citation.{name}"]
    data, _ = linked(review, "index.html")["@graph"]
    assert data["identifier"] == "https://doi.org/10.5281/zenodo.1"


def test_the_card_is_drawn_from_the_results(review: Review) -> None:
    review.build()
    bare = review.files()["card.png"]
    row = {"measure": "death", "shown": "7 of 42 (17%)", "estimate": 0.17, "ci_low": 0.07, "ci_high": 0.31}
    finding = {"treatment": "etoposide", "condition": "all", "outcome_row": row}
    review.write("data/results/summary.json", json.dumps({"findings": [finding, {"outcome_row": None}]}))
    review.write("data/vocabularies.csv", "list,code,label,short\ntreatment,etoposide,Etoposide,\n")
    config = (review.root / "_quarto.yml").read_text()
    review.write("_quarto.yml", config.replace("\nwebsite:\n", PUBLIC))
    review.build()
    assert review.files()["card.png"] != bare
    assert "Etoposide, all: death: 7 of 42 (17%)." in properties(review, "index.html")["og:image:alt"]


def test_feedback_opens_the_forms_with_the_place_filled_in(public: Review) -> None:
    page = BeautifulSoup(public.page("figures/05-anakinra-fig-use.html"), "html.parser")
    report, suggest = page.select(".feedback a")
    start = "https://example.org/code/issues/new?template="
    place = "figures%2F05-anakinra-fig-use.html"
    assert report["href"] == f"{start}report-an-error.yml&place={place}&version=2024.1"
    assert suggest["href"] == f"{start}suggest-a-study.yml"
    text = public.page("feedback.html")
    assert "https://example.org/code/issues" in text and "mailto:team@example.org" in text


@pytest.mark.parametrize(
    "template, fields", [(feedback.ERROR, {feedback.PLACE, feedback.VERSION}), (feedback.STUDY, set())]
)
def test_the_forms_that_links_fill_in_are_there_and_have_the_fields(template: str, fields: set[str]) -> None:
    form = yaml.safe_load((REPOSITORY / ".github" / "ISSUE_TEMPLATE" / template).read_text(encoding="utf-8"))
    inputs = {part.get("id") for part in form["body"] if part["type"] in ("input", "textarea")}
    assert fields <= inputs  # only these kinds take a value from the address


def test_without_a_tracker_feedback_says_so_and_tells_another_way(built: Review, review: Review) -> None:
    page = BeautifulSoup(built.page("notebooks/05-anakinra.html"), "html.parser")
    report, suggest = page.select(".feedback a")
    assert report["href"] == "../feedback.html?place=notebooks%2F05-anakinra.html&version=2024.1#report"
    assert suggest["href"] == "../feedback.html#suggest"
    assert "names no public tracker" in built.page("feedback.html")
    review.append("data/review.yaml", "contact: team@example.org")
    review.build()
    mails = [a["href"] for a in BeautifulSoup(review.page("feedback.html"), "html.parser").select('a[href^="mailto:"]')]
    assert len(mails) == 3 and all(str(link).startswith("mailto:team@example.org") for link in mails)
