"""Lists filled in as the tools give them back: a spreadsheet, a reference manager, Rayyan, ASReview LAB."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from .conftest import SECOND
from .small import REASONS

Said = Mapping[str, str]


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def _write(target: Path, rows: list[dict[str, str]], *, mark: str = ",", end: str = "\n") -> Path:
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=mark, lineterminator=end)
        writer.writeheader()
        writer.writerows(rows)
    return target


def _title(text: str) -> str:
    return text.strip().rstrip(".")


def _reason(title: str, decision: str) -> str:
    return REASONS.get(title, "") if decision == "exclude" else ""


def spreadsheet(path: Path, target: Path, said: Said) -> Path:
    """As a spreadsheet in German saves it: semicolons, CRLF, a byte order mark; rows of help stay."""
    rows = []
    for row in _rows(path):
        title = _title(row["title"])
        decision = said.get(title, "")
        rows.append(row | {"decision": decision, "reason": _reason(title, decision)})
    return _write(target, rows, mark=";", end="\r\n")


def reference_manager(path: Path, target: Path, said: Said) -> Path:
    """As a reference manager exports it: notes first and in markup, the id of its own, CRLF."""
    entries = []
    for text in path.read_text(encoding="utf-8").split("ER  - ")[:-1]:
        lines = [line for line in text.strip().splitlines() if not line.startswith(("ID  - ", "AN  - "))]
        title = next(_title(line[6:]) for line in lines if line.startswith("TI  - "))
        decision = said.get(title, "")
        notes = [line[6:] for line in lines if line.startswith("N1  - ")]
        notes = [
            {"decision: ": f"Decision: {decision}", "reason: ": f"reason: {_reason(title, decision)}"}.get(note, note)
            for note in (re.sub(r"^(decision|reason):$", r"\1: ", note) for note in notes)
        ]
        rest = [line for line in lines[1:] if not line.startswith("N1  - ")]
        entries.append([lines[0], *(f"N1  - <p>{note}</p>" for note in notes), *rest, "ID  - 17", "ER  - ", "", ""])
    target.write_bytes("\r\n".join(line for entry in entries for line in entry).encode())
    return target


def rayyan(path: Path, target: Path, said: Said) -> Path:
    """As Rayyan exports articles.csv: its own key, and what both members decided behind the notes it was given."""
    words = {"include": "Included", "exclude": "Excluded"}
    rows = []
    for number, row in enumerate(_rows(path), 1):
        title = _title(row["title"])
        people = {
            "Ann Li": said.get(title),
            "Ben Ode": said.get(title) and ("include" if title == SECOND else said[title]),
        }
        told = ", ".join(f'"{name}"=>"{words[word]}"' for name, word in people.items() if word)
        notes = row["notes"] + (f" | RAYYAN-INCLUSION: {{{told}}} | RAYYAN-LABELS: Case series" if told else "")
        reason = _reason(title, said.get(title, ""))
        notes += f" | RAYYAN-EXCLUSION-REASONS: {reason}" if reason else ""
        rows.append(
            {**row, "key": f"rayyan-{number}", "notes": notes + (' | USER-NOTES: {"Ann Li"=>["hm"]}' * bool(told))}
        )
    return _write(target, rows)


def asreview(path: Path, target: Path, said: Said, *, account: str = "") -> Path:
    """As ASReview LAB exports it: a number before each row, every column it was given, and its own behind them."""
    rows = []
    for number, row in enumerate(_rows(path)):
        title = _title(row["title"])
        decision = said.get(title, "")
        own = {
            "asreview_label": {"include": "1", "exclude": "0"}.get(decision, ""),
            "asreview_time": "",
            "asreview_note": f"reason: {_reason(title, decision)}" if _reason(title, decision) else "",
            "asreview_user_name": account if decision else "",
        }
        rows.append({"record_id": str(number), **row, **own})
    return _write(target, rows)


AS_THE_TOOL: dict[str, Callable[..., Path]] = {
    "csv": spreadsheet,
    "ris": reference_manager,
    "rayyan": rayyan,
    "asreview": asreview,
}
