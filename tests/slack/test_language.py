"""In which language a person is answered: their own choice, their dock's, that of their Slack, without a wait."""

import asyncio
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.handover.location import Location, Locations
from bot.handover.ports import NotKept
from bot.slack.access import SlackDirectory
from bot.slack.languages import Languages
from bot.timing import DirectoryTiming
from tests.pace import PATIENCE
from tests.slack.conftest import Place
from tests.slack.test_access import faulty


@pytest.fixture
def hindi(place: Place) -> str:
    return place.slack.add_user("meera", locale="hi-IN")


async def test_the_language_is_that_of_the_persons_slack_and_asked_once(place: Place, hindi: str) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming())
    assert directory.known_language(hindi) is None, "known without having asked"
    for _ in range(3):
        assert await directory.language_of(hindi) == "hi"
        assert await directory.language_of(place.asha) == "en"
    assert directory.known_language(hindi) == "hi"
    assert len(place.calls("users.info")) == 2, "users.info was asked again within the hour"


async def test_after_an_hour_it_is_asked_again(place: Place, hindi: str) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming(language=0.0))
    assert await directory.language_of(hindi) == "hi"
    place.slack.users[hindi].locale = "en-GB"
    assert await directory.language_of(hindi) == "en"


@faulty()
async def test_when_slack_can_not_say_it_is_english(place: Place, hindi: str, fault: dict[str, Any]) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming())
    place.slack.fail("users.info", **fault)
    assert await directory.language_of(hindi) == "en"
    asked = len(place.calls("users.info"))
    assert await directory.language_of(hindi) == "en"
    assert len(place.calls("users.info")) == asked, "Slack was asked again at once"


async def test_an_old_answer_is_better_than_none(place: Place, hindi: str) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming(language=0.0))
    assert await directory.language_of(hindi) == "hi"
    place.slack.fail("users.info", error="internal_error")
    assert await directory.language_of(hindi) == "hi"


async def test_nobody_waits_for_a_slow_slack(place: Place, hindi: str) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming(language_patience=0.1))
    place.slack.fail("users.info", delay=3600.0)
    assert await asyncio.wait_for(directory.language_of(hindi), PATIENCE) == "en"
    assert await directory.language_of(hindi) == "en"


async def test_a_missing_scope_is_said_once(place: Place, hindi: str, logged: list[MutableMapping[str, Any]]) -> None:
    place.slack.scopes.discard("users:read")
    directory = SlackDirectory(place.client, DirectoryTiming(language_patience=30.0))
    for user in (hindi, place.asha, place.ravi):
        assert await directory.language_of(user) == "en"
    complaints = [line for line in logged if "language" in line["event"]]
    assert len(complaints) == 1
    assert "install it again" in complaints[0]["reason"]


class Chosen:
    """Implements `bot.handover.languages.KeptLanguages`; broken, the database gives nothing."""

    def __init__(self, **chosen: str) -> None:
        self.chosen = chosen
        self.broken = False

    async def load(self) -> dict[str, str]:
        if self.broken:
            raise NotKept("no disk")
        return dict(self.chosen)

    async def choose(self, user_id: str, language: str | None, now: datetime) -> None:
        if self.broken:
            raise NotKept("no disk")
        self.chosen |= {user_id: f"{language} since {now}"}


HINDI_DOCK = Location(id="HI", name="Delhi", channel="C0HI", language="hi", operators=("U0NAMED",))
ENGLISH_DOCK = Location(id="EN", name="Bengaluru", channel="C0EN")


def languages(place: Place, kept: Chosen, *serves: Location) -> Languages:
    async def served(_user: str) -> tuple[Location, ...]:
        return serves

    directory = SlackDirectory(place.client, DirectoryTiming())
    both = Locations((ENGLISH_DOCK, HINDI_DOCK))
    return Languages(kept, both, directory, served, lambda: datetime.now(UTC), DirectoryTiming())


async def test_own_choice_then_the_docks_then_slacks(place: Place, hindi: str) -> None:
    found = languages(place, Chosen(**{place.ravi: "en"}))
    await found.load()
    for speaks in (found.now, found.of):
        said = {
            (user, channel): answer if isinstance(answer := speaks(user, channel), str) else await answer
            for user in (place.asha, place.ravi)
            for channel in ("C0HI", "C0EN", "C0OTHER")
        }
        assert said == {
            (place.asha, "C0HI"): "hi",
            (place.asha, "C0EN"): "en",
            (place.asha, "C0OTHER"): "en",
            **{(place.ravi, channel): "en" for channel in ("C0HI", "C0EN", "C0OTHER")},
        }
    assert await found.of(hindi, "C0EN") == found.now(hindi, "C0EN") == "hi", (
        "a dock of which nobody said a language, and a Slack in Hindi"
    )
    assert place.calls("users.info"), "Slack was not asked"


async def test_who_chose_english_reads_english_whatever_their_slack_says(place: Place, hindi: str) -> None:
    found = languages(place, Chosen())
    assert await found.of(hindi, "C0EN") == "hi"
    await found.choose(hindi, "en")
    assert await found.of(hindi, "C0EN") == found.now(hindi, "C0EN") == found.now(hindi, "C0HI") == "en"


async def test_what_slack_could_not_say_of_docks_is_not_remembered(place: Place) -> None:
    answers: list[list[Location] | None] = [None, [HINDI_DOCK]]

    async def serves(_user: str) -> list[Location] | None:
        return answers.pop(0)

    directory = SlackDirectory(place.client, DirectoryTiming())
    both = Locations((ENGLISH_DOCK, HINDI_DOCK))
    found = Languages(Chosen(), both, directory, serves, lambda: datetime.now(UTC), DirectoryTiming(language=0.0))
    assert [await found.of(place.asha, ""), await found.of(place.asha, "")] == ["en", "hi"]


async def test_slack_is_not_asked_where_the_dock_says_it(place: Place) -> None:
    found = languages(place, Chosen())
    assert await found.of(place.asha, "C0HI") == "hi"
    assert place.calls("users.info") == []


async def test_without_a_channel_it_is_that_of_the_persons_docks(place: Place) -> None:
    assert await languages(place, Chosen(), HINDI_DOCK, ENGLISH_DOCK).of(place.asha, "") == "hi"
    assert await languages(place, Chosen(), ENGLISH_DOCK, HINDI_DOCK).of(place.asha, "") == "en"
    assert await languages(place, Chosen()).of(place.asha, "") == "en"
    assert languages(place, Chosen()).now("U0NAMED", "") == "hi", "who is named in bot.toml is known at once"
    found = languages(place, Chosen())
    found.serve(place.asha, [HINDI_DOCK])
    assert found.now(place.asha, "") == "hi"


async def test_a_language_that_is_gone_was_not_chosen(place: Place) -> None:
    assert await languages(place, Chosen(**{place.asha: "tlh"})).of(place.asha, "C0HI") == "hi"


async def test_while_choices_can_not_be_read_it_is_the_docks_and_then_again_the_persons(place: Place) -> None:
    kept = Chosen(**{place.asha: "en"})
    kept.broken = True
    found = languages(place, kept)
    await found.load()
    assert await found.of(place.asha, "C0HI") == "hi"
    with pytest.raises(NotKept):
        await found.choose(place.asha, "hi")
    kept.broken = False
    assert await found.of(place.asha, "C0HI") == "en"
    await found.choose(place.asha, None)
    assert await found.of(place.asha, "C0HI") == "hi"
