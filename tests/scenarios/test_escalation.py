"""Nobody answers: the thread reminds, then calls others, who read it alone too; whoever takes it ends that."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.slack import ids
from tests.scenarios.dockwork import told
from tests.support import World


class Late:
    """The bot's clock, so many minutes late."""

    minutes = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=self.minutes)


def place(dock: World, **more: Any) -> dict[str, Any]:
    location = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "operators": [dock.operator]}
    return {"locations": [location | more]}


def alone(dock: World, user_id: str) -> list[Any]:
    """What a person has in the conversation with the bot."""
    return list(dock.slack.messages(dock.slack.direct(user_id).id))


async def test_nobody_answers_until_the_lead_takes_it(dock: World) -> None:
    lead, boss = dock.slack.add_user("lead"), dock.slack.add_user("boss")
    dock.slack.invite(dock.channel, lead)
    group = dock.slack.add_usergroup("dock-leads", users=[boss])
    steps = [{"after_minutes": 15, "to": [lead]}, {"after_minutes": 30, "to": [group, boss]}]
    dock.toml = place(dock, escalate=steps)
    late = Late()
    for name in ("Ram Kumar", "Mohan Das"):
        dock.flipkart.arrive("LOC1", name)
    async with dock.bot(late):
        await dock.until(lambda: len(dock.cards) == 2)
        ram, mohan = sorted(dock.cards, key=lambda card: "Mohan" in card.text)

        def said(card: Any, words: str) -> list[Any]:
            return [one for one in dock.thread(card) if words in one.text_all()]

        late.minutes = 11
        await dock.until(lambda: said(ram, "⏰") and said(mohan, "⏰"))
        assert not said(ram, "📣"), "they were called before their time"
        late.minutes = 16
        [called] = await dock.until(lambda: said(ram, f"📣 <@{lead}>"))
        await dock.until(lambda: len(alone(dock, lead)) == 2)
        [told] = [one for one in alone(dock, lead) if "Ram Kumar" in one.text_all()]
        assert "*Bengaluru dock*: *Ram Kumar*" in told.text_all()
        assert "has waited since <!date^" in told.text_all()
        assert f"/archives/{dock.channel}/p{ram.ts.replace('.', '')}|Open the thread>" in told.text_all()
    async with dock.bot(late):
        await dock.slack.press(lead, called, ids.TAKE)
        await dock.until(lambda: f"<@{lead}> has been on it since" in str(ram.blocks))
        late.minutes = 31
        await dock.until(lambda: said(mohan, f"📣 <!subteam^{group}> <@{boss}>"))
        await dock.until(lambda: alone(dock, boss))
        # Both were looked at in one transaction: what is not said of the one by now is not said.
        assert [len(said(one, "📣")) for one in (ram, mohan)] == [1, 2]
        assert "Mohan Das" in alone(dock, boss)[0].text_all()
        assert (len(alone(dock, lead)), len(alone(dock, boss))) == (2, 1)
    events = dock.rows("SELECT count(*) FROM audit WHERE what = 'escalated'")
    assert events == [(3,)]


async def test_the_shift_that_is_on_is_called(dock: World) -> None:
    early, late_lead = dock.slack.add_user("early"), dock.slack.add_user("lead")
    now = datetime.now(UTC) + timedelta(hours=5, minutes=30)
    on = f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    off = f"{now + timedelta(hours=3):%H:%M}-{now + timedelta(hours=4):%H:%M}"
    step = {"after_minutes": 15, "to": [late_lead]}
    shifts = [
        {"hours": on, "operators": [early], "escalate": [step]},
        {"hours": off, "operators": [dock.second], "escalate": [{"after_minutes": 15, "to": [dock.second]}]},
    ]
    dock.toml = place(dock, shifts=shifts)
    late = Late()
    dock.flipkart.arrive("LOC1", "Ram Kumar")
    async with dock.bot(late):
        [card] = await dock.until(lambda: dock.cards)
        late.minutes = 16
        await dock.until(lambda: len(alone(dock, late_lead)) == 1)
        [reminder] = await dock.until(lambda: [one for one in dock.thread(card) if "⏰" in one.text_all()])
        assert f"⏰ <@{early}> *Ram Kumar*" in reminder.text_all(), "only who is on is mentioned"
        # Who is off now may serve the FE all the same.
        await dock.slack.press(dock.second, card, ids.START)
        await told(dock, dock.second, "Start OTC for")
    assert alone(dock, dock.second) == []
