"""Walking through images: it starts, keeps its pace, can be made faster, and stops for good."""

from __future__ import annotations

import time
import tkinter as tk
from collections.abc import Callable

import pytest

from nnapp.gui.image_player import ImagePlayer


@pytest.fixture
def shown() -> list[float]:
    return []


@pytest.fixture
def states() -> list[tuple[bool, float]]:
    return []


@pytest.fixture
def player(root: tk.Tk, shown: list[float], states: list[tuple[bool, float]]) -> ImagePlayer:
    def note_state() -> None:
        states.append((player.is_playing, player.images_per_second))

    player = ImagePlayer(root, lambda: shown.append(time.monotonic()), note_state)
    return player


def test_plays_at_its_pace_and_stops(
    player: ImagePlayer,
    shown: list[float],
    states: list[tuple[bool, float]],
    wait_until: Callable[..., None],
    let_pass: Callable[[float], None],
) -> None:
    assert (player.is_playing, player.images_per_second) == (False, 2)
    for _ in range(5):
        player.change_speed(1)
    assert player.images_per_second == 16  # the fastest
    player.play_or_stop()
    assert player.is_playing
    wait_until(lambda: len(shown) >= 4)
    # Three pauses of 1/16 s = 187 ms; never faster, whatever else is going on.
    assert shown[3] - shown[0] > 0.17
    player.play_or_stop()
    n_shown = len(shown)
    let_pass(0.15)
    assert len(shown) == n_shown
    assert [is_playing for is_playing, _ in states[-2:]] == [True, False]


def test_slowest_and_fastest(player: ImagePlayer, states: list[tuple[bool, float]]) -> None:
    speeds = []
    for step in (-1, -1, -1, 1, 1):
        player.change_speed(step)
        speeds.append(player.images_per_second)
    assert speeds == [1, 0.5, 0.5, 1, 2]
    assert [speed for _, speed in states] == speeds


def test_stopping_twice_is_told_once(player: ImagePlayer, states: list[tuple[bool, float]]) -> None:
    player.stop()
    assert states == []
    player.play_or_stop()
    player.stop()
    player.stop()
    assert [is_playing for is_playing, _ in states] == [True, False]


def test_ends_with_its_widget(root: tk.Tk, shown: list[float], let_pass: Callable[[float], None]) -> None:
    frame = tk.Frame(root)
    player = ImagePlayer(frame, lambda: shown.append(0), lambda: None)
    player.change_speed(3)
    player.play_or_stop()
    frame.destroy()
    let_pass(0.15)
    assert shown == []
    assert not player.is_playing


def test_image_that_stops_the_player_is_the_last(root: tk.Tk, wait_until: Callable[..., None]) -> None:
    shown: list[int] = []

    def show() -> None:
        shown.append(1)
        player.stop()

    player = ImagePlayer(root, show, lambda: None)
    player.change_speed(3)
    player.play_or_stop()
    wait_until(lambda: shown)
    assert not player.is_playing
