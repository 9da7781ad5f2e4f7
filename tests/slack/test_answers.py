"""Answers to one person: only to Slack's own addresses, only to the asker, and never given up too early."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.models.blocks import SectionBlock

from bot.slack.answer import Answers, Asker
from bot.slack.blocks import modals
from bot.timing import PressTiming
from tests.pace import PATIENCE
from tests.slack.conftest import Place

CODE = "482915"


def answers(place: Place, *pauses: float) -> Answers:
    """`pauses` are between the tries to bring a modal up to date."""
    timing = PressTiming()
    return Answers(place.client, place.session, replace(timing, modal_pauses=pauses or timing.modal_pauses))


def asker(place: Place, **more: Any) -> Asker:
    url = place.slack.new_response_url(place.asha, place.channel)
    trigger = place.slack.new_trigger(place.asha)
    known = {"channel_id": place.channel, "response_url": url, "trigger_id": trigger}
    return Asker(place.asha, **(known | more))


class Stranger:
    """A host that is not Slack; keeps what it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.told: list[str] = []

    async def listen(self, request: web.Request) -> web.Response:
        self.told.append(await request.text())
        return web.json_response({"ok": True})


@pytest.fixture
async def stranger() -> AsyncIterator[Stranger]:
    one = Stranger()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", one.listen)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    one.url = f"http://{host}:{port}"
    yield one
    await runner.cleanup()


async def test_only_the_asker_sees_it_and_notifications_read_no_code(place: Place) -> None:
    blocks = [SectionBlock(text=f"*{CODE}*")]
    assert await answers(place).alone(asker(place), "Start OTC", blocks)  # type: ignore[arg-type]
    assert [CODE in e.text_all() for e in place.slack.ephemerals(place.asha)] == [True]
    assert not place.slack.ephemerals(place.ravi)
    assert not place.slack.messages(place.channel), "an answer was posted for everyone"
    assert CODE not in place.calls("response_url")[0].args["text"]


async def test_a_foreign_host_is_never_told_anything(place: Place, stranger: Stranger) -> None:
    sim = place.slack.url.removeprefix("http://")
    for url in (
        f"{stranger.url}/response/x",
        f"{stranger.url}/hooks.slack.com/x",
        f"http://hooks.slack.com@{stranger.url.removeprefix('http://')}/x",
        f"http://{sim}@{stranger.url.removeprefix('http://')}/x",
        f"{stranger.url}?{sim}",
        f"{stranger.url}#@{sim}",
    ):
        blocks = [SectionBlock(text=CODE)]
        assert await answers(place).alone(asker(place, response_url=url), "Start OTC", blocks), url  # type: ignore[arg-type]
        assert not stranger.told, f"{url} was told {stranger.told}"
    assert len(place.calls("chat.postEphemeral")) == 6, "the answer did not take the other way"
    assert all(CODE in e.text_all() for e in place.slack.ephemerals(place.asha))


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 404}, {"drop": "before"}, {"error": "expired_url"}])
async def test_a_response_url_that_fails_is_not_the_end(place: Place, fault: dict[str, Any]) -> None:
    place.slack.fail("response_url", **({"status": 404} | fault if "error" in fault else fault))
    assert await answers(place).alone(asker(place), "hello")
    assert len(place.slack.ephemerals(place.asha)) == 1
    assert len(place.calls("chat.postEphemeral")) == 1


async def test_a_short_429_is_waited_for(place: Place) -> None:
    place.slack.fail("response_url", error="ratelimited", retry_after=1)
    assert await answers(place).alone(asker(place), "hello")
    first, second = place.calls("response_url")
    assert second.at - first.at >= 1.0, "Slack said one second"
    assert len(place.slack.ephemerals(place.asha)) == 1
    assert not place.calls("chat.postEphemeral"), "the person got the answer twice"


async def test_a_long_429_takes_the_other_way(place: Place) -> None:
    place.slack.fail("response_url", error="ratelimited", retry_after=int(PressTiming().retry_after) + 55)
    assert await answers(place).alone(asker(place), "hello")
    assert len(place.calls("response_url")) == 1
    assert len(place.slack.ephemerals(place.asha)) == 1


async def test_both_ways_blocked(place: Place) -> None:
    place.slack.fail("response_url", status=404)
    place.slack.fail("chat.postEphemeral", error="user_not_in_channel")
    assert not await answers(place).alone(asker(place), "hello"), "an answer that nobody got counts as given"


async def test_an_answer_without_an_address(place: Place) -> None:
    assert not await answers(place).alone(asker(place, response_url="", channel_id=""), "hello")
    assert not [call for call in place.slack.calls if call.method != "auth.test"]


async def test_six_answers_to_one_press(place: Place) -> None:
    one = asker(place)
    for n in range(6):
        assert await answers(place).alone(one, f"answer {n}"), f"answer {n} did not arrive"
    assert len(place.slack.ephemerals(place.asha)) == 6, "a response_url is good for five uses; the sixth got lost"


async def test_a_payload_without_the_id_of_its_modal_is_not_tried_again(place: Place) -> None:
    """Each try would be refused, and a stop of the bot would wait for them."""
    async with asyncio.timeout(PATIENCE):
        assert not await answers(place, 3600.0).show("", modals.message("End OTC", "the answer"))


async def test_a_modal_that_was_closed(place: Place) -> None:
    one = answers(place)
    view_id = await one.open(asker(place), modals.loading("End OTC"))
    assert view_id is not None
    view = place.slack.view(place.asha)
    assert view is not None
    assert await one.show(view_id, modals.message("End OTC", "first"))
    await place.slack.close(place.asha, view)
    before = len(place.calls("views.update"))
    assert not await one.show(view_id, modals.message("End OTC", "second")), "a closed modal counts as shown"
    assert len(place.calls("views.update")) - before == 1, "a closed modal is tried again"


@pytest.mark.parametrize("times", [1, 4])
async def test_a_modal_update_that_fails_is_made_again(place: Place, times: int) -> None:
    one = answers(place, *(0.01,) * 4)
    view_id = await one.open(asker(place), modals.loading("End OTC"))
    assert view_id is not None
    place.slack.fail("views.update", error="internal_error", times=times)
    assert await one.show(view_id, modals.message("End OTC", "the answer"))
    view = place.slack.view(place.asha)
    assert view is not None
    assert "the answer" in view.text_all()


@pytest.mark.parametrize("trigger", ["", "expired", None])
async def test_a_modal_that_slack_does_not_open(place: Place, trigger: str | None) -> None:
    if trigger is None:
        trigger = place.slack.new_trigger(place.asha)
        place.slack.triggers[trigger].at -= 10
    assert await answers(place).open(asker(place, trigger_id=trigger), modals.loading("End OTC")) is None
    told = place.slack.ephemerals(place.asha)
    assert ["press again" in one.text for one in told] == [True], "the person is left without a word"


async def test_an_ephemeral_is_replaced(place: Place) -> None:
    one = answers(place)
    await one.alone(asker(place), "the old code")
    shown = place.slack.ephemerals(place.asha)[0]
    url = place.slack.new_response_url(place.asha, place.channel, ephemeral=shown)
    assert await one.alone(asker(place, response_url=url), "the new code", replace=True)
    assert [e.text for e in place.slack.ephemerals(place.asha)] == ["the new code"]


async def test_a_press_on_a_card_never_overwrites_the_card(place: Place) -> None:
    await place.client.chat_postMessage(channel=place.channel, text="the card")
    card = place.slack.messages(place.channel)[0]
    url = place.slack.new_response_url(place.asha, place.channel, message=card)
    await answers(place).alone(asker(place, response_url=url), "the code")
    assert card.text == "the card", "an answer overwrote the message that everyone sees"
    assert [e.text for e in place.slack.ephemerals(place.asha)] == ["the code"]


async def test_slack_is_not_there_at_all(place: Place) -> None:
    one = asker(place)
    await place.slack.stop()
    short = (0.01, 0.01)
    async with aiohttp.ClientSession() as session:
        timing = PressTiming(alone_pauses=short, open_pauses=short, modal_pauses=short)
        away = Answers(place.client, session, timing)
        assert not await away.alone(one, "hello")
        assert await away.open(one, modals.loading("End OTC")) is None
        assert not await away.show("V1", modals.loading("End OTC"))


NOT_SAID = [{"error": "internal_error"}, {"status": 502}, {"drop": "after"}, {"drop": "before"}, {"lacks": "view"}]


@pytest.mark.parametrize("fault", NOT_SAID, ids=str)
@pytest.mark.parametrize("carried_out", [True, False])
async def test_a_modal_of_which_slack_does_not_say_that_it_opened(
    place: Place, fault: dict[str, Any], carried_out: bool
) -> None:
    """It would stand there with "one moment" for good, and nobody could fill it."""
    if "drop" not in fault and "lacks" not in fault:
        fault = fault | {"carried_out": carried_out}
    place.slack.fail("views.open", **fault)
    one = answers(place)
    view_id = await one.open(asker(place), modals.loading("Start OTC"))
    assert view_id, "the window is not known"
    assert await one.show(view_id, modals.message("Start OTC", "the answer"))
    assert ["the answer" in view.text_all() for view in place.slack.open_views(place.asha)] == [True]
    assert not place.slack.ephemerals(place.asha), "the asker was told that there is no window"


async def test_a_modal_of_which_slack_says_nothing_for_a_while(place: Place) -> None:
    place.slack.fail("views.open", status=502, carried_out=True)
    place.slack.fail("views.update", error="internal_error", times=2)
    timing = replace(PressTiming(), open_pauses=(0.01, 0.01, 0.01))
    one = Answers(place.client, place.session, timing)
    assert await one.open(asker(place), modals.loading("Start OTC"))
    assert len(place.slack.open_views(place.asha)) == 1, "the person has two windows"


@pytest.mark.parametrize("fault", [{"error": "internal_error"}, {"status": 503}, {"drop": "before"}], ids=str)
async def test_an_answer_that_slack_fails_to_take_on_both_ways_is_posted_again(
    place: Place, fault: dict[str, Any]
) -> None:
    place.slack.fail("response_url", status=500)
    place.slack.fail("chat.postEphemeral", times=2, **fault)
    one = Answers(place.client, place.session, replace(PressTiming(), alone_pauses=(0.01, 0.01)))
    assert await one.alone(asker(place), "hello")
    assert [e.text for e in place.slack.ephemerals(place.asha)] == ["hello"]
