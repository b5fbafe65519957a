"""Every parser of files and of what people type, with small valid files for the fuzzer to start from."""

from __future__ import annotations

import importlib
import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

import numpy as np
import seeds

__all__ = ["ALL", "TARGETS", "Target"]

Parse = Callable[[bytes], object]


@dataclass(frozen=True)
class Target:
    """A parser.

    Attributes
    ----------
    module, function : str
        Where it is; imported by `load`, so that the fuzzer can watch which lines of it run.
    takes : {"stream", "path", "bytes", "text"}
        What it is called with; a stream is followed by a name for the sentence of an error.
    seeds : callable () -> list of bytes
        Valid files.
    ending : str
        Of the file, for a parser that takes a path.
    more : tuple
        Arguments after that.
    """

    module: str
    function: str
    takes: str
    seeds: Callable[[], list[bytes]]
    ending: str = ""
    more: tuple[object, ...] = ()

    def load(self) -> Callable[..., object]:
        """Return the parser."""
        function: Callable[..., object] = attrgetter(self.function)(importlib.import_module(self.module))
        return function

    def parse(self, content: bytes) -> None:
        """Parse one file; a generator is run to its end."""
        function = self.load()
        if self.takes == "stream":
            result = function(io.BytesIO(content), "the file", *self.more)
        elif self.takes == "bytes":
            result = function(content, "the file", *self.more)
        elif self.takes == "text":
            result = function(content.decode("utf-8", "replace"), *self.more)
        else:
            _PATH.with_suffix(self.ending).write_bytes(content)
            result = function(_PATH.with_suffix(self.ending), *self.more)
        if hasattr(result, "__next__"):
            for _ in result:
                pass


# In memory, where the system has such a place.
_FOLDER = tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
_PATH = Path(_FOLDER.name, "file")

_EXCHANGE = "nnapp.storage.exchange"

TARGETS: dict[str, Target] = {
    "network": Target("nnapp.storage.network_file", "read_network_from", "stream", seeds.networks),
    "run": Target("nnapp.storage.run_file", "read_run", "path", seeds.runs, ".run.npz"),
    "idx": Target("nnapp.storage.idx_file", "read_idx", "path", seeds.idx_files),
    "json": Target("nnapp.storage.strict_json", "decode_json_object", "bytes", seeds.json_objects),
    "preferences": Target("nnapp.storage.preferences", "load_preferences", "path", seeds.preferences, ".json"),
    "picture": Target("nnapp.digits.picture_files", "read_picture", "path", seeds.pictures, ".png"),
    "npz-data": Target("targets", "load_npz_data", "stream", seeds.npz_data),
    "csv-data": Target("targets", "load_csv_data", "stream", seeds.csv_data),
    "source": Target("nnapp.storage.source_names", "SyntheticChoice.parse", "text", seeds.sources),
    "split": Target("targets", "parse_split", "text", seeds.splits),
    "labels": Target("targets", "number_labels", "bytes", seeds.labels),
    "network-words": Target("targets", "describe", "bytes", seeds.network_words),
    "network-arrays": Target("targets", "put_together", "bytes", seeds.network_arrays),
    "npz-network": Target("targets", "open_npz", "stream", seeds.npz_networks),
    "npy-network": Target("targets", "open_npy", "stream", seeds.npy_networks),
    "json-network": Target("targets", "open_json", "stream", seeds.json_networks),
    "safetensors": Target("targets", "open_safetensors", "stream", seeds.safetensors),
    "onnx": Target("targets", "open_onnx", "stream", seeds.onnx),
    "torch": Target("targets", "open_torch", "stream", seeds.torch_archives),
    "torch-legacy": Target("targets", "open_legacy_torch", "stream", seeds.legacy_torch_files),
    "pickle": Target("targets", "open_pickle", "stream", seeds.pickles),
    "any-network": Target("targets", "open_any", "stream", seeds.all_networks),
}


def _opened_by(module: str, function: str) -> Callable[[BinaryIO, str], object]:
    """Return a function that reads a network and answers what its file does not say."""

    def open_network(stream: BinaryIO, name: str) -> object:
        from nnapp.storage.exchange.completion import Answers, complete
        from nnapp.storage.exchange.foreign_network import ForeignNetwork

        found = getattr(importlib.import_module(module), function)(stream, name)
        return (
            complete(found, Answers("relu", "softmax", "mnist"), name) if isinstance(found, ForeignNetwork) else found
        )

    return open_network


def _loaded_by(module: str, function: str) -> Callable[[BinaryIO, str], object]:
    """Return a function that reads a data set, numbers its classes and splits it."""

    def load(stream: BinaryIO, name: str) -> object:
        from nnapp.storage.dataset import DataChoice
        from nnapp.storage.dataset_assembly import make_dataset
        from nnapp.storage.load_progress import drained

        content = drained(getattr(importlib.import_module(module), function)(stream, name))
        return make_dataset(content, DataChoice(name))

    return load


load_npz_data = _loaded_by("nnapp.storage.sources.npz_files", "read_npz_file_from")
load_csv_data = _loaded_by("nnapp.storage.sources.csv_files", "read_csv_dataset_from")
open_npz = _opened_by(f"{_EXCHANGE}.npz_networks", "read_npz_network_from")
open_npy = _opened_by(f"{_EXCHANGE}.npz_networks", "read_npy_network_from")
open_json = _opened_by(f"{_EXCHANGE}.json_networks", "read_json_network_from")
open_safetensors = _opened_by(f"{_EXCHANGE}.safetensors_file", "read_safetensors_from")
open_onnx = _opened_by(f"{_EXCHANGE}.onnx_reader", "read_onnx_network_from")
open_torch = _opened_by(f"{_EXCHANGE}.torch_file", "read_torch_archive_from")
open_legacy_torch = _opened_by(f"{_EXCHANGE}.torch_file", "read_legacy_torch_from")
open_pickle = _opened_by(f"{_EXCHANGE}.pickled_arrays", "read_pickled_network_from")
open_any = _opened_by(f"{_EXCHANGE}.readers", "read_any_network_from")


def parse_split(text: str) -> object:
    """Read the options of a data set, separated by a space."""
    from nnapp.storage.dataset import CHOICE_SETTINGS, DataChoice

    parts = zip(CHOICE_SETTINGS.values(), text.split(" "), strict=False)
    return DataChoice("mnist", **{setting.name: setting.parse(part) for setting, part in parts}).command_options()


def number_labels(content: bytes, name: str) -> object:
    """Make a data set of bytes as labels, the first saying how many are for training, and split it."""
    from nnapp.storage.dataset import DataChoice, LabelledImages, SourceContent
    from nnapp.storage.dataset_assembly import make_dataset

    n_training, labels = (content[0] if content else 0), np.frombuffer(content[1:], np.uint8)
    parts = [LabelledImages(np.zeros((len(part), 1, 1), np.uint8), part) for part in np.split(labels, [n_training])]
    test = parts[1] if len(parts[1].labels) else None
    return make_dataset(SourceContent("a", parts[0], test, (), name), DataChoice("a"))


def describe(content: bytes, name: str) -> object:
    """Say the words of a JSON object about a network 4-3-2."""
    from nnapp.storage.exchange.completion import Answers, complete
    from nnapp.storage.exchange.network_words import described
    from nnapp.storage.strict_json import decode_json_object

    weights = (np.ones((3, 4), np.float32), np.ones((2, 3), np.float32))
    biases = (np.ones(3, np.float32), np.ones(2, np.float32))
    found = described((weights, biases), decode_json_object(content, name), name)
    return complete(found, Answers("relu" if None in found.activations[:-1] else None, "softmax", "unit"), name)


def put_together(content: bytes, name: str) -> object:
    """Make a network of arrays whose names and shapes are in a JSON object."""
    from nnapp.storage.exchange.array_layouts import network_from_arrays
    from nnapp.storage.strict_json import decode_json_object

    shapes = decode_json_object(content, name)
    arrays = {
        key: np.zeros([length % 9 for length in lengths[:4] if isinstance(length, int)])
        for key, lengths in shapes.items()
        if isinstance(lengths, list)
    }
    return network_from_arrays(arrays, name, implied="outputs-inputs" if len(content) % 2 else None)


def divide(content: bytes, _name: str) -> float:
    """Break for an empty file, to try the fuzzer with."""
    return 1 / len(content)


ALL = {**TARGETS, "broken": Target("targets", "divide", "bytes", lambda: [b"1"])}
"""Those and one that breaks, so that it can be seen that the fuzzer finds it."""
