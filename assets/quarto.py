"""Called by Quarto (see _quarto.yml) before and after it renders, and for each notebook: `quarto render` and
`quarto preview` then make the pages that `review site` makes. Any Python will do; the review's own does the work."""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ABSENT = """
The review's own programs are not installed here, and without them captions, figures' pages and downloads are missing.
Install them, then render again:

    make .venv                                     in the review's folder, or
    conda env create --file environment.yml        and what its first lines say
"""


def python() -> str:
    """The Python that has the review's programs: of the active environment, of .venv, or this one; empty if none."""
    folders = [os.environ.get("VIRTUAL_ENV"), os.environ.get("CONDA_PREFIX"), ROOT / ".venv"]
    for folder in [Path(name) for name in folders if name]:
        for place in ("bin", "Scripts"):
            if (folder / place / "review").is_file() or (folder / place / "review.exe").is_file():
                return str(folder / place / "python")
    return sys.executable if importlib.util.find_spec("helpers") else ""


def notebook(text: bytes) -> bytes:
    """A notebook as it is published, which was made before rendering under the hash of the one that is written."""
    made = list((ROOT / "_runs" / "notebooks").glob(f"{hashlib.sha256(text).hexdigest()[:32]}-*.ipynb"))
    if not made:
        sys.exit("\nA notebook changed while Quarto was at work. Render again.")
    return made[0].read_bytes()


if __name__ == "__main__":
    if sys.argv[1] == "notebook":
        sys.stdout.buffer.write(notebook(sys.stdin.buffer.read()))
    elif "REVIEW_RENDERS" not in os.environ:  # else `review site` calls Quarto and does the work itself
        if not (command := python()):
            sys.exit(ABSENT)
        sys.exit(subprocess.call([command, "-m", "helpers.publish.hooks", sys.argv[1]], cwd=ROOT))
