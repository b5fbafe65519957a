"""What is said of a data set in the toolbar."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support.data_sets import write_data_set

from nnapp.gui.load_wording import summary
from nnapp.storage.datasets import load_dataset


def test_a_file_is_told_from_a_folder_of_its_name(tmp_path: Path) -> None:
    folder = write_data_set(tmp_path / "shapes")
    dataset = load_dataset(folder)
    np.savez(tmp_path / "shapes.npz", images=dataset.test_images, labels=dataset.test_labels)
    assert summary(dataset) == "shapes, 200 + 80"
    # A fifth of the 80 are set apart.
    assert summary(load_dataset(tmp_path / "shapes.npz")) == "shapes.npz, 64 + 16"
    assert summary(load_dataset("synthetic:200")).startswith("Synthetic digits, ")
