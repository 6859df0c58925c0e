"""Takes the pictures of the README, of the site of a base in a real browser.

    python tests/screenshots.py out/demo.db       writes docs/pictures

Run it on the base of `make demo` after a change of how pages look; a test holds the pictures to their size.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from sites import CHROMIUM, FR, VI, ZH, serving, with_hand_outs

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
LARGEST = 120_000  # bytes of a picture
WIDTH = 1000  # pixels: a README is hardly shown wider
# Name: (address, height, where the page is scrolled to, the mark that is pointed at)
VIEWS = {
    "home": ("/", 620, "", ""),
    "read": (f"/read?a={VI}&a={FR}&a={ZH}&concept=memorabilia", 640, "#rows-here", ".m[data-c=memorabilia]"),
    "concept": ("/concept/memorabilia", 960, "h1", ""),
    "review": ("/review?queue=names", 560, ".tabs", ""),
}


def take(page: Any, name: str) -> None:
    address, height, place, mark = VIEWS[name]
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.goto(address)
    if place:
        page.locator(place).evaluate("part => part.scrollIntoView()")
    if mark:
        page.locator(mark).first.hover()
    page.screenshot(path=PICTURES / f"{name}.png")
    size = (PICTURES / f"{name}.png").stat().st_size
    print(f"{name}.png: {size / 1000:.0f} kB{', too large' if size > LARGEST else ''}")


def main(base: Path) -> None:
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(with_hand_outs(base, Path(folder))) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=site, locale="en", color_scheme="light", reduced_motion="reduce")
        for name in VIEWS:
            take(context.new_page(), name)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
