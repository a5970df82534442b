"""How heavy and how fast the finished pages are, opened from the folder in Chromium: bytes, first paint, layout shift.

Needs a built site (`make site`) and Chromium. Bars: home under 300 kB without fonts, first paint under 1 s, no shift.
The pages that differ in kind are measured several times each; with `--all` every page once.
"""

from __future__ import annotations

import re
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
FROZEN = re.compile(r"v/[^/]+/")
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


def measure(
    browser: Browser, site: Path, name: str, window: tuple[int, int], *, times: int = TIMES
) -> dict[str, float]:
    """One page in a fresh window, as a reader sees it for the first time; medians over several times."""
    loaded: dict[str, int] = {}
    paints, ends, shifts, nodes = [], [], [], 0

    def weigh(url: str) -> None:
        path = Path(unquote(urlparse(url).path))
        if url.startswith("file:") and path.suffix not in FONTS and path.is_file():
            loaded[url] = path.stat().st_size

    for _ in range(times):
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


def main(site: Path = SITE, *, is_complete: bool = False) -> None:
    """Print a line for each page and window, and the heaviest, slowest and least steady of them."""
    command = shutil.which("chromium")
    if not command or not (site / "index.html").is_file():
        print("Needs Chromium and a built site: `make browser site`", file=sys.stderr)
        return
    print(f"{'page':44}{'window':>9}{'kB':>8}{'files':>7}{'paint ms':>10}{'load ms':>9}{'shift':>8}{'nodes':>7}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=["--no-sandbox"])
        found = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
        names = [name for name in found if not FROZEN.match(name)] if is_complete else [n for n in PAGES if n in found]
        worst = {"kB": 0.0, "paint": 0.0, "shift": 0.0}
        for name in names:
            for window, size in WINDOWS.items():
                m = measure(browser, site, name, size, times=1 if is_complete else TIMES)
                worst = {key: max(value, m[key]) for key, value in worst.items()}
                print(
                    f"{name:44}{window:>9}{m['kB']:8.0f}{m['files']:7.0f}{m['paint']:10.0f}{m['load']:9.0f}"
                    f"{m['shift']:8.3f}{m['nodes']:7.0f}"
                )
        print(f"{len(names)} pages; at most {worst['kB']:.0f} kB, {worst['paint']:.0f} ms, shift {worst['shift']:.3f}")
        browser.close()


if __name__ == "__main__":
    named = [argument for argument in sys.argv[1:] if argument != "--all"]
    main(Path(named[0]) if named else SITE, is_complete="--all" in sys.argv)
