"""Data, networks and settings that do not fit each other are refused before anything runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.network import Network
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import NetworkError, SettingError

Data = tuple[NDArray[Any], NDArray[Any]]


def refusal(network: Network, data: Data, settings: Settings | None = None) -> str:
    with pytest.raises((NetworkError, SettingError)) as caught:
        Trainer(network, *data, Settings(batch_size=10) if settings is None else settings)
    return str(caught.value)


def test_images_of_another_size(blobs: Data) -> None:
    assert refusal(Network.dense([784, 10]), blobs) == (
        "Images must have 784 values each, one per input of the network; got 3×4 = 12."
    )


def test_labels_beyond_the_outputs(blobs: Data) -> None:
    first = int(np.flatnonzero(blobs[1] == 2)[0])

    assert refusal(Network.dense([12, 2]), blobs) == (
        f"Labels must be 0…1, one class per output of the network; got 2 for image {first}."
    )


def test_labels_of_another_number(blobs: Data) -> None:
    assert refusal(Network.dense([12, 3]), (blobs[0], blobs[1][:100])) == (
        "There must be one label per image; got 100 labels for 120 images."
    )


def test_no_images(blobs: Data) -> None:
    assert refusal(Network.dense([12, 3]), (blobs[0][:0], blobs[1][:0])) == (
        "There must be at least one image; got none."
    )


def test_network_with_one_output(blobs: Data) -> None:
    assert refusal(Network.dense([12, 1]), blobs) == "A network that classifies must have at least 2 outputs; got 1."


def test_batch_larger_than_the_training_images(blobs: Data) -> None:
    """Of 120 images 12 are held out."""
    network = Network.dense([12, 3])

    assert refusal(network, blobs, Settings(batch_size=109)) == (
        "Mini-batch size must be at most 108, the number of images per epoch; got 109."
    )
    Trainer(network, *blobs, Settings(batch_size=108))


def test_loss_that_does_not_suit_the_network(blobs: Data) -> None:
    network = Network.dense([12, 3], output_activation="tanh")

    assert "got tanh outputs, whose loss must be squared-error." in refusal(network, blobs)
