"""Suggestions: what a network was trained with scores best."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from support.data_sets import make_images

from nnapp.engine import Settings, Trainer
from nnapp.errors import NetworkError
from nnapp.storage.exchange import suggestions
from nnapp.storage.exchange.completion import Answers, complete
from nnapp.storage.exchange.foreign_network import ForeignNetwork, chain
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS, UNIT_SCALING
from nnapp.storage.exchange.suggestions import MAX_TRIED_IMAGES, suggest


def labelled(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    labels = np.arange(count) % 10
    return make_images(labels, np.random.default_rng(seed), (20, 20)), labels


def trained(activation: str, output: str, scale: str) -> ForeignNetwork:
    """Return the weights of a network that was trained on scaled inputs, and nothing else."""
    images, labels = labelled(400, 1)
    loss = {"softmax": "cross-entropy", "sigmoid": "binary-cross-entropy", "linear": "squared-error"}[output]
    settings = Settings(
        hidden=(20,), activation=activation, output=output, loss=loss, epochs=20, batch_size=20, learning_rate=0.002
    )
    network = settings.new_network(400, 10)
    scaling = INPUT_SCALINGS[scale]
    inputs = ((images / 255 - scaling.mean) / scaling.std).astype(np.float32)
    list(Trainer(network, inputs, labels, settings).run())
    layers = [(dense.weights, dense.biases) for dense in network.dense_layers]
    return ForeignNetwork(*chain(layers, "a"), (None, None))


@pytest.mark.parametrize(
    ("activation", "output", "scale"),
    [
        ("relu", "softmax", "unit"),
        ("sigmoid", "sigmoid", "unit"),
        ("tanh", "softmax", "inverted"),
        ("relu", "linear", "unit"),
        ("relu", "softmax", "signed"),
        ("relu", "softmax", "bytes"),
    ],
)
def test_what_is_suggested_answers_as_well_as_the_truth(activation: str, output: str, scale: str) -> None:
    foreign = trained(activation, output, scale)
    images, labels = labelled(300, 2)
    best = suggest(foreign, images, labels)[0]
    truth = complete(foreign, Answers(activation, output, scale)).network
    true_accuracy = float(np.mean(truth.predict(images) == labels))
    assert true_accuracy > 0.9
    # Within half a standard error, as several activations may do equally well.
    assert best.accuracy >= true_accuracy - 0.5 * np.sqrt(true_accuracy * (1 - true_accuracy) / 300)
    # What is claimed is what the completed network does, computed by the engine.
    network = complete(foreign, best.answers).network
    assert best.accuracy == pytest.approx(np.mean(network.predict(images) == labels), abs=1 / 300)
    errors = network.forward(images).astype(float) - np.eye(10)[labels]
    assert best.loss == pytest.approx(0.5 * np.mean(np.sum(errors**2, axis=1)), rel=1e-3)


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "linear"])
def test_the_activation_of_the_outputs_is_seen_from_their_sums(output: str) -> None:
    foreign = replace(trained("relu", output, "unit"), activations=("relu", None), input_scaling=UNIT_SCALING)
    found = suggest(foreign, *labelled(300, 2))
    assert found[0].answers == Answers(output=output)
    assert {suggestion.answers.output for suggestion in found} == {"softmax", "sigmoid", "linear"}
    assert len({suggestion.accuracy for suggestion in found}) == 1


def test_only_what_is_missing_is_suggested() -> None:
    foreign = trained("relu", "softmax", "unit")
    images, labels = labelled(100, 2)
    for suggestion in suggest(foreign, images, labels, Answers("tanh", input_scaling="bytes")):
        assert suggestion.answers.activation is None
        assert suggestion.answers.input_scaling is None
        assert suggestion.answers.output is not None
    assert suggest(foreign, images, labels, Answers("relu", "softmax", "unit")) == []


def test_no_more_images_than_needed_and_of_every_class_the_same() -> None:
    foreign = trained("relu", "softmax", "unit")
    images, labels = labelled(MAX_TRIED_IMAGES + 1000, 2)
    assert suggest(foreign, images, labels)[0].n_images == MAX_TRIED_IMAGES


def test_images_and_labels_must_fit() -> None:
    foreign = trained("relu", "softmax", "unit")
    images, labels = labelled(20, 2)
    with pytest.raises(NetworkError, match="400 values"):
        suggest(foreign, images[:, 1:], labels)
    with pytest.raises(NetworkError, match="Labels must be"):
        suggest(foreign, images, labels + 1)


@pytest.mark.parametrize("answers", [Answers("gelu"), Answers("relu,relu"), Answers(output="x"), Answers(None, "x")])
def test_answers_must_be_allowed(answers: Answers) -> None:
    foreign = ForeignNetwork(
        *chain([(np.eye(400)[:20], np.zeros(20)), (np.eye(20)[:10], np.zeros(10))], "a"), (None, None)
    )
    with pytest.raises(NetworkError, match="ctivation"):
        suggest(foreign, *labelled(20, 2), answers)


@pytest.mark.filterwarnings("error")
def test_scales_that_overflow_are_no_suggestion_and_no_noise() -> None:
    """Weights of 10³⁷ times 255 are more than float32 holds: 3.4 · 10³⁸."""
    weights = np.full((2, 400), 1e37, np.float32)
    weights[1] = 0
    foreign = ForeignNetwork(*chain([(weights, np.zeros(2))], "a"), (None,))
    images, labels = labelled(20, 2)
    best = suggest(foreign, images, labels % 2)[0]
    assert np.isfinite(best.accuracy)


@pytest.mark.parametrize(("mean", "is_tried"), [(73, True), (33, False)])
def test_the_scale_of_fashion_is_only_tried_with_such_images(mean: int, is_tried: bool) -> None:
    """73 / 255 = 0.286 is Fashion-MNIST's mean, 33 / 255 = 0.13 MNIST's."""
    foreign = ForeignNetwork(*chain([(np.eye(10, 400), np.zeros(10))], "a"), ("softmax",))
    found = suggest(foreign, np.full((20, 20, 20), mean, np.uint8), np.arange(20) % 10)
    assert ("fashion-mnist" in {suggestion.answers.input_scaling for suggestion in found}) == is_tried


def test_large_networks_are_tried_on_fewer_images(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = ForeignNetwork(*chain([(np.eye(10, 400), np.zeros(10))], "a"), (None,), UNIT_SCALING)
    images, labels = labelled(1000, 2)
    # One combination of 400 · 10 + 10 = 4,010 parameters: 200 images are 802,000 multiplications.
    monkeypatch.setattr(suggestions, "_MAX_MULTIPLICATIONS", 802_000)
    assert suggest(foreign, images, labels)[0].n_images == 200
    monkeypatch.setattr(suggestions, "_MAX_MULTIPLICATIONS", 1)
    assert suggest(foreign, images, labels)[0].n_images == 100
