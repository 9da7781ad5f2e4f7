"""The page that Prometheus reads, made of samples when somebody asks, with a registry of its own."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bot.monitoring.catalogue import CATALOGUE, Kind, Metric, Sample
from bot.monitoring.counted import Histogram

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def page_of(samples: Iterable[Sample]) -> bytes:
    """The page, with what is known of the process itself (processor, memory, files) below. In any thread."""
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

    registry = CollectorRegistry()
    registry.register(_Given(samples))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Given:
    """Implements prometheus_client's collector, over samples that are there already."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._by_name: dict[str, list[Sample]] = {one.name: [] for one in CATALOGUE}
        for sample in samples:
            self._by_name[sample.name].append(sample)

    def describe(self) -> "list[Family]":
        """Nothing: prometheus_client would collect once to find out the names."""
        return []

    def collect(self) -> "Iterator[Family]":
        """What is there, in the order of the catalogue."""
        return (_family(metric, found) for metric in CATALOGUE if (found := self._by_name[metric.name]))


def _family(metric: Metric, samples: Iterable[Sample]) -> "Family":
    from prometheus_client.core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
    )

    if metric.kind is Kind.HISTOGRAM:
        measured = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
        for sample in samples:
            if isinstance(sample.value, Histogram):
                buckets = [(str(bound) if bound < float("inf") else "+Inf", n) for bound, n in sample.value.up_to()]
                measured.add_metric(sample.labels, buckets, sample.value.total)
        return measured
    kind = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    family = kind(metric.name, metric.help, labels=metric.labels)
    for sample in samples:
        if not isinstance(sample.value, Histogram):
            family.add_metric(sample.labels, sample.value)
    return family
