"""How heavy and how fast the finished pages are, opened from the folder in Chromium: bytes, first paint, layout shift.

Needs a built site (`make site`) and Chromium. Bars: home under 300 kB without fonts, first paint under 1 s, no shift.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

from playwright.sync_api import Browser, sync_playwright

SITE = Path(__file__).resolve().parent.parent / "_site"
PAGES = (
    "index.html",
    "notebooks/05-anakinra.html",
    "notebooks/11-non-sjia.html",
    "figures/05-anakinra-fig-outcomes.html",
    "evidence.html",
    "notebooks/13-audit.html",
    "data.html",
)
WINDOWS = {"desktop": (1280, 900), "phone": (360, 780)}
TIMES = 5
FONTS = (".woff", ".woff2", ".ttf", ".otf")
MEASURE = """() => new Promise(done => {
  let shift = 0
  new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value }).observe({ type: "layout-shift", buffered: true })
  setTimeout(() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN
    const complete = performance.getEntriesByType("navigation")[0].loadEventEnd
    done([paint, complete, shift, document.getElementsByTagName("*").length])
  }, 400)
})"""


def measure(browser: Browser, site: Path, name: str, window: tuple[int, int]) -> dict[str, float]:
    """One page in a fresh window, as a reader sees it for the first time; medians over several times."""
    loaded: dict[str, int] = {}
    paints, ends, shifts, nodes = [], [], [], 0

    def weigh(url: str) -> None:
        path = Path(unquote(urlparse(url).path))
        if url.startswith("file:") and path.suffix not in FONTS and path.is_file():
            loaded[url] = path.stat().st_size

    for _ in range(TIMES):
        context = browser.new_context(viewport={"width": window[0], "height": window[1]})
        page = context.new_page()
        page.on("request", lambda request: weigh(request.url))
        page.goto((site / name).as_uri())
        paint, end, shift, nodes = page.evaluate(MEASURE)
        paints.append(paint)
        ends.append(end)
        shifts.append(shift)
        context.close()
    return {
        "kB": sum(loaded.values()) / 1000,
        "files": len(loaded),
        "paint": statistics.median(paints),
        "load": statistics.median(ends),
        "shift": max(shifts),
        "nodes": nodes,
    }


def main(site: Path = SITE) -> None:
    command = shutil.which("chromium")
    if not command or not (site / "index.html").is_file():
        print("Needs Chromium and a built site: `make browser site`", file=sys.stderr)
        return
    print(f"{'page':40}{'window':>9}{'kB':>8}{'files':>7}{'paint ms':>10}{'load ms':>9}{'shift':>8}{'nodes':>7}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=["--no-sandbox"])
        for name in PAGES:
            for window, size in WINDOWS.items():
                if (site / name).is_file():
                    m = measure(browser, site, name, size)
                    print(
                        f"{name:40}{window:>9}{m['kB']:8.0f}{m['files']:7.0f}{m['paint']:10.0f}{m['load']:9.0f}"
                        f"{m['shift']:8.3f}{m['nodes']:7.0f}"
                    )
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE)
