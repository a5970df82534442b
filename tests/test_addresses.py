"""Addresses that a publication needs: asked for all at once, refused where they cannot be right, never made up."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml
from copies import ROOT, second_review
from typer.testing import CliRunner

from helpers import evidence
from helpers.cli import app
from helpers.consistency import check_addresses, missing_addresses
from helpers.publish import citation
from helpers.publish.config import load_config
from helpers.publish.edition import load_edition
from helpers.report import about
from helpers.update.versions import version_files

SITE, REPOSITORY = "https://example.org/review", "https://example.org/team/review"
CONTACT, DOI = "team@example.org", "10.5072/review.1"
PLACES = {
    "website.site-url": "_quarto.yml",
    "website.repo-url": "_quarto.yml",
    "contact": "data/review.yaml",
    "doi": "CITATION.cff",
}
GIVEN = {"website.site-url": SITE, "website.repo-url": REPOSITORY, "contact": CONTACT, "doi": DOI}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files in which addresses stand, as they are here."""
    (tmp_path / "data").mkdir()
    for name in set(PLACES.values()):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def give(folder: Path, key: str, value: object) -> None:
    """Write an address, as somebody does who has read where it belongs."""
    path = folder / PLACES[key]
    text = path.read_text(encoding="utf-8")
    above, _, name = key.rpartition(".")
    line = yaml.safe_dump({name: value}, allow_unicode=True)
    text = text.replace(f"\n{above}:\n", f"\n{above}:\n  {line}", 1) if above else f"{text}{line}"
    path.write_text(text, encoding="utf-8")


def test_no_address_was_made_up_here() -> None:
    assert check_addresses(ROOT) == []
    assert [fault.column for fault in missing_addresses(ROOT)] == list(PLACES)


def test_what_is_missing_is_said_at_once_with_what_it_breaks_and_where_to_write_it(folder: Path) -> None:
    faults = missing_addresses(folder)
    assert {fault.column: fault.file for fault in faults} == PLACES
    assert all(fault.rule == "release-address" and " is missing: " in fault.message for fault in faults)
    for fault, key in zip(faults, PLACES, strict=True):
        assert PLACES[key] in fault.fix and f"`{key.rpartition('.')[2]}: " in fault.fix


@pytest.mark.parametrize("key", PLACES)
def test_an_address_that_is_given_is_no_longer_asked_for(folder: Path, key: str) -> None:
    give(folder, key, GIVEN[key])
    assert check_addresses(folder) == []
    assert [fault.column for fault in missing_addresses(folder)] == [other for other in PLACES if other != key]


@pytest.mark.parametrize(
    "key, value",
    [
        *[("website.site-url", text) for text in (
            "https://", "example.org/review", "ftp://example.org", "https://localhost/review", "https://127.0.0.1/",
            "https://example.org/review?x=1", "https://example.org/#top", "https://example.org/index.html",
            "https://example.org/my review", "https://me:secret@example.org/", "https://example.org:99999/", "https://[::1",
            "file:///tmp/_site", 5, True,
        )],
        *[("website.repo-url", text) for text in (
            "https://example.org", "git@example.org:team/review.git", f"{REPOSITORY}.git", "team/review",
        )],
        *[("contact", text) for text in (
            "team", "team@example", "@example.org", "mailto:team@example.org", "Team <team@example.org>", "a@example.org, b@example.org",
        )],
        *[("doi", text) for text in ("https://doi.org/10.5072/review.1", "doi:10.5072/review.1", "10.5072", 10.5072, "10.5072/")],
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_right_is_a_fault_with_its_line(folder: Path, key: str, value: object) -> None:
    give(folder, key, value)
    (fault,) = check_addresses(folder)
    assert (fault.rule, fault.file, fault.column, fault.value) == ("address", PLACES[key], key, str(value))
    lines = (folder / fault.file).read_text(encoding="utf-8").splitlines()
    assert lines[(fault.row or 0) - 1].strip().startswith(f"{key.rpartition('.')[2]}:")
    assert key not in [other.column for other in missing_addresses(folder)]  # said once


def test_every_malformed_address_is_told_at_once(folder: Path) -> None:
    for key in PLACES:
        give(folder, key, "nothing")
    assert {fault.column for fault in check_addresses(folder)} == set(PLACES)


def test_the_doi_of_a_source_is_not_that_of_the_review(folder: Path) -> None:
    (source,) = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))["references"]
    give(folder, "doi", source["doi"].upper())
    (fault,) = check_addresses(folder)
    assert (fault.rule, fault.column) == ("own-doi", "doi")


def test_a_file_that_cannot_be_read_is_no_missing_address(folder: Path) -> None:
    (folder / "CITATION.cff").write_text("doi: [", encoding="utf-8")
    assert [fault.rule for fault in check_addresses(folder)] == ["yaml"]
    assert "doi" not in [fault.column for fault in missing_addresses(folder)]


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return second_review(tmp_path_factory.mktemp("addresses") / "review")


def checked(root: Path, *options: str) -> tuple[int, dict]:
    done = CliRunner().invoke(app, ["check", "--json", "--root", str(root), *options])
    return done.exit_code, json.loads(done.stdout)


def test_only_a_release_is_asked_for_addresses_and_asked_once(other: Path) -> None:
    _, without = checked(other)
    status, document = checked(other, "--release")
    assert status == 1 and document["ok"] is False
    more = [fault for fault in document["faults"] if fault not in without["faults"]]
    assert [(fault["rule"], fault["column"]) for fault in more] == [("release-address", key) for key in PLACES]


def test_a_malformed_address_fails_every_check_and_stops_the_site(tmp_path: Path) -> None:
    root = second_review(tmp_path / "review")
    give(root, "website.site-url", "https://example.org/?")
    _, document = checked(root)
    assert ("address", "website.site-url") in [(fault["rule"], fault["column"]) for fault in document["faults"]]
    done = CliRunner().invoke(app, ["site", "--root", str(root)])
    assert done.exit_code == 1 and "not the address of the site" in done.output
    assert not (root / "_site").exists()


@pytest.mark.parametrize(
    "given, where",
    [
        ((), ""),
        (("website.site-url",), f"<{SITE}/v/2023.1/>"),
        (("doi",), f"<https://doi.org/{DOI}>"),
        (("website.site-url", "doi"), f"<https://doi.org/{DOI}>"),
    ],
)
def test_the_citation_on_the_page_is_that_of_the_files_with_the_addresses_there_are(
    tmp_path: Path, given: tuple[str, ...], where: str
) -> None:
    root = second_review(tmp_path / "review")
    for key in given:
        give(root, key, GIVEN[key])
    told = about.how_to_cite(root, evidence.load(root))
    config = load_config(root)
    edition = load_edition(root, config)
    assert edition is not None
    where = where.replace("2023.1", edition.version)
    assert told.split("\n")[0].endswith(where or f"; {edition.year}.")
    files = citation.files(edition, citation.address(edition, config.site_url))
    assert files["citation.bib"].decode() in told
    for key, value in {"doi": DOI, "website.site-url": f"{SITE}/v/{edition.version}/"}.items():
        assert (value in files["citation.bib"].decode()) == (key in given)
        assert (value in files["citation.ris"].decode()) == (key in given)
        assert (value in json.loads(files["citation.json"])[0].values()) == (key in given)


def test_the_next_version_does_not_inherit_the_doi(folder: Path) -> None:
    give(folder, "doi", DOI)
    files = version_files(folder, version="2030.1", today="2030-01-01", changes=[])
    cff = yaml.safe_load(files["CITATION.cff"])
    assert "doi" not in cff and cff["version"] == "2030.1"
    assert cff["references"][0]["doi"]  # that of the source stays


def test_every_file_that_names_the_version_follows_a_merge() -> None:
    files = version_files(ROOT, version="2030.1", today="2030-01-01", changes=["A change."])
    zenodo, cff = json.loads(files[".zenodo.json"]), yaml.safe_load(files["CITATION.cff"])
    assert {zenodo["version"], cff["version"], tomllib.loads(files["pyproject.toml"])["project"]["version"]} == {
        "2030.1"
    }
    assert {zenodo["publication_date"], str(cff["date-released"])} == {"2030-01-01"}
    assert "## 2030.1 - 2030-01-01" in files["CHANGELOG.md"]


def test_the_deployment_asks_for_the_addresses_before_it_uploads() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text(encoding="utf-8"))
    steps = [step.get("run") or step.get("uses", "") for step in workflow["jobs"]["build"]["steps"]]
    asking = next(place for place, step in enumerate(steps) if "review check --release" in step)
    uploading = next(place for place, step in enumerate(steps) if "upload-pages-artifact" in step)
    assert asking < uploading and "|| true" not in steps[asking]
    assert workflow["jobs"]["deploy"]["needs"] == "build"
