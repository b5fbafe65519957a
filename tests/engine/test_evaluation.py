"""Evaluation: loss and accuracy by direct computation, and a confusion matrix that knows its images."""

from __future__ import annotations

from math import isnan, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.engine.evaluation import ConfusionMatrix, Evaluation, evaluate, evaluation_steps
from nnapp.engine.layers import Dense, Softmax
from nnapp.engine.network import Network
from nnapp.errors import NetworkError, SettingError

#                   image 0  1  2  3  4  5  6
ACTUAL = np.array([0, 0, 0, 1, 1, 2, 0])
PREDICTED = np.array([0, 1, 0, 1, 0, 1, 0])


class TestConfusionMatrix:
    matrix = ConfusionMatrix(ACTUAL, PREDICTED, 4)

    def test_rows_are_actual_and_columns_predicted(self) -> None:
        assert self.matrix.counts.tolist() == [[3, 1, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]

    def test_cells_know_their_images(self) -> None:
        found = {
            (actual, predicted): self.matrix.indices(actual, predicted).tolist()
            for actual in range(4)
            for predicted in range(4)
        }

        expected = {(0, 0): [0, 2, 6], (0, 1): [1], (1, 0): [4], (1, 1): [3], (2, 1): [5]}
        assert {cell: indices for cell, indices in found.items() if indices} == expected

    def test_recall_and_precision_by_arithmetic(self) -> None:
        # Class 0: 3 of 4 recognised, 3 of 4 predictions right; class 1: 1 of 2, 1 of 3; class 2: 0 of 1, never
        # predicted; class 3: no images, never predicted.
        np.testing.assert_array_equal(self.matrix.recall, [3 / 4, 1 / 2, 0, nan])
        np.testing.assert_array_equal(self.matrix.precision, [3 / 4, 1 / 3, nan, nan])
        assert self.matrix.accuracy == 4 / 7

    def test_indices_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            self.matrix.indices(0, 0)[0] = 5

    @pytest.mark.parametrize(("actual", "predicted"), [(4, 0), (0, 4), (-1, 0), (0, -1)])
    def test_cell_that_does_not_exist_is_refused(self, actual: int, predicted: int) -> None:
        with pytest.raises(ValueError, match="invalid entry"):
            self.matrix.indices(actual, predicted)

    def test_no_image_has_no_accuracy(self) -> None:
        empty = ConfusionMatrix(np.array([], int), np.array([], int), 2)

        assert empty.counts.tolist() == [[0, 0], [0, 0]]
        assert isnan(empty.accuracy)
        assert np.isnan(empty.recall).all()

    @given(pairs=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=80))
    def test_counts_and_indices_agree_with_a_loop(self, pairs: list[tuple[int, int]]) -> None:
        actual, predicted = (np.array(column, np.uint8) for column in zip(*pairs, strict=True))
        matrix = ConfusionMatrix(actual, predicted, 6)

        for cell in np.ndindex(6, 6):
            expected = [index for index, pair in enumerate(pairs) if pair == cell]
            assert matrix.indices(*cell).tolist() == expected
            assert matrix.counts[cell] == len(expected)


def identity_network() -> Network:
    """Return a softmax network of three inputs whose logits are its inputs."""
    network = Network([Dense(3, 3), Softmax()])
    network.parameters[:] = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    return network


class TestEvaluate:
    def test_by_arithmetic(self) -> None:
        # Probabilities 1/8, 2/8, 5/8, then 1/4, 1/2, 1/4.
        images = np.log(np.array([[1, 2, 5], [1, 2, 1]]))

        result = evaluate(identity_network(), images, np.array([1, 1]))

        np.testing.assert_allclose(result.probabilities, [[1 / 8, 2 / 8, 5 / 8], [1 / 4, 1 / 2, 1 / 4]], rtol=1e-6)
        assert result.predictions.tolist() == [2, 1]
        # Mean of −ln ¼ and −ln ½: 1.5 ln 2.
        assert result.loss == pytest.approx(1.5 * log(2), rel=1e-6)
        assert (result.accuracy, result.error, result.n_images) == (0.5, 0.5, 2)
        assert result.confusion.counts.tolist() == [[0, 0, 0], [0, 1, 1], [0, 0, 0]]
        assert result.confusion.indices(1, 2).tolist() == [0]

    @pytest.mark.parametrize("n_images", [1, 999, 1000, 1001, 2500])
    def test_is_the_same_as_all_images_at_once(self, n_images: int) -> None:
        network = Network.dense([6, 8, 4], output_activation="sigmoid", dtype=np.float64, rng=np.random.default_rng(1))
        rng = np.random.default_rng(2)
        images = rng.integers(0, 256, (n_images, 2, 3), dtype=np.uint8)
        labels = rng.integers(0, 4, n_images)

        result = evaluate(network, images, labels, loss="squared-error")

        outputs = network.forward(images)
        losses = ((outputs - np.eye(4)[labels]) ** 2).sum(axis=1) / 2
        assert result.loss == pytest.approx(losses.mean(), rel=1e-12)
        np.testing.assert_array_equal(result.predictions, outputs.argmax(axis=1))
        np.testing.assert_allclose(result.probabilities, network.predict_proba(images), rtol=1e-12)
        assert result.accuracy == np.mean(outputs.argmax(axis=1) == labels)
        assert result.confusion.counts.sum() == n_images

    @pytest.mark.parametrize(
        ("output", "natural"),
        [
            ("softmax", "cross-entropy"),
            ("sigmoid", "binary-cross-entropy"),
            ("linear", "squared-error"),
            ("tanh", "squared-error"),
            ("relu", "squared-error"),
        ],
    )
    def test_loss_is_by_default_the_natural_one(self, output: str, natural: str) -> None:
        network = Network.dense([3, 4], output_activation=output, rng=np.random.default_rng(3))
        images, labels = np.random.default_rng(4).random((9, 3)), np.arange(9) % 4

        assert evaluate(network, images, labels).loss == evaluate(network, images, labels, loss=natural).loss

    def test_very_wrong_and_very_sure_has_a_large_finite_loss(self) -> None:
        result = evaluate(identity_network(), np.array([[1e4, 0, 0]]), np.array([1]))

        assert result.loss == 1e4

    def test_labels_may_be_bytes(self) -> None:
        result = evaluate(identity_network(), np.eye(3), np.array([0, 1, 2], np.uint8))

        assert result.accuracy == 1
        assert result.confusion.counts.tolist() == np.eye(3).tolist()

    def test_images_are_left_as_they_are(self) -> None:
        images = np.random.default_rng(5).random((4, 3)).astype(np.float32)
        images.setflags(write=False)

        evaluate(identity_network(), images, np.array([0, 1, 2, 0]))

    def test_steps_count_the_images_done(self) -> None:
        images, labels = np.zeros((2500, 3)), np.zeros(2500, int)

        *counts, last = evaluation_steps(identity_network(), images, labels)

        assert counts == [1000, 2000, 2500]
        assert isinstance(last, Evaluation)
        assert last.n_images == 2500

    @pytest.mark.parametrize(
        ("labels", "sentence"),
        [
            ([0, 1], "There must be one label per image; got 2 labels for 3 images."),
            ([0, 1, 3], "Labels must be 0…2, one class per output of the network; got 3 for image 2."),
            ([0, -1, 2], "Labels must be 0…2, one class per output of the network; got -1 for image 1."),
        ],
    )
    def test_labels_that_do_not_fit_are_refused(self, labels: list[int], sentence: str) -> None:
        with pytest.raises(NetworkError) as caught:
            evaluate(identity_network(), np.zeros((3, 3)), np.array(labels))

        assert str(caught.value) == sentence

    def test_no_image_is_refused(self) -> None:
        labels: NDArray[np.int64] = np.array([], np.int64)

        with pytest.raises(NetworkError, match=r"^There must be at least one image; got none\.$"):
            evaluate(identity_network(), np.zeros((0, 3)), labels)

    def test_images_of_another_size_are_refused(self) -> None:
        with pytest.raises(NetworkError, match="3 values each, one per input of the network; got 4"):
            evaluate(identity_network(), np.zeros((1, 4)), np.array([0]))

    @pytest.mark.parametrize("loss", ["binary-cross-entropy", "cross-entropy", "hinge"])
    def test_loss_that_does_not_suit_the_outputs_is_refused(self, loss: str) -> None:
        network = Network.dense([3, 3], output_activation="linear")

        with pytest.raises(SettingError, match=r"loss .*got (linear outputs|hinge)"):
            evaluate(network, np.zeros((1, 3)), np.array([0]), loss=loss)
