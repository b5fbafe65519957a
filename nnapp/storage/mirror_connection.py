"""Receive a file from a mirror in the background, so that whoever waits for it can stop at any time.

Looking up a name, connecting and reading may each block for as long as the system likes. They happen in a thread of
their own, which is left to itself when nobody wants what it brings any more: it ends with its next piece, or when the
mirror has been silent for the time it was given.

Proxies are taken from the environment (``http_proxy``, ``https_proxy``, ``no_proxy``) or the system, as
`urllib.request` does; it follows redirects on the web as well, and checks certificates.
"""

from __future__ import annotations

import errno
import http.client
import os
import queue
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from typing import IO
from urllib.parse import urlsplit

__all__ = ["Answer", "BrokenOffError", "MirrorConnection", "MirrorError"]

_PIECE_BYTES = 1 << 16
_MOST_PIECES_WAITING = 32
_PUT_INTERVAL_S = 0.1
_LOWEST_BYTES_PER_S = 1024
_WEB_SCHEMES = ("http", "https")
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15}|\*)")
_REASONS = {
    errno.ECONNREFUSED: "nobody answers there",
    errno.ECONNRESET: "it was cut",
    errno.EPIPE: "it was cut",
    errno.EHOSTUNREACH: "the network does not reach it",
    errno.ENETUNREACH: "there is no network",
}


class MirrorError(Exception):
    """A mirror did not deliver; the message completes "mirror.example: …"."""


class BrokenOffError(MirrorError):
    """A mirror stopped in the middle, so that asking again for the rest may help."""


@dataclass(frozen=True)
class Answer:
    """What a mirror announces before it sends anything.

    Attributes
    ----------
    offset : int
        Where in the file its first byte belongs.
    total_bytes : int or None
        Length of the whole file; None if it does not say.
    is_unsatisfiable : bool
        Whether it sends nothing because the file is no longer than what is there already (HTTP 416).
    """

    offset: int
    total_bytes: int | None
    is_unsatisfiable: bool = False


_Event = Answer | bytes | MirrorError | None
"""What the thread tells: the answer, then pieces, then None at the end; or why that failed."""


class MirrorConnection:
    """One request for a file, from a byte of it on. Close it, whatever happens.

    Parameters
    ----------
    url : str
        Address of the file.
    offset : int
        First byte to ask for.
    timeout_s : float
        How long the mirror may be silent, in seconds. A mirror that sends less than a kilobyte a second for as long
        is given up too: it would take hours, and another may be faster.
    """

    def __init__(self, url: str, offset: int, timeout_s: float) -> None:
        self._url = url
        self._offset = offset
        self._timeout_s = timeout_s
        self._events: queue.Queue[_Event] = queue.Queue(_MOST_PIECES_WAITING)
        self._is_unwanted = threading.Event()
        # Only the time spent waiting counts, so that a pause of whoever asks is not taken for the mirror's.
        self._silent_s = 0.0
        self._waited_s = 0.0
        self._recent_bytes = 0
        threading.Thread(target=self._receive, name="download", daemon=True).start()

    def next_event(self, longest_s: float) -> Answer | bytes | None:
        """Return what came next: the `Answer`, then pieces; None at the end, and b"" if nothing came in time.

        Parameters
        ----------
        longest_s : float
            How long to wait, in seconds.

        Raises
        ------
        MirrorError
            If the mirror does not deliver.
        BrokenOffError
            If it stopped in the middle.
        """
        started = monotonic()
        event: _Event
        try:
            event = self._events.get(timeout=longest_s)
        except queue.Empty:
            event = b""
        waited = monotonic() - started
        self._waited_s += waited
        if event == b"":
            self._silent_s += waited
            if self._silent_s >= self._timeout_s:
                raise self._silence()
        else:
            self._silent_s = 0.0
        if isinstance(event, MirrorError):
            raise event
        if isinstance(event, Answer):
            self._waited_s = 0.0
        elif event is not None:
            self._check_speed(len(event))
        return event

    def close(self) -> None:
        """Take nothing more. Returns at once."""
        self._is_unwanted.set()

    def _check_speed(self, n_bytes: int) -> None:
        self._recent_bytes += n_bytes
        if self._waited_s < self._timeout_s:
            return
        if self._recent_bytes < _LOWEST_BYTES_PER_S * self._waited_s:
            raise MirrorError(f"it sent less than 1 KB a second for {self._timeout_s:g} s")
        self._waited_s = 0.0
        self._recent_bytes = 0

    def _silence(self) -> BrokenOffError:
        return BrokenOffError(f"it was silent for {self._timeout_s:g} s")

    def _receive(self) -> None:
        try:
            self._read()
        except MirrorError as error:
            self._tell(error)
        except TimeoutError:
            self._tell(self._silence())
        except http.client.IncompleteRead:
            self._tell(None)
        except (OSError, http.client.HTTPException, ValueError, OverflowError) as error:
            # The last two: the mirror redirects to an address that urllib cannot parse, or a port that cannot be.
            self._tell(BrokenOffError(self._failure(error)))

    def _read(self) -> None:
        headers = {"User-Agent": "nnapp"}
        if self._offset:
            headers["Range"] = f"bytes={self._offset}-"
        request = urllib.request.Request(self._url, headers=headers)
        # Not `urlopen`, which keeps the proxies that were set when it was first called.
        opener = urllib.request.build_opener(_WebRedirects)
        try:
            with opener.open(request, timeout=self._timeout_s) as response:
                self._tell(_read_answer(response.status, response.headers, self._offset))
                while not self._is_unwanted.is_set():
                    piece = response.read1(_PIECE_BYTES)
                    self._tell(piece or None)
                    if not piece:
                        return
        except urllib.error.HTTPError as error:
            with error:
                if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and self._offset:
                    self._tell(Answer(self._offset, None, is_unsatisfiable=True))
                    self._tell(None)
                elif 300 <= error.code < 400:
                    raise MirrorError("it redirects in a circle, or to no address on the web") from error
                else:
                    raise MirrorError(f"it answered {error.code} {error.reason}".rstrip()) from error

    def _tell(self, event: _Event) -> None:
        while not self._is_unwanted.is_set():
            with suppress(queue.Full):
                self._events.put(event, timeout=_PUT_INTERVAL_S)
                return

    def _failure(self, error: Exception) -> str:
        """Return why a connection failed as a clause; `URLError` wraps the reason that a person needs."""
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return str(self._silence())
        if isinstance(reason, ssl.SSLCertVerificationError):
            return (
                f"its certificate cannot be trusted ({reason.verify_message.rstrip('.')}), as when the clock of this "
                "computer is wrong or somebody on the way reads along"
            )
        if isinstance(reason, socket.gaierror):
            clause = "its name is not known, as when there is no network"
        elif isinstance(reason, OSError) and reason.errno:
            clause = _REASONS.get(reason.errno, reason.strerror or os.strerror(reason.errno))
        else:
            clause = str(reason) or type(reason).__name__
        return f"the connection{_through_proxy(self._url)} failed ({clause})"


class _WebRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https alone; urllib's own would follow those to ftp as well."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in _WEB_SCHEMES:
            raise urllib.error.HTTPError(newurl, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read_answer(status: int | None, headers: http.client.HTTPMessage, offset: int) -> Answer:
    """Return what an answer of 200 or 206 announces.

    Raises
    ------
    MirrorError
        If it is another, or does not say which part of the file it sends (RFC 9110, sections 14.4 and 15.3.7).
    """
    if status == HTTPStatus.OK:
        announced = headers.get("Content-Length", "")
        return Answer(0, int(announced) if re.fullmatch(r"[0-9]{1,15}", announced) else None)
    if status != HTTPStatus.PARTIAL_CONTENT or not offset:
        raise MirrorError(f"it answered {status}")
    content_range = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", ""))
    if content_range is None:
        raise MirrorError("it sent a part of the file without saying which")
    start, total = content_range.groups()
    return Answer(int(start), int(total) if total != "*" else None)


def _through_proxy(url: str) -> str:
    """Return "" or " through the proxy …", without the password it may have."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if not proxy or urllib.request.proxy_bypass(parts.hostname or ""):
        return ""
    return f" through the proxy {proxy.rpartition('@')[2].rpartition('//')[2].rstrip('/')}"
