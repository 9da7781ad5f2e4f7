"""Reads a list of parcels that should arrive."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from bot.lists import columns, dates, text
from bot.lists.cells import filled, other_id, shown, tracking_id, words
from bot.lists.columns import Columns, Row
from bot.lists.kinds import Kind, kind
from bot.lists.model import MOST_SKIPPED, ExpectedRow, ListRead, OtherSheet, Skipped, Why, key
from bot.lists.places import place
from bot.lists.refused import ListUnreadableError, Problem
from bot.lists.states import state
from bot.lists.workbook import Sheet, sheets

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
    head, rows = _peek(text.rows(decoded, columns.score))
    found = columns.by_name(head) or columns.by_content(head)
    if found is None:
        raise ListUnreadableError(Problem.NO_COLUMN)
    return _Reading(found, loose=True).read(rows)


def _workbook(content: bytes, wanted: int | None) -> ListRead:
    """The first sheet with tracking ids under a header, or else the first that has a column of them by its content."""
    with sheets(content) as every:
        heads = []
        without_rows: ListUnreadableError | None = None
        for at, sheet in enumerate(every):
            if wanted not in {None, at}:
                continue
            head, rows = _peek(sheet.rows())
            found = columns.by_name(head)
            if found:
                try:
                    read = _Reading(found, sheet=sheet.title).read(rows)
                    return replace(read, other_sheets=_others(every, at) if wanted is None else ())
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
                return replace(read, other_sheets=_others(every, at) if wanted is None else ())
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


class _Reading:
    """One list on its way from cells to parcels."""

    def __init__(self, found: Columns, *, sheet: str = "", loose: bool = False) -> None:
        """`loose` means that a separator too many can shift a row's cells, as in text."""
        self._columns = found
        self._sheet = sheet
        self._loose = loose
        self._kept: dict[str, tuple[str, list[object]]] = {}
        self._read = self._repeated = self._skipped_count = 0
        self._skipped: list[Skipped] = []

    def read(self, rows: Iterable[Row]) -> ListRead:
        """All parcels. Raises ListUnreadableError where there are none, or too many rows."""
        for line, cells in islice(rows, self._columns.first, None):
            if any(map(filled, cells)):
                self._take(line, cells)
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
            skipped_count=self._skipped_count,
            repeated=self._repeated,
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
        if self._loose and any(map(filled, cells[self._columns.width :])):
            found = Why.SHIFTED
        if isinstance(found, Why):
            self._skipped_count += 1
            if len(self._skipped) < MOST_SKIPPED:
                self._skipped.append(Skipped(line, found, shown(written)))
        elif key(found) in self._kept:
            self._repeated += 1
        else:
            # Only what is used of a row, which may have hundreds of cells.
            self._kept[key(found)] = found, list(cells[: self._columns.width])

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
            location_name=place(self._cell(cells, others.get("location_name", others.get("location")))),
        )

    @staticmethod
    def _cell(cells: Sequence[object], where: int | None) -> object:
        return cells[where] if where is not None and where < len(cells) else None

    def _refuse(self) -> None:
        if not self._skipped:
            raise ListUnreadableError(Problem.NO_ROWS, column=self._columns.name)
        first = self._skipped[0]
        raise ListUnreadableError(Problem.NO_IDS, column=self._columns.name, line=first.line, why=first.why.value)
