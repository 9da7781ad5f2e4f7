"""A wire between the bot and a PostgreSQL server, on loopback, that can be cut where it hurts."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import URL

COMMIT = b"COMMIT\0"
_SERVED_BY = re.compile(rb"(K\0\0\0[\x0c-\xff])....", re.DOTALL)
"""Said when a connection begins: the number of its process, and a secret to cancel with."""


class Cut(Enum):
    """What becomes of a commit."""

    BEFORE = "the server never hears of it"
    AFTER = "the server carries it out, and its answer never comes"


@dataclass
class Wire:
    """One address of a server, whichever server that is just now."""

    to: URL
    """Where it leads."""
    pools: bool = False
    """Whether it gives out numbers of its own for what serves a connection, as a pooler does."""
    commits: list[Cut | None] = field(default_factory=list)
    """What becomes of the next ones, the first first; None: nothing. When the list is over, nothing any more."""
    cuts: int = 0
    """How many commits were cut."""
    cut_once: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when one was."""
    swallows: bool = False
    """Whether what comes over a new connection is taken, and leads nowhere."""
    _port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _joints: set["_Joint"] = field(default_factory=set)
    _cut: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, **more: str) -> str:
        """The database at this end of the wire."""
        here = URL.create("postgresql", self.to.username, host="127.0.0.1", port=self._port, database=self.to.database)
        return here.update_query_dict(more).render_as_string(hide_password=False)

    async def start(self) -> None:
        """Listens, at the port where it listened before."""
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def away(self) -> None:
        """Cuts every connection, and takes no other one."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()
        await asyncio.sleep(0)

    def cut(self) -> None:
        """Cuts every connection; another one can be made."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()
        self._cut.set()
        self._cut = asyncio.Event()

    async def swallow(self) -> None:
        """From now on what is said over any connection arrives nowhere, and neither end hears of that."""
        self.swallows = True
        for joint in self._joints:
            joint.is_mute = True

    async def heal(self) -> None:
        """New connections lead where they should; what was said over the old ones is lost."""
        self.swallows = False

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self.to.query.get("host") or self.to.host, self.to.port or 5432
        path = f"{host}/.s.PGSQL.{port}"
        try:
            there, beyond = await asyncio.open_unix_connection(path)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, beyond}
        self._open |= ends
        joint = _Joint(self.swallows)
        self._joints.add(joint)
        cut = self._cut
        try:
            await asyncio.gather(self._asks(reader, beyond, joint), self._answers(there, writer, joint))
        except (ConnectionError, asyncio.IncompleteReadError, _CutOff):
            if joint.is_mute:
                await cut.wait()
        finally:
            self._open -= ends
            self._joints.discard(joint)
            for one in ends:
                one.transport.abort()

    async def _asks(self, reader: asyncio.StreamReader, beyond: asyncio.StreamWriter, joint: "_Joint") -> None:
        while data := await reader.read(1 << 16):
            if joint.is_mute:
                continue
            if COMMIT in data and self.commits:
                cut = self.commits.pop(0)
                if cut is not None:
                    self.cuts += 1
                    self.cut_once.set()
                if cut is Cut.BEFORE:
                    raise _CutOff
                joint.answers_are_lost = cut is Cut.AFTER
            beyond.write(data)
            await beyond.drain()
        raise _CutOff

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, joint: "_Joint") -> None:
        while data := await there.read(1 << 16):
            if joint.answers_are_lost:
                raise _CutOff
            if joint.is_mute:
                continue
            if self.pools:
                data = _SERVED_BY.sub(lambda found: found[1] + b"\0\0\0\7", data)
            writer.write(data)
            await writer.drain()
        raise _CutOff


@dataclass(eq=False)
class _Joint:
    """Of one connection."""

    is_mute: bool
    answers_are_lost: bool = False


class _CutOff(Exception):
    """One end is gone."""


@contextlib.asynccontextmanager
async def a_wire(to: URL) -> AsyncIterator[Wire]:
    """A wire that can be cut; gone at the end."""
    wire = Wire(to)
    await wire.start()
    try:
        yield wire
    finally:
        await wire.away()
