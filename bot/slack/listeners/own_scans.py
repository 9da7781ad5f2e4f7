"""The seller's own scans: tracking ids that people write below a card, and the button that says all are meant."""

from bot import trace
from bot.handover.model import Actor
from bot.handover.own_messages import Message
from bot.handover.own_scans import Answer as Scanned
from bot.handover.own_words import read
from bot.i18n import use
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import own_scans as blocks
from bot.slack.blocks.text import sections
from bot.slack.declared import Answer, Kind, Right, alone, handover
from bot.slack.listeners.desk import Desk
from bot.slack.said import Said
from bot.slack.wishes import Excuses, Refused

EXCUSES = Excuses(blocks.NOT_KEPT, blocks.STOPPING, blocks.FAULT)


@alone(Kind.BUTTON, ids.OWN_ALL, right=Right.OPERATOR, reads=handover)
async def own_all_button(desk: Desk, asker: Asker, handover_id: str) -> Answer:
    """Whoever scans means every parcel of the FE, not a look at one."""
    meant, _ = await desk.own.mean_all(Actor(asker.user_id), handover_id)
    text = blocks.meant(meant)
    return text, blocks.said(text)


async def scan(desk: Desk, message: Said) -> None:
    """Takes the tracking ids of a message, as they stand there now."""
    asker = Asker(message.user, message.channel)
    scanned = Message(message.user, message.ts, read(message.text), message.version)

    async def say(text: str) -> bool:
        return await desk.signs.whisper(message.channel, message.thread_ts, message.user, text, blocks.said(text))

    async def take() -> Scanned:
        handover_id = await desk.own.thread(message.channel, message.thread_ts)
        if handover_id is None:
            return Scanned()
        trace.about(handover_id)
        return await desk.own.take(Actor(message.user), handover_id, scanned)

    answer = await desk.wishes.granted(asker, take, say, EXCUSES)
    if not isinstance(answer, Refused):
        await _answer(desk, message, answer)


async def _answer(desk: Desk, message: Said, answer: Scanned) -> None:
    if answer == Scanned():
        return
    names = blocks.reactions(answer.seen) if answer.seen else [blocks.UNREAD] if answer.failed else []
    with use(await desk.wishes.language_of(Asker(message.user, message.channel))):
        texts = [blocks.failed(answer.failed)] if answer.failed else []
        texts += [blocks.stays(answer.stays)] if answer.stays else []
        for text in texts:
            await desk.signs.whisper(message.channel, message.thread_ts, message.user, text, blocks.said(text))
        lines = blocks.answer(answer.seen)
        if lines:
            text = blocks.answer_text(answer.seen)
            await desk.signs.whisper(message.channel, message.thread_ts, message.user, text, sections(lines))
    if message.version and message.text and (answer.taken_back or names):
        await desk.signs.unreact(message.channel, message.ts, sorted(blocks.SIGNS.difference(names)))
    if names:
        await desk.signs.react(message.channel, message.ts, names)
