"""Training as a whole: it learns, the same each time, the same as PyTorch, and leaves others alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.evaluation import evaluate
from nnapp.engine.losses import LOSSES
from nnapp.engine.optimizers import OPTIMIZERS

Data = tuple[NDArray[Any], NDArray[Any]]


def test_network_learns_what_can_be_learnt(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    trainer = new_trainer(blobs, epochs=30)

    reports = epochs_of(trainer)

    # Chance is an error of 2/3 and a loss of ln 3 = 1.1.
    assert reports[-1].training_loss < 0.2
    assert reports[-1].validation_error is not None
    assert reports[-1].validation_error <= 0.1
    assert evaluate(trainer.network, *blobs).accuracy >= 0.9


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_is_lowered(loss: str, blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    reports = epochs_of(new_trainer(blobs, loss=loss, output=LOSSES[loss].natural_output, epochs=10))

    assert reports[-1].training_loss < 0.9 * reports[0].training_loss


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_lowers_the_loss(optimizer: str, blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    reports = epochs_of(new_trainer(blobs, optimizer=optimizer, epochs=10))

    assert reports[-1].training_loss < 0.9 * reports[0].training_loss


def test_same_seed_same_bits(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    chosen: dict[str, Any] = {"dropout": 0.3, "optimizer": "nesterov", "images_per_epoch": 70}

    def result(seed: int) -> tuple[bytes, list[float]]:
        trainer = new_trainer(blobs, seed=seed, **chosen)
        losses = [report.training_loss for report in epochs_of(trainer)]
        return trainer.network.parameters.tobytes(), losses

    assert result(1) == result(1)
    assert result(1) != result(2)


def test_bytes_and_their_values_train_the_same_network(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    images, labels = blobs
    first, second = new_trainer(blobs), new_trainer((images / np.float32(255), labels))

    losses = [[report.training_loss for report in epochs_of(trainer)] for trainer in (first, second)]

    assert losses[0] == losses[1]
    assert first.network.parameters.tobytes() == second.network.parameters.tobytes()


def test_nothing_runs_before_it_is_iterated(blobs: Data, new_trainer: Any) -> None:
    trainer = new_trainer(blobs)
    before = trainer.network.parameters.copy()

    trainer.run()

    np.testing.assert_array_equal(trainer.network.parameters, before)


def test_single_image_can_be_learnt(new_trainer: Any, epochs_of: Any) -> None:
    data = np.ones((1, 4)), np.array([1])
    trainer = new_trainer(data, batch_size=1, epochs=5)

    reports = epochs_of(trainer)

    assert trainer.training_indices.tolist() == [0]
    assert len(trainer.validation_indices) == 0
    assert reports[-1].validation_loss is None
    assert reports[-1].training_loss < reports[0].training_loss


def test_data_are_only_read(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    """The fixture's arrays cannot be written; values of another type could be changed on the way."""
    values = blobs[0] / 255
    values.setflags(write=False)

    for images in (blobs[0], values, values.astype(np.float32)):
        epochs_of(new_trainer((images, blobs[1])))


def test_network_can_be_read_while_it_is_trained(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    alone = new_trainer(blobs, dropout=0.3, epochs=40)
    epochs_of(alone)
    trainer = new_trainer(blobs, dropout=0.3, epochs=40)
    wrong: list[str] = []
    n_read = 0
    done = threading.Event()

    def read() -> None:
        nonlocal n_read
        while not done.is_set() or n_read == 0:
            rows = trainer.network.predict_proba(blobs[0])
            if not np.allclose(rows.sum(axis=1), 1, rtol=1e-5):
                wrong.append("probabilities")
            sizes = [array.shape[1] for array in trainer.network.activations(blobs[0][:5])]
            if sizes != [12, 8, 3]:
                wrong.append("activations")
            n_read += 1

    reader = threading.Thread(target=read)
    reader.start()
    epochs_of(trainer)
    done.set()
    reader.join()

    assert n_read > 0
    assert wrong == []
    assert trainer.network.parameters.tobytes() == alone.network.parameters.tobytes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_five_epochs_of_full_batch_training_against_pytorch(
    optimizer: str, blobs: Data, torch: Any, new_trainer: Any, epochs_of: Any
) -> None:
    images, labels = blobs
    trainer = new_trainer(
        blobs,
        np.float64,
        hidden=(8, 6),
        optimizer=optimizer,
        learning_rate=0.02,
        momentum=0.8,
        l2=0.1,
        batch_size=0,
        epochs=5,
        validation_fraction=0,
    )
    peer = torch.nn.Sequential(
        torch.nn.Linear(12, 8),
        torch.nn.ReLU(),
        torch.nn.Linear(8, 6),
        torch.nn.ReLU(),
        torch.nn.Linear(6, 3),
    ).double()
    with torch.no_grad():
        for layer, ours in zip(peer[::2], trainer.network.dense_layers, strict=True):
            layer.weight.copy_(torch.tensor(ours.weights))
            layer.bias.copy_(torch.tensor(ours.biases))
    groups = [
        {"params": [layer.weight for layer in peer[::2]], "weight_decay": 0.1},
        {"params": [layer.bias for layer in peer[::2]], "weight_decay": 0.0},
    ]
    makers: dict[str, Callable[[], Any]] = {
        "sgd": lambda: torch.optim.SGD(groups, lr=0.02),
        "momentum": lambda: torch.optim.SGD(groups, lr=0.02, momentum=0.8),
        "nesterov": lambda: torch.optim.SGD(groups, lr=0.02, momentum=0.8, nesterov=True),
        "rmsprop": lambda: torch.optim.RMSprop(groups, lr=0.02, alpha=0.9, eps=1e-8),
        "adam": lambda: torch.optim.Adam(groups, lr=0.02, eps=1e-8),
        "adamw": lambda: torch.optim.AdamW(groups, lr=0.02, eps=1e-8),
    }
    steps = makers[optimizer]()
    inputs, targets = torch.tensor(images.reshape(120, 12) / 255), torch.tensor(labels)
    expected = []
    for _ in range(5):
        loss = torch.nn.functional.cross_entropy(peer(inputs), targets)
        expected.append(loss.item())
        steps.zero_grad()
        loss.backward()
        steps.step()

    losses = [report.training_loss for report in epochs_of(trainer)]

    assert losses == pytest.approx(expected, rel=1e-10)
    flat = np.concatenate([p.detach().numpy().ravel() for p in peer.parameters()])
    np.testing.assert_allclose(trainer.network.parameters, flat, rtol=1e-8, atol=1e-12)
