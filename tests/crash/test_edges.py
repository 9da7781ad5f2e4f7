"""Edges of commits are met over both databases: each driver takes a statement's values in its own way."""

import asyncio
import json
import os
import signal
import sys

from sqlalchemy import insert, select

from bot.store.deliveries import DeliveryStore
from bot.store.session import Database
from bot.store.tables import DELIVERY, DeliveryRow, Kind, Sending
from tests.crash.dying import die_at
from tests.crash.edges import COMMITS, Edge, commit_of
from tests.prepare import ROOT

STATES = (Sending.SENDING, Sending.UNKNOWN, Sending.PENDING, Sending.SENDING, Sending.SENT, Sending.LOST)


async def test_a_process_ends_at_the_commit_of_each_state(url: str) -> None:
    command = [sys.executable, "-c", f"from {__name__} import ends; ends({url!r})"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert json.loads(out) == {str(edge): -signal.SIGKILL for edge in edges()}


def edges() -> list[Edge]:
    """All of commits."""
    return [Edge(when, commit_of(name)) for name in COMMITS for when in ("before", "after")]


def ends(url: str) -> None:
    """How processes end that give a delivery every state, each of which is to die at another edge."""
    found = {}
    for edge in edges():
        pid = os.fork() or _says(url, edge)
        found[str(edge)] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(json.dumps(found))


def _says(url: str, edge: Edge) -> int:
    try:
        die_at(edge)
        asyncio.run(_say(Database(url), edge))
    finally:
        os._exit(0)


async def _say(database: Database, edge: Edge) -> None:
    store, about = DeliveryStore(database), edge.dump()
    made = insert(DELIVERY).values(about=about, location_id="LOC1", kind=Kind.REPLY)
    await database.run(lambda one: one.execute(made))
    row = await database.run(lambda one: one.execute(select(DELIVERY).where(DELIVERY.c.about == about)).one())
    delivery = DeliveryRow(**row._mapping)
    for state in STATES:
        await store.keep(delivery, {"state": state})
