"""Samples that wait to be sent, bounded; counters are summed meanwhile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from math import isfinite

from monlight._delivery import Delivery
from monlight._text import clean, safe_str

#: Samples in a request; the server takes 1000.
BATCH = 1000
#: Bytes of a request; the server takes 512 KiB.
MAX_BYTES = 500_000
#: Samples that wait at most.
CAPACITY = 10_000

#: Limits of the server, in characters.
_NAME = 200
_LABELS = 20
_LABEL_NAME = 100
_LABEL_VALUE = 1000

LabelPairs = tuple[tuple[str, str], ...]


class Sample:
    """One sample, or the sum of what a counter got within a minute. `at` is seconds since 1970."""

    __slots__ = ("at", "kind", "labels", "name", "value")

    def __init__(self, kind: str, name: str, value: float, labels: LabelPairs, at: float) -> None:
        self.kind = kind
        self.name = name
        self.value = value
        self.labels = labels
        self.at = at


class SampleBuffer:
    """A source of batches for a `Sender`. Any thread may add."""

    def __init__(self, project: str | None) -> None:
        self.project = project
        self.reset()

    def reset(self) -> None:
        """Forgets all; after a fork the samples are the parent's."""
        # Reentrant: a signal handler may come in between and count something.
        self._lock = threading.RLock()
        self._samples: list[Sample] = []
        self._counters: dict[tuple[str, LabelPairs, int], Sample] = {}

    def __len__(self) -> int:
        return len(self._samples)

    def add(self, kind: str, name: str, value: float, labels: LabelPairs) -> int:
        """Adds a sample of this moment; how many wait now, 0 when there is no room for it."""
        at = time.time()
        with self._lock:
            if kind == "counter":
                # The server's finest buckets are minutes, so a sum within one is as good.
                key = (name, labels, int(at // 60))
                sample = self._counters.get(key)
                if sample is not None:
                    sample.value += value
                    return len(self._samples)
                if len(self._samples) >= CAPACITY:
                    return 0
                sample = self._counters[key] = Sample(kind, name, value, labels, at)
            else:
                if len(self._samples) >= CAPACITY:
                    return 0
                sample = Sample(kind, name, value, labels, at)
            self._samples.append(sample)
            return len(self._samples)

    def is_full(self) -> bool:
        return len(self._samples) >= BATCH

    def take(self) -> Delivery | None:
        """The oldest samples, at most 1000 that fit, as the body of `POST /api/metrics`."""
        with self._lock:
            batch = self._samples[:BATCH]
            del self._samples[:BATCH]
            self._counters.clear()
        if not batch:
            return None
        common = {} if self.project is None else {"project": _project(self.project)}
        texts: list[bytes] = []
        size = units = 0
        for one in batch:
            text = _encode(one, common)
            size += len(text) + 1
            if size > MAX_BYTES and texts:
                break
            units += 1
            if text:
                texts.append(text)
        if units < len(batch):
            # The next delivery begins with them.
            with self._lock:
                self._samples[:0] = batch[units:]
        return Delivery(b"[" + b",".join(texts) + b"]", units=units)


def _encode(one: Sample, common: dict[str, str]) -> bytes:
    """A sample as JSON; nothing for a sum that grew beyond all numbers, and would have the whole
    batch refused."""
    try:
        if not isfinite(one.value):
            return b""
    except OverflowError:
        return b""
    item = {
        "name": one.name,
        "type": one.kind,
        "value": one.value,
        "labels": dict(one.labels),
        "timestamp": _iso(one.at),
        **common,
    }
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()


def metric_name(name: object) -> str | None:
    """The name as the server takes it; None where it does not."""
    if not isinstance(name, str) or not name.strip() or len(name) > _NAME:
        return None
    return clean(str.__str__(name))


def label_pairs(labels: Mapping[object, object]) -> LabelPairs:
    """Labels as texts within the server's limits; None as a value leaves a label out."""
    kept: dict[str, str] = {}
    for name, value in labels.items():
        if value is None:
            continue
        label = clean(safe_str(name)[:_LABEL_NAME])[:_LABEL_NAME]
        if not label.strip():
            continue
        text = str(value).lower() if isinstance(value, bool) else safe_str(value)
        kept[label] = clean(text[:_LABEL_VALUE])[:_LABEL_VALUE]
        if len(kept) == _LABELS:
            break
    return tuple(kept.items())


def _project(project: object) -> str:
    return clean(safe_str(project)).strip()[:100] or "default"


def _iso(at: float) -> str:
    time_utc = datetime.fromtimestamp(at, timezone.utc)
    return time_utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
