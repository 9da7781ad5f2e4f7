"""Faults of the bot itself: each that is caught is counted, once, and a change of bot.toml sets nothing back."""

import ast
import io
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.handover.actions import Dock
from bot.handover.outages import Outages
from bot.measured import of_faults
from bot.slack.listeners import start
from bot.slack.painter import SlackPainter
from bot.webhooks import sender
from tests.prepare import ROOT
from tests.scenarios.conftest import dock, logged, no_code_leaks, street
from tests.scenarios.dockwork import card_of
from tests.scenarios.faults.test_security_secrets import Breakage, breaks
from tests.scenarios.street import Street, place
from tests.scenarios.test_reload import heard_again, reloaded
from tests.support import World
from tests.test_measured import Monitor
from tests.webhooks.receiver import SECRET, receiving

__all__ = ["dock", "logged", "no_code_leaks", "street"]

FAULTS = "otc_faults_total"
PLAYED = ("bot/sandbox/", "bot/demo.py", "bot/tour/")
"""The practice dock's own."""
NOT_COUNTED: dict[str, str] = {}
"""Why somebody who catches a fault does not count it, by the file and what is logged."""


def caught() -> Iterator[tuple[str, bool]]:
    """Where a fault is caught and logged with its traceback, and whether it is counted beside that."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        name, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if not name.startswith(PLAYED) and (".exception(" in source or "exc_info" in source):
            yield from _in(name, ast.parse(source), ())


def _in(path: str, node: ast.AST, beside: tuple[ast.stmt, ...]) -> Iterator[tuple[str, bool]]:
    """`beside` are the statements of the innermost block."""
    if isinstance(node, ast.Call) and _logs_a_fault(node):
        event = node.args[0] if node.args else None
        said = event.value if isinstance(event, ast.Constant) and isinstance(event.value, str) else ast.unparse(node)
        yield f"{path}: {said}", any(_counts(one) for statement in beside for one in ast.walk(statement))
    for field in ast.iter_fields(node):
        found = field[1] if isinstance(field[1], list) else [field[1]]
        block = tuple(one for one in found if isinstance(one, ast.stmt)) or beside
        for child in found:
            if isinstance(child, ast.AST):
                yield from _in(path, child, block)


def _logs_a_fault(call: ast.Call) -> bool:
    func = call.func
    is_log = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in ("log", "logger")
    if not isinstance(func, ast.Attribute) or not is_log:
        return False
    return func.attr == "exception" or any(one.arg == "exc_info" for one in call.keywords)


def _counts(one: ast.AST) -> bool:
    if isinstance(one, ast.AugAssign):
        return isinstance(one.target, ast.Attribute) and one.target.attr == "faults"
    func = one.func if isinstance(one, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr.lstrip("_") == "faulted"


def test_whoever_catches_a_fault_counts_it() -> None:
    found = dict(caught())
    assert len(found) > 8
    assert {where for where, counts in found.items() if not counts} == NOT_COUNTED.keys()


def test_the_guard_sees_who_does_not_count() -> None:
    source = """
try:
    work()
except Exception:
    self._faulted()
    log.exception("counted")
except OSError:
    log.exception("beside another block")
if fault:
    log.error("not counted", exc_info=fault)
log.error("no fault")
"""
    found = dict(_in("bot/x.py", ast.parse(source), ()))
    assert found == {
        "bot/x.py: counted": True,
        "bot/x.py: beside another block": False,
        "bot/x.py: not counted": False,
    }


def test_what_is_of_no_workspace_has_no_name() -> None:
    def said(houses: dict[str, int], process: int) -> dict[tuple[str, ...], Any]:
        return {sample.labels: sample.value for sample in of_faults(houses, process)}

    assert said({"": 2}, 1) == {("",): 3}
    assert said({"north": 2, "south": 0}, 1) == {("north",): 2, ("south",): 0, ("",): 1}


@pytest.fixture
def monitor(logged: io.StringIO) -> Monitor:
    return Monitor(logged)


def lines(logged: io.StringIO) -> Counter[str]:
    """How often each line was written."""
    return Counter(json.loads(line)["event"] for line in logged.getvalue().splitlines())


A_LOOK = (Dock, "look_around", "a look at flipkart ended in a fault of the bot")
A_MESSAGE = (SlackPainter, "card", "a message ended in a fault of the bot; it waits")
A_WEBHOOK = (sender, "headers", "a webhook ended in a fault of the bot; it waits")
A_JOB = (Outages, "look", "a job ended in a fault of the bot")


@pytest.mark.parametrize(("where", "what", "event"), [A_LOOK, A_MESSAGE, A_WEBHOOK, A_JOB])
async def test_each_fault_is_counted_once(
    dock: World,
    logged: io.StringIO,
    monitor: Monitor,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    what: str,
    event: str,
) -> None:
    async with receiving(is_of_now=True) as erp:
        dock.toml["webhooks"] = [{"id": "erp", "url": erp.url, "secret": "ERP", "allow_private": True}]
        dock.webhook_secrets["erp"] = SecretStr(SECRET)
        async with dock.bot():
            assert (await monitor.read())[FAULTS] == 0
            monkeypatch.setattr(where, what, breaks)
            dock.flipkart.arrive("LOC1", "Ram")
            await dock.until(lambda: lines(logged)[event])
            monkeypatch.undo()
            await monitor.until(lambda read: read[FAULTS] == lines(logged)[event], "as many as the log has")


async def test_a_change_of_the_settings_sets_nothing_back(
    street: Street, logged: io.StringIO, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, _ = street.houses.values()
    visit = north.flipkart.arrive("LOC1", "Ram")
    monkeypatch.setattr(start, "start_view", breaks)
    async with street.bot():
        await card_of(north, visit)
        await north.slack.slash(north.operator, north.channel, "/start-otc")
        await monitor.until(lambda read: read[f"{FAULTS}{{north}}"] == 1, "a press")
        north.toml = {"locations": [place(north, [north.operator, north.stranger])]}
        assert (await reloaded(street, logged))["begun_anew"] == ["north"]
        await heard_again(north, 2)
        await north.slack.slash(north.stranger, north.channel, "/start-otc")
        found = await monitor.until(lambda read: read[f"{FAULTS}{{north}}"] > 1, "a press after it")
    assert (found[f"{FAULTS}{{north}}"], found[f"{FAULTS}{{south}}"]) == (2, 0)


async def ends() -> None:
    raise Breakage("broken on purpose")


@pytest.mark.parametrize(("how", "parts"), [(ends, 1), (breaks, 0)], ids=["a part of it ends", "it does not start"])
async def test_a_house_that_ends_by_a_fault_counts_it_once(
    street: Street,
    logged: io.StringIO,
    monitor: Monitor,
    monkeypatch: pytest.MonkeyPatch,
    how: Callable[[], Awaitable[None]],
    parts: int,
) -> None:
    """The log says it where it was caught, and where the house is begun again."""
    north, _ = street.houses.values()
    works, left = sender.WebhookSender.run, [how]

    def once(one: sender.WebhookSender) -> Awaitable[None]:
        return left.pop()() if left else works(one)

    async with street.bot():
        monkeypatch.setattr(sender.WebhookSender, "run", once)
        north.toml = {"locations": [place(north, [north.operator, north.stranger])]}
        await reloaded(street, logged)
        await north.until(lambda: lines(logged)["this workspace's bot ended; it is begun again"])
        found = await monitor.until(lambda read: read["otc_workspace_running{north}"], "it is begun again")
    assert (found[f"{FAULTS}{{north}}"], found[f"{FAULTS}{{south}}"]) == (1, 0)
    assert lines(logged)["a part of the bot ended"] == parts
    assert lines(logged)["a workspace's bot ended in a fault of the bot"] == 1
