"""What the page shows one viewer, as JSON. Nobody gets another person's ephemerals, modals or Home."""

from typing import Any

from bot.sandbox.demo.day import Day
from bot.sandbox.demo.mood import Moods
from bot.sandbox.demo.place import COMMANDS, NAMES, PARTNERS, SHORTCUTS, TEAM, Dock, Place
from bot.sandbox.demo.traffic import traffic
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Ephemeral, Message, View

GONE_SHOWN = 3
"""FEs who have left that the phone still lists."""


def state(place: Place, viewer: str, day: Day, moods: Moods) -> dict[str, Any]:
    """The whole page for one viewer."""
    slack = place.slack
    home, view = slack.home(viewer), slack.view(viewer)
    docks, alone = [dock.channel for dock in place.docks], _alone(place, viewer)
    return {
        "team": TEAM,
        "viewer": viewer,
        "now": slack.now(),
        "zone": slack.users[viewer].tz,
        "locale": slack.users[viewer].locale,
        "bot": {"connected": slack.connections > 0, "user_id": slack.bot_user_id},
        "people": [
            {"id": user, "name": slack.users[user].name, "real_name": slack.users[user].real_name, "note": note}
            for user, note in place.notes.items()
        ],
        "users": {
            user.id: {"name": user.name, "real_name": user.real_name, "is_bot": user.is_bot}
            for user in slack.users.values()
        },
        "usergroups": {group.id: group.handle for group in slack.usergroups.values()},
        "channels": [
            *(
                {"id": dock.channel, "name": slack.channels[dock.channel].name, "topic": _topic(dock), "direct": False}
                for dock in place.docks
            ),
            *({"id": one, "name": "OTC Bot", "topic": "To you alone", "direct": True} for one in alone),
        ],
        "messages": {one: [_message(m) for m in _all(place, one)] for one in (*docks, *alone)},
        "ephemerals": [_ephemeral(e) for e in slack.ephemerals(viewer)],
        "view": _view(view) if view else None,
        "home": {"id": home.id, "blocks": home.blocks} if home else None,
        "commands": list(COMMANDS),
        "shortcuts": list(SHORTCUTS),
        "locations": [_location(place, dock) for dock in place.docks],
        "visits": _visits(place),
        "partners": list(PARTNERS),
        "names": list(NAMES),
        "mood": moods.to_dict(),
        "day": day.to_dict(),
        "traffic": traffic(place),
    }


def _location(place: Place, dock: Dock) -> dict[str, Any]:
    sheet = place.sheets.of(dock.location)
    left = len(sheet.tracking) - sheet.taken
    return {
        "id": dock.location,
        "name": dock.name,
        "channel": dock.channel,
        "arrivals": dock.arrivals,
        "sheet": {"parcels": len(sheet.tracking), "dropped": place.has_list(dock), "left": left},
    }


def _topic(dock: Dock) -> str:
    return f"Returns at {dock.name}" if dock.language == "en" else f"Returns at {dock.name}, in Hindi"


def _alone(place: Place, viewer: str) -> list[str]:
    """The viewer's conversation with the bot, once something was said in it."""
    mine = [channel.id for channel in place.slack.channels.values() if channel.dm_user == viewer]
    return [one for one in mine if place.slack.messages(one)]


def _all(place: Place, channel: str) -> list[Message]:
    """Oldest first, replies among them: what is new stands at the end."""
    roots = place.slack.messages(channel)
    found = [message for root in roots for message in (root, *place.slack.thread(channel, root.ts))]
    return sorted(found, key=lambda message: float(message.ts))


def _message(message: Message) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "edited": message.edited,
        "by_bot": message.by_bot,
        "files": [
            {
                "id": file["id"],
                "name": file["name"],
                "mimetype": file["mimetype"],
                "size": file["size"],
                "url": f"/api/files/{file['id']}",
            }
            for file in message.files
        ],
        "reactions": message.reactions,
        "deleted": message.deleted,
    }


def _ephemeral(one: Ephemeral) -> dict[str, Any]:
    return {
        "ts": one.ts,
        "channel": one.channel,
        "thread_ts": one.thread_ts,
        "user": one.user,
        "text": one.text,
        "blocks": one.blocks,
    }


def _view(view: View) -> dict[str, Any]:
    names = ("id", "hash", "callback_id", "title", "submit", "close", "blocks", "errors")
    return {name: getattr(view, name) for name in names}


def _visits(place: Place) -> list[dict[str, Any]]:
    visits = place.flipkart.visits
    here = [visit for visit in visits if visit.page != "gone"]
    gone = [visit for visit in visits if visit.page == "gone"][-GONE_SHOWN:]
    return [_visit(visit) for visit in (*here, *gone)]


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "task_id": visit.task_id,
        "fe_id": visit.fe_id,
        "fe_name": visit.fe_name,
        "partner": visit.partner,
        "location_id": visit.location_id,
        "page": visit.page,
        "scanned": len(visit.shipments),
        "rejected": sum(1 for shipment in visit.shipments if shipment.status == "REJECTED"),
        "wrong_codes": visit.wrong_codes,
    }
