"""Words of statements that SQLite and PostgreSQL spell each in its own way, side by side.

SQLite's are what is compiled where nothing else is said; the second function of each is PostgreSQL's.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Insert, Integer, Table, Text, func, literal_column, select
from sqlalchemy.dialects.sqlite import Insert as Upsert
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.handover.model import UtcDateTime

Compiler = Any
"""SQLAlchemy's, of which it tells no types."""


def upsert(table: Table) -> Upsert:
    """An insert that can say what becomes of a row that is there already."""
    return Upsert(table)


@compiles(OnConflictDoNothing, "postgresql")
@compiles(OnConflictDoUpdate, "postgresql")
def _conflict(clause: Any, compiler: Compiler, **words: Any) -> str:
    """The same words in both; SQLAlchemy has two kinds of them, so as not to offer what one database has not."""
    clause.constraint_target = None
    return str(getattr(compiler, f"visit_{clause.__visit_name__}")(clause, **words))


class place_in(FunctionElement[int]):  # noqa: N801 - it is called as a function
    """Where a text stands in another one, the first sign being 1; 0 where it does not."""

    name = "instr"
    type = Integer()
    inherit_cache = True


@compiles(place_in)
def _instr(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"instr({compiler.process(call.clauses, **words)})"


@compiles(place_in, "postgresql")
def _strpos(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"strpos({compiler.process(call.clauses, **words)})"


class earlier(FunctionElement[datetime]):  # noqa: N801
    """The earlier of two moments, both of which there are."""

    name = "earlier"
    type = UtcDateTime()
    inherit_cache = True


@compiles(earlier)
def _min(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"min({compiler.process(call.clauses, **words)})"


@compiles(earlier, "postgresql")
def _least(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"least({compiler.process(call.clauses, **words)})"


class _End(FunctionElement[str]):
    """So many of a text's last signs."""

    name = "ending"
    type = Text()
    inherit_cache = True


@compiles(_End)
def _substr(call: Any, compiler: Compiler, **words: Any) -> str:
    text, signs = (compiler.process(one, **words) for one in call.clauses)
    return f"substr({text}, -{signs})"


@compiles(_End, "postgresql")
def _right(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"right({compiler.process(call.clauses, **words)})"


def ends(text: ColumnElement[str], end: str) -> ColumnElement[bool]:
    """Whether a text ends like this, sign by sign."""
    return _End(text, len(end)) == end


class _Like(FunctionElement[bool]):
    """Whether a text is of a kind."""

    type = Boolean()
    inherit_cache = True
    glob: str
    pattern: str


class is_plain(_Like):  # noqa: N801
    """Whether a text has no sign but those of ASCII that can be seen, and the space."""

    name = "is_plain"
    inherit_cache = True
    glob = "NOT GLOB '*[^ -~]*'"
    pattern = "!~ '[^ -~]'"


class looks_like_slacks(_Like):  # noqa: N801
    """Whether a text looks like the id that Slack gives a file, and not like an address."""

    name = "looks_like_slacks"
    inherit_cache = True
    glob = "GLOB 'F[A-Z0-9]*'"
    pattern = "~ '^F[A-Z0-9]'"


@compiles(_Like)
def _glob(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"({compiler.process(call.clauses, **words)} {call.glob})"


@compiles(_Like, "postgresql")
def _regex(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"({compiler.process(call.clauses, **words)} {call.pattern})"


class _Place(FunctionElement[Any]):
    name = "place"
    inherit_cache = True


def at_place(table: Table) -> ColumnElement[Any]:
    """Where a row lies in its table: rows that came together are in the order in which they came."""
    return _Place(literal_column(table.name))


@compiles(_Place)
def _rowid(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"{compiler.process(call.clauses, **words)}.rowid"


@compiles(_Place, "postgresql")
def _ctid(call: Any, compiler: Compiler, **words: Any) -> str:
    return f"{compiler.process(call.clauses, **words)}.ctid"


def rows_put(connection: Connection, put: Insert) -> int:
    """Carries out an insert, and returns how many rows it has put: psycopg forgets it unless it is asked at once."""
    return int(connection.execute(put, execution_options={"preserve_rowcount": True}).rowcount)


def count_on(connection: Connection, table: Table) -> None:
    """Lets the next row of a table have the number after the last one's, where rows came with their numbers.

    SQLite looks for itself; PostgreSQL hands out numbers without looking.
    """
    column = table.autoincrement_column
    if column is not None and connection.dialect.name == "postgresql":
        counter = func.pg_get_serial_sequence(table.name, column.name)
        last = select(func.coalesce(func.max(column), 0)).scalar_subquery()
        connection.execute(select(func.setval(counter, last + 1, False)))


def changes_a_row_once(connection: Connection) -> bool:
    """Whether one upsert may meet each row only once: PostgreSQL refuses what SQLite does row after row."""
    return connection.dialect.name == "postgresql"
