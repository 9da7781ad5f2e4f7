"""Slack's own addresses: the link to a message, and a file by its id."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.i18n import N_
from bot.photos import check
from bot.photos.ports import DownloadError, NotFetchableError
from bot.slack import files
from bot.slack.errors import FAILURES, reason_of

GONE = frozenset({"file_not_found", "file_deleted", "file_not_accessible"})
NOT_THERE = N_("Slack no longer has the picture. Send it again.")


class SlackLinks:
    """Asks Slack for links to messages."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def permalink(self, channel: str, ts: str) -> str | None:
        """The link to a message; None where Slack can't give one."""
        try:
            answer = await self._client.chat_getPermalink(channel=channel, message_ts=ts)
        except FAILURES:
            return None
        link = answer.get("permalink")
        good = isinstance(link, str) and link.startswith("https://") and not set(link) & set("<>| ")
        return link if good else None


class SlackPictures:
    """Pictures that people dropped into Slack, by the file's id: an address that an event gave may be old by now."""

    def __init__(self, client: AsyncWebClient, slack_files: files.SlackFiles) -> None:
        self._client = client
        self._files = slack_files

    async def address(self, file_id: str) -> str:
        """The file's `url_private`; implements `bot.photos.ports.FileAddress`.

        Raises:
            NotFetchableError: the file was deleted, or does not lie at Slack.
            DownloadError: Slack did not say.
        """
        try:
            answer = await self._client.files_info(file=file_id)
        except FAILURES as error:
            if reason_of(error) in GONE:
                raise NotFetchableError(NOT_THERE) from error
            raise DownloadError(reason_of(error)) from error
        file = answer.get("file")
        url = file.get("url_private") if isinstance(file, dict) and not file.get("is_external") else None
        if not isinstance(url, str) or not url:
            raise NotFetchableError(NOT_THERE)
        return url

    async def download(self, url: str, most_bytes: int) -> bytes:
        """The bytes; implements `bot.photos.ports.Download`.

        Raises:
            NotFetchableError: it is too large.
            DownloadError: it did not come.
        """
        try:
            return await self._files.download(url, most_bytes)
        except files.TooLargeError as error:
            raise NotFetchableError(check.TOO_LARGE) from error
        except files.DownloadError as error:
            # Also a scope that is missing: whoever installs the bot can mend that.
            raise DownloadError(str(error)) from error
