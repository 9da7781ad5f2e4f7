"""Where the copies of a bot meet: the server and the schema that DATABASE_URL names; and whether they hear there."""

import re

from sqlalchemy import make_url


def conninfo(database_url: str) -> str | None:
    """What psycopg connects by; None where the URL is of a file, over which there is one copy alone."""
    url = make_url(database_url)
    if url.get_backend_name() != "postgresql":
        return None
    schema = url.query.get("schema")
    plain = url.difference_update_query(["schema"]).set(drivername="postgresql").render_as_string(hide_password=False)
    if not isinstance(schema, str):
        return plain
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - the driver is an extra

    # An identifier in a list of names, and within options, where a space would begin another one.
    quoted = '"{}"'.format(schema.replace('"', '""'))
    escaped = re.sub(r"([\\ ])", r"\\\1", quoted)
    return make_conninfo(plain, options=f"-c search_path={escaped}")


async def mute(database_url: str) -> str | None:
    """Why copies could not hear each other there; None where they can, where there is one alone, or nobody answers."""
    at = conninfo(database_url)
    if at is None:
        return None
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError:
        return None  # whoever opens the database says so

    from bot.copies.listening import deaf  # noqa: PLC0415 - the same

    try:
        return await deaf(at)
    except psycopg.Error:
        return None
