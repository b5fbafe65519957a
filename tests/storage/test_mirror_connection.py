"""One request to a mirror: what is asked, what is made of the answer, and that nobody has to wait for its end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from support.published import FIRST, SENT
from support.web_server import (
    WebServer,
    cut_at,
    dribble_headers,
    fall_silent,
    redirect_to,
    send,
    send_garbage,
    send_good,
    send_status,
    trickle,
)

from nnapp.storage.mirror_connection import Answer, BrokenOffError, MirrorConnection, MirrorError

Start = Callable[..., WebServer]

BODY = SENT[FIRST]


def receive(address: str, offset: int = 0, timeout_s: float = 5.0) -> tuple[Answer, bytes]:
    """Return the answer to a request for the first file, and all that came after it."""
    with closing(MirrorConnection(address + FIRST, offset, timeout_s)) as connection:
        pieces = []
        answer = None
        while (event := connection.next_event(0.1)) is not None:
            if isinstance(event, Answer):
                answer = event
            else:
                pieces.append(event)
    assert answer is not None
    return answer, b"".join(pieces)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


# What is asked, and what comes --------------------------------------------------------------------


def test_whole_file(start: Start) -> None:
    server = start(send_good)
    assert receive(server.address) == (Answer(0, len(BODY)), BODY)
    assert server.requests == [(FIRST, None)]


def test_rest_of_a_file(start: Start) -> None:
    server = start(send_good)
    assert receive(server.address, 1_000) == (Answer(1_000, len(BODY)), BODY[1_000:])
    assert server.requests == [(FIRST, "bytes=1000-")]


def test_no_rest(start: Start) -> None:
    answer, rest = receive(start(send_good).address, len(BODY))
    assert (answer, rest) == (Answer(len(BODY), None, is_unsatisfiable=True), b"")


@pytest.mark.parametrize(
    ("content_range", "answer"),
    [("bytes 7-9/10", Answer(7, 10)), ("bytes 7-9/*", Answer(7, None)), ("bytes 0-9/10", Answer(0, 10))],
)
def test_part_that_is_named(start: Start, content_range: str, answer: Answer) -> None:
    server = start(lambda handler, body: send(handler, b"abc", 206, Content_Range=content_range))
    assert receive(server.address, 7) == (answer, b"abc")


@pytest.mark.parametrize("content_range", ["", "bytes */10", "bytes 7-9", "items 7-9/10", "bytes -7-9/10"])
def test_part_that_is_not_named(start: Start, content_range: str) -> None:
    server = start(lambda handler, body: send(handler, b"abc", 206, Content_Range=content_range))
    with pytest.raises(MirrorError, match="it sent a part of the file without saying which"):
        receive(server.address, 7)


@pytest.mark.parametrize("length", ["many", "-5", "1" * 30])
def test_length_that_is_none(start: Start, length: str) -> None:
    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", length)
        handler.end_headers()
        handler.wfile.write(b"abc")

    assert receive(start(answer).address)[0] == Answer(0, None)


# Redirects ----------------------------------------------------------------------------------------


def test_redirect_is_followed_with_the_range(start: Start) -> None:
    good = start(send_good)
    moved = start(redirect_to(f"http://{good.host}{{path}}"))
    assert receive(moved.address, 1_000)[1] == BODY[1_000:]
    assert good.requests == [(FIRST, "bytes=1000-")]


@pytest.mark.parametrize("scheme", ["file", "ftp", "data", "gopher"])
def test_redirect_off_the_web_is_refused(start: Start, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    elsewhere = start(send_good)
    # Which urllib would otherwise speak to.
    monkeypatch.setenv("ftp_proxy", f"http://{elsewhere.host}")
    monkeypatch.delenv("no_proxy")
    server = start(redirect_to(f"{scheme}://{elsewhere.host}{{path}}"))
    with pytest.raises(MirrorError, match="it redirects in a circle, or to no address on the web"):
        receive(server.address)
    assert elsewhere.requests == []


def test_redirect_in_a_circle(start: Start) -> None:
    server = start(redirect_to("{path}"))
    with pytest.raises(MirrorError, match="it redirects in a circle, or to no address on the web"):
        receive(server.address)
    assert len(server.requests) < 15


# Proxies ------------------------------------------------------------------------------------------


def test_proxy_of_the_environment(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = start(send_good)
    monkeypatch.setenv("http_proxy", f"http://user:secret@{proxy.host}")
    assert receive("http://mirror.invalid/files/")[1] == BODY
    assert proxy.paths == [f"http://mirror.invalid/files/{FIRST}"]


def test_proxy_is_left_out_where_the_environment_says_so(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, server = start(send_status(403)), start(send_good)
    monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
    monkeypatch.setenv("no_proxy", "mirror.invalid,127.0.0.1")
    assert receive(server.address)[1] == BODY
    assert proxy.requests == []


def test_proxy_that_is_not_there(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("http_proxy", f"http://user:secret@127.0.0.1:{port}/")
    with pytest.raises(MirrorError) as caught:
        receive("http://mirror.invalid/files/")
    # Without the password.
    assert str(caught.value) == f"the connection through the proxy 127.0.0.1:{port} failed (nobody answers there)"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://127.0.0.1:port", "http://127.0.0.1:99999", "//"])
def test_proxy_that_makes_no_sense(start: Start, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(MirrorError, match="failed"):
        receive("http://mirror.invalid/files/")


# Failures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "message"), [(403, "403 Forbidden"), (503, "503 Service Unavailable"), (204, "204"), (416, "416 ")]
)
def test_status_that_is_no_file(start: Start, status: int, message: str) -> None:
    with pytest.raises(MirrorError, match=f"it answered {message}") as caught:
        receive(start(send_status(status)).address)
    assert not isinstance(caught.value, BrokenOffError)  # asking again at once is of no use


def test_nobody_there(start: Start) -> None:
    with pytest.raises(BrokenOffError) as caught:
        receive(f"http://127.0.0.1:{free_port()}/")
    assert str(caught.value) == "the connection failed (nobody answers there)"


def test_another_protocol(start: Start) -> None:
    with pytest.raises(BrokenOffError, match=r"the connection failed \("):
        receive(start(send_garbage).address)


def test_connection_that_is_cut_just_ends(start: Start) -> None:
    assert receive(start(cut_at(1_000)).address) == (Answer(0, len(BODY)), BODY[:1_000])


def test_unknown_name(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_arguments: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(BrokenOffError, match=r"the connection failed \(its name is not known, as when"):
        receive("http://mirror.invalid/")


def test_certificate_that_cannot_be_trusted(start: Start) -> None:
    server = start(send_good, certificate=Path(__file__).parents[1] / "support" / "untrusted.pem")
    with pytest.raises(MirrorError) as caught:
        receive(server.address)
    assert str(caught.value).startswith("its certificate cannot be trusted (self")
    assert "as when the clock of this computer is wrong or somebody on the way reads along" in str(caught.value)
    assert server.requests == []


# Time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [fall_silent(), fall_silent(100), dribble_headers])
def test_silence(start: Start, answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> None:
    with pytest.raises(BrokenOffError, match=r"it was silent for 0\.2 s"):
        receive(start(answer).address, timeout_s=0.2)


def test_slower_than_a_kilobyte_a_second(start: Start) -> None:
    with pytest.raises(MirrorError, match=r"it sent less than 1 KB a second for 0\.2 s") as caught:
        receive(start(trickle).address, timeout_s=0.2)
    assert not isinstance(caught.value, BrokenOffError)


def test_look_up_without_end(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments: is_over.wait(20) and [])
    with pytest.raises(BrokenOffError, match=r"it was silent for 0\.2 s"):
        receive("http://mirror.invalid/", timeout_s=0.2)
    is_over.set()


def test_silence_is_told_of_while_it_lasts_and_closing_does_not_wait(start: Start) -> None:
    connection = MirrorConnection(start(fall_silent()).address + FIRST, 0, 20)
    started = time.monotonic()
    assert connection.next_event(0.05) == b""
    connection.close()
    assert time.monotonic() - started < 5  # the mirror is silent for 20 s


def test_thread_ends_when_nobody_wants_more(start: Start) -> None:
    # Random bytes are larger than what may wait to be taken; without a reader, the thread waits with its next piece.
    server = WebServer({FIRST: bytes(8 << 20)}, send_good)
    connection = MirrorConnection(server.address + FIRST, 0, 20)
    assert isinstance(connection.next_event(5), Answer)
    assert any(thread.name == "download" for thread in threading.enumerate())
    connection.close()
    deadline = time.monotonic() + 10
    while any(thread.name == "download" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    server.close()
