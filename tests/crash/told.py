"""What is told without being asked for, while the bot is killed: other codes at a dock, an FE whom nobody answers."""

import time
from typing import TYPE_CHECKING

from tests.crash.said import key_of

if TYPE_CHECKING:
    from tests.crash.play import Dock, Play

WORD, CALL = "post a word on codes", "post a call"
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


def provoke(play: "Play", name: str) -> None:
    """Brings about what an edge of these needs."""
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
    said = "select kind, location_id, n, key from delivery where kind in ('mode', 'direct') and state = 'sent'"
    for kind, place, n, key in play.world.rows(said):
        found[f"{kind} of {place}, {n}"] = int(key not in shown)
    told = {place for (place,) in play.world.rows("select location_id from delivery where kind = 'mode'")}
    for place in play.recoded - play.losses.recoded:
        found[f"the word on the codes of {place}"] = int(place not in told)
    called = {place for (place,) in play.world.rows("select location_id from delivery where kind = 'direct'")}
    for dock in play.calling:
        found[f"the call at {dock.location}"] = int(dock.location not in called)
    return found
