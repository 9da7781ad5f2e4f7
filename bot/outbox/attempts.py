"""One attempt at one delivery: makes the call, or asks Slack about the one before, and keeps what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.handover.beside import NOTHING, Beside
from bot.handover.model import Handover
from bot.handover.owning import EVERYTHING, HOUSE, Owning
from bot.outbox.carriers import Sharing, is_shared, posted_as
from bot.outbox.contents import Content, Place, TooEarlyError, UselessError
from bot.outbox.delivery import (
    MAYBE_SENT,
    begun,
    farthest,
    habits_of,
    hindered,
    in_doubt,
    is_given_up,
    looked_in_vain,
    lost,
    posted,
    put_off,
    refused,
    said,
    sent,
    shown,
)
from bot.outbox.files import Files
from bot.outbox.keys import Keys
from bot.outbox.pacer import Pacer
from bot.outbox.ports import (
    MaybeSentError,
    MessageGoneError,
    Messenger,
    MessengerError,
    NotSentError,
    Painter,
    Rendered,
    ThreadGoneError,
)
from bot.outbox.silence import Silence
from bot.outbox.troubles import Troubles
from bot.outbox.younger import Younger
from bot.store.awake import Awakening
from bot.store.deliveries import DeliveryStore, OvertakenError
from bot.store.due import PAPERS, Due
from bot.store.handovers import HandoverStore
from bot.store.tables import DeliveryRow, Kind, Sending, waited_for
from bot.timing import OutboxTiming
from bot.worker import TooMuchError

log = structlog.get_logger()

_OF_THE_APP = ("missing_scope",)
"""What is refused to the app, whoever it writes to: said once for all."""
_NOUNS = {Kind.DIRECT: "direct message", Kind.OUTAGE: "word on an outage"}
"""Where the kind's own word is none."""


class Attempts:
    """Every method raises DatabaseUnusableError, and nothing else for whatever Slack does.

    Where several copies share the work, it raises OvertakenError too.
    """

    def __init__(
        self,
        *,
        deliveries: DeliveryStore,
        handovers: HandoverStore,
        messenger: Messenger,
        files: Files,
        painter: Painter,
        contents: Mapping[Kind, Content],
        pacer: Pacer,
        clock: Clock,
        keys: Keys,
        timing: OutboxTiming,
        beside: Callable[[Handover], Awaitable[Beside]] | None = None,
        silence: Silence | None = None,
        owning: Owning = EVERYTHING,
    ) -> None:
        """`contents` are the papers'; `beside` reads what a card says beside its handover."""
        self._deliveries = deliveries
        self._handovers = handovers
        self._messenger = messenger
        self._files = files
        self._painter = painter
        self._contents = contents
        self._pacer = pacer
        self._clock = clock
        self._keys = keys
        self._timing = timing
        self._beside = beside
        self._owning = owning
        self._younger = Younger(messenger, clock)
        self._awakening: Awakening | None = None
        self._awake_at = clock()
        self.troubles = Troubles(timing.trouble, silence=silence)
        self._left: set[tuple[str, str, str]] = set()

    # ---- cards and replies ----

    async def message(self, due: Due, channel: str, seen: datetime) -> float:
        """Posts, edits or looks up; returns how many seconds it has to wait for its turn, 0 when it had it.

        `seen` is the moment of the state that is drawn: what happens later is newer.
        """
        one = due.delivery
        root = None if one.kind == Kind.CARD else due.root
        thread = root.ts if root else None
        what = "edit" if due.is_edit else "post"
        try:
            if due.is_edit:
                await self._edit(due, seen)
            elif one.state in MAYBE_SENT:
                what = "history"
                await self._look_up(one, thread, one.failing_since)
            else:
                key = self._keys.of_message(due)
                found = await self._posted_before(one, channel, root, key, one.failing_since)
                if isinstance(found, float):
                    return found
                if found is not None:
                    await self._deliveries.keep(one, sent(found, drawn=self._clock()) | _known(key, channel))
                    return 0.0
                message = await self._render(due)
                ts = await self._post(one, key, channel, thread, message)
                changes = sent(ts, revision=due.handover.revision, rendered=message.hash, drawn=seen)
                await self._deliveries.keep(one, changes)
        except MessengerError as error:
            await self._failed(one, channel, what, error, one.failing_since)
        return 0.0

    async def nowhere(self, due: Due, now: datetime) -> None:
        """bot.toml does not have the location: perhaps by mistake, so it waits, but not for ever."""
        one, error = due.delivery, NotSentError("its location is no longer in bot.toml")
        if is_given_up(one, one.failing_since, self._clock(), self._timing):
            await self._give_up(one, due.handover.location_id, error.reason)
        else:
            await self._deliveries.keep(one, hindered(one, error.reason, now))

    async def _render(self, due: Due) -> Rendered:
        if due.entry is None:
            beside = NOTHING if self._beside is None else await self._beside(due.handover)
            return self._painter.card(due.handover, beside, first=not due.is_edit, namesake=due.namesake)
        named = due.entry.detail.get("tracking_ids")
        parcels = await self._handovers.problems(due.handover.id, named) if named else []
        return self._painter.reply(due.handover, due.entry, parcels)

    async def _edit(self, due: Due, seen: datetime) -> None:
        one, message = due.delivery, await self._render(due)
        if message.hash == one.sent_hash:
            self._pacer.not_edited(counted=not is_urgent(due))
            self.troubles.forget(one)
            await self._deliveries.keep(one, shown(due.handover.revision, message.hash, None))
            return
        self._must_hold(one)
        await self._messenger.edit(one.channel, one.ts, message, one.key or "")
        self.troubles.over(one)
        await self._deliveries.keep(one, shown(due.handover.revision, message.hash, seen))

    # ---- receipts and digests ----

    async def paper(self, one: DeliveryRow) -> float:
        """Goes a step on with it; returns how many seconds it has to wait for its turn, 0 when it had it."""
        content, place, what = self._contents[one.kind], None, "post"
        try:
            place = await content.place(one)
            is_old = is_given_up(one, place.since, self._clock(), self._timing)
            if place.not_before is not None and is_old:
                await self._give_up(one, place.channel, one.error or "what comes before it is not in Slack")
            elif place.not_before is not None:
                await self._deliveries.keep(one, put_off(place.not_before))
            elif one.state in MAYBE_SENT:
                what = "history"
                if place.thread_ts is None and (wait := self._pacer.wait_to_read()):
                    return wait
                await self._settle(one, place)
            elif is_old:
                await self._give_up(one, place.channel, one.error or "it could not be said in time")
            elif place.thread_ts is not None:
                what = "edit" if place.revision else "upload"
                return await self._go_on(one, content, place, place.thread_ts)
            else:
                if not place.channel:
                    what = "open"
                    place = await self._reached(one, place)
                    what = "post"
                return await self._open(one, content, place)
        except UselessError as error:
            self.troubles.forget(one)
            await self._deliveries.keep(one, lost(str(error)))
        except TooEarlyError as error:
            await self._deliveries.keep(one, put_off(error.until))
        except TooMuchError as error:
            await self._too_much(one, str(error))
        except MessengerError as error:
            channel, since = (place.channel or place.person, place.since) if place is not None else ("", None)
            await self._failed(one, channel, what, error, since)
        return 0.0

    async def _reached(self, one: DeliveryRow, place: Place) -> Place:
        """The place of what is for one person alone, with the conversation with them."""
        channel = await self._messenger.open(place.person)
        await self._deliveries.keep(one, {"channel": channel})
        return replace(place, channel=channel)

    async def _open(self, one: DeliveryRow, content: Content, place: Place) -> float:
        """Posts the message of a delivery whose files stand below it; returns seconds as `paper` does."""
        if wait := self._pacer.wait_to_post(place.channel):
            return wait
        thread_ts = place.root.ts if place.root is not None else None
        key = self._keys.of_location(one, place.subject)
        found = await self._posted_before(one, place.channel, place.root, key, place.since)
        if isinstance(found, float):
            return found
        if found is None:
            message = await content.message(one)
            ts = await self._post(one, key, place.channel, thread_ts, message)
            shows = {"sent_hash": message.hash} if place.revision else {}
            await self._deliveries.keep(one, posted(ts) | shows)
        else:
            await self._deliveries.keep(one, posted(found) | _known(key, place.channel))
        return 0.0

    async def _go_on(self, one: DeliveryRow, content: Content, place: Place, thread_ts: str) -> float:
        """The message is there; returns seconds as `paper` does."""
        if place.revision:
            return await self._renew(one, content, place)
        await self._attach(one, content, place, thread_ts)
        return 0.0

    async def _renew(self, one: DeliveryRow, content: Content, place: Place) -> float:
        """Has a message that is there say what holds now; returns seconds as `paper` does."""
        message = await content.message(one)
        if message.hash != one.sent_hash:
            if wait := self._pacer.wait_to_edit():
                return wait
            self._pacer.editing()
            self._must_hold(one)
            await self._messenger.edit(place.channel, one.ts, message, one.key or "")
        self.troubles.over(one)
        # What was told since `place` was asked has another revision, and is found by that.
        await self._deliveries.keep(one, said(place.revision, message.hash))
        return 0.0

    async def _settle(self, one: DeliveryRow, place: Place) -> None:
        if place.thread_ts is None:
            self._pacer.reading()
            await self._look_up(one, place.root.ts if place.root is not None else None, place.since)
            return
        is_done, file_ids = await is_shared(self._files, place.channel, one.file_ids, one.attempts)
        if is_done:
            self.troubles.over(one)
            await self._deliveries.keep(one, sent())
        else:
            await self._in_vain(one, place.since, {"file_ids": file_ids})

    async def _attach(self, one: DeliveryRow, content: Content, place: Place, thread_ts: str) -> None:
        made = await content.files(one)

        async def keep(file_ids: list[str]) -> None:
            await self._deliveries.keep(one, {"file_ids": file_ids, "sent_hash": made.hash})

        if made.documents:
            sharing = Sharing(self._files, place.channel, thread_ts, one.attempts, keep)
            file_ids = await sharing.fill(made.documents, one.file_ids)
            there = await sharing.there(file_ids)
            self._pacer.posting(place.channel)
            await self._deliveries.keep(one, begun(one, one.key, place.channel, self._clock()))
            self._must_hold(one)
            await sharing.share(file_ids, [document.title for document in made.documents], there, made.comment)
        self.troubles.over(one)
        await self._deliveries.keep(one, sent())

    async def _too_much(self, one: DeliveryRow, reason: str) -> None:
        why = f"it takes more than the bot gives to a {one.kind}: {reason}"
        if why != one.error:
            log.error("a paper can't be drawn; it waits, and `otc-bot export` makes it", what=one.kind, reason=why)
        changes = put_off(self._clock() + farthest(one.kind))
        await self._deliveries.keep(one, changes | {"error": why})

    # ---- all of them ----

    async def _post(self, one: DeliveryRow, key: str, channel: str, thread_ts: str | None, message: Rendered) -> str:
        self._pacer.posting(channel)
        await self._deliveries.keep(one, begun(one, key, channel, self._clock()))
        self._must_hold(one)
        ts = await self._messenger.post(channel, thread_ts, message, one.key or key)
        self.troubles.over(one)
        return ts

    def _must_hold(self, one: DeliveryRow) -> None:
        """The last thing before a call: a process that was stopped since leaves it to the copy that has it now."""
        if not self._owning.holds(HOUSE):
            raise OvertakenError(f"{one.kind} {one.about}")

    async def stay_awake(self) -> Awakening:
        """Before each look: the first of them learns what the database may lack, the others say that the bot lives."""
        now = self._clock()
        if self._awakening is None:
            self._awakening, self._awake_at = await self._deliveries.awaken(now), now
        elif not timedelta() <= now - self._awake_at < self._timing.sign_of_life:
            await self._deliveries.stay_awake(now)
            self._awake_at = now
        return self._awakening

    async def _newest(self, root: DeliveryRow) -> str:
        """The ts up to which the database surely knows the own messages below a card."""
        awakening = await self.stay_awake()
        if awakening.is_sure_of(root, self._clock()):
            return awakening.newest
        # What was posted since may be newer than something that is not known.
        return awakening.gap

    async def _posted_before(
        self, one: DeliveryRow, channel: str, root: DeliveryRow | None, key: str, since: datetime | None
    ) -> str | float | None:
        """The ts of a message that the database does not know to be posted, or None when there is none.

        It waits for its turn to look so many seconds; 0 where it can't be looked at now, which then is written down.
        """
        thread_ts, newest = (None, "") if root is None else (root.ts, await self._newest(root))
        if not self._younger.has_read(channel, thread_ts, newest):
            if wait := self._pacer.wait_to_read():
                return wait
            self._pacer.reading()
        try:
            return await self._younger.posted(channel, thread_ts, key, newest)
        except MessengerError as error:
            if one.failing_since is not None and self._clock() - one.failing_since > self._timing.look_patience:
                self._younger.give_up(channel, thread_ts, error.reason)
            await self._failed(one, channel, "history", error, since)
            return 0.0

    async def _look_up(self, one: DeliveryRow, thread_ts: str | None, since: datetime | None) -> None:
        """Whether a message was posted, of which that is not known."""
        ts = await posted_as(self._messenger, one, thread_ts)
        if ts is None:
            await self._in_vain(one, since, {})
            return
        log.info("found a message that was posted before", what=one.kind, about=one.about)
        self.troubles.over(one)
        has_files = one.kind in PAPERS
        await self._deliveries.keep(one, posted(ts) if has_files else sent(ts, drawn=self._clock()))

    async def _in_vain(self, one: DeliveryRow, since: datetime | None, more: Mapping[str, object]) -> None:
        changes = looked_in_vain(one, self._clock(), self._timing)
        if changes["state"] == Sending.PENDING and is_given_up(one, since, self._clock(), self._timing):
            await self._give_up(one, one.channel, one.error or "not in history")
        else:
            await self._deliveries.keep(one, changes | dict(more))

    async def _failed(
        self, one: DeliveryRow, channel: str, what: str, error: MessengerError, since: datetime | None
    ) -> None:
        """`what` names the kind of call, as the pacer has it; `since` as in `is_given_up`."""
        now, why = self._clock(), f"{error.reason} ({error.advice})" if error.advice else error.reason
        if isinstance(error, MessageGoneError if what == "edit" else ThreadGoneError):
            # With its card deleted before the first reply, a thread is gone for good; after that it goes on without.
            gone = "the message was deleted in slack; its thread is gone"
            less = "the message was deleted in slack; the thread goes on without it"
            log.error(less if what == "edit" else gone, what=one.kind, about=one.about, channel=channel)
            self.troubles.forget(one)
            await self._deliveries.keep(one, lost(error.reason))
            return
        if error.retry_after is not None:
            self._pacer.throttled(what, error.retry_after)
        is_unsure = isinstance(error, MaybeSentError) and one.state == Sending.SENDING
        if error.advice and not is_unsure and not habits_of(one.kind, self._timing).waits_for_mending:
            await self._give_up(one, "" if error.reason in _OF_THE_APP else channel, why)
            return
        if is_unsure:
            event = "slack may or may not have posted a message; it is looked up"
        elif what == "history":
            event = "slack can't be asked whether it has a message; it waits"
        else:
            event = "slack did not take a message; it waits"
        self.troubles.met(one, channel, event, error)
        if is_unsure:
            await self._deliveries.keep(one, in_doubt(one, why, now))
        elif is_given_up(one, since, now, self._timing):
            await self._give_up(one, channel, error.reason)
        else:
            await self._deliveries.keep(one, refused(one, why, error.retry_after, now, self._timing))

    async def _give_up(self, one: DeliveryRow, channel: str, reason: str) -> None:
        what = "an edit of a card" if one.ts and one.kind == Kind.CARD else f"a {_NOUNS.get(one.kind, one.kind)}"
        # A hundred that are given up for one reason are one line.
        level = log.debug if (what, channel, reason) in self._left else log.error
        self._left.add((what, channel, reason))
        level("given up; `otc-bot export` has it", what=what, about=one.about, channel=channel, reason=reason)
        self.troubles.forget(one)
        await self._deliveries.keep(one, lost(reason))


def _known(key: str, channel: str) -> dict[str, object]:
    return {"key": key, "channel": channel}


def is_urgent(due: Due) -> bool:
    """Whether something happened since the card was drawn that people wait for: the words of `URGENT`, in Python."""
    drawn = due.delivery.edited_at
    return drawn is None or any(at is not None and at >= drawn for at in waited_for(due.handover))
