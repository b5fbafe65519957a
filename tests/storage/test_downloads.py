"""Downloads come from the first mirror that sends the right content; the mirrors here are servers on this machine."""

from __future__ import annotations

import errno
import functools
import gzip
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest
from support.published import CONTENTS, EXPECTED, FIRST, SENT, published_at
from support.web_server import (
    Answer,
    WebServer,
    cut_at,
    dribble_headers,
    fall_silent,
    redirect_to,
    send,
    send_garbage,
    send_good,
    send_html,
    send_status,
    send_without_end,
    trickle,
)

from nnapp.errors import DataError, StorageError
from nnapp.storage import files
from nnapp.storage.download_meter import DownloadMeter
from nnapp.storage.downloads import download_dataset, downloading
from nnapp.storage.idx_file import read_idx
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.part_file import PartFile
from nnapp.storage.published_datasets import FILE_NAMES, KMNIST, MNIST

Start = Callable[..., WebServer]

PART = f"{FIRST}.part"
PATIENCE_S = 0.5  # with mirrors that are silent; others may take what a busy machine takes
BY_HAND = (
    "; try again later, or put the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
    "t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into {} by hand."
)


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


def send_labelled_as_compressed(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Say of the gzipped file that it was gzipped on the way, as many servers do."""
    send(handler, body, Content_Encoding="gzip", Content_Type="application/octet-stream")


def send_compressed_twice(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, gzip.compress(body, mtime=0), Content_Encoding="gzip")


def send_unpacked(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, gzip.decompress(body))


def cut_in_a_chunk(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.protocol_version = "HTTP/1.1"
    handler.close_connection = True
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n%b" % (50_000, body[:20_000]))


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
    send(handler, gzip.compress(content, mtime=0))


def send_trailing_bytes(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body + b"more")


def send_bomb(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, gzip.compress(gzip.decompress(body) + bytes(1_000_000), mtime=0))


def send_huge_claim(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body, announced=10**12)


def cut_in_the_wrong_part(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    rest = body[5:]
    send(handler, rest[:2_000], 206, len(rest), Content_Range=f"bytes 5-{len(body) - 1}/{len(body)}")


def send_unnamed_part(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body[5:], 206)


# What works ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [send_good, send_without_length, send_in_chunks, send_compressed_otherwise, send_labelled_as_compressed],
)
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


def test_progress_has_speed_and_time_left(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A clock that is a second later whenever it is asked: every report is due, and tells a speed.
    clock = functools.partial(next, itertools.count())
    monkeypatch.setattr("nnapp.storage.downloads.DownloadMeter", functools.partial(DownloadMeter, clock=clock))
    first, *others = downloading(published_at(start(send_good).address), tmp_path)
    assert (first.rate_per_s, first.left_s) == (0, None)
    moving = [report for report in others if report.rate_per_s]
    assert moving
    for report in moving:
        assert report.total is not None
        assert report.rate_per_s is not None
        assert report.left_s == pytest.approx((report.total - report.done) / report.rate_per_s)


def test_only_missing_files_are_fetched(start: Start, tmp_path: Path) -> None:
    server = start(send_good)
    (tmp_path / "train-images.idx3-ubyte").write_bytes(CONTENTS[0])
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(CONTENTS[3], 1, mtime=0))
    reports = list(downloading(published_at(server.address), tmp_path))
    assert server.names == ["train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"]
    np.testing.assert_array_equal(read_idx(tmp_path / server.names[0]), list(CONTENTS[1][8:]))
    # What was there counts as done.
    assert reports[-1].done == reports[-1].total == sum(map(len, SENT.values()))
    download_dataset(published_at(server.address), tmp_path)
    assert len(server.requests) == 2


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
    # Gzipped, random bytes are longer than they were.
    (send_compressed_twice, "what it sent is longer than the 200,008 bytes of content expected", 1),
    (send_unpacked, "it sent something else instead of the gzip file expected", 1),
    (send_trailing_bytes, "what it sent is a gzip file with more bytes after its end", 1),
    (send_bomb, "what it sent is longer than the 200,008 bytes of content expected", 1),
    # 200,008 bytes of content, 1 % more, and 4,096.
    (send_without_end, "it sent more than the 206,104 bytes the file can have", 1),
    (send_huge_claim, "it announces 1,000,000,000,000 bytes, more than the file can have", 1),
    (send_unnamed_part, "it answered 206", 1),
    (redirect_to("http://[nowhere/"), "the connection failed (", 1),
    (redirect_to("{path}"), "it redirects in a circle", 5),
    (redirect_to("file:///etc/hostname"), "it redirects in a circle, or to no address on the web", 1),
    (redirect_to("ftp://mirror.invalid{path}"), "it redirects in a circle, or to no address on the web", 1),
    (send_garbage, "the connection failed (", 1),
    (cut_at(0), "it broke off after 0 bytes", 1),
    (fall_silent(), "it was silent for 0.5 s", 1),
    (dribble_headers, "it was silent for 0.5 s", 1),
    (trickle, "it sent less than 1 KB a second for 0.5 s", 1),
]


@pytest.mark.parametrize(("answer", "reason", "n_asked"), BAD_ANSWERS)
def test_bad_mirror(start: Start, tmp_path: Path, answer: Answer, reason: str, n_asked: int) -> None:
    bad, good = start(answer), start(send_good)
    timeout_s = PATIENCE_S if reason.endswith(f" for {PATIENCE_S} s") else 20
    with pytest.raises(StorageError) as caught:
        download_dataset(published_at(bad.address), tmp_path, timeout_s)
    message = str(caught.value)
    assert message.startswith(f"MNIST cannot be downloaded ({bad.host}: {reason}")
    assert BY_HAND.format(tmp_path) in message
    assert ("What has arrived is kept" in message) == (PART in os.listdir(tmp_path))
    assert set(os.listdir(tmp_path)) <= {PART}
    assert all(name in message for name in SENT)
    assert len(bad.requests) == n_asked
    bad.requests.clear()
    folder = tmp_path / "other"
    download_dataset(published_at(bad.address, good.address), folder, timeout_s)
    assert contents_of(folder) == EXPECTED
    # The bad mirror is not asked first any more.
    assert set(bad.names) == {FIRST}
    assert good.names == list(SENT)


def test_what_cannot_be_resumed_is_not_said_to_be_kept(start: Start, tmp_path: Path) -> None:
    """Another download holds the unfinished file, so what arrives here goes to one that is removed."""
    with closing(PartFile(tmp_path / FIRST)) as other:
        other.append(SENT[FIRST][:10])
        with pytest.raises(StorageError) as caught:
            download_dataset(published_at(start(send_half).address), tmp_path)
    assert "What has arrived is kept" not in str(caught.value)
    assert os.listdir(tmp_path) == [PART]


def test_every_mirror_is_named(start: Start, tmp_path: Path) -> None:
    first, second = start(send_status(403)), start(send_html)
    with pytest.raises(StorageError) as caught:
        download_dataset(published_at(first.address, second.address), tmp_path)
    assert f"({first.host}: it answered 403 Forbidden; {second.host}: it sent a web page instead" in str(caught.value)


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


def test_cut_within_a_chunk_is_resumed(start: Start, tmp_path: Path) -> None:
    server = start(cut_in_a_chunk, send_good)
    download_dataset(published_at(server.address), tmp_path)
    assert contents_of(tmp_path) == EXPECTED
    assert server.requests[1] == (FIRST, "bytes=20000-")


def test_stall_in_the_middle_is_resumed(start: Start, tmp_path: Path) -> None:
    server = start(fall_silent(50_000), send_good)
    download_dataset(published_at(server.address), tmp_path, timeout_s=PATIENCE_S)
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
        download_dataset(published_at(start(answer).address), tmp_path, timeout_s=PATIENCE_S)
    assert (tmp_path / PART).read_bytes() == SENT[FIRST][:1_000]


USELESS_PARTS = {
    "no gzip file": b"<html>" * 100,
    "damaged": SENT[FIRST][:500] + bytes(100) + SENT[FIRST][600:1_000],
    "longer than the file": SENT[FIRST] + b"more",
    "a whole file of another content": gzip.compress(CONTENTS[1], mtime=0),
    "the beginning of another file": SENT["t10k-images-idx3-ubyte.gz"][:500],
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
    server = WebServer({**SENT, FIRST: gzip.compress(bytes(10), mtime=0)}, send_good)
    try:
        (tmp_path / PART).write_bytes(SENT[FIRST][:-3])
        with pytest.raises(StorageError, match="what it sent is a file whose checksum"):
            download_dataset(published_at(server.address), tmp_path)
    finally:
        server.close()
    assert server.requests == [(FIRST, f"bytes={len(SENT[FIRST]) - 3}-"), (FIRST, None)]
    assert os.listdir(tmp_path) == []


def test_wrong_part_is_not_appended(start: Start, tmp_path: Path) -> None:
    # Were it appended, the mirror would next be asked for what comes after it.
    (tmp_path / PART).write_bytes(SENT[FIRST][:1_000])
    server = start(cut_in_the_wrong_part, send_good)
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
        assert time.monotonic() - started < 2  # 0.1 s, were this machine not busy; the mirror is silent for 20 s
    started = time.monotonic()
    steps.close()
    assert time.monotonic() - started < 2  # at once, were this machine not busy
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
    assert time.monotonic() - started < 2  # at once, were this machine not busy
    is_over.set()
    assert os.listdir(tmp_path) == []


def test_pause_of_the_caller_is_not_the_mirrors_silence(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused_s = 0
    monkeypatch.setattr("nnapp.storage.mirror_connection.monotonic", lambda: time.monotonic() + paused_s)
    server = start(send_good)
    for _ in downloading(published_at(server.address), tmp_path):
        paused_s += 1_000
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
    first = downloading(published, tmp_path, timeout_s=PATIENCE_S)
    go_to_silence(first, 50_000)
    download_dataset(published, tmp_path)
    # The second did not touch the unfinished file of the first, and left none of its own.
    assert sorted(os.listdir(tmp_path)) == sorted([*SENT, PART])
    assert server.requests[1] == (FIRST, None)
    for _ in first:
        pass
    assert contents_of(tmp_path) == EXPECTED


# The disk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [gzip.compress(CONTENTS[1], mtime=0), b"damaged", SENT[FIRST][:1_000]])
def test_another_data_set_is_not_overwritten(start: Start, tmp_path: Path, content: bytes) -> None:
    server = start(send_good)
    path = tmp_path / FIRST
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        download_dataset(published_at(server.address), tmp_path)
    assert str(caught.value).startswith(f"{path} must be the MNIST file of that name")
    assert path.read_bytes() == content
    assert server.requests == []


def test_plain_file_goes_before_the_gzipped_one(start: Start, tmp_path: Path) -> None:
    # As it does when the set is loaded: what is beside it is not looked at.
    server = start(send_good)
    (tmp_path / FILE_NAMES[0]).write_bytes(CONTENTS[0])
    (tmp_path / FIRST).write_bytes(b"damaged")
    download_dataset(published_at(server.address), tmp_path)
    assert server.names == list(SENT)[1:]
    (tmp_path / FILE_NAMES[0]).write_bytes(CONTENTS[1])
    (tmp_path / FIRST).write_bytes(SENT[FIRST])
    with pytest.raises(DataError) as caught:
        download_dataset(published_at(server.address), tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / FILE_NAMES[0]} must be the MNIST file of that name")


def test_set_of_another_name_beside_it_is_left_alone(start: Start, tmp_path: Path) -> None:
    other = tmp_path / "emnist-digits-train-images-idx3-ubyte.gz"
    other.write_bytes(b"other")
    download_dataset(published_at(start(send_good).address), tmp_path)
    assert other.read_bytes() == b"other"
    other.unlink()
    assert contents_of(tmp_path) == EXPECTED


def test_data_set_known_by_its_gzipped_files(start: Start, tmp_path: Path) -> None:
    bad, good = start(send_compressed_otherwise), start(send_good)
    published = published_at(bad.address, good.address, like=KMNIST)
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


def test_folder_to_put_the_files_into_by_hand_is_there(start: Start, tmp_path: Path) -> None:
    published = published_at(start(send_status(403)).address)
    with pytest.raises(StorageError, match="by hand"):
        download_dataset(published, tmp_path / "new")
    for name, content in SENT.items():
        (tmp_path / "new" / name).write_bytes(content)
    assert download_dataset(published, tmp_path / "new") == tmp_path / "new"


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="Cannot create the folder"):
        download_dataset(MNIST, tmp_path / "file")
