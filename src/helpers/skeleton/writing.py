"""What another review begins with: what is generic of this one, its tables without rows, and texts that wait for words.

What is about a review is not copied. Its own files stand as templates in ``files/``, and say *placeholder* where the other
team writes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from helpers.dictionary import DICTIONARY, load_dictionary
from helpers.faults import Fault
from helpers.project import Content, write_folder
from helpers.run.errors import UsageError
from helpers.run.pairs import SCRIPTS, Pair, read_script, written
from helpers.settings import Settings, load_settings

FILES = Path(__file__).parent / "files"
SCRIPT = ".py.txt"  # ending of the scripts among the templates: no tool takes them for modules of the engine
COPIED = (
    *(
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        ".pre-commit-config.yaml",
        ".github/workflows/due.yml",
        ".jupyter/jupyter_server_config.json",
        ".jupyter/labconfig/default_setting_overrides.json",
        "LICENSE",
        "LICENSE-DATA",
        "Makefile",
    ),
    *("environment.yml", "jupytext.toml", "pyproject.toml", "requirements.lock", "update.qmd", "404.qmd"),
    *("data/strategies/README.md", "conftest.py", "tests/nbval_sanitize.cfg"),
)
FOLDERS = ("assets", "src")
NOT_COPIED = ("__pycache__", ".egg-info", ".ipynb_checkpoints")
VOCABULARIES = "data/vocabularies.csv"
SUBJECTS = ("condition", "treatment")  # lists of what a review is about; lists that a template holds are not copied
OF_ANY_REVIEW = ("checklists", "appraisal_tools")  # tables whose rows are the field's
NOT_YET = {"status": "not_reported", "place": "methods.qmd", "remark": ""}  # where items of checklists stand at first
WORD = re.compile(r"[^\W_]+")


def write_skeleton(root: Path, folder: Path) -> list[str]:
    """Write the skeleton of another review.

    Parameters
    ----------
    root : Path
        Folder of a review, whose engine and generic files are copied.
    folder : Path
        A folder that is empty, or not there yet.

    Returns
    -------
    list of str
        Paths of the files within the folder.

    Raises
    ------
    UsageError
        The folder holds something already, or is the one in which the command was given. Nothing was written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise _refusal(folder, "there is something here already, and nothing is written over")
    if folder.resolve() == Path.cwd():
        raise _refusal(folder, "the folder in which you stand is put in place as a whole, and you would stand nowhere")
    files = skeleton(root)
    write_folder(folder, files)
    return sorted(files)


def skeleton(root: Path) -> dict[str, Content]:
    """Every file of a review that has just begun, by its path.

    Parameters
    ----------
    root : Path
        Folder of the review whose engine and generic files are copied.
    """
    templates = {path.relative_to(FILES).as_posix(): path for path in FILES.rglob("*") if path.is_file()}
    texts = {
        name.removesuffix(SCRIPT) + (".py" if name.endswith(SCRIPT) else ""): path.read_text(encoding="utf-8")
        for name, path in templates.items()
    }
    old, new = load_settings(root), load_settings(FILES)
    return {
        **_copied(root, old, new),
        **texts,
        **_notebooks(root, texts),
        **_tables(root, texts),
        VOCABULARIES: _vocabularies(root, old, texts[VOCABULARIES]),
        DICTIONARY: _dictionary(root, new),
    }


def _refusal(folder: Path, message: str) -> UsageError:
    fix = "Name a folder that is empty or not there yet: review new review ../another-review"
    return UsageError([Fault(str(folder), None, None, None, "new-folder", message, fix)], "Nothing was written")


def _copied(root: Path, old: Settings, new: Settings) -> dict[str, Content]:
    """Files that are the same in every review; where one names the review, it names the other one."""
    names = {old.title: new.title, old.short_title: new.short_title, old.slug: new.slug}
    found: dict[str, Content] = {}
    for name in COPIED:
        if (root / name).is_file():
            text = (root / name).read_text(encoding="utf-8")
            for before, after in names.items():
                text = text.replace(before, after)
            found[name] = _project(text, new) if name == "pyproject.toml" else text
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not any(part.endswith(NOT_COPIED) for part in path.relative_to(root).parts):
                found[path.relative_to(root).as_posix()] = path
    return found


def _project(text: str, new: Settings) -> str:
    """The project's file with the other review's description, and the version that it begins with."""
    text = re.sub(r'(?m)^description = ".*"$', f'description = "{new.title}"', text, count=1)
    return re.sub(r'(?m)^version = ".*"$', 'version = "2000.1"', text, count=1)


def _dictionary(root: Path, new: Settings) -> str:
    package = json.loads((root / DICTIONARY).read_text(encoding="utf-8"))
    package |= {"name": new.slug, "title": f"{new.title}: living evidence tables"}
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _tables(root: Path, texts: Mapping[str, str]) -> dict[str, Content]:
    """Every table: its header alone, or with the rows of a template, or with those of any review."""
    found: dict[str, Content] = {}
    for table in load_dictionary(root).values():
        header = [field.name for field in table.fields]
        rows: list[dict[str, str]] = []
        if table.name in OF_ANY_REVIEW:
            rows = [row | {key: cell for key, cell in NOT_YET.items() if key in row} for row in _read(root, table.file)]
        elif table.file in texts:
            rows = _rows(texts[table.file])
        found[table.file] = _csv(header, rows)
    return found


def _vocabularies(root: Path, old: Settings, template: str) -> str:
    """The lists of any review, and those of the template in place of what this review is about."""
    new = _rows(template)
    listed = _read(root, VOCABULARIES)
    own = _phrases(listed, old)
    replaced = {row["list"] for row in new}
    kept = [row for row in listed if row["list"] not in replaced and not _speaks_of(row, own)]
    order = list(dict.fromkeys(row["list"] for row in listed))
    rows = sorted([*kept, *new], key=lambda row: order.index(row["list"]))
    return _csv(list(listed[0]), rows)


def _phrases(listed: Iterable[Mapping[str, str]], old: Settings) -> set[str]:
    """What only this review speaks of: its subject, its conditions and its treatments, one and several of them."""
    terms = [term for term in listed if term["list"] in SUBJECTS and not term["ordinary"]]
    said = [old.subject, *(term[column] for term in terms for column in ("label", "short", "definition"))]
    return {_spread(text + ending) for text in said if WORD.search(text) for ending in ("", "s")}


def _speaks_of(term: Mapping[str, str], own: set[str]) -> bool:
    """Whether a term of another list names what only this review speaks of."""
    said = [_spread(term[column]) for column in ("code", "label", "short", "definition")]
    return any(phrase in text for phrase in own for text in said)


def _spread(text: str) -> str:
    """The words of a text, set so that a phrase is found as whole words."""
    return f" {' '.join(word.lower() for word in WORD.findall(text))} "


def _notebooks(root: Path, texts: Mapping[str, str]) -> dict[str, Content]:
    """The notebook of each script, not yet executed."""
    found: dict[str, Content] = {}
    for name, text in texts.items():
        if name.startswith(f"{SCRIPTS}/"):
            pair = Pair(root, Path(name).stem)
            found[pair.notebook_name] = written(read_script(pair, text.encode("utf-8")))
    return found


def _read(root: Path, name: str) -> list[dict[str, str]]:
    return _rows((root / name).read_text(encoding="utf-8"))


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _csv(header: list[str], rows: Iterable[Mapping[str, str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
