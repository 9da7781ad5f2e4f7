"""An A4 page to draw on with letters of all of India's scripts, with bytes that are the same each time.

fpdf2 draws; this module loads the font of each stretch of text (`bot.record.scripts`), has harfbuzz shape what is not
Latin (Latin needs none, and a thousand parcels are drawn much faster without), breaks lines, and puts a small empty box
in place of a sign that no font has. Lengths are millimetres, sizes of letters points.
"""

import logging
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Literal, Self, cast

import uharfbuzz
from fpdf import FPDF
from fpdf.fonts import TTFFont

from bot.record.scripts import ARABIC, LATIN, file_of, is_virama, runs, sits_on_another

LEFT, RIGHT, TOP, BOTTOM = 15.0, 195.0, 14.0, 280.0
"""What is drawn on; the footer stands below."""
POINT = 25.4 / 72
LEADING = 1.36
"""Height of a line, in heights of its letters; India's scripts have signs above and below."""
HEADING = 12.5

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
        self._fonts: dict[str, TTFFont] = {}
        self._heading = ""
        self.boxes = False
        """Whether a sign was drawn as an empty box."""
        self.width = lru_cache(maxsize=20_000)(self._width)
        self._font(LATIN)
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
        heading, self._heading = self._heading, ""
        above = self.height(heading, HEADING, "B") + 3 if heading else 0
        is_full = self.y + above + height > BOTTOM
        if is_full:
            self.page()
        if heading:
            self.y += 2
            self.block(heading, HEADING, "B")
            self.y += 1
        return is_full

    def heading(self, text: str) -> None:
        """A heading. It is drawn with the first of what comes below it, so that it never ends a page."""
        self.room(0)
        self._heading = text

    def _font(self, family: str) -> TTFFont:
        """The regular letters of a font, which is loaded when its first sign is met: most papers need one or two."""
        if family not in self._fonts:
            self.pdf.add_font(family, "", file_of(family))
            self.pdf.add_font(family, "B", file_of(family, bold=True))
            self._fonts[family] = cast("TTFFont", self.pdf.fonts[family.lower()])
        return self._fonts[family]

    def _has(self, family: str, sign: str) -> bool:
        return ord(sign) in self._font(family).cmap

    def ident(self, text: str) -> str:
        """An id with the number of each sign that no font has, so that two ids never look the same on paper."""
        return "".join(
            stretch if family else "".join(f"[U+{ord(sign):04X}]" for sign in stretch)
            for family, stretch in runs(unicodedata.normalize("NFC", text), self._has)
        )

    def _boxes(self, text: str) -> int:
        """How many boxes stand for a stretch: signs that only sit on others get none."""
        return sum(1 for sign in text if unicodedata.category(sign)[0] not in "MC") or 1

    def _select(self, family: str, style: Style, size: float) -> None:
        self._font(family)
        self.pdf.set_text_shaping(family != LATIN)
        self.pdf.set_font(family, style, size)

    def _width(self, text: str, size: float, style: Style = "") -> float:
        wide = 0.0
        for family, stretch in runs(unicodedata.normalize("NFC", text), self._has):
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
        for family, stretch in runs(unicodedata.normalize("NFC", text), self._has):
            if family is None:
                self.boxes = True
                for _box in range(self._boxes(stretch)):
                    self.line(0.15)
                    self.pdf.rect(x + high * 0.07, base - high * 0.68, high * 0.46, high * 0.68)
                    x += high * 0.62
                continue
            self._select(family, style, size)
            wide = self.pdf.get_string_width(stretch)
            if family == LATIN:
                self.pdf.text(x, base, stretch)
            else:
                # Shapes stand in another order than letters are written: whoever searches or copies gets the letters.
                # Readers turn what is written from right to left around by themselves.
                letters = "" if family == ARABIC else stretch.encode("utf-16-be").hex().upper()
                self.pdf._out(f"/Span <</ActualText <FEFF{letters}>>> BDC" if letters else "/Span BMC")
                # fpdf2 sets the base line of a cell 0.8 letter heights below its upper edge.
                self.pdf.set_xy(x, base - 0.8 * high)
                self.pdf.cell(wide, high, stretch)
                self.pdf._out("EMC")
            x += wide

    def wrap(self, text: str, width: float, size: float, style: Style = "") -> list[str]:
        """The text in lines of at most `width`; a word that is longer is broken where it must be."""
        lines: list[str] = []
        line = ""
        for word in unicodedata.normalize("NFC", text).split(" "):
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
        ends = self._ends(word)

        def wide(end: int) -> float:
            return self.width(word[:end], size, style)

        while len(word) > 1 and wide(len(word)) > width:
            fitting = bisect_right(ends, width, key=wide)
            # A letter with so much on it that it is wider than the line is cut within.
            cut = ends[fitting - 1] if fitting else max(1, bisect_right(range(1, ends[0]), width, key=wide))
            pieces.append(word[:cut])
            word = word[cut:]
            ends = [end - cut for end in ends if end > cut]
        return [*pieces, word]

    def _ends(self, word: str) -> list[int]:
        """Where each letter ends with all that sits on it or joins it: nobody may cut elsewhere."""
        begins, at = [], 0
        for family, stretch in runs(word, self._has):
            if family is None or family == LATIN:
                begins += [at + i for i, sign in enumerate(stretch) if not sits_on_another(sign)]
            else:
                begins += [at + i for i in self._shapes(family, stretch)]
            at += len(stretch)
        return [*(one for one in begins if one), len(word)]

    def _shapes(self, family: str, text: str) -> list[int]:
        """Where letters begin that can stand apart: shaping knows it, of each script and font."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self._font(family).hbfont, buffer)
        # A half letter has a shape of its own, and yet is none without the next.
        held = {
            one.cluster
            for one in buffer.glyph_infos
            if one.flags & uharfbuzz.GlyphFlags.UNSAFE_TO_BREAK and is_virama(text[one.cluster - 1])
        }
        return sorted({one.cluster for one in buffer.glyph_infos} - held)

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
        self.room(0)
        count = len(self.pdf.pages)
        for n in range(1, count + 1):
            self.pdf.page = n
            self.rule(BOTTOM + 3)
            # A page that is drawn on once more doesn't know its font and its grey any longer.
            self.pdf.set_font(LATIN, "B", 1)
            self.pdf.set_font(LATIN, "", 6.5)
            self.grey()
            for i, line in enumerate(footer):
                self.text(LEFT, BOTTOM + 6.5 + i * 3, line, 6.5)
            self.text(RIGHT, BOTTOM + 6.5, pages.format(n=n, all=count), 8, "B", "R")
        return bytes(self.pdf.output())
