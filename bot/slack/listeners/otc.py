"""/otc: one command with words after it. Parts of the bot add their words; the first one is `find`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block

from bot.handover.find import Finder, NothingToFind, ServesNothing
from bot.handover.model import Actor
from bot.handover.who import clean
from bot.i18n import N_, _
from bot.slack.answer import Asker
from bot.slack.blocks import guide
from bot.slack.blocks.found import SERVES_NOTHING, USAGE, found_blocks, found_text, help_blocks
from bot.slack.blocks.text import section
from bot.slack.listeners.desk import Desk
from bot.text import visible

LONGEST = 200

Answer = tuple[str, list[Block]]
Run = Callable[[Asker, str], Awaitable[Answer]]
"""Given who asks and what stands after the word, gives what only the asker sees."""


class Links(Protocol):
    """Gives links to messages in Slack."""

    async def permalink(self, channel: str, ts: str) -> str | None:
        """The link to a message; None where there is none."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word after /otc."""

    usage: str
    """As it is typed, such as ``find <tracking id>``."""
    what: str
    """What it does, as a sentence to be translated."""
    run: Run


class OtcWords:
    """The words that can follow /otc, in the order in which they were added."""

    def __init__(self) -> None:
        self._words: dict[str, Word] = {}
        self.add("help", Word("help", N_("This list."), self._list))

    @property
    def listed(self) -> list[tuple[str, str]]:
        """(usage, sentence to be translated) of each word, `help` last."""
        ordered = sorted(self._words.items(), key=lambda one: one[0] == "help")
        return [(word.usage, word.what) for _name, word in ordered]

    def add(self, name: str, word: Word) -> None:
        """Adds a word; a name that is there already gets a new meaning."""
        self._words[name] = word

    async def answer(self, asker: Asker, typed: str) -> Answer:
        """Carries out what was typed; for an unknown word, and for none, the list of what there is."""
        name, _space, rest = visible(typed)[:LONGEST].partition(" ")
        word = self._words.get(name.casefold() or "help")
        if word is not None:
            return await word.run(asker, rest.strip() if name.casefold() != "help" else "")
        # What nobody knows is said by `help` too, above what there is.
        return await self._words["help"].run(asker, name)

    async def _list(self, _asker: Asker, unknown: str) -> Answer:
        return _("What can be typed after /otc"), help_blocks(self.listed, clean(unknown))


def register(app: AsyncApp, desk: Desk, words: OtcWords) -> None:
    """Adds the command."""

    @app.command("/otc")
    async def otc(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_command(body)
        typed = visible(str(body.get("text") or ""))[:LONGEST]
        wish = partial(_answer, words, asker, typed)
        desk.work.start(desk.alone(asker, f"/otc {typed}", wish), "/otc")


async def _answer(words: OtcWords, asker: Asker, typed: str) -> Answer:
    return await words.answer(asker, typed)


def help_word(desk: Desk, words: OtcWords) -> Word:
    """`/otc help`: all that can be typed and pressed, and whose channel this is. Given a word, says it is none."""

    async def tell(asker: Asker, unknown: str) -> Answer:
        channels = list(dict.fromkeys(location.channel for location in desk.locations))
        here = desk.locations.in_channel(asker.channel_id)
        return guide.help_text(), guide.help_blocks(here, channels, words.listed, clean(unknown))

    return Word("help", N_("All that can be typed and pressed here."), tell)


def find_word(desk: Desk, finder: Finder, links: Links) -> Word:
    """`/otc find <tracking id>`."""
    return Word(
        "find <tracking id>",
        N_("In which handover a parcel came, when, and what became of it; or that it never came."),
        partial(_find, desk, finder, links),
    )


async def _find(desk: Desk, finder: Finder, links: Links, asker: Asker, typed: str) -> Answer:
    try:
        found = await finder.find(Actor(asker.user_id), typed)
    except NothingToFind:
        return _said(_(USAGE))
    except ServesNothing:
        return _said(_(SERVES_NOTHING))
    threads: dict[str, str] = {}
    for trace, _location in found.traces:
        link = await links.permalink(trace.channel, trace.thread_ts) if trace.thread_ts else None
        if link:
            threads[trace.handover.id] = link
    return found_text(found), found_blocks(found, threads, desk.zone, desk.clock())[:50]


def _said(text: str) -> Answer:
    return text, [section(text)]
