"""In which language a person is answered: that of their own Slack, without a wait."""

import asyncio
import time
from collections.abc import MutableMapping
from typing import Any

import pytest

from bot.slack.access import SlackDirectory
from bot.timing import DirectoryTiming
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
async def test_when_slack_can_not_say_it_is_the_locations(place: Place, hindi: str, fault: dict[str, Any]) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming())
    place.slack.fail("users.info", **fault)
    assert await directory.language_of(hindi, otherwise="hi") == "hi"
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
    place.slack.fail("users.info", delay=5.0)
    began = time.monotonic()
    assert await asyncio.wait_for(directory.language_of(hindi), 3) == "en"
    assert time.monotonic() - began < 2.0
    assert await directory.language_of(hindi) == "en"


async def test_a_missing_scope_is_said_once(place: Place, hindi: str, logged: list[MutableMapping[str, Any]]) -> None:
    place.slack.scopes.discard("users:read")
    directory = SlackDirectory(place.client, DirectoryTiming())
    for user in (hindi, place.asha, place.ravi):
        assert await directory.language_of(user) == "en"
    complaints = [line for line in logged if "language" in line["event"]]
    assert len(complaints) == 1
    assert "install it again" in complaints[0]["reason"]
