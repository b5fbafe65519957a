"""No test reaches another computer, nor does a program that a test starts."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request

import pytest
from support import no_network

ELSEWHERE = "198.51.100.1"  # an address kept for documentation (RFC 5737)


@pytest.mark.parametrize("host", [ELSEWHERE, "mirror.invalid"])
def test_connections_to_others_are_refused_and_told(host: str) -> None:
    with pytest.raises(OSError, match="unreachable"):
        socket.create_connection((host, 80), timeout=5)
    assert no_network.attempts == [host]
    no_network.attempts.clear()


def test_web_requests_end_at_a_proxy_that_is_not_there() -> None:
    with pytest.raises(OSError, match="refused"):
        urllib.request.build_opener().open("https://mirror.invalid/", timeout=5)


def test_programs_that_tests_start_inherit_the_proxy() -> None:
    program = "import urllib.request; print(urllib.request.getproxies()['https'])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "http://127.0.0.1:9\n"


def test_this_computer_may_be_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        assert no_network.attempts == []
