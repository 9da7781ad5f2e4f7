"""Who is meant, when a location is open, what the vault keeps, who may."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bot.handover.location import Location, Locations
from bot.handover.model import Actor, Handover
from bot.handover.policy import Policy
from bot.handover.ports import EndCode, EndTotals, StartCode
from bot.handover.refusals import NotAllowed, RightsUnknown
from bot.handover.shifts import Shift
from bot.handover.vault import UNDATED, CodeVault
from bot.handover.who import clean, meant
from bot.text import squash
from tests.examples import examples
from tests.handover.stand import MovedClock, PlainDirectory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KOLKATA = ZoneInfo("Asia/Kolkata")


def fe(fe_id: str, name: str) -> Handover:
    return Handover(id=fe_id, location_id="L", fe_id=fe_id, task_id="t", fe_name=name, arrived_at=NOW)


HERE = [fe("fe1", "Ram"), fe("fe2", "Ramesh Kumar"), fe("fe3", "ram"), fe("ram", "Shyam"), fe("fe5", "")]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["fe1", "fe2", "fe3", "ram", "fe5"]),
        ("   ", ["fe1", "fe2", "fe3", "ram", "fe5"]),
        ("FE2", ["fe2"]),
        ("ram", ["ram"]),
        ("RAMESH  kumar", ["fe2"]),
        ("esh", ["fe2"]),
        ("am", ["fe1", "fe2", "fe3", "ram"]),
        ("fe", []),
        ("nobody", []),
        ("%", []),
        ("x" * 5000, []),
    ],
)
def test_an_exact_id_comes_before_a_name_and_a_name_before_a_part(query: str, ids: list[str]) -> None:
    assert [h.id for h in meant(query, HERE)] == ids


def test_two_of_one_name_are_both_meant() -> None:
    assert [h.id for h in meant("RAM", HERE[:3])] == ["fe1", "fe3"]


@given(st.text(max_size=300))
@settings(max_examples=examples(100), deadline=None)
def test_any_query_gives_a_part_of_those_there(query: str) -> None:
    found = meant(query, HERE)
    assert [h for h in HERE if h in found] == found, "the order changed, or somebody was made up"
    shown = clean(query)
    assert len(shown) <= 100
    assert "\n" not in shown


@given(st.text())
@settings(max_examples=examples(100), deadline=None)
def test_squash_is_stable(word: str) -> None:
    assert all(c.isalnum() for c in squash(word)), word


def place(hours: str = "", operators: tuple[str, ...] = ()) -> Location:
    return Location(id="L", name="Dock", channel="C0DOCK", hours=hours, operators=operators)


@pytest.mark.parametrize(
    ("hours", "local", "is_open"),
    [
        ("", "03:00", True),
        ("08:00-22:00", "07:59", False),
        ("08:00-22:00", "08:00", True),
        ("08:00-22:00", "21:59", True),
        ("08:00-22:00", "22:00", False),
        ("22:00-06:00", "21:59", False),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "00:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("08:00-24:00", "07:59", False),
        ("08:00-24:00", "23:59", True),
        ("08:00-24:00", "00:00", False),
        ("08:00-00:00", "23:59", True),
        ("00:00-24:00", "00:00", True),
        ("00:00-24:00", "12:00", True),
        ("09:00-09:00", "03:00", True),
        ("00:00-00:00", "03:00", True),
        ("00:00-06:00", "00:00", True),
        ("00:00-06:00", "23:59", False),
    ],
)
def test_hours(hours: str, local: str, is_open: bool) -> None:
    moment = datetime.fromisoformat(f"2026-03-02T{local}").replace(tzinfo=KOLKATA).astimezone(UTC)
    assert place(hours).open_at(moment, KOLKATA) is is_open


@given(st.integers(0, 1439), st.integers(1, 1440), st.integers(0, 1439))
@settings(max_examples=examples(100), deadline=None)
def test_hours_open_for_as_long_as_they_say(start: int, end: int, at: int) -> None:
    def clock(minutes: int) -> str:
        return f"{minutes // 60:02}:{minutes % 60:02}"

    moment = datetime(2026, 3, 2, tzinfo=KOLKATA) + timedelta(minutes=at)
    length = (end - start) % 1440 or 1440
    assert place(f"{clock(start)}-{clock(end)}").open_at(moment, KOLKATA) is ((at - start) % 1440 < length)


@pytest.mark.parametrize(
    "hours", ["8:00-22:00", "08:00", "08:00-25:00", "08:00-24:01", "24:00-08:00", "08:60-09:00", "x"]
)
def test_hours_that_make_no_sense_are_refused(hours: str) -> None:
    with pytest.raises(ValidationError, match="must look like"):
        place(hours)


@pytest.mark.parametrize(
    "bad", [{"channel": "#returns"}, {"operators": ("@asha",)}, {"id": " "}, {"name": "x" * 301}, {"colour": "red"}]
)
def test_a_location_that_can_not_work_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Location.model_validate({"id": "L", "name": "Dock", "channel": "C0DOCK"} | bad)


def test_locations_of_one_channel() -> None:
    one, two = place(), Location(id="L2", name="Two", channel="C0DOCK")
    far = Location(id="L3", name="Three", channel="C0FAR")
    locations = Locations((one, two, far))
    assert locations.in_channel("C0DOCK") == [one, two]
    assert [locations.shares_channel(each) for each in locations] == [True, True, False]
    assert (locations.get("L3"), locations.get("L4"), locations.in_channel("C0NONE")) == (far, None, [])


def code(otc: str = "481516", until: datetime | None = None) -> StartCode:
    return StartCode("fe1", "t1", "Ram", "eKart", "LARGE", SecretStr(otc), until)


def test_a_code_is_kept_until_it_expires() -> None:
    clock = MovedClock()
    vault = CodeVault[StartCode](clock)
    vault.put("a", code(), clock.now + timedelta(seconds=900))
    vault.put("b", code("234234"), None)
    assert vault.get("c") is None
    clock.advance(899)
    assert vault.get("a") == code()
    clock.advance(1)
    assert vault.get("a") is None, "a code was shown at the moment when it expired"
    assert vault.get("b") is not None
    clock.advance(UNDATED.total_seconds() - 900)
    assert vault.get("b") is None, "a code without an expiry was kept for ever"


@pytest.mark.parametrize(
    "ago", [timedelta(0), timedelta(seconds=1), timedelta(hours=5, minutes=30), timedelta(days=300)]
)
def test_a_code_that_came_expired_is_kept_for_a_minute(ago: timedelta) -> None:
    clock = MovedClock()
    vault = CodeVault[StartCode](clock)
    vault.put("a", code(), clock.now - ago)
    clock.advance(59.9)
    assert vault.get("a") is not None, "each press would make Flipkart generate another code"
    clock.advance(0.1)
    assert vault.get("a") is None


def test_a_clock_that_is_set_back_loses_nothing() -> None:
    clock = MovedClock()
    vault = CodeVault[StartCode](clock)
    vault.put("a", code(), None)
    clock.advance(-3600)
    assert vault.get("a") is not None
    assert vault.came_at("a") is None, "nobody could have a new code for an hour"


def test_when_a_code_came() -> None:
    clock = MovedClock()
    vault = CodeVault[StartCode](clock)
    assert vault.came_at("a") is None
    came = clock.now
    vault.put("a", code(), None)
    clock.advance(4.9)
    assert vault.came_at("a") == came


def test_no_code_is_in_any_repr() -> None:
    vault = CodeVault[object](MovedClock())
    end = EndCode(SecretStr("481516"), EndTotals(1, 1, 1, 1, 1))
    vault.put("a", code(), None)
    vault.put("b", end, None)
    for shown in (repr(vault), str(vault), repr(code()), f"{end}", repr(vault.__dict__)):
        assert "481516" not in shown, f"a code can be read in {shown}"


USER, GROUP = Actor("U0ASHA"), "S0OPS"


@pytest.mark.parametrize(
    ("operators", "groups", "channels", "allowed"),
    [
        (("U0ASHA",), {}, {}, True),
        (("U0OTHER",), {}, {"C0DOCK": {"U0ASHA"}}, False),
        ((GROUP,), {GROUP: {"U0ASHA"}}, {}, True),
        ((GROUP,), {GROUP: set()}, {"C0DOCK": {"U0ASHA"}}, False),
        (("U0OTHER", GROUP), {GROUP: {"U0ASHA"}}, {}, True),
        ((), {}, {"C0DOCK": {"U0ASHA"}}, True),
        ((), {}, {"C0FAR": {"U0ASHA"}}, False),
    ],
)
async def test_only_operators_pass(
    operators: tuple[str, ...], groups: dict[str, set[str]], channels: dict[str, set[str]], allowed: bool
) -> None:
    policy = Policy(PlainDirectory(groups, channels))
    where = place(operators=operators)
    if allowed:
        await policy.require_operator(USER, where)
    else:
        with pytest.raises(NotAllowed):
            await policy.require_operator(USER, where)


@pytest.mark.parametrize(
    ("own", "of_shifts", "allowed"),
    [((), (), True), ((), ("U0OTHER",), False), ((), (GROUP,), True), (("U0OTHER",), ("U0ASHA",), True)],
)
async def test_whoever_stands_in_a_shift_is_an_operator_at_any_hour(
    own: tuple[str, ...], of_shifts: tuple[str, ...], allowed: bool
) -> None:
    policy = Policy(PlainDirectory({GROUP: {"U0ASHA"}}, {"C0DOCK": {"U0ASHA"}}))
    where = place(operators=own).model_copy(update={"shifts": (Shift(hours="06:00-06:01", operators=of_shifts),)})
    if allowed:
        await policy.require_operator(USER, where)
    else:
        with pytest.raises(NotAllowed):
            await policy.require_operator(USER, where)


@pytest.mark.parametrize("operators", [(GROUP,), ("U0OTHER", GROUP), ()])
async def test_a_right_that_can_not_be_checked_is_none(operators: tuple[str, ...]) -> None:
    with pytest.raises(RightsUnknown):
        await Policy(PlainDirectory(down=True)).require_operator(USER, place(operators=operators))


async def test_a_named_operator_needs_no_slack() -> None:
    await Policy(PlainDirectory(down=True)).require_operator(USER, place(operators=("U0ASHA", GROUP)))
