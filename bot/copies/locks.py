"""The locks of PostgreSQL by which copies share the work: one for each shard, and one that each copy has a part of.

They belong to the session: when a copy dies, or its connection, they are gone, and no table of heartbeats and no clock
is needed to see that. A copy that is stopped (SIGSTOP, a frozen machine) would keep them, for its kernel goes on
answering; so the session ends when nothing was asked in it for a while (`idle_session_timeout`), and the copy takes for
owned only what was confirmed within most of that time.

The connection is this thread's own. A pooler between that hands connections out by the transaction (PgBouncer) takes
the locks away: this must lead to the server itself.
"""

import asyncio
import contextlib
import hashlib
import threading
import time
from collections.abc import Callable

import psycopg
import structlog

from bot.copies.owner import Owner
from bot.copies.shards import SHARDS
from bot.copies.shares import share
from bot.silence import Patient
from bot.timing import CopiesTiming

log = structlog.get_logger()

_COPIES = SHARDS
"""The number of the lock that every copy has a part of: whoever shares in it is there."""
_THERE = """
SELECT objid::bigint, pid FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = %s
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_TAKE = "SELECT n FROM unnest(%s::int[]) AS n WHERE pg_try_advisory_lock(%s, n)"
_WON = """
INSERT INTO shard AS known (n, fence) SELECT n, 1 FROM unnest(%s::int[]) AS n
ON CONFLICT (n) DO UPDATE SET fence = known.fence + 1 RETURNING n, fence
"""
_LET_GO = "SELECT pg_advisory_unlock(%s, n) FROM unnest(%s::int[]) AS n"


class Locks:
    """Holds the locks in a thread of its own, and says in `owner` what it holds."""

    def __init__(
        self, conninfo: str, owner: Owner, timing: CopiesTiming, changed: Callable[[], None] = lambda: None
    ) -> None:
        """`changed` is called in the thread whenever other shards are owned than before."""
        self._conninfo = conninfo
        self._owner = owner
        self._timing = timing
        self._changed = changed
        self._connection: psycopg.Connection | None = None
        self._space = 0
        self._me = 0
        self._is_leaving = False
        self._is_over = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shards", daemon=True)
        self.copies = 0
        """How many copies there are, this one counted in; 0 while that can't be seen."""
        self.faults = 0
        """How often a look ended in a fault of the bot; the thread alone counts."""
        self.problem: str | None = None
        """Why the locks can't be held; None while all is well."""

    def problems(self) -> list[str]:
        """What the health page says."""
        return [self.problem] if self.problem else []

    def start(self) -> None:
        """Joins the other copies: takes its share from now on."""
        self._thread.start()

    async def leave(self) -> None:
        """Lets go of everything in order: what is being done for a shard ends first, and the others take it over.

        What has not ended after a while goes with the connection.
        """
        self._is_leaving = True
        self._wake.set()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, self._timing.leave)
        self._is_over.set()
        self._wake.set()
        self._owner.lost()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, self._timing.every)

    # ---- in the thread ----

    def _run(self) -> None:
        while not self._is_over.is_set():
            before = self._owner.version
            try:
                is_done = self._round()
            except psycopg.Error as error:
                self._lost(error)
                is_done = self._is_leaving
            except Exception as error:
                self.faults += 1
                log.exception("the look at the locks of the shards ended in a fault of the bot")
                self._lost(error)
                is_done = self._is_leaving
            if self._owner.version != before:
                self._changed()
            if is_done:
                break
            # What is drained is let go soon, for others wait for it.
            hurries = self._is_leaving or self._owner.is_letting_go
            self._wake.clear()
            self._wake.wait(self._timing.every / 10 if hurries else self._timing.every)
        self._close()

    def _round(self) -> bool:
        """Looks who is there and has what, and does its own part. Whether it has left."""
        connection = self._connection or self._connect()
        asked_at = time.monotonic()
        copies: set[int] = set()
        owners: dict[int, int] = {}
        for number, pid in connection.execute(_THERE, [self._space]).fetchall():
            if number == _COPIES:
                copies.add(pid)
            else:
                owners[number] = pid
        self._owner.confirm(asked_at)
        if self._is_leaving and self._me in copies:
            # The others reckon without this copy from now on.
            connection.execute("SELECT pg_advisory_unlock_shared(%s, %s)", [self._space, _COPIES])
            copies.discard(self._me)
        plan = share(self._me, copies, owners)
        self._owner.leave(plan.let_go)
        self._let_go(connection)
        if plan.take:
            self._take(connection, list(plan.take))
        self._well(len(copies))
        return self._is_leaving and not self._owner.shards

    def _take(self, connection: psycopg.Connection, free: list[int]) -> None:
        got = [n for (n,) in connection.execute(_TAKE, [free, self._space]).fetchall()]
        if got:
            # With the lock in its hands, it counts on: whoever had the shard before is refused from now on.
            won: list[tuple[int, int]] = connection.execute(_WON, [got]).fetchall()
            self._owner.won(dict(won))
            log.info("shards taken", shards=sorted(got), owns=len(self._owner.shards))

    def _let_go(self, connection: psycopg.Connection) -> None:
        drained = self._owner.drained()
        if drained:
            self._owner.gone(drained)
            connection.execute(_LET_GO, [self._space, drained])
            log.info("shards let go", shards=drained, owns=len(self._owner.shards))

    def _connect(self) -> psycopg.Connection:
        idle = self._timing.idle
        seconds = max(1, round(idle / 2))
        # When a server that is gone without a word is noticed, what was owned is over all the same.
        connection = Patient.connect(
            self._conninfo,
            autocommit=True,
            application_name="otc-bot shards",
            connect_timeout=max(2, seconds),
            tcp_user_timeout=round(idle * 1000),
            keepalives_idle=seconds,
            keepalives_interval=1,
            keepalives_count=seconds,
        )
        connection.patience = self._timing.lease
        try:
            connection.execute(f"SET idle_session_timeout = {round(idle * 1000)}")
            connection.execute(f"SET statement_timeout = {round(idle * 1000)}")
            row = connection.execute("SELECT pg_backend_pid(), current_schema()").fetchone()
            pid, schema = row or (0, "")
            self._me, self._space = pid, _space_of(schema or "")
            connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", [self._space, _COPIES])
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _lost(self, error: Exception) -> None:
        """Whatever went wrong, a new connection begins with nothing."""
        self._owner.lost()
        self._close()
        self.copies = 0
        problem = f"the locks of the shards can't be held, so this copy looks after no location: {str(error).strip()}"
        if self.problem is None:
            log.error("the locks of the shards can't be held", problem=problem)
        self.problem = problem

    def _well(self, copies: int) -> None:
        if self.problem is not None:
            log.info("the locks of the shards can be held again")
            self.problem = None
        if copies != self.copies:
            log.info("copies", there=copies, before=self.copies, owns=len(self._owner.shards))
            self.copies = copies

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()


def _space_of(schema: str) -> int:
    """The first number of all locks of a deployment: two in one database have schemas of their own."""
    digest = hashlib.sha256(f"otc-bot shards\0{schema}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1  # as the server has it, with a sign
