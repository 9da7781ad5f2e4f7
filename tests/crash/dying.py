"""Makes the process that runs the bot end at an edge.

Nothing of this is in the bot: what it calls is wrapped before it runs, so that production pays nothing.
"""

import functools
import importlib
import inspect
import itertools
import os
import re
import signal
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.web.async_base_client import AsyncBaseClient
from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

from bot import parts
from bot.clock import Clock
from bot.handover.claim_sums import Months, month_of, month_of_day
from bot.handover.location import Locations
from bot.handover.sight import Sight
from bot.jobs.month import MonthJob
from tests.crash.edges import CALLS, COMMITS, FUNCTIONS, OUTSIDE, Edge, commit_of
from tests.crash.said import call_name

SOON = timedelta(seconds=0.3)
_STATE = re.compile(r"\bstate\s*=\s*(?:'(?P<word>\w+)'|%\((?P<name>\w+)\)s|(?P<place>\?))")
"""What an UPDATE gives: a word of its own, or a value by its name (PostgreSQL's driver) or its place (SQLite's)."""


def die_at(edge: Edge) -> None:
    """From now on this process ends by SIGKILL when it comes to the edge."""
    functions = FUNCTIONS | OUTSIDE
    if edge.name in functions:
        module, _, path = functions[edge.name].partition(":")
        owner_name, _, name = path.partition(".")
        owner = getattr(importlib.import_module(module), owner_name)
        setattr(owner, name, _dying(getattr(owner, name), edge))
    elif edge.name in CALLS:
        _die_at_call(edge)
    else:
        _die_at_commit(edge)


def end_months(over: int) -> None:
    """Of the present month and those after it, so many are over, as far as their job is told; the rest has its time.

    No run of minutes sees a month end, and on most days the last one ended too long ago.
    """
    if over:
        vars(parts)["MonthJob"] = functools.partial(_early, over)


def _early(over: int, months: Months, locations: Locations, zone: ZoneInfo, clock: Clock) -> MonthJob:
    present = month_of_day(clock().astimezone(zone).date(), zone).number
    end = month_of(present + over - 1, zone).end
    return MonthJob(months, locations, zone, lambda: end)


def tell_outages_soon() -> None:
    """Looks that fail for a moment are an outage already: no bot lives here for half a minute."""
    vars(parts)["Sight"] = lambda told_after, _, monotonic: Sight(told_after, SOON, monotonic)


def _at(edge: Edge, when: str, run: int) -> None:
    if when == edge.when and run == edge.nth:
        os.kill(os.getpid(), signal.SIGKILL)


def _dying(function: Callable[..., Any], edge: Edge) -> Callable[..., Any]:
    runs = itertools.count(1)

    @functools.wraps(function)
    async def later(*args: Any, **kwargs: Any) -> Any:
        run = next(runs)
        _at(edge, "before", run)
        result = await function(*args, **kwargs)
        _at(edge, "after", run)
        return result

    @functools.wraps(function)
    def now(*args: Any, **kwargs: Any) -> Any:
        run = next(runs)
        _at(edge, "before", run)
        result = function(*args, **kwargs)
        _at(edge, "after", run)
        return result

    return later if inspect.iscoroutinefunction(function) else now


def _die_at_call(edge: Edge) -> None:
    """Slack's own client is wrapped: whatever brings a message into Slack goes through it."""
    call = AsyncBaseClient.api_call
    runs = itertools.count(1)

    @functools.wraps(call)
    async def dying(self: Any, api_method: str, **kwargs: Any) -> Any:
        arguments = kwargs.get("json") or kwargs.get("params") or {}
        if call_name(api_method, arguments) != edge.name:
            return await call(self, api_method, **kwargs)
        run = next(runs)
        _at(edge, "before", run)
        result = await call(self, api_method, **kwargs)
        _at(edge, "after", run)
        return result

    AsyncBaseClient.api_call = dying  # type: ignore[method-assign]


def _die_at_commit(edge: Edge) -> None:
    """The commit of a transaction in which something got the state."""
    verb, state = next(what for name, what in COMMITS.items() if commit_of(name) == edge.name)
    runs = itertools.count(1)
    gave: list[str] = []
    commit: Callable[..., None] = DefaultDialect.do_commit
    rollback: Callable[..., None] = DefaultDialect.do_rollback

    def look(_: Any, cursor: Any, statement: str, parameters: Any, __: Any, many: bool) -> None:
        if cursor.rowcount > 0 and statement.startswith(verb):
            gave.extend(_states(statement, parameters if many else [parameters]))

    def committed(self: DefaultDialect, connection: Any) -> None:
        run = next(runs) if state in gave else 0
        gave.clear()
        _at(edge, "before", run)
        commit(self, connection)
        _at(edge, "after", run)

    def undone(self: DefaultDialect, connection: Any) -> None:
        gave.clear()
        rollback(self, connection)

    event.listen(Engine, "after_cursor_execute", look)
    DefaultDialect.do_commit = committed  # type: ignore[method-assign]
    DefaultDialect.do_rollback = undone  # type: ignore[method-assign]


def _states(statement: str, rows: Iterable[Any]) -> list[str]:
    """The states that a statement gives: of an INSERT any word, of an UPDATE what stands in its SET."""
    if statement.startswith("INSERT"):
        return [str(value) for row in rows for value in (row.values() if isinstance(row, Mapping) else row)]
    given = statement.partition(" WHERE ")[0]
    found = _STATE.search(given)
    if found is None:
        return []
    if found["word"]:
        return [found["word"]]
    at = found["name"] or given[: found.start("place")].count("?")
    return [str(row[at]) for row in rows]
