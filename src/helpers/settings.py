"""What a review says of itself, in ``data/review.yaml``: its names, its subject, and the words that only it knows."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from helpers.faults import Fault, ReviewError

SETTINGS = "data/review.yaml"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
STATUSES = ("living", "paused", "retired")
PARTS = {  # keys within a key, all of them or none, with what each must look like
    "living": {"status": "|".join(STATUSES), "since": r"\d{4}-\d{2}-\d{2}", "reason": r".*\S.*"},
    "early_update": {
        "rule": r".*\S.*",
        "would_change": r"(yes|perhaps|no)(; *(yes|perhaps|no))*",
        "kinds": r"[a-z]+(; *[a-z]+)*",
        "at_least": r"[1-9]\d*",
    },
}
HEADLINE = "The review does not say what it is about"
UNREADABLE = "What the review says of itself cannot be read"


@dataclass(frozen=True)
class Settings:
    """The review's own words.

    Attributes
    ----------
    title, short_title : str
        As a work, and as people call it.
    slug : str
        Beginning of the names of files that readers take away, and of the key under which the review is cited: small
        letters and digits, joined by hyphens.
    authors : tuple of str
        Who makes it.
    subject : str
        The disease or problem.
    condition_heading : str
        Heading above conditions, for instance ``Disease in``.
    suggestion : str
        What the form for suggestions asks for, in a sentence.
    contact : str
        Mail address of the team; empty while there is none.
    baseline : str
        Source that the first version was taken from, as in ``sources.csv``; empty where there was none.
    repeats : tuple of str
        Places of the baseline that repeat what its results say; rows from there are kept, and stand on no page twice.
    topic_words : tuple of str
        Words by which an export is recognised, beside those of treatments, conditions and titles.
    attributions : tuple of str
        Words that name the baseline or its authors in a sentence that is attributed to them.
    procedure : mapping of str to str
        Pages about procedure or the site itself, with what each is about.
    living : mapping of str to str
        Whether the review is kept up to date: ``status`` (one of `STATUSES`), ``since`` (ISO date), ``reason``.
    early_update : mapping of str to str
        When a search begins before it is due: ``rule`` in words, and the same as data: ``would_change`` and ``kinds`` of
        signals, separated by semicolons, and ``at_least``, how many of them. Empty where there is no such rule.
    """

    title: str
    short_title: str
    slug: str
    authors: tuple[str, ...]
    subject: str
    condition_heading: str
    suggestion: str
    contact: str = ""
    baseline: str = ""
    repeats: tuple[str, ...] = ()
    topic_words: tuple[str, ...] = ()
    attributions: tuple[str, ...] = ()
    procedure: Mapping[str, str] = field(default_factory=dict)
    living: Mapping[str, str] = field(default_factory=dict)
    early_update: Mapping[str, str] = field(default_factory=dict)

    def citation_key(self, version: str) -> str:
        """Key under which a version of the review is cited."""
        return f"{self.slug}-{version}"


FIELDS = {f.name: f for f in dataclasses.fields(Settings)}
REQUIRED = [
    name for name, f in FIELDS.items() if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
]
KINDS = {"str": "a text", "tuple[str, ...]": "a list of texts", "Mapping[str, str]": "texts with a name each"}


def load_settings(root: Path) -> Settings:
    """The words of a review.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    Settings

    Raises
    ------
    ReviewError
        The file is missing, cannot be read, lacks something or holds something else; all at once.
    """
    found, faults = read_settings(root)
    if found is None:
        raise ReviewError(faults, HEADLINE)
    return found


def read_settings(root: Path) -> tuple[Settings | None, list[Fault]]:
    """The same with the faults handed back; None where there are any."""
    try:
        content = read_yaml(root / SETTINGS, SETTINGS)
    except ReviewError as error:
        return None, list(error.faults)
    if faults := list(_faults(content, _lines(root / SETTINGS))):
        return None, faults
    cells: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in content.items() if v is not None}
    return Settings(**cells), []


def read_yaml(path: Path, name: str) -> dict[str, Any]:
    """A YAML file that must hold keys and values; `name` is what messages call it.

    Raises
    ------
    ReviewError
        It is missing, is no YAML, or holds something else.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        fault = Fault(name, None, None, None, "file-present", "this file is missing", "Restore it from git.")
        raise ReviewError([fault], UNREADABLE) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        row = mark.line + 1 if mark else None
        fault = Fault(name, row, None, None, "yaml", f"no valid YAML: {problem}", "Mend the line, then repeat.")
        raise ReviewError([fault], UNREADABLE) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        fault = Fault(name, 1, None, None, "yaml", "keys and values are expected here", "Write `key: value` lines.")
        raise ReviewError([fault], UNREADABLE)
    return {str(key): value for key, value in content.items()}


def _lines(path: Path) -> dict[str, int]:
    """Line of each key on the top level."""
    tree = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    pairs = tree.value if isinstance(tree, yaml.MappingNode) else []
    return {str(key.value): key.start_mark.line + 1 for key, _ in pairs}


def _faults(content: Mapping[str, Any], lines: Mapping[str, int]) -> Iterator[Fault]:
    for name in REQUIRED:
        if content.get(name) in (None, "", []):
            kind = KINDS[str(FIELDS[name].type)]
            fix = f"Write `{name}:` and {kind}; `helpers.settings` says what it is for."
            yield Fault(SETTINGS, lines.get(name), name, None, "required", "this key must have a value", fix)
    for name, value in content.items():
        if name not in FIELDS:
            near = next(iter(difflib.get_close_matches(name, FIELDS, n=1)), None)
            fix = f"{f'Did you mean {near!r}? ' if near else ''}Known keys: {', '.join(FIELDS)}."
            yield Fault(SETTINGS, lines[name], name, None, "known-key", "unknown key", fix)
        elif not _fits(value, str(FIELDS[name].type)) and value is not None:
            kind = KINDS[str(FIELDS[name].type)]
            yield Fault(SETTINGS, lines[name], name, str(value), "type", f"not {kind}", f"Write {kind} here.")
    for name, parts in PARTS.items():
        written = content.get(name)
        if isinstance(written, dict) and written and _fits(written, "Mapping"):
            for part in [p for p in (*parts, *written) if not re.fullmatch(parts.get(p, "(?!)"), written.get(p, ""))]:
                message = "unknown key" if part not in parts else "this key is missing, or does not read as it should"
                fix = f"`{name}` has the keys {', '.join(parts)}; `helpers.settings` says what each is for."
                yield Fault(SETTINGS, lines[name], f"{name}.{part}", written.get(part), "known-key", message, fix)
    slug = content.get("slug")
    if isinstance(slug, str) and slug and not SLUG.fullmatch(slug):
        message = "cannot begin the name of a file"
        fix = "Use small letters and digits, joined by hyphens."
        yield Fault(SETTINGS, lines["slug"], "slug", slug, "pattern", message, fix)


def _fits(value: Any, kind: str) -> bool:
    if kind == "str":
        return isinstance(value, str)
    if kind.startswith("tuple"):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, dict) and all(isinstance(part, str) for pair in value.items() for part in pair)
