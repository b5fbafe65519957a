"""Images travel once to each process, to nobody who does not know the key, and arrive as they were."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from nnapp.errors import ExecutorError
from nnapp.search import data_server
from nnapp.search.data_server import DataServer, addresses_of_this_machine, fetch
from nnapp.storage.dataset import Dataset
from nnapp.storage.run_file import data_fingerprint


def server_of(dataset: Dataset) -> DataServer:
    images, labels = dataset.training_images, dataset.training_labels
    return DataServer(images, labels, data_fingerprint(images, labels), is_local=True)


def wait_until_sent(server: DataServer, count: int) -> int:
    """Return how often data were sent, which the server knows a moment after the worker."""
    deadline = time.monotonic() + 10
    while server.n_sent < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return server.n_sent


def test_data_arrive_as_they_were(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_server, "_PIECE_BYTES", 1000)  # 9,000 bytes of images in 9 pieces
    with server_of(dataset) as server:
        images, labels = fetch(server.source)
    np.testing.assert_array_equal(images, dataset.training_images)
    np.testing.assert_array_equal(labels, dataset.training_labels)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)
    assert not images.flags.writeable
    assert not labels.flags.writeable


def test_threads_of_one_process_share_one_transfer(dataset: Dataset) -> None:
    with server_of(dataset) as server, ThreadPoolExecutor(4) as threads:
        fetched = list(threads.map(fetch, [server.source] * 12))
        assert wait_until_sent(server, 1) == 1
    assert len({id(images) for images, _ in fetched}) == 1


def test_stranger_gets_nothing(dataset: Dataset) -> None:
    with server_of(dataset) as server:
        with pytest.raises(ExecutorError, match=f"port {server.source.port} of 127.0.0.1"):
            fetch(replace(server.source, key=b"guessed"))
        assert server.n_sent == 0
        fetch(server.source)
        assert wait_until_sent(server, 1) == 1


def test_caller_who_says_nothing_keeps_nobody_waiting(dataset: Dataset) -> None:
    with server_of(dataset) as server, socket.create_connection(("127.0.0.1", server.source.port)):
        fetch(server.source)


def test_caller_who_says_nothing_is_not_waited_for_once_it_is_over(dataset: Dataset) -> None:
    before = set(threading.enumerate())
    with server_of(dataset) as server, socket.create_connection(("127.0.0.1", server.source.port)) as silent:
        fetch(server.source)  # the other is being answered by now
        server.__exit__(None, None, None)
        silent.settimeout(10)
        while silent.recv(1000):
            pass
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert set(threading.enumerate()) <= before


def test_program_that_waits_for_us_to_begin_is_not_waited_for(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_server, "_CONNECT_TIMEOUT_S", 0.1)
    with server_of(dataset) as server, socket.create_server(("127.0.0.1", 0)) as silent:
        source = replace(server.source, port=silent.getsockname()[1])
        with pytest.raises(ExecutorError, match="got no answer on"):
            fetch(source)


def test_caller_who_hangs_up_at_once_ends_nothing(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_server, "_ACCEPT_TIMEOUT_S", 0.01)
    accept, failures = socket.socket.accept, [ConnectionAbortedError(), OSError(24, "Too many open files")]

    def accept_later(listener: socket.socket) -> object:
        if failures:
            raise failures.pop()
        return accept(listener)

    monkeypatch.setattr(socket.socket, "accept", accept_later)
    with server_of(dataset) as server:
        fetch(server.source)
    assert failures == []


def test_impostor_is_not_believed(dataset: Dataset) -> None:
    """Another program may answer at an address that means another machine to the worker."""
    other = server_of(dataset)
    with server_of(dataset) as server, other:
        source = replace(server.source, port=other.source.port)
        with pytest.raises(ExecutorError, match="must be able to reach"):
            fetch(source)


def test_other_data_than_asked_for_are_refused(dataset: Dataset) -> None:
    images, labels = dataset.training_images, dataset.training_labels
    server = DataServer(images[:, ::-1], labels, data_fingerprint(images, labels), is_local=True)
    with server, pytest.raises(ExecutorError, match="must be those of the search"):
        fetch(server.source)


def test_hosts_are_tried_in_turn(dataset: Dataset) -> None:
    with server_of(dataset) as server:
        fetch(replace(server.source, hosts=("nowhere.invalid", "127.0.0.1")))


@pytest.fixture(autouse=True)
def nowhere_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a name that means nothing known to mean nothing, without asking a name server."""
    connect = socket.create_connection

    def create_connection(address: tuple[str, int], timeout: float = 10.0) -> socket.socket:
        if address[0] == "nowhere.invalid":
            raise socket.gaierror(-2, "Name or service not known")
        return connect(address, timeout)

    monkeypatch.setattr(data_server.socket, "create_connection", create_connection)


def test_others_are_told_by_what_to_reach_this_machine(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    class Probe:
        def __enter__(self) -> Probe:
            return self

        def __exit__(self, *details: object) -> None:
            pass

        def connect(self, address: tuple[str, int]) -> None:
            assert address[0].startswith("198.51.100.")

        def getsockname(self) -> tuple[str, int]:
            return "10.1.2.3", 5

    monkeypatch.setattr(data_server.socket, "gethostname", lambda: "lab")
    with monkeypatch.context() as patch:
        patch.setattr(data_server.socket, "socket", lambda *kind: Probe())
        assert addresses_of_this_machine() == ("10.1.2.3", "lab")
    images, labels = dataset.training_images, dataset.training_labels
    monkeypatch.setattr(data_server, "addresses_of_this_machine", lambda: ("10.1.2.3", "lab"))
    with DataServer(images, labels, "", is_local=False) as server:
        assert server.source.hosts == ("127.0.0.1", "10.1.2.3", "lab")


def test_machine_without_a_way_out_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*kind: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(data_server.socket, "gethostname", lambda: "lab")
    monkeypatch.setattr(data_server.socket, "socket", no_network)
    assert addresses_of_this_machine() == ("lab",)
