"""Small valid files of every kind, made by the programs people make them with wherever those are installed."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image
from support.torch_archive import archive_of, legacy_of, tensor

from nnapp.engine.network import Network
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.storage.dataset import DataChoice
from nnapp.storage.exchange.onnx_writer import write_onnx_to
from nnapp.storage.exchange.safetensors_file import write_safetensors_to
from nnapp.storage.idx_file import write_idx
from nnapp.storage.network_file import StoredNetwork, write_network_to
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
    return [plain, _written(lambda path: write_idx(path, images[:, 0, 0])), gzip.compress(plain, mtime=0)]


def json_objects() -> list[bytes]:
    """Return an object with a value of every kind."""
    return [json.dumps({"a": [1, 2.5, None, True, "é"], "b": {"c": {}}}).encode()]


def preferences() -> list[bytes]:
    """Return files of preferences, one that says everything and one of the defaults."""
    everything = Preferences(
        "dark", "colour-blind", 1.5, {"training": "1280x720+0+0"}, "/", ["/a.nn"], DataChoice("mnist", 0.25, 3),
        activity_views=["layers"], others={"later": 1},
    )  # fmt: skip
    return [_written(lambda path, kept=kept: save_preferences(kept, path)) for kept in (everything, Preferences())]


def pictures() -> list[bytes]:
    """Return pictures in the usual formats and depths."""
    files = []
    for mode, kind in (("L", "PNG"), ("RGBA", "PNG"), ("P", "GIF"), ("RGB", "JPEG"), ("RGB", "BMP"), ("I;16", "TIFF")):
        stream = io.BytesIO()
        Image.new(mode, (6, 5)).save(stream, kind)
        files.append(stream.getvalue())
    return files


def npz_data() -> list[bytes]:
    """Return data sets with their own test images and without, stored and compressed, with named and one-hot labels."""
    images = np.arange(4 * 9, dtype=np.uint8).reshape(4, 3, 3)
    labels = np.array([0, 1, 0, 1])
    keras = {"x_train": images, "y_train": labels, "x_test": images[:2], "y_test": labels[:2]}
    flat = {"x": images.reshape(4, 9) / 255, "y": np.eye(2)[labels], "class_names": np.array(["a", "b"])}
    texts = {"images": images, "labels": np.array(["a", "b", "a", "b"])}
    return [_npz(keras), _npz(keras, np.savez_compressed), _npz(flat), _npz(texts)]


def csv_data() -> list[bytes]:
    """Return tables with and without header, with named labels, and compressed."""
    rows = "\n".join(f"{number % 2},{number},0,255,7" for number in range(4))
    table = f"label,pixel0,pixel1,pixel2,pixel3\n{rows}\n".encode()
    named = rows.replace("1,", "ring,", 1).replace(",", ";")
    return [table, rows.encode(), named.encode(), gzip.compress(table, mtime=0)]


def sources() -> list[bytes]:
    """Return names of data sets."""
    return [b"mnist", b"synthetic", b"synthetic:5000", b"synthetic:5000:7", b"./synthetic"]


def splits() -> list[bytes]:
    """Return a test fraction and a seed."""
    return [b"0.25 3", b"0.5", b"1e-3 4294967295"]


def labels() -> list[bytes]:
    """Return labels of ten classes, from 1, and with a damaged one."""
    tens = bytes(number % 10 for number in range(60))
    return [b"\x28" + tens, b"\x3c" + tens, b"\x03\x01\x02\x03\x01\x02\x03", b"\x28" + tens + b"\xf0"]


def network_words() -> list[bytes]:
    """Return what nnapp, scikit-learn and others say beside the weights of a network."""
    own = {"activations": '["relu", "softmax"]', "input_scale": "unit", "class_names": '["a", "b"]', "loss": "x"}
    other = {"activation": "logistic", "out_activation_": "softmax", "classes_": [0, 1], "input_shape": [2, 2]}
    scaled = {"activations": [None, "softmax"], "hidden_activations": ["tanh"], "input_scaling": [0.5, 0.25]}
    return [json.dumps(words).encode() for words in (own, other, scaled)]


def network_arrays() -> list[bytes]:
    """Return names and shapes of arrays that make networks."""
    numbered = {"W1": [3, 4], "b1": [3], "W2": [2, 3], "b2": [2]}
    named = {"classifier.weight": [2, 3], "fc1.weight": [3, 4], "fc1.bias": [3], "epoch": []}
    positions = {"arr_0": [4, 3], "arr_1": [1, 3], "arr_2": [3, 2], "arr_3": [1, 2]}
    theta = {"Theta1": [3, 5], "Theta2": [2, 4]}
    keras = {"dense/kernel:0": [4, 3], "dense/bias:0": [3], "dense_1/kernel:0": [3, 2], "adam/m/W": [4, 3]}
    return [json.dumps(shapes).encode() for shapes in (numbered, named, positions, theta, keras)]


_W1 = np.arange(12, dtype=np.float32).reshape(3, 4) / 10
_W2 = np.arange(6, dtype=np.float32).reshape(2, 3) / 10
_B1, _B2 = np.zeros(3, np.float32), np.ones(2, np.float32)


def npz_networks() -> list[bytes]:
    """Return networks by the names that people use, in both orientations, and pickled lists."""
    lists = np.empty(2, object)
    lists[:] = [_W1, _W2]
    return [
        _npz({"W1": _W1, "b1": _B1, "W2": _W2, "b2": _B2}),
        _npz({"coefs_0": _W1.T, "intercepts_0": _B1, "coefs_1": _W2.T, "intercepts_1": _B2}, np.savez_compressed),
        _npz({"arr_0": _W1, "arr_1": _B1, "arr_2": _W2, "arr_3": _B2, "activation": np.array("relu")}),
        _npz({"weights": lists}),
    ]


def npy_networks() -> list[bytes]:
    """Return a matrix, and a dictionary."""
    streams = [io.BytesIO(), io.BytesIO()]
    np.save(streams[0], _W1)
    np.save(streams[1], np.array({"W1": _W1, "b1": _B1}, object))
    return [stream.getvalue() for stream in streams]


def json_networks() -> list[bytes]:
    """Return Nielsen's layout, scikit-learn's and one layer by layer."""
    nielsen = {"sizes": [4, 3, 2], "weights": [_W1.tolist(), _W2.tolist()], "cost": "QuadraticCost"}
    nielsen["biases"] = [_B1[:, None].tolist(), _B2[:, None].tolist()]
    sklearn = {"coefs": [_W1.T.tolist(), _W2.T.tolist()], "intercepts": [_B1.tolist(), _B2.tolist()]}
    layers = [{"weights": _W1.tolist(), "biases": _B1.tolist(), "activation": "relu"}, {"weights": _W2.tolist()}]
    return [json.dumps(document).encode() for document in (nielsen, sklearn, {"layers": layers})]


def safetensors() -> list[bytes]:
    """Return a network as nnapp writes it."""
    return [_exported(write_safetensors_to)]


def onnx() -> list[bytes]:
    """Return a network as nnapp writes it."""
    return [_exported(write_onnx_to)]


def torch_archives() -> list[bytes]:
    """Return a state of linear layers, and a checkpoint."""
    state = {"0.weight": tensor("0", _W1), "0.bias": tensor("1", _B1), "2.weight": tensor("2", _W2)}
    return [archive_of(state).getvalue(), archive_of({"epoch": 1, "model_state_dict": state}).getvalue()]


def legacy_torch_files() -> list[bytes]:
    """Return a state as PyTorch wrote it before 1.6."""
    return [legacy_of({"weight": tensor("7", _W1)}).getvalue()]


def pickles() -> list[bytes]:
    """Return lists and dictionaries of arrays in every protocol."""
    values = ([[_W1, _W2], [_B1, _B2]], {"W1": _W1.T, "b1": _B1.astype(">f8")}, np.array([_W1, None], object))
    return [pickle.dumps(value, protocol) for value in values for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]


def all_networks() -> list[bytes]:
    """Return a file of every format."""
    kinds = (networks, npz_networks, npy_networks, json_networks, safetensors, onnx, torch_archives, pickles)
    return [kind()[0] for kind in (*kinds, legacy_torch_files)]


def _npz(arrays: dict[str, Any], save: Callable[..., None] = np.savez) -> bytes:
    stream = io.BytesIO()
    save(stream, **arrays)
    return stream.getvalue()


def _exported(write: Callable[[BinaryIO, StoredNetwork], None]) -> bytes:
    stream = io.BytesIO()
    write(stream, StoredNetwork(small_network(), NetworkMetadata(class_names=("a", "b"), input_shape=(2, 2))))
    return stream.getvalue()


def _written(write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        write(path)
        return path.read_bytes()
