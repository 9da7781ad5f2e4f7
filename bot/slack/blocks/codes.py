"""What only the asker sees: codes in large type, and what to do with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType

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
    mrkdwn,
    section,
    sections,
)

READ_OUT = N_("🤫 Read it out only to this FE, in person. Never by phone, never in a message.")
MOST_BLOCKS = 50
"""Slack takes no more in a message, which the answer is where no window opens."""
SHOWN = 12
"""Fixed codes in one answer."""
NAMED = 60
"""Others who wait, named below the codes."""


def start_view(
    answers: Sequence[StartAnswer],
    zone: tzinfo,
    now: datetime,
    *,
    why: Sequence[str] = (),
    ended: Mapping[str, list[Block]] = MappingProxyType({}),
) -> View:
    """The window that answers whoever asks for Start OTCs.

    Args:
        answers: of each location that has one.
        zone: of times.
        now: tells whether a code has expired.
        why: for other locations why there is none.
        ended: what stands in place of codes that have done their work, by handover id.
    """
    blocks: list[Block] = []
    for answer in answers:
        if blocks:
            blocks.append(DividerBlock())
        blocks += _answer(answer, zone, now, ended)
    blocks += [section(sentence) for sentence in why]
    became = ids.START_ENDED if ended else None
    return View(type="modal", title=_("Start OTC"), blocks=blocks[:MOST_BLOCKS], close=_("OK"), callback_id=became)


def start_became(
    shown: ShownStart, location: Location, handover: Handover, zone: tzinfo, now: datetime, *, holds: bool, alone: bool
) -> list[Block] | None:
    """What stands in place of a Start OTC that was used or has expired; None as long as it works.

    `holds` tells whether it is still the one that the bot knows; `alone`, whether its window has no other code.
    """
    whom = _whom(handover, location)
    if handover.stage is Stage.LEFT:
        return [section(f"{whom}\n" + _("⚪ They have left. This code is of no use any more."))]
    if handover.stage is not Stage.WAITING:
        used = _("✅ The code was used: they are scanning.")
        if handover.scanning_at is not None:
            used = _("✅ Used at {time}: they are scanning.").format(time=at(handover.scanning_at, zone))
        return [section(f"{whom}\n{used}"), *(_end_there(handover) if alone and not handover.over else ())]
    if not shown.doubtful and shown.expires_at is not None and shown.expires_at <= now:
        return _one_start(shown, location, zone, now)
    if not holds:
        said = _("⛔ *This code may have stopped working.* Press *Start OTC* on the card for the one that works.")
        return [section(f"{whom}\n{said}")]
    return None


def _end_there(handover: Handover) -> list[Block]:
    """Whoever leaves the window open comes to the End OTC without closing it first."""
    return [
        ActionsBlock(elements=[ButtonElement(text=_("End OTC"), action_id=ids.END, value=handover.id)]),
        context(_("Once they have finished, press *End OTC* here or on the card.")),
    ]


def _answer(answer: StartAnswer, zone: tzinfo, now: datetime, ended: Mapping[str, list[Block]]) -> list[Block]:
    if isinstance(answer, StartCodesShown):
        return _start_codes(answer, zone, now, ended)
    if isinstance(answer, FixedCodesShown):
        return _fixed_codes(answer)
    if isinstance(answer, NobodyWaiting):
        return sections(nobody_waiting(answer))
    return [
        section(
            _(
                "Flipkart generates no Start OTC for *{location}*: the FE starts without one. "
                "Once they have finished, type `/end-otc` for the End OTC."
            ).format(location=esc(answer.location.name))
        )
    ]


def large(otc: SecretStr) -> Block:
    """A code in large type."""
    return header(grouped(cut(otc.get_secret_value(), 40)))


def grouped(code: str) -> str:
    """A code as it is read out, ``693 866``: in threes, or in fours where that comes out even."""
    size = next((size for size in (3, 4) if len(code) > size + 1 and len(code) % size == 0), 0)
    if not size or not (code.isascii() and code.isdigit()):
        return code
    return " ".join(code[i : i + size] for i in range(0, len(code), size))


def _start_codes(answer: StartCodesShown, zone: tzinfo, now: datetime, ended: Mapping[str, list[Block]]) -> list[Block]:
    blocks: list[Block] = []
    for shown in answer.codes:
        if blocks:
            blocks.append(DividerBlock())
        blocks += ended.get(shown.handover.id) or _one_start(shown, answer.location, zone, now)
    if answer.others:
        blocks += _others(answer.others)
    if answer.renewable_at is not None and not ended:
        when = at(answer.renewable_at, zone, TIME_SECS)
        sentence = _("No new code was made: this one still works. *New code* works again at {time}.")
        blocks.append(section(sentence.format(time=when)))
    if any(shown.handover.id not in ended for shown in answer.codes):
        blocks.append(context(_(READ_OUT)))
    return blocks


def _others(others: tuple[Handover, ...]) -> list[Block]:
    sentence = ngettext(
        "{n} more waits: type `/start-otc` and the name or the id.",
        "{n} more wait: type `/start-otc` and a name or an id.",
        len(others),
    )
    names = " · ".join(fe(h) for h in others[:NAMED])
    if len(others) > NAMED:
        names += " · …"
    return sections([sentence.format(n=number(len(others))), names])


def _whom(handover: Handover, location: Location) -> str:
    return _("Start OTC for {fe} · {courier} · {location}").format(
        fe=fe(handover), courier=courier(handover), location=esc(location.name)
    )


def _one_start(shown: ShownStart, location: Location, zone: tzinfo, now: datetime) -> list[Block]:
    """Whose code it is above the code, so that nobody reads out the one of the next; without digits once expired."""
    h, until, expired = shown.handover, _("Flipkart gave no expiry."), False
    if shown.doubtful:
        until = _(
            "⚠️ It may have expired: Flipkart's clock and the bot's differ. "
            "If the FE's app refuses it, press *New code*."
        )
    elif shown.expires_at is not None:
        expired = shown.expires_at <= now
        until = _("⛔ Expired at *{time}*: press *New code*.") if expired else _("Works until *{time}*")
        until = until.format(time=at(shown.expires_at, zone))
    renew = ButtonElement(
        text=_("New code"),
        action_id=ids.NEW_CODE_HERE,
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
        ActionsBlock(block_id=f"start_{h.id}", elements=[renew]),
    ]


def _fixed_codes(answer: FixedCodesShown) -> list[Block]:
    name = esc(answer.location.name)
    if not answer.codes:
        return [
            section(
                _("*{location}* uses fixed codes, but Flipkart lists none. Take the code from Seller Hub.").format(
                    location=name
                )
            )
        ]
    blocks: list[Block] = [section(_("*{location}* uses fixed codes; they do not expire.").format(location=name))]
    blocks += fixed_code_blocks(answer.codes)
    blocks.append(context(_(READ_OUT)))
    return blocks


def fixed_code_blocks(codes: tuple[FixedCode, ...]) -> list[Block]:
    """Fixed codes in large type, each with its courier and line of business."""
    blocks: list[Block] = []
    for code in codes[:SHOWN]:
        vendor, lob = esc(code.vendor) or _("any courier"), esc(code.lob) or _("any line of business")
        blocks.append(section(f"{vendor} · {lob}"))
        blocks.append(large(code.otc))
    return blocks
