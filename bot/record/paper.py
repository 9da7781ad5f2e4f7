"""An A4 page to draw on with Noto Sans and Noto Sans Devanagari, with bytes that are the same each time.

fpdf2 draws; this module chooses the font for each stretch of text, has harfbuzz shape Devanagari (Latin needs none, and
a thousand parcels are drawn much faster without), breaks lines, and puts a small empty box in place of a sign that
neither font has. Lengths are millimetres, sizes of letters points.
"""

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal, Self

from fpdf import FPDF
from fpdf.fonts import TTFFont

from bot.text import beginning

FONTS = Path(__file__).parent / "fonts"
WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, BOTTOM = 15.0, 195.0, 14.0, 280.0
"""What is drawn on; the footer stands below."""
POINT = 25.4 / 72
LEADING = 1.36
"""Height of a line, in heights of its letters; Devanagari has signs above and below."""

LATIN, DEVANAGARI = "latin", "devanagari"
_FILES = {LATIN: "NotoSans", DEVANAGARI: "NotoSansDevanagari"}
_INDIC = re.compile(r"[\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff]")
_JOINING = re.compile(r"[\u200c\u200d\u25cc]")
"""Signs that both fonts have and that belong to the letters before them."""

Style = Literal["", "B"]
Align = Literal["L", "R", "C"]


class Paper:
    """Pages of one document. Use it in a `with` block: the font files are open until its end."""

    def __init__(self, title: str, made_at: datetime, language: str) -> None:
        """Begins a document; `made_at` is written into it as its date, so that it has the same bytes each time."""
        self.pdf = FPDF(orientation="portrait", unit="mm", format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.set_creation_date(made_at)
        self.pdf.set_title(title)
        self.pdf.set_creator("otc-bot")
        self.pdf.set_producer("otc-bot")
        self.pdf.set_lang(language)
        # fontTools tells in many lines what it leaves out of a font.
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        for family, file in _FILES.items():
            self.pdf.add_font(family, "", FONTS / f"{file}-Regular.ttf")
            self.pdf.add_font(family, "B", FONTS / f"{file}-Bold.ttf")
        self._signs = {family: frozenset(self.pdf.fonts[family].cmap) for family in _FILES}  # type: ignore[union-attr]
        self.boxes = False
        """Whether a sign was drawn as an empty box."""
        self.width = lru_cache(maxsize=20_000)(self._width)
        self.page()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for font in self.pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def page(self) -> None:
        """Begins a new page."""
        self.pdf.add_page()
        self.y = TOP

    def room(self, height: float) -> bool:
        """Begins a new page if less than `height` is left on this one. Returns whether it did."""
        if self.y + height <= BOTTOM:
            return False
        self.page()
        return True

    def _runs(self, text: str) -> Iterator[tuple[str | None, str]]:
        """Stretches of one font; None for signs that no font has."""
        before: str | None = LATIN
        stretch = ""
        for sign in text:
            if _JOINING.match(sign) and before is DEVANAGARI:
                family: str | None = DEVANAGARI
            elif _INDIC.match(sign) and ord(sign) in self._signs[DEVANAGARI]:
                family = DEVANAGARI
            else:
                family = next((one for one in (LATIN, DEVANAGARI) if ord(sign) in self._signs[one]), None)
            if family != before and stretch:
                yield before, stretch
                stretch = ""
            before = family
            stretch += sign
        if stretch:
            yield before, stretch

    def ident(self, text: str) -> str:
        """An id with the number of each sign that no font has, so that two ids never look the same on paper."""
        return "".join(
            sign if any(ord(sign) in signs for signs in self._signs.values()) else f"[U+{ord(sign):04X}]"
            for sign in unicodedata.normalize("NFC", text)
        )

    def _boxes(self, text: str) -> int:
        """How many boxes stand for a stretch: signs that only sit on others get none."""
        return sum(1 for sign in text if unicodedata.category(sign)[0] not in "MC") or 1

    def _select(self, family: str, style: Style, size: float) -> None:
        self.pdf.set_text_shaping(family is DEVANAGARI)
        self.pdf.set_font(family, style, size)

    def _width(self, text: str, size: float, style: Style = "") -> float:
        wide = 0.0
        for family, stretch in self._runs(unicodedata.normalize("NFC", text)):
            if family is None:
                wide += self._boxes(stretch) * size * POINT * 0.62
            else:
                self._select(family, style, size)
                wide += self.pdf.get_string_width(stretch)
        return wide

    def text(self, x: float, base: float, text: str, size: float, style: Style = "", align: Align = "L") -> None:
        """One line with its left end, right end or middle at `x` and its base line at `base`."""
        if align != "L":
            wide = self.width(text, size, style)
            x -= wide if align == "R" else wide / 2
        high = size * POINT
        for family, stretch in self._runs(unicodedata.normalize("NFC", text)):
            if family is None:
                self.boxes = True
                for _box in range(self._boxes(stretch)):
                    self.line(0.15)
                    self.pdf.rect(x + high * 0.07, base - high * 0.68, high * 0.46, high * 0.68)
                    x += high * 0.62
                continue
            self._select(family, style, size)
            wide = self.pdf.get_string_width(stretch)
            if family is DEVANAGARI:
                # fpdf2 sets the base line of a cell 0.8 letter heights below its upper edge.
                self.pdf.set_xy(x, base - 0.8 * high)
                self.pdf.cell(wide, high, stretch)
            else:
                self.pdf.text(x, base, stretch)
            x += wide

    def wrap(self, text: str, width: float, size: float, style: Style = "") -> list[str]:
        """The text in lines of at most `width`; a word that is longer is broken where it must be."""
        lines: list[str] = []
        line = ""
        for word in text.split(" "):
            tried = f"{line} {word}" if line else word
            if self.width(tried, size, style) <= width:
                line = tried
                continue
            if line:
                lines.append(line)
            *full, line = self._broken(word, width, size, style)
            lines += full
        return [*lines, line]

    def _broken(self, word: str, width: float, size: float, style: Style) -> list[str]:
        pieces = []
        while self.width(word, size, style) > width and len(word) > 1:
            low, high = 1, len(word)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self.width(word[:middle], size, style) <= width else (low, middle)
            piece = beginning(word, low)
            pieces.append(piece)
            word = word[len(piece) :]
        return [*pieces, word]

    def block(self, text: str, size: float, style: Style = "", *, x: float = LEFT, right: float = RIGHT) -> None:
        """A paragraph from `y` on, over as many pages as it needs."""
        step = size * POINT * LEADING
        for line in self.wrap(text, right - x, size, style):
            self.room(step)
            self.text(x, self.y + step * 0.76, line, size, style)
            self.y += step

    def height(self, text: str, size: float, style: Style = "", *, x: float = LEFT, right: float = RIGHT) -> float:
        """How high `block` would be."""
        return len(self.wrap(text, right - x, size, style)) * size * POINT * LEADING

    def line(self, width: float, grey: int = 0) -> None:
        """How lines are drawn from now on: `width` in millimetres, `grey` from 0 (black) to 255."""
        self.pdf.set_line_width(width)
        self.pdf.set_draw_color(grey)

    def rule(self, y: float, *, x: float = LEFT, right: float = RIGHT, width: float = 0.2, grey: int = 170) -> None:
        """A level line."""
        self.line(width, grey)
        self.pdf.line(x, y, right, y)

    def grey(self, level: int = 0) -> None:
        """In which grey text is written from now on: 0 is black."""
        self.pdf.set_text_color(level)

    def picture(self, jpeg: bytes, x: float, y: float, width: float, height: float) -> None:
        """A picture in a thin frame."""
        self.pdf.image(BytesIO(jpeg), x, y, width, height)
        self.line(0.15, 120)
        self.pdf.rect(x, y, width, height)

    def finish(self, footer: Sequence[str], pages: str) -> bytes:
        """The document, with the footer's lines on every page and `pages` filled in, such as ``page {n} of {all}``."""
        count = len(self.pdf.pages)
        for n in range(1, count + 1):
            self.pdf.page = n
            self.rule(BOTTOM + 3)
            # A page that is drawn on once more doesn't know its font and its grey any longer.
            self.pdf.set_font(DEVANAGARI, "", 1)
            self.pdf.set_font(LATIN, "", 6.5)
            self.grey()
            for i, line in enumerate(footer):
                self.text(LEFT, BOTTOM + 6.5 + i * 3, line, 6.5)
            self.text(RIGHT, BOTTOM + 6.5, pages.format(n=n, all=count), 8, "B", "R")
        return bytes(self.pdf.output())
