"""Phones at a dock ring for what bot.toml says, and show what is to be done."""

from tests.scenarios.dockwork import card_of, card_says, place, thread_says
from tests.support import World


def rung(dock: World) -> list[str]:
    """What phones showed that rang, in the order in which it was posted."""
    posted = [call for call in dock.slack.calls if call.method == "chat.postMessage" and "🔔" in str(call.args)]
    return [str(call.args["text"]) for call in posted]


async def test_a_dock_rings_for_an_fe_who_comes_and_for_one_who_leaves(dock: World) -> None:
    group = dock.slack.add_usergroup("dock", users=[dock.operator])
    dock.toml = place(dock, [group])
    visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
    async with dock.bot():
        card = await card_of(dock, visit)
        assert f"🔔 <!subteam^{group}>" in card.text_all()
    async with dock.bot():
        visit.begin()
        visit.scan(2)
        await card_says(dock, visit, "2 scanned")
        visit.leave()
        said = await thread_says(dock, card, "left without an End OTC")
        assert f"🔔 <!subteam^{group}>" in said.text_all()
    came, left = rung(dock)
    assert came == "Start OTC needed: Ram Kumar, Bengaluru dock"
    assert left == "LEFT, no End OTC: Ram Kumar, Bengaluru dock"
    edits = [call for call in dock.slack.calls if call.method == "chat.update"]
    assert edits
    assert not [call for call in edits if "🔔" in str(call.args)]


async def test_a_dock_rings_for_nothing_else_than_it_says(dock: World) -> None:
    dock.toml = place(dock, [dock.operator], mention=["left"]) | {"notify": {"mention": ["arrival"]}}
    visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
    async with dock.bot():
        card = await card_of(dock, visit)
        visit.leave()
        await thread_says(dock, card, "left without an End OTC")
    assert rung(dock) == ["LEFT before scanning: Ram Kumar, Bengaluru dock"]
