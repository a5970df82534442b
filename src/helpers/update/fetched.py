"""What has been fetched so far: pages kept whole, each under the hash of its content, and notes on the search."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from helpers.project import write_atomically
from helpers.update import layout, medline
from helpers.update.eutils import Found, Query

FOLDER = "fetch"
NOTES = "search.json"


@dataclass(frozen=True)
class Run:
    """A search on its way: everything lies in one folder, and every file in it is whole.

    Attributes
    ----------
    root : Path
        Folder of the review.
    update_id : str
        Update that it is for.
    folder : Path
        Where its pages lie.
    notes : dict
        What is known of it: query, dates, PMIDs, where PubMed keeps it, and when it was done.
    """

    root: Path
    update_id: str
    folder: Path
    notes: dict[str, Any]

    @property
    def result(self) -> Path:
        """The file for ``review update start --pubmed``."""
        return self.folder.parent / f"pubmed-{self.update_id}.nbib"

    @property
    def draft(self) -> Path:
        """The same before it has been checked."""
        return self.folder / "draft.nbib"

    @property
    def is_done(self) -> bool:
        """Whether the file is there as it was written."""
        wanted = self.notes.get("sha256")
        return bool(wanted) and self.result.is_file() and _sha256(self.result.read_bytes()) == wanted

    @property
    def found(self) -> Found | None:
        """What the newest search found."""
        try:
            env, key, translation = (str(self.notes[name]) for name in ("web_env", "query_key", "translation"))
            remarks = tuple(map(str, self.notes["remarks"]))
            return Found(tuple(map(str, self.notes["pmids"])), env, key, translation, remarks)
        except (KeyError, TypeError):
            return None

    def records(self) -> dict[str, str]:
        """Records of all pages, by PMID; a page that is not what its name says is passed over and fetched again."""
        held: dict[str, str] = {}
        for path in sorted(self.folder.glob("page-*.nbib")):
            content = path.read_bytes()
            if path.name == _name(content):
                held |= dict(medline.records(content.decode("utf-8")))
        return held

    def keep(self, records: dict[str, str]) -> None:
        """Keep a page."""
        content = "\n".join(records.values()).encode()
        write_atomically(self.folder / _name(content), content)

    def remember(self, found: Found, query: Query, today: str) -> None:
        """Keep what a search found. The query names no person: neither address nor key is part of it."""
        self.notes.pop("sha256", None)
        self.notes.setdefault("began_on", today)
        self.notes.update(asdict(query) | {"searched_on": today, "count": len(found.pmids)} | asdict(found))
        self._write()

    def finish(self, text: str) -> None:
        """Write the file, then that it is done."""
        content = text.encode()
        write_atomically(self.result, content)
        self.notes["sha256"] = _sha256(content)
        self._write()

    def _write(self) -> None:
        write_atomically(self.folder / NOTES, json.dumps(self.notes, indent=1, ensure_ascii=False) + "\n")


def run_of(root: Path, update_id: str, query: Query, *, today: str, again: bool = False) -> Run:
    """The newest run of a search, or a new one.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        Update that it is for.
    query : Query
        The search; another string or other dates are another run.
    today : str
        Day on which a new run begins.
    again : bool
        A new run even if there was one before today.
    """
    home = root / layout.RAW / update_id / FOLDER
    key = _sha256(json.dumps(asdict(query), sort_keys=True).encode())[:12]
    runs = [path for path in sorted(home.glob(f"pubmed-{key}-*")) if path.is_dir()]
    folder = home / f"pubmed-{key}-{today}" if again or not runs else runs[-1]
    try:
        notes = json.loads((folder / NOTES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        notes = {}  # never written, or not by us: pages speak for themselves, the search is run anew
    run = Run(root, update_id, folder, notes if isinstance(notes, dict) else {})
    return Run(root, update_id, folder, {k: v for k, v in run.notes.items() if not (again and k == "sha256")})


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _name(content: bytes) -> str:
    return f"page-{_sha256(content)[:16]}.nbib"
