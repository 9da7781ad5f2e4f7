"""What is told without being asked for, while the bot is killed: other codes, an FE whom nobody answers, an outage."""

import time
from typing import TYPE_CHECKING

from tests.crash.said import key_of

if TYPE_CHECKING:
    from tests.crash.play import Dock, Play

WORD, CALL = "post a word on codes", "post a call"
SILENT, BACK = "post a word on an outage", "edit a word on an outage"
WAITED = 600.0
"""Seconds for which an FE has waited already who comes where others are called when nobody answers."""
CALLED_AFTER = 1
"""Minutes until they are."""
CODES = ("DynamicStartEnd", "DynamicEnd")


def another_with_codes(play: "Play") -> None:
    """One more dock whose FE stays and asks for nothing: its codes can change."""
    dock = play.another_dock(f"COD{len(play.coding)}", f"codes-{len(play.coding)}")
    play.coding.append(dock)
    play.arrive(dock)


def constant(play: "Play") -> list["Dock"]:
    """Those of them whose codes are known to the bot and were the same all the time."""
    known = {place for (place,) in play.rows_left("select location_id from enabled_for where told_at is null")}
    return [dock for dock in play.coding if dock.location in known and dock.location not in play.recoded]


def change_codes(play: "Play") -> None:
    """One of them has other codes from now on."""
    dock = play.chance.choice(constant(play))
    play.recoded.add(dock.location)
    play.world.flipkart.add_location(dock.location, enabled_for=CODES[1])
    another_with_codes(play)


def another_that_calls(play: "Play") -> None:
    """One more dock where an FE has waited for long, and nobody answers."""
    dock = play.another_dock(f"ESC{len(play.calling)}", f"calls-{len(play.calling)}")
    play.calling.append(dock)
    play.arrive(dock).task.created_at = time.time() - WAITED


def escalate(play: "Play", dock: "Dock") -> str:
    """Whom the dock calls, as a line of its table in bot.toml."""
    if dock not in play.calling:
        return ""
    return f'escalate = [{{ after_minutes = {CALLED_AFTER}, to = ["{play.world.second}"] }}]\n'


def another_that_is_out(play: "Play") -> None:
    """One more dock of which Flipkart knows nothing: it gives no answer for it."""
    n = len(play.out)
    channel = play.world.slack.add_channel(f"outages-{n}", members=play.operators)
    play.out.append(play.dock(f"OUT{n}", channel))


def still_out(play: "Play") -> list["Dock"]:
    """Those of them whose channel was told, and for which Flipkart does not answer yet."""
    query = "select channel from outage where until is null"
    said = {channel for (channel,) in play.rows_left(query)}
    return [dock for dock in play.out if dock.channel in said and dock.location not in play.back]


def come_back(play: "Play") -> None:
    """For one of them Flipkart answers from now on; for another one it does not, so that there is one to come back."""
    dock = play.chance.choice(still_out(play))
    play.back.add(dock.location)
    play.world.flipkart.add_location(dock.location)
    another_that_is_out(play)


def provoke(play: "Play", name: str) -> None:
    """Brings about what an edge of these needs."""
    if name in (SILENT, "outage"):
        another_that_is_out(play)
    elif name == BACK:
        come_back(play)
    if name == WORD:
        change_codes(play)
    elif name == CALL:
        another_that_calls(play)


def conversation(play: "Play") -> str:
    """The channel of the bot and the one who is called."""
    return str(play.world.slack.direct(play.world.second).id)


def unsaid(play: "Play") -> dict[str, int]:
    """Words on codes, and calls, that are lost: by what they are about."""
    found: dict[str, int] = {}
    shown = {key_of(one) for dock in play.coding for one in play.world.slack.messages(dock.channel)}
    shown |= {key_of(one) for one in play.world.slack.messages(conversation(play))}
    shown |= {key_of(one) for dock in play.out for one in play.world.slack.messages(dock.channel)}
    kinds = "('mode', 'direct', 'outage')"
    said = f"select kind, location_id, n, key from delivery where kind in {kinds} and state = 'sent'"  # noqa: S608
    for kind, place, n, key in play.world.rows(said):
        found[f"{kind} of {place}, {n}"] = int(key not in shown)
    told = {place for (place,) in play.world.rows("select location_id from delivery where kind = 'mode'")}
    for place in play.recoded - play.losses.recoded:
        found[f"the word on the codes of {place}"] = int(place not in told)
    silent = {channel for (channel,) in play.world.rows("select channel from outage")}
    lasts = {channel for (channel,) in play.world.rows("select channel from outage where until is null")}
    for dock in play.out:
        is_back = dock.location in play.back
        # What was over before a database was lost, the next one never hears of.
        found[f"the outage of {dock.location}"] = int(dock.channel in lasts if is_back else dock.channel not in silent)
        lines = [one.text_all() for one in play.world.slack.messages(dock.channel)]
        if is_back and dock.location not in play.losses.back:
            found[f"the end of the outage of {dock.location}"] = int("Flipkart came back" not in str(lines))
    called = {place for (place,) in play.world.rows("select location_id from delivery where kind = 'direct'")}
    for dock in play.calling:
        found[f"the call at {dock.location}"] = int(dock.location not in called)
    return found
