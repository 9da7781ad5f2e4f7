"""Health: not "the process is up" but "the bot hears Slack, sees Flipkart and gets its messages out"."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.flipkart.quota import Quota
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
class Health:
    """Gathers what is wrong, and the few figures that tell how the bot is doing."""

    poller: Poller
    schedule: Schedule
    intents: IntentStore
    quota: Quota
    events: SlackEvents
    work: Work
    slack_problem: Callable[[], Awaitable[str | None]]
    unsaid: Callable[[], list[str]]
    """Which messages do not get into Slack, and why."""
    unposted: Callable[[], Awaitable[list[str]]]
    """The same of receipts and digests."""
    unkept: Callable[[], str | None]
    """Why what happens can't be kept."""
    started: float
    """Monotonic seconds of the start."""

    async def report(self) -> dict[str, Any]:
        """The health page's content. Never a code, a token or a name from outside."""
        problems: list[str] = []
        slack = await self.slack_problem()
        if slack is not None:
            problems.append(slack)
        unkept = self.unkept()
        if unkept is not None:
            problems.append(unkept)
        problems += self.unsaid()
        problems += self.schedule.late(JOB_GRACE)
        problems += self._flipkart()
        figures: dict[str, Any] = {"uptime_seconds": int(time.monotonic() - self.started)}
        try:
            problems += await self.unposted()
            figures["messages_waiting"] = await self.intents.backlog()
            figures["flipkart_calls_this_hour"] = await self.quota.used()
        except DatabaseUnusableError as error:
            if str(error) not in problems:
                problems.append(str(error))
        heard = self.events.last_event
        figures["seconds_since_slack_spoke"] = None if heard is None else int(time.monotonic() - heard)
        figures["faults"] = self.events.faults + self.work.faults + self.schedule.faults
        figures["polling_stretched"] = round(self.poller.pace.stretch, 2)
        return {"ok": not problems, "problems": problems, **figures}

    def _flipkart(self) -> list[str]:
        if not self.poller.problems:
            return []
        now = time.monotonic()
        since = self.poller.succeeded if self.poller.succeeded is not None else self.started
        if now - since < max(STALE_SECONDS, 4 * self.poller.pace.arrivals):
            return []
        return [f"Flipkart has not answered for {now - since:.0f} s: {next(iter(self.poller.problems.values()))}"]
