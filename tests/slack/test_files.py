"""Files to Slack in steps, and from Slack's own hosts only, in bounds."""

import hashlib
import tracemalloc

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbox.files import Shared, Slot
from bot.outbox.ports import NotSentError, Rendered
from bot.sandbox.slack.model import File
from bot.slack.files import DownloadError, SlackFiles, TooLargeError
from tests.outbox.conftest import Office


async def thread(office: Office) -> str:
    return await office.sender().post(office.channel, None, Rendered("root", []), "k" * 32)


async def test_an_upload_has_an_id_before_anybody_can_see_it(office: Office) -> None:
    root = await thread(office)
    room = office.files()
    slot = await room.reserve("day.csv", 3)
    file_id = slot.file_id
    await room.send(slot, b"a,b")
    assert await room.shared(file_id, office.channel) is Shared.NO
    await room.share(office.channel, root, [(file_id, "The day")])
    assert await room.shared(file_id, office.channel) is Shared.YES
    assert await room.shared(file_id, "C0OTHER") is Shared.NO
    assert await room.shared("F0GONE", office.channel) is Shared.GONE
    file = office.slack.files[file_id]
    assert (file.content, file.title, file.channels) == (b"a,b", "The day", [office.channel])


@pytest.mark.parametrize("address", ["http://files.slack.com/x", "https://evil.example/upload", "", "https://[bad"])
async def test_nothing_is_sent_to_another_host(office: Office, address: str) -> None:
    with pytest.raises(NotSentError, match="not_slacks"):
        await office.files().send(Slot("F1", address), b"x")


async def test_a_place_that_is_no_more_is_surely_not_filled(office: Office) -> None:
    with pytest.raises(NotSentError, match="upload_http_404"):
        await office.files().send(Slot("F1", f"{office.slack.url}/upload/F1"), b"x")


def put(office: Office, content: bytes, kind: str = "image/png") -> str:
    """A file that somebody shared; returns its url_private."""
    file = File(office.slack.new_id("F"), "a.png", "a.png", "U0ASHA", 1, content, kind, uploaded=True)
    office.slack.files[file.id] = file
    return str(file.to_slack(office.slack.url, office.slack.team_id)["url_private"])


async def test_a_shared_file_is_fetched(office: Office) -> None:
    assert await office.files().download(put(office, b"x" * 1000), 1000) == b"x" * 1000


async def test_what_is_too_large_is_not_taken(office: Office) -> None:
    with pytest.raises(TooLargeError):
        await office.files().download(put(office, b"x" * 1001), 1000)


async def test_a_video_is_read_for_its_hash_and_never_held(office: Office) -> None:
    chunk, n = bytes(64 * 1024), 200 * 16
    expected = hashlib.sha256(chunk * n).hexdigest()

    async def film(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "video/mp4"})
        await answer.prepare(request)
        for _ in range(n):
            await answer.write(chunk)
        return answer

    server = TestServer(web.Application())
    server.app.router.add_get("/film", film)
    async with server:
        client = AsyncWebClient(token="xoxb-1", base_url=str(server.make_url("/api/")))
        files = SlackFiles(client, client, office.session, SecretStr("xoxb-1"))
        url = str(server.make_url("/film"))
        tracemalloc.start()
        try:
            assert await files.digest(url, len(chunk) * n) == expected
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        with pytest.raises(TooLargeError):
            await files.digest(url, len(chunk) * n - 1)
    assert peak < 5 * 1024 * 1024, "both ends of 200 MB are in it"


@pytest.mark.parametrize("address", [
    "https://evil.example/files-pri/T-F/a.png", "http://files.slack.com/files-pri/T-F/a.png",
    "https://files.slack.com.evil.example/a", "https://files.slack.com@evil.example/a",
    "https://a@files.slack.com/a", "https://files.slack.com:444/a", "file:///etc/passwd", "https://[bad", "",
])  # fmt: skip
async def test_the_token_goes_to_slacks_own_hosts_only(office: Office, address: str) -> None:
    with pytest.raises(DownloadError, match="does not lie at Slack"):
        await office.files().download(address, 1000)


async def test_a_sign_in_page_is_no_file(office: Office) -> None:
    url = put(office, b"x")
    wrong = SlackFiles(office.client(), office.client(), office.session, SecretStr("xoxb-wrong"))
    with pytest.raises(DownloadError, match="files:read"):
        await wrong.download(url, 1000)
    with pytest.raises(DownloadError, match="files:read"):
        await office.files().download(f"{office.slack.url}/signin", 1000)


async def test_a_file_that_is_gone_or_a_host_that_is_down_is_said(office: Office) -> None:
    with pytest.raises(DownloadError, match="no longer has"):
        await office.files().download(f"{office.slack.url}/files-pri/T1-F0GONE/a.png", 1000)
    url = put(office, b"x")
    await office.slack.stop()
    with pytest.raises(DownloadError, match="in a minute") as found:
        await office.files().download(url, 1000)
    assert type(found.value) is DownloadError, "the others are for what no other try would bring"
