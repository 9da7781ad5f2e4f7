"""Which of the bot's own fonts a sign is drawn with: Noto Sans, and one font for each of India's scripts.

Unicode gives nine of these scripts a block of 128 signs each, one after the other. What several scripts share stays in
the font of what stands before it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
LATIN = "NotoSans"
DEVANAGARI = "NotoSansDevanagari"
_OTHERS = ("Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam")
_BLOCKS = (DEVANAGARI, *(f"NotoSans{one}" for one in _OTHERS))
"""By block, from U+0900 on."""
_FIRST, _EACH = 0x0900, 128
ARABIC = "NotoNaskhArabic"
"""For Urdu, Kashmiri and Sindhi."""
_ELSEWHERE = (
    (re.compile(r"[\u1cd0-\u1cff\ua8e0-\ua8ff]"), DEVANAGARI),
    (re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"), ARABIC),
    (re.compile(r"[\uabc0-\uabff\uaae0-\uaaff]"), "NotoSansMeeteiMayek"),
    (re.compile(r"[\u1c50-\u1c7f]"), "NotoSansOlChiki"),
)
FAMILIES = (LATIN, *_BLOCKS, *dict.fromkeys(family for _signs, family in _ELSEWHERE if family not in _BLOCKS))
"""The fonts, each a file for regular and one for bold letters."""
_SHARED = re.compile(r"[\u0964\u0965\u200c\u200d\u25cc]")
"""Ends of a sentence, joiners, and the circle that stands for a letter: signs that all these fonts have."""

Has = Callable[[str, str], bool]
"""Whether a font has a sign: its family, the sign."""


def file_of(family: str, *, bold: bool = False) -> Path:
    """The file of a font."""
    return FONTS / f"{family}-{'Bold' if bold else 'Regular'}.ttf"


def runs(text: str, has: Has) -> Iterator[tuple[str | None, str]]:
    """Stretches of one font with its family; None for signs that no font has."""
    if text.isascii() and text.isprintable():
        if text:
            yield LATIN, text
        return
    before: str | None = LATIN
    stretch = ""
    for i, sign in enumerate(text):
        # A space between words that are written from right to left stands at the left of the first.
        is_within = sign == " " and before == ARABIC and _own(text[i + 1 : i + 2] or " ") == ARABIC
        family = ARABIC if is_within else _family(sign, before, has)
        if family != before and stretch:
            yield before, stretch
            stretch = ""
        before = family
        stretch += sign
    if stretch:
        yield before, stretch


def _family(sign: str, before: str | None, has: Has) -> str | None:
    if before is not None and (sits_on_another(sign) or _SHARED.match(sign)) and has(before, sign):
        return before
    own = _own(sign)
    return own if own and has(own, sign) else LATIN if has(LATIN, sign) else None


def _own(sign: str) -> str | None:
    """The font of the script that a sign belongs to."""
    block = (ord(sign) - _FIRST) // _EACH
    if 0 <= block < len(_BLOCKS):
        return _BLOCKS[block]
    return next((family for signs, family in _ELSEWHERE if signs.match(sign)), None)


def sits_on_another(sign: str) -> bool:
    """Whether a sign belongs to the one before it: a vowel sign, an accent, a virama, a joiner."""
    return unicodedata.category(sign)[0] == "M" or sign in "\u200c\u200d"


def is_virama(sign: str) -> bool:
    """Whether a sign takes the vowel from the letter before it, and may join it to the next: a virama of any script."""
    return unicodedata.combining(sign) == 9  # the class that Unicode gives to them
