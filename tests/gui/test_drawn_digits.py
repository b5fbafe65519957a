"""Digits drawn with real pointer events, named by the best of the shipped networks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.digit_strokes import placed
from support.testing_window import TestingWindowUser as Tester

from nnapp.storage.folders import shipped_networks

PLACES = {
    "large in the middle": (0.18, 0.15, 0.66, 26),
    "small in the middle": (0.39, 0.37, 0.24, 16),
    "in the upper left corner": (0.03, 0.04, 0.34, 18),
    "in the lower right corner": (0.62, 0.61, 0.34, 18),
    "with a thin pen": (0.18, 0.15, 0.66, 8),
    "with a thick pen": (0.15, 0.12, 0.7, 44),
}
"""Left, top and side of the digit in parts of the paper, and the width of the pen of 280."""


@pytest.fixture(scope="session")
def best() -> Path:
    return next(path for path in shipped_networks() if path.name == "best.nn")


@pytest.fixture
def writer(new_tester: Callable[[], Tester], best: Path) -> Tester:
    tester = new_tester()
    tester.start(best)
    return tester


def draw_digit(tester: Tester, digit: int, left: float, top: float, side: float, pen: float) -> str:
    """Draw a digit on new paper, and return the answer."""
    tester.press("Delete")
    tester.wait_until(lambda: tester.answer == "")
    tester.window.drawing.brush_width = pen
    tester.draw(*placed(digit, left, top, side))
    tester.wait_until(lambda: tester.answer != "")
    return tester.answer


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_drawn_digits_are_named(writer: Tester, place: str) -> None:
    """A pointer leaves out places on a busy machine, and a stroke cut short may be another digit: one may be wrong."""
    answers = [draw_digit(writer, digit, *PLACES[place]) for digit in range(10)]
    n_right = sum(answer == str(digit) for digit, answer in enumerate(answers))
    assert n_right >= 9, answers


def test_digit_in_a_corner_is_named_like_mnist(writer: Tester) -> None:
    assert draw_digit(writer, 7, *PLACES["in the lower right corner"]) == "7"


@pytest.mark.slow
def test_test_images_of_mnist_are_named(new_tester: Callable[[], Tester], best: Path, mnist_folder: Path) -> None:
    tester = new_tester()
    tester.start(best, mnist_folder)
    evaluation = tester.session.evaluation
    assert evaluation.n_images == 10_000
    assert evaluation.accuracy > 0.99
    tester.press("ctrl+Right")
    tester.wait_until(lambda: "wrong" in tester.window.answer.read_verdict())
    assert tester.session.index == next(
        index for index in range(10_000) if evaluation.predictions[index] != evaluation.labels[index]
    )
