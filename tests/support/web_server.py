"""Web servers on this machine that answer well or badly, to download from."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

__all__ = [
    "Answer",
    "WebServer",
    "cut_at",
    "dribble_headers",
    "fall_silent",
    "redirect_to",
    "send",
    "send_garbage",
    "send_good",
    "send_html",
    "send_status",
    "send_without_end",
    "trickle",
]

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
"""Answers one request, given the file that was asked for."""


class WebServer:
    """Answers every request in the way it was told; the last way goes on for all further requests.

    Attributes
    ----------
    requests : list of (str, str or None)
        The name of the file that was asked for, and the Range header.
    paths : list of str
        What was asked for in full; a proxy is told the whole address.
    host : str
        "127.0.0.1" and the port.
    address : str
        Where the files are, ending in a slash.
    is_closing : threading.Event
        Set once answers have to end.
    """

    def __init__(self, files: Mapping[str, bytes], *answers: Answer, certificate: Path | None = None) -> None:
        self.requests: list[tuple[str, str | None]] = []
        self.paths: list[str] = []
        self.is_closing = threading.Event()
        left = list(answers)
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                server.requests.append((name, self.headers["Range"]))
                server.paths.append(self.path)
                answer = left.pop(0) if len(left) > 1 else left[0]
                self.is_closing = server.is_closing
                try:
                    answer(self, files[name])
                except ConnectionError:  # whoever asked is gone
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Keep the tests' output clean."""

        self._server = _QuietServer(("127.0.0.1", 0), Handler)
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.address = f"{scheme}://{self.host}/files/"

    @property
    def names(self) -> list[str]:
        """The names of the files that were asked for."""
        return [name for name, _ in self.requests]

    def close(self) -> None:
        """Answer no more."""
        self.is_closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about clients that hang up, as those do that trust no certificate."""


def send(
    handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, announced: int | None = None, **headers: str
) -> None:
    """Send an answer; `announced` is a length other than that of the body."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if announced is None else announced))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def send_good(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Answer as servers do, with the part that is asked for (RFC 9110, section 14)."""
    wanted = handler.headers["Range"]
    start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
    if wanted is None:
        send(handler, body)
    elif start >= len(body):
        send(handler, b"", 416, Content_Range=f"bytes */{len(body)}")
    else:
        send(handler, body[start:], 206, Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}")


def cut_at(n_bytes: int) -> Answer:
    """Return an answer that cuts the connection after this many bytes of what it sends."""

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        wfile = handler.wfile

        class Cut:
            def __init__(self) -> None:
                self.left = n_bytes
                self.is_head = True

            def write(self, data: bytes) -> int:
                if self.is_head:  # the headers, in one piece
                    self.is_head = False
                    return wfile.write(data)
                wfile.write(data[: self.left])
                if len(data) > self.left:
                    raise ConnectionError
                return len(data)

            def flush(self) -> None:
                wfile.flush()

        handler.wfile = Cut()  # type: ignore[assignment]  # as much of a stream as a handler uses
        try:
            send_good(handler, body)
        finally:
            handler.wfile = wfile

    return answer


def send_status(status: int) -> Answer:
    """Return an answer that is an error."""
    return lambda handler, _: send(handler, b"no", status)


def send_html(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Answer as the log-in page of a hotel's network does."""
    send(handler, b"<!DOCTYPE html><title>Please log in</title>" + bytes(10_000))


def send_garbage(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Answer in another protocol."""
    handler.wfile.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


def send_without_end(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Send empty deflate blocks without end: a gzip file that never holds anything."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(gzip.compress(b"", mtime=0)[:10])
    while True:
        handler.wfile.write(b"\x00\x00\x00\xff\xff" * 10_000)


def fall_silent(after_bytes: int | None = None) -> Answer:
    """Return an answer that stops without hanging up: before anything was said, or after some bytes."""

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if after_bytes is not None:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body[:after_bytes])
        handler.is_closing.wait(20)  # type: ignore[attr-defined]  # set by the server

    return answer


def trickle(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Send a byte every few hundredths of a second."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for number in body:
        handler.wfile.write(bytes([number]))
        time.sleep(0.03)


def dribble_headers(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Send one header after the other without ever coming to the file."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    while not handler.is_closing.wait(0.03):  # type: ignore[attr-defined]  # set by the server
        handler.wfile.write(b"X-Wait: a little\r\n")


def redirect_to(address: str) -> Answer:
    """Return an answer that points elsewhere; ``{path}`` in the address is the path that was asked for."""
    return lambda handler, _: send(handler, b"", 302, Location=address.format(path=handler.path))
