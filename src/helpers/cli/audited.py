"""The audit as a document, computed anew only when something it depends on has changed."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from helpers.project import write_atomically
from helpers.run import keys

KEPT = "_runs/audit.json"  # this machine's, never committed


def audit_document(root: Path) -> dict[str, Any]:
    """Every audited claim of the review, as `AuditReport.to_dict` gives them.

    The libraries behind the audit take longer to load than the audit to run. Its last result is therefore kept under a key
    over everything it depends on (helpers, data, locked versions, Python) and read back while that key holds.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    dict
        ``claims`` and ``counts``.

    Raises
    ------
    ReviewError
        The data break their dictionary, or a recipe does not hold.
    """
    path = root / KEPT
    key = f"{sys.version} {keys.shared_inputs(root)}"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):  # absent or damaged: computed again
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return {"claims": list(kept["document"]["claims"]), "counts": dict(kept["document"]["counts"])}
    from helpers import audit

    document = audit.run_audit(root).to_dict()
    with contextlib.suppress(OSError):  # a folder that cannot be written is audited all the same
        write_atomically(path, json.dumps({"key": key, "document": document}, ensure_ascii=False) + "\n")
    return document
