"""Files that say the same thing say the same thing: versions, tools, targets, licences."""

import csv
import json
import re
import stat
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
STACK = {"jupyterlab", "jupytext", "papermill", "pandas", "seaborn", "statsmodels", "nbval"}
NOT_ON_THE_LOCK = {"quarto-cli"}  # fetches a release archive while it installs; conda's `quarto` instead


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock() -> dict[str, str]:
    return {
        canonical(name): version
        for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text("requirements.lock"), re.M)
    }


def read_conda() -> tuple[dict[str, str], list[str]]:
    """Pins of conda packages, and the list handed to pip."""
    entries = yaml.safe_load(text("environment.yml"))["dependencies"]
    pins = dict(entry.partition("=")[::2] for entry in entries if isinstance(entry, str))
    (pip,) = (entry["pip"] for entry in entries if isinstance(entry, dict))
    return pins, pip


def all_yaml() -> list[str]:
    found = [
        *ROOT.glob(".github/**/*.yml"),
        ROOT / ".pre-commit-config.yaml",
        ROOT / "environment.yml",
        ROOT / "CITATION.cff",
    ]
    return sorted(str(path.relative_to(ROOT)) for path in found)


PROJECT = tomllib.loads(text("pyproject.toml"))["project"]


def test_conda_gets_every_python_package_from_the_lock():
    _, pip = read_conda()
    assert "-r requirements.lock" in pip
    assert not [entry for entry in pip if entry.startswith("-e")], "pip refuses -e beside hashes"


def test_versions_named_for_conda_are_those_of_the_lock():
    lock, (_, pip) = read_lock(), read_conda()
    named = dict(entry.split("==") for entry in pip if not entry.startswith("-"))
    assert named == {name: lock[name] for name in named}, "put the lock's versions into environment.yml"


def test_conda_names_the_whole_stack_and_quarto():
    pins, pip = read_conda()
    assert {entry.partition("==")[0] for entry in pip} >= STACK
    assert pins["quarto"]


def test_the_site_is_published_and_checked_with_the_quarto_that_conda_installs():
    for workflow, job in (("site.yml", "build"), ("quarto.yml", "check")):
        steps = yaml.safe_load(text(f".github/workflows/{workflow}"))["jobs"][job]["steps"]
        (setup,) = (step for step in steps if "quarto-actions/setup" in step.get("uses", ""))
        assert str(setup["with"]["version"]) == read_conda()[0]["quarto"]


def test_nothing_is_published_before_the_pages_were_checked_with_the_real_quarto():
    jobs = yaml.safe_load(text(".github/workflows/site.yml"))["jobs"]
    called = yaml.safe_load(text(".github/workflows/quarto.yml"))
    assert (jobs["deploy"]["needs"], jobs["build"]["needs"]) == ("build", "quarto")
    assert jobs["quarto"]["uses"] == "./.github/workflows/quarto.yml"
    assert {"pull_request", "workflow_call"} <= called[True].keys()  # YAML 1.1 reads the key `on` as true
    assert {"run": "make quarto-check"} in called["jobs"]["check"]["steps"]


def test_every_dependency_is_on_the_lock():
    wanted = [
        *PROJECT["dependencies"],
        *(name for group in PROJECT["optional-dependencies"].values() for name in group),
    ]
    names = {canonical(re.split(r"[\s\[<>=!~;]", requirement)[0]) for requirement in wanted}
    assert names - NOT_ON_THE_LOCK <= read_lock().keys(), "run `make lock`"


def test_every_locked_package_has_a_hash():
    blocks = re.split(r"\n(?=[a-z0-9])", text("requirements.lock"))
    assert not [block.splitlines()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]


def test_every_place_names_the_same_python():
    conda = read_conda()[0]["python"]
    places = {
        "binder/runtime.txt": text("binder/runtime.txt").strip().removeprefix("python-"),
        ".devcontainer/devcontainer.json": json.loads(text(".devcontainer/devcontainer.json"))["image"].partition(":")[
            2
        ],
        "pyproject.toml": PROJECT["requires-python"].removeprefix(">="),
    }
    for workflow in sorted(ROOT.glob(".github/workflows/*.yml")):
        found = re.findall(r'python-version: "([\d.]+)"', workflow.read_text(encoding="utf-8"))
        places |= {f"{workflow.name} {number}": version for number, version in enumerate(found)}
    assert places == dict.fromkeys(places, conda)


def test_actions_are_named_by_commit_and_may_only_read_unless_a_job_says_otherwise():
    for workflow in sorted(ROOT.glob(".github/workflows/*.yml")):
        content = workflow.read_text(encoding="utf-8")
        loose = [
            one for one in re.findall(r"uses: (\S+)", content) if not re.fullmatch(r"\./\S+|\S+@[0-9a-f]{40}", one)
        ]
        assert loose == [], workflow.name
        assert yaml.safe_load(content)["permissions"] == {"contents": "read"}, workflow.name


def test_version_and_date_are_the_same_everywhere():
    citation = yaml.safe_load(text("CITATION.cff"))
    version, date = re.findall(r"^## (\d{4}\.\d+) - (\d{4}-\d\d-\d\d)$", text("CHANGELOG.md"), re.M)[0]
    with (ROOT / "data/updates.csv").open(encoding="utf-8", newline="") as file:
        latest = max(
            (row for row in csv.DictReader(file) if row["status"] == "integrated"), key=lambda row: row["update_id"]
        )
    assert {
        "CHANGELOG.md": (version, date),
        "CITATION.cff": (citation["version"], str(citation["date-released"])),
        "pyproject.toml": (PROJECT["version"], latest["integrated_on"]),
    } == dict.fromkeys(("CHANGELOG.md", "CITATION.cff", "pyproject.toml"), (latest["version"], latest["integrated_on"]))


def test_citation_names_the_source_review():
    (source,) = yaml.safe_load(text("CITATION.cff"))["references"]
    entry = re.search(r"@article\{baldo2025,(.*?)\n\}", text("references.bib"), re.S)[1]
    fields = dict(re.findall(r"(\w+) = \{+(.*?)\}+,?\n", entry + "\n"))
    assert (source["doi"], source["title"], str(source["year"])) == (fields["doi"], fields["title"], fields["year"])
    assert f"{source['start']}--{source['end']}" == fields["pages"]


def test_data_have_one_licence():
    (declared,) = json.loads(text("data/datapackage.json"))["licenses"]
    citation = yaml.safe_load(text("CITATION.cff"))
    assert declared["name"] == citation["license"] == "CC-BY-4.0"
    assert f"{declared['path']}\n" in text("LICENSE-DATA")
    assert text("LICENSE").startswith(f"{PROJECT['license']} License")


def test_targets_named_in_files_are_in_the_makefile():
    targets = {
        name for line in re.findall(r"^([^\s#:=][^:=#]*):(?!=)", text("Makefile"), re.M) for name in line.split()
    }
    readers = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".devcontainer/devcontainer.json"]
    readers += [".github/pull_request_template.md", *(name for name in all_yaml() if name.startswith(".github/"))]
    command = re.compile(r'(?:`|"|run: |^)make ([.\w-]+)(?=`|"|\s*#|\s*$)', re.M)
    named = {(name, word) for name in readers for word in command.findall(text(name))}
    makes = {target.replace("$(VENV)", ".venv") for target in targets}
    assert named
    assert not {pair for pair in named if pair[1] not in makes}


def test_contributing_describes_every_target_of_help():
    shown = set(re.findall(r"^([\w-]+):.*?## ", text("Makefile"), re.M))
    assert shown <= set(re.findall(r"^\| `make ([\w-]+)`", text("CONTRIBUTING.md"), re.M))


def test_hooks_use_tools_that_the_lock_installs():
    hooks = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    tools = {hook["entry"].split()[0].removeprefix(".venv/bin/") for hook in hooks}
    assert tools <= read_lock().keys() | PROJECT["scripts"].keys()
    assert "pre-commit" in read_lock()


def test_binder_installs_from_the_lock_and_can_run_its_script():
    script = ROOT / "binder/postBuild"
    assert script.stat().st_mode & stat.S_IXUSR
    assert "--require-hashes -r requirements.lock" in text("binder/postBuild")
    assert sorted(path.name for path in script.parent.iterdir()) == ["postBuild", "runtime.txt"], (
        "no second list of versions"
    )


@pytest.mark.parametrize("name", all_yaml())
def test_yaml_is_readable(name: str):
    assert yaml.safe_load(text(name))


@pytest.mark.parametrize(
    "name", [".github/ISSUE_TEMPLATE/suggest-a-study.yml", ".github/ISSUE_TEMPLATE/report-an-error.yml"]
)
def test_issue_forms_have_what_github_asks_for(name: str):
    form = yaml.safe_load(text(name))
    assert {"name", "description", "body"} <= form.keys()
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)
