"""What the rehearsal shows of a part, here of the whole: every notebook as of the baseline, every page of the version before."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from built import built_site

from helpers.publish import versions
from helpers.publish.config import load_config
from helpers.publish.edition import load_edition
from helpers.wording.sentences import LATER

from .rehearsal import BASELINE, Played, begin, content, decide, new_copy, publish, rewordings, shown_alike, take_in

KEPT = "2023.1"
NOTE = re.compile(r'\n<div class="version-note" role="note".*?</div>', re.S)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The update merged, with the real site of the version before, and all notebooks run as of the baseline."""
    site = built_site(tmp_path_factory)
    review = new_copy(tmp_path_factory.mktemp("whole"))
    shutil.copytree(site, review.root / "_site")
    publish(review.root)  # the copy's own, but for the changelog, which no page shows
    before = content(review.root / "data/results") | content(review.root / "notebooks")
    made = begin(review)
    made.files |= {"site": content(site), "before": before}
    decide(made)
    take_in(made)
    made.said["run"] = review.call("run", "--as-of", BASELINE, "--json").document
    return made


def without_flow(content: bytes) -> bytes:
    """A notebook or its results without the flow: beside its end stands what is known now, and looking back nothing is."""
    document = json.loads(content)
    document["results"] = [one for one in document.get("results", ()) if one.get("id") != "fig-flow"]
    cells = document.get("cells", ())
    document["cells"] = [cell for cell in cells if "with_known_since" not in "".join(cell["source"])]
    return json.dumps(document).encode()


def test_every_notebook_as_of_the_baseline_gives_the_same_bytes_after_the_merge(whole: Played) -> None:
    """What was published before: a clean run of the committed notebooks makes it, as `test_reproducible.py` shows."""
    before, after = whole.files["before"], content(whole.root / "_runs" / BASELINE)
    results = sorted(name for name in before if re.fullmatch(r"\d\d-[\w-]+\.json", name))
    assert len(results) == 14
    assert sorted(name.removeprefix("results/") for name in after if name.endswith(".json")) == results
    assert [name for name in results if without_flow(after[f"results/{name}"]) != without_flow(before[name])] == []


def test_every_page_as_of_the_baseline_shows_the_same_after_the_merge(whole: Played) -> None:
    """Cells whose text the team has reworded show that text, and none of its later numbers."""
    before, after = whole.files["before"], content(whole.root / "_runs" / BASELINE)
    pages = sorted(name for name in after if name.endswith(".ipynb"))
    assert len(pages) == len(whole.said["run"]["ran"]) == 14
    assert [name for name in pages if not shown_alike(without_flow(before[name]), without_flow(after[name]))] == []
    reworded = {f"{Path(sentence['file']).stem}.ipynb" for sentence in rewordings()["sentences"]} & {*pages}
    assert all(LATER in after[name].decode() for name in reworded)


def test_the_archive_holds_the_version_before_byte_for_byte(whole: Played) -> None:
    site = {
        name: text
        for name, text in whole.files["site"].items()
        if not name.startswith("v/") and not any(part.startswith(".") for part in name.split("/"))
    }
    with zipfile.ZipFile(whole.root / f"archive/{KEPT}.zip") as kept:
        assert {name: kept.read(name) for name in kept.namelist()} == site
    assert len([name for name in site if re.fullmatch(r"notebooks/\d\d-[\w-]+\.html", name)]) == 14
    assert f"The version before is kept in archive/{KEPT}.zip." in whole.said["merge"]


def test_every_page_of_the_version_before_stays_as_it_was_under_a_note(whole: Played, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<main>The new version</main>")
    edition = load_edition(whole.root, load_config(whole.root))
    assert edition is not None
    versions.freeze(tmp_path, whole.root, edition)
    frozen, before = content(tmp_path / "v" / KEPT), whole.files["site"]
    assert [name for name in frozen if not name.endswith(".html") and frozen[name] != before[name]] == []
    pages = sorted(name for name in frozen if name.endswith(".html"))
    assert len(pages) > 70
    for name in pages:
        shown, published = frozen[name].decode(), before[name].decode()
        if "<main" in published:
            assert shown.count(f"You are reading version {KEPT}, searched through 30 June 2023.") == 1, name
        # The list of versions lies beside the folder now.
        assert NOTE.sub("", shown) == versions.TO_VERSIONS.sub(r"\1\2../", published), name
