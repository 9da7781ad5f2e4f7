"""What goes wrong on the day: drawn by lot from a seed, all day long, on every edge of the bot."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.flipkart import FlipkartSim
from bot.sandbox.slack import SlackSim

EVERY = 300.0
"""Seconds between two faults, on average."""
UNLUCKY = 0.12
"""The share of presses that meet a fault of Slack."""
DEAF = 120.0
"""Seconds after a fault of the socket in which Slack may be unable to reach the bot."""
FLIPKART_CALLS = ("initial_load", "shipments", "shipments", "*")
SLACK_CALLS = ("chat.postMessage", "chat.postMessage", "chat.update", "chat.update", "*")


@dataclass
class Weather:
    """Orders faults from the simulators, and counts them."""

    slack: SlackSim
    flipkart: FlipkartSim
    chance: random.Random
    played: Counter[str] = field(default_factory=Counter)
    _spoilt: list[tuple[float, float]] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """How many were played."""
        return sum(self.played.values())

    async def blow(self, seconds: float) -> None:
        """Lets things go wrong for so long; in a small day more often."""
        every = min(EVERY, seconds / 8)
        end = time.time() + seconds
        kinds = (
            [self._flipkart_refuses] * 4
            + [self._flipkart_is_cut] * 2
            + [self._flipkart_babbles] * 2
            + [self._flipkart_hangs, self._flipkart_is_down, self._token_ends]
            + [self._slack_throttles] * 3
            + [self._slack_fails] * 3
            + [self._slack_is_cut] * 3
            + [self._slack_is_slow]
            + [self._socket_ends] * 3
        )
        while (pause := self.chance.expovariate(1 / every)) < end - time.time():
            await asyncio.sleep(pause)
            await self.chance.choice(kinds)()

    def before_a_press(self, *methods: str) -> None:
        """A person is about to press: at times the answer's way is broken."""
        if self.chance.random() >= UNLUCKY:
            return
        method = self.chance.choice(methods)
        how: Callable[[], None] = self.chance.choice(
            (
                lambda: self.slack.fail(method, error="ratelimited", retry_after=2),
                lambda: self.slack.fail(method, status=503),
                lambda: self.slack.fail(method, error="internal_error"),
                lambda: self.slack.fail(method, drop="before"),
            )
        )
        how()
        self.played[f"slack {method} for a person"] += 1

    def was_deaf(self, at: float) -> bool:
        """Whether the socket was in trouble at that moment."""
        return any(start <= at <= end for start, end in self._spoilt)

    async def _flipkart_refuses(self) -> None:
        status = self.chance.choice((429, 429, 500, 502, 503, 504))
        wait = self.chance.choice((None, 20, 60)) if status == 429 else None
        self.flipkart.fail(
            self.chance.choice(FLIPKART_CALLS), status=status, retry_after=wait, times=self.chance.randint(1, 3)
        )
        self.played[f"flipkart {status}"] += 1

    async def _flipkart_is_cut(self) -> None:
        drop = self.chance.choice(("before", "after"))
        self.flipkart.fail(self.chance.choice(FLIPKART_CALLS), drop="before" if drop == "before" else "after")
        self.played["flipkart cut"] += 1

    async def _flipkart_babbles(self) -> None:
        body = self.chance.choice(("html", "truncated", "empty"))
        self.flipkart.fail(
            self.chance.choice(FLIPKART_CALLS),
            body="html" if body == "html" else "truncated" if body == "truncated" else "empty",
        )
        self.played[f"flipkart {body}"] += 1

    async def _flipkart_hangs(self) -> None:
        self.flipkart.fail(self.chance.choice(FLIPKART_CALLS), delay=90)
        self.played["flipkart hangs 90 s"] += 1

    async def _flipkart_is_down(self) -> None:
        self.flipkart.failing = True
        self.played["flipkart down for minutes"] += 1
        await asyncio.sleep(self.chance.uniform(30, 180))
        self.flipkart.failing = False

    async def _token_ends(self) -> None:
        self.flipkart.expire_tokens()
        self.played["flipkart token ended"] += 1

    async def _slack_throttles(self) -> None:
        wait = self.chance.choice((1, 5, 30))
        self.slack.fail(self.chance.choice(SLACK_CALLS), error="ratelimited", retry_after=wait)
        self.played["slack 429"] += 1

    async def _slack_fails(self) -> None:
        method, times = self.chance.choice(SLACK_CALLS), self.chance.randint(1, 3)
        done = self.chance.random() < 0.5
        if self.chance.random() < 0.5:
            self.slack.fail(method, error="internal_error", carried_out=done, times=times)
            self.played["slack internal_error"] += 1
        else:
            self.slack.fail(method, status=self.chance.choice((500, 502, 503)), carried_out=done, times=times)
            self.played["slack 5xx"] += 1

    async def _slack_is_cut(self) -> None:
        before = self.chance.random() < 0.5
        self.slack.fail(self.chance.choice(SLACK_CALLS), drop="before" if before else "after")
        self.played[f"slack cut {'before' if before else 'after'}"] += 1

    async def _slack_is_slow(self) -> None:
        self.slack.fail(self.chance.choice(SLACK_CALLS), delay=30)
        self.played["slack slow"] += 1

    async def _socket_ends(self) -> None:
        how = self.chance.choice(("refresh", "warning", "kill", "half-open", "handshake"))
        now = time.time()
        self._spoilt.append((now - 5, now + DEAF))
        self.played[f"socket {how}"] += 1
        if how == "refresh":
            await self.slack.disconnect("refresh_requested")
        elif how == "warning":
            await self.slack.disconnect("warning")
        elif how == "half-open":
            self.slack.mute_sockets()
        else:
            if how == "handshake":
                self.slack.fail_handshake(self.chance.randint(1, 3))
            self.slack.kill_sockets()
