"""Speed and time left come from the bytes of the last five seconds; the clock here is turned by hand."""

from __future__ import annotations

import pytest
from support.published import SENT, published_at

from nnapp.storage.download_meter import DownloadMeter
from nnapp.storage.load_progress import LoadProgress

PUBLISHED = published_at()
TOTAL = sum(map(len, SENT.values()))


class Clock:
    """Shows the time it was set to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> DownloadMeter:
    return DownloadMeter(PUBLISHED, clock)


def receive(meter: DownloadMeter, n_bytes: int, done: int) -> LoadProgress:
    """Let bytes of the first file arrive, and return the report."""
    meter.receive(n_bytes)
    meter.set_done(PUBLISHED.files[0], done)
    return meter.report()


def test_first_report(meter: DownloadMeter) -> None:
    assert meter.report() == LoadProgress("Downloading MNIST", 0, TOTAL, "bytes", None, None)


def test_speed_and_time_left(meter: DownloadMeter, clock: Clock) -> None:
    clock.now += 0.4
    assert receive(meter, 4_000, 4_000).rate_per_s is None  # too early to tell
    clock.now += 0.6
    report = receive(meter, 6_000, 10_000)
    # 10,000 bytes in one second, so the rest takes a second for every 10,000.
    assert report.rate_per_s == pytest.approx(10_000)
    assert report.left_s == pytest.approx((TOTAL - 10_000) / 10_000)


def test_what_was_there_before_is_no_speed(meter: DownloadMeter, clock: Clock) -> None:
    clock.now += 1
    report = receive(meter, 1_000, 51_000)
    assert report.done == 51_000
    assert report.rate_per_s == pytest.approx(1_000)


def test_only_the_last_five_seconds_count(meter: DownloadMeter, clock: Clock) -> None:
    done = 0
    for n_bytes in (10_000,) * 5 + (100,) * 5:
        clock.now += 1
        done += n_bytes
        report = receive(meter, n_bytes, done)
    assert report.rate_per_s == pytest.approx(100)


def test_silence_has_no_time_left(meter: DownloadMeter, clock: Clock) -> None:
    clock.now += 1
    receive(meter, 10_000, 10_000)
    for _ in range(6):
        clock.now += 1
        report = receive(meter, 0, 10_000)
    assert (report.rate_per_s, report.left_s) == (0, None)


def test_length_that_a_mirror_announces(meter: DownloadMeter) -> None:
    first, *others = PUBLISHED.files
    meter.announce(first, 300_000)
    assert meter.report().total == 300_000 + sum(file.gzip_bytes for file in others)
    meter.finish(first)
    assert meter.report().done == 300_000
    # More than was announced is never more than all.
    meter.set_done(others[0], 10 * others[0].gzip_bytes)
    report = meter.report()
    assert report.total is not None
    assert report.done <= report.total


def test_due_ten_times_a_second(meter: DownloadMeter, clock: Clock) -> None:
    clock.now += 0.09
    assert not meter.is_due
    clock.now += 0.02
    assert meter.is_due
    meter.report()
    assert not meter.is_due
