"""Payloads as Slack sends them, and the same with something in them that Slack would never send."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from bot.handover.evidence import Shot
from bot.handover.tally import STEPS
from bot.photos.videos import MOST_CANDIDATES
from bot.sandbox.slack import View, payloads
from bot.sandbox.slack.model import Delivery
from bot.sandbox.slack.serial import view_json
from bot.slack import ids
from bot.slack.declared import OTHERS
from bot.slack.listeners.table import table
from tests.support import World

Json = dict[str, Any]

ABSURD: tuple[Any, ...] = (None, 5, "", [], {}, [None], "x" * 5000, {"id": 7}, True, "\x00<!channel>", -1, 10**30, 0.5)
"""Put in place of each value in turn."""
MISSING = object()

COMMANDS = ("/start-otc", "/end-otc", "/otc")
CLAIM_MODALS = (ids.REPORT_FORM, ids.CLAIM_FORM)
TALLIES = tuple(f"{ids.TALLY}_{step}" for step in STEPS)
"""One listener, several numbers: the first of them is fuzzed."""
SHEETS = tuple(f"{ids.READ_SHEET}_{n}" for n in range(ids.MOST_SHEETS))
"""The same for the sheets of a workbook."""
SHOTS = tuple(f"{ids.SHOWS}_{shot}" for shot in Shot)
"""The same for what a picture shows, and for the parcels that a video may show."""
VIDEOS = tuple(f"{ids.VIDEO_OF}_{n}" for n in range(MOST_CANDIDATES))
CARD_BUTTONS = (
    ids.START,
    ids.NEW_CODE_HERE,
    ids.COUNT,
    ids.END,
    ids.REPORT,
    ids.TAKE,
    ids.OWN_ALL,
)
SELECTS = (ids.LANGUAGE,)
"""What is chosen from and not pressed; Slack delivers both alike."""
WORDS = (ids.APPROVE, ids.REFUSE)
LIST_BUTTONS = (ids.SHOW_LISTS, ids.TAKE_BACK, SHEETS[0])
BUTTONS = (
    *CARD_BUTTONS,
    *LIST_BUTTONS,
    *WORDS,
    *SELECTS,
    ids.CLAIM,
    ids.PROOF,
    ids.TALLY_UNDO,
    TALLIES[0],
    SHOTS[0],
    VIDEOS[0],
)
SHORTCUTS = (ids.READ_LIST, ids.REPORT, ids.START_HERE, ids.END_HERE)
MODALS = (ids.COUNT_FORM, ids.END_CHOICE, ids.END_COUNT, ids.END_REASON, ids.END_CONFIRM, *CLAIM_MODALS)
CLAIM_INPUTS = (ids.REFERENCE, ids.AMOUNT, ids.PAID, ids.CLAIM_STEP, ids.CLAIM_PARCELS)
INPUTS = (ids.COUNTED, ids.WHY, ids.REASON, ids.CHOSEN, ids.PARCEL, ids.PROBLEM_KIND, ids.NOTE, *CLAIM_INPUTS)
NO_FORMS = ids.GO_ON_THERE
"""Callback ids of modals that have nothing to submit."""
EVENTS = ("app_home_opened", "member_joined_channel", "message")
OTHER = "of_another_version"


def heard() -> set[tuple[str, str]]:
    """Everything that the bot listens to, as (kind, id)."""
    return {(kind.value, name) for kind, name in table().heard}


def known() -> set[tuple[str, str]]:
    """The same, as the tests know it."""
    return {
        *(("command", name) for name in COMMANDS),
        *(("button", name) for name in (*BUTTONS, *TALLIES, *SHEETS, *SHOTS, *VIDEOS, OTHERS)),
        *(("modal", name) for name in MODALS),
        *(("event", name) for name in EVENTS),
        *(("shortcut", name) for name in SHORTCUTS),
        ("options", ids.PARCEL),
    }


def command(world: World, name: str, *, user: str = "", text: str = "Ram", url: str | None = None) -> Json:
    user = user or world.operator
    channel = world.slack.channels[world.channel]
    url = url if url is not None else world.slack.new_response_url(user, world.channel)
    return payloads.command(world.slack, user, channel, command=name, text=text, response_url=url)


def button(world: World, action_id: str, value: Any) -> Json:
    if action_id in SHEETS:
        value = ids.sheet_value(value, 1)
    if action_id in (*SHOTS, *VIDEOS):
        value = ids.file_value(value, 1)
    block = {"block_id": f"card_{value}", "type": "actions"}
    if action_id in SELECTS:
        select: Json = {"type": "static_select", "action_id": action_id}
        return payloads.action(world.slack, block, select, {"selected_option": {"value": "en"}})
    element = {"type": "button", "action_id": action_id, "value": value, "text": {"type": "plain_text", "text": "x"}}
    return payloads.action(world.slack, block, element, {})


def option(world: World, action_id: str, value: Any) -> Json:
    """The same button in a menu."""
    made = button(world, action_id, value)
    block = {"block_id": made["block_id"], "type": "actions"}
    chosen = {"text": made["text"], "value": ids.option_value(action_id, made["value"])}
    element = {"type": "overflow", "action_id": ids.MORE}
    return payloads.action(world.slack, block, element, {"type": "overflow", "selected_option": chosen})


def press(world: World, action_id: str, value: Any, *, user: str = "", menu: bool = False) -> Json:
    """A press on a card in the channel; with `menu` on an option of the menu there."""
    made = (option if menu else button)(world, action_id, value)
    return payloads.block_actions(world.slack, user or world.operator, world.cards[0], made)


def anew(world: World, name: str) -> str:
    """What a button carries that makes a command or a shortcut again."""
    return ids.Again(name=name, text="Ram", thread=world.cards[0].ts, place=world.channel).dump()


def press_in_view(world: World, action_id: str, value: Any, kind: str, *, user: str = "") -> Json:
    """A press in a modal, or on the Home tab: there is no channel, no message and no response_url."""
    user = user or world.operator
    view = View(id="V0VIEW", hash="1", user=user, type=kind, callback_id="", title="End OTC")
    return payloads.block_actions(world.slack, user, view, button(world, action_id, value))


def submission(world: World, callback_id: str, handover: str, *, user: str = "") -> Json:
    user = user or world.operator
    view = View(id="V0GONE", hash="1", user=user, type="modal", callback_id=callback_id, title="End OTC")
    body = view_json(world.slack, view)
    claims = callback_id == ids.CLAIM_FORM
    body["private_metadata"] = (ids.ClaimState(claim=handover) if claims else ids.ModalState(handover=handover)).dump()
    values = {ids.COUNTED: "3", ids.REASON: "because of rain", ids.NOTE: "torn", ids.REFERENCE: "SF-1"}
    values |= {ids.AMOUNT: "1,250.50", ids.PAID: "₹ 99"}
    body["state"] = {"values": {name: {name: {"type": "x", "value": value}} for name, value in values.items()}}
    chosen = {"type": "radio_buttons", "selected_option": {"value": handover}}
    body["state"]["values"][ids.CHOSEN] = {ids.CHOSEN: chosen}
    several = {"type": "multi_static_select", "selected_options": [{"value": handover}]}
    body["state"]["values"][ids.CLAIM_PARCELS] = {ids.CLAIM_PARCELS: several}
    for name, value in (
        (ids.WHY, "van"),
        (ids.PARCEL, "FMP1"),
        (ids.PROBLEM_KIND, "empty"),
        (ids.CLAIM_STEP, "raised"),
    ):
        body["state"]["values"][name] = {name: {"type": "x", "selected_option": {"value": value}}}
    trigger = world.slack.new_trigger(user)
    more: Json = {"trigger_id": trigger, "view": body, "response_urls": []}
    return payloads.interaction(world.slack, "view_submission", user, **more)


def closed(world: World, callback_id: str, handover: str) -> Json:
    """A modal that its owner closed."""
    body = submission(world, callback_id, handover)
    return {**body, "type": "view_closed", "is_cleared": True}


def shortcut(
    world: World, kind: str, callback_id: str = OTHER, *, user: str = "", ts: str = "", files: Sequence[Json] = ()
) -> Json:
    """A message shortcut ("message_action"), on the first card unless `ts` says otherwise; or a global "shortcut"."""
    user, ts = user or world.operator, ts or world.cards[0].ts
    more: Json = {"callback_id": callback_id, "action_ts": "1.2", "trigger_id": world.slack.new_trigger(user)}
    if kind == "message_action":
        url = world.slack.new_response_url(user, world.channel)
        place = {"id": world.channel, "name": "returns-blr"}
        message = {"ts": ts, "files": list(files)} if files else {"ts": ts}
        more |= {"channel": place, "message_ts": ts, "message": message, "response_url": url}
    return payloads.interaction(world.slack, kind, user, **more)


def suggestion(world: World) -> Json:
    """A select that asks for its options; the bot has none."""
    more: Json = {"action_id": OTHER, "block_id": "b", "value": "Ra", "channel": {"id": world.channel}}
    return payloads.interaction(world.slack, "block_suggestion", world.operator, **more)


def typed(world: World, handover: str, *, user: str = "") -> Json:
    """Somebody types into the tracking-id field of a report."""
    view = submission(world, ids.REPORT_FORM, handover, user=user)["view"]
    more: Json = {"action_id": ids.PARCEL, "block_id": ids.PARCEL, "value": "FM", "view": view}
    return payloads.interaction(world.slack, "block_suggestion", user or world.operator, **more)


def event(world: World, kind: str, **more: Any) -> Json:
    body: Json = {"type": kind, "user": world.operator, "channel": world.channel, **more}
    return payloads.event(world.slack, body)


def home_opened(world: World, *, user: str = "") -> Json:
    user = user or world.operator
    return event(world, "app_home_opened", user=user, channel=world.slack.direct(user).id, tab="home")


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload that can be something else; not the depths of the card that it quotes."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        if key in ("token", "type", "api_app_id", "trigger_id") and not before:
            continue
        yield (*before, key)
        if key not in ("message", "blocks", "title", "close", "submit", "bot_id"):
            yield from paths(one, (*before, key))


def changed(payload: Json, path: tuple[Any, ...], value: Any) -> Json:
    """The payload with another value, or none, at a place."""
    result = copy.deepcopy(payload)
    found: Any = result
    for key in path[:-1]:
        found = found[key]
    if value is MISSING:
        del found[path[-1]]
    else:
        found[path[-1]] = value
    return result


def variants(world: World, payload: Json) -> Iterator[tuple[str, Json]]:
    """The payload with each of its values absurd or gone; none looks like a repeated delivery."""
    for number, path in enumerate(paths(payload)):
        for value in (MISSING, *ABSURD[number % 3 :: 3]):
            broken = changed(payload, path, value)
            if "trigger_id" in broken:
                broken["trigger_id"] = world.slack.new_trigger(world.operator)
            elif isinstance(broken.get("event_id"), str) and path != ("event_id",):
                broken["event_id"] = world.slack.new_id("Ev")
            what = "nothing" if value is MISSING else repr(value)[:40]
            yield f"{what} at {path}", broken


async def deliver(world: World, kind: str, payload: Json) -> Delivery:
    """Takes a payload to the bot, by the socket or by its HTTP door."""
    return await world.slack._courier.deliver(payloads.envelope(kind, payload))


def form(kind: str, payload: Json) -> str:
    """The body of the same delivery over HTTP."""
    if kind == "events_api":
        return json.dumps(payload)
    return urlencode(payload if kind == "slash_commands" else {"payload": json.dumps(payload)})
