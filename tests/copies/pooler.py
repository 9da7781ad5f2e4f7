"""What stands between the bot and its server and loses what is said over the line, as some poolers do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url


@contextlib.asynccontextmanager
async def mute(url: str, folder: Path) -> AsyncIterator[str]:
    """The way to the server through something that hands on all but what was said over the line."""
    parts = conninfo_to_dict(url)
    port = str(parts.get("port") or 5432)

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(f"{parts['host']}/.s.PGSQL.{port}")

        async def hence() -> None:
            while said := await reader.read(65536):
                back.write(said)
            back.close()

        forth = asyncio.create_task(hence())
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                head = await there.readexactly(5)
                body = await there.readexactly(int.from_bytes(head[1:]) - 4)
                if head[:1] != b"A":
                    writer.write(head + body)
        writer.close()
        await forth

    server = await asyncio.start_unix_server(joined, folder / f".s.PGSQL.{port}")
    try:
        yield make_url(url).update_query_dict({"host": str(folder)}).render_as_string(hide_password=False)
    finally:
        server.close()
