"""`otc-bot demo`: both simulators, the page, and the bot that `run` starts, joined over real HTTP and WebSocket."""

import asyncio
import contextlib
import json
import os
import tempfile
import webbrowser
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shlex import quote

from pydantic import SecretStr

from bot.app import App
from bot.config import BotToml
from bot.sandbox.demo import DemoServer, Place
from bot.sandbox.demo.clock import ZONE
from bot.sandbox.demo.kept import Kept, KeptError
from bot.settings import Environment, Settings
from bot.timing import DockTiming, JobsTiming, LifeTiming, OutboxTiming, Timing

__all__ = ["DemoPortError", "KeptError", "demo"]

LEAD_MINUTES = 20
"""Without an answer until a dock's lead is told: after the reminder, which comes with the clock's first step."""
POLL_SECONDS = 2.0
"""At speed 1; the stopwatch runs as fast as the day."""
HEARTBEAT_SECONDS = 60.0
"""At the dock that is looked at by what is due, while nothing is: people say minutes of it."""
SOON = 0.5
"""Between two looks at what the page's clock and buttons change."""
TIMING = Timing(
    life=LifeTiming(slowest_tick=0.1),
    jobs=JobsTiming(
        remind=SOON,
        digest=SOON,
        homes=SOON,
        windows=SOON,
        claims=SOON,
        expired=SOON,
        returns=SOON,
        due=SOON,
        ledger=SOON,
        unreceived=SOON,
        ledger_again=timedelta(seconds=5),
    ),
    dock=DockTiming(gone_after=timedelta(seconds=1)),
    outbox=OutboxTiming(idle=0.25, calm=timedelta(seconds=1)),
)
"""The bot's sleeps are short, so that it hears a stopwatch that runs faster. Flipkart's ledger is looked at as often as
somebody who plays wants to see it; this Flipkart never leaves out an FE who is there."""
HOST = "127.0.0.1"


class DemoPortError(Exception):
    """The demo's port is taken; the message is a sentence."""


async def demo(
    stop: asyncio.Event, say: Callable[[str], None], *, port: int, speed: float, keep: Path | None, open_browser: bool
) -> None:
    """Runs the demo until `stop` is set.

    Args:
        stop: set by Ctrl-C.
        say: prints a line for the person.
        port: of the page; 0 for any free one.
        speed: how fast the bot looks and the scripted day plays; 1 is a calm pace.
        keep: the database's file, in which the practice dock goes on the next time; None for one that is thrown away.
        open_browser: show the page in the default browser.

    Raises:
        DemoPortError: the port is taken.
        KeptError: the file is no practice dock's.
        DatabaseUnusableError: the database can't be used.
    """
    async with contextlib.AsyncExitStack() as stack:
        place = Place.furnished()
        if keep is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="otc-bot-"))
            database = Path(folder) / "demo.db"
        else:
            database = keep
            kept = Kept(place, database)
            again = kept.open()
            # Entered first, so that it is done last: by then the bot has said all that it says.
            stack.callback(kept.close)
        server = DemoServer(place)
        server.day.run_at(speed)
        try:
            address = await server.start(HOST, port)
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise DemoPortError(
                f"port {port} is taken ({why}): another demo may be running; try --port 0 for any free one"
            ) from error
        stack.push_async_callback(server.stop)
        await place.slack.start()
        stack.push_async_callback(place.slack.stop)
        await place.flipkart.start()
        stack.push_async_callback(place.flipkart.stop)
        app = App([settings(place, database)], place.clock.now, TIMING, place.stopwatch)
        running = asyncio.create_task(app.run(stop))
        connected = asyncio.create_task(app.connected.wait())
        stack.callback(connected.cancel)
        await asyncio.wait({running, connected}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            say(f"The practice dock is open: {address}")
            say("Try first: press “An FE arrives”, then type /start-otc in the channel. Ctrl-C ends it all.")
            if keep is not None:
                say(f"{'This dock goes on' if again else 'This dock is kept'} in {database}: name it again to go on.")
                say(f"Its records as files: {_export(place, database)}")
            if open_browser and not await asyncio.to_thread(webbrowser.open, address):
                say("No browser could be opened; open the address yourself.")
        await running


def _export(place: Place, database: Path) -> str:
    """The command that writes them; the docks stand in a file beside the database, as `otc-bot export` wants it."""
    lines = [f"timezone = {json.dumps(ZONE.key)}"]
    for dock in place.docks:
        named = {"id": dock.location, "name": dock.name, "channel": dock.channel, "language": dock.language}
        lines += ["", "[[locations]]", *(f"{key} = {json.dumps(value)}" for key, value in named.items())]
    config = database.with_name(f"{database.name}.toml")
    config.write_text("\n".join([*lines, ""]), encoding="utf-8")
    day = place.clock.now().astimezone(ZONE).date()
    where = f"DATABASE_URL={quote(f'sqlite:///{database}')} BOT_CONFIG={quote(str(config))}"
    return f"{where} otc-bot export --day {day}"


def settings(place: Place, database: Path) -> Settings:
    """The settings of a bot at this place. Nothing of the machine's own environment or .env gets in."""
    content = {
        "timezone": ZONE.key,
        "polling": {
            "arrivals_seconds": POLL_SECONDS,
            "scans_seconds": POLL_SECONDS,
            "heartbeat_seconds": HEARTBEAT_SECONDS,
        },
        "flipkart": {"calls_per_hour": 1_000_000},
        "returns": {"ledger": True},
        "locations": [
            {
                "id": dock.location,
                "name": dock.name,
                "channel": dock.channel,
                "operators": dock.operators,
                "language": dock.language,
                "escalate": [{"after_minutes": LEAD_MINUTES, "to": [dock.lead]}],
                "arrivals": dock.arrivals,
            }
            for dock in place.docks
        ],
    }
    env = Environment.model_construct(
        slack_bot_token=SecretStr(place.slack.bot_token),
        slack_app_token=SecretStr(place.slack.app_token),
        slack_signing_secret=None,
        slack_api_url=place.slack.api_url,
        flipkart_app_id="demo",
        flipkart_app_secret=SecretStr("demo"),
        flipkart_api_url=place.flipkart.url,
        database_url=f"sqlite:///{database}",
        bot_config=Path("demo"),
        http_host=HOST,
        http_port=0,
        log_level="WARNING",
        log_format="console",
        slack_client_id=None,
    )
    return Settings(env=env, toml=BotToml.model_validate(content))
