"""The real site under axe: no violation of WCAG 2.2 AA on any page, in both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from built import built_site, living_pages, look
from playwright.sync_api import Browser, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SHARED = {"resultTypes": ["violations"], "preload": False, "iframes": False, "elementRef": False}
CONTRAST = {**SHARED, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
RULES = {"color-contrast": {"enabled": False}, "landmark-unique": {"enabled": True}}  # the second is best practice only
ALL_BUT_CONTRAST = {**SHARED, "runOnly": WCAG, "rules": RULES}
WIDTHS = (1280, 360)
# Rows of the same make are looked at twice, not five hundred times: same elements, classes, and kind of short link.
FEWER_ROWS = """() => {
  for (const body of document.querySelectorAll("main tbody")) {
    const seen = new Map()
    for (const row of [...body.rows]) {
      const short = [...row.querySelectorAll("a")].map(link => link.textContent.trim().length < 3).join()
      const make = row.innerHTML.replace(/>[^<]*</g, "><").replace(/ (?:href|id|title)="[^"]*"/g, "") + short
      seen.set(make, (seen.get(make) ?? 0) + 1)
      if (seen.get(make) > 2) row.remove()
    }
  }
}"""
# Letters, what is behind them, and whether they are large as WCAG means it: all that contrast depends on.
COLOURS = """() => {
  const found = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue
    const style = getComputedStyle(element)
    let behind = element
    while (behind && /^(transparent|rgba\\(.*, 0\\))$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement
    const ground = behind ? getComputedStyle(behind).backgroundColor : "canvas"
    const points = parseFloat(style.fontSize) * 0.75
    const large = points >= 18 || (points >= 14 && style.fontWeight >= 700)
    found.add([style.color, ground, large, style.opacity].join(" "))
  }
  return [...found]
}"""
RUN = """rules => axe.run(document, rules).then(
  found => found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 120))])
)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site(tmp_path_factory)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for all tests, which has axe on every page that it opens."""
    context = browser.new_context()
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


def violations(page: Page, theme: Any, width: int, looked_at: set[str]) -> list[Any]:
    """What axe finds on the open page. Contrast is a matter of colours: only those not looked at yet are."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    found = page.evaluate(RUN, ALL_BUT_CONTRAST) if theme == "light" else []
    colours = set(page.evaluate(COLOURS))
    if not colours <= looked_at:
        found += page.evaluate(RUN, CONTRAST)
        looked_at |= colours
    return found


def test_axe_finds_no_violation_on_any_page_in_any_theme_and_width(site: Path, page: Page) -> None:
    found = {}
    looked_at: set[str] = set()
    names = living_pages(site)
    for name in names:
        look(page, name, site)
        page.evaluate(FEWER_ROWS)
        for theme in ("light", "dark"):
            for width in WIDTHS:
                if here := violations(page, theme, width, looked_at):
                    found[name, theme, width] = here
    assert len(names) > 60
    assert len(looked_at) > 20
    assert found == {}


def test_axe_finds_no_violation_in_what_opens_over_a_page(site: Path, page: Page) -> None:
    look(page, "v/index.html", site, width=360)
    page.locator(".menu > summary").click()
    assert violations(page, "light", 360, set()) + violations(page, "dark", 360, set()) == []
    look(page, "notebooks/05-anakinra.html", site)
    page.locator(".dropdown > summary").first.click()
    assert violations(page, "light", 1280, set()) == []
    page.keyboard.press("Control+k")
    page.keyboard.type("anakinra")
    page.locator(".search-results a").first.wait_for()
    assert violations(page, "light", 1280, set()) + violations(page, "dark", 360, set()) == []


PLANTED = """<!DOCTYPE html><html lang="en"><head><title>Planted</title>
<style>:root { color-scheme: light dark } p { color: light-dark(black, #333); background: canvas }
@media (max-width: 400px) { a { display: inline-block; width: 9px; height: 9px; overflow: hidden } }</style></head>
<body><main><h1>Planted</h1><p>Words</p><div><a href="#a">one</a><a href="#b">two</a></div></main></body></html>"""


def test_the_same_looking_finds_what_was_planted_in_one_theme_or_width_only(page: Page, tmp_path: Path) -> None:
    (tmp_path / "planted.html").write_text(PLANTED, encoding="utf-8")
    page.goto((tmp_path / "planted.html").as_uri())
    seen: set[str] = set()
    rules = {(t, w): {rule for rule, _ in violations(page, t, w, seen)} for t in ("light", "dark") for w in WIDTHS}
    assert rules["light", 1280] == set()
    assert rules["light", 360] == {"target-size"}
    assert rules["dark", 1280] == {"color-contrast"}
