"""Steps: which images make a batch, and how long a step each batch is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.evaluation import evaluate
from nnapp.engine.layers import Dense, Linear
from nnapp.engine.network import Network
from nnapp.engine.reports import BatchReport
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer

Data = tuple[NDArray[Any], NDArray[Any]]


class WeightWatcher:
    """Tells which inputs' weights of a network without hidden layers have changed since the last question."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.before = network.dense_layers[0].weights.copy()

    def changed(self) -> set[int]:
        weights = self.network.dense_layers[0].weights
        found = np.flatnonzero((weights != self.before).any(axis=0))
        self.before = weights.copy()
        return set(found.tolist())


@pytest.mark.parametrize("n_images", [50, 5000])
def test_full_batch_is_one_step_down_the_gradient_of_all_images(
    n_images: int, new_trainer: Any, epochs_of: Any
) -> None:
    """5000 images are more than are computed at once. Softmax regression has the gradient (P − Y)ᵀ X / n."""
    rng = np.random.default_rng(1)
    images, labels = rng.random((n_images, 4)), rng.integers(0, 3, n_images)
    trainer = new_trainer(
        (images, labels),
        np.float64,
        hidden=(),
        optimizer="sgd",
        learning_rate=0.5,
        batch_size=0,
        epochs=1,
        validation_fraction=0,
    )
    layer = trainer.network.dense_layers[0]
    weights, biases = layer.weights.copy(), layer.biases.copy()

    [report] = epochs_of(trainer)

    powers = np.exp(images @ weights.T + biases)
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    delta = (probabilities - np.eye(3)[labels]) / n_images
    np.testing.assert_allclose(layer.weights, weights - 0.5 * delta.T @ images, rtol=1e-12)
    np.testing.assert_allclose(layer.biases, biases - 0.5 * delta.sum(axis=0), rtol=1e-12)
    loss = -np.log(probabilities[np.arange(n_images), labels]).mean()
    assert report.training_loss == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("batch_size", [4500, 0])
def test_pieces_of_a_large_batch_are_one_step(
    batch_size: int, monkeypatch: pytest.MonkeyPatch, new_trainer: Any, epochs_of: Any
) -> None:
    """Batches of 4500 come as 4096 + 404, all 9000 as 4096 + 4096 + 808; with longer pieces, whole."""
    rng = np.random.default_rng(2)
    data = rng.random((9000, 3)), rng.integers(0, 2, 9000)
    chosen: dict[str, Any] = {"batch_size": batch_size, "epochs": 2, "validation_fraction": 0}
    in_pieces = new_trainer(data, np.float64, **chosen)
    monkeypatch.setattr("nnapp.engine.batches._PIECE_IMAGES", 9000)
    whole = new_trainer(data, np.float64, **chosen)

    losses = [[report.training_loss for report in epochs_of(trainer)] for trainer in (in_pieces, whole)]

    assert in_pieces.state().n_updates == (4 if batch_size else 2)
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)
    np.testing.assert_allclose(in_pieces.network.parameters, whole.network.parameters, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("n_images", "batch_size", "images_per_epoch", "images_done"),
    [
        # The last batch is as short as it needs to be.
        (25, 10, 0, [10, 20]),
        (20, 10, 0, [10]),
        (25, 25, 0, []),
        (25, 0, 0, []),
        (25, 1, 4, [1, 2, 3]),
        (25, 5, 12, [5, 10]),
        (25, 0, 12, []),
    ],
)
def test_batches_of_an_epoch(
    n_images: int, batch_size: int, images_per_epoch: int, images_done: list[int], new_trainer: Any, one_hot_images: Any
) -> None:
    trainer = new_trainer(
        one_hot_images(n_images),
        every_batch=True,
        batch_size=batch_size,
        images_per_epoch=images_per_epoch,
        epochs=2,
        validation_fraction=0,
    )

    reports = list(trainer.run())

    in_epoch = [report for report in reports if isinstance(report, BatchReport)]
    assert [report.images for report in in_epoch] == images_done * 2
    n_batches = len(images_done) + 1
    assert [report.batch for report in in_epoch] == list(range(1, n_batches)) * 2
    assert {report.n_batches for report in in_epoch} <= {n_batches}
    assert {report.n_images for report in in_epoch} <= {images_per_epoch or n_images}
    assert {report.n_epochs for report in reports} == {2}
    assert [report.epoch for report in reports] == [1] * n_batches + [2] * n_batches
    assert trainer.state().n_updates == 2 * n_batches


def test_every_batch_learns_from_images_of_its_own(new_trainer: Any, one_hot_images: Any) -> None:
    trainer = new_trainer(
        one_hot_images(25),
        every_batch=True,
        hidden=(),
        optimizer="sgd",
        batch_size=10,
        epochs=2,
        validation_fraction=0,
    )
    watcher = WeightWatcher(trainer.network)

    batches = [watcher.changed() for _ in trainer.run()]

    assert [len(batch) for batch in batches] == [10, 10, 5] * 2
    for epoch in (batches[:3], batches[3:]):
        assert set().union(*epoch) == set(range(25))
    assert batches[0] != batches[3], "another order in another epoch"


def test_short_last_batch_is_averaged_over_its_own_images() -> None:
    """Each image is a batch's only one or one of two: the step of its weights is twice as long alone."""
    images, labels = np.eye(3), np.array([0, 1, 0])
    settings = Settings(
        output="linear",
        loss="squared-error",
        optimizer="sgd",
        learning_rate=0.25,
        batch_size=2,
        epochs=1,
        validation_fraction=0,
    )
    network = Network([Dense(3, 2), Linear()], dtype=np.float64)
    network.parameters[:] = 0
    trainer = Trainer(network, images, labels, settings, report_interval_s=0)
    watcher = WeightWatcher(network)
    reports = trainer.run()

    next(reports)
    pair = watcher.changed()
    # From 0 the weights of an image's label go to η (y − 0) / n.
    assert np.abs(network.dense_layers[0].weights).max() == 0.25 / 2
    next(reports)
    [alone] = watcher.changed()

    assert len(pair) == 2
    assert alone not in pair
    # The biases have moved in the first batch by η times the share of each label.
    bias = 0.25 * np.mean([labels[index] == labels[alone] for index in pair])
    assert network.dense_layers[0].weights[labels[alone], alone] == pytest.approx(0.25 * (1 - bias), rel=1e-12)


def test_fewer_images_per_epoch_are_drawn_anew_each_time(new_trainer: Any, one_hot_images: Any) -> None:
    trainer = new_trainer(
        one_hot_images(40),
        hidden=(),
        optimizer="sgd",
        images_per_epoch=10,
        batch_size=5,
        epochs=30,
        validation_fraction=0,
    )
    watcher = WeightWatcher(trainer.network)

    epochs = [watcher.changed() for _ in trainer.run()]

    assert {len(epoch) for epoch in epochs} == {10}
    assert epochs[0] != epochs[1]
    # An image is missed by all of 30 epochs with a probability of ¾³⁰ = 0.0002.
    assert set().union(*epochs) == set(range(40))


def test_few_training_images_are_the_same_in_every_epoch(new_trainer: Any, one_hot_images: Any) -> None:
    chosen = {"hidden": (), "optimizer": "sgd", "epochs": 8, "validation_fraction": 0.25, "training_images": 10}
    trainer = new_trainer(one_hot_images(40), batch_size=3, images_per_epoch=6, **chosen)
    watcher = WeightWatcher(trainer.network)

    epochs = [watcher.changed() for _ in trainer.run()]

    assert {len(epoch) for epoch in epochs} == {6}
    # Six of the ten in each epoch: one is missed by all eight with a probability of 0.4⁸ = 0.0007.
    assert set().union(*epochs) == set(trainer.training_indices.tolist())
    assert len(trainer.training_indices) == 10
    assert len(trainer.validation_indices) == 10


def test_training_loss_is_the_mean_over_images_as_their_batch_came_up(
    blobs: Data, new_trainer: Any, epochs_of: Any
) -> None:
    """With no batch before the loss is that of the first weights; with steps of almost 0, for every batch."""
    trainer = new_trainer(blobs, np.float64, every_batch=True, learning_rate=1e-12, batch_size=25, optimizer="sgd")
    training = trainer.training_indices
    expected = evaluate(trainer.network, blobs[0][training], blobs[1][training]).loss

    report = epochs_of(trainer)[0]

    assert report.training_loss == pytest.approx(expected, rel=1e-9)


def test_validation_images_are_never_learnt_from(new_trainer: Any, one_hot_images: Any) -> None:
    trainer = new_trainer(
        one_hot_images(40), hidden=(), optimizer="sgd", batch_size=5, epochs=5, validation_fraction=0.25
    )
    watcher = WeightWatcher(trainer.network)

    list(trainer.run())

    assert watcher.changed() == set(trainer.training_indices.tolist())
    assert len(trainer.validation_indices) == 10
    assert set(trainer.validation_indices.tolist()) == set(range(40)) - set(trainer.training_indices.tolist())
