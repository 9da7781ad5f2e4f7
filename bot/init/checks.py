"""Looks at an answer with Slack and Flipkart, by the checks of the doctor."""

import contextlib
from collections.abc import AsyncIterator, Iterable

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor import channels as of_channels
from bot.doctor import flipkart as of_flipkart
from bot.doctor import slack as of_slack
from bot.doctor.finding import Finding, Level
from bot.doctor.scopes import needed
from bot.flipkart.client import FlipkartClient
from bot.handover.location import Location
from bot.init import names
from bot.init.wanted import Named, Warehouse
from bot.init.wrong import Why, Wrong
from bot.slack.session import slack_session
from bot.timing import Timing


class Checks:
    """Asks Slack and Flipkart at their addresses. Each check gives what it found, and raises Wrong where that fails."""

    def __init__(self, slack_url: str, flipkart_url: str, locations: Iterable[Location]) -> None:
        """`locations`: those that are set up already, for what they need beside."""
        self._slack_url = slack_url
        self._flipkart_url = flipkart_url
        self._scopes = needed(locations)

    async def bot_token(self, token: str) -> list[Finding]:
        """Whether Slack takes it, and whether the app has what the bot needs."""
        async with self._slack(token) as client:
            found = await _well(of_slack.bot_token(client, self._scopes), Why.REFUSED)
            return [one for one in found if one.level is not Level.NOTE]

    async def app_token(self, token: str) -> list[Finding]:
        """Whether Slack lets a connection be opened with it."""
        async with self._slack("") as client:
            return await _well(of_slack.app_token(client, token), Why.REFUSED)

    async def account(self, app_id: str, secret: str) -> list[Finding]:
        """Whether Flipkart takes both."""
        async with self._flipkart(app_id, secret) as client:
            return await _well(of_flipkart.token(client, self._flipkart_url), Why.REFUSED)

    async def location(self, app_id: str, secret: str, location_id: str) -> list[Finding]:
        """Whether Flipkart says who is at a location."""
        async with self._flipkart(app_id, secret) as client:
            return await _well(of_flipkart.location(client, location_id))

    async def channel(self, token: str, answer: str) -> Named:
        """The channel that is meant, in which the bot can read and post."""
        async with self._slack(token) as client:
            found = await names.channel_of(client, answer)
            # Whoever is entitled is asked for afterwards: who joins an open channel is told of then.
            anyone = Location(id="-", name=found.name, channel=found.id, operators=("U00",))
            await _well(of_channels.channel(client, anyone))
            return found

    async def open_channel(self, token: str, warehouse: Warehouse) -> list[Finding]:
        """What is to be known of a channel whose members all get codes."""
        async with self._slack(token) as client:
            location = Location(id=warehouse.id, name=warehouse.name, channel=warehouse.channel.id)
            found = await _well(of_channels.channel(client, location))
            return [one for one in found if one.level is Level.WARN]

    async def people(self, token: str, answer: str) -> tuple[Named, ...]:
        """The people and user groups that are meant; of groups, also whether their members can be read."""
        async with self._slack(token) as client:
            found = await names.people_of(client, answer)
            for one in found:
                if of_channels.is_group(one.id):
                    await _well(of_channels.group(client, one.id))
            return found

    @contextlib.asynccontextmanager
    async def _slack(self, token: str) -> AsyncIterator[AsyncWebClient]:
        async with slack_session(Timing().slack) as session:
            yield of_slack.client_of(self._slack_url, token, session)

    @contextlib.asynccontextmanager
    async def _flipkart(self, app_id: str, secret: str) -> AsyncIterator[FlipkartClient]:
        client = of_flipkart.client_of(self._flipkart_url, app_id, SecretStr(secret))
        try:
            yield client
        finally:
            await client.close()


async def _well(findings: AsyncIterator[Finding], why: Why = Why.ANSWER) -> list[Finding]:
    """Everything that a check found, where nothing fails."""
    found = []
    async for one in findings:
        if one.level is Level.FAIL:
            raise Wrong(one.text, why)
        found.append(one)
    return found
