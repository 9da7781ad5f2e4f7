"""Whatever JSON comes: it is read into the domain's values, or refused as malformed. Nothing else happens."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AliasChoices, BaseModel, ValidationError

from bot.flipkart import returns, wire
from bot.flipkart.fields import LONGEST_TEXT
from bot.flipkart.wire import EndOtcAnswer, FixedOtcs, InitialLoad, Refusal, ScanPage, StartOtcs, Token
from tests.examples import examples

FOUND = [*vars(wire).values(), *vars(returns).values()]
MODELS = [one for one in FOUND if isinstance(one, type) and issubclass(one, BaseModel)]
SHAPES = [one for one in MODELS if one.__module__ in (wire.__name__, returns.__name__) and one.model_fields]
"""Every shape of an answer or of a part of one; a new one is fuzzed without a word here."""


def spellings(shape: type[BaseModel]) -> set[str]:
    """Under what names its fields come."""
    found = set()
    for name, field in shape.model_fields.items():
        alias = field.validation_alias or field.alias or name
        found |= {str(one) for one in alias.choices} if isinstance(alias, AliasChoices) else {str(alias)}
    return found


KEYS = st.sampled_from(sorted({"fe1", "fe2"}.union(*map(spellings, SHAPES))))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(10**400), max_value=10**400),
    st.floats(),
    st.text(),
    st.sampled_from(["DynamicEnd", "Scanning", "true", "nan", "1e999", "1739382981", "\x00", "123456"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(KEYS, st.text(max_size=8)), inner, max_size=6),
    ),
    max_leaves=30,
)
ROW = st.fixed_dictionaries(
    {},
    optional={
        "trackingId": JSON,
        "status": JSON,
        "reason": JSON,
        "flyerDetails": JSON,
        "obdDetails": st.one_of(JSON, st.fixed_dictionaries({"eligible": JSON, "imageLinks": JSON})),
        "scannedAt": JSON,
    },
)

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
"""A busy machine is no fault of the bot."""


def read(shape: type[BaseModel], value: object) -> Any:
    """What the shape makes of some JSON, None when it refuses it."""
    try:
        return shape.model_validate_json(json.dumps(value))
    except ValidationError:
        return None


def storable(text: str) -> bool:
    return "\0" not in text and len(text) <= LONGEST_TEXT and text.encode("utf-8").decode("utf-8") == text


def test_every_shape_is_fuzzed() -> None:
    assert {InitialLoad, StartOtcs, ScanPage, EndOtcAnswer, FixedOtcs, Refusal, Token} < set(SHAPES)


@pytest.mark.parametrize("shape", SHAPES)
@settings(calm, max_examples=examples(25))
@given(value=JSON, more=st.data())
def test_any_json_is_read_or_refused(shape: type[BaseModel], value: object, more: st.DataObject) -> None:
    read(shape, value)
    # The same below its own names: chance alone seldom meets them.
    read(shape, {name: more.draw(JSON, name) for name in sorted(spellings(shape))})


@calm
@given(
    config=JSON,
    fes=st.dictionaries(
        st.text(max_size=8),
        st.one_of(JSON, st.fixed_dictionaries({"task": st.one_of(JSON, st.fixed_dictionaries({"id": JSON}))})),
        max_size=5,
    ),
)
def test_every_fe_with_a_task_is_kept_whatever_the_rest_is(config: object, fes: dict[str, Any]) -> None:
    answer = read(InitialLoad, {"sellerConfig": config, "feDetails": fes})

    assert answer is not None, "one wrong field lost the whole answer"
    for one in answer.arrivals().sightings:
        assert one.fe_id
        assert one.task_id
        assert all(storable(text) for text in (one.fe_id, one.task_id, one.fe_name, one.partner, one.lob, one.status))
        assert one.created_at is None or one.created_at.tzinfo is not None


@calm
@given(rows=st.lists(st.one_of(ROW, JSON), max_size=6), more=JSON)
def test_every_row_with_a_tracking_id_is_kept(rows: list[Any], more: object) -> None:
    answer = read(ScanPage, {"hasMore": more, "nextUrl": None, "scannedShipments": rows})

    assert answer is not None, "one wrong field lost the whole page"
    shipments = answer.shipments()
    ids = [row.tracking_id for row in shipments]
    assert len(ids) == len(set(ids))
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("trackingId"), str):
            wanted = row["trackingId"][:LONGEST_TEXT].replace("\0", "\ufffd").strip()
            assert not wanted or wanted in ids, f"{wanted!r} was lost"
    for shipment in shipments:
        texts = (shipment.tracking_id, shipment.shipment_id, shipment.status, shipment.reason, *shipment.image_links)
        assert all(storable(text) for text in texts)


@calm
@given(details=st.dictionaries(st.text(max_size=8), JSON, max_size=5))
def test_start_codes_are_whole_or_left_out(details: dict[str, Any]) -> None:
    answer = read(StartOtcs, {"otcDetails": details})

    assert answer is not None, "one wrong field lost every code"
    for one in answer.codes():
        assert one.fe_id
        assert one.task_id
        assert one.otc.get_secret_value()
        assert one.expires_at is None or isinstance(one.expires_at, datetime)


@calm
@given(groups=st.lists(st.one_of(JSON, st.fixed_dictionaries({"otc": st.lists(JSON, max_size=3)})), max_size=4))
def test_fixed_codes_are_whole_or_left_out(groups: list[Any]) -> None:
    answer = read(FixedOtcs, {"otcs": groups})

    assert answer is not None, "one wrong field lost every code"
    assert all(one.otc.get_secret_value() for one in answer.codes())


@calm
@given(totals=st.fixed_dictionaries({"totalScanned": JSON, "obdEligible": JSON, "flyerFailed": JSON}))
def test_totals_never_lose_the_end_code(totals: dict[str, Any]) -> None:
    answer = read(EndOtcAnswer, {"otc": "730192", **totals})

    assert answer is not None, "a wrong total lost the code"
    assert answer.code().otc.get_secret_value() == "730192"
    # What SQLite can't hold would lose the code when the totals are written down.
    assert all(
        number is None or abs(number) < 2**63
        for number in (answer.total_scanned, answer.obd_eligible, answer.flyer_failed)
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("12345", "12345"),
        ("12345.0", "12345"),
        ("1.2345e4", "12345"),
        ("-0.0", "0"),
        ("141012345678901234567", "141012345678901234567"),
        ("1.41012345678901234567e20", ""),
        ("1e999", ""),
        ("NaN", ""),
    ],
)
def test_a_number_for_a_code_or_an_id_is_its_digits(number: str, text: str) -> None:
    start = StartOtcs.model_validate_json(f'{{"otcDetails": {{"fe1": {{"taskId": {number}, "otc": {number}}}}}}}')
    assert [(one.task_id, one.otc.get_secret_value()) for one in start.codes()] == ([(text, text)] if text else [])
    assert EndOtcAnswer.model_validate_json(f'{{"otc": {number}}}').otc.get_secret_value() == text
    fixed = FixedOtcs.model_validate_json(f'{{"otcs": [{{"otc": [{{"code": {number}}}]}}]}}').codes()
    assert [one.otc.get_secret_value() for one in fixed] == ([text] if text else [])
    page = ScanPage.model_validate_json(f'{{"scannedShipments": [{{"trackingId": {number}}}]}}').shipments()
    assert [one.tracking_id for one in page] == ([text] if text else [])
    load = InitialLoad.model_validate_json(f'{{"feDetails": {{"fe1": {{"task": {{"id": {number}}}}}}}}}').arrivals()
    assert [one.task_id for one in load.sightings] == ([text] if text else [])


@calm
@given(st.integers(min_value=1, max_value=10**10))
def test_seconds_and_milliseconds_are_the_same_moment(second: int) -> None:
    def scanned(value: object) -> datetime | None:
        page = read(ScanPage, {"scannedShipments": [{"trackingId": "T", "scannedAt": value}]})
        moment: datetime | None = page.shipments()[0].scanned_at
        return moment

    moment = scanned(second)
    assert moment is not None
    assert moment.timestamp() == second
    if second * 1000 >= 1e11:
        assert scanned(second * 1000) == scanned(str(second * 1000)) == moment
