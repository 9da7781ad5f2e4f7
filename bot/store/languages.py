"""Keeps in which language each person wants to be answered. It is their own setting: only they end it."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.store.dialects.statements import upsert
from bot.store.session import Database, one_transaction
from bot.store.tables import LANGUAGE


class LanguageStore:
    """Implements `bot.handover.languages.KeptLanguages`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def load(self, connection: Connection) -> dict[str, str]:
        """All choices, by user id."""
        return {row.user_id: row.language for row in connection.execute(select(LANGUAGE))}

    @one_transaction
    def choose(self, connection: Connection, user_id: str, language: str | None, now: datetime) -> None:
        """Keeps a choice; None: there is none any more, and nothing of it stays."""
        if language is None:
            connection.execute(delete(LANGUAGE).where(LANGUAGE.c.user_id == user_id))
            return
        newer = {"language": language, "chosen_at": now}
        put = upsert(LANGUAGE).values(newer | {"user_id": user_id})
        connection.execute(put.on_conflict_do_update(index_elements=("user_id",), set_=newer))
