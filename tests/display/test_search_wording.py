"""The words of grid searches."""

from __future__ import annotations

import pytest

from nnapp.display.search_wording import (
    configuration_text,
    example_text,
    loss_text,
    progress_line,
    runs_line,
    value_text,
    values_line,
    with_spread,
)
from nnapp.search.axes import SEARCHABLE, parse_axis


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("hidden", (128, 64), "128, 64"),
        ("hidden", (), "none"),
        ("learning_rate", 0.00316228, "0.00316"),
        ("l2", 0.0, "off"),
        ("batch_size", 0, "all"),
        ("optimizer", "adam", "adam"),
    ],
)
def test_values(name: str, value: object, text: str) -> None:
    assert value_text(name, value) == text


@pytest.mark.parametrize(
    ("name", "values", "line"),
    [
        ("dropout", (0.1,), "not varied"),
        ("batch_size", (32, 64), "2 values: 32, 64"),
        ("hidden", ((64,), (128, 64)), "2 values: 64; 128, 64"),
        ("learning_rate", (0.0001, 0.000316228, 0.001), "3 values: 0.0001, 0.000316, 0.001"),
        # 44 characters hold fifteen numbers of one digit with a comma and a space after each but the last, or ten of
        # two digits and "… 99".
        ("batch_size", tuple(range(1, 10)), "9 values: 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        ("batch_size", tuple(range(10, 100)), "90 values: 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, … 99"),
    ],
)
def test_values_of_an_axis(name: str, values: tuple[object, ...], line: str) -> None:
    assert values_line(name, values) == line


@pytest.mark.parametrize("name", SEARCHABLE)
def test_every_example_is_several_values(name: str) -> None:
    assert len(parse_axis(name, example_text(name)).values) > 1


def test_scores_with_their_spread() -> None:
    assert with_spread(0.02314, 0.00104, is_share=True) == "2.31 ± 0.10 %"
    assert with_spread(0.02314, None, is_share=True) == "2.31 %"
    assert with_spread(0.08121, 0.0031, is_share=False) == "0.0812 ± 0.0031"
    assert with_spread(None, None, is_share=True) == with_spread(float("nan"), None, is_share=False) == "–"
    assert (loss_text(0.0), loss_text(0.00012), loss_text(12345.0)) == ("0.0000", "1.20e-04", "1.23e+04")


def test_what_a_plan_comes_to() -> None:
    assert runs_line(12, 3, 36, 10) == "12 configurations × 3 repeats = 36 runs of 10 epochs"
    assert runs_line(1, 1, 1, 1) == "1 configuration, 1 run of 1 epoch"


def test_progress() -> None:
    assert progress_line(7, 24, 2, 42.0) == "7 of 24 runs done, 2 under way, 0:42 left"
    assert progress_line(0, 1) == "0 of 1 run done"
    assert progress_line(7, 24, 2, 42.0, is_paused=True) == "7 of 24 runs done, 2 under way; pauses when they end"
    assert progress_line(7, 24, is_paused=True) == "7 of 24 runs done, paused"


def test_a_configuration() -> None:
    values = {"hidden": (32,), "learning_rate": 0.01}

    assert configuration_text(values) == "hidden layer sizes 32; learning rate 0.01"
