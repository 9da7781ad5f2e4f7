"""Files that people drop into Slack. What an event says of one is not enough: Slack itself is asked what it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import FAILURES, explain, reason_of
from bot.slack.files import (
    SIGN_IN,
    DownloadError,
    ElsewhereError,
    GoneError,
    MayNotError,
    NoFileError,
    SlackFiles,
    TooLargeError,
)

KEPT = frozenset({"hosted", "snippet", "email"})
"""Modes of files whose content Slack has; a snippet is a text that was pasted."""
GONE_MODES = frozenset({"tombstone", "hidden_by_limit"})
GONE = frozenset({"file_not_found", "file_deleted", "file_not_accessible"})
"""Also what Slack answers to a bot that does not see the file."""
MAY_NOT = frozenset(
    {"missing_scope", "no_permission", "not_allowed_token_type", "invalid_auth", "not_authed", "access_denied"}
    | {"token_revoked", "token_expired", "account_inactive", "ekm_access_denied", "team_access_not_granted"}
)

_ID = re.compile(r"F[A-Z0-9]{2,30}")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that was fetched."""

    id: str
    name: str
    """As the person called it; empty where Slack does not say."""
    content: bytes


async def told_of(client: AsyncWebClient, file_id: str) -> Mapping[str, Any]:
    """What Slack says of a file that can be fetched.

    Raises:
        ElsewhereError, NoFileError, GoneError, MayNotError: it can't be fetched, and another try brings the same.
        DownloadError: Slack did not say.
    """
    try:
        answer = await client.files_info(file=file_id)
    except FAILURES as error:
        raise _why(error) from error
    told = answer.get("file")
    if not isinstance(told, dict):
        raise GoneError("Slack said nothing of the file.")
    mode = told.get("mode", "hosted")
    if mode == "external" or told.get("is_external") is True:
        raise ElsewhereError("The file lies with another service, and Slack has a link to it only.")
    if mode in GONE_MODES:
        raise GoneError(f"Slack no longer has the file ({mode}).")
    if mode not in KEPT:
        raise NoFileError(f"What Slack calls {str(mode)[:40]} is no file that can be fetched.")
    if told.get("file_access") == "access_denied":
        raise GoneError("Slack does not show the file to the bot.")
    return told


class SlackLists:
    """Fetches files by their id, whatever an event or a shortcut says of them."""

    def __init__(self, client: AsyncWebClient, slack_files: SlackFiles) -> None:
        """`client` may retry."""
        self._client = client
        self._files = slack_files

    async def fetch(self, file_id: object, most_bytes: int) -> Dropped:
        """The file.

        Raises:
            TooLargeError: it has more bytes than are taken.
            ElsewhereError, NoFileError, GoneError, MayNotError: it can't be read, and another try brings the same.
            DownloadError: it did not come.
        """
        if not isinstance(file_id, str) or not _ID.fullmatch(file_id):
            raise GoneError("Slack did not say which file it is.")
        told = await told_of(self._client, file_id)
        size, url, name = told.get("size"), told.get("url_private"), told.get("name")
        if isinstance(size, int) and size > most_bytes:
            raise TooLargeError(f"The file has {size} bytes.")
        if not isinstance(url, str) or not url:
            raise GoneError("Slack gave no address for the file.")
        content = await self._files.download(url, most_bytes, is_page=told.get("mimetype") in SIGN_IN)
        return Dropped(file_id, name if isinstance(name, str) else "", content)


def _why(error: BaseException) -> DownloadError:
    reason = reason_of(error)
    if reason in GONE:
        return GoneError(f"Slack does not show the file: {reason}.")
    if reason in MAY_NOT:
        return MayNotError(f"Slack does not let the bot read files: {explain(error)}.")
    return DownloadError(f"Slack did not say where the file is: {explain(error)}.")
