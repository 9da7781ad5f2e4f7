"""Slack's own addresses: the link to a message, and a file by its id."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.i18n import N_
from bot.photos import check
from bot.photos.ports import DownloadError, NotFetchableError
from bot.slack import files
from bot.slack.dropped import told_of
from bot.slack.errors import FAILURES

ELSEWHERE = N_(
    "The picture does not lie in Slack itself but with another service. Save it and send it again as a file."
)
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
    """Pictures and videos that people dropped into Slack, by the file's id: the address of an event may be old."""

    def __init__(self, client: AsyncWebClient, slack_files: files.SlackFiles) -> None:
        self._client = client
        self._files = slack_files

    async def address(self, file_id: str) -> str:
        """The file's `url_private`; implements `bot.photos.ports.FileAddress`.

        Raises:
            NotFetchableError: the file was deleted, or does not lie at Slack.
            DownloadError: Slack did not say, or does not let the bot read files.
        """
        try:
            url = (await told_of(self._client, file_id)).get("url_private")
        except files.DownloadError as error:
            raise _for_photos(error) from error
        if not isinstance(url, str) or not url:
            raise NotFetchableError(NOT_THERE)
        return url

    async def completed(self, file: dict[str, Any]) -> dict[str, Any]:
        """A file as an event tells of it; what the event does not say is asked for, as far as Slack says it now."""
        file_id = file.get("id")
        if isinstance(file.get("mimetype"), str) or not isinstance(file_id, str) or not file_id:
            return file
        try:
            return {**await told_of(self._client, file_id)}
        except files.DownloadError:
            return file

    async def download(self, url: str, most_bytes: int) -> bytes:
        """The bytes; implements `bot.photos.ports.Download`.

        Raises:
            NotFetchableError: it is too large, gone, or with another service.
            DownloadError: it did not come.
        """
        try:
            return await self._files.download(url, most_bytes)
        except files.DownloadError as error:
            raise _for_photos(error) from error

    async def sha256(self, file_id: str, most_bytes: int) -> str:
        """Of a file's content; implements `bot.photos.videos.Hashed`. Raises as `download`."""
        url = await self.address(file_id)
        try:
            return await self._files.digest(url, most_bytes)
        except files.DownloadError as error:
            raise _for_photos(error) from error


def _for_photos(error: files.DownloadError) -> DownloadError:
    """Why a picture does not come. A scope that is missing is no end of it: whoever installs the bot can mend that."""
    if isinstance(error, files.TooLargeError):
        return NotFetchableError(check.TOO_LARGE)
    if isinstance(error, files.ElsewhereError):
        return NotFetchableError(ELSEWHERE)
    if isinstance(error, files.GoneError | files.NoFileError):
        return NotFetchableError(NOT_THERE)
    return DownloadError(str(error))
