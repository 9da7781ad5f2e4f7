"""The pages, cut into sections: a heading, and what stands below it until the next."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"(#{1,6}) +(.+)")
_BAR = re.compile(r"(?<!\\)\|")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.) ")


def folder() -> Path:
    """Where the pages lie: in an installed bot beside this file, else in the repository."""
    installed = Path(__file__).parent / "docs"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "docs"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, an item of a list, or, if `code`, lines to be shown as they are."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with what the table calls its columns."""

    head: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it, to be searched."""
        return " ".join(self.cells)


Block = Text | Row


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page."""

    page: str
    """The file's name without its end, such as ``settings``."""
    title: str
    """The page's own heading."""
    heading: str
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        """What a list calls it."""
        return self.title if self.heading == self.title else f"{self.title}: {self.heading}"


def sections(where: Path) -> list[Section]:
    """Those of all pages in a folder, page by page."""
    return [one for path in sorted(where.glob("*.md")) for one in cut(path.stem, path.read_text(encoding="utf-8"))]


def cut(page: str, text: str) -> list[Section]:
    """The sections of one page."""
    found: list[Section] = []
    title, heading, lines = "", "", list[str]()
    fenced = False
    for line in [*text.splitlines(), "# "]:
        fenced ^= line.startswith("```")
        if not fenced and line.startswith("<!--"):
            continue  # for who writes the page
        head = None if fenced else _HEADING.fullmatch(line)
        if head is None and line != "# ":
            lines.append(line)
            continue
        if heading:
            found.append(Section(page, title, heading, tuple(_blocks(lines))))
        if head is not None:
            heading = bare(head[2])
            title = title or heading
        lines = []
    return found


def bare(text: str) -> str:
    """Without marks: the words of links alone, pictures by what they show, neither bold nor code."""
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"(picture: \1)", text)
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", "", text.replace("**", "").replace("`", "")).strip()


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    """What stands below a heading."""
    head: tuple[str, ...] = ()
    gathered: list[str] = []
    code: list[str] | None = None
    for line in [*lines, ""]:
        if line.startswith("```"):
            if code is not None:
                yield Text("\n".join(code), code=True)
            code = [] if code is None else None
        elif code is not None:
            code.append(line)
        elif line.startswith("|"):
            cells = tuple(bare(one.replace(r"\|", "|")) for one in _BAR.split(line.strip())[1:-1])
            if not head:
                head = cells
            elif not set("".join(cells)) <= set("-:"):
                yield Row(head, cells)
        else:
            head = ()
            if gathered and (not line.strip() or _ITEM.match(line)):
                yield Text(bare(" ".join(gathered)))
                gathered = []
            if line.strip():
                gathered.append(line.strip())
