"""Whether a network can learn a data set, in words for a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.data_sets import write_data_set

from nnapp.engine.network import Network
from nnapp.gui.network_fit import misfit_sentence
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata


@pytest.mark.parametrize(
    ("sizes", "metadata", "sentence"),
    [
        ([64, 3], {}, ""),
        ([64, 5], {}, ""),
        ([784, 3], {}, "The network takes 28×28 images; these are 8×8."),
        ([60, 3], {"input_shape": (6, 10)}, "The network takes 6×10 images; these are 8×8."),
        ([60, 3], {}, "The network takes images of 60 pixels; these are 8×8."),
        ([64, 2], {}, "The network has 2 classes; these images have 3."),
        ([64, 3], {"class_names": ("a", "b", "c")}, "The network has other classes than these images."),
    ],
)
def test_why_it_cannot(tmp_path: Path, sizes: list[int], metadata: dict[str, Any], sentence: str) -> None:
    dataset = load_dataset(write_data_set(tmp_path / "small", shape=(8, 8), n_classes=3))
    stored = StoredNetwork(Network.dense(sizes), NetworkMetadata(**metadata))
    assert misfit_sentence(dataset, stored) == sentence
