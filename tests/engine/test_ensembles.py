"""What networks answer together, by hand, and what they gain by it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.engine.ensembles import Ensemble, EnsembleComparison, compare, comparison_steps
from nnapp.engine.evaluation import Evaluation, evaluate
from nnapp.engine.network import Network
from nnapp.errors import NetworkError


def constant_network(*probabilities: float, n_inputs: int = 2) -> Network:
    """Return a network that gives every image these probabilities: the softmax of their logarithms."""
    network = Network.dense([n_inputs, len(probabilities)], initializer=None)
    network.dense_layers[0].biases[:] = np.log(probabilities)
    return network


IMAGE = np.zeros((1, 2), np.float32)


def test_probabilities_are_averaged() -> None:
    ensemble = Ensemble([constant_network(0.5, 0.3, 0.2), constant_network(0.1, 0.5, 0.4)])
    np.testing.assert_allclose(ensemble.predict_proba(IMAGE), [[0.3, 0.4, 0.3]], rtol=1e-6)
    # Each member has an answer of its own, 0 and 1; the second is the one that both can live with.
    assert ensemble.predict(IMAGE).tolist() == [1]
    assert (ensemble.n_inputs, ensemble.n_outputs) == (2, 3)


def test_each_member_has_a_temperature_of_its_own() -> None:
    # At T = 1/2 probabilities are squared and normalised: 0.64 / (0.64 + 0.04) = 16/17.
    ensemble = Ensemble([constant_network(0.8, 0.2), constant_network(0.5, 0.5)], [0.5, 1.0])
    np.testing.assert_allclose(ensemble.predict_proba(IMAGE)[0, 0], (16 / 17 + 0.5) / 2, rtol=1e-6)


def test_one_member_answers_as_it_does_alone() -> None:
    network = Network.dense([6, 5, 4], rng=np.random.default_rng(0))
    images = np.random.default_rng(1).random((9, 6), np.float32)
    np.testing.assert_array_equal(Ensemble([network]).predict_proba(images), network.predict_proba(images))


def test_outputs_that_are_no_softmax_are_averaged_as_shares() -> None:
    sigmoid = Network.dense([2, 2], output_activation="sigmoid", initializer=None)  # ½ and ½
    ensemble = Ensemble([sigmoid, constant_network(0.9, 0.1)])
    np.testing.assert_allclose(ensemble.predict_proba(IMAGE), [[0.7, 0.3]], rtol=1e-6)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ([], "must have at least one network; got none"),
        ([constant_network(0.5, 0.5), constant_network(1, 1, 1)], "same number of outputs, 2 like the first; got 3 in"),
        (
            [constant_network(0.5, 0.5), constant_network(0.5, 0.5, n_inputs=3)],
            "same number of inputs, 2 like the first; got 3 in network 2",
        ),
    ],
)
def test_members_must_fit_each_other(members: list[Network], sentence: str) -> None:
    with pytest.raises(NetworkError, match=sentence):
        Ensemble(members)


def test_temperatures_are_one_for_each() -> None:
    with pytest.raises(NetworkError, match="must be 1, one per network; got 2"):
        Ensemble([constant_network(0.5, 0.5)], [1.0, 2.0])


def evaluation(labels: list[int], *rows: list[float]) -> Evaluation:
    probabilities = np.array(rows)
    return Evaluation(99.0, np.array(labels), probabilities.argmax(axis=1), probabilities)


def test_what_an_ensemble_gains_by_hand() -> None:
    labels = [0, 0, 1]
    first = evaluation(labels, [0.75, 0.25], [0.25, 0.75], [0.25, 0.75])  # the second is wrong
    second = evaluation(labels, [0.25, 0.75], [0.875, 0.125], [0.5, 0.5])  # the first and the third are wrong
    found = compare([first, second])
    # Means: (½, ½) → 0, (9/16, 7/16) → 0, (3/8, 5/8) → 1: all right.
    np.testing.assert_array_equal(found.ensemble.probabilities, [[0.5, 0.5], [0.5625, 0.4375], [0.375, 0.625]])
    assert found.ensemble.accuracy == 1
    assert found.accuracies == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert found.gain_over_best == pytest.approx(1 / 3)
    assert found.gain_over_mean == pytest.approx(1 / 2)
    assert found.ensemble.loss == pytest.approx(-(math.log(0.5) + math.log(0.5625) + math.log(0.625)) / 3)
    assert found.losses[0] == pytest.approx(-(math.log(0.75) + math.log(0.25) + math.log(0.75)) / 3)
    assert found.ensemble.confusion.counts.tolist() == [[2, 0], [0, 1]]


def test_evaluations_of_other_images_are_refused() -> None:
    one, other = evaluation([0], [0.5, 0.5]), evaluation([1], [0.5, 0.5])
    with pytest.raises(NetworkError, match="must be evaluated on the same images"):
        compare([one, other])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_log_loss_is_at_most_the_mean_of_the_members(seed: int, n_members: int) -> None:
    rng = np.random.default_rng(seed)
    members = [Network.dense([5, 4, 3], rng=rng) for _ in range(n_members)]
    images, labels = rng.random((20, 5), np.float32), rng.integers(0, 3, 20)
    found = compare([evaluate(member, images, labels) for member in members])
    assert found.ensemble.loss <= np.mean(found.losses) + 1e-6


def test_evaluated_piece_by_piece_is_evaluated_at_once(
    blobs: tuple[NDArray[np.uint8], NDArray[np.int64]],
) -> None:
    images, labels = blobs
    members = [Network.dense([12, 4, 3], rng=np.random.default_rng(seed)) for seed in (1, 2)]
    *counts, found = comparison_steps(Ensemble(members, [1.0, 2.0]), images, labels)
    assert counts == [120, 240]
    assert isinstance(found, EnsembleComparison)
    expected = (members[0].predict_proba(images) + members[1].predict_proba(images, 2.0)) / 2
    np.testing.assert_allclose(found.ensemble.probabilities, expected, rtol=1e-6)
