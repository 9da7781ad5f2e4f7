"""A person's own language: `/otc language`, and the select below it and on the Home tab."""

from functools import partial

from bot.i18n import LANGUAGES, N_, named, use
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import language as blocks
from bot.slack.declared import Answer, Body, Kind, Right, by_itself, pressed
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.word import Word
from bot.slack.wishes import Refused


def _chosen(body: Body) -> tuple[str | None, bool]:
    """Which language was chosen, None for the dock's, and whether on the Home tab."""
    option, view = pressed(body).get("selected_option"), body.get("view")
    value = option.get("value") if isinstance(option, dict) else None
    if not isinstance(value, str) or value not in (*LANGUAGES, blocks.DOCK):
        raise BrokenPayloadError("a language that there is not")
    on_home = isinstance(view, dict) and view.get("type") == "home"
    return None if value == blocks.DOCK else value, on_home


@by_itself(Kind.BUTTON, ids.LANGUAGE, right=Right.ANYBODY, reads=_chosen)
async def language_select(desk: Desk, asker: Asker, chosen: tuple[str | None, bool]) -> None:
    """Keeps the choice, and shows in the new language what the select stands in."""
    language, on_home = chosen
    wishes = desk.wishes
    wish = partial(desk.languages.choose, asker.user_id, language)
    if isinstance(await wishes.granted(asker, wish, partial(wishes.say, asker)), Refused):
        return
    if on_home:
        await desk.homes.opened(asker.user_id)
        return
    with use(await wishes.language_of(asker)):
        text, shown = blocks.answer(language)
        await wishes.answers.alone(asker, text, shown, replace=True)


async def _typed(desk: Desk, asker: Asker, typed: str) -> Answer:
    if not typed:
        return blocks.question(desk.languages.chosen(asker.user_id))
    language = None if typed.casefold() == blocks.DOCK else named(typed)
    if language is None and typed.casefold() != blocks.DOCK:
        return blocks.unknown(typed, LANGUAGES)
    await desk.languages.choose(asker.user_id, language)
    with use(await desk.wishes.language_of(asker)):
        return blocks.answer(language)


LANGUAGE = Word(
    "language",
    N_("In which language the bot answers you; `/otc language hi` chooses Hindi at once."),
    Right.ANYBODY,
    _typed,
)
