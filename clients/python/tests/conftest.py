from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import API_KEY, Monlight

from monlight import ErrorClient, MetricsClient


@pytest.fixture(scope="session")
def monlight() -> Iterator[Monlight]:
    """One program for all tests; each has a project of its own."""
    program = Monlight()
    yield program
    program.close()


@pytest.fixture
def project(request: pytest.FixtureRequest) -> str:
    name = re.sub(r"\W+", "-", f"{Path(request.node.path).stem}-{request.node.name}")
    return f"{name[:80].strip('-')}-{zlib.crc32(request.node.nodeid.encode()):08x}"


@pytest.fixture
def errors(monlight: Monlight, project: str) -> Iterator[ErrorClient]:
    client = ErrorClient(monlight.url, API_KEY, project=project)
    yield client
    client.close(2)


@pytest.fixture
def metrics(monlight: Monlight, project: str) -> Iterator[MetricsClient]:
    client = MetricsClient(monlight.url, API_KEY, project=project)
    yield client
    client.shutdown(2)
