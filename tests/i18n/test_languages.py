"""The language belongs to the task; numbers and dates follow it."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from datetime import date as day
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import LANGUAGES, _, clock, closest, date, date_time, language, named, number, span, use

ZONE = ZoneInfo("Asia/Kolkata")
MOMENT = datetime(2026, 3, 4, 20, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        *((hindi, "hi") for hindi in ("hi-IN", "hi_IN", "hi", "HI-in", "hi-Deva", "hi_Deva_IN", "HI-DEVA-in")),
        *((roman, "hi-Latn") for roman in ("hi-Latn", "hi_Latn_IN", "hi-latn-IN", "HI-LATN")),
        *((marathi, "mr") for marathi in ("mr", "mr-IN", "mr_Deva_IN")),
        *(
            (other, "en")
            for other in ("en-IN", "en-US", "fr-FR", "", "hin", "-", "../hi", "en-Latn-IN", "hi-Arab-IN", "mr-Latn")
        ),
    ],
)
def test_the_closest_language(locale: str, expected: str) -> None:
    assert closest(locale) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hi", "hi"),
        ("HI", "hi"),
        ("हिन्दी", "hi"),
        ("hindi", "hi"),
        (" English ", "en"),
        ("Marathi", "mr"),
        ("klingon", None),
        ("", None),
    ],
)
def test_a_language_is_named_as_people_name_it(typed: str, expected: str | None) -> None:
    assert named(typed) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_writes_numbers_and_dates_that_anybody_at_a_dock_can_read(language: str) -> None:
    with use(language):
        assert number(1_234_567) == "12,34,567"
        assert re.fullmatch(r"4 \S+ 2026", date(day(2026, 9, 4)))
        assert span(timedelta(minutes=7)).startswith("7 ")
    assert named(LANGUAGES[language]) == language, "two languages have one name"


def test_the_language_ends_with_its_block() -> None:
    assert language() == "en"
    with use("hi-IN"):
        assert language() == "hi"
        with use("en"):
            assert _("Refuse") == "Refuse"
        assert _("Refuse") == "मना करें"
    assert language() == "en"
    with pytest.raises(RuntimeError), use("hi"):
        raise RuntimeError
    assert language() == "en", "a failure left its language behind"


async def test_tasks_do_not_mix_their_languages() -> None:
    both_speak = asyncio.Barrier(2)

    async def says(locale: str) -> tuple[str, str]:
        with use(locale):
            await both_speak.wait()
            return _("Refuse"), await asyncio.create_task(started())

    async def started() -> str:
        return _("Refuse")

    said = list(await asyncio.gather(says("hi"), says("en")))
    assert said == [("मना करें", "मना करें"), ("Refuse", "Refuse")]
    assert language() == "en"


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(
    ("n", "decimals", "expected"),
    [
        (0, 0, "0"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (999, 0, "999"),
        (1000, 0, "1,000"),
        (100_000, 0, "1,00,000"),
        (12_345_678, 0, "1,23,45,678"),
        (1.44, 1, "1.4"),
        (12.0, 1, "12.0"),
        (7, 1, "7.0"),
        (123_456.78, 1, "1,23,456.8"),
        (2.6, 0, "3"),
    ],
)
def test_numbers_as_india_groups_them(locale: str, n: float, decimals: int, expected: str) -> None:
    with use(locale):
        assert number(n, decimals) == expected


def test_dates() -> None:
    assert date(MOMENT, ZONE) == "5 Mar 2026", "the day is the reader's, not that of UTC"
    assert date(MOMENT) == "4 Mar 2026"
    assert date(day(2026, 3, 4)) == "4 Mar 2026"
    assert clock(MOMENT, ZONE) == "02:05 IST"
    assert date_time(MOMENT, ZONE) == "5 Mar 2026, 02:05 IST"
    with use("hi"):
        assert date(MOMENT, ZONE) == "5 मार्च 2026"
        assert date_time(MOMENT, ZONE) == "5 मार्च 2026, 02:05 IST"


def test_spans() -> None:
    lengths = [timedelta(seconds=59), timedelta(minutes=7), timedelta(hours=1, minutes=20), timedelta(hours=1200)]
    assert [span(length) for length in lengths] == ["under a minute", "7 min", "1 h 20 min", "1,200 h"]
    with use("hi"):
        assert [span(length) for length in lengths[:3]] == ["एक मिनट से कम", "7 मिनट", "1 घंटा 20 मिनट"]
        assert [span(timedelta(hours=n)) for n in (1, 2)] == ["1 घंटा", "2 घंटे"]


def test_months_and_spans_of_each_language() -> None:
    said = {}
    for one in ("en", "hi", "hi-Latn", "mr"):
        with use(one):
            said[one] = date(day(2026, 3, 4)), span(timedelta(minutes=7))
    assert said == {
        "en": ("4 Mar 2026", "7 min"),
        "hi": ("4 मार्च 2026", "7 मिनट"),
        "hi-Latn": ("4 Mar 2026", "7 min"),
        "mr": ("4 मार्च 2026", "7 मि."),
    }
