"""Dropout: what is dropped, how the rest is scaled, and that only training drops anything."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.layers import Dropout
from nnapp.engine.layers.base import Tape
from nnapp.errors import NetworkError


def new_tape(layer: Dropout, inputs: NDArray[Any], seed: int | None = 0) -> Tape:
    return layer.new_tape(
        inputs,
        np.empty(0),
        may_overwrite_inputs=True,
        wants_input_gradient=True,
        rng=None if seed is None else np.random.default_rng(seed),
    )


def test_outside_training_inputs_pass_as_they_are() -> None:
    inputs = np.arange(6.0).reshape(2, 3)

    np.testing.assert_array_equal(Dropout(0.9).forward(inputs), np.arange(6.0).reshape(2, 3))


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.75])
def test_share_is_dropped_and_the_rest_is_scaled_up(rate: float) -> None:
    layer = Dropout(rate)
    inputs = np.ones((200, 100))

    outputs = layer.forward(inputs, new_tape(layer, inputs))

    kept = outputs != 0
    # The share kept of n values has the deviation √(p (1 − p) / n).
    assert kept.mean() == pytest.approx(1 - rate, abs=5 * sqrt(rate * (1 - rate) / inputs.size))
    np.testing.assert_allclose(outputs[kept], 1 / (1 - rate), rtol=1e-15)
    np.testing.assert_array_equal(inputs, 1)


def test_every_batch_drops_other_values() -> None:
    layer = Dropout(0.5)
    inputs = np.ones((10, 10))
    tape = new_tape(layer, inputs)

    first = layer.forward(inputs, tape).copy()
    second = layer.forward(inputs, tape).copy()

    assert not np.array_equal(first, second)


def test_gradient_goes_where_the_values_went(central_differences: Any) -> None:
    layer = Dropout(0.4)
    rng = np.random.default_rng(9)
    inputs = rng.normal(size=(6, 5))
    factors = rng.normal(size=inputs.shape)

    def loss() -> float:
        # A generator of the same seed each time drops the same values each time.
        return float((factors * layer.forward(inputs, new_tape(layer, inputs, seed=3))).sum())

    tape = new_tape(layer, inputs, seed=3)
    layer.forward(inputs, tape)
    gradient = layer.backward(factors.copy(), tape)

    assert gradient is not None
    np.testing.assert_allclose(gradient, central_differences(loss, inputs), rtol=1e-7, atol=1e-8)


def test_same_seed_drops_the_same_in_both_precisions() -> None:
    layer = Dropout(0.3)
    single, double = (np.ones((20, 20), dtype) for dtype in (np.float32, np.float64))

    first, second = (layer.forward(inputs, new_tape(layer, inputs, seed=5)) for inputs in (single, double))

    assert first.dtype == np.float32
    np.testing.assert_array_equal(first != 0, second != 0)


def test_rate_0_drops_nothing() -> None:
    layer = Dropout(0)
    inputs = np.random.default_rng(0).normal(size=(5, 5))

    np.testing.assert_array_equal(layer.forward(inputs, new_tape(layer, inputs)), inputs)


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, float("nan"), float("inf")])
def test_wrong_rates_are_refused(rate: float) -> None:
    with pytest.raises(NetworkError) as caught:
        Dropout(rate)

    assert str(caught.value) == f"The dropout rate must be at least 0 and less than 1; got {rate:g}."


def test_training_without_a_generator_is_refused() -> None:
    layer = Dropout(0.5)

    with pytest.raises(NetworkError, match="needs a random number generator; got none"):
        new_tape(layer, np.ones((1, 1)), seed=None)


def test_repr_is_how_to_make_it() -> None:
    assert repr(Dropout(0.25)) == "Dropout(0.25)"
    assert Dropout(0.25).output_size(12) == 12
