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
from bot.handover.ports import FixedCode
from bot.slack import ids
from bot.slack.blocks.sentences import nobody_waiting
from bot.slack.blocks.text import at, context, cut, esc, fe, header, mrkdwn, section, sections, span

READ_OUT = "🤫 Read it out only to this FE, in person. Never by phone, never in a message."
SHOWN = 12
"""Codes in one answer: four blocks each, and Slack takes fifty."""


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
            f"Flipkart generates no Start OTC for *{esc(answer.location.name)}*: the FE starts without one. "
            "The End OTC is here once they have finished: `/end-otc`."
        )
    ]


def start_text(answers: list[StartAnswer]) -> str:
    """What a notification of the answer says: where the code can be seen, never the code."""
    return "Start OTC: only you can see this" if answers else "Start OTC"


def large(otc: SecretStr) -> Block:
    """A code in large type."""
    return header(cut(otc.get_secret_value(), 40))


def hide_button() -> ButtonElement:
    """Removes the answer from the asker's screen."""
    return ButtonElement(text="Hide", action_id=ids.HIDE, value="hide")


def _start_codes(answer: StartCodesShown, zone: tzinfo, now: datetime) -> list[Block]:
    blocks: list[Block] = []
    for shown in answer.codes[:SHOWN]:
        if blocks:
            blocks.append(DividerBlock())
        blocks += _one_start(shown, answer, zone, now)
    if len(answer.codes) > SHOWN:
        blocks.append(section(f"{len(answer.codes) - SHOWN} more wait: add a name, such as `/start-otc Ram`."))
    blocks.append(context(READ_OUT))
    return blocks


def _one_start(shown: ShownStart, answer: StartCodesShown, zone: tzinfo, now: datetime) -> list[Block]:
    h = shown.handover
    until = "Flipkart gave no expiry."
    if shown.expires_at is not None:
        left = shown.expires_at - now
        rest = f"{span(left)} left" if left.total_seconds() > 0 else "*expired*: press New code"
        until = f"Valid until *{at(shown.expires_at, zone)}* ({rest})"
    return [
        large(shown.otc),
        section(f"Start OTC for {fe(h)} · {esc(h.partner) or 'courier'} · {esc(answer.location.name)}\n{until}"),
        ActionsBlock(
            block_id=f"start_{h.id}",
            elements=[
                hide_button(),
                ButtonElement(
                    text="New code",
                    action_id=ids.NEW_CODE,
                    value=h.id,
                    confirm=ConfirmObject(
                        title="Generate a new code?",
                        text=mrkdwn("The code that was shown before, also to others, may stop working."),
                        confirm="New code",
                        deny="Keep this one",
                    ),
                ),
            ],
        ),
    ]


def _fixed_codes(answer: FixedCodesShown) -> list[Block]:
    name = esc(answer.location.name)
    if not answer.codes:
        return [section(f"*{name}* uses fixed codes, but Flipkart lists none. See Seller Hub.")]
    blocks: list[Block] = [section(f"*{name}* uses fixed codes; they do not expire.")]
    blocks += fixed_code_blocks(answer.codes)
    blocks.append(context(READ_OUT))
    blocks.append(ActionsBlock(elements=[hide_button()]))
    return blocks


def fixed_code_blocks(codes: tuple[FixedCode, ...]) -> list[Block]:
    """Fixed codes in large type, each with its courier and line of business."""
    blocks: list[Block] = []
    for code in codes[:SHOWN]:
        blocks.append(large(code.otc))
        blocks.append(context(f"{esc(code.vendor) or 'any courier'} · {esc(code.lob) or 'any line of business'}"))
    return blocks
