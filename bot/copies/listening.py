"""The line over which copies of the bot hear of each other: LISTEN and NOTIFY of PostgreSQL.

A copy has a number for as long as it lives, and while it hears, it holds a lock by that number, which all can see. The
lock is the session's, so it goes with the connection; a copy that is stopped (SIGSTOP, a frozen machine) asks nothing
any more, and its session ends by itself. What is said over the line names a letter or a channel, and no more.

A pooler between that hands connections out by the transaction (PgBouncer) swallows all of it: a copy hears itself
first, and believes nothing of a line that is mute.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Callable

import psycopg
import structlog
from psycopg import sql

from bot.silence import PatientAsync, alive
from bot.timing import CopiesTiming

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds until a word of its own must have come back."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between two tries to connect, doubled after each."""
POOLER = (
    "what copies tell each other over the database does not arrive: a pooler such as PgBouncer that hands connections "
    "out by the transaction loses it. Let DATABASE_URL lead to the server itself, or have it pool by the session"
)
AGAIN = "line"
"""Heard when the line works, at first or again: what was said before is lost."""
_HERE, _GONE = "here", "gone"
_SPACE = "hashtext('otc-bot letters ' || current_schema())"
"""The first number of the locks of a deployment: two in one database have schemas of their own."""
_THERE = """
    SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
    AND classid = hashtext('otc-bot letters ' || current_schema())::oid
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_CHANNEL = "SELECT 'otc_bot_' || md5(current_schema())"

Connection = psycopg.AsyncConnection[tuple[object, ...]]
Heard = Callable[[str, str], None]
"""Given the word, and what it is about."""


class Listening:
    """This copy's end of the line. Implements `bot.handover.letters.Line`."""

    def __init__(self, conninfo: str, me: int, timing: CopiesTiming) -> None:
        """`me` is this copy's number, which no other one has or had."""
        self._conninfo = conninfo
        self._timing = timing
        self.heard: Heard = lambda _word, _about: None
        """Called on the loop with what is said to this copy."""
        self.me = me
        self.hears = False
        self.others: frozenset[int] = frozenset()
        self.problem: str | None = None
        """Why it hears nothing; None while all is well."""

    def problems(self) -> list[str]:
        """What the health page says."""
        return [self.problem] if self.problem else []

    async def run(self) -> None:
        """Keeps listening until it is cancelled."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError, TimeoutError) as error:
                pause = FIRST_PAUSE if self.hears else min(pause * 2, LONGEST_PAUSE)
                self._lost(error)
            finally:
                self.hears, self.others = False, frozenset()
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        async with await _connected(self._conninfo, self._timing.idle) as connection:
            channel = await _begin(connection, self._timing.idle)
            await connection.execute(f"SELECT pg_advisory_lock_shared({_SPACE}, %s)", [self.me])
            try:
                await self._say(connection, channel, _HERE)
                # Before the server ends the session of one that asks nothing.
                async with asyncio.timeout(min(PATIENCE, self._timing.idle / 2)):
                    await self._hear_itself(connection)
                self._well()
                while True:
                    await self._look(connection)
                    async for notify in connection.notifies(timeout=self._timing.every):
                        self._told(notify.payload)
            finally:
                with contextlib.suppress(psycopg.Error):
                    await self._say(connection, channel, _GONE)

    async def _hear_itself(self, connection: Connection) -> None:
        async for notify in connection.notifies():
            if notify.payload == f"0 {_HERE} {self.me}":
                return

    async def _say(self, connection: Connection, channel: str, word: str) -> None:
        await connection.execute("SELECT pg_notify(%s, %s)", [channel, f"0 {word} {self.me}"])

    async def _look(self, connection: Connection) -> None:
        found = await connection.execute(_THERE)
        self.others = frozenset(int(str(one)) for (one,) in await found.fetchall()) - {self.me}

    def _told(self, said: str) -> None:
        """Hears one word: ``<to whom> <what> <about what>``; to all, who says it stands before what it is about."""
        to, _, rest = said.partition(" ")
        word, _, about = rest.partition(" ")
        if word == _HERE and about.isdigit():
            if int(about) != self.me:
                self.others |= {int(about)}
                self.heard(word, about)
        elif word == _GONE and about.isdigit():
            self.others -= {int(about)}
        elif to == str(self.me):
            self.heard(word, about)
        elif to == "0" and not about.startswith(f"{self.me} "):
            self.heard(word, about.partition(" ")[2])

    def _lost(self, error: Exception) -> None:
        why = POOLER if isinstance(error, TimeoutError) else str(error).strip()
        problem = f"this copy hears nothing of the others and gives out codes as if it were alone: {why}"
        if self.problem is None:
            log.error("copies can't hear each other", problem=problem)
        self.problem = problem

    def _well(self) -> None:
        if self.problem is not None:
            log.info("copies hear each other again")
        self.problem, self.hears = None, True
        self.heard(AGAIN, "")


async def deaf(conninfo: str) -> str | None:
    """Why copies could not hear each other over this database; None where they can.

    Raises:
        psycopg.Error: the database can't be reached.
    """
    word = uuid.uuid4().hex
    idle = CopiesTiming().idle
    async with await _connected(conninfo, idle) as listens, await _connected(conninfo, idle) as says:
        channel = await _begin(listens, idle)
        await says.execute("SELECT pg_notify(%s, %s)", [channel, f"0 test {word}"])
        async for notify in listens.notifies(timeout=PATIENCE):
            if word in notify.payload:
                return None
    return POOLER


async def _connected(conninfo: str, idle: float) -> Connection:
    """A connection to the server; one that is gone without a word is noticed as soon as the server would notice."""
    connection = await PatientAsync.connect(
        conninfo, autocommit=True, application_name="otc-bot letters", **alive(idle)
    )
    connection.patience = idle / 2
    return connection


async def _begin(connection: Connection, idle: float) -> str:
    """Listens, and gives the name of what is listened to."""
    # The server ends the session of a copy that was stopped.
    await connection.execute(f"SET idle_session_timeout = {round(idle * 1000)}")
    found = await (await connection.execute(_CHANNEL)).fetchone()
    channel = str(found[0]) if found else ""
    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    return channel
