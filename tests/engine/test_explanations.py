"""Explanations: saliency, occlusion, projected weights and preferred inputs, by hand and by direct computation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.explanations import (
    PreferredInput,
    occlusion,
    occlusion_steps,
    preferred_input,
    projected_weights,
    saliency,
)
from nnapp.engine.network import Network
from nnapp.errors import NetworkError


class TestSaliency:
    def network(self) -> Network:
        """Return a 2-2-2 network: W1 = [[1, 2], [3, −4]], b1 = [½, 2], W2 = [[1, 1], [0, −1]], b2 = [0, 5½]."""
        network = Network.dense([2, 2, 2], dtype=np.float64)
        network.parameters[:] = [1, 2, 3, -4, 0.5, 2, 1, 1, 0, -1, 0, 5.5]
        return network

    def test_of_a_logit_by_hand(self) -> None:
        # At (1, 1) both hidden neurons are active, z = (3½, 1): the gradients are the rows of W2 W1.
        assert saliency(self.network(), np.array([1.0, 1.0]), 0).tolist() == [1 + 3, 2 - 4]
        assert saliency(self.network(), np.array([1.0, 1.0]), 1).tolist() == [-3, 4]
        # At (0, 1) the second one is silent, z = (2½, −2): only the first row of W1 counts.
        assert saliency(self.network(), np.array([0.0, 1.0]), 0).tolist() == [1, 2]
        assert saliency(self.network(), np.array([0.0, 1.0]), 1).tolist() == [0, 0]

    def test_of_a_probability_by_hand(self) -> None:
        # At (1, 1) the logits are 3½ + 1 = 4½ and −1 + 5½ = 4½, both probabilities ½;
        # dp₀/dx = p₀ p₁ (dz₀/dx − dz₁/dx) = ¼ ((4, −2) − (−3, 4)).
        found = saliency(self.network(), np.array([1.0, 1.0]), 0, before_activation=False)
        np.testing.assert_allclose(found, [7 / 4, -6 / 4], rtol=1e-12)

    def test_agrees_with_central_differences_and_has_the_shape_of_the_image(self, central_differences: Any) -> None:
        network = Network.dense([12, 9, 7, 4], dtype=np.float64, rng=np.random.default_rng(1))
        image = np.random.default_rng(2).random((3, 4))

        of_logit = central_differences(lambda: network.logits(image[np.newaxis])[0, 2], image)
        of_probability = central_differences(lambda: network.predict_proba(image[np.newaxis])[0, 2], image)

        np.testing.assert_allclose(saliency(network, image, 2), of_logit, rtol=1e-6, atol=1e-8)
        found = saliency(network, image, 2, before_activation=False)
        np.testing.assert_allclose(found, of_probability, rtol=1e-6, atol=1e-9)

    def test_of_bytes_is_with_respect_to_values_from_0_to_1(self) -> None:
        network = Network.dense([6, 5, 3], hidden_activation="tanh", rng=np.random.default_rng(1))
        pixels = np.random.default_rng(2).integers(0, 256, (2, 3), np.uint8)

        np.testing.assert_allclose(saliency(network, pixels, 1), saliency(network, pixels / 255, 1), rtol=1e-6)

    def test_wrong_image_or_class_is_refused(self) -> None:
        with pytest.raises(NetworkError, match="must have 2 values each"):
            saliency(self.network(), np.zeros(3), 0)
        with pytest.raises(NetworkError, match="must be 0…1; got 2"):
            saliency(self.network(), np.zeros(2), 2)


class TestOcclusion:
    @pytest.mark.parametrize("output", ["softmax", "sigmoid", "linear"])
    @pytest.mark.parametrize("patch_size", [1, 3, 5])
    def test_agrees_with_one_image_at_a_time(self, output: str, patch_size: int) -> None:
        network = Network.dense([42, 8, 3], output_activation=output, dtype=np.float64, rng=np.random.default_rng(3))
        image = np.random.default_rng(4).random((6, 7))
        reach = patch_size // 2

        drops = occlusion(network, image, 1, patch_size)

        for row, column in np.ndindex(6, 7):
            wiped = image.copy()
            wiped[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1] = 0
            before, after = network.predict_proba(np.stack([image, wiped]))[:, 1]
            assert drops[row, column] == pytest.approx(before - after, abs=1e-12)

    def test_large_image_comes_in_pieces_that_make_the_same(self) -> None:
        network = Network.dense([80 * 70, 2], dtype=np.float64, rng=np.random.default_rng(5))
        image = np.random.default_rng(6).random((80, 70))

        *done, drops = occlusion_steps(network, image, 0, 1)

        assert done == sorted(done)
        assert len(done) > 10
        assert done[-1] == 80 * 70
        assert not isinstance(drops, int)
        # Only the pixel itself is wiped out: its logits fall by weight × value.
        weights = network.dense_layers[0].weights
        logits = network.logits(image[np.newaxis]) - weights.T * image.reshape(-1, 1)
        shares = np.exp(logits[:, 0]) / np.exp(logits).sum(axis=1)
        whole = network.predict_proba(image[np.newaxis])[0, 0]
        np.testing.assert_allclose(drops, (whole - shares).reshape(80, 70), atol=1e-12)

    def test_paper_makes_no_difference(self) -> None:
        network = Network.dense([81, 5, 2], rng=np.random.default_rng(7))
        image = np.zeros((9, 9), np.uint8)
        image[1, 1] = 255

        drops = occlusion(network, image, 0, 3)

        assert np.argwhere(drops).tolist() == [[row, column] for row in range(3) for column in range(3)]

    @pytest.mark.parametrize(
        ("shape", "label", "patch_size", "sentence"),
        [
            ((2, 3), 0, 2, "The side of a patch must be an odd number of pixels; got 2."),
            ((2, 3), 0, -1, "The side of a patch must be an odd number of pixels; got -1."),
            ((6,), 0, 3, "An image must have a height and a width; got 1 dimensions."),
            ((2, 4), 0, 3, "Images must have 6 values each, one per input of the network; got 2×4 = 8."),
            ((2, 3), 5, 3, "The neuron of layer 1 must be 0…1; got 5."),
        ],
    )
    def test_what_cannot_be_done_is_refused(
        self, shape: tuple[int, ...], label: int, patch_size: int, sentence: str
    ) -> None:
        with pytest.raises(NetworkError) as caught:
            occlusion(Network.dense([6, 2]), np.zeros(shape), label, patch_size)
        assert str(caught.value) == sentence


class TestProjectedWeights:
    def test_are_the_product_of_the_matrices(self) -> None:
        network = Network.dense([6, 5, 4, 3], dtype=np.float64, rng=np.random.default_rng(8))
        first, second, third = (layer.weights for layer in network.dense_layers)

        np.testing.assert_array_equal(projected_weights(network, 1, 4), first[4])
        np.testing.assert_allclose(projected_weights(network, 2, 3), (second @ first)[3], rtol=1e-12)
        np.testing.assert_allclose(projected_weights(network, 3, 0), (third @ second @ first)[0], rtol=1e-12)

    def test_are_the_gradient_of_a_linear_network(self) -> None:
        network = Network.dense(
            [6, 5, 3],
            hidden_activation="linear",
            output_activation="linear",
            dtype=np.float64,
            rng=np.random.default_rng(9),
        )

        np.testing.assert_allclose(projected_weights(network, 2, 1), saliency(network, np.full(6, 0.3), 1), rtol=1e-12)

    def test_are_a_copy(self) -> None:
        network = Network.dense([3, 2])

        projected_weights(network, 1, 0)[:] = 100

        assert network.parameters.max() < 100

    def test_input_has_no_weights(self) -> None:
        with pytest.raises(NetworkError, match="must be 1…1, 0 being the inputs; got 0"):
            projected_weights(Network.dense([3, 2]), 0, 0)


def neuron_of(weights: NDArray[np.float64]) -> Network:
    """Return a network of one linear neuron."""
    network = Network.dense([weights.size, 1], output_activation="linear", dtype=np.float64)
    network.dense_layers[0].weights[0] = weights.ravel()
    return network


class TestPreferredInput:
    def test_first_step_of_a_linear_neuron_by_hand(self) -> None:
        # The gradient is the weights, (3, −4), whose root mean square is √(25 / 2) = 5 / √2.
        start, step = preferred_input(neuron_of(np.array([3.0, -4.0])), 1, 0, n_steps=1, step_size=0.1)

        assert (start.step, start.image.tolist(), start.weighted_sum) == (0, [0.5, 0.5], -0.5)
        expected = [0.5 + 0.1 * 3 / 5 * 2**0.5, 0.5 - 0.1 * 4 / 5 * 2**0.5]
        np.testing.assert_allclose(step.image, expected, rtol=1e-12)
        assert step.weighted_sum == pytest.approx(3 * expected[0] - 4 * expected[1])
        assert (step.step, step.n_steps) == (1, 1)

    def test_pixels_end_at_their_limits(self) -> None:
        *_, last = preferred_input(neuron_of(np.array([3.0, -4.0, 0.0])), 1, 0, n_steps=200, step_size=0.1)

        assert last.image.tolist() == [1, 0, 0.5]

    def test_neighbouring_pixels_move_together(self) -> None:
        # One pixel with a weight, smoothed twice by ¼ ½ ¼ along either axis: (1 4 6 4 1) / 16 outwards.
        weights = np.zeros((7, 9))
        weights[3, 4] = 2
        binomial = np.array([1, 4, 6, 4, 1]) / 16

        _, step = preferred_input(neuron_of(weights), 1, 0, image_shape=(7, 9), n_steps=1)

        moved = step.image.reshape(7, 9) - 0.5
        np.testing.assert_allclose(moved[1:6, 2:7] / moved[3, 4], np.outer(binomial, binomial) / 0.375**2, rtol=1e-9)
        assert np.count_nonzero(moved) == 25
        assert np.sqrt(np.mean(moved**2)) == pytest.approx(0.01)

    def test_a_step_too_far_is_not_taken_and_the_next_is_half_as_long(self) -> None:
        # z = −|x − 0.6| from two hidden neurons, max(0, x − 0.6) and max(0, 0.6 − x). From ½, a step of 0.3 makes it
        # smaller (−0.2 after −0.1), one of 0.15 larger (−0.05); back by 0.15 it is −0.1 again, by 0.075 −0.025.
        network = Network.dense([1, 2, 1], output_activation="linear", dtype=np.float64)
        network.parameters[:] = [1, -1, -0.6, 0.6, -1, -1, 0]

        path = list(preferred_input(network, 2, 0, n_steps=4, step_size=0.3))

        np.testing.assert_allclose([each.image[0] for each in path], [0.5, 0.5, 0.65, 0.65, 0.575], rtol=1e-9)
        np.testing.assert_allclose([each.weighted_sum for each in path], [-0.1, -0.1, -0.05, -0.05, -0.025], rtol=1e-9)

    @pytest.mark.parametrize("hidden", ["relu", "sigmoid"])
    def test_excites_any_neuron_more_and_more_and_stays_an_image(self, hidden: str) -> None:
        network = Network.dense([36, 12, 8, 4], hidden_activation=hidden, rng=np.random.default_rng(10))

        for layer, neuron in ((1, 11), (2, 3), (3, 0)):
            path: list[PreferredInput] = list(preferred_input(network, layer, neuron, image_shape=(6, 6)))

            sums = [each.weighted_sum for each in path]
            assert len(path) == 61
            assert np.all(np.diff(sums) >= 0)
            assert sums[-1] > sums[0]
            assert all(each.image.min() >= 0 and each.image.max() <= 1 for each in path)
            before = network.activations(path[0].image[np.newaxis])[layer][0, neuron]
            after = network.activations(path[-1].image[np.newaxis])[layer][0, neuron]
            assert after > before

    def test_neuron_that_nothing_reaches_leaves_the_image_grey(self) -> None:
        network = Network.dense([4, 3, 2], initializer=None)

        *_, last = preferred_input(network, 2, 1, n_steps=3)

        assert last.image.tolist() == [0.5] * 4

    def test_neuron_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(NetworkError, match="must be 0…1; got 2"):
            next(preferred_input(Network.dense([3, 2]), 1, 2))
