"""Finding a section by words: in headings first, then in what stands below them."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.helping.pages import Block, Row, Section

SUGGESTED = 5
_WORD = re.compile(r"\w[\w-]*")


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that has the words, and what of it is to be shown."""

    section: Section
    blocks: tuple[Block, ...]
    rank: int
    """0: the heading, or the first cell of a row, is the very words; 1: the heading has them; 2: page and heading have
    them together; 3: what stands below."""


def search(words: Sequence[str], among: Sequence[Section]) -> list[Hit]:
    """The sections that have all words, the best first; a word may be the beginning of one."""
    looked_for = [re.compile(rf"(?<!\w){re.escape(word)}", re.IGNORECASE) for one in words for word in one.split()]
    if not looked_for:
        return []
    hits = [hit for one in among if (hit := _hit(one, looked_for, " ".join(words))) is not None]
    return sorted(hits, key=lambda hit: hit.rank)


def _hit(section: Section, looked_for: Sequence[re.Pattern[str]], exactly: str) -> Hit | None:
    where = f"{section.page} {section.name}"

    def has(text: str, around: str = "") -> bool:
        """Whether all words stand there; some may stand around it instead, but not all of them."""
        whole = f"{around} {text}"
        return all(one.search(whole) for one in looked_for) and any(one.search(text) for one in looked_for)

    exactly = exactly.casefold()
    if exactly in (section.heading.casefold(), section.heading.casefold().strip("[]")):
        return Hit(section, section.blocks, 0)
    named = tuple(one for one in section.blocks if isinstance(one, Row) and one.cells[0].casefold() == exactly)
    if named:
        return Hit(section, named, 0)
    if has(section.heading) or (section.heading == section.title and has(where)):
        return Hit(section, section.blocks, 1)
    if has(section.heading, where):
        return Hit(section, section.blocks, 2)
    # Of a long table only the rows that are meant.
    rows = tuple(one for one in section.blocks if isinstance(one, Row) and has(one.text, where))
    if rows:
        return Hit(section, rows, 3)
    if has(" ".join(one.text for one in section.blocks), where):
        return Hit(section, section.blocks, 3)
    return None


def suggestions(words: Sequence[str], among: Sequence[Section]) -> list[str]:
    """Words of the pages that are like these, for somebody who mistyped one."""
    known: dict[str, None] = {}
    for one in among:
        texts = [one.heading, *(block.cells[0] for block in one.blocks if isinstance(block, Row))]
        known |= {word.casefold(): None for text in texts for word in _WORD.findall(text) if len(word) > 2}
    found = [near for one in words for near in difflib.get_close_matches(one.casefold(), known, SUGGESTED, 0.7)]
    return list(dict.fromkeys(found))[:SUGGESTED]
