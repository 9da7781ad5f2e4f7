"""The page that Prometheus reads, the catalogue of metrics, and the page of the docs that is made of it."""

import os
import re
from collections.abc import Callable, Iterator

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.monitoring.catalogue import CATALOGUE, Kind, Sample
from bot.monitoring.counted import Histogram
from bot.monitoring.page import page_of
from tests.monitoring.prometheus import RULES
from tests.prepare import ROOT

DOCS = ROOT / "docs/metrics.md"
MADE = "<!-- made by tests/monitoring/test_page.py -->\n\n"
MADE_ALERTS = "<!-- alerts, made by tests/monitoring/test_page.py -->\n\n"
END = "\n<!-- end of what is made -->\n"


def values(*samples: Sample) -> dict[str, float]:
    """What somebody reads, by metric and labels."""
    families = text_string_to_metric_families(page_of(samples).decode())
    return {
        " ".join([one.name, *(f"{label}={word}" for label, word in sorted(one.labels.items()))]): one.value
        for family in families
        for one in family.samples
        if one.name.startswith("otc_")
    }


def test_each_kind_is_written_as_prometheus_reads_it() -> None:
    lag = Histogram((0.5, 1.0))
    lag.add(0.7)
    found = values(
        Sample("otc_loop_lag_seconds", (), lag),
        Sample("otc_cards_stale", ("north",), 3),
        Sample("otc_faults_total", ("",), 2),
    )
    assert found == {
        "otc_loop_lag_seconds_bucket le=0.5": 0,
        "otc_loop_lag_seconds_bucket le=1.0": 1,
        "otc_loop_lag_seconds_bucket le=+Inf": 1,
        "otc_loop_lag_seconds_count": 1,
        "otc_loop_lag_seconds_sum": 0.7,
        "otc_cards_stale workspace=north": 3,
        "otc_faults_total workspace=": 2,
    }


def test_signs_in_an_id_break_no_line() -> None:
    odd = 'LOC"1\\\n2'
    assert values(Sample("otc_parcels", ("", odd), 1)) == {f"otc_parcels location={odd} workspace=": 1}


def test_what_is_known_of_the_process_is_there_too() -> None:
    assert b"\nprocess_resident_memory_bytes " in page_of([])


def test_a_name_that_is_not_in_the_catalogue_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        page_of([Sample("otc_unheard_of", (), 1)])


def test_two_readers_get_the_same() -> None:
    one = [Sample("otc_cards_stale", ("",), 1)]
    assert values(*one) == values(*one)


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda one: one.name)
def test_names_say_what_is_measured(metric: object) -> None:
    one = next(found for found in CATALOGUE if found is metric)
    assert re.fullmatch(r"otc_[a-z_]+", one.name)
    assert one.name.endswith("_total") == (one.kind is Kind.COUNTER), "counters, and only they, end in _total"
    assert "seconds" in one.help.lower() if one.name.endswith("_seconds") else True, "the unit is said"
    assert one.help[0].isupper() or one.help[0].isdigit()
    assert one.help.endswith("."), "whole sentences"
    assert set(one.labels) <= LABELS, "labels whose words are a fixed set, or ids of bot.toml"


LABELS = {
    *("call", "check", "code", "kind", "location", "method", "outcome", "python", "seller", "stage", "version"),
    *("webhook", "workspace"),
}


def table() -> Iterator[str]:
    """The metrics as the docs list them."""
    yield "| metric | kind | labels | what it says, and what to do |"
    yield "|---|---|---|---|"
    for one in CATALOGUE:
        labels = ", ".join(f"`{label}`" for label in one.labels) or "–"
        yield f"| `{one.name}` | {one.kind.value} | {labels} | {one.help} |"


def alerts() -> Iterator[str]:
    """The alerts as the docs list them."""
    yield "| alert | severity | after | what is wrong | what to do |"
    yield "|---|---|---|---|---|"
    [group] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    for one in group["rules"]:
        # Whose it is stands in the middle of a sentence; so do figures, which are of then.
        whole = re.sub(r"{{ *with .*?}}(.*?){{ *end *}}", "", one["annotations"]["summary"])
        said = re.sub(r"{{ *\$labels\.(\w+) *}}", r"*\1*", re.sub(r"{{ *\$value.*?}}", "…", whole))
        severity, after = f"`{one['labels']['severity']}`", one.get("for", "at once")
        cells = (f"`{one['alert']}`", severity, after, said, one["annotations"]["todo"])
        yield f"| {' | '.join(cells)} |"


@pytest.mark.parametrize(("begins", "lines"), [(MADE, table), (MADE_ALERTS, alerts)])
def test_the_docs_list_every_metric_and_every_alert(begins: str, lines: Callable[[], Iterator[str]]) -> None:
    before, _, after = DOCS.read_text(encoding="utf-8").partition(begins)
    wanted = "".join([before, begins, *(f"{line}\n" for line in lines()), END, after.partition(END)[2]])
    if os.environ.get("UPDATE_GOLDEN") == "1":
        DOCS.write_text(wanted, encoding="utf-8")
    assert DOCS.read_text(encoding="utf-8") == wanted, "run with UPDATE_GOLDEN=1, and read it"
