"""Health: not "the process is up" but "the bot hears Slack, sees Flipkart and gets its messages out".

Everything that is wrong is told. Only what a restart could mend decides whether the bot is alive: that it is deaf to
Slack, or stuck. A budget that is used up or a channel that is archived is the same after a restart.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from bot.clock import local_clock
from bot.flipkart.quota import Quota
from bot.handover.actions import Dock
from bot.jobs.poll import Poller
from bot.jobs.schedule import Schedule
from bot.slack.events import SlackEvents
from bot.slack.work import Work
from bot.store.intents import IntentStore
from bot.store.session import DatabaseUnusableError

STALE_SECONDS = 120.0
"""How long Flipkart may not have answered before that is a problem, beside four intervals."""
JOB_GRACE = 30.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong."""

    name: str
    look: Callable[[], Awaitable[Sequence[str]]]
    """What is wrong now, a sentence each. May raise DatabaseUnusableError, which is told as one."""
    vital: bool = False
    """Whether it decides that the bot is deaf or stuck, so that it is restarted."""


def check(name: str, look: Callable[[], Sequence[str]], *, vital: bool = False) -> Check:
    """The same for a look that waits for nothing."""

    async def looked() -> Sequence[str]:
        return look()

    return Check(name, looked, vital)


@dataclass(frozen=True, slots=True)
class Health:
    """Gathers what is wrong, and the few figures that tell how the bot is doing."""

    poller: Poller
    schedule: Schedule
    intents: IntentStore
    quota: Quota
    events: SlackEvents
    work: Work
    checks: Sequence[Check]
    """Those of the parts that only the composition knows, beside those of this module."""
    started: float
    """Monotonic seconds of the start."""

    async def report(self) -> dict[str, Any]:
        """The health page's content; `ok` is whether the bot is alive. Never a code, a token or a name from outside."""
        own = (
            check("jobs", lambda: self.schedule.late(JOB_GRACE, vital=True), vital=True),
            check("side jobs", lambda: self.schedule.late(JOB_GRACE, vital=False)),
            check("flipkart", self._flipkart),
            check("budget", self.quota.problems),
        )
        problems: dict[str, None] = {}
        alive = True
        for one in (*self.checks, *own):
            try:
                found = await one.look()
            except DatabaseUnusableError as error:
                found = [str(error)]
            problems |= dict.fromkeys(found)
            alive = alive and not (found and one.vital)
        figures: dict[str, Any] = {"uptime_seconds": int(time.monotonic() - self.started)}
        try:
            figures["messages_waiting"] = await self.intents.backlog()
            figures["flipkart_calls_this_hour"] = await self.quota.used()
        except DatabaseUnusableError as error:
            problems[str(error)] = None
            alive = False
        heard = self.events.last_event
        figures["seconds_since_slack_spoke"] = None if heard is None else int(time.monotonic() - heard)
        figures["faults"] = self.events.faults + self.work.faults + self.schedule.faults
        figures["polling_stretched"] = round(self.poller.pace.stretch, 2)
        return {"ok": alive, "problems": list(problems), **figures}

    def _flipkart(self) -> list[str]:
        if not self.poller.problems:
            return []
        now = time.monotonic()
        since = self.poller.succeeded if self.poller.succeeded is not None else self.started
        if now - since < max(STALE_SECONDS, 4 * self.poller.pace.arrivals):
            return []
        return [f"Flipkart has not answered for {now - since:.0f} s: {next(iter(self.poller.problems.values()))}"]


def unseen_locations(dock: Dock, zone: tzinfo) -> list[str]:
    """The locations of bot.toml that Flipkart does not show, from when on, and why."""
    now = dock.clock()
    return [
        f"location {at.id} can't be seen since {local_clock(since, zone)}: {dock.sight.why(at.id)}"
        for at in dock.locations
        if (since := dock.sight.since(at.id, now)) is not None
    ]
