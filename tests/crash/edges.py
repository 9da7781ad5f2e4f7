"""The edges of the outbox, of the cursor and of a code's way, where a process can be made to end.

Nothing of this is in the bot: the process under test wraps the named function of the real bot before it runs, so that
production pays nothing.
"""

import functools
import importlib
import inspect
import itertools
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FUNCTIONS = {
    # the outbox
    "recover": "bot.store.intents:IntentStore.recover",
    "next": "bot.store.intents:IntentStore.next",
    "sending": "bot.store.intents:IntentStore.sending",
    "post": "bot.slack.sender:SlackSender.post",
    "sent": "bot.store.intents:IntentStore.sent",
    "unknown": "bot.store.intents:IntentStore.unknown",
    "find": "bot.slack.sender:SlackSender.find",
    "postpone": "bot.store.intents:IntentStore.postpone",
    "edit": "bot.slack.sender:SlackSender.edit",
    "shown": "bot.store.intents:IntentStore.shown",
    # the cursor
    "initial load": "bot.flipkart.client:FlipkartClient.initial_load",
    "reconcile": "bot.store.handovers:HandoverStore.reconcile",
    "shipments": "bot.flipkart.client:FlipkartClient.shipments",
    "add page": "bot.store.handovers:HandoverStore.add_page",
    "commit": "sqlalchemy.engine.default:DefaultDialect.do_commit",
    # a code's way
    "record": "bot.store.handovers:HandoverStore.record",
    "start codes": "bot.flipkart.client:FlipkartClient.start_codes",
    "end code": "bot.flipkart.client:FlipkartClient.end_code",
    "vault": "bot.handover.vault:CodeVault.put",
    "step": "bot.store.handovers:HandoverStore.step",
    "answer": "bot.slack.answer:Answers.alone",
    "modal": "bot.slack.answer:Answers.show",
    # counting, and the record
    "own scan": "bot.store.own_scans:OwnScanStore.take",
    "reaction": "bot.slack.thread:ThreadSigns.react",
    "tally": "bot.store.tallies:TallyStore.add",
    "receipt": "bot.store.receipts:ReceiptStore.keep",
    "upload": "bot.slack.files:SlackFiles.send",
    "share": "bot.slack.files:SlackFiles.share",
}
"""By name: module and function of the real bot."""
OFTEN = frozenset({"commit", "next", "initial load", "reconcile", "shipments", "add page"})
"""What happens several times a second: the kill may wait for a later one."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Just before or just after one function's nth run."""

    name: str
    when: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.when} {self.name}"

    def dump(self) -> str:
        """As an environment variable."""
        return f"{self.name}:{self.when}:{self.nth}"

    @classmethod
    def load(cls, text: str) -> "Edge":
        """From an environment variable."""
        name, when, nth = text.split(":")
        return cls(name, when, int(nth))


EDGES = tuple(Edge(name, when) for name in FUNCTIONS for when in ("before", "after"))


def die_at(edge: Edge) -> None:
    """From now on this process ends by SIGKILL when it comes to the edge."""
    module, _, path = FUNCTIONS[edge.name].partition(":")
    owner_name, _, name = path.partition(".")
    owner = getattr(importlib.import_module(module), owner_name)
    setattr(owner, name, _dying(getattr(owner, name), edge))


def _dying(function: Callable[..., Any], edge: Edge) -> Callable[..., Any]:
    runs = itertools.count(1)

    def at(when: str, run: int) -> None:
        if when == edge.when and run == edge.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(function)
    async def later(*args: Any, **kwargs: Any) -> Any:
        run = next(runs)
        at("before", run)
        result = await function(*args, **kwargs)
        at("after", run)
        return result

    @functools.wraps(function)
    def now(*args: Any, **kwargs: Any) -> Any:
        run = next(runs)
        at("before", run)
        result = function(*args, **kwargs)
        at("after", run)
        return result

    return later if inspect.iscoroutinefunction(function) else now
