"""What the page can ask for: what people do in Slack here, what FEs do in `phone`, a change of mood or of the day."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.demo.act import Act, ActError
from bot.sandbox.demo.day import Day
from bot.sandbox.demo.mood import Moods
from bot.sandbox.demo.phone import Phone, present
from bot.sandbox.demo.place import Place
from bot.sandbox.slack import Delivery, Ephemeral, Message, SubmitRefused, View

LONGEST_NAME = 255
"""Of a file, as Slack takes it."""
LONGEST_TYPED = 200


class Acts:
    """Carries out the page's acts."""

    def __init__(self, place: Place, day: Day, moods: Moods) -> None:
        self._place = place
        self._slack = place.slack
        self._day = day
        self._moods = moods
        self._known: dict[str, Callable[[Act], Awaitable[Any]]] = {
            "slash": self._slash,
            "press": self._press,
            "submit": self._submit,
            "close": self._close,
            "say": self._say,
            "home": self._home,
            "shortcut": self._shortcut,
            "suggest": self._suggest,
            "sheet": self._sheet,
            "own_scan": self._own_scan,
            "film": self._film,
            "mood": self._mood,
            "day": self._play,
            **Phone(place).known,
        }

    async def do(self, act: Act) -> Any:
        """Does it and returns what the page needs to know.

        Raises:
            ActError: it can't be done, and why.
        """
        do = self._known.get(str(act.get("act")))
        if do is None:
            raise ActError("The page asked for something that the demo does not know. Reload it.")
        try:
            return await do(act)
        except SubmitRefused as refused:
            raise ActError("Please mend the marked fields.", dict(refused.errors)) from refused
        except (LookupError, RuntimeError, ValueError, TypeError) as error:
            raise ActError(_sentence(error)) from error

    async def _slash(self, act: Act) -> None:
        _acked(await self._slack.slash(act["user"], act["channel"], act["command"], act.get("text", "")))

    async def _press(self, act: Act) -> None:
        surface = self._surface(act["user"], act["surface"])
        _acked(await self._slack.press(act["user"], surface, act["action_id"], act.get("value")))

    async def _submit(self, act: Act) -> None:
        view = self._view(act["user"], act["view"])
        _acked(await self._slack.submit(act["user"], view, act.get("values") or {}))

    async def _close(self, act: Act) -> None:
        await self._slack.close(act["user"], self._view(act["user"], act["view"]))

    async def _say(self, act: Act) -> None:
        files = [(str(f["name"])[:LONGEST_NAME], _content(f["base64"])) for f in act.get("files") or []]
        for dock in self._place.docks:
            sheet = self._place.sheets.of(dock.location)
            if dock.channel == act["channel"] and any(name == sheet.name for name, _ in files):
                self._place.offer(sheet, act["user"])
        await self._slack.say(
            act["user"], act["channel"], str(act.get("text", "")), thread_ts=act.get("thread_ts"), files=files
        )

    async def _home(self, act: Act) -> None:
        await self._slack.open_home(act["user"])

    async def _shortcut(self, act: Act) -> None:
        message = self._message(act["channel"], act["ts"])
        _acked(await self._slack.shortcut(act["user"], message, act["callback_id"]))

    async def _suggest(self, act: Act) -> list[dict[str, str]]:
        view, typed = self._view(act["user"], act["view"]), str(act.get("typed") or "")[:LONGEST_TYPED]
        delivery = await self._slack.suggest(act["user"], view, act["action_id"], typed)
        _acked(delivery)
        if delivery.problem is not None:
            raise ActError(f"Slack can't show what the bot offers here: {delivery.problem}.")
        options = (delivery.payload or {}).get("options") or []
        return [{"text": option["text"]["text"], "value": option["value"]} for option in options]

    async def _sheet(self, act: Act) -> dict[str, str]:
        sheet = self._place.sheets.of(self._place.dock(act["location"]).location)
        return {"name": sheet.name, "base64": base64.b64encode(sheet.csv()).decode()}

    async def _own_scan(self, act: Act) -> dict[str, Any]:
        visit, all_but_one = present(self._place, act), bool(act.get("all_but_one"))
        card, parcels = await self._place.scanner.scan(act["user"], visit, all_but_one=all_but_one)
        return {"channel": card.channel, "ts": card.ts, "parcels": parcels}

    async def _film(self, act: Act) -> dict[str, Any]:
        card, parcel = await self._place.scanner.film(act["user"], present(self._place, act))
        return {"channel": card.channel, "ts": card.ts, "parcel": parcel}

    async def _mood(self, act: Act) -> None:
        self._moods.change({name: value for name, value in act.items() if name != "act"})

    async def _play(self, act: Act) -> None:
        self._day.control(str(act.get("do")), float(act.get("speed") or self._day.speed))

    def _surface(self, user: str, where: dict[str, Any]) -> Message | Ephemeral | View:
        if where["kind"] == "message":
            return self._message(where["channel"], where["ts"])
        if where["kind"] == "ephemeral":
            for one in self._slack.ephemerals(user):
                if one.ts == where["ts"]:
                    return one
            raise ActError("That answer is no longer there.")
        if where["kind"] == "home":
            home = self._slack.home(user)
            if home is not None:
                return home
            raise ActError("The Home tab is empty.")
        return self._view(user, where["id"])

    def _message(self, channel: str, ts: str) -> Message:
        for root in self._slack.messages(channel):
            for message in (root, *self._slack.thread(channel, root.ts)):
                if message.ts == ts:
                    return message
        raise ActError("That message is no longer there.")

    def _view(self, user: str, view_id: str) -> View:
        for view in self._slack.open_views(user):
            if view.id == view_id:
                return view
        raise ActError("That window was closed.")


def _acked(delivery: Delivery) -> None:
    if not delivery.acked:
        raise ActError("The bot did not answer in three seconds; Slack would say the same. Is it still running?")


def _content(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ActError("The file did not arrive whole.") from error


def _sentence(error: Exception) -> str:
    return f"That does not work now: {error}."
