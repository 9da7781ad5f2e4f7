"""Acknowledgement of a slash command over a real WebSocket: the bot beside bare bolt, each in its own process."""

import statistics

from tests.bench.processes import BARE_BOLT, environment, resident_mb, running
from tests.support import World

PRESSES = 300


async def _acks(world: World) -> list[float]:
    await world.slack.wait_connected(timeout=20)
    seconds = []
    for turn in range(PRESSES + 20):
        delivery = await world.slack.slash(world.operator, world.channel, "/start-otc", "")
        assert delivery.acked
        if turn >= 20:
            seconds.append(delivery.seconds * 1000)
    return sorted(seconds)


def _line(name: str, times: list[float]) -> str:
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    return f"{name:<34} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   max {times[-1]:6.2f} ms"


async def measure(world: World) -> list[str]:
    """Lines for people: bare bolt in both of its ways, the bot, and the bot's memory after all that."""
    lines = []
    for way in ("default", "early"):
        async with running("-c", BARE_BOLT, way, env=environment(world), folder=world.folder):
            lines.append(_line(f"ack, bare bolt ({way})", await _acks(world)))
        await world.until(lambda: world.slack.connections == 0)
    async with running("-m", "bot", "run", env=environment(world), folder=world.folder) as bot:
        lines.append(_line("ack, otc-bot", await _acks(world)))
        await world.until(lambda: world.cards)
        lines.append(f"resident memory of otc-bot run     {resident_mb(bot.pid):.0f} MB")
    return lines
