"""Activation functions: values by arithmetic, derivatives by central differences, and the far ends."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from nnapp.engine.activations import ACTIVATIONS

# Far out on both sides, in rows that softmax ties together.
EXTREMES = [[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4]]


def applied(name: str, z: NDArray[Any]) -> NDArray[Any]:
    out = np.empty_like(z)
    ACTIVATIONS[name].apply(z, out)
    return out


def test_table_has_the_published_names() -> None:
    assert list(ACTIVATIONS) == ["sigmoid", "relu", "leaky-relu", "tanh", "linear", "softmax"]
    assert [name for name, activation in ACTIVATIONS.items() if not activation.for_hidden_layers] == ["softmax"]
    assert all(activation.name == name and activation.formula for name, activation in ACTIVATIONS.items())


@pytest.mark.parametrize(
    ("name", "z", "a"),
    [
        # 1 / (1 + e^(−ln 3)) = 1 / (1 + 1/3) = 3/4 and 1 / (1 + 3) = 1/4.
        ("sigmoid", [0, log(3), -log(3)], [1 / 2, 3 / 4, 1 / 4]),
        ("relu", [2, 0, -2], [2, 0, 0]),
        ("leaky-relu", [2, 0, -2], [2, 0, -0.02]),
        # (e^x − e^−x) / (e^x + e^−x) at ln 2: (2 − 1/2) / (2 + 1/2) = 3/5.
        ("tanh", [0, log(2), -log(2)], [0, 3 / 5, -3 / 5]),
        ("linear", [2, 0, -2], [2, 0, -2]),
        # e^0 : e^ln 2 : e^ln 5 = 1 : 2 : 5, whose sum is 8.
        ("softmax", [0, log(2), log(5)], [1 / 8, 2 / 8, 5 / 8]),
    ],
)
def test_values_by_arithmetic(name: str, z: list[float], a: list[float]) -> None:
    np.testing.assert_allclose(applied(name, np.array([z], float)), [a], rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_in_place_is_the_same_and_otherwise_z_is_left_alone(name: str, dtype: type) -> None:
    z: NDArray[Any] = np.random.default_rng(1).normal(0, 3, (5, 4)).astype(dtype)
    before = z.copy()

    out = applied(name, z)

    np.testing.assert_array_equal(z, before)
    assert out.dtype == dtype
    ACTIVATIONS[name].apply(z, z)
    np.testing.assert_array_equal(z, out)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_backpropagation_against_central_differences(name: str, central_differences: Any) -> None:
    """For L = Σ c·f(z), ∂L/∂a = c and ∂L/∂z is what `backpropagate` must make of it."""
    rng = np.random.default_rng(2)
    z = rng.normal(0, 2, (6, 5))
    z[np.abs(z) < 0.01] = 0.01  # away from the kink of ReLU
    weights = rng.normal(0, 1, z.shape)

    gradient = weights.copy()
    ACTIVATIONS[name].backpropagate(applied(name, z), gradient)

    expected = central_differences(lambda: float((weights * applied(name, z)).sum()), z)
    np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky-relu", 0.01)])
def test_slope_at_the_kink_is_that_below_it(name: str, slope: float) -> None:
    gradient = np.array([[3.0]])

    ACTIVATIONS[name].backpropagate(np.array([[0.0]]), gradient)

    assert gradient[0, 0] == pytest.approx(3 * slope)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sigmoid", [[1, 0, 0.5], [0, 0, 0], [1, 1, 1]]),
        ("relu", [[1e4, 0, 0], [0, 0, 0], [1e4, 1e4, 1e4]]),
        ("leaky-relu", [[1e4, -100, 0], [-100, -100, -100], [1e4, 1e4, 1e4]]),
        ("tanh", [[1, -1, 0], [-1, -1, -1], [1, 1, 1]]),
        ("linear", EXTREMES),
        ("softmax", [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3], [1 / 3, 1 / 3, 1 / 3]]),
    ],
)
def test_far_out_are_the_exact_limits_without_a_warning(name: str, expected: list[list[float]], dtype: type) -> None:
    # exp(−10⁴) is 0 in floats, which is an underflow and right.
    with np.errstate(all="raise", under="ignore"):
        a = applied(name, np.array(EXTREMES, dtype))
        gradient = np.ones_like(a)
        ACTIVATIONS[name].backpropagate(a, gradient)

    np.testing.assert_array_equal(a, np.array(expected, dtype))
    assert np.isfinite(gradient).all()
    if name in ("sigmoid", "tanh"):
        assert not gradient[np.array(EXTREMES) != 0].any(), "a saturated neuron learns nothing"


def finite_rows(dtype: Any) -> st.SearchStrategy[NDArray[Any]]:
    """Return rows of numbers up to half the largest float."""
    largest = np.finfo(dtype).max / 2
    elements = hnp.from_dtype(np.dtype(dtype), min_value=-largest, max_value=largest, allow_nan=False)
    return hnp.arrays(dtype, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=elements)


@given(z=finite_rows(np.float32) | finite_rows(np.float64))
def test_values_stay_in_their_range_for_any_finite_z(z: NDArray[Any]) -> None:
    with np.errstate(all="raise", under="ignore"):
        found = {name: applied(name, z) for name in ACTIVATIONS}

    assert all(np.isfinite(a).all() for a in found.values())
    assert (found["sigmoid"] >= 0).all()
    assert (found["sigmoid"] <= 1).all()
    assert (np.abs(found["tanh"]) <= 1).all()
    assert (found["relu"] == np.where(z > 0, z, 0)).all()
    np.testing.assert_array_equal(found["leaky-relu"] > 0, z > 0)
    np.testing.assert_array_equal(found["linear"], z)
    np.testing.assert_allclose(found["softmax"].sum(axis=1), 1, rtol=1e-5)
    assert (found["softmax"] >= 0).all()


def test_softmax_does_not_change_when_all_z_are_shifted() -> None:
    z = np.array([[0.5, -1.0, 3.0]])

    np.testing.assert_allclose(applied("softmax", z + 1000), applied("softmax", z), rtol=1e-12)
