"""The choice of one's own language: the answer to `/otc language`, and the select on the Home tab."""

from collections.abc import Collection, Iterable

from slack_sdk.models.blocks import Block, Option, SectionBlock, StaticSelectElement

from bot.i18n import DRAFTS, LANGUAGES, N_, _
from bot.slack import ids
from bot.slack.blocks.text import esc, mrkdwn, section

DOCK = "dock"
"""The value of the option, and the word after `/otc language`, for no language of one's own."""
CHOOSE = N_("In which language does the bot answer you? Cards and threads stay in the language of their dock.")
HOME = N_("🌐 The language of what only you see")
KEPT = N_("From now on the bot answers you in {language}.")
AS_THE_DOCK = N_("From now on the bot answers you in the language of your dock.")


def select(text: str, chosen: str | None) -> SectionBlock:
    """A line with a select of all languages; `chosen` is what the person chose before, None: nothing."""
    dock = Option(value=DOCK, text=_("As at my dock"))
    options = [dock, *(Option(value=language, text=name(language)) for language in LANGUAGES)]
    initial = next((one for one in options if one.value == chosen), dock)
    label = _("Language")
    element = StaticSelectElement(placeholder=label, action_id=ids.LANGUAGE, options=options, initial_option=initial)
    return SectionBlock(text=mrkdwn(text), accessory=element)


def name(language: str, drafts: Collection[str] = DRAFTS) -> str:
    """By what a language is chosen; of a draft also what the rest is in."""
    own = LANGUAGES[language]
    return own if language not in drafts else _("{language} (the rest in English)").format(language=own)


def answer(chosen: str | None) -> tuple[str, list[Block]]:
    """What a person reads who has just chosen, with the select, should it have been a slip."""
    line = _(AS_THE_DOCK) if chosen is None else _(KEPT).format(language=LANGUAGES[chosen])
    return line, [select(line, chosen)]


def question(chosen: str | None) -> tuple[str, list[Block]]:
    """The select by itself."""
    return _(CHOOSE), [select(_(CHOOSE), chosen)]


def unknown(typed: str, languages: Iterable[str]) -> tuple[str, list[Block]]:
    """What was typed is no language that there is."""
    there = ", ".join(f"`{language}` {LANGUAGES[language]}" for language in languages)
    line = _("There is no language “{typed}” here. There are: {languages}")
    shown = line.format(typed=esc(typed, 40), languages=there)
    return shown, [section(shown)]
