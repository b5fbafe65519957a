"""What the paper of a picture is like, whatever light falls on it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.digits.paper import DARKEST_PAPER, darkness_on_paper, paper_brightness, paper_is_dark

Pen = Callable[..., NDArray[np.float32]]
SHAPE = (240, 320)


@pytest.fixture
def reflected(pen: Pen) -> NDArray[np.float32]:
    """Return the share of light that paper with a black seven of ink 0.7 dark sends back."""
    return 1 - np.float32(0.7) * pen([(50, 90), (50, 190), (180, 130)], 14, SHAPE)


def light(kind: str) -> NDArray[np.float32]:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32) / 320
    lights = {
        "even": np.full(SHAPE, 0.8),
        "lamp at the right": 0.3 + 0.6 * x,
        "dark corners": 0.95 - 1.2 * ((y - 0.37) ** 2 + (x - 0.5) ** 2),
        "dim": np.full(SHAPE, 0.35),
    }
    return lights[kind].astype(np.float32)


LIGHTS = ["even", "lamp at the right", "dark corners", "dim"]


@pytest.mark.parametrize("kind", LIGHTS)
def test_dark_ink_is_told_from_light_ink(reflected: NDArray[np.float32], kind: str) -> None:
    grey = light(kind) * reflected

    assert not paper_is_dark(grey)
    assert paper_is_dark(1 - grey)


@pytest.mark.parametrize("thickness", [10, 24])
def test_a_dark_table_around_the_paper_is_not_the_paper(reflected: NDArray[np.float32], thickness: int) -> None:
    """All of the border is dark, and yet the paper is light."""
    table = np.pad(light("even") * reflected, thickness, constant_values=0.15)

    assert not paper_is_dark(table)
    assert paper_is_dark(1 - table)


def test_real_digits_are_light_on_dark(mnist_digits: NDArray[np.uint8]) -> None:
    for pixels in mnist_digits:
        assert paper_is_dark(pixels / np.float32(255))


@pytest.mark.parametrize("kind", LIGHTS)
def test_paper_is_as_bright_as_if_nothing_were_drawn(reflected: NDArray[np.float32], kind: str) -> None:
    """Even and steadily changing light is found again, but for what falls between pixels of a 64th of the picture.

    A dark corner narrower than the window, 320 / 4 pixels, is brightened, which matters at the border only.
    """
    inside = (slice(40, -40), slice(40, -40))
    paper = paper_brightness(light(kind) * reflected)

    assert paper[inside] == pytest.approx(light(kind)[inside], abs=0.03)
    if kind != "dark corners":
        assert paper == pytest.approx(light(kind), abs=0.03)


@pytest.mark.parametrize("kind", LIGHTS)
def test_ink_is_as_dark_in_any_light(reflected: NDArray[np.float32], kind: str) -> None:
    darkness = darkness_on_paper(light(kind) * reflected)

    assert darkness[reflected < 0.301].mean() == pytest.approx(0.7, abs=0.04)
    assert np.median(darkness[reflected == 1]) == pytest.approx(0, abs=0.04)
    assert 0 <= darkness.min() <= darkness.max() <= 1


def test_the_edge_of_a_shadow_is_no_ink(reflected: NDArray[np.float32]) -> None:
    shadow = np.full(SHAPE, 0.9, dtype=np.float32)
    shadow[:, 200:] = 0.45

    # Within a coarse pixel of the edge, 320 / 64 = 5, and the mean with its neighbours, the paper is a mixture.
    away_from_edge = np.abs(np.arange(320) - 200) > 15
    assert np.abs(darkness_on_paper(shadow * reflected) - (1 - reflected))[:, away_from_edge].max() < 0.02


def test_black_paper_divides_by_no_nought() -> None:
    grey = np.zeros((30, 30), dtype=np.float32)
    grey[10, 10] = DARKEST_PAPER / 2

    assert np.isfinite(darkness_on_paper(grey)).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (3, 2)])
def test_pictures_of_hardly_a_pixel(shape: tuple[int, int]) -> None:
    grey = np.full(shape, 0.5, dtype=np.float32)

    assert not paper_is_dark(grey)
    assert darkness_on_paper(grey) == pytest.approx(np.zeros(shape), abs=1e-6)
