"""Fixtures of the tests of files, folders and downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.published import SENT
from support.web_server import Answer, WebServer


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., WebServer]]:
    """Return a function that starts a mirror of `SENT`, asked without proxies; all are stopped after the test."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    servers: list[WebServer] = []

    def start(*answers: Answer, certificate: Path | None = None) -> WebServer:
        servers.append(WebServer(SENT, *answers, certificate=certificate))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
