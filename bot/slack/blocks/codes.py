"""What only the asker sees: codes in large type, and what to do with them."""

from datetime import datetime, tzinfo

from pydantic import SecretStr
from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, DividerBlock

from bot.handover.answers import (
    FixedCodesShown,
    NobodyWaiting,
    ShownStart,
    StartAnswer,
    StartCodesShown,
)
from bot.handover.model import Handover
from bot.handover.ports import FixedCode
from bot.i18n import N_, _, ngettext, number, span
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


def start_answer(answer: StartAnswer, zone: tzinfo, now: datetime) -> list[Block]:
    """The answer to /start-otc or its button."""
    if isinstance(answer, StartCodesShown):
        return _start_codes(answer, zone, now)
    if isinstance(answer, FixedCodesShown):
        return _fixed_codes(answer)
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


def start_text(answers: list[StartAnswer]) -> str:
    """What a notification of the answer says: where the code can be seen, never the code."""
    return _("Start OTC: only you can see this") if answers else _("Start OTC")


def large(otc: SecretStr) -> Block:
    """A code in large type."""
    return header(cut(otc.get_secret_value(), 40))


def hide_button() -> ButtonElement:
    """Removes the answer from the asker's screen."""
    return ButtonElement(text=_("Hide"), action_id=ids.HIDE, value="hide")


def _start_codes(answer: StartCodesShown, zone: tzinfo, now: datetime) -> list[Block]:
    blocks: list[Block] = []
    for shown in answer.codes:
        if blocks:
            blocks.append(DividerBlock())
        blocks += _one_start(shown, answer, zone, now)
    if answer.others:
        blocks += _others(answer.others)
    if answer.renewable_at is not None:
        when = at(answer.renewable_at, zone, TIME_SECS)
        sentence = _("No new code was made: this one still holds. *New code* works again at {time}.")
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


def _one_start(shown: ShownStart, answer: StartCodesShown, zone: tzinfo, now: datetime) -> list[Block]:
    h = shown.handover
    until = _("Flipkart gave no expiry.")
    if shown.doubtful:
        until = _(
            "⚠️ It may have expired: Flipkart's clock and the bot's differ. If the FE's app refuses it, press New code."
        )
    elif shown.expires_at is not None:
        left = shown.expires_at - now
        rest = _("*expired*: press New code")
        if left.total_seconds() > 0:
            rest = _("{length} left").format(length=span(left))
        until = _("Valid until *{time}* ({rest})").format(time=at(shown.expires_at, zone), rest=rest)
    whom = _("Start OTC for {fe} · {courier} · {location}").format(
        fe=fe(h), courier=courier(h), location=esc(answer.location.name)
    )
    return [
        large(shown.otc),
        section(f"{whom}\n{until}"),
        ActionsBlock(
            block_id=f"start_{h.id}",
            elements=[
                hide_button(),
                ButtonElement(
                    text=_("New code"),
                    action_id=ids.NEW_CODE,
                    value=h.id,
                    confirm=ConfirmObject(
                        title=_("Generate a new code?"),
                        text=mrkdwn(_("The code that was shown before, also to others, may stop working.")),
                        confirm=_("New code"),
                        deny=_("Keep this one"),
                    ),
                ),
            ],
        ),
    ]


def _fixed_codes(answer: FixedCodesShown) -> list[Block]:
    name = esc(answer.location.name)
    if not answer.codes:
        return [
            section(_("*{location}* uses fixed codes, but Flipkart lists none. See Seller Hub.").format(location=name))
        ]
    blocks: list[Block] = [section(_("*{location}* uses fixed codes; they do not expire.").format(location=name))]
    blocks += fixed_code_blocks(answer.codes)
    blocks.append(context(_(READ_OUT)))
    blocks.append(ActionsBlock(elements=[hide_button()]))
    return blocks


def fixed_code_blocks(codes: tuple[FixedCode, ...]) -> list[Block]:
    """Fixed codes in large type, each with its courier and line of business."""
    blocks: list[Block] = []
    for code in codes[:SHOWN]:
        blocks.append(large(code.otc))
        vendor, lob = esc(code.vendor) or _("any courier"), esc(code.lob) or _("any line of business")
        blocks.append(context(f"{vendor} · {lob}"))
    return blocks
