"""JupyterLab as people use it, in a real browser: `make lab`, open, save, run, edit, and an edit from elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from copies import second_review
from playwright.sync_api import Browser, Page, expect

from helpers.run import run_notebooks
from helpers.run.pairs import Pair

NAME = "02-treatments"
HERE = {"open_browser": False, "port": 0, "port_retries": 0}  # what people do not have to set, and a test has to
ADDRESS = re.compile(r"(http://\S+?)/lab\S*\?token=(\w+)")
PATIENCE = 60_000  # milliseconds


@dataclass
class Lab:
    """A running JupyterLab, the review in it, and a window."""

    pair: Pair
    address: str
    token: str
    browser: Browser

    def forms(self) -> tuple[bytes, bytes]:
        return self.pair.notebook.read_bytes(), self.pair.script.read_bytes()

    def open(self, place: str) -> Page:
        page = self.browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE)
        page.goto(f"{self.address}/lab/tree/{place}?token={self.token}&reset")
        return page

    def open_notebook(self) -> Page:
        page = self.open(self.pair.notebook_name)
        is_ready(page)
        return page


def is_ready(page: Page) -> None:
    """The kernel is there and idle, so that nothing more is written into the notebook by itself."""
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(1000)


def save(page: Page) -> None:
    page.keyboard.press("Escape")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url):
        page.keyboard.press("Control+s")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, root: Path, browser: Browser) -> Iterator[Lab]:
    """`make lab` in a small review that was just run; in a container this is started by root."""
    review = second_review(tmp_path_factory.mktemp("lab") / "review")
    assert run_notebooks(review, [NAME], progress=False).ran == [NAME]
    (review / ".venv").symlink_to(Path(sys.prefix))
    home = tmp_path_factory.mktemp("home")
    (home / ".jupyter").mkdir()
    (home / ".jupyter/jupyter_server_config.json").write_text(json.dumps({"ServerApp": HERE}))
    told = home / "told.txt"
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(root / "src")}
    with told.open("w") as stream:
        # The stamp is taken as it is: this is the environment of the tests, and nothing is to be installed.
        command = ["make", "--old-file=.venv/.installed", "lab"]
        server = subprocess.Popen(command, cwd=review, env=environment, stdout=stream, stderr=stream)
    try:
        yield Lab(Pair(review, NAME), *_address(server, told), browser)
    finally:
        server.terminate()
        server.wait(20)


def _address(server: subprocess.Popen[bytes], told: Path) -> tuple[str, str]:
    end = time.monotonic() + 60
    while not (found := ADDRESS.search(told.read_text(encoding="utf-8"))):
        assert server.poll() is None, told.read_text(encoding="utf-8")
        assert time.monotonic() < end, told.read_text(encoding="utf-8")
        time.sleep(0.1)
    return found[1], found[2]


def test_looking_at_a_notebook_running_and_saving_it_change_no_byte(lab: Lab) -> None:
    before = lab.forms()
    page = lab.open_notebook()
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(page.locator("h2", has_text="title:")).to_have_count(0)  # the YAML block, read as Markdown
    page.locator(".jp-Notebook").click()
    save(page)
    assert lab.forms() == before

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(last).not_to_have_text(re.compile(r"\[[ *]\]"), timeout=PATIENCE)
    is_ready(page)
    save(page)
    assert lab.forms() == before
    page.close()


def test_an_edit_is_saved_in_both_forms_from_either(lab: Lab) -> None:
    for place in (lab.pair.notebook_name, lab.pair.script_name):
        said = f"Edited in {Path(place).suffix[1:]}"
        page = lab.open(str(Path(place).parent))
        page.locator(".jp-DirListing-item", has_text=Path(place).name).dblclick()
        is_ready(page)
        cell = page.locator(".jp-MarkdownCell").last
        cell.dblclick()
        page.keyboard.press("Control+End")
        page.keyboard.type(f"\n\n{said}")
        page.keyboard.press("Shift+Enter")
        save(page)
        assert all(said.encode() in form for form in lab.forms())
        page.close()


def test_a_script_that_changed_on_disk_is_told_before_it_is_written_over(lab: Lab) -> None:
    page = lab.open_notebook()
    elsewhere = lab.pair.script.read_text(encoding="utf-8") + "\n# %% [markdown]\n# Edited elsewhere\n"
    lab.pair.script.write_text(elsewhere, encoding="utf-8")
    os.utime(lab.pair.script, (time.time() + 5,) * 2)  # Jupyter looks for more than half a second
    page.locator(".jp-MarkdownCell").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Control+s")
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("changed on disk")
    assert lab.pair.script.read_text(encoding="utf-8") == elsewhere
    dialog.get_by_role("button", name="Revert").click()
    expect(page.locator(".jp-MarkdownCell", has_text="Edited elsewhere")).to_be_visible()
    page.close()
