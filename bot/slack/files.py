"""Files to and from Slack: put into a thread in steps, and fetched from where Slack keeps them, nowhere else."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbox.files import Shared, Slot
from bot.outbox.ports import MaybeSentError, MessengerError, NotSentError
from bot.slack.errors import FAILURES, explain, messenger_error, object_in, reason_of, text_in

FILES_ORIGIN = ("https", "files.slack.com", None)
"""Where `url_private` and upload addresses point."""
CHUNK = 64 * 1024
LONGEST_READ = 900.0
"""Seconds for a file that is read without being kept."""
SILENT = 30.0
"""Seconds without a byte of it."""
SIGN_IN = frozenset({"text/html", "application/xhtml+xml"})
"""What Slack answers, with 200 or after a redirect, to a token that may not read a file."""
NO_FILE = frozenset({"file_not_found", "file_deleted"})
NOT_THERE = frozenset({404, 410})
_Origin = tuple[str, str, int | None]


class DownloadError(Exception):
    """A file was not fetched; the message is a sentence for the one who installs."""


class TooLargeError(DownloadError):
    """The file has more bytes than are taken."""


class ElsewhereError(DownloadError):
    """The file lies with another service; Slack has a link to it."""


class NoFileError(DownloadError):
    """It is something of Slack's own, such as a canvas, that has no content to fetch."""


class GoneError(DownloadError):
    """Slack no longer has the file, or does not show it to the bot."""


class MayNotError(DownloadError):
    """The bot may not read files here, until whoever installs it does something."""


class SlackFiles:
    """Implements `bot.outbox.files.Files`, and fetches."""

    def __init__(
        self, poster: AsyncWebClient, reader: AsyncWebClient, session: aiohttp.ClientSession, token: SecretStr
    ) -> None:
        """Takes the clients of `SlackSender`: one without any retry handler, and one that may retry."""
        self._poster = poster
        self._reader = reader
        self._session = session
        self._token = token
        self._own = {FILES_ORIGIN, _origin(reader.base_url)}

    async def reserve(self, name: str, length: int) -> Slot:
        """A place for a file of `length` bytes. Raises a MessengerError."""
        try:
            answer = await self._reader.files_getUploadURLExternal(filename=name, length=length)
            return Slot(text_in(answer, "file_id"), text_in(answer, "upload_url"))
        except FAILURES as error:
            raise _surely_not(messenger_error(error)) from error

    async def send(self, slot: Slot, content: bytes) -> None:
        """Fills the place. The address comes from Slack and needs no token. Raises a MessengerError."""
        if not self._is_own(slot.url):
            raise NotSentError("upload_address_not_slacks", advice="check SLACK_API_URL: it gave an address elsewhere")
        headers = {"Content-Type": "application/octet-stream"}
        try:
            async with self._session.post(slot.url, data=content, headers=headers, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise NotSentError(f"upload_http_{answer.status}")
        except FAILURES as error:
            raise NotSentError(reason_of(error)) from error

    async def share(self, channel: str, thread_ts: str, files: Sequence[tuple[str, str]], comment: str = "") -> None:
        """Shows filled files, each as (id, title), in one message of a thread. Raises a MessengerError."""
        call = partial(self._poster.files_completeUploadExternal, channel_id=channel, thread_ts=thread_ts)
        if comment:
            call = partial(call, initial_comment=comment)
        try:
            await call(files=[{"id": file_id, "title": title} for file_id, title in files])
        except FAILURES as error:
            raise messenger_error(error) from error

    async def shared(self, file_id: str, channel: str) -> Shared:
        """Whether the file is in the channel. Raises a MessengerError."""
        try:
            file = object_in(await self._reader.files_info(file=file_id), "file")
        except FAILURES as error:
            if reason_of(error) in NO_FILE:
                return Shared.GONE
            raise messenger_error(error) from error
        places = {*(file.get("channels") or ()), *(file.get("groups") or ())}
        for kind in (file.get("shares") or {}).values():
            places.update(kind or {})
        return Shared.YES if channel in places else Shared.NO

    async def download(self, url_private: str, most_bytes: int, *, is_page: bool = False) -> bytes:
        """The content of a file that somebody shared in Slack.

        Args:
            url_private: of the file, as `files.info` gave it.
            most_bytes: more is not taken.
            is_page: whether the file itself is a web page, so that one is no sign-in page.

        Raises:
            TooLargeError: it is not taken; another try brings the same.
            ElsewhereError, GoneError, MayNotError: the same, because of what is named so.
            DownloadError: it did not come.
        """
        content = bytearray()
        await self._read(url_private, most_bytes, content.extend, is_page=is_page)
        return bytes(content)

    async def digest(self, url_private: str, most_bytes: int) -> str:
        """The SHA-256 of a file that somebody shared, of which no more than a chunk is ever in memory.

        Raises: as `download`.
        """
        found = hashlib.sha256()
        slow = aiohttp.ClientTimeout(total=LONGEST_READ, sock_read=SILENT)
        await self._read(url_private, most_bytes, found.update, within=slow)
        return found.hexdigest()

    async def _read(
        self,
        url_private: str,
        most_bytes: int,
        take: Callable[[bytes], object],
        *,
        is_page: bool = False,
        within: aiohttp.ClientTimeout | None = None,
    ) -> None:
        if not self._is_own(url_private):
            raise ElsewhereError("The file does not lie at Slack, so it is not fetched: share it in Slack itself.")
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        length = 0
        try:
            # A redirect leads to the sign-in page at best, and would take the token along.
            limits = within or self._session.timeout
            async with self._session.get(url_private, headers=headers, allow_redirects=False, timeout=limits) as answer:
                _require_file(answer, most_bytes, is_page=is_page)
                async for chunk in answer.content.iter_chunked(CHUNK):
                    length += len(chunk)
                    if length > most_bytes:
                        raise _too_large(most_bytes)
                    take(chunk)
        except FAILURES as error:
            raise DownloadError(
                f"Slack did not hand over a file: {explain(error)}. Share it again in a minute."
            ) from error

    def _is_own(self, url: str) -> bool:
        try:
            return _origin(url) in self._own and "@" not in urlsplit(url).netloc
        except ValueError:
            return False


def _require_file(answer: aiohttp.ClientResponse, most_bytes: int, *, is_page: bool) -> None:
    """Raises a DownloadError for an answer that is not the file, or not one that is taken."""
    if 300 <= answer.status < 400 or answer.status in (401, 403):
        raise _not_allowed()
    if answer.status in NOT_THERE:
        raise GoneError("Slack no longer has the file: share it again.")
    if answer.status != 200:
        raise DownloadError(f"Slack did not hand over a file: HTTP {answer.status}. Share it again in a minute.")
    kind = answer.content_type.lower()
    if kind in SIGN_IN and not is_page:
        raise _not_allowed()
    if (answer.content_length or 0) > most_bytes:
        raise _too_large(most_bytes)


def _not_allowed() -> MayNotError:
    return MayNotError(
        "Slack does not let the bot read files (scope files:read): give the app the manifest of `otc-bot manifest`, "
        "and install it again."
    )


def _too_large(most_bytes: int) -> TooLargeError:
    return TooLargeError(f"The file has more than {most_bytes // 1024} KiB: share a smaller one.")


def _surely_not(error: MessengerError) -> MessengerError:
    """The same for a call that shows nothing to anybody: whether it was carried out does not matter."""
    if isinstance(error, MaybeSentError):
        return NotSentError(error.reason, error.retry_after, error.advice)
    return error


def _origin(url: str) -> _Origin:
    """Raises ValueError for what is no address."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port
