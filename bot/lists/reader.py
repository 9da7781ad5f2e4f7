"""Reads a list of parcels that should arrive."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from bot.lists import columns, dates, judging, text
from bot.lists.cells import filled, other_id, shown, tracking_id, words
from bot.lists.columns import Columns, Row
from bot.lists.kinds import Kind, kind
from bot.lists.model import MOST_SKIPPED, ExpectedRow, ListRead, OtherSheet, Skipped, Why
from bot.lists.places import place
from bot.lists.refused import ListUnreadableError, Problem
from bot.lists.states import state
from bot.lists.workbook import Sheet, sheets
from bot.text import parcel_key

MOST_ROWS = 100_000


def read_list(content: bytes, name: str, sheet: int | None = None) -> ListRead:
    """Reads a CSV or XLSX file of at most 20 MB and 100,000 rows.

    It takes seconds of CPU for a long XLSX file: call it in a thread. Only one workbook is read at a time.

    Args:
        content: the file as it was downloaded; it may be anything.
        name: what the person called it. The content decides how it is read; the name only helps to say what it is.
        sheet: of a workbook, the one to read, as `OtherSheet.at` has it; None: the first with tracking ids.

    Raises:
        ListUnreadableError: nothing can be read from it; the text tells the person why and what to do.
    """
    if kind(content) is Kind.WORKBOOK:
        return _workbook(content, sheet)
    try:
        decoded = text.decoded(content)
    except ListUnreadableError as error:
        if error.problem is Problem.NOT_A_LIST and name.casefold().endswith(".xls"):
            raise ListUnreadableError(Problem.OLD_XLS) from error
        raise
    head, rows = _unfolded(*_peek(text.rows(decoded, columns.score)))
    found = columns.by_name(head) or columns.by_content(head)
    if found is None:
        raise ListUnreadableError(Problem.NO_COLUMN)
    return _Reading(found, usual=_width(head)).read(rows)


def _workbook(content: bytes, wanted: int | None) -> ListRead:
    """The first sheet with tracking ids under a header, or else the first that has a column of them by its content."""
    with sheets(content) as every:
        heads = []
        without_rows: ListUnreadableError | None = None
        for at, sheet in enumerate(every):
            if wanted not in {None, at}:
                continue
            plain, every_row = _peek(sheet.rows())
            head, rows = _unfolded(plain, every_row)
            found = columns.by_name(head)
            if found:
                try:
                    usual = None if head is plain else _width(head)
                    read = _Reading(found, sheet=sheet.title, usual=usual).read(rows)
                    others = _others(every, at) if wanted is None else ()
                    return replace(read, other_sheets=others, hidden=sheet.hidden)
                except ListUnreadableError as error:
                    if error.problem not in {Problem.NO_ROWS, Problem.NO_IDS}:
                        raise
                    without_rows = without_rows or error  # a sheet that explains the columns, for example
            heads.append((at, sheet, head))
        if without_rows:
            raise without_rows
        for at, sheet, head in heads:
            found = columns.by_content(head)
            if found:
                read = _Reading(found, sheet=sheet.title).read(sheet.rows())
                others = _others(every, at) if wanted is None else ()
                return replace(read, other_sheets=others, hidden=sheet.hidden)
        empty = all(not filled(cell) for _, _, head in heads for _, cells in head for cell in cells)
        raise ListUnreadableError(Problem.EMPTY if empty else Problem.NO_COLUMN)


def _others(every: Sequence[Sheet], read: int) -> tuple[OtherSheet, ...]:
    """The sheets beside the one that was read which have tracking ids too, as far as their first rows tell."""
    return tuple(
        OtherSheet(at, shown(sheet.title))
        for at, sheet in enumerate(every)
        if at != read and _has_ids(list(islice(sheet.rows(), columns.SAMPLE)))
    )


def _has_ids(head: list[Row]) -> bool:
    try:
        found = columns.by_name(head) or columns.by_content(head)
    except ListUnreadableError:
        return False  # two columns look like it, and nobody can tell from here
    if found is None:
        return False
    below = (cells[found.tracking] for _, cells in head[found.first :] if found.tracking < len(cells))
    return any(not isinstance(tracking_id(cell), Why) for cell in below)


def _peek(rows: Iterator[Row]) -> tuple[list[Row], Iterator[Row]]:
    """The first rows, and all rows."""
    head = list(islice(rows, columns.SAMPLE))
    return head, chain(head, rows)


def _unfolded(head: list[Row], rows: Iterator[Row]) -> tuple[list[Row], Iterator[Row]]:
    """The same, or what they are when each is a line of text in one cell."""
    separator = text.unfolded(head, columns.score)
    if separator is None:
        return head, rows

    def cells(row: Row) -> Row:
        number, found = row
        return number, text.unfold(found[0], separator) if found else found

    return [cells(row) for row in head], map(cells, rows)


def _width(head: Sequence[Row]) -> int:
    """How many cells most rows have, also empty ones: a separator at the end of each row moves nothing."""
    return Counter(len(cells) for _, cells in head if any(map(filled, cells))).most_common(1)[0][0]


class _Reading:
    """One list on its way from cells to parcels."""

    def __init__(self, found: Columns, *, sheet: str = "", usual: int | None = None) -> None:
        """`usual` is how many cells a row of text has; None where no separator too many can shift a row's cells."""
        self._columns = found
        self._sheet = sheet
        self._loose = usual is not None
        self._usual = usual or 0
        self._kept: dict[str, tuple[str, list[object]]] = {}
        self._lines: dict[str, list[int]] = {}
        """Of each id that is kept, the rows that name it."""
        self._read = 0
        self._kinds: Counter[Why] = Counter()
        self._skipped: list[Skipped] = []

    def read(self, rows: Iterable[Row]) -> ListRead:
        """All parcels. Raises ListUnreadableError where there are none, or too many rows."""
        for line, cells in islice(rows, self._columns.first, None):
            if any(map(filled, cells)):
                self._take(line, cells)
        self._drop_far_ones()
        if not self._kept:
            self._refuse()
        where = self._columns.others.get("expected_on")
        days = [self._cell(cells, where) for _, cells in self._kept.values()]
        month_first = dates.months_first(days)
        return ListRead(
            rows=tuple(
                self._parcel(written, cells, dates.day(day, month_first=month_first))
                for (written, cells), day in zip(self._kept.values(), days, strict=True)
            ),
            column=self._columns.name,
            read=self._read,
            skipped=tuple(self._skipped),
            skipped_count=self._kinds.total(),
            kinds=tuple(self._kinds.most_common()),
            repeated=sum(map(len, self._lines.values())) - len(self._kept),
            other_columns_used=self._columns.used,
            sheet=shown(self._sheet),
            vague_location=not {"location_id", "location_name"} & self._columns.others.keys(),
        )

    def _take(self, line: int, cells: Sequence[object]) -> None:
        self._read += 1
        if self._read > MOST_ROWS:
            raise ListUnreadableError(Problem.TOO_MANY_ROWS, rows=MOST_ROWS)
        written = self._cell(cells, self._columns.tracking)
        found = tracking_id(written)
        if self._loose and self._is_shifted(cells, found):
            found = Why.SHIFTED
        if not isinstance(found, Why):
            found = judging.no_parcel(found, cells) or found
        if isinstance(found, Why):
            self._skip(line, found, written)
            return
        self._lines.setdefault(parcel_key(found), []).append(line)
        if parcel_key(found) not in self._kept:
            # Only what is used of a row, which may have hundreds of cells.
            self._kept[parcel_key(found)] = found, list(cells[: self._columns.width])

    def _skip(self, line: int, why: Why, written: object) -> None:
        self._kinds[why] += 1
        if len(self._skipped) < MOST_SKIPPED:
            self._skipped.append(Skipped(line, why, shown(written)))

    def _is_shifted(self, cells: Sequence[object], found: str | Why) -> bool:
        """Whether a separator too many has moved the cells, also where what was moved out of the header is empty."""
        if any(map(filled, cells[self._columns.width :])):
            return True
        more = len(cells) - self._usual
        where = self._columns.tracking
        moved = cells[where + 1 : where + 1 + more] if more > 0 and not isinstance(found, Why) else ()
        return any(not isinstance(tracking_id(cell), Why) for cell in moved)

    def _drop_far_ones(self) -> None:
        """Takes out ids that don't look like the others, which are only known now."""
        digits = judging.usual(written for written, _ in self._kept.values())
        for one in [one for one, (written, _) in self._kept.items() if judging.far(written, digits)]:
            written, _ = self._kept.pop(one)
            for line in self._lines.pop(one):
                self._skip(line, Why.FAR, written)
        self._skipped.sort(key=lambda skipped: skipped.line)

    def _parcel(self, tracking: str, cells: Sequence[object], expected_on: date | None) -> ExpectedRow:
        others = self._columns.others
        reasons = [words(self._cell(cells, others.get(name))) for name in ("reason", "sub_reason")]
        return ExpectedRow(
            tracking_id=tracking,
            return_id=other_id(self._cell(cells, others.get("return_id"))),
            order_item_id=other_id(self._cell(cells, others.get("order_item_id"))),
            reason=shown(": ".join(dict.fromkeys(filter(None, reasons))), 200),
            expected_on=expected_on,
            state=state(self._cell(cells, others.get("return_state")), self._cell(cells, others.get("state"))),
            location_id=place(self._cell(cells, others.get("location_id"))),
            forward=self._forward(tracking, self._cell(cells, others.get("forward"))),
            location_name=place(self._cell(cells, others.get("location_name", others.get("location")))),
        )

    @staticmethod
    def _forward(tracking: str, cell: object) -> str:
        found = tracking_id(cell)
        return "" if isinstance(found, Why) or parcel_key(found) == parcel_key(tracking) else found

    @staticmethod
    def _cell(cells: Sequence[object], where: int | None) -> object:
        return cells[where] if where is not None and where < len(cells) else None

    def _refuse(self) -> None:
        if not self._skipped:
            raise ListUnreadableError(Problem.NO_ROWS, column=self._columns.name)
        first = self._skipped[0]
        raise ListUnreadableError(Problem.NO_IDS, column=self._columns.name, line=first.line, why=first.why.value)
