"""Downloads come from the first mirror that sends the right content; the mirrors here are local servers."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from nnapp.errors import DataError, StorageError
from nnapp.storage import files
from nnapp.storage.downloads import download_dataset
from nnapp.storage.idx_file import read_idx
from nnapp.storage.published_datasets import FILE_NAMES, KMNIST, MNIST, PublishedDataset

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]

# Uncompressed IDX files of one dimension, large enough to arrive in several pieces: random bytes do not shrink.
CONTENTS = [
    bytes.fromhex("00000801") + n_bytes.to_bytes(4, "big") + np.random.default_rng(n_bytes).bytes(n_bytes)
    for n_bytes in (200_000, 90, 1_000, 80)
]
SENT = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in zip(FILE_NAMES, CONTENTS, strict=True)}


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, announced: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if announced is None else announced))
    handler.end_headers()
    handler.wfile.write(body)


def send_good(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body)


def send_without_length(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(body)


def send_compressed_otherwise(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, gzip.compress(gzip.decompress(body), compresslevel=1, mtime=1))


def send_404(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, b"not here", status=404)


def send_503(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, b"try later", status=503)


def send_html(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, b"<html>Please log in to the hotel's network</html>")


def send_half(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body[: len(body) // 2], announced=len(body))


def send_half_as_whole(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body[: len(body) // 2])


def send_nothing(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, b"")


def send_other_content(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    content = bytearray(gzip.decompress(body))
    content[-1] ^= 1
    send(handler, gzip.compress(content))


def send_trailing_bytes(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body + b"more")


def send_bomb(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, gzip.compress(gzip.decompress(body) + bytes(10_000_000)))


def send_without_end(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    # Empty deflate blocks: valid gzip that never holds anything.
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(body[:10])
    try:
        while True:
            handler.wfile.write(b"\x00\x00\x00\xff\xff" * 10_000)
    except ConnectionError:
        pass


def send_redirect_to_nonsense(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://[nowhere/")
    handler.end_headers()


def send_garbage(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


def fall_silent(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    time.sleep(0.6)


class Mirror:
    """A server on this machine that answers every request in the way it was told."""

    def __init__(self, answer: Answer) -> None:
        self.requests: list[str] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.removeprefix("/mnist/")
                mirror.requests.append(name)
                answer(self, SENT[name])

            def log_message(self, format: str, *args: object) -> None:
                """Keep the tests' output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/mnist/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], Mirror]]:
    """Return a function that starts a mirror; all of them are stopped after the test."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    mirrors: list[Mirror] = []

    def start(answer: Answer) -> Mirror:
        mirrors.append(Mirror(answer))
        return mirrors[-1]

    yield start
    for mirror in mirrors:
        mirror.close()


def published_at(*mirrors: Mirror) -> PublishedDataset:
    """Return a small data set called MNIST that these mirrors serve."""
    files = tuple(
        dataclasses.replace(file, n_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
        for file, content in zip(MNIST.files, CONTENTS, strict=True)
    )
    return dataclasses.replace(MNIST, files=files, mirrors=tuple(mirror.address for mirror in mirrors))


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.name: gzip.decompress(path.read_bytes()) for path in folder.iterdir()}


EXPECTED = {f"{name}.gz": content for name, content in zip(FILE_NAMES, CONTENTS, strict=True)}


@pytest.mark.parametrize("answer", [send_good, send_without_length, send_compressed_otherwise])
def test_good_mirror(start: Callable[[Answer], Mirror], tmp_path: Path, answer: Answer) -> None:
    first, second = start(answer), start(send_good)
    download_dataset(published_at(first, second), tmp_path / "new" / "folder")
    assert contents_of(tmp_path / "new" / "folder") == EXPECTED
    assert first.requests == list(SENT)
    assert second.requests == []


def test_progress_is_reported(start: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    reports: list[tuple[str, int, int | None]] = []
    download_dataset(published_at(start(send_good)), tmp_path, lambda *report: reports.append(report))
    assert list(dict.fromkeys(name for name, _, _ in reports)) == list(SENT)
    for name, sent in SENT.items():
        received = [received for reported, received, total in reports if reported == name and total == len(sent)]
        assert received == sorted(set(received))
        assert received[-1] == len(sent)
    # 200,000 bytes come in pieces of at most 65,536.
    assert sum(name == "train-images-idx3-ubyte.gz" for name, _, _ in reports) >= 4


def test_unknown_total_is_none(start: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    totals = []
    download_dataset(published_at(start(send_without_length)), tmp_path, lambda *report: totals.append(report[2]))
    assert set(totals) == {None}


BAD_ANSWERS = [
    (send_404, "it answered 404 Not Found"),
    (send_503, "it answered 503 Service Unavailable"),
    (send_html, "it sent something else than the gzip file expected"),
    (send_half, "it broke off after "),
    (send_half_as_whole, "it broke off after "),
    (send_nothing, "it broke off after 0 bytes"),
    (send_other_content, "it sent a file whose checksum is not the published one"),
    (send_trailing_bytes, "it sent more bytes after the end of the gzip file"),
    (send_bomb, "it sent more than the 200008 bytes expected"),
    (send_without_end, "it sent more than the 200008 bytes expected"),
    (send_redirect_to_nonsense, "the connection failed ("),
    (send_garbage, "the connection failed ("),
    (fall_silent, "it was silent for 0.3 s"),
]


@pytest.mark.parametrize(("answer", "reason"), BAD_ANSWERS, ids=[answer.__name__ for answer, _ in BAD_ANSWERS])
def test_bad_mirror(start: Callable[[Answer], Mirror], tmp_path: Path, answer: Answer, reason: str) -> None:
    bad, good = start(answer), start(send_good)
    with pytest.raises(DataError) as caught:
        download_dataset(published_at(bad), tmp_path, timeout_s=0.3)
    message = str(caught.value)
    assert message.startswith(f"MNIST cannot be downloaded ({bad.address.split('/')[2]}: {reason}")
    assert message.endswith(
        "; put the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz "
        f"and t10k-labels-idx1-ubyte.gz into {tmp_path} by hand."
    )
    assert os.listdir(tmp_path) == []
    download_dataset(published_at(bad, good), tmp_path, timeout_s=0.3)
    assert contents_of(tmp_path) == EXPECTED
    # One more request to the bad mirror, then the good one is asked first for the other files.
    assert bad.requests == ["train-images-idx3-ubyte.gz"] * 2
    assert good.requests == list(SENT)


def test_mirror_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    published = dataclasses.replace(MNIST, mirrors=(f"http://127.0.0.1:{port}/",))
    with pytest.raises(DataError, match=rf"\(127\.0\.0\.1:{port}: the connection failed \("):
        download_dataset(published, tmp_path)


def test_only_missing_files_are_fetched(start: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    mirror = start(send_good)
    (tmp_path / "train-images.idx3-ubyte").write_bytes(CONTENTS[0])
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(CONTENTS[3], 1))
    download_dataset(published_at(mirror), tmp_path)
    assert mirror.requests == ["train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"]
    np.testing.assert_array_equal(read_idx(tmp_path / mirror.requests[0]), list(CONTENTS[1][8:]))


@pytest.mark.parametrize("content", [gzip.compress(CONTENTS[1]), b"damaged"])
def test_another_data_set_is_not_overwritten(start: Callable[[Answer], Mirror], tmp_path: Path, content: bytes) -> None:
    mirror = start(send_good)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        download_dataset(published_at(mirror), tmp_path)
    assert str(caught.value).startswith(f"{path} must be the MNIST file of that name")
    assert path.read_bytes() == content
    assert mirror.requests == []


def test_data_set_known_by_its_gzipped_files(start: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    bad, good = start(send_compressed_otherwise), start(send_good)
    published_files = tuple(
        dataclasses.replace(file, n_bytes=len(content), gzip_md5=hashlib.md5(SENT[file.name]).hexdigest())
        for file, content in zip(KMNIST.files, CONTENTS, strict=True)
    )
    published = dataclasses.replace(KMNIST, files=published_files, mirrors=(bad.address, good.address))
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(SENT["t10k-labels-idx1-ubyte.gz"])
    download_dataset(published, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == SENT
    assert good.requests == list(SENT)[:3]


def test_failure_in_the_report_leaves_no_unfinished_file(start: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    def stop(name: str, received_bytes: int, total_bytes: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download_dataset(published_at(start(send_good)), tmp_path, stop)
    assert os.listdir(tmp_path) == []


def test_full_disk(start: Callable[[Answer], Mirror], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    first, second = start(send_good), start(send_good)
    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(StorageError, match="the disk is full"):
        download_dataset(published_at(first, second), tmp_path)
    assert os.listdir(tmp_path) == []
    # Another mirror would not help.
    assert second.requests == []


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="Cannot create the folder"):
        download_dataset(MNIST, tmp_path / "file")
