"""What only the asker sees: codes in large type, and what to do with them."""

from datetime import datetime, tzinfo

from pydantic import SecretStr
from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, DividerBlock
from slack_sdk.models.views import View

from bot.handover.answers import (
    FixedCodesShown,
    NobodyWaiting,
    ShownStart,
    StartAnswer,
    StartCodesShown,
)
from bot.handover.location import Location
from bot.handover.model import Handover, Stage
from bot.handover.ports import FixedCode
from bot.i18n import N_, _, ngettext, number
from bot.slack import ids
from bot.slack.blocks.sentences import nobody_waiting
from bot.slack.blocks.text import (
    TIME_SECS,
    at,
    context,
    courier,
    cut,
    esc,
    fe,
    header,
    ident,
    mrkdwn,
    section,
    sections,
)

READ_OUT = N_("🤫 Read it out only to this FE, in person. Never by phone, never in a message.")
SHOWN = 12
"""Fixed codes in one answer."""
NAMED = 60
"""Others who wait, named below the codes."""


def start_answer(answer: StartAnswer, zone: tzinfo, now: datetime, *, inside: bool = False) -> list[Block]:
    """The answer to /start-otc or its button; `inside` a modal, whose buttons answer in it."""
    if isinstance(answer, StartCodesShown):
        return _start_codes(answer, zone, now, inside=inside)
    if isinstance(answer, FixedCodesShown):
        return _fixed_codes(answer, inside=inside)
    if isinstance(answer, NobodyWaiting):
        return sections(nobody_waiting(answer))
    return [
        section(
            _(
                "Flipkart generates no Start OTC for *{location}*: the FE starts without one. "
                "The End OTC is here once they have finished: `/end-otc`."
            ).format(location=esc(answer.location.name))
        )
    ]


def start_view(answer: StartAnswer, zone: tzinfo, now: datetime) -> View:
    """The same in a modal."""
    return _window(start_answer(answer, zone, now, inside=True))


def start_became(shown: ShownStart, location: Location, handover: Handover, zone: tzinfo, now: datetime) -> View | None:
    """What a modal with a Start OTC says once the code has been used or has expired; None as long as it holds."""
    whom = _whom(handover, location)
    if handover.stage is Stage.LEFT:
        return _window([section(f"{whom}\n" + _("⚪ They have left. This code is of no use any more."))])
    if handover.stage is not Stage.WAITING:
        used = _("✅ The code was used: they are scanning.")
        if handover.scanning_at is not None:
            used = _("✅ Used at {time}: they are scanning.").format(time=at(handover.scanning_at, zone))
        return _used(handover, [section(f"{whom}\n{used}")])
    if shown.doubtful or shown.expires_at is None or shown.expires_at > now:
        return None
    return _window(_one_start(shown, location, zone, now, inside=True))


def _used(handover: Handover, blocks: list[Block]) -> View:
    """Without a code; whoever leaves the window open comes to the End OTC without closing it first."""
    if handover.over:
        return _window(blocks)
    blocks.append(ActionsBlock(elements=[ButtonElement(text=_("End OTC"), action_id=ids.END, value=handover.id)]))
    blocks.append(context(_("Once they have finished, press *End OTC* here or on the card.")))
    return _window(blocks, callback_id=ids.START_USED)


def start_replaced(handover: Handover, location: Location) -> View:
    """What a modal says whose Start OTC is no longer the one that the bot knows."""
    said = _("⛔ *This code may have stopped working.* Press *Start OTC* on the card for the one that works.")
    return _window([section(f"{_whom(handover, location)}\n{said}")])


def _window(blocks: list[Block], *, callback_id: str | None = None) -> View:
    return View(type="modal", title=_("Start OTC"), blocks=blocks, close=_("OK"), callback_id=callback_id)


def start_text(answers: list[StartAnswer]) -> str:
    """What a notification of the answer says: where the code can be seen, never the code."""
    return _("Start OTC: only you can see this") if answers else _("Start OTC")


def large(otc: SecretStr) -> Block:
    """A code in large type."""
    return header(grouped(cut(otc.get_secret_value(), 40)))


def grouped(code: str) -> str:
    """A code as it is read out, ``693 866``: in threes, or in fours where that comes out even."""
    size = next((size for size in (3, 4) if len(code) > size + 1 and len(code) % size == 0), 0)
    if not size or not (code.isascii() and code.isdigit()):
        return code
    return " ".join(code[i : i + size] for i in range(0, len(code), size))


def hide_button() -> ButtonElement:
    """Removes the answer from the asker's screen."""
    return ButtonElement(text=_("Hide"), action_id=ids.HIDE, value="hide")


def _start_codes(answer: StartCodesShown, zone: tzinfo, now: datetime, *, inside: bool) -> list[Block]:
    blocks: list[Block] = []
    for shown in answer.codes:
        if blocks:
            blocks.append(DividerBlock())
        blocks += _one_start(shown, answer.location, zone, now, inside=inside)
    if answer.others:
        blocks += _others(answer.others)
    if answer.renewable_at is not None:
        when = at(answer.renewable_at, zone, TIME_SECS)
        sentence = _("No new code was made: this one still works. *New code* works again at {time}.")
        blocks.append(section(sentence.format(time=when)))
    blocks.append(context(_(READ_OUT)))
    return blocks


def _others(others: tuple[Handover, ...]) -> list[Block]:
    sentence = ngettext(
        "{n} more waits: type `/start-otc` and the name or the id.",
        "{n} more wait: type `/start-otc` and a name or an id.",
        len(others),
    )
    names = " · ".join(f"{fe(h)} {ident(h.fe_id, 40)}" for h in others[:NAMED])
    if len(others) > NAMED:
        names += " · …"
    return sections([sentence.format(n=number(len(others))), names])


def _whom(handover: Handover, location: Location) -> str:
    return _("Start OTC for {fe} · {courier} · {location}").format(
        fe=fe(handover), courier=courier(handover), location=esc(location.name)
    )


def _one_start(shown: ShownStart, location: Location, zone: tzinfo, now: datetime, *, inside: bool) -> list[Block]:
    """Whose code it is above the code, so that nobody reads out the one of the next; without digits once expired."""
    h, until, expired = shown.handover, _("Flipkart gave no expiry."), False
    if shown.doubtful:
        until = _(
            "⚠️ It may have expired: Flipkart's clock and the bot's differ. If the FE's app refuses it, press New code."
        )
    elif shown.expires_at is not None:
        expired = shown.expires_at <= now
        until = _("⛔ Expired at *{time}*: press *New code*.") if expired else _("Works until *{time}*")
        until = until.format(time=at(shown.expires_at, zone))
    renew = ButtonElement(
        text=_("New code"),
        action_id=ids.NEW_CODE_HERE if inside else ids.NEW_CODE,
        value=h.id,
        style="primary" if expired else None,
        confirm=None
        if expired
        else ConfirmObject(
            title=_("Generate a new code?"),
            text=mrkdwn(_("The old code may stop working, for everybody.")),
            confirm=_("New code"),
            deny=_("Keep this one"),
        ),
    )
    return [
        section(f"{_whom(h, location)}\n{until}"),
        *([] if expired else [large(shown.otc)]),
        ActionsBlock(block_id=f"start_{h.id}", elements=[renew] if inside else [hide_button(), renew]),
    ]


def _fixed_codes(answer: FixedCodesShown, *, inside: bool) -> list[Block]:
    name = esc(answer.location.name)
    if not answer.codes:
        return [
            section(_("*{location}* uses fixed codes, but Flipkart lists none. See Seller Hub.").format(location=name))
        ]
    blocks: list[Block] = [section(_("*{location}* uses fixed codes; they do not expire.").format(location=name))]
    blocks += fixed_code_blocks(answer.codes)
    blocks.append(context(_(READ_OUT)))
    return blocks if inside else [*blocks, ActionsBlock(elements=[hide_button()])]


def fixed_code_blocks(codes: tuple[FixedCode, ...]) -> list[Block]:
    """Fixed codes in large type, each with its courier and line of business."""
    blocks: list[Block] = []
    for code in codes[:SHOWN]:
        vendor, lob = esc(code.vendor) or _("any courier"), esc(code.lob) or _("any line of business")
        blocks.append(section(f"{vendor} · {lob}"))
        blocks.append(large(code.otc))
    return blocks
