"""Small valid files of every kind, made by the programs people make them with wherever those are installed."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from nnapp.engine.network import Network
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.storage.idx_file import write_idx
from nnapp.storage.network_file import write_network_to
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.preferences import Preferences, save_preferences
from nnapp.storage.run_file import Run, data_fingerprint, write_run


def small_network(output: str = "softmax") -> Network:
    """Return a network of 4 inputs, 3 hidden neurons and 2 outputs."""
    return Network.dense([4, 3, 2], output_activation=output, rng=np.random.default_rng(0))


def networks() -> list[bytes]:
    """Return a plain `.nn` file, and one with a block."""
    plain = Network.dense(
        [4, 3, 2], hidden_activation="sigmoid", output_activation="sigmoid", rng=np.random.default_rng(0)
    )
    metadata = NetworkMetadata(loss="cross-entropy", class_names=("a", "b"), input_shape=(2, 2))
    files = []
    for network, known in ((plain, None), (small_network(), metadata)):
        stream = io.BytesIO()
        write_network_to(stream, network, known)
        files.append(stream.getvalue())
    return files


def runs() -> list[bytes]:
    """Return the file of a run that has done one epoch."""
    images, labels = np.arange(32, dtype=np.uint8).reshape(8, 2, 2), np.arange(8) % 2
    settings = Settings(hidden=(3,), batch_size=2, epochs=2, validation_fraction=0.25)
    trainer = Trainer(settings.new_network(4, 2), images, labels, settings)
    for _ in trainer.run():
        if trainer.history:
            break
    network = trainer.network
    run = Run(
        trainer.state(),
        network.layer_sizes,
        network.activation_names,
        ("a", "b"),
        (2, 2),
        data_fingerprint(images, labels),
    )
    return [_written(lambda path: write_run(path, run))]


def idx_files() -> list[bytes]:
    """Return images, labels, and images compressed."""
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    plain = _written(lambda path: write_idx(path, images))
    return [plain, _written(lambda path: write_idx(path, images[:, 0, 0])), gzip.compress(plain)]


def json_objects() -> list[bytes]:
    """Return an object with a value of every kind."""
    return [json.dumps({"a": [1, 2.5, None, True, "é"], "b": {"c": {}}}).encode()]


def preferences() -> list[bytes]:
    """Return a file of preferences."""
    return [_written(lambda path: save_preferences(Preferences(windows={"training": "1280x720+0+0"}), path))]


def pictures() -> list[bytes]:
    """Return pictures in the usual formats and depths."""
    files = []
    for mode, kind in (("L", "PNG"), ("RGBA", "PNG"), ("P", "GIF"), ("RGB", "JPEG"), ("RGB", "BMP"), ("I;16", "TIFF")):
        stream = io.BytesIO()
        Image.new(mode, (6, 5)).save(stream, kind)
        files.append(stream.getvalue())
    return files


def _written(write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        write(path)
        return path.read_bytes()
