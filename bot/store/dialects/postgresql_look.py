"""Whether a PostgreSQL database is as the bot needs it. Looked at before any work; nothing is changed."""

from typing import Any

from sqlalchemy import Connection, text

from bot.store.dialects.postgresql_errors import CREATE

OLDEST = 14
_SORTED = ("-1", "1", "A b", "B", "a", "ab", "z", "é", "क", "ｱ")
"""What languages sort otherwise than by their bytes."""
_LOOK = """
    SELECT current_setting('server_version_num')::int AS version, (
            SELECT array_agg(one ORDER BY one) = array_agg(one ORDER BY one COLLATE "C")
            FROM unnest(CAST(:texts AS text[])) AS given (one)
        ) AS by_bytes,
        CASE WHEN to_regnamespace(:schema) IS NOT NULL THEN has_schema_privilege(to_regnamespace(:schema), 'CREATE')
             ELSE has_database_privilege(current_database(), 'CREATE') END AS makes
"""


def look(connection: Connection, schema: str | None) -> str | None:
    """What is wrong, and what to do; None: nothing is.

    Args:
        connection: to the database.
        schema: the one that is named, whether it is there yet or not.
    """
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        return f"it keeps texts as {encoding}. Make one that keeps them as UTF-8: {CREATE}"
    there = connection.scalar(text("SELECT current_schema()")) or schema or "public"
    quoted = connection.dialect.identifier_preparer.quote_identifier(there)
    return wrong(connection.execute(text(_LOOK), {"texts": list(_SORTED), "schema": quoted}).one())


def wrong(found: Any) -> str | None:
    """The same of what was found: its version, whether it sorts by bytes, whether tables may be made."""
    if found.version // 10_000 < OLDEST:
        return f"its server is PostgreSQL {found.version // 10_000}. Take {OLDEST} or newer."
    if not found.by_bytes:
        return f"it sorts texts by a language and not by their bytes. Make another one: {CREATE}"
    if not found.makes:
        return "the bot's user may make no tables there. GRANT CREATE ON SCHEMA to it, or give it the database."
    return None
