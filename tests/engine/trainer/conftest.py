"""Fixtures of the trainer's tests: short runs, and data that tell what a run did with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.reports import EpochReport
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer

Data = tuple[NDArray[Any], NDArray[Any]]

_SMALL: dict[str, Any] = {"hidden": (8,), "batch_size": 10, "epochs": 3, "learning_rate": 0.01}


def _new_trainer(data: Data, dtype: type = np.float32, every_batch: bool = False, **chosen: Any) -> Trainer:
    images, labels = data
    settings = Settings(**_SMALL | chosen)
    network = settings.new_network(int(np.prod(images.shape[1:])), int(labels.max()) + 1).copy(dtype)
    return Trainer(network, images, labels, settings, report_interval_s=0 if every_batch else 1e9)


@pytest.fixture(scope="session")
def new_trainer() -> Callable[..., Trainer]:
    """Return a function of data and settings that returns a trainer of a new network.

    Unless chosen otherwise, there are 8 hidden neurons, batches of 10 and 3 epochs, and only epochs are reported;
    with ``every_batch=True`` every batch but the last of an epoch is.
    """
    return _new_trainer


def _epochs_of(trainer: Trainer) -> list[EpochReport]:
    return [report for report in trainer.run() if isinstance(report, EpochReport)]


@pytest.fixture(scope="session")
def epochs_of() -> Callable[[Trainer], list[EpochReport]]:
    """Return a function that runs a trainer to its end and returns the reports of its epochs."""
    return _epochs_of


def _one_hot_images(n_images: int) -> Data:
    return np.eye(n_images, dtype=np.float32), np.arange(n_images) % 2


@pytest.fixture(scope="session")
def one_hot_images() -> Callable[[int], Data]:
    """Return a function that makes n images, each lighting an input of its own, and labels 0 and 1 in turn.

    In a network without hidden layers the weights of an input tell whether its image was learnt from.
    """
    return _one_hot_images


@pytest.fixture(scope="session")
def noise() -> Data:
    """Return 200 images with random labels: the training error falls and the validation error only wavers."""
    rng = np.random.default_rng(7)
    return rng.random((200, 6)), rng.integers(0, 3, 200)
