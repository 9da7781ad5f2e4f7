"""Statements that are compiled once and handed to the driver with their values in order.

SQLAlchemy compiles them, for whichever database it speaks to, its types turn the values into what that database takes,
and errors are its own. Only its work per call and per row is left out, which costs more than SQLite's own for what
every page brings.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    dialect: Dialect
    sql: str
    names: tuple[str, ...]
    constants: tuple[Any, ...]
    """Values that stand in the statement itself, after those that are given."""
    order: tuple[int, ...] | None
    """Which of the values stands at each place; None where the driver takes them by name."""
    processes: tuple[tuple[int, Process], ...]
    has_rows: bool


class Prepared:
    """One statement, and the names of its parameters in the order in which their values will be given."""

    def __init__(self, statement: Insert | Update | Select[Any], names: Sequence[str]) -> None:
        self._statement = statement
        self._names = tuple(names)
        self._last: _Compiled | None = None

    def run(self, connection: Connection, values: Sequence[Any]) -> list[Any]:
        """Carries it out once, and returns the rows of its result, whose columns are as the driver gives them."""
        made = self._for(connection.dialect)
        given = [*values, *made.constants]
        for at, process in made.processes:
            given[at] = process(given[at])
        cursor = connection.connection.cursor()
        try:
            if made.order is not None:
                cursor.execute(made.sql, [given[at] for at in made.order])
            else:
                cursor.execute(made.sql, dict(zip(made.names, given, strict=True)))
            return list(cursor.fetchall()) if made.has_rows else []
        except made.dialect.loaded_dbapi.Error as error:
            raise _told(made, error) from error
        finally:
            cursor.close()

    def run_many(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Carries it out for each of the rows, of which there is one at least."""
        made = self._for(connection.dialect)
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        columns += [(constant,) * len(columns[0]) for constant in made.constants]
        for at, process in made.processes:
            columns[at] = _processed(columns[at], process)
        cursor = connection.connection.cursor()
        try:
            if made.order is not None:
                cursor.executemany(made.sql, list(zip(*(columns[at] for at in made.order), strict=True)))
            else:
                named = [dict(zip(made.names, row, strict=True)) for row in zip(*columns, strict=True)]
                cursor.executemany(made.sql, named)
        except made.dialect.loaded_dbapi.Error as error:
            raise _told(made, error) from error
        finally:
            cursor.close()

    def _for(self, dialect: Dialect) -> _Compiled:
        made = self._last
        if made is None or made.dialect is not dialect:
            made = self._last = _compiled(self._statement, self._names, dialect)
        return made


def _compiled(statement: Insert | Update | Select[Any], names: tuple[str, ...], dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    fixed = {name: compiled.params[name] for name in binds if name not in names}
    every = (*names, *fixed)
    processes = ((at, _process(binds[name].type, dialect)) for at, name in enumerate(every))
    order = tuple(every.index(name) for name in compiled.positiontup or ()) if compiled.positional else None
    return _Compiled(
        dialect,
        str(compiled),
        every,
        tuple(fixed.values()),
        order,
        tuple((at, one) for at, one in processes if one),
        isinstance(statement, Select),
    )


def _told(made: _Compiled, error: Exception) -> Exception:
    """The driver's error as SQLAlchemy raises it, without the values."""
    kind = made.dialect.loaded_dbapi.Error
    return DBAPIError.instance(made.sql, None, error, kind, hide_parameters=True, dialect=made.dialect)


def _process(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    """What makes of a value what the database takes, or None where nothing is to be made."""
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    if process is None or not isinstance(kind, JSON):
        return process
    # Nearly every parcel has a list of nothing.
    empty = process([])
    return lambda value: empty if value == [] else process(value)


def _processed(column: Sequence[Any], process: Process) -> list[Any]:
    """Each value as the database takes it; what is the very same as in the row before is not made again."""
    found: list[Any] = []
    before, made = object(), None
    for value in column:
        if value is not before:
            before, made = value, process(value)
        found.append(made)
    return found
