"""What Sentry is told of a fault that a person meets: where in the code it was, and nothing of what it was about."""

import io
from typing import Any

import pytest

from bot import sentry
from bot.slack.listeners import start
from tests.scenarios.dockwork import card_of, start_code, told
from tests.scenarios.leaks import shows
from tests.scenarios.test_logs import lines
from tests.sentries import fake_sentry
from tests.support import World

PARCELS = ("FMPP0012345678", "FMPC9988776655")
TYPED = "998877"


class Breakage(Exception):
    """What a test breaks the bot with; it says everything that the bot knows."""


async def test_a_fault_is_told_without_what_it_was_about(
    dock: World, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = [dock.slack.bot_token, dock.slack.app_token, dock.slack.signing_secret]

    def breaks(*args: Any, **more: Any) -> Any:
        everything = [args, more, dock.flipkart.codes, secrets, PARCELS, "Ram Kumar", dock.operator]
        try:
            dict[str, int]()[str(everything)]
        except KeyError as error:
            raise Breakage(f"broken over {everything}") from error

    with fake_sentry() as fake, sentry.told(fake.dsn, "production"):
        async with dock.bot():
            visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
            await card_of(dock, visit)
            await start_code(dock, dock.operator, visit)
            monkeypatch.setattr(start, "start_view", breaks)
            await dock.slack.slash(dock.operator, dock.channel, "/start-otc", f"Ram {TYPED}")
            await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "Ram")
            await told(dock, dock.operator, "Something went wrong in the bot")
            await dock.until(lambda: fake.events)
            [line] = lines(logged, "a press ended in a fault")
            # No exception of the bot's has codes in what it says; this one has, and stands in the log.
            logged.seek(logged.truncate(0))
        [event] = fake.events
        kept = "\n".join(fake.envelopes)
    types = [one["type"] for one in event["exception"]["values"]]
    assert types == ["KeyError", "Breakage"]
    places = [frame["function"] for frame in event["exception"]["values"][-1]["stacktrace"]["frames"]]
    assert places[-1] == "breaks", "where it was is not told"
    assert event["logentry"]["message"] == "a press ended in a fault of the bot"
    assert event["tags"]["request"] == line["request"], "the log is not found by it"
    assert event["release"].startswith("otc-bot@")
    codes = set(dock.flipkart.codes)
    assert codes
    assert not [code for code in codes if shows(kept, code)]
    names = ["Ram", "Kumar", "Asha", "Bengaluru", dock.operator, dock.channel, str(dock.folder)]
    assert not [one for one in (*secrets, *PARCELS, *names, TYPED) if one in kept]
