"""The pictures of docs/journeys: of few colours, so that they are small and text stays sharp."""

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[2] / "docs" / "journeys"
_HEIGHT = 640  # a page is at least this high
_COLOURS = 255  # with fewer, the red of a small star is lost
_INDEXED = """async ([png, most]) => {
    const bytes = await (await fetch(`data:image/png;base64,${png}`)).blob();
    const image = await createImageBitmap(bytes);
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const pixels = new Uint32Array(
        canvas.getImageData(0, 0, image.width, image.height).data.buffer);
    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, most).map(([one]) => one);
    const parts = (one) => [one & 255, (one >> 8) & 255, (one >> 16) & 255];
    const far = (a, b) => parts(a).reduce((sum, v, i) => sum + (v - parts(b)[i]) ** 2, 0);
    const nearest = new Map([...counts.keys()].map((one) =>
        [one, kept.reduce((best, each, i) =>
            far(one, each) < far(one, kept[best]) ? i : best, 0)]));
    let shown = "";
    for (const pixel of pixels) shown += String.fromCharCode(nearest.get(pixel));
    return [image.width, image.height, kept.flatMap(parts), btoa(shown)];
}"""


class Album:
    """Takes pictures of the pages that one copy serves, wide and narrow."""

    def __init__(self, browser: Browser) -> None:
        self._desk = browser.new_page()

    def keep(self, page: Page, name: str, width: int = 1280) -> None:
        """The whole page as it is now, as NAME.png."""
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        page.evaluate("document.activeElement?.blur()")
        shot = base64.b64encode(page.screenshot(full_page=True)).decode()
        wide, high, palette, pixels = self._desk.evaluate(_INDEXED, [shot, _COLOURS])
        png = _png(wide, high, bytes(palette), base64.b64decode(pixels))
        (FOLDER / f"{name}.png").write_bytes(png)


def _png(width: int, height: int, palette: bytes, pixels: bytes) -> bytes:
    """A PNG of indexed colours, 8 bits a pixel (ISO/IEC 15948 §11.2)."""
    rows = (b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
