"""The real site for programs: valid pages, the same addresses from both renderers, and files that others can read."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from pathlib import Path

import html5lib
import jsonschema
import pypandoc
import pytest
import yaml
from bs4 import BeautifulSoup
from built import built_site, living_pages
from copies import ROOT
from openpyxl import load_workbook
from PIL import Image

from helpers import publish
from helpers.publish import quarto
from helpers.publish.config import address, load_config
from helpers.publish.stage import make_stage


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site(tmp_path_factory)


def latest() -> dict[str, str]:
    with (ROOT / "data/updates.csv").open(encoding="utf-8", newline="") as file:
        return max((r for r in csv.DictReader(file) if r["status"] == "integrated"), key=lambda r: r["update_id"])


def test_every_page_is_valid_html(site: Path) -> None:
    faults = {}
    for name in living_pages(site):
        parser = html5lib.HTMLParser(strict=False)
        parser.parse((site / name).read_text(encoding="utf-8"))
        if parser.errors:
            faults[name] = [(place, rule) for place, rule, _ in parser.errors[:3]]
    assert faults == {}


def test_the_parser_of_the_test_above_finds_faults() -> None:
    for broken in (
        "<p>x</div>",
        "<table><p>x</p></table>",
        "<!DOCTYPE html><title>x</title><a href='x' href='y'>z</a>",
    ):
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(broken)
        assert parser.errors


def test_nothing_wrong_is_found_by_the_check_of_links_labels_and_citations(site: Path) -> None:
    assert publish.check_site(site) == []


def test_both_renderers_put_the_same_pages_at_the_same_addresses(site: Path, tmp_path: Path) -> None:
    make_stage(ROOT, tmp_path)
    assert {address(page) for page in quarto.inputs(tmp_path, load_config(tmp_path))} == set(living_pages(site))


def test_every_table_of_the_dictionary_is_there_as_csv_sheet_and_workbook(site: Path) -> None:
    downloads = site / "downloads"
    package = json.loads((downloads / "datapackage.json").read_text(encoding="utf-8"))
    book = load_workbook(downloads / "mas-living-review.xlsx", read_only=True)
    for resource in package["resources"]:
        with (downloads / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        for sheet in (book[resource["name"]], load_workbook(downloads / f"{resource['name']}.xlsx").worksheets[0]):
            shown = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            width = len(rows[0])
            assert [as_numbers(row[:width]) for row in shown] == [as_numbers(row) for row in rows], resource["name"]


def as_numbers(row: list[str]) -> list[object]:
    def value(cell: str) -> object:
        try:
            return float(cell)
        except ValueError:
            return cell

    return [value(cell) for cell in row]


def test_no_cell_of_any_workbook_is_a_formula(site: Path) -> None:
    book = load_workbook(site / "downloads" / "mas-living-review.xlsx")
    assert [c.coordinate for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"] == []


def test_every_figure_and_every_table_of_a_section_can_be_taken_away(site: Path) -> None:
    offered = {path.name for path in (site / "downloads").iterdir()}
    for path in sorted((site / "notebooks").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        floats = re.findall(r'<div id="((fig|tbl)-[\w-]+)" class="[^"]*quarto-float', text)
        assert floats or "<figure" not in text, path.name
        for label, kind in floats:
            name = f"{path.stem}-{label}"
            wanted = ("csv", "xlsx") if kind == "tbl" else ("svg", "png")
            assert {f"{name}.{suffix}" for suffix in wanted} <= offered, name
            if kind == "fig":
                assert (site / "figures" / f"{name}.html").is_file()
                assert f'href="../figures/{name}.html"' in text


def test_pictures_are_png_of_the_size_that_they_say(site: Path) -> None:
    with Image.open(site / "card.png") as card:
        assert card.size == (1200, 630)
        assert len(card.convert("RGB").getcolors(1 << 20) or []) > 10  # something is drawn on it
    for slide in (site / "downloads").glob("*-slide.png"):
        with Image.open(slide) as picture:
            assert picture.size == (1920, 1080)


def test_the_crate_names_files_that_are_there(site: Path) -> None:
    graph = json.loads((site / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    entries = {entry["@id"]: entry for entry in graph}
    assert len(entries) == len(graph)
    for entry in graph:
        for value in entry.values():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict) and not str(part["@id"]).startswith("https://w3id.org/"):
                    assert part["@id"] in entries, part
    files = [entry for entry in graph if "File" in entry["@type"]]
    assert len(files) > 100
    assert all((site / entry["@id"]).stat().st_size == int(entry["contentSize"]) for entry in files)
    assert entries["./"]["version"] == latest()["version"]


ZENODO = {  # the part of Zenodo's deposit metadata that this review uses, from its documentation
    "type": "object",
    "required": ["title", "description", "upload_type", "creators", "access_right", "license", "version"],
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string", "minLength": 3},
        "description": {"type": "string", "minLength": 3},
        "upload_type": {"enum": ["publication", "dataset", "software", "other"]},
        "version": {"type": "string"},
        "publication_date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "language": {"type": "string", "pattern": "^[a-z]{3}$"},
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]},
        "license": {"type": "string"},
        "keywords": {"type": "array", "items": {"type": "string"}},
        "notes": {"type": "string"},
        "creators": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {key: {"type": "string"} for key in ("name", "affiliation", "orcid")},
            },
        },
        "related_identifiers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["identifier", "relation"],
                "additionalProperties": False,
                "properties": {
                    "identifier": {"type": "string"},
                    "relation": {
                        "enum": ["isDerivedFrom", "isSupplementTo", "isNewVersionOf", "isDocumentedBy", "cites"]
                    },
                    "resource_type": {"type": "string"},
                    "scheme": {"enum": ["doi", "url"]},
                },
            },
        },
    },
}


def test_the_files_that_archives_read_agree_with_the_data(site: Path) -> None:
    zenodo = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    jsonschema.validate(zenodo, ZENODO)
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    newest = latest()
    assert zenodo["version"] == cff["version"] == newest["version"]
    assert zenodo["publication_date"] == str(cff["date-released"]) == newest["integrated_on"]
    assert zenodo["title"] == cff["title"]
    assert zenodo["license"] == cff["license"].lower()
    assert [author["name"] for author in zenodo["creators"]] == [author["name"] for author in cff["authors"]]
    assert zenodo["keywords"] == cff["keywords"]
    assert zenodo["related_identifiers"][0]["identifier"] == cff["references"][0]["doi"]


def test_the_citation_file_has_what_its_format_asks_for() -> None:
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["cff-version"] == "1.2.0" and cff["message"] and cff["title"]
    assert cff["type"] in ("software", "dataset")
    allowed = {
        "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license",
        "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact", "repository-code",
        "title", "type", "url", "version",
    }  # fmt: skip
    assert cff.keys() <= allowed
    for author in [*cff["authors"], *cff["references"][0]["authors"]]:
        assert author.keys() <= {"name"} or {"family-names", "given-names"} <= author.keys()


def test_the_citation_on_the_page_and_the_one_to_download_are_the_same_work(site: Path) -> None:
    page = BeautifulSoup((site / "cite.html").read_text(encoding="utf-8"), "html.parser").get_text()
    (item,) = json.loads((site / "downloads" / "citation.json").read_text(encoding="utf-8"))
    assert item["title"] in page
    assert item["version"] == latest()["version"] and f"Version {item['version']}" in page
    assert item["id"] in page


@pytest.mark.parametrize("name, form", [("bib", "bibtex"), ("ris", "ris"), ("json", "csljson")])
def test_reference_managers_read_the_citation(site: Path, name: str, form: str) -> None:
    command = [pypandoc.get_pandoc_path(), "-f", form, "-t", "csljson", str(site / "downloads" / f"citation.{name}")]
    (item,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    year = latest()["integrated_on"][:4]
    assert str(item["issued"]["date-parts"][0][0]) == year
    assert item["author"][0].get("literal", item["author"][0].get("family")) == "MAS Living Review contributors"
    assert "living systematic review" in item["title"].lower()


def test_the_frozen_copy_of_the_current_version_is_complete(site: Path) -> None:
    home = site / "v" / latest()["version"]
    living = {
        p.relative_to(site).as_posix()
        for p in site.rglob("*")
        if p.is_file() and "v" not in p.relative_to(site).parts[:1]
    }
    kept = {p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file()}
    assert kept == {name for name in living if not name.startswith(".")}
    for name in ("downloads/counts.csv", "card.png", "assets/search-index.js"):
        assert (home / name).read_bytes() == (site / name).read_bytes()


def test_the_home_page_is_light(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    loaded = set(re.findall(r'<(?:script|img|link)[^>]*?(?:src|href)="([^"#]+)"', text))
    parts = {
        name: (site / name).stat().st_size for name in loaded if (site / name).is_file() and not name.endswith(".xml")
    }
    assert {"assets/content.css", "assets/tables.js"} <= parts.keys()
    assert not {"assets/search-index.js", "assets/vendor/minisearch.js"} & parts.keys()
    assert len(text.encode()) + sum(parts.values()) < 300_000
