"""Phones ring once for each thing: the mention stands in what is posted, and in no edit."""

from datetime import timedelta

import pytest

from bot.handover import machine
from bot.handover.location import Location, Locations
from bot.handover.model import Handover
from bot.handover.notify import Notify, Point
from bot.handover.ports import Step
from tests.outbox.conftest import Office

CALLED = "🔔 <!subteam^S0DOCK> <@U0ASHA>"


def served(office: Office, **more: object) -> None:
    """The location has operators."""
    facts = {"id": "LOC1", "name": "Bengaluru dock", "channel": office.channel, "operators": ("S0DOCK", "U0ASHA")}
    office.locations = Locations((Location.model_validate(facts | more),))
    office.new_dispatcher()


async def gone(office: Office, handover: Handover) -> None:
    for _ in range(2):
        await office.handovers.step(handover.id, lambda h: machine.miss(h, office.time.now()))


def rung(office: Office) -> list[str]:
    """What phones showed that rang, in the order in which it was posted."""
    posts = office.calls("chat.postMessage")
    return [str(one.args["text"]).partition(":")[0] for one in posts if "🔔" in str(one.args.get("blocks"))]


async def test_an_arrival_rings_once_and_no_edit_does(office: Office) -> None:
    served(office)
    handover = await office.arrive()
    await office.work()
    [card] = office.cards
    assert CALLED in card.text_all()
    await office.restart()
    office.time.move(300)
    await office.look()
    assert not office.calls("chat.update"), "the card is edited only to take the mention away"
    await office.turn(handover, "Scanning")
    await office.work()
    assert rung(office) == ["Start OTC needed"]
    assert all("🔔" not in str(call.args.get("blocks")) for call in office.calls("chat.update"))
    assert "🔔" not in card.text_all()


async def test_each_point_rings_once_also_over_restarts(office: Office) -> None:
    served(office)
    handover = await office.arrive(status="Scanning")
    await office.scan(handover, 2, status="REJECTED")
    await office.count(handover, 1)
    await office.work()
    assert rung(office) == ["Set aside 2"], "while the FE scans, a count that differs is no news"
    await office.turn(handover, "EndOTC")
    await office.count(handover, 1)
    await office.count(handover, 2)
    await office.restart()
    await office.work()
    assert rung(office) == ["Set aside 2"], "a count that was mended before it was told calls nobody"
    await office.count(handover, 1)
    await office.work()
    assert rung(office)[1:] == ["1 missing, 1 of 2 counted"]
    await gone(office, handover)
    await office.restart()
    await office.work()
    assert rung(office)[2:] == ["LEFT, no End OTC"]


async def test_what_is_told_late_calls_nobody_for_what_is_over(office: Office) -> None:
    served(office)
    handover = await office.arrive(status="Scanning")
    await office.scan(handover, status="REJECTED")
    end = {"end_otc_by": "U0ASHA", "end_otc_at": office.time.now()}
    await office.handovers.step(handover.id, lambda h: Step(h.model_copy(update=end)))
    await gone(office, handover)
    await office.work()
    assert len(office.thread(office.cards[0])) > 0
    assert rung(office) == []


@pytest.mark.parametrize(
    ("more", "all_over", "rings"),
    [
        ({}, tuple(Point), True),
        ({}, (Point.LEFT,), False),
        ({"mention": ()}, tuple(Point), False),
        ({"mention": ("arrival",)}, (), True),
        ({"hours": "08:00-22:00"}, tuple(Point), True),
        ({"hours": "14:00-22:00"}, tuple(Point), False),
        ({"operators": ()}, tuple(Point), False),
    ],
)
async def test_who_is_called_for_what_stands_in_bot_toml(
    office: Office, more: dict[str, object], all_over: tuple[Point, ...], *, rings: bool
) -> None:
    office.notify = Notify(mention=all_over)
    served(office, **more)
    await office.arrive()
    await office.work()
    assert bool(rung(office)) == rings, "at 13:30 in Bengaluru"


async def test_whoever_has_taken_it_is_called_and_nobody_else(office: Office) -> None:
    served(office)
    handover = await office.arrive(status="Scanning")
    taken = {"taken_by": "U0VIKRAM", "taken_at": office.time.now() + timedelta(seconds=1)}
    await office.handovers.step(handover.id, lambda h: Step(h.model_copy(update=taken)))
    office.time.move(60)
    await office.scan(handover, status="REJECTED")
    await office.work()
    [said] = [one for one in office.thread(office.cards[0]) if "🔔" in one.text_all()]
    assert "🔔 <@U0VIKRAM>\n" in said.text_all()


async def test_who_counted_is_not_called_for_their_own_count(office: Office) -> None:
    served(office)
    handover = await office.arrive(status="Scanning")
    await office.scan(handover, 2)
    await office.turn(handover, "EndOTC")
    await office.count(handover, 1)
    await office.work()
    [said] = [one for one in office.thread(office.cards[0]) if "🔔" in one.text_all()]
    assert "🔔 <!subteam^S0DOCK>\n" in said.text_all()


async def test_a_name_from_outside_calls_nobody(office: Office) -> None:
    served(office, mention=())
    await office.arrive("<!channel> <@U0ASHA>")
    await office.work()
    [card] = office.cards
    # A header is plain text, in which nothing is a mention.
    drawn = [card.text, *(block for block in card.blocks if block["type"] != "header")]
    assert "<!channel>" not in str(drawn)
    assert "<@U0ASHA>" not in str(drawn)
