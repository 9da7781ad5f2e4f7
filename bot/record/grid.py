"""A table on paper: in one lane or several beside each other, over as many pages as it needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.record.paper import BOTTOM, LEADING, LEFT, POINT, RIGHT, Paper, Style

GUTTER = 1.6
"""Millimetres between a cell's text and the next cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title and its share of the lane's width."""

    title: str
    share: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `strong` is printed bold with a bar at its left, which is seen in black and white too."""

    cells: Sequence[str]
    strong: bool = False
    lines: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Lane:
    x: float
    right: float
    columns: Sequence[Column]

    def places(self) -> list[tuple[float, float]]:
        """Left end and width of each column's text."""
        unit = (self.right - self.x) / sum(column.share for column in self.columns)
        found, x = [], self.x
        for column in self.columns:
            found.append((x + 0.3, column.share * unit - GUTTER))
            x += column.share * unit
        return found


def table(paper: Paper, columns: Sequence[Column], rows: Sequence[Row], *, size: float, lanes: int = 1) -> None:
    """Draws the rows from `paper.y` on: down the first lane, then down the next, then on the next page.

    The lanes of the last page are of about one height.
    """
    gap = 5.0
    width = (RIGHT - LEFT - gap * (lanes - 1)) / lanes
    each = [_Lane(LEFT + i * (width + gap), LEFT + i * (width + gap) + width, columns) for i in range(lanes)]
    widths = [wide for _x, wide in each[0].places()]
    step = size * POINT * LEADING
    pad = size / 10 if lanes == 1 else size / 20
    heights = [_fold(paper, row, widths, size) * step + 2 * pad for row in rows]
    head = max(len(paper.wrap(c.title, w, size, "B")) for c, w in zip(columns, widths, strict=True)) * step + 2 * pad
    done = 0
    while done < len(rows):
        paper.room(head + heights[done])
        top = paper.y
        deep = BOTTOM - top - head
        rest = sum(heights[done:])
        if rest < deep * lanes:
            # Enough for half of what is left, and for the row that goes over it.
            deep = min(deep, rest / lanes + max(heights[done:]) * (lanes > 1))
        lowest = top
        for lane in each:
            if done == len(rows):
                break
            y = _head(paper, lane, top, size, pad, head)
            first = done
            while done < len(rows) and (done == first or y + heights[done] <= top + head + deep + 0.01):
                _row(paper, lane, y, rows[done], size, pad, heights[done])
                y += heights[done]
                done += 1
            lowest = max(lowest, y)
        paper.y = lowest
        if done < len(rows):
            paper.page()


def _fold(paper: Paper, row: Row, widths: Sequence[float], size: float) -> int:
    style: Style = "B" if row.strong else ""
    row.lines.extend(paper.wrap(cell, wide, size, style) for cell, wide in zip(row.cells, widths, strict=True))
    return max(len(lines) for lines in row.lines)


def _head(paper: Paper, lane: _Lane, top: float, size: float, pad: float, height: float) -> float:
    step = size * POINT * LEADING
    for (x, wide), column in zip(lane.places(), lane.columns, strict=True):
        for i, line in enumerate(paper.wrap(column.title, wide, size, "B")):
            paper.text(x, top + pad + step * (i + 0.76), line, size, "B")
    paper.rule(top + height, x=lane.x, right=lane.right, width=0.35, grey=0)
    return top + height


def _row(paper: Paper, lane: _Lane, y: float, row: Row, size: float, pad: float, height: float) -> None:
    step = size * POINT * LEADING
    style: Style = "B" if row.strong else ""
    if row.strong:
        paper.line(0.7)
        paper.pdf.line(lane.x - 0.8, y + 0.5, lane.x - 0.8, y + height - 0.4)
    for (x, _wide), lines in zip(lane.places(), row.lines, strict=True):
        for i, line in enumerate(lines):
            paper.text(x, y + pad + step * (i + 0.76), line, size, style)
    paper.rule(y + height, x=lane.x, right=lane.right, width=0.1, grey=205)
