"""Slack's own time beside this machine's: a difference is said once, and for as long as it lasts on the health page."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.sandbox.slack import SlackSim
from bot.slack.session import slack_session
from bot.slack.skew import SlackTime
from bot.timing import SlackTiming

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("minutes", "words"), [(330, "330 min ahead of"), (-45, "45 min behind")])
async def test_a_wrong_clock_is_said_once_and_told_until_it_is_right(minutes: int, words: str) -> None:
    here = [NOW + timedelta(minutes=minutes)]
    slack = SlackSim(now=NOW.timestamp)
    await slack.start()
    time = SlackTime(lambda: here[0])
    try:
        async with slack_session(SlackTiming(), slack.api_url, time.heard) as session:
            client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
            with capture_logs() as entries:
                for _ in range(3):
                    await client.auth_test()
                assert words in " ".join(time.problems())
                here[0] = NOW
                await client.auth_test()
    finally:
        await slack.stop()
    assert time.problems() == [], "the clock is right again, and the page still complains"
    assert [entry["log_level"] for entry in entries] == ["warning", "info"], entries
    assert words in entries[0]["problem"]


@pytest.mark.parametrize("date", [None, "", "yesterday", "Wed, 99 Mar 2026 12:00:00 GMT", format_datetime(NOW)])
def test_what_is_no_date_or_a_right_one_says_nothing(date: str | None) -> None:
    time = SlackTime(lambda: NOW + timedelta(seconds=100))
    time.heard(date)
    assert time.problems() == []
