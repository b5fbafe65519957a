from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.activation_scale import ActivationScale, activation_scale


@pytest.mark.parametrize(
    ("function", "low", "high"),
    [("inputs", 0, 1), ("sigmoid", 0, 1), ("softmax", 0, 1), ("tanh", -1, 1)],
)
def test_functions_with_bounds_are_shown_between_them(function: str, low: float, high: float) -> None:
    assert activation_scale(function, np.array([0.1, 0.2])) == ActivationScale(low, high)


@pytest.mark.parametrize(
    ("largest", "end"),
    [(1.0, 1.0), (1.01, 1.2), (3.2, 4.0), (5.5, 6.0), (8.1, 10.0), (0.012, 0.012), (0.0121, 0.015), (140, 150)],
)
def test_relu_is_shown_from_zero_to_a_round_number_not_far_above_the_largest(largest: float, end: float) -> None:
    scale = activation_scale("relu", np.array([0.0, largest, largest / 2]))

    assert scale == ActivationScale(0.0, end)


def test_linear_neurons_are_grey_at_zero() -> None:
    scale = activation_scale("linear", np.array([-3.7, 2.0]))

    assert scale == ActivationScale(-4.0, 4.0)
    # 0 is half way from −4 to 4, 255 / 2 = 127.5, which is rounded to the even number.
    assert scale.levels(np.array([0.0])).tolist() == [128]


def test_leaky_neurons_below_zero_are_black() -> None:
    scale = activation_scale("leaky-relu", np.array([-0.02, 1.0]))

    assert scale == ActivationScale(0.0, 1.0)
    assert scale.levels(np.array([-0.02, 1.0])).tolist() == [0, 255]


def test_a_scale_stays_while_more_than_half_of_it_is_used() -> None:
    before = ActivationScale(0.0, 4.0)

    assert activation_scale("relu", np.array([2.0]), before) is before
    assert activation_scale("relu", np.array([4.0]), before) is before
    assert activation_scale("relu", np.array([1.9]), before) == ActivationScale(0.0, 2.0)
    assert activation_scale("relu", np.array([4.1]), before) == ActivationScale(0.0, 5.0)


def test_a_silent_layer_keeps_its_scale_or_gets_the_simplest() -> None:
    before = ActivationScale(0.0, 4.0)

    assert activation_scale("relu", np.zeros(3), before) is before
    assert activation_scale("relu", np.zeros(3)) == ActivationScale(0.0, 1.0)


def test_levels_go_from_black_to_white_and_stop_there() -> None:
    levels = ActivationScale(0.0, 2.0).levels(np.array([-1.0, 0.0, 0.4, 2.0, 9.0, np.nan]))

    # 0.4 / 2 · 255 = 51
    assert levels.tolist() == [0, 0, 51, 255, 255, 0]
    assert levels.dtype == np.uint8


def test_what_is_not_finite_does_not_stretch_the_scale() -> None:
    assert activation_scale("relu", np.array([np.inf, np.nan, 0.5])) == ActivationScale(0.0, 0.5)


def test_the_ends_are_written_briefly() -> None:
    assert ActivationScale(-1.0, 1.0).words == ("−1", "1")
    assert ActivationScale(0.0, 0.25).words == ("0", "0.25")
    assert ActivationScale(0.0, 1500.0).words == ("0", "1500")
