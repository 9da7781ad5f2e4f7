"""What people write below a card: tracking ids are the seller's own scan, all else is ordinary talk and left alone."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block

from bot.handover.model import Actor
from bot.handover.own_scans import Answer, Message, OwnScans
from bot.handover.own_words import read
from bot.handover.ports import NotKept
from bot.handover.refusals import Refusal
from bot.i18n import use
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import own_scans as blocks
from bot.slack.blocks.text import sections
from bot.slack.listeners.desk import Desk, why_not
from bot.slack.thread import ThreadSigns

SUBTYPES = (None, "file_share", "thread_broadcast")
"""A plain message, one with files, one that is shown in the channel too; all else is an edit, a join, a machine's."""

CHANGES = ("message_changed", "message_deleted")

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Said:
    """A person's message, mostly in a thread."""

    channel: str
    thread_ts: str
    """Its own `ts` for what is said to the whole channel."""
    ts: str
    user: str
    text: str
    files: tuple[dict[str, Any], ...] = ()
    """Slack's file objects, as they came."""
    version: str = ""
    """When it was changed, as a ts; empty for what was just said."""

    @classmethod
    def of(cls, event: dict[str, Any]) -> "Said | None":
        """From a message event; None for what is no message of a person: bots, joins, edits."""
        if event.get("bot_id") or event.get("subtype") not in SUBTYPES:
            return None
        place = [event.get("channel"), event.get("thread_ts", event.get("ts")), event.get("ts"), event.get("user")]
        texts = [one for one in place if isinstance(one, str) and one]
        if len(texts) < len(place):
            return None
        channel, thread_ts, ts, user = texts
        if not _TS.fullmatch(ts) or not _TS.fullmatch(thread_ts):
            return None
        text, files = event.get("text"), event.get("files")
        shared = tuple(one for one in files if isinstance(one, dict)) if isinstance(files, list) else ()
        return cls(channel, thread_ts, ts, user, text if isinstance(text, str) else "", shared)

    @classmethod
    def changed(cls, event: dict[str, Any]) -> "Said | None":
        """From the event of a message that was edited or deleted, as it is now; None where its text stayed the same.

        Slack sends such an event too when it unfolds a link. What was deleted says nothing.
        """
        before, after = event.get("previous_message"), event.get("message")
        if not isinstance(before, dict):
            return None
        if event.get("subtype") == "message_deleted":
            after = {**before, "text": "", "files": []}
        elif not isinstance(after, dict) or after.get("text") == before.get("text"):
            return None
        version = event.get("event_ts", event.get("ts"))
        said = cls.of({**after, "channel": event.get("channel")})
        if said is None or not isinstance(version, str) or not _TS.fullmatch(version):
            return None
        return replace(said, version=version)

    @property
    def in_thread(self) -> bool:
        """Whether it is a reply, and not said to the whole channel."""
        return self.thread_ts != self.ts


FilesHook = Callable[[Said], Coroutine[None, None, None]]


def register(
    app: AsyncApp,
    desk: Desk,
    own: OwnScans,
    signs: ThreadSigns,
    on_files: FilesHook | None = None,
    on_list: FilesHook | None = None,
) -> None:
    """Adds the messages of people: bolt hands each to the first listener only, so this one hears them all.

    Args:
        app: bolt.
        desk: what every listener needs.
        own: the seller's own scans.
        signs: how a message is answered.
        on_files: what becomes of files that are dropped into a thread, with whatever is written beside them.
        on_list: what becomes of files that are dropped into a channel with the bot mentioned beside them.
    """

    @app.event("message")
    async def said(event: dict[str, Any], body: dict[str, Any]) -> None:
        if event.get("subtype") in CHANGES:
            message = Said.changed(event)
            if message is not None and message.in_thread and not message.files:
                desk.work.start(_scan(desk, own, signs, message), "change of an own scan")
            return
        message = Said.of(event)
        if message is None:
            return
        if not message.in_thread:
            if on_list is not None and message.files and _mentioned(body, message.text):
                desk.work.start(on_list(message), "list in a channel")
            return
        if event.get("subtype") == "file_share":
            if on_files is not None:
                desk.work.start(on_files(message), "files in a thread")
            return
        reading = read(message.text)
        if reading.words or reading.failed:
            desk.work.start(_scan(desk, own, signs, message), "own scan")

    @app.action(ids.OWN_ALL)
    async def means_all(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        wish = partial(_mean_all, own, asker, handover)
        desk.work.start(desk.alone(asker, f"own list {handover}", wish), "own list button")


def _mentioned(body: dict[str, Any], text: str) -> bool:
    """Whether a message names the bot; who that is stands beside every event."""
    installed = body.get("authorizations")
    users = [one.get("user_id") for one in installed if isinstance(one, dict)] if isinstance(installed, list) else []
    # To its end: the id of another may begin like the bot's. Slack adds a name behind a bar.
    named = {match[1] for match in re.finditer(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>", text)}
    return any(isinstance(user, str) and user in named for user in users)


async def _mean_all(own: OwnScans, asker: Asker, handover_id: str) -> tuple[str, list[Block]]:
    handover, _ = await own.mean_all(Actor(asker.user_id), handover_id)
    text = blocks.meant(handover)
    return text, blocks.said(text)


async def _scan(desk: Desk, own: OwnScans, signs: ThreadSigns, message: Said) -> None:
    asker = Asker(message.user, message.channel)
    scanned = Message(message.user, message.ts, read(message.text), message.version)

    async def whisper(text: str) -> None:
        await signs.whisper(message.channel, message.thread_ts, message.user, text, blocks.said(text))

    try:
        answer = await own.take(Actor(message.user), message.channel, message.thread_ts, scanned)
    except Refusal as error:
        with use(await desk.language_of(asker)):
            await whisper(why_not(asker, error))
        return
    except NotKept:
        with use(await desk.language_of(asker)):
            await whisper(blocks.not_kept())
        return
    except asyncio.CancelledError:
        # The bot stops and can wait no longer; a scan that nobody kept must not look like one that is.
        with use(desk.language_now(asker)):
            await whisper(blocks.stopping())
        raise
    except Exception:
        with use(await desk.language_of(asker)):
            await whisper(blocks.fault())
        raise
    await _answer(desk, signs, message, answer)


async def _answer(desk: Desk, signs: ThreadSigns, message: Said, answer: Answer) -> None:
    if answer == Answer():
        return
    names = blocks.reactions(answer.seen) if answer.seen else [blocks.UNREAD] if answer.failed else []
    with use(await desk.language_of(Asker(message.user, message.channel))):
        texts = [blocks.failed(answer.failed)] if answer.failed else []
        texts += [blocks.stays(answer.stays)] if answer.stays else []
        for text in texts:
            await signs.whisper(message.channel, message.thread_ts, message.user, text, blocks.said(text))
        lines = blocks.answer(answer.seen)
        if lines:
            text = blocks.answer_text(answer.seen)
            await signs.whisper(message.channel, message.thread_ts, message.user, text, sections(lines))
    if message.version and message.text and (answer.taken_back or names):
        await signs.unreact(message.channel, message.ts, sorted(blocks.SIGNS.difference(names)))
    if names:
        await signs.react(message.channel, message.ts, names)
