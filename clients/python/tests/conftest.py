from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi_shop import Setup
from support import API_KEY, Monlight

from monlight import ErrorClient, MetricsClient, setup_monlight
from monlight.integrations.fastapi import Clients


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


@pytest.fixture
def watched(monlight: Monlight, project: str) -> Iterator[Setup]:
    """Has an application watched by Monlight."""
    made: list[Clients] = []

    def setup(app: Any) -> Clients:
        clients = setup_monlight(
            app,
            error_tracker_url=monlight.url,
            metrics_collector_url=monlight.url,
            api_key=API_KEY,
            project=project,
            environment="test",
            flush_interval=60,
        )
        made.append(clients)
        return clients

    yield setup
    for clients in made:
        clients.stop()
