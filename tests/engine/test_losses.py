"""Loss functions: values by arithmetic, gradients by central differences, exactness from logits, allowed pairs."""

from __future__ import annotations

from math import exp, log, log1p
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.losses import LOSSES, check_pair, default_loss, loss_per_sample
from nnapp.errors import SettingError

ALLOWED_PAIRS = {
    *(("squared-error", activation) for activation in ("sigmoid", "relu", "leaky-relu", "tanh", "linear", "softmax")),
    ("cross-entropy", "softmax"),
    ("binary-cross-entropy", "sigmoid"),
    ("binary-cross-entropy", "softmax"),
}
NATURAL_PAIRS = [("squared-error", "linear"), ("cross-entropy", "softmax"), ("binary-cross-entropy", "sigmoid")]


def applied(name: str, z: NDArray[Any]) -> NDArray[Any]:
    out = np.empty_like(z)
    ACTIVATIONS[name].apply(z, out)
    return out


def gradient_and_loss(name: str, outputs: NDArray[Any], targets: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """Return ∂L/∂a of each sample, and the sum of the losses."""
    out = np.full_like(outputs, np.nan)
    loss_sum = LOSSES[name].gradient(outputs, targets, out)
    return out, loss_sum


def some_targets(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return rows of probabilities that are not one-hot."""
    shares = rng.random(shape) + 0.1
    rows: NDArray[np.float64] = shares / shares.sum(axis=1, keepdims=True)
    return rows


def test_table_has_the_published_names() -> None:
    assert list(LOSSES) == ["squared-error", "cross-entropy", "binary-cross-entropy"]
    assert all(loss.name == name and loss.formula for name, loss in LOSSES.items())


@pytest.mark.parametrize(
    ("name", "outputs", "targets", "expected"),
    [
        # ½ ((0.5 − 1)² + (0.25 − 0)²) = ½ (0.25 + 0.0625)
        ("squared-error", [0.5, 0.25], [1, 0], 0.15625),
        # −ln ¼ = 2 ln 2
        ("cross-entropy", [0.25, 0.75], [1, 0], 2 * log(2)),
        # −(½ ln ¼ + ½ ln ½) = ½ · 2 ln 2 + ½ ln 2 = 1.5 ln 2
        ("cross-entropy", [0.25, 0.5, 0.25], [0.5, 0.5, 0], 1.5 * log(2)),
        # −ln ½ − ln(1 − ¼) = ln 2 + ln 4/3 = ln 8/3
        ("binary-cross-entropy", [0.5, 0.25], [1, 0], log(8 / 3)),
    ],
)
def test_values_by_arithmetic(name: str, outputs: list[float], targets: list[float], expected: float) -> None:
    losses = LOSSES[name].per_sample(np.array([outputs, outputs]), np.array([targets, targets], float))

    np.testing.assert_allclose(losses, [expected, expected], rtol=1e-15)


@pytest.mark.parametrize(
    ("name", "outputs", "targets", "expected"),
    [
        ("squared-error", [0.5, 0.25], [1, 0], [-0.5, 0.25]),  # a − y
        ("cross-entropy", [0.25, 0.75], [1, 0], [-4, 0]),  # −y / a
        # −y / a + (1 − y) / (1 − a)
        ("binary-cross-entropy", [0.5, 0.2], [1, 0], [-2, 1.25]),
    ],
)
def test_gradients_by_arithmetic(name: str, outputs: list[float], targets: list[float], expected: list[float]) -> None:
    gradient, _ = gradient_and_loss(name, np.array([outputs]), np.array([targets], float))

    np.testing.assert_allclose(gradient, [expected], rtol=1e-15)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_against_central_differences(name: str, central_differences: Any) -> None:
    rng = np.random.default_rng(3)
    outputs = rng.uniform(0.05, 0.95, (4, 3))
    targets = some_targets(rng, (4, 3))
    rule = LOSSES[name]

    expected = central_differences(lambda: float(rule.per_sample(outputs, targets).sum()), outputs)

    gradient, loss_sum = gradient_and_loss(name, outputs, targets)

    np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-8)
    assert loss_sum == pytest.approx(float(rule.per_sample(outputs, targets).sum()), rel=1e-12)


@pytest.mark.parametrize(("loss", "activation"), sorted(ALLOWED_PAIRS))
def test_loss_from_logits_is_the_loss_of_the_outputs(loss: str, activation: str) -> None:
    rng = np.random.default_rng(4)
    logits = rng.normal(0, 2, (7, 4))
    targets = some_targets(rng, (7, 4))
    before = logits.copy()

    losses = loss_per_sample(LOSSES[loss], activation, logits, targets)

    np.testing.assert_allclose(losses, LOSSES[loss].per_sample(applied(activation, logits), targets), rtol=1e-12)
    np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize(("loss", "activation"), NATURAL_PAIRS)
def test_natural_pair_has_the_gradient_a_minus_y(loss: str, activation: str, central_differences: Any) -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 2, (4, 3))
    targets = some_targets(rng, (4, 3))
    rule = LOSSES[loss]

    expected = central_differences(lambda: float(rule.per_sample_from_logits(logits, targets).sum()), logits)

    assert rule.natural_output == activation
    np.testing.assert_allclose(applied(activation, logits) - targets, expected, rtol=1e-7, atol=1e-8)
    for order in ("C", "F"):  # as rows or as columns in memory, whichever suits the products
        found = np.array(logits, order=order)
        loss_sum = rule.gradient_from_logits(found, targets)

        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)
        assert loss_sum == pytest.approx(float(rule.per_sample_from_logits(logits, targets).sum()), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("loss", "activation", "logits", "targets", "expected"),
    [
        # Softmax: −z_y + log Σ exp(z) = −0 + log(e¹⁰⁰⁰⁰ + 1) = 10⁴, and −10⁴ + 10⁴ = 0.
        ("cross-entropy", "softmax", [1e4, 0], [0, 1], 1e4),
        ("cross-entropy", "softmax", [1e4, 0], [1, 0], 0),
        ("cross-entropy", "softmax", [-1e4, 1e4], [1, 0], 2e4),
        # Ten equal logits give each class 1/10, however large they are.
        ("cross-entropy", "softmax", [1e4] * 10, [1] + [0] * 9, log(10)),
        # log(1 + e^z) − y z: 10⁴ on the wrong side, 0 on the right one, for each output.
        ("binary-cross-entropy", "sigmoid", [1e4, -1e4], [0, 1], 2e4),
        ("binary-cross-entropy", "sigmoid", [1e4, -1e4], [1, 0], 0),
        # A right and very sure output must not swallow the log(1 + e⁻⁵) of its neighbour.
        ("binary-cross-entropy", "sigmoid", [1e4, -5], [1, 0], log1p(exp(-5))),
        # log(1 + e⁻³⁰) where the output itself has been rounded to 1.
        ("binary-cross-entropy", "sigmoid", [30, -1e4], [1, 0], log1p(exp(-30))),
        # ½ (10⁸ + (10⁴ − 1)²) = ½ (100,000,000 + 99,980,001)
        ("squared-error", "linear", [-1e4, 1e4], [0, 1], 99_990_000.5),
        ("squared-error", "sigmoid", [-1e4, 1e4], [1, 0], 1),
        ("squared-error", "softmax", [-1e4, 1e4], [1, 0], 1),
        ("squared-error", "tanh", [-1e4, 1e4], [1, 0], 2.5),  # ½ (2² + 1²)
    ],
)
def test_far_out_losses_are_exact(
    loss: str, activation: str, logits: list[float], targets: list[float], expected: float, dtype: type
) -> None:
    with np.errstate(all="raise", under="ignore"):
        found = loss_per_sample(LOSSES[loss], activation, np.array([logits], dtype), np.array([targets], dtype))

    assert found.dtype == dtype
    np.testing.assert_allclose(found, [expected], rtol=4 * np.finfo(dtype).eps)
    if LOSSES[loss].natural_output == activation:
        # In training an exponential may overflow on its way to a right answer (the trainer lets it).
        with np.errstate(over="ignore", under="ignore"):
            loss_sum = LOSSES[loss].gradient_from_logits(np.array([logits], dtype), np.array([targets], dtype))
        assert loss_sum == pytest.approx(expected, rel=4 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probabilities_of_0_and_1_are_taken_as_almost_0_and_1(dtype: type) -> None:
    """The general way has no logits: −log 0 is capped at −log ε, ε being the spacing of floats at 1."""
    outputs: NDArray[Any] = np.array([[1, 0]], dtype)
    targets: NDArray[Any] = np.array([[0, 1]], dtype)
    largest = -log(np.finfo(dtype).eps)

    with np.errstate(all="raise", under="ignore"):
        categorical = LOSSES["cross-entropy"].per_sample(outputs, targets)
        binary = LOSSES["binary-cross-entropy"].per_sample(outputs, targets)
        gradients = [gradient_and_loss(name, outputs, targets)[0] for name in ("cross-entropy", "binary-cross-entropy")]

    np.testing.assert_allclose(categorical, [largest], rtol=1e-5)
    np.testing.assert_allclose(binary, [2 * largest], rtol=1e-5)
    assert all(np.isfinite(gradient).all() for gradient in gradients)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_pairs_are_allowed_where_mathematics_allows(loss: str, activation: str) -> None:
    if (loss, activation) in ALLOWED_PAIRS:
        check_pair(loss, activation)
        return
    with pytest.raises(SettingError) as caught:
        check_pair(loss, activation)

    sentence = str(caught.value)
    assert sentence.startswith(f"The loss {loss} needs outputs that are probabilities")
    assert f"got {activation} outputs, whose loss must be " in sentence
    assert caught.value.setting == "loss"


def test_refused_pair_says_what_is_allowed_on_both_sides() -> None:
    with pytest.raises(SettingError) as caught:
        check_pair("cross-entropy", "sigmoid")

    assert str(caught.value) == (
        "The loss cross-entropy needs outputs that are probabilities that sum to one, which softmax outputs are; "
        "got sigmoid outputs, whose loss must be squared-error or binary-cross-entropy."
    )


def test_unknown_loss_is_refused() -> None:
    with pytest.raises(SettingError, match=r"must be one of squared-error, cross-entropy, binary-.*; got hinge"):
        check_pair("hinge", "softmax")


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_default_loss_is_the_natural_one_or_squared_error(activation: str) -> None:
    expected = {"softmax": "cross-entropy", "sigmoid": "binary-cross-entropy"}.get(activation, "squared-error")

    assert default_loss(activation) == expected
    check_pair(default_loss(activation), activation)
