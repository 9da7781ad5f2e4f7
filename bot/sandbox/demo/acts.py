"""What the page can ask for: a person's press, an FE's scan, a change of mood or of the day."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.demo.day import Day
from bot.sandbox.demo.mood import Moods
from bot.sandbox.demo.place import Place
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack import Delivery, Ephemeral, Message, SubmitRefused, View

MOST_SCANS = 50
LONGEST_NAME = 60
Act = dict[str, Any]


class ActError(Exception):
    """Something that can't be done; the message is a sentence for the page."""

    def __init__(self, sentence: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.fields = fields


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
            "arrive": self._arrive,
            "start_code": self._start_code,
            "scan": self._scan,
            "finish": self._finish,
            "end_code": self._end_code,
            "leave": self._leave,
            "mood": self._mood,
            "day": self._play,
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
        await self._slack.say(
            act["user"], act["channel"], str(act.get("text", "")), thread_ts=act.get("thread_ts"), files=files
        )

    async def _home(self, act: Act) -> None:
        await self._slack.open_home(act["user"])

    async def _shortcut(self, act: Act) -> None:
        message = self._message(act["channel"], act["ts"])
        _acked(await self._slack.shortcut(act["user"], message, act["callback_id"]))

    async def _arrive(self, act: Act) -> dict[str, str]:
        name = " ".join(str(act.get("name") or "").split())[:LONGEST_NAME]
        if not name:
            raise ActError("Give the FE a name first.")
        visit = self._place.flipkart.arrive(act["location"], name, partner=str(act["partner"])[:LONGEST_NAME])
        return {"task_id": visit.task_id}

    async def _start_code(self, act: Act) -> dict[str, bool]:
        return {"right": self._visit(act).enter_start_otc(_digits(act))}

    async def _end_code(self, act: Act) -> dict[str, bool]:
        return {"right": self._visit(act).enter_end_otc(_digits(act))}

    async def _scan(self, act: Act) -> None:
        visit, n = self._visit(act), min(max(int(act.get("n", 1)), 1), MOST_SCANS)
        kind = act.get("kind", "ok")
        if kind == "rejected":
            visit.scan(n, status="REJECTED", reason="Wrong product in the box")
        elif kind == "swapped":
            number = len(visit.shipments) + 1
            visit.scan(1, flyer=(f"FLY{number:04}", f"FLY{number + 7000:04}", "FlyerMismatch"))
        else:
            visit.scan(n)

    async def _finish(self, act: Act) -> None:
        self._visit(act).finish_scanning()

    async def _leave(self, act: Act) -> None:
        self._visit(act).leave()

    async def _mood(self, act: Act) -> None:
        self._moods.change({name: value for name, value in act.items() if name != "act"})

    async def _play(self, act: Act) -> None:
        self._day.control(str(act.get("do")), float(act.get("speed") or self._day.speed))

    def _visit(self, act: Act) -> Visit:
        for visit in self._place.flipkart.visits:
            if visit.task_id == act.get("task") and visit.page != "gone":
                return visit
        raise ActError("This FE is not at the dock any more.")

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


def _digits(act: Act) -> str:
    return "".join(str(act.get("code") or "").split())[:20]


def _content(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ActError("The file did not arrive whole.") from error


def _sentence(error: Exception) -> str:
    return f"That does not work now: {error}."
