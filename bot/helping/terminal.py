"""A section as lines for a terminal."""

import textwrap
from collections.abc import Iterator, Sequence

from bot.helping.pages import Row, Section, Text
from bot.helping.search import Hit, search, suggestions

WIDEST = 100
"""Longer lines are hard to read."""
LISTED = 30
BESIDE = 5
"""Further sections that are named below one that is shown."""


class NothingFoundError(Exception):
    """Its text says what to try."""


def answer(words: Sequence[str], among: Sequence[Section], width: int, show: int | None = None) -> list[str]:
    """What `otc-bot help` prints: the pages there are, a section, or a list of those that have the words.

    Args:
        words: what was typed.
        among: all sections.
        width: of the terminal.
        show: the number in that list of the section that is wanted.

    Raises:
        NothingFoundError: no section has the words, or the list has no such number.
    """
    width = min(width, WIDEST)
    if not words:
        return list(_pages(among, width))
    hits = search(words, among)
    if not hits:
        near = suggestions(words, among)
        hint = f"try {', '.join(near)}" if near else "`otc-bot help` lists all pages"
        raise NothingFoundError(f"no page has {' '.join(words)!r}: {hint}")
    if show is not None and not 1 <= show <= len(hits):
        raise NothingFoundError(f"--show {show}: there are {len(hits)} sections with {' '.join(words)!r}")
    if show is not None:
        return drawn(hits[show - 1], width)
    exact = [hit for hit in hits if hit.rank == 0]
    if len(exact) == 1 or len(hits) == 1:
        more = ["", f"More with {' '.join(words)!r}:", *_numbered(hits, 1, BESIDE)] if len(hits) > 1 else []
        return drawn(hits[0], width) + more
    first = f"{len(hits)} sections have {' '.join(words)!r}. `otc-bot help {' '.join(words)} --show 1` shows the first."
    return [first, "", *_numbered(hits, 0, LISTED)]


def drawn(hit: Hit, width: int) -> list[str]:
    """A section, wrapped."""
    lines = [hit.section.name, "=" * min(width, len(hit.section.name)), ""]
    for block in hit.blocks:
        if isinstance(block, Row):
            lines += [*_row(block, width), ""]
        elif block.code:
            lines += [*(f"    {line}" for line in block.text.splitlines()), ""]
        else:
            lines += [*_paragraph(block, width), ""]
    return lines[:-1]


def _paragraph(block: Text, width: int) -> list[str]:
    return textwrap.wrap(block.text, width, break_long_words=False, break_on_hyphens=False)


def _row(row: Row, width: int) -> Iterator[str]:
    """The first cell, and below it each other one with what its column is called."""
    yield from textwrap.wrap(row.cells[0], width, break_long_words=False, break_on_hyphens=False) or [""]
    named = len(row.cells) > 2
    for head, cell in zip(row.head[1:], row.cells[1:], strict=False):
        text = f"{head}: {cell}" if named else cell
        yield from textwrap.wrap(
            text,
            width,
            initial_indent="  ",
            subsequent_indent="    " if named else "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _pages(among: Sequence[Section], width: int) -> Iterator[str]:
    yield "The pages. `otc-bot help` and one or more words shows the part that is about them."
    yield ""
    titles = {one.page: one.title for one in among}
    widest = max(map(len, titles), default=0)
    for page, title in titles.items():
        yield f"{page:<{widest}}  {title}"[:width]


def _numbered(hits: Sequence[Hit], start: int, most: int) -> Iterator[str]:
    """A list of sections; by its number each can be shown."""
    for number, hit in enumerate(hits[start : start + most], start=start + 1):
        yield f"{number:>3}  {hit.section.name}"
    if len(hits) > start + most:
        yield f"     and {len(hits) - start - most} more: add a word"
