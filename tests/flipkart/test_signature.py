"""Flipkart's signature on notifications: the published sample, both readings of its date, and everything else."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.flipkart.signature import Signatures, readings, signature
from bot.sandbox.flipkart.notices import Notifier

APP = "6113ca4a-fe05-11e4-a322-1697f925ec7b"
SECRET = SecretStr("669a57f4-fe05-11e4-a322-1697f925ec7b")
URL = "http://seller.api.pilotseller.com/notify/fki"
AT = 1432026135
SIGNED = "83762abd87b41e66ddd58320a4e803251e72b776"
MOMENT = datetime.fromtimestamp(AT, UTC)
SIGNATURES = Signatures(APP, SECRET, URL)


def authorization(app_id: str = APP, signed: str = SIGNED) -> str:
    return "FKLOGIN " + base64.b64encode(f"{app_id}:{signed}".encode()).decode()


def test_the_published_sample() -> None:
    assert signature(AT, URL, "POST", SECRET) == SIGNED


def test_the_simulator_signs_as_published() -> None:
    headers = Notifier(APP, SECRET.get_secret_value()).headers(URL, AT)
    assert headers["X_Authorization"] == authorization()
    assert headers["X_Date"] == "Tue, 19 May 2015 09:02:15 GMT"


@pytest.mark.parametrize(
    "x_date",
    [
        "Tue, 19 May 2015 09:02:15 GMT",
        "Tue, 19 May 2015 14:32:15 GMT+05:30",
        "Tue, 19 May 2015 14:32:15 GMT",
        "Tue, 19 May 2015 14:32:15 IST",
        "Tue, 19 May 2015 09:02:15 +0000",
        "Tue, 19 May 2015 14:32:15 +0530",
        "19 May 2015 09:02:15",
        "2015-05-19T14:32:15+05:30",
        "2015-05-19 09:02:15",
        "2015-05-19T09:02:15.000Z",
        "1432026135",
        "1432026135000",
    ],
)
def test_every_reading_of_the_date(x_date: str) -> None:
    assert SIGNATURES.signed_at(x_date, authorization(), "POST") == MOMENT
    assert SIGNATURES.signed_at(x_date, authorization(signed=SIGNED.upper()), "POST") == MOMENT


@pytest.mark.parametrize("given", [authorization("other"), authorization(signed="0" * 40), authorization(signed="")])
def test_a_wrong_application_or_signature(given: str) -> None:
    assert SIGNATURES.signed_at(str(AT), given, "POST") is None
    assert SIGNATURES.signed_at(str(AT), authorization(), "GET") is None
    assert SIGNATURES.signed_at(str(AT + 1), authorization(), "POST") is None
    assert Signatures(APP, SECRET, URL + "/").signed_at(str(AT), authorization(), "POST") is None


def test_the_secret_is_not_shown() -> None:
    assert SECRET.get_secret_value() not in repr(SIGNATURES)


@given(st.text(), st.text())
def test_any_headers(x_date: str, given: str) -> None:
    assert SIGNATURES.signed_at(x_date, given, "POST") is None
    assert SIGNATURES.signed_at(x_date, "FKLOGIN " + given, "POST") is None


@given(st.datetimes(min_value=datetime(2015, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_readings_are_the_clock_in_gmt_and_in_india(clock: datetime) -> None:
    told = int(clock.replace(tzinfo=UTC, microsecond=0).timestamp())
    india = told - int(timedelta(hours=5, minutes=30).total_seconds())
    assert readings(f"{clock:%a, %d %b %Y %H:%M:%S} GMT+05:30") == (told, india)
