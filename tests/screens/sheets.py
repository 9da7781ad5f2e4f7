"""Pictures side by side on one sheet: what was seen before, and what is seen now."""

import base64
import html
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser

from tests.screens import golden
from tests.screens.painter import WIDTH, Painter
from tests.screens.subjects import LANGUAGES, NOTIFICATIONS, README, SUBJECTS, kind

COLOURS = 192
"""Of a sheet: it is flat, and so a third of the size."""
_GAP = 14
_STYLE = """
body { margin: 0; padding: 14px; background: #cfd6de; color: #1b2430; font: 14px/1.4 "Noto Sans", sans-serif; }
h1 { margin: 0 0 10px; font-size: 19px; }
main { display: grid; gap: 18px 26px; align-items: start; }
section { display: grid; gap: 4px 10px; align-items: start; }
h2 { grid-column: 1 / -1; margin: 0; font-size: 14px; }
small { display: block; color: #45515e; }
img { display: block; }
"""


@dataclass(frozen=True)
class Picture:
    """One picture of a sheet; without one, a word why."""

    label: str
    png: bytes | None

    def html(self) -> str:
        """As a cell of the sheet."""
        if self.png is None:
            return f"<div><small>{html.escape(self.label)}</small></div>"
        with Image.open(io.BytesIO(self.png)) as image:
            label = f"<small>{html.escape(self.label)}, {image.height} px</small>" if self.label else ""
        data = base64.b64encode(self.png).decode()
        return f'<div>{label}<img src="data:image/png;base64,{data}" width="{WIDTH}"></div>'


async def draw(
    browser: Browser, painter: Painter, subject: str, language: str, into: Path, commit: str | None, columns: int
) -> Path:
    """Draws the sheet of a subject in a language; with a `commit`, what it had stands beside each picture."""
    pairs, is_bare = [], subject == README
    for caption, name in SUBJECTS[subject].items():
        pictures = [] if commit is None else [await _before(painter, subject, commit, name, language)]
        label = "" if is_bare else "now"
        pictures.append(Picture(label, await _paint(painter, subject, name, golden.now(name, language))))
        cells = "".join(picture.html() for picture in pictures)
        heading = html.escape(caption) + ("" if is_bare else f" · {name}")
        pairs.append(f"<section><h2>{heading}</h2>{cells}</section>")
    beside = 1 if commit is None else 2
    width = columns * (beside * (WIDTH + 10) - 10 + 26) - 26 + 2 * _GAP
    style = f"main {{ grid-template-columns: repeat({columns}, max-content) }}"
    style += f"section {{ grid-template-columns: repeat({beside}, {WIDTH}px) }}"
    title = "" if is_bare else f"<h1>{subject}: {LANGUAGES[language]}</h1>"
    page = await browser.new_page(viewport={"width": width, "height": 200})
    await page.set_content(
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}{style}</style>{title}<main>{"".join(pairs)}</main>'
    )
    file = into / f"{subject}-{language}.png"
    png = await page.screenshot(full_page=True)
    await page.close()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    return file


async def _before(painter: Painter, subject: str, commit: str, name: str, language: str) -> Picture:
    found = golden.before(commit, name, language)
    if found is None:
        return Picture("before: nothing like it", None)
    label = "before" if found.language == language else f"before, in {LANGUAGES[found.language]}"
    return Picture(label, await _paint(painter, subject, found.name, found))


async def _paint(painter: Painter, subject: str, name: str, found: golden.Found) -> bytes:
    if subject == NOTIFICATIONS:
        return await painter.locked(found.shown, alone=name.startswith("direct/"))
    return await painter.paint(kind(name), found.shown)
