"""The real site for everybody: keyboard, small and enlarged windows, wider spacing, quiet pages, readable figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from built import built_site, living_pages, look
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site(tmp_path_factory)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


# What has the focus: its name, whether its outline shows, and whether it is in view and not under something.
FOCUSED = """() => {
  const element = document.activeElement
  if (!element || element === document.body) return null
  const style = getComputedStyle(element)
  const box = element.getBoundingClientRect()
  const inside = (x, y) => { const top = document.elementFromPoint(x, y); return top && (element.contains(top) || top.contains(element)) }
  const [left, right] = [Math.max(box.left, 0) + 2, Math.min(box.right, innerWidth) - 2]
  const [top, bottom] = [Math.max(box.top, 0) + 2, Math.min(box.bottom, innerHeight) - 2]
  const seen = [[left, top], [(left + right) / 2, (top + bottom) / 2], [right, bottom]].some(([x, y]) => inside(x, y))
  element.dataset.walked = Number(element.dataset.walked ?? 0) + 1
  return {
    name: element.tagName + " " + (element.textContent || element.getAttribute("aria-label") || "").trim().slice(0, 40),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen, again: element.dataset.walked > 1,
  }
}"""
STOPS = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && !e.dataset.walked).map(e => e.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize(
    "name, width",
    [("index.html", 1280), ("notebooks/06-emapalumab.html", 360), ("figures/05-anakinra-fig-use.html", 1280)],
)
def test_the_keyboard_reaches_everything_and_always_shows_where_it_is(
    site: Path, page: Page, name: str, width: int
) -> None:
    look(page, name, site, width=width)
    hidden, lost, first = [], [], None
    for _ in range(400):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here is None or here["again"]:
            break
        first = first or here["name"]
        hidden += [] if here["ring"] else [here["name"]]
        lost += [] if here["seen"] else [here["name"]]
    assert first == "A Skip to content"
    assert hidden == []
    assert lost == []
    assert page.evaluate(STOPS) == []


def test_the_skip_link_goes_past_the_menus(site: Path, page: Page) -> None:
    look(page, "notebooks/05-anakinra.html", site)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_menus_open_and_close_by_keyboard(site: Path, page: Page) -> None:
    look(page, "index.html", site)
    summary = page.locator(".dropdown > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".dropdown ul").first.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.dropdown') !== null")
    page.keyboard.press("Escape")
    assert not page.locator(".dropdown ul").first.is_visible()
    assert summary.evaluate("element => element === document.activeElement")


# Text that its box cuts off; boxes that are one pixel small on purpose are for screen readers.
CUT = """() => [...document.querySelectorAll("body *")].filter(element => {
  const style = getComputedStyle(element)
  if (!/hidden|clip/.test(style.overflow + style.overflowX + style.overflowY) || !element.checkVisibility()) return false
  if (element.closest("svg, dialog") || element.clientWidth <= 1) return false
  return element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1
}).map(element => element.outerHTML.slice(0, 90))"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""


def test_pages_fit_every_window_are_quiet_and_ask_nobody(site: Path, browser: Browser) -> None:
    """From a folder, at widths down to 320 pixels (what a window of 1280 shows at 400%), and with wider spacing."""
    page = browser.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("request", lambda r: None if r.url.startswith(("file://", "data:")) else heard.append(r.url))
    faults = {}
    for number, name in enumerate(living_pages(site)):
        look(page, name, site, theme=("light", "dark")[number % 2])
        for width, spacing in ((1280, "usual"), (768, "usual"), (360, "usual"), (320, "usual"), (320, "wide")):
            page.set_viewport_size({"width": width, "height": 900})
            if spacing == "wide":
                page.add_style_tag(content=SPACED)
            spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if spill > 0 or (width == 320 and (cut := page.evaluate(CUT))):
                faults[name, width, spacing] = spill or cut
    page.close()
    assert faults == {}
    assert heard == []


@pytest.mark.parametrize("name", ["index.html", "de/index.html"])
def test_the_summary_of_findings_is_seen_whole_in_every_window(site: Path, page: Page, name: str) -> None:
    """Nobody has to push the answer sideways to see how sure it is; where columns have no room, rows become cards."""
    for width in (1920, 1280, 1180, 1024, 768, 390, 320):
        look(page, name, site, width=width)
        box = page.locator(".table-scroll:has(.summary-of-findings), .summary-of-findings .table-scroll")
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0, width
        assert box.locator(".chip").first.is_visible()


def test_at_twice_the_size_everything_is_still_there(site: Path, browser: Browser) -> None:
    """A window of 1280 by 900 at 200% is one of 640 by 450 with twice the pixels."""
    context = browser.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    page = context.new_page()
    for name in ("index.html", "notebooks/05-anakinra.html", "evidence.html", "figures/05-anakinra-fig-use.html"):
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
        assert page.evaluate(CUT) == []
        page.keyboard.press("Control+k")
        assert page.get_by_role("dialog").is_visible()
    context.close()


# Contrast of each text of a picture with what it stands on: the shape under it, as far as that covers the card.
TEXTS = """ground => {
  const rgb = color => (color.match(/[\\d.]+/g) ?? []).map(Number).slice(0, 3)
  const linear = part => (part /= 255) <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4
  const light = color => color.map(linear).reduce((sum, part, i) => sum + part * [.2126, .7152, .0722][i], 0)
  const over = (top, share, bottom) => top.map((part, i) => share * part + (1 - share) * bottom[i])
  const shapes = ["path", "rect", "circle", "polygon", "use"]
  return [...document.querySelectorAll("svg text")].filter(text => text.textContent.trim()).map(text => {
    const box = text.getBoundingClientRect()
    const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2).filter(e => shapes.includes(e.tagName))
    const behind = under.reverse().map(e => getComputedStyle(e)).filter(style => style.fill !== "none")
      .reduce((color, style) => over(rgb(style.fill), style.opacity * style.fillOpacity, color), rgb(ground))
    const [high, low] = [light(rgb(getComputedStyle(text).fill)), light(behind)].sort((a, b) => b - a)
    return [text.textContent.trim().slice(0, 30), (high + .05) / (low + .05)]
  })
}"""


def test_every_text_of_every_figure_can_be_read_in_both_themes(site: Path, page: Page) -> None:
    pictures = sorted((site / "downloads").glob("*-fig-*.svg"))
    weak, looked_at = [], 0
    for theme in ("light", "dark"):
        look(page, "figures/05-anakinra-fig-use.html", site, theme=theme)
        ground = page.locator("figure.quarto-float-fig > div").first.evaluate(
            "card => getComputedStyle(card).backgroundColor"
        )
        for picture in pictures:
            page.set_content(f"<body style='margin:0'>{picture.read_text(encoding='utf-8')}</body>")
            page.set_viewport_size({"width": 1280, "height": 2400})  # what is out of the window has nothing under it
            for text, ratio in page.evaluate(TEXTS, ground):
                looked_at += 1
                weak += [(picture.name, theme, text, round(ratio, 2))] if ratio < 4.5 else []
    assert looked_at > 1000
    assert weak == []
