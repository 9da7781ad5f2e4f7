"""/otc: one command with words after it."""

from bot.handover.who import clean
from bot.i18n import N_
from bot.slack.answer import Asker
from bot.slack.blocks import guide
from bot.slack.declared import Answer, Body, Kind, Right, alone
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.expected import LISTS
from bot.slack.listeners.find import FIND
from bot.slack.listeners.language import LANGUAGE
from bot.slack.listeners.word import Word
from bot.text import beginning, visible

LONGEST = 200


def _typed(body: Body) -> str:
    return beginning(visible(str(body.get("text") or "")), LONGEST)


@alone(Kind.COMMAND, "/otc", right=Right.ANYBODY, reads=_typed)
async def otc_command(desk: Desk, asker: Asker, typed: str) -> Answer:
    """Carries out what was typed; for an unknown word, and for none, tells what there is."""
    name, _space, rest = typed.partition(" ")
    word = WORDS.get(name.casefold())
    if word is None or word is HELP:
        # What nobody knows is said above what there is.
        return await HELP.run(desk, asker, name if word is None else "")
    return await word.run(desk, asker, rest.strip())


async def _help(desk: Desk, asker: Asker, unknown: str) -> Answer:
    channels = list(dict.fromkeys(location.channel for location in desk.locations))
    here = desk.locations.in_channel(asker.channel_id)
    listed = [(word.usage, word.what) for word in WORDS.values()]
    codes = await desk.modes.of([location.id for location in here])
    return guide.help_text(), guide.help_blocks(here, channels, listed, clean(unknown), codes)


HELP = Word("help", N_("All that can be typed and pressed here."), Right.ANYBODY, _help)
"""All that can be typed and pressed, and whose channel this is. Given a word, says that it is none."""
WORDS = {"find": FIND, "lists": LISTS, "language": LANGUAGE, "help": HELP}
"""In the order in which they are listed."""
