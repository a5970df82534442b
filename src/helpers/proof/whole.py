"""All proofs together: of the texts that people write, of the generated parts, of derived views, of the built pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers import evidence, report
from helpers.faults import Fault
from helpers.proof import names as name_list
from helpers.proof.derived import check_derived, check_findings
from helpers.proof.pages import Proof, check_pages
from helpers.proof.sources import check_sources


def prove(
    root: Path,
    site: Path | None = None,
    *,
    sources: Mapping[str, str] | None = None,
    claims: Sequence[Mapping[str, Any]] | None = None,
    is_current: bool = True,
) -> Proof:
    """Prove that our numbers come from the data, and are what their labels say.

    No number is typed into prose; the generated parts are what the data give; tables, figures and the evidence map show what
    their rows count; and, with a site, every number on its pages has an origin.

    Parameters
    ----------
    root : Path
        Folder of the review.
    site : Path, optional
        A built site; without one only the texts and parts are looked at.
    sources : mapping of str to str, optional
        Source of each page by its address.
    claims : sequence of dict, optional
        Audited claims where they are known already.
    is_current : bool
        Whether the notebooks were run with these data; what they show is held against the data only then.

    Returns
    -------
    Proof
        Its faults name file and line where a person typed the number, else page and section.

    Raises
    ------
    ReviewError
        The data break their rules: numbers cannot be held against them.
    """
    review = evidence.load(root)
    names = [*name_list.from_data(review), *name_list.listed(review.root)]
    faults = check_sources(root, names) + check_parts(root) + report.check_translations(root, review)
    faults += check_derived(root, review) if is_current else check_findings(review)
    proof = check_pages(site, review, sources=sources, claims=claims) if site else Proof()
    told = {(_page(fault.file), fault.value) for fault in faults}
    proof.faults = faults + [f for f in proof.faults if (_page(f.file), f.value) not in told]
    return proof


def _page(source: str) -> str:
    """The page that a source ends up on, for a script as for its notebook."""
    return Path(source).stem


def check_parts(root: Path) -> list[Fault]:
    """Generated parts of pages that are not what the data and results give: somebody edited one, or it is out of date."""
    faults = []
    for name, text in report.page_parts(root).items():
        path = root / name
        if path.is_file() and path.read_text(encoding="utf-8").rstrip() != text.rstrip():
            message = "this generated file is not what the data give"
            faults.append(Fault(name, None, None, None, "generated-part", message, "Make it anew: `review run`."))
    return faults
