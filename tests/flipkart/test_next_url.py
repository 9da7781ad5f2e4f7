"""Every form in which Flipkart gives next_url: the token arrives whole, and the bearer token goes nowhere else."""

import base64
from typing import get_args
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import MalformedError
from bot.flipkart.next_url import LONGEST, scans_path
from bot.sandbox.flipkart import FlipkartSim
from bot.sandbox.flipkart.switches import CaughtUp, NextUrlForm
from tests.flipkart.support import BEARER, SHIPMENTS, client_of, saying, scripted

HOST = "https://api.flipkart.net"
TOKEN = "a+b/c+/Zz09=="
ENCODED = "a%2Bb%2Fc%2B%2FZz09%3D%3D"

NAMES = ["api.flipkart.net", "evil.example", SHIPMENTS, SHIPMENTS.removeprefix("/sellers"), "A+/=", ":443"]

GOOD = {
    "token": TOKEN,
    "token, encoded": ENCODED,
    "path": f"{SHIPMENTS}/{TOKEN}",
    "path, encoded": f"{SHIPMENTS}/{ENCODED}",
    "path without a slash": f"{SHIPMENTS}/{TOKEN}".lstrip("/"),
    "path without /sellers": f"{SHIPMENTS}/{TOKEN}".removeprefix("/sellers"),
    "path without /sellers or slash": f"{SHIPMENTS}/{TOKEN}".removeprefix("/sellers/"),
    "absolute": f"{HOST}{SHIPMENTS}/{TOKEN}",
    "absolute, encoded": f"{HOST}{SHIPMENTS}/{ENCODED}",
    "absolute without /sellers": f"{HOST}{SHIPMENTS}/{TOKEN}".replace("/sellers", ""),
    "absolute with the port": f"{HOST}:443{SHIPMENTS}/{TOKEN}",
    "absolute in capitals": f"HTTPS://API.Flipkart.NET{SHIPMENTS}/{TOKEN}",
    "with spaces around": f"  {SHIPMENTS}/{TOKEN}\n",
}

BAD = {
    "foreign host": f"https://evil.example{SHIPMENTS}/{TOKEN}",
    "host below": f"https://api.flipkart.net.evil.example{SHIPMENTS}/{TOKEN}",
    "host beside": f"https://evil-api.flipkart.net{SHIPMENTS}/{TOKEN}",
    "http": f"http://api.flipkart.net{SHIPMENTS}/{TOKEN}",
    "other port": f"{HOST}:8443{SHIPMENTS}/{TOKEN}",
    "absurd port": f"{HOST}:99999999{SHIPMENTS}/{TOKEN}",
    "userinfo": f"https://api.flipkart.net@evil.example{SHIPMENTS}/{TOKEN}",
    "userinfo with a port": f"https://api.flipkart.net:443@evil.example{SHIPMENTS}/{TOKEN}",
    "two slashes": f"//evil.example{SHIPMENTS}/{TOKEN}",
    "three slashes": "///evil.example/x",
    "other scheme": "ftp://api.flipkart.net/x",
    "javascript": "javascript:alert(1)",
    "scheme without slashes": "https:evil.example/x",
    "file": "file:///etc/passwd",
    "other path of the host": f"{HOST}/sellers/v3/returns/otc/end/details",
    "host without a path": HOST,
    "half an IPv6 address": f"https://[::1{SHIPMENTS}/{TOKEN}",
    "no token": f"{SHIPMENTS}/",
    "no token, absolute": f"{HOST}{SHIPMENTS}/",
    "dot": f"{SHIPMENTS}/.",
    "two dots": f"{SHIPMENTS}/..",
    "two dots, encoded": f"{SHIPMENTS}/%2e%2E",
    "two dots, absolute and encoded": f"{HOST}{SHIPMENTS}/%2e%2e",
    "empty": "",
    "spaces": "   ",
    "control character": f"{SHIPMENTS}/a\nb",
    "line feed in a host": f"https://api.flip\nkart.net{SHIPMENTS}/{TOKEN}",
    "space": f"{SHIPMENTS}/a b",
    "lone surrogate": f"{SHIPMENTS}/a\ud800b",
    "absurdly long": "A" * (LONGEST + 1),
    "absurdly long once encoded": "+" * LONGEST,
}


@pytest.mark.parametrize("form", GOOD)
def test_a_good_form_is_one_encoded_segment(form: str) -> None:
    assert scans_path(GOOD[form], HOST) == f"{SHIPMENTS}/{ENCODED}"


@pytest.mark.parametrize("form", BAD)
def test_a_bad_form_is_refused(form: str) -> None:
    with pytest.raises(MalformedError) as caught:
        scans_path(BAD[form], HOST)
    assert TOKEN not in str(caught.value), "the page token is in the error"


@pytest.mark.parametrize("token", ["%FF", "%41b", "a%2Fb%3D", "~._-"])
def test_what_is_encoded_already_stays_as_it_is(token: str) -> None:
    assert scans_path(f"{SHIPMENTS}/{token}", HOST) == f"{SHIPMENTS}/{token}"


@pytest.mark.parametrize("base", ["http://127.0.0.1:8090", "http://[::1]:8090", "https://proxy.example/flipkart"])
def test_the_own_host_is_the_one_that_is_set(base: str) -> None:
    assert scans_path(f"{base}{SHIPMENTS}/{TOKEN}", base) == f"{SHIPMENTS}/{ENCODED}"
    with pytest.raises(MalformedError):
        scans_path(f"{HOST}{SHIPMENTS}/{TOKEN}", base)


calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the bot."""


def one_segment(path: str) -> bool:
    head, _, token = path.rpartition("/")
    return head == SHIPMENTS and bool(token) and unquote(token) not in (".", "..") and not set(token) & set("?#\\ :@")


@calm
@given(
    st.one_of(
        st.text(),
        st.text(alphabet=st.characters(codec=None)),
        st.binary().map(lambda raw: base64.b64encode(raw).decode()),
        st.builds(
            "".join,
            st.lists(
                st.sampled_from(
                    [
                        "/",
                        "//",
                        ":",
                        "@",
                        "?",
                        "#",
                        "%",
                        "%2e",
                        "..",
                        ".",
                        "http",
                        "https",
                        "://",
                        "\\",
                        "[",
                        "]",
                        *NAMES,
                    ]
                )
            ),
        ),
    )
)
def test_anything_at_all_is_refused_or_one_segment_below_the_scans(text: str) -> None:
    try:
        path = scans_path(text, HOST)
    except MalformedError:
        return
    assert one_segment(path), f"{text!r} became {path!r}"
    assert scans_path(path, HOST) == path, "a path that was accepted once must be accepted again: the cursor is kept"


@calm
@given(st.binary(min_size=1, max_size=2000), st.sampled_from(["", f"{SHIPMENTS}/", f"{HOST}{SHIPMENTS}/"]))
def test_every_base64_token_survives(raw: bytes, before: str) -> None:
    token = base64.b64encode(raw).decode()
    if token.startswith("//") and not before:  # can't be told from a host
        return

    path = scans_path(before + token, HOST)

    assert unquote(path.removeprefix(f"{SHIPMENTS}/")) == token


@pytest.mark.parametrize("caught_up", get_args(CaughtUp))
@pytest.mark.parametrize("form", [form for form in get_args(NextUrlForm) if form != "foreign"])
async def test_the_token_survives_the_wire(sim: FlipkartSim, client: FlipkartClient, form: str, caught_up: str) -> None:
    setattr(sim.switches, "next_url_form", form)  # noqa: B010 - the switch is a Literal, this a parameter
    setattr(sim.switches, "caught_up", caught_up)  # noqa: B010
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    ram.scan(11)

    read: list[str] = []
    url: str | None = None
    for _ in range(6):
        page = await client.shipments(ram.task_id, ram.fe_id, url, 4)
        read += [row.tracking_id for row in page.shipments]
        url = page.next_url
        if url is None or not page.has_more:
            break

    assert read == [each.tracking_id for each in ram.shipments]
    assert [call.status for call in sim.calls if call.name == "shipments"] == [200, 200, 200]
    assert (url is not None) == (caught_up == "next")
    if url is not None:
        assert (await client.shipments(ram.task_id, ram.fe_id, url, 4)).shipments == (), "nothing new was scanned"


async def test_a_foreign_next_url_is_refused_and_nothing_is_sent_there(
    sim: FlipkartSim, client: FlipkartClient
) -> None:
    sim.switches.next_url_form = "foreign"
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    ram.scan(3)

    page = await client.shipments(ram.task_id, ram.fe_id, None, 2)
    assert len(page.shipments) == 2, "the rows were thrown away with the link"
    assert page.next_url is None
    assert isinstance(page.problem, MalformedError)
    with pytest.raises(MalformedError):
        await client.shipments(ram.task_id, ram.fe_id, f"https://evil.example{SHIPMENTS}/x", 2)


@pytest.mark.parametrize("shape", ["{other}{path}", "//{host}{path}", "{own}@{host}{path}"])
async def test_the_bearer_token_is_never_sent_to_another_server(shape: str) -> None:
    async with scripted(saying({"scannedShipments": []})) as other:
        host = other.url.removeprefix("http://")
        body = {"scannedShipments": [], "hasMore": True, "nextUrl": ""}
        async with scripted(saying(body)) as own, client_of(own.url) as client:
            url = shape.format(other=other.url, own=own.url, host=host, path=f"{SHIPMENTS}/x")
            with pytest.raises(MalformedError):
                await client.shipments("1", "fe1", url, 5)
            assert (await client.shipments("1", "fe1", None, 5)).next_url is None
        assert other.seen == [], "the bot spoke to a server that next_url named"
        assert own.calls[0][2]["Authorization"] == f"Bearer {BEARER}"
