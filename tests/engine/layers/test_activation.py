"""Activation functions as layers: in whose memory they work, and that each is the function it is named for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.layers import ACTIVATION_LAYERS, ActivationLayer, LeakyReLU, Linear, ReLU, Sigmoid, Softmax, Tanh
from nnapp.engine.layers.base import Tape

NO_PARAMETERS = np.empty(0)


def new_tape(layer: ActivationLayer, inputs: NDArray[Any], may_overwrite_inputs: bool) -> Tape:
    return layer.new_tape(
        inputs, NO_PARAMETERS, may_overwrite_inputs=may_overwrite_inputs, wants_input_gradient=True, rng=None
    )


def test_every_function_has_its_layer() -> None:
    assert {
        "sigmoid": Sigmoid,
        "relu": ReLU,
        "leaky-relu": LeakyReLU,
        "tanh": Tanh,
        "linear": Linear,
        "softmax": Softmax,
    } == ACTIVATION_LAYERS
    assert set(ACTIVATION_LAYERS) == set(ACTIVATIONS)


@pytest.mark.parametrize(("layer", "text"), [(ReLU(), "ReLU()"), (LeakyReLU(), "LeakyReLU()")])
def test_repr_is_how_to_make_it(layer: ActivationLayer, text: str) -> None:
    assert repr(layer) == text


@pytest.mark.parametrize("name", ACTIVATION_LAYERS)
def test_layer_changes_no_size_and_has_no_parameters(name: str) -> None:
    layer = ACTIVATION_LAYERS[name]()

    assert layer.output_size(17) == 17
    assert layer.n_parameters == 0


@pytest.mark.parametrize("name", ACTIVATION_LAYERS)
def test_forward_without_a_tape_is_a_new_array(name: str) -> None:
    z = np.random.default_rng(7).normal(size=(3, 4))
    before = z.copy()
    expected = np.empty_like(z)
    ACTIVATIONS[name].apply(z, expected)

    outputs = ACTIVATION_LAYERS[name]().forward(z)

    np.testing.assert_array_equal(outputs, expected)
    np.testing.assert_array_equal(z, before)
    assert not np.shares_memory(outputs, z)


@pytest.mark.parametrize("may_overwrite_inputs", [False, True])
@pytest.mark.parametrize("name", ACTIVATION_LAYERS)
def test_gradient_against_central_differences(name: str, may_overwrite_inputs: bool, central_differences: Any) -> None:
    rng = np.random.default_rng(8)
    layer = ACTIVATION_LAYERS[name]()
    z = rng.normal(0, 2, (4, 3))
    z[np.abs(z) < 0.01] = 0.01  # away from the kink of ReLU
    factors = rng.normal(size=z.shape)
    expected = central_differences(lambda: float((factors * layer.forward(z)).sum()), z)
    outputs = layer.forward(z)

    tape = new_tape(layer, z, may_overwrite_inputs)
    np.testing.assert_array_equal(layer.forward(z, tape), outputs)
    gradient = layer.backward(factors.copy(), tape)

    assert gradient is not None
    np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-8)
    assert (tape.outputs is z) == may_overwrite_inputs
