"""Looks into the tables from outside, and writes into them what the bot would not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select
from sqlmodel import Session

from bot.store.session import Database


class Rows(list[Any]):
    """What a statement gave, read to its end."""

    def all(self) -> list[Any]:
        """Every row."""
        return list(self)

    def first(self) -> Any:
        """The first one, or None."""
        return self[0] if self else None

    def one(self) -> Any:
        """The only one."""
        [only] = self
        return only

    def one_or_none(self) -> Any:
        """The only one, or None."""
        return self.one() if self else None


class Tables:
    """One database; each statement is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def exec(self, statement: Any, params: Sequence[Mapping[str, Any]] | None = None) -> Rows:
        """Carries out a statement of SQLModel or SQLAlchemy; rows of a table come as its class."""

        def work(connection: Connection) -> Rows:
            with Session(connection) as session:
                found = session.exec(statement, params=params)
                return Rows(found) if getattr(found, "returns_rows", True) else Rows()

        return await self._database.run(work)

    async def rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """The rows of a selection of columns, as the store reads them."""
        return await self._database.run(lambda connection: connection.execute(statement).all())

    async def sql(self, statement: str, parameters: Any = None) -> Rows:
        """Carries out SQL as it stands; a row of one column is its value, others are mappings."""

        def work(connection: Connection) -> Rows:
            found = connection.exec_driver_sql(statement, parameters)
            if not found.returns_rows:
                return Rows()
            return Rows(found.scalars() if len(found.keys()) == 1 else found.mappings())

        return await self._database.run(work)

    async def add(self, rows: Iterable[Any]) -> None:
        """Adds rows, all or none."""

        def work(connection: Connection) -> None:
            with Session(connection) as session:
                session.add_all(rows)
                session.flush()

        await self._database.run(work)
