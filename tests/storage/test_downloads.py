"""Downloads come from the first mirror that sends the right content; the mirrors here are servers on this machine."""

from __future__ import annotations

import dataclasses
import errno
import gzip
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from io import FileIO
from pathlib import Path

import numpy as np
import pytest
from support.published import CONTENTS, EXPECTED, FIRST, SENT, published_at
from support.web_server import (
    Answer,
    WebServer,
    cut_at,
    fall_silent,
    send,
    send_garbage,
    send_good,
    send_html,
    send_status,
    send_without_end,
    trickle,
)

from nnapp.errors import DataError, StorageError
from nnapp.storage import files, part_file
from nnapp.storage.downloads import download_dataset, downloading
from nnapp.storage.idx_file import read_idx
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.part_file import PartFile
from nnapp.storage.published_datasets import FILE_NAMES, KMNIST, MNIST

Start = Callable[..., WebServer]

PART = f"{FIRST}.part"
BY_HAND = (
    "; try again later, or put the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
    "t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into {} by hand."
)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Return a function that starts a mirror; all of them are stopped after the test."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
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


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.name: gzip.decompress(path.read_bytes()) for path in folder.iterdir()}


def send_without_length(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(body)


def send_in_chunks(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.protocol_version = "HTTP/1.1"
    handler.close_connection = True
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for start in range(0, len(body), 5_000):
        piece = body[start : start + 5_000]
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")


def send_compressed_otherwise(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, gzip.compress(gzip.decompress(body), compresslevel=1, mtime=1))


def send_whole(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Ignore that a part is asked for."""
    send(handler, body)


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
    send(handler, gzip.compress(gzip.decompress(body) + bytes(1_000_000)))


def send_huge_claim(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body, announced=10**12)


def send_wrong_part(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    if handler.headers["Range"] is None:
        send_good(handler, body)
    else:
        send(handler, body[5:], 206, Content_Range=f"bytes 5-{len(body) - 1}/{len(body)}")


def send_unnamed_part(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body[5:], 206)


def redirect_to(address: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        send(handler, b"", 302, Location=address.format(path=handler.path))

    return answer


# What works ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [send_good, send_without_length, send_in_chunks, send_compressed_otherwise])
def test_good_mirror(start: Start, tmp_path: Path, answer: Answer) -> None:
    first, second = start(answer), start(send_good)
    folder = tmp_path / "new" / "folder"
    assert download_dataset(published_at(first.address, second.address), folder) == folder
    assert contents_of(folder) == EXPECTED
    assert first.requests == [(name, None) for name in SENT]
    assert second.requests == []


def test_usual_folder_is_one_of_its_own(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_DATA", str(tmp_path))
    assert download_dataset(published_at(start(send_good).address)) == tmp_path / "mnist"
    assert contents_of(tmp_path / "mnist") == EXPECTED


def test_progress_goes_over_all_files(start: Start, tmp_path: Path) -> None:
    server = start(send_good)
    reports = list(downloading(published_at(server.address), tmp_path))
    total = sum(map(len, SENT.values()))
    assert {report.total for report in reports} == {total}
    assert (reports[0].done, reports[-1].done) == (0, total)
    assert {report.unit for report in reports} == {"bytes"}
    assert reports[-1].what == f"Downloading MNIST from {server.host}"


def test_only_missing_files_are_fetched(start: Start, tmp_path: Path) -> None:
    server = start(send_good)
    (tmp_path / "train-images.idx3-ubyte").write_bytes(CONTENTS[0])
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(CONTENTS[3], 1))
    reports = list(downloading(published_at(server.address), tmp_path))
    assert server.names == ["train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"]
    np.testing.assert_array_equal(read_idx(tmp_path / server.names[0]), list(CONTENTS[1][8:]))
    # What was there counts as done.
    assert reports[-1].done == reports[-1].total == sum(map(len, SENT.values()))
    download_dataset(published_at(server.address), tmp_path)
    assert len(server.requests) == 2


def test_redirect_is_followed_with_the_range(start: Start, tmp_path: Path) -> None:
    good = start(send_good)
    moved = start(redirect_to(f"http://{good.host}{{path}}"))
    (tmp_path / PART).write_bytes(SENT[FIRST][:1_000])
    download_dataset(published_at(moved.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert good.requests[0] == (FIRST, "bytes=1000-")


def test_proxy_of_the_environment(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = start(send_good)
    monkeypatch.setenv("http_proxy", f"http://user:secret@{proxy.host}")
    download_dataset(published_at("http://mirror.invalid/files/"), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert proxy.paths == [f"http://mirror.invalid/files/{name}" for name in SENT]


def test_proxy_that_is_not_there(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("http_proxy", f"http://user:secret@127.0.0.1:{port}/")
    with pytest.raises(StorageError) as caught:
        download_dataset(published_at("http://mirror.invalid/files/"), tmp_path)
    connection = f"the connection through the proxy 127.0.0.1:{port} failed (nobody answers there)"
    assert f"(mirror.invalid: {connection})" in str(caught.value)
    assert "secret" not in str(caught.value)


# Mirrors that fail --------------------------------------------------------------------------------

# Each with what is told, and how often it is asked before it is given up.
BAD_ANSWERS = [
    (send_status(403), "it answered 403 Forbidden", 1),
    (send_status(404), "it answered 404 Not Found", 1),
    (send_status(503), "it answered 503 Service Unavailable", 1),
    (send_status(204), "it answered 204", 1),
    (send_html, "it sent a web page instead of the gzip file expected", 1),
    # Asked again for the second half, it sends the first once more, which brings nothing.
    (send_half, "it broke off after ", 2),
    (send_half_as_whole, "it broke off after ", 2),
    (send_nothing, "it broke off after 0 bytes", 1),
    (send_other_content, "what it sent is a file whose checksum is not the published one", 1),
    (send_trailing_bytes, "what it sent is a gzip file with more bytes after its end", 1),
    (send_bomb, "what it sent is longer than the 200,008 bytes of content expected", 1),
    # 200,008 bytes of content, 1 % more, and 4,096.
    (send_without_end, "it sent more than the 206,104 bytes the file can have", 1),
    (send_huge_claim, "it announces 1,000,000,000,000 bytes, more than the file can have", 1),
    (send_unnamed_part, "it answered 206", 1),
    (redirect_to("http://[nowhere/"), "the connection failed (", 1),
    (redirect_to("{path}"), "it redirects in a circle", 5),
    (redirect_to("file:///etc/hostname"), "it redirects in a circle, or to no address on the web", 1),
    (send_garbage, "the connection failed (", 1),
    (cut_at(0), "it broke off after 0 bytes", 1),
    (fall_silent(), "it was silent for 0.3 s", 1),
    (trickle, "it sent less than 1 KB a second for 0.3 s", 1),
]


@pytest.mark.parametrize(("answer", "reason", "n_asked"), BAD_ANSWERS, ids=[reason for _, reason, _ in BAD_ANSWERS])
def test_bad_mirror(start: Start, tmp_path: Path, answer: Answer, reason: str, n_asked: int) -> None:
    bad, good = start(answer), start(send_good)
    with pytest.raises(StorageError) as caught:
        download_dataset(published_at(bad.address), tmp_path, timeout_s=0.3)
    message = str(caught.value)
    assert message.startswith(f"MNIST cannot be downloaded ({bad.host}: {reason}")
    assert BY_HAND.format(tmp_path) in message
    assert ("What has arrived is kept" in message) == (PART in os.listdir(tmp_path))
    assert set(os.listdir(tmp_path)) <= {PART}
    assert len(bad.requests) == n_asked
    bad.requests.clear()
    folder = tmp_path / "other"
    download_dataset(published_at(bad.address, good.address), folder, timeout_s=0.3)
    assert contents_of(folder) == EXPECTED
    # The bad mirror is not asked first any more.
    assert set(bad.names) == {FIRST}
    assert good.names == list(SENT)


def test_every_mirror_is_named(start: Start, tmp_path: Path) -> None:
    first, second = start(send_status(403)), start(send_html)
    with pytest.raises(StorageError) as caught:
        download_dataset(published_at(first.address, second.address), tmp_path)
    assert f"({first.host}: it answered 403 Forbidden; {second.host}: it sent a web page instead" in str(caught.value)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_mirror_that_is_not_there(start: Start, tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(StorageError) as caught:
        download_dataset(published_at(f"http://{address}/"), tmp_path)
    assert f"({address}: the connection failed (nobody answers there))" in str(caught.value)


def test_unknown_name(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_arguments: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(StorageError, match=r"the connection failed \(its name is not known, as when"):
        download_dataset(published_at("http://mirror.invalid/"), tmp_path)


def test_certificate_that_cannot_be_trusted(start: Start, tmp_path: Path) -> None:
    certificate = Path(__file__).parents[1] / "support" / "untrusted.pem"
    server = start(send_good, certificate=certificate)
    with pytest.raises(StorageError) as caught:
        download_dataset(published_at(server.address), tmp_path)
    assert f"({server.host}: its certificate cannot be trusted (self" in str(caught.value)
    assert "as when the clock of this computer is wrong or somebody on the way reads along)" in str(caught.value)
    assert server.requests == []


# Going on from where it stopped -------------------------------------------------------------------


def test_cut_connection_is_resumed(start: Start, tmp_path: Path) -> None:
    server = start(cut_at(50_000), cut_at(50_000), cut_at(20), send_good)
    download_dataset(published_at(server.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[:4] == [
        (FIRST, None),
        (FIRST, "bytes=50000-"),
        (FIRST, "bytes=100000-"),
        (FIRST, "bytes=100020-"),
    ]


def test_the_next_mirror_goes_on(start: Start, tmp_path: Path) -> None:
    first, second = start(cut_at(50_000), send_status(503)), start(send_good)
    download_dataset(published_at(first.address, second.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert second.requests[0] == (FIRST, "bytes=50000-")


def test_cut_again_and_again(start: Start, tmp_path: Path) -> None:
    # No mirror is asked more than ten times for one file; what has arrived is kept.
    server = start(cut_at(10_000))
    with pytest.raises(StorageError, match="it broke off after 100,000 bytes"):
        download_dataset(published_at(server.address), tmp_path)
    assert (tmp_path / PART).read_bytes() == SENT[FIRST][:100_000]
    assert len(server.requests) == 10


def test_stall_in_the_middle_is_resumed(start: Start, tmp_path: Path) -> None:
    server = start(fall_silent(50_000), send_good)
    download_dataset(published_at(server.address), tmp_path, timeout_s=0.3)
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[1] == (FIRST, "bytes=50000-")


def test_range_that_is_ignored(start: Start, tmp_path: Path) -> None:
    (tmp_path / PART).write_bytes(SENT[FIRST][:1_000])
    server = start(send_whole)
    download_dataset(published_at(server.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[0] == (FIRST, "bytes=1000-")


@pytest.mark.parametrize("answer", [send_html, send_status(403), send_unnamed_part, fall_silent(), cut_at(0)])
def test_bad_mirror_leaves_what_is_there(start: Start, tmp_path: Path, answer: Answer) -> None:
    (tmp_path / PART).write_bytes(SENT[FIRST][:1_000])
    with pytest.raises(StorageError, match="What has arrived is kept, and the next download goes on from there"):
        download_dataset(published_at(start(answer).address), tmp_path, timeout_s=0.3)
    assert (tmp_path / PART).read_bytes() == SENT[FIRST][:1_000]


USELESS_PARTS = {
    "no gzip file": b"<html>" * 100,
    "damaged": SENT[FIRST][:500] + bytes(100) + SENT[FIRST][600:1_000],
    "longer than the file": SENT[FIRST] + b"more",
    "a whole file of another content": gzip.compress(CONTENTS[1]),
}


@pytest.mark.parametrize("name", USELESS_PARTS)
def test_useless_part_is_thrown_away_once(start: Start, tmp_path: Path, name: str) -> None:
    part = USELESS_PARTS[name]
    (tmp_path / PART).write_bytes(part)
    server = start(send_good)
    download_dataset(published_at(server.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    asked = [wanted for file_name, wanted in server.requests if file_name == FIRST]
    # Noticed before anything was asked for, or else once after the rest had come.
    assert asked in ([None], [f"bytes={len(part)}-", None])


def test_part_of_another_mirror_costs_one_download(start: Start, tmp_path: Path) -> None:
    # A valid beginning of the same content, compressed otherwise: only the checksum tells.
    stored = gzip.compress(CONTENTS[0], compresslevel=0, mtime=0)
    (tmp_path / PART).write_bytes(stored[:70_000])
    server = start(send_good)
    download_dataset(published_at(server.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[:2] == [(FIRST, "bytes=70000-"), (FIRST, None)]


def test_part_longer_than_the_mirrors_file(start: Start, tmp_path: Path) -> None:
    # A valid beginning, after which the mirror, which has a small file by that name, has nothing: 416.
    server = WebServer({**SENT, FIRST: gzip.compress(bytes(10))}, send_good)
    try:
        (tmp_path / PART).write_bytes(SENT[FIRST][:-3])
        with pytest.raises(StorageError, match="what it sent is a file whose checksum"):
            download_dataset(published_at(server.address), tmp_path)
    finally:
        server.close()
    assert server.requests == [(FIRST, f"bytes={len(SENT[FIRST]) - 3}-"), (FIRST, None)]
    assert os.listdir(tmp_path) == []


def test_wrong_part_is_not_appended(start: Start, tmp_path: Path) -> None:
    (tmp_path / PART).write_bytes(SENT[FIRST][:1_000])
    server = start(send_wrong_part)
    download_dataset(published_at(server.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[:2] == [(FIRST, "bytes=1000-"), (FIRST, None)]


def test_complete_part_needs_no_mirror(tmp_path: Path) -> None:
    for name, content in SENT.items():
        (tmp_path / f"{name}.part").write_bytes(content)
    download_dataset(published_at(), tmp_path)
    assert contents_of(tmp_path) == EXPECTED


# Ending it ----------------------------------------------------------------------------------------


def go_to_silence(steps: Iterator[LoadProgress], n_bytes: int) -> None:
    """Go on until everything the mirror sends before it falls silent has arrived."""
    for report in steps:
        if report.done == n_bytes:
            return


def test_closing_in_silence_ends_at_once(start: Start, tmp_path: Path) -> None:
    server = start(fall_silent(50_000), send_good)
    steps = downloading(published_at(server.address), tmp_path)
    go_to_silence(steps, 50_000)
    for _ in range(3):
        started = time.monotonic()
        assert next(steps).done == 50_000
        assert time.monotonic() - started < 1  # 0.1 s, were this machine not busy
    started = time.monotonic()
    steps.close()
    assert time.monotonic() - started < 0.2
    assert os.listdir(tmp_path) == [PART]
    assert (tmp_path / PART).read_bytes() == SENT[FIRST][:50_000]
    reports = list(downloading(published_at(server.address), tmp_path))
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[1] == (FIRST, "bytes=50000-")
    assert reports[-1].done == reports[-1].total


def test_closing_while_a_name_is_looked_up(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()

    def look_up(*_arguments: object) -> object:
        is_over.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    steps = downloading(published_at("http://mirror.invalid/"), tmp_path)
    for _ in range(3):
        next(steps)
    started = time.monotonic()
    steps.close()
    assert time.monotonic() - started < 0.2
    is_over.set()
    assert os.listdir(tmp_path) == []


def test_a_look_up_without_end_is_given_up(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments: is_over.wait(20) and [])
    with pytest.raises(StorageError, match=r"it was silent for 0\.2 s"):
        download_dataset(published_at("http://mirror.invalid/"), tmp_path, timeout_s=0.2)
    is_over.set()


def test_pause_of_the_caller_is_not_the_mirrors_silence(start: Start, tmp_path: Path) -> None:
    server = start(send_good)
    for number, _ in enumerate(downloading(published_at(server.address), tmp_path, timeout_s=0.1)):
        time.sleep(0.15 if number < 4 else 0)
    assert len(server.requests) == 4


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot kill a process so that it notices nothing")
def test_killed_program_is_resumed(start: Start, tmp_path: Path) -> None:
    server = start(fall_silent(50_000), send_good)
    program = (
        "import sys; sys.path[:0] = sys.argv[3:]\n"
        "from support.published import published_at\n"
        "from nnapp.storage.downloads import download_dataset\n"
        "download_dataset(published_at(sys.argv[1]), sys.argv[2])\n"
    )
    tests = Path(__file__).parents[1]
    process = subprocess.Popen([sys.executable, "-c", program, server.address, tmp_path, tests, tests.parent])
    deadline = time.monotonic() + 20
    while not ((tmp_path / PART).exists() and (tmp_path / PART).stat().st_size == 50_000):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    download_dataset(published_at(server.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[1] == (FIRST, "bytes=50000-")


def test_two_programs_at_once_do_not_spoil_each_other(start: Start, tmp_path: Path) -> None:
    server = start(fall_silent(50_000), send_good)
    published = published_at(server.address)
    first = downloading(published, tmp_path, timeout_s=0.3)
    go_to_silence(first, 50_000)
    download_dataset(published, tmp_path)
    # The second did not touch the unfinished file of the first, and left none of its own.
    assert sorted(os.listdir(tmp_path)) == sorted([*SENT, PART])
    assert server.requests[1] == (FIRST, None)
    for _ in first:
        pass
    assert contents_of(tmp_path) == EXPECTED


def test_part_file_deleted_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Between opening and locking, the other program finishes and deletes it: what is locked is no longer there.
    real_lock = part_file._lock
    calls = []

    def lock(stream: object) -> bool:
        if not calls:
            (tmp_path / PART).unlink()
        calls.append(stream)
        return real_lock(stream)  # type: ignore[arg-type]

    monkeypatch.setattr(part_file, "_lock", lock)
    part = PartFile(tmp_path / FIRST)
    part.append(b"abc")
    part.close()
    assert len(calls) == 2
    assert (tmp_path / PART).read_bytes() == b"abc"


# The disk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [gzip.compress(CONTENTS[1]), b"damaged", SENT[FIRST][:1_000]])
def test_another_data_set_is_not_overwritten(start: Start, tmp_path: Path, content: bytes) -> None:
    server = start(send_good)
    path = tmp_path / FIRST
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        download_dataset(published_at(server.address), tmp_path)
    assert str(caught.value).startswith(f"{path} must be the MNIST file of that name")
    assert path.read_bytes() == content
    assert server.requests == []


def test_data_set_known_by_its_gzipped_files(start: Start, tmp_path: Path) -> None:
    bad, good = start(send_compressed_otherwise), start(send_good)
    published_files = tuple(
        dataclasses.replace(file, n_bytes=len(content), gzip_sha256=hashlib.sha256(SENT[file.name]).hexdigest())
        for file, content in zip(KMNIST.files, CONTENTS, strict=True)
    )
    published = dataclasses.replace(KMNIST, files=published_files, mirrors=(bad.address, good.address))
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(SENT["t10k-labels-idx1-ubyte.gz"])
    download_dataset(published, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == SENT
    assert good.names == list(SENT)[:3]
    (tmp_path / FIRST).unlink()
    (tmp_path / FILE_NAMES[0]).write_bytes(CONTENTS[0])
    with pytest.raises(DataError, match="it is unpacked, and only the gzipped file has a published checksum"):
        download_dataset(published, tmp_path)


def test_full_disk_when_it_is_put_in_place(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    first, second = start(send_good), start(send_good)
    published = published_at(first.address, second.address)
    with monkeypatch.context() as full_disk:
        full_disk.setattr(files.os, "fsync", fail)
        with pytest.raises(StorageError, match=r"Cannot write .*: the disk is full"):
            download_dataset(published, tmp_path)
    # Another mirror would not help, and what has arrived is not lost.
    assert second.requests == []
    assert (tmp_path / PART).read_bytes() == SENT[FIRST]
    download_dataset(published, tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert first.names == list(SENT)


def test_full_disk_on_the_way(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(FileIO):
        def write(self, data: memoryview) -> int:
            room = 1_000 - os.fstat(self.fileno()).st_size
            if room == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data[:room])  # as the system does, as much as there is room for

    server = start(send_good)
    with monkeypatch.context() as full_disk:
        full_disk.setattr(part_file, "FileIO", FullDisk)
        with pytest.raises(StorageError) as caught:
            download_dataset(published_at(server.address), tmp_path)
    assert str(caught.value) == f"Cannot write {tmp_path / PART}: the disk is full."
    assert (tmp_path / PART).read_bytes() == SENT[FIRST][:1_000]
    download_dataset(published_at(server.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[1] == (FIRST, "bytes=1000-")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="Cannot create the folder"):
        download_dataset(MNIST, tmp_path / "file")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs an account that rights apply to")
def test_folder_without_rights(start: Start, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match=r"Cannot write .*: permission is denied"):
        download_dataset(published_at(start(send_good).address), tmp_path)
    tmp_path.chmod(0o700)
