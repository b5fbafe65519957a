from __future__ import annotations

import pytest

from nnapp.display.pixel_wording import pixel_sentence


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((5, 11, 0.8471), "row 6, column 12: 0.85"),
        ((0, 0, 0.0), "row 1, column 1: 0.00"),
        ((27, 27, 1.0), "row 28, column 28: 1.00"),
        ((5, 11, 0.5, "weight", -0.31249), "row 6, column 12: 0.50, weight −0.312"),
        ((5, 11, None, "weight", 12.0), "row 6, column 12: weight +12"),
        ((5, 11, None, "gradient", 0.000123), "row 6, column 12: gradient +0.000123"),
        ((5, 11, None, "weight", 0.0), "row 6, column 12: weight 0"),
        ((5, 11, 0.5, "weight", None), "row 6, column 12: 0.50"),
        ((5, 11, None), "row 6, column 12"),
    ],
)
def test_sentence(arguments: tuple[int, int, float | None, str, float | None], sentence: str) -> None:
    assert pixel_sentence(*arguments) == sentence
