"""The cycle collector is off while anyone holds it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from nnapp.gui.cycle_collector import CycleCollector


@pytest.fixture(autouse=True)
def _collector_as_before() -> Iterator[None]:
    was_enabled = gc.isenabled()
    yield
    (gc.enable if was_enabled else gc.disable)()


def test_off_until_the_last_holder_lets_go() -> None:
    gc.enable()
    collector = CycleCollector()

    collector.hold()
    collector.hold()
    collector.release()
    assert not gc.isenabled()
    collector.release()
    assert gc.isenabled()


def test_what_became_garbage_meanwhile_is_collected_at_the_end() -> None:
    class Ring:
        def __init__(self) -> None:
            self.itself = self

    gc.enable()
    collector = CycleCollector()
    collector.hold()
    gone = weakref.ref(Ring())
    assert gone() is not None
    collector.release()

    assert gone() is None


def test_much_garbage_is_collected_on_the_way() -> None:
    class Ring:
        def __init__(self) -> None:
            self.itself = self

    gc.enable()
    collector = CycleCollector()
    collector.tidy()
    collector.hold()
    gone = weakref.ref(Ring())
    collector.tidy()
    assert gone() is not None, "one is no reason"
    rings = [Ring() for _ in range(30_000)]
    collector.tidy()
    assert gone() is None
    assert len(rings) == 30_000
    assert not gc.isenabled()
    collector.release()


def test_a_program_that_keeps_it_off_is_left_alone() -> None:
    gc.disable()
    collector = CycleCollector()
    collector.hold()
    collector.release()

    assert not gc.isenabled()
