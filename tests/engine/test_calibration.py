"""Confidence and accuracy by hand, and the temperature that makes labels likeliest."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.engine.calibration import (
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    calibrated_temperature,
    fit_temperature,
    log_loss,
    reliability,
)
from nnapp.engine.evaluation import evaluate
from nnapp.engine.network import Network
from nnapp.errors import NetworkError


def two_classes(*confidences: float) -> NDArray[np.float64]:
    """Return probabilities of two classes, the first the answer with these confidences."""
    return np.array([[confidence, 1 - confidence] for confidence in confidences])


# Reliability --------------------------------------------------------------------------------------


def test_bins_and_their_error_by_hand() -> None:
    # Four bins. (0.25, 0.5]: 0.5, right. (0.5, 0.75]: 0.625 right and 0.75 wrong. (0.75, 1]: 0.875 and 1, both right.
    found = reliability(two_classes(0.5, 0.625, 0.75, 0.875, 1.0), np.array([0, 0, 1, 0, 0]), n_bins=4)
    assert found.counts.tolist() == [0, 1, 2, 2]
    np.testing.assert_array_equal(found.confidences, [np.nan, 0.5, 0.6875, 0.9375])
    np.testing.assert_array_equal(found.accuracies, [np.nan, 1.0, 0.5, 1.0])
    # 1/5 · |1 − 0.5| + 2/5 · |0.5 − 0.6875| + 2/5 · |1 − 0.9375| = 0.1 + 0.075 + 0.025
    assert found.expected_calibration_error == pytest.approx(0.2, abs=1e-15)


def test_there_are_fifteen_bins_of_equal_width() -> None:
    # 0.6 + ε is in the tenth of them, (9/15, 10/15]; 0.6 itself, as a float a hair below 9/15, in the ninth.
    found = reliability(two_classes(0.6, 0.61), np.array([0, 0]))
    assert found.n_bins == 15
    assert np.flatnonzero(found.counts).tolist() == [8, 9]


def test_confidence_is_that_of_the_answer() -> None:
    """Where no class is the most probable one, the answer is that of the largest output."""
    found = reliability(two_classes(0.5), np.array([1]), predictions=np.array([1]), n_bins=2)
    assert found.accuracies[0] == 1
    assert reliability(two_classes(0.5), np.array([1]), n_bins=2).accuracies[0] == 0


def test_confidence_that_is_no_number_is_in_no_bin() -> None:
    found = reliability(np.array([[np.nan, np.nan], [1.0, 0.0]]), np.array([0, 0]), n_bins=2)
    assert found.counts.tolist() == [0, 1]
    empty = reliability(np.full((1, 2), np.nan), np.array([0]))
    assert math.isnan(empty.expected_calibration_error)


def test_log_loss_by_hand() -> None:
    # −(ln 0.5 + ln 0.25) / 2 = 1.5 ln 2
    assert log_loss(two_classes(0.5, 0.75), np.array([0, 1])) == pytest.approx(1.5 * math.log(2), abs=1e-15)


# Temperature --------------------------------------------------------------------------------------


def negative_log_likelihood(logits: NDArray[np.float64], labels: NDArray[np.int64], temperature: float) -> float:
    scaled = logits / temperature
    return float(np.mean(np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(labels)), labels]))


@pytest.mark.parametrize(("logit", "n_right"), [(2.0, 3), (6.0, 3), (0.5, 9)])
def test_two_classes_have_a_temperature_in_closed_form(logit: float, n_right: int) -> None:
    """All images alike: the likeliest probability is the share a that is right, so logit / T = ln(a / (1 − a))."""
    n_images = n_right + 1
    logits = np.tile([logit, 0.0], (n_images, 1))
    labels = np.array([0] * n_right + [1])
    assert fit_temperature(logits, labels) == pytest.approx(logit / math.log(n_right), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.floats(0.1, 15.0))
def test_no_other_temperature_is_likelier(seed: int, n_classes: int, sharpness: float) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, sharpness, (50, n_classes))
    labels = rng.integers(0, n_classes, 50)
    best = fit_temperature(logits, labels)
    least = negative_log_likelihood(logits, labels, best)
    for other in (*np.geomspace(MIN_TEMPERATURE, MAX_TEMPERATURE, 40), best * 1.01, best / 1.01):
        if MIN_TEMPERATURE <= other <= MAX_TEMPERATURE:
            assert least <= negative_log_likelihood(logits, labels, float(other)) + 1e-12


def test_sampled_labels_give_back_the_temperature_they_were_drawn_at() -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 4, (20_000, 5))
    scaled = logits / 2.5
    # Gumbel noise makes of the largest logit a sample of the softmax.
    labels = (scaled + rng.gumbel(size=scaled.shape)).argmax(axis=1)
    assert fit_temperature(logits.astype(np.float32), labels) == pytest.approx(2.5, rel=0.03)


def test_temperature_stays_within_its_limits() -> None:
    right, wrong = np.array([[1.0, 0.0]]), np.array([0])
    assert fit_temperature(right, wrong) == MIN_TEMPERATURE  # right whatever T: the smaller the likelier
    assert fit_temperature(right, 1 - wrong) == MAX_TEMPERATURE
    # A large shift of the logits, whose exponential would overflow, changes nothing.
    logits, labels = np.tile([2.0, 0.0], (4, 1)), np.array([0, 0, 0, 1])
    assert fit_temperature(logits + 1e5, labels) == pytest.approx(fit_temperature(logits, labels), rel=1e-6)


def test_logits_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(NetworkError, match="must be finite numbers"):
        fit_temperature(np.array([[np.inf, 0.0]]), np.array([0]))
    with pytest.raises(NetworkError, match="at least one image"):
        fit_temperature(np.empty((0, 2)), np.empty(0, np.int64))
    with pytest.raises(NetworkError, match="Labels must be 0…1"):
        fit_temperature(np.zeros((1, 2)), np.array([2]))


# Of a network -------------------------------------------------------------------------------------


def one_input_network(output: str = "softmax", weight: float = 2.0) -> Network:
    """Return 1-2 whose logits are weight · x and 0."""
    network = Network.dense([1, 2], output_activation=output, initializer=None)
    network.dense_layers[0].weights[:] = [[weight], [0.0]]
    return network


IMAGES, LABELS = np.ones((4, 1), np.float32), np.array([0, 0, 0, 1])


def test_temperature_of_a_network_to_four_digits() -> None:
    # 2 / ln 3 = 1.82047…
    assert calibrated_temperature(one_input_network(), IMAGES, LABELS) == 1.82


def test_nothing_to_calibrate_by_leaves_the_temperature() -> None:
    network = one_input_network()
    assert calibrated_temperature(network, IMAGES[:0], LABELS[:0]) == 1  # no image
    assert calibrated_temperature(network, IMAGES[:3], LABELS[:3]) == 1  # all right
    assert calibrated_temperature(one_input_network("sigmoid"), IMAGES, LABELS) == 1
    huge = Network.dense([1, 2, 2], hidden_activation="linear", initializer=None)
    for layer in huge.dense_layers:
        layer.weights[:] = [[3e38] * layer.n_inputs, [-3e38] * layer.n_inputs]
    assert calibrated_temperature(huge, IMAGES, LABELS) == 1


def test_temperature_divides_the_logits_and_nothing_else() -> None:
    network = one_input_network()
    temperature = 2 / math.log(3)
    # At that temperature the answer is 75 % sure, and three of four are right.
    np.testing.assert_allclose(network.predict_proba(IMAGES[:1], temperature), [[0.75, 0.25]], rtol=1e-6)
    plain = evaluate(network, IMAGES, LABELS)
    warm = evaluate(network, IMAGES, LABELS, temperature=temperature)
    assert plain.probabilities_before is None
    np.testing.assert_array_equal(warm.probabilities_before, plain.probabilities)  # type: ignore[arg-type]  # there is one
    np.testing.assert_allclose(warm.probabilities, np.tile([0.75, 0.25], (4, 1)), rtol=1e-6)
    assert (warm.loss, warm.accuracy) == (plain.loss, plain.accuracy)
    np.testing.assert_array_equal(warm.predictions, plain.predictions)
    assert reliability(warm.probabilities, LABELS).expected_calibration_error == pytest.approx(0, abs=1e-6)


def test_other_outputs_have_no_temperature() -> None:
    network = one_input_network("sigmoid")
    with pytest.raises(NetworkError, match="Outputs must be softmax to have a temperature; got sigmoid outputs"):
        network.predict_proba(IMAGES, 2.0)
    with pytest.raises(NetworkError, match="must be softmax"):
        evaluate(network, IMAGES, LABELS, temperature=2.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(MIN_TEMPERATURE, MAX_TEMPERATURE))
def test_temperature_never_changes_an_answer(seed: int, temperature: float) -> None:
    rng = np.random.default_rng(seed)
    network = Network.dense([6, 5, 4], rng=rng)
    images = rng.random((30, 6), np.float32)
    probabilities = network.predict_proba(images, temperature)
    answers = network.predict(images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities[np.arange(30), answers] == probabilities.max(axis=1)).all()
    np.testing.assert_array_equal(evaluate(network, images, answers, temperature=temperature).predictions, answers)
