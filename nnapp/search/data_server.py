"""Images and labels for workers: each process of theirs fetches them once, however many runs it does.

The server speaks over TCP with `multiprocessing.connection`, whose handshake proves to each side that the other knows a
random key (HMAC); the key travels with the tasks. Then come the type and shape of images and labels as JSON, and their
raw bytes in pieces. Nothing that arrives is unpickled.
"""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import ExecutorError
from nnapp.storage.run_file import data_fingerprint

__all__ = ["DataServer", "DataSource", "addresses_of_this_machine", "fetch"]

_LOOPBACK = "127.0.0.1"
_ELSEWHERE = "198.51.100.1"  # an address for documents (RFC 5737): a way out is chosen for it, nothing is sent to it
_PIECE_BYTES = 2**24
_CONNECT_TIMEOUT_S = 10.0
_ACCEPT_TIMEOUT_S = 0.5

Data = tuple[NDArray[np.uint8], NDArray[np.int64]]


@dataclass(frozen=True)
class DataSource:
    """Where a worker gets the data.

    Attributes
    ----------
    fingerprint : str
        Of the data, see `nnapp.storage.run_file.data_fingerprint`.
    hosts : tuple of str
        Names and addresses of the machine, to be tried in this order.
    port : int
    key : bytes
        That the handshake is about.
    """

    fingerprint: str
    hosts: tuple[str, ...]
    port: int
    key: bytes


class DataServer:
    """Hands out one data set inside a ``with`` block, in threads of its own.

    Parameters
    ----------
    images, labels : array
        Not to be changed while the server runs.
    fingerprint : str
        Theirs.
    is_local : bool
        Whether only processes of this machine are answered.

    Attributes
    ----------
    n_sent : int
        How often the data were handed out.
    """

    def __init__(self, images: NDArray[Any], labels: NDArray[Any], fingerprint: str, *, is_local: bool) -> None:
        self.n_sent = 0
        self._arrays = (np.ascontiguousarray(images), np.ascontiguousarray(labels))
        self._is_closed = threading.Event()
        self._lock = threading.Lock()
        self._callers: set[socket.socket] = set()
        self._socket = socket.create_server((_LOOPBACK if is_local else "", 0))
        self._socket.settimeout(_ACCEPT_TIMEOUT_S)  # closing it would not wake a thread that accepts
        hosts = (_LOOPBACK,) if is_local else (_LOOPBACK, *addresses_of_this_machine())
        self.source = DataSource(fingerprint, hosts, self._socket.getsockname()[1], secrets.token_bytes(32))
        self._thread = threading.Thread(target=self._accept, name="DataServer", daemon=True)

    def __enter__(self) -> DataServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_closed.set()
        self._socket.close()
        with self._lock:
            for caller in self._callers:
                with suppress(OSError):  # gone by itself
                    caller.shutdown(socket.SHUT_RDWR)  # which wakes the thread that waits for it
        _forget(self.source.fingerprint)

    def _accept(self) -> None:
        while not self._is_closed.is_set():
            try:
                caller, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                # The socket was closed; or a caller has hung up, or there are too many files open, which passes.
                self._is_closed.wait(_ACCEPT_TIMEOUT_S)
                continue
            # One thread each: whoever calls and then says nothing keeps only itself waiting.
            threading.Thread(target=self._answer, args=(caller,), name="DataServer", daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        caller.settimeout(None)
        with self._lock:
            self._callers.add(caller)
        try:
            self._serve(caller)
        finally:
            with self._lock:
                self._callers.discard(caller)
            caller.close()

    def _serve(self, caller: socket.socket) -> None:
        # Strangers, and workers that end in the middle, are no problem of the search.
        with Connection(caller.dup().detach()) as connection, suppress(OSError, EOFError, AuthenticationError):
            if self._is_closed.is_set():  # since before it was known as a caller
                return
            deliver_challenge(connection, self.source.key)
            answer_challenge(connection, self.source.key)
            connection.send_bytes(json.dumps([[array.dtype.str, array.shape] for array in self._arrays]).encode())
            for array in self._arrays:
                for piece in _pieces(array):
                    connection.send_bytes(piece)
            connection.recv_bytes()  # all has arrived
            with self._lock:
                self.n_sent += 1


def fetch(source: DataSource) -> Data:
    """Return the images and labels of a source, read-only; only the first call of a process transfers them.

    They are kept until others are fetched.

    Raises
    ------
    ExecutorError
        If the machine that has them cannot be reached.
    """
    with _fetching:  # threads of one process that want the same data wait for the first
        data = _held.get(source.fingerprint)
        if data is None:
            _held.clear()
            data = _held[source.fingerprint] = _transfer(source)
        return data


_held: dict[str, Data] = {}
_fetching = threading.Lock()


def _forget(fingerprint: str) -> None:
    """Let go of data that threads of this process have fetched."""
    _held.pop(fingerprint, None)


def _transfer(source: DataSource) -> Data:
    with _connect(source) as connection:
        images, labels = (np.empty(shape, dtype) for dtype, shape in json.loads(connection.recv_bytes()))
        for array in (images, labels):
            for piece in _pieces(array):
                connection.recv_bytes_into(piece)
            array.setflags(write=False)
        if data_fingerprint(images, labels) != source.fingerprint:
            raise ExecutorError("The data that a worker receives must be those of the search; got others.")
        connection.send_bytes(b"received")
    return images, labels


def _connect(source: DataSource) -> Connection[Any, Any]:
    problem = ""
    for host in source.hosts:
        try:
            return _connect_to(host, source)
        except (OSError, EOFError, AuthenticationError) as error:  # noqa: PERF203  there are three at most
            problem = str(error)
    raise ExecutorError(
        f"Workers must be able to reach the machine of the search at port {source.port} of "
        f"{', '.join(source.hosts)}; got {problem} on {socket.gethostname()}."
    )


def _connect_to(host: str, source: DataSource) -> Connection[Any, Any]:
    """Return a connection to the server, if it is the one that answers there."""
    caller = socket.create_connection((host, source.port), _CONNECT_TIMEOUT_S)
    caller.settimeout(None)
    connection = Connection(caller.detach())
    try:
        # What another program answers at this port of another machine may wait for us to begin.
        if not connection.poll(_CONNECT_TIMEOUT_S):
            raise TimeoutError("no answer")
        answer_challenge(connection, source.key)
        deliver_challenge(connection, source.key)
    except BaseException:
        connection.close()
        raise
    return connection


def addresses_of_this_machine() -> tuple[str, ...]:
    """Return by what other machines may reach this one: the address it would call others from, and its name."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((_ELSEWHERE, 9))
        return str(probe.getsockname()[0]), socket.gethostname()
    return (socket.gethostname(),)


def _pieces(array: NDArray[Any]) -> Iterable[memoryview]:
    """Yield the bytes of a contiguous array in pieces that are views of it."""
    whole = array.reshape(-1).view(np.uint8).data
    return (whole[start : start + _PIECE_BYTES] for start in range(0, len(whole), _PIECE_BYTES))
