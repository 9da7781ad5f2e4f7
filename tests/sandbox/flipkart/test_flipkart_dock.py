"""The dock without HTTP: what an FE can do, fresh numbers, codes, switches and changes."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.sandbox.flipkart import FlipkartSim, Switches
from bot.sandbox.flipkart.codes import CodeBook


def dock() -> FlipkartSim:
    sim = FlipkartSim(now=lambda: 1000.0)
    sim.add_location("LOC1")
    return sim


def test_defaults_of_an_arrival() -> None:
    sim = dock()
    ram = sim.arrive("LOC1", "Ram")
    assert (ram.page, ram.status, ram.partner, ram.lob) == ("start", "StartOTC", "eKart", "NONLARGE")
    assert (ram.location_id, ram.fe_name, ram.start_code, ram.end_code) == ("LOC1", "Ram", None, None)
    shyam = sim.arrive("LOC1", "Shyam")
    assert ram.fe_id != shyam.fe_id
    assert ram.task_id != shyam.task_id
    assert sim.visits == [ram, shyam]


def test_one_fe_is_once_at_a_place() -> None:
    sim = dock()
    ram = sim.arrive("LOC1", "Ram", fe_id="fe1")
    with pytest.raises(ValueError, match="already"):
        sim.arrive("LOC1", "Ram", fe_id="fe1")
    ram.leave()
    assert sim.arrive("LOC1", "Ram", fe_id="fe1") is not ram
    with pytest.raises(KeyError):
        sim.arrive("NOWHERE", "Ram")


def test_pages_go_one_way() -> None:
    ram = dock().arrive("LOC1", "Ram")
    with pytest.raises(RuntimeError):
        ram.scan()
    with pytest.raises(RuntimeError):
        ram.finish_scanning()
    ram.begin()
    ram.begin()
    assert ram.scan(3) == ram.shipments
    with pytest.raises(ValueError, match="one shipment"):
        ram.scan(2, tracking_id="T")
    ram.finish_scanning()
    with pytest.raises(RuntimeError):
        ram.begin()
    assert not ram.enter_start_otc("x")
    assert not ram.enter_end_otc("x")
    ram.leave()
    ram.leave()
    assert (ram.page, ram.status) == ("gone", "Gone")


def test_codes_are_never_reused() -> None:
    book = CodeBook("seed")
    codes = [book.new(0.0, None).value for _ in range(3000)]
    assert len(set(codes)) == 3000 == len(book.given)
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes[:4])


def test_switches_have_only_their_positions() -> None:
    with pytest.raises(ValueError, match="camel"):
        Switches(spelling="kebab")  # type: ignore[arg-type]
    switches = Switches()
    with pytest.raises(ValueError, match="absolute"):
        switches.next_url_form = "sideways"  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        switches.speling = "snake"
    json.dumps(switches.to_dict())


def test_faults_need_a_known_call() -> None:
    with pytest.raises(ValueError, match="no call"):
        dock().fail("initial-load", status=500)
    with pytest.raises(ValueError, match="times"):
        dock().fail("token", status=500, times=0)


def test_url_only_once_started() -> None:
    with pytest.raises(RuntimeError):
        _ = dock().url


def test_stop_without_start() -> None:
    asyncio.run(dock().stop())


def test_changes_are_told_without_codes() -> None:
    sim = dock()
    told: list[dict[str, object]] = []
    stop = sim.on_change(told.append)
    ram = sim.arrive("LOC1", "Ram")
    code = ram.give_start_code().value
    ram.enter_start_otc("nope")
    ram.enter_start_otc(code)
    ram.scan(2)
    ram.scan(synced=False)
    ram.sync()
    ram.hide()
    ram.set_status("odd")
    ram.finish_scanning()
    end = ram.give_end_code().value
    ram.enter_end_otc(end)
    ram.new_task()
    ram.leave()
    sim.slow = 1
    sim.failing = True
    sim.fail("*", status=500)
    sim.expire_tokens()
    kinds = [str(each["kind"]) for each in told]
    assert kinds == [
        "arrive",
        "start_code",
        "wrong_code",
        "page",
        "scan",
        "scan",
        "sync",
        "hide",
        "status",
        "page",
        "end_code",
        "page",
        "new_task",
        "page",
        "mood",
        "mood",
        "fault",
        "tokens_expired",
    ]
    assert code not in json.dumps(told)
    assert end not in json.dumps(told)
    assert all(each["at"] == 1000.0 for each in told)
    stop()
    stop()
    ram.new_task()
    assert len(told) == len(kinds)


def test_state_is_complete_and_json() -> None:
    sim = dock()
    ram = sim.arrive("LOC1", "Ram")
    ram.give_start_code()
    ram.begin()
    ram.scan(flyer=("F1", "F2", "FlyerMismatch"), obd={"eligible": True, "remark": "NoIssues", "imageLinks": []})
    state = json.loads(json.dumps(sim.to_dict()))
    assert set(state) == {
        "url", "now", "switches", "mood", "faults", "quota", "tokens_alive", "locations", "visits", "codes", "calls"
    }  # fmt: skip
    visit = state["visits"][0]
    assert visit["page"] == "scanning"
    assert visit["start_code"] is None
    assert visit["task"]["start_code"] == sim.codes[0]
    assert visit["task"]["shipments"][0]["flyer"] == ["F1", "F2", "FlyerMismatch"]
    assert sim.location("LOC1").to_dict() == state["locations"][0]
