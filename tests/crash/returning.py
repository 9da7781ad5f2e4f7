"""Returns while the bot is killed: the ledger is read, scanned parcels are asked about, one return never comes.

And months of claims are over.
"""

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.slack import ids
from tests.crash.said import UNRECEIVED, key_of

if TYPE_CHECKING:
    from tests.crash.play import Dock, Play

ROWS = 5
"""Of the ledger of each such location."""
PAGE = 2
"""Rows of a page of it: a pass is three pages, so that there is something between them."""
CAME, DONE = 3 * 3600.0, 2 * 3600.0
"""Seconds ago, when an FE came and when Flipkart counted as returned what that FE had not brought."""
UNSEEN_HOURS = 1
ALARM = "post an alarm"
NEEDED = frozenset({"ledger", "returns", "ledger mark", "alarm", "codes", ALARM})
"""Edges that need another such location: each is read once within the minutes of a run, and has one alarm."""


def is_of_month(name: str) -> bool:
    """Whether an edge needs a month to be over."""
    return name.endswith(" a month")


def another(play: "Play") -> None:
    """One more location with a ledger: an FE came long ago and brought nothing, and one return was completed since."""
    n = len(play.returning)
    dock = play.another_dock(f"RET{n}", f"returning-{n}")
    play.returning.append(dock)
    visit = play.arrive(dock)
    visit.task.created_at = time.time() - CAME
    at = time.time() - DONE
    for row in range(ROWS):
        said = {"locationId": dock.location, "trackingId": f"FMP{dock.location}{row:03d}"}
        status = "completed" if row == ROWS - 1 else "created"
        play.world.flipkart.ledger(f"{dock.location}-{row}", "OI1", at=at + row, status=status, **said)


def provoke(play: "Play", name: str) -> None:
    """Brings about what an edge of these needs."""
    if name in NEEDED:
        another(play)
    elif is_of_month(name):
        play.months_over += 1


def has_claims(play: "Play") -> bool:
    """Whether a month that is over would be told anywhere."""
    return bool(play.rows_left("select 1 from claim where state in ('draft', 'raised') limit 1"))


def unread(play: "Play") -> list[str]:
    """What is left to be read of the ledger and to be told of it, and the parcels that are to be asked about."""
    kept = dict(play.world.rows("select location_id, count(*) from return_item group by location_id"))
    told = {place for (place,) in play.world.rows("select location_id from unreceived")}
    rows = [f"{dock.location}: {kept.get(dock.location, 0)} rows" for dock in play.returning]
    left = [one for one in rows if not one.endswith(f": {ROWS} rows")]
    left += [f"{dock.location}: no alarm" for dock in _followed(play) if dock.location not in told]
    unasked = "select tracking_id from shipment where key not in (select key from asked)"
    return left + [f"{parcel}: not asked about" for (parcel,) in play.world.rows(unasked)]


def claimable(play: "Play") -> list[tuple[Any, str]]:
    """Claims that an alarm has opened and that nobody has made, each with the alarm."""
    drafts = {one for (one,) in play.rows_left("select id from claim where handover_id is null and state = 'draft'")}
    every = [one for dock in play.returning for one in alarms(play, dock)]
    return [(one, button["value"]) for one in every for button in one.buttons() if button.get("value") in drafts]


async def claim(play: "Play") -> None:
    """Notes that what never came is claimed for, by the alarm's own button."""
    await play.clear()
    alarm, one = play.chance.choice(claimable(play))
    slack, user = play.world.slack, play.user
    play.deliveries.append(await slack.press(user, alarm, ids.CLAIM, value=one))
    view = await play.modal("Reference of the claim")
    play.deliveries.append(await slack.submit(user, view, {ids.REFERENCE: "SF-2"}))
    await play.modal("Saved for")
    play.claimed_unbrought.append(one)


def unrecorded(play: "Play") -> int:
    """How many claims for what never came are not on record as they were noted."""
    query = "select id from claim where handover_id is null and state = 'raised'"
    return len(set(play.claimed_unbrought) - {one for (one,) in play.world.rows(query)})


def _followed(play: "Play") -> list["Dock"]:
    """Those of which the bot has seen the FE: whoever had left when a database was lost is not known to the next."""
    return [dock for dock in play.returning if dock.location not in play.losses.returning]


def unsaid(play: "Play") -> dict[str, int]:
    """Rows of the ledger, answers, alarms and messages of a month that are lost, by location."""
    found = dict.fromkeys(unread(play), 1)
    # Flipkart knows every parcel that was scanned.
    unknown = "select key from asked where ref not in (select ref from return_item)"
    found |= {f"the answer about {key}": 1 for (key,) in play.world.rows(unknown)}
    for dock in _followed(play):
        lost = f"FMP{dock.location}{ROWS - 1:03d}"
        found[f"the alarm about {lost}"] = 1 - min(1, sum(lost in one.text_all() for one in alarms(play, dock)))
    below = {key_of(one) for dock in play.returning for root in alarms(play, dock) for one in _thread(play, root)}
    for place, n, key in play.world.rows("select location_id, n, key from delivery where kind = 'news'"):
        found[f"what became of claims at {place}, {n}"] = int(key not in below)
    posted = {key_of(one): one for dock in play.everywhere for one in play.world.slack.messages(dock.channel)}
    for place, n, key in play.world.rows("select location_id, n, key from delivery where kind = 'month'"):
        message = posted.get(key)
        files = 0 if message is None else sum(len(one.files) for one in _thread(play, message))
        found[f"the month {n} of {place}"] = (message is None) + (files == 0)
    return found


def twice(play: "Play") -> dict[str, int]:
    """Alarms that are told more than once, whatever their keys are, and tables of months that are there twice."""
    found = {dock.location: len(alarms(play, dock)) - 1 for dock in play.returning}
    for (place, ts), n in tables(play).items():
        # A database that does not know that they are there has them posted again, as those of a digest.
        found[f"{place} {ts}"] = n - 1 - play.losses.tables[place, ts]
    return {name: n for name, n in found.items() if n > 0}


def tables(play: "Play") -> Counter[tuple[str, str]]:
    """How many tables of months each message in a channel has below it, by location and time."""
    return Counter(
        (dock.location, one.ts)
        for dock in play.everywhere
        for one in play.world.slack.messages(dock.channel)
        for reply in _thread(play, one)
        for file in reply.files
        if file["name"].startswith("claims-")
    )


def alarms(play: "Play", dock: "Dock") -> list[Any]:
    """What the channel has of them."""
    return [one for one in play.world.slack.messages(dock.channel) if UNRECEIVED in str(one.blocks)]


def _thread(play: "Play", root: Any) -> list[Any]:
    return list(play.world.slack.thread(root.channel, root.ts))
