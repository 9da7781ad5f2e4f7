"""What the tests of the process and of its file share."""

import asyncio
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.app import App
from bot.sandbox.flipkart import Visit
from bot.store.session import DatabaseUnusableError
from tests.scenarios.dockwork import card_says
from tests.support import World
from tests.test_cli import Installation, installed


@dataclass
class OwnConnection:
    """Statements for the bot's own connection, run at the begin of each of its transactions."""

    statements: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def begins(self, connection: sa.Connection) -> None:
        for statement in self.statements:
            result = connection.exec_driver_sql(statement)
            self.answers[statement] = result.scalar() if result.returns_rows else None


def asked_for(dock: World, call: str = "start_otc") -> int:
    return sum(1 for one in dock.flipkart.calls if one.name == call)


async def all_is_said(dock: World, visits: list[Visit]) -> None:
    """Waits until nothing is left to say, then holds the store and Slack against each other: promises 1 to 3."""
    waiting = "select 1 from delivery join handover h on h.id = about where kind != 'receipt' and state <> 'sent'"
    stale = f"{waiting} or (kind = 'card' and sent_revision < h.revision)"
    parcels = sorted((visit.task_id, parcel.tracking_id) for visit in visits for parcel in visit.shipments)
    kept = "select h.task_id, s.tracking_id from shipment s join handover h on h.id = s.handover_id"

    await dock.until(lambda: len(dock.rows(kept)) >= len(parcels) and not dock.rows(stale))
    assert sorted(dock.rows(kept)) == parcels, "a shipment is lost or twice in the store"
    wanted = {key for (key,) in dock.rows("select key from delivery where kind != 'receipt'")}
    said = Counter(m.metadata["event_payload"]["key"] for card in dock.cards for m in (card, *dock.thread(card)))
    assert set(said) == wanted, "a message is lost, or nobody knows where it came from"
    assert set(said.values()) == {1}, "a message was posted twice"
    assert len(dock.cards) == len(visits), "a handover has no root or two"


async def health(logged: io.StringIO) -> tuple[int, list[str]]:
    """The health page's status and its problems."""
    url = re.findall(r'"health": "([^"]+)"', logged.getvalue())[-1]
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, (await answer.json())["problems"]


def real(dock: World, **env: str) -> Installation:
    """A real `otc-bot run` for this dock, that gives the operator a right to codes."""
    one = installed(dock, **env)
    toml = dock.folder / "bot.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + f'operators = ["{dock.operator}"]\n', encoding="utf-8")
    return one


async def a_day_at_the_dock(dock: World) -> None:
    """Leaves a database with something in it."""
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(40)
        await card_says(dock, visit, "40 scanned")


async def refused_inside(dock: World, **env: str) -> str:
    """The sentence with which a bot ends at its start; the command line prints it and ends with 4."""
    with pytest.raises(DatabaseUnusableError) as refusal:
        await App([dock.settings(**env)]).run(asyncio.Event())
    return str(refusal.value)
