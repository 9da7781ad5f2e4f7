"""Texts that are safe in Slack: escaped, cut to size, times in the reader's own zone."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, HeaderBlock, MarkdownTextObject, PlainTextObject, SectionBlock

from bot.handover.model import Handover
from bot.i18n import DEFAULT, _, clock, date, language, ngettext, number
from bot.text import shortened, visible

SECTION = 3000
HEADER = 150
NAME = 80
"""Longest part of a name or id that is shown; long enough for real ones."""


def cut(text: str, most: int) -> str:
    """One line of at most `most` characters, with an ellipsis where something is missing."""
    return shortened(visible(text), most)


def esc(text: str, most: int = NAME) -> str:
    """Text from outside, as mrkdwn that can't mention, link or format."""
    safe = cut(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign, harmless in (("*", "∗"), ("_", "\u02cd"), ("~", "∼"), ("`", "ˋ")):
        safe = safe.replace(sign, harmless)
    return safe


def ident(text: str, most: int = NAME) -> str:
    """An id from outside in a form that can be copied as it is."""
    safe = cut(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "ˋ")
    return f"`{safe}`" if safe else "–"


def bare(text: str, most: int = NAME) -> str:
    """An id from outside where nothing is drawn, such as in what a phone shows: as it is, and it can't mention."""
    safe = cut(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace("`", "ˋ").replace("*", "∗")


def who(user_id: str | None) -> str:
    """A mention of a Slack user that notifies nobody inside blocks of an edited message."""
    return f"<@{user_id}>" if user_id else _("somebody")


TIME, TIME_SECS, DAY = "{time}", "{time_secs}", "{date_short_pretty}"
DAY_AND_TIME = f"{DAY} {TIME}"


def at(moment: datetime, zone: tzinfo, form: str = TIME) -> str:
    """A moment in the reader's own zone with the location's as fallback; where English is not read, in the location's.

    Slack writes its times in English, also into a sentence of another language, so there the bot writes them itself.
    """
    if language() == DEFAULT:
        fallback = f"{date(moment, zone)}, {clock(moment, zone)}" if DAY in form else clock(moment, zone)
        return f"<!date^{int(moment.timestamp())}^{form}|{fallback}>"
    local = moment.astimezone(zone)
    return form.format(time=f"{local:%H:%M}", time_secs=f"{local:%H:%M:%S}", date_short_pretty=date(local))


def since(moment: datetime, said: datetime, zone: tzinfo) -> str:
    """A moment before something is said: its time, with the day where that is another one."""
    is_today = moment.astimezone(zone).date() == said.astimezone(zone).date()
    return at(moment, zone) if is_today else at(moment, zone, DAY_AND_TIME)


def waited(minutes: int) -> str:
    """How long something took until now, as people say it: minutes, from an hour on hours, from two days on days."""
    if minutes < 60:
        return _("{minutes} min").format(minutes=number(minutes))
    if minutes < 2 * 24 * 60:
        hours = minutes // 60
        return ngettext("{hours} h", "{hours} h", hours).format(hours=number(hours))
    days = minutes // (24 * 60)
    return ngettext("{n} day", "{n} days", days).format(n=number(days))


def parcels(n: int) -> str:
    """A number of parcels."""
    return ngettext("{n} parcel", "{n} parcels", n).format(n=number(n))


def more(n: int) -> list[str]:
    """How many are not named, as a line; none where all are."""
    return [ngettext("and {n} more", "and {n} more", n).format(n=number(n))] if n > 0 else []


def fe(handover: Handover) -> str:
    """The FE as mrkdwn: name and id, so that two of one name are told apart."""
    name = esc(handover.fe_name) or _("FE without a name")
    return f"*{name}* ({ident(handover.fe_id)})"


def courier(handover: Handover, most: int = NAME) -> str:
    """The courier as mrkdwn."""
    return esc(handover.partner, most) or _("courier")


def capital(line: str) -> str:
    """With a capital at its beginning, or after the sign that stands there."""
    sign = "⚠️ " if line.startswith("⚠️ ") else ""
    return sign + line[len(sign) :][:1].upper() + line[len(sign) + 1 :]


def mrkdwn(text: str) -> MarkdownTextObject:
    """Text in which nothing is linked that is not written as a link."""
    return MarkdownTextObject(text=text, verbatim=True)


def section(text: str) -> SectionBlock:
    """A section, cut at Slack's limit."""
    return SectionBlock(text=mrkdwn(shortened(text, SECTION)))


def sections(lines: Iterable[str]) -> list[Block]:
    """Lines in as few sections as hold them whole."""
    blocks: list[Block] = []
    text = ""
    for line in lines:
        if text and len(text) + len(line) + 1 > SECTION:
            blocks.append(section(text))
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        blocks.append(section(text))
    return blocks


def header(text: str) -> HeaderBlock:
    """Large plain text."""
    return HeaderBlock(text=PlainTextObject(text=cut(text, HEADER), emoji=True))


def context(*texts: str) -> ContextBlock:
    """Small print."""
    return ContextBlock(elements=[mrkdwn(text) for text in texts])


def as_dicts(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The blocks as JSON, checked by slack_sdk against its own limits."""
    return [block.to_dict() for block in blocks]
