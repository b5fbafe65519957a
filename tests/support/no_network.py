"""Keeps the tests, and the programs they start, from reaching any other computer."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

__all__ = ["attempts", "forbid"]

_HERE = ("127.0.0.1", "::1", "localhost", "", None)
_DISCARD_PORT = 9

attempts: list[str] = []
"""What a test wanted to reach, by name or address; to be emptied by whoever has looked at it."""


def forbid() -> None:
    """Refuse every connection to another computer from now on, for the rest of this process.

    Programs that are started are given a proxy where nobody answers, which is as far as they get.
    """
    for name in ("http_proxy", "https_proxy"):
        os.environ[name] = os.environ[name.upper()] = f"http://127.0.0.1:{_DISCARD_PORT}"
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    sys.addaudithook(_refuse_others)


def _refuse_others(event: str, arguments: tuple[Any, ...]) -> None:
    """Hear of everything that the interpreter tells (https://docs.python.org/3/library/audit_events.html)."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # else a path: a socket of this computer
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if host not in _HERE:
        attempts.append(str(host))
        raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
