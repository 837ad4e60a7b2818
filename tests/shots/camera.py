"""Photographs of pages and what differs between two: squares whose mean colour is not the same.

The mean of a square ignores how one Chromium or another smooths letters; it tells a line that
moved, a word, a colour. Chromium reads the images itself.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
SQUARE = 4
"""Pixels of a side: eight of the page, photographed at half its size."""
APART = 14
"""How far two means of a square are told apart, of 255, in one colour at least."""
MOST = 0.006
"""The part of squares that may differ: an hour, a number of days."""
STILL = "*, *::before, *::after { caret-color: transparent !important; animation: none !important; \
transition: none !important; }"

DIFFERENCE = """async ([former, present, side, apart]) => {
  const pixels = async (encoded) => {
    const image = await createImageBitmap(
      new Blob([Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, image.width, image.height);
  };
  const [one, other] = [await pixels(former), await pixels(present)];
  if (one.width !== other.width || one.height !== other.height) return 1;
  const mean = (image, left, top, colour) => {
    let sum = 0, count = 0;
    for (let y = top; y < Math.min(top + side, image.height); y += 1)
      for (let x = left; x < Math.min(left + side, image.width); x += 1, count += 1)
        sum += image.data[4 * (y * image.width + x) + colour];
    return sum / count;
  };
  let squares = 0, different = 0;
  for (let top = 0; top < one.height; top += side)
    for (let left = 0; left < one.width; left += side, squares += 1)
      if ([0, 1, 2].some((colour) =>
        Math.abs(mean(one, left, top, colour) - mean(other, left, top, colour)) > apart))
        different += 1;
  return different / squares;
}"""


class View(NamedTuple):
    """What a page is seen through."""

    width: int
    theme: str

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}"


VIEWS = tuple(View(width, theme) for width in WIDTHS for theme in THEMES)


def photograph(page: Page, *, whole: bool = True) -> bytes:
    """PNG of the whole page, or of what its window shows; nothing moves in it."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    return page.screenshot(full_page=whole, style=STILL, caret="hide")


def part_that_differs(former: bytes, present: bytes, *, blank: Page) -> float:
    """From 0, alike, to 1: another size, or every square of another colour."""
    images = [base64.b64encode(image).decode() for image in (former, present)]
    found: float = blank.evaluate(DIFFERENCE, [*images, SQUARE, APART])
    return found


def contact_sheet(folder: Path) -> Path:
    """One page that shows every photograph of a folder beside its other views."""
    names = sorted({image.stem.rsplit("-", 2)[0] for image in folder.glob("*.png")})
    rows = "".join(
        f"<h2>{name}</h2>"
        + "".join(
            f'<a href="{name}-{view}.png"><img src="{name}-{view}.png" '
            f'width="{view.width // 4}" alt="{view}"></a> '
            for view in VIEWS
            if (folder / f"{name}-{view}.png").exists()
        )
        for name in names
    )
    place = folder / "index.html"
    place.write_text(f'<!doctype html><meta charset="utf-8"><title>Pages</title>{rows}')
    return place
