"""What the inputs of a network may be, by name and by mean and deviation."""

from __future__ import annotations

import pytest

from nnapp.errors import NetworkError
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS, UNIT_SCALING, InputScaling, input_scaling_named


@pytest.mark.parametrize(
    ("name", "paper", "ink"),
    [
        ("unit", 0, 1),
        ("bytes", 0, 255),
        ("signed", -1, 1),
        ("centred", -0.5, 0.5),
        ("inverted", 1, 0),
        # The constants of PyTorch's example: (0 − 0.1307) / 0.3081 and (1 − 0.1307) / 0.3081.
        ("mnist", -0.42421, 2.82149),
        ("fashion-mnist", -0.81020, 2.02266),
    ],
)
def test_inputs_for_paper_and_for_full_ink(name: str, paper: float, ink: float) -> None:
    scaling = input_scaling_named(name)
    assert scaling is INPUT_SCALINGS[name]
    assert (0 - scaling.mean) / scaling.std == pytest.approx(paper, abs=1e-5)
    assert (1 - scaling.mean) / scaling.std == pytest.approx(ink, abs=1e-5)


def test_every_name_is_tested() -> None:
    assert set(INPUT_SCALINGS) == {"unit", "bytes", "signed", "centred", "inverted", "mnist", "fashion-mnist"}
    assert UNIT_SCALING is INPUT_SCALINGS["unit"]


def test_mean_and_deviation() -> None:
    assert input_scaling_named("0.25,-2") == InputScaling("0.25,-2", 0.25, -2.0)
    assert input_scaling_named(" 1e9 , 1e-9 ") == InputScaling(" 1e9 , 1e-9 ", 1e9, 1e-9)


@pytest.mark.parametrize(
    "text", ["", "1", "1,2,3", "1,0", "0,1e-10", "0,1e10", "2e9,1", "nan,1", "0,inf", "x,1", "UNIT"]
)
def test_other_texts(text: str) -> None:
    with pytest.raises(
        NetworkError, match=r"must be one of unit, bytes, .*, or MEAN,STD .* such as 0\.1307,0\.3081; got"
    ):
        input_scaling_named(text)
