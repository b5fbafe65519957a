"""Speed and time left are told once they mean something."""

from __future__ import annotations

from nnapp.storage.load_progress import LoadProgress, ProgressMeter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_speed_and_time_left() -> None:
    clock = Clock()
    meter = ProgressMeter("Reading", 1000, "bytes", clock)
    clock.now += 0.25
    assert meter.at(100) == LoadProgress("Reading", 100, 1000, "bytes", None, None)
    clock.now += 0.75
    # 200 in one second, so the other 800 take four.
    assert meter.at(200) == LoadProgress("Reading", 200, 1000, "bytes", 200.0, 4.0)


def test_without_a_total_there_is_no_time_left() -> None:
    clock = Clock()
    meter = ProgressMeter("Reading", None, "files", clock)
    clock.now += 2
    assert meter.at(10) == LoadProgress("Reading", 10, None, "files", 5.0, None)


def test_report_is_due_every_tenth_of_a_second() -> None:
    clock = Clock()
    meter = ProgressMeter("Reading", 1000, "images", clock)
    assert not meter.is_due
    clock.now += 0.125
    assert meter.is_due
    meter.at(1)
    assert not meter.is_due
