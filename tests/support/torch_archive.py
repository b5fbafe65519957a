"""Files as PyTorch writes them, made without PyTorch."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from typing import Any

import numpy as np

__all__ = ["Call", "Storage", "Writer", "archive_of", "legacy_of", "tensor"]

KINDS = {"f4": "FloatStorage", "f8": "DoubleStorage", "f2": "HalfStorage", "i8": "LongStorage"}


class Named:
    """Pickles to the name of something, which need not exist."""

    def __init__(self, name: str) -> None:
        self.name = name


class Call:
    """Pickles to a call of something."""

    def __init__(self, name: str, *arguments: Any) -> None:
        self.reduced = (Named(name), arguments)


class Storage:
    """Pickles to a reference to numbers, as PyTorch's storages do."""

    def __init__(self, key: str, values: np.ndarray, n_values: int | None = None) -> None:
        self.key, self.values = key, values
        self.n_values = values.size if n_values is None else n_values


class Writer(pickle._Pickler):  # type: ignore[name-defined,misc]  # in Python, so that names need not exist
    """Writes pickles as PyTorch does."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, 2)
        self.storages: dict[str, Storage] = {}

    def persistent_id(self, value: Any) -> Any:
        if not isinstance(value, Storage):
            return None
        self.storages[value.key] = value
        kind = KINDS[value.values.dtype.str[1:]]
        return ("storage", Named(f"torch.{kind}"), value.key, "cpu", value.n_values)

    def save(self, value: Any, save_persistent_id: bool = True) -> None:
        if isinstance(value, Named):
            module, _, name = value.name.rpartition(".")
            self.write(f"c{module}\n{name}\n".encode())
        elif isinstance(value, Call):
            self.save(value.reduced[0])
            self.save(value.reduced[1])
            self.write(b"R")
        else:
            super().save(value, save_persistent_id)


def tensor(
    key: str, values: np.ndarray, *, shape: Any = None, strides: Any = None, n_values: int | None = None
) -> Call:
    shape = values.shape if shape is None else shape
    strides = tuple(step // values.itemsize for step in values.strides) if strides is None else strides
    storage = Storage(key, values, n_values)
    return Call("torch._utils._rebuild_tensor_v2", storage, 0, shape, strides, False, OrderedDict())


def archive_of(state: Any, *, method: int = zipfile.ZIP_STORED, more: dict[str, bytes] | None = None) -> io.BytesIO:
    """Return the file that ``torch.save(state, …)`` writes."""
    content = io.BytesIO()
    writer = Writer(content)
    writer.dump(state)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("model/data.pkl", content.getvalue())
        for key, storage in writer.storages.items():
            archive.writestr(f"model/data/{key}", storage.values.tobytes())
        for name, data in (more or {}).items():
            archive.writestr(f"model/{name}", data)
    stream.seek(0)
    return stream


def legacy_of(state: Any, *, little_endian: bool = True, lengths: dict[str, int] | None = None) -> io.BytesIO:
    """Return the file that ``torch.save(state, …)`` wrote before 1.6; `lengths` are false ones of storages, by key."""
    stream = io.BytesIO()
    for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": little_endian}):
        pickle.dump(value, stream, 2)
    writer = Writer(stream)
    writer.dump(state)
    pickle.dump(list(writer.storages), stream, 2)
    for key, storage in writer.storages.items():
        n_values = (lengths or {}).get(key, storage.values.size)
        stream.write(n_values.to_bytes(8, "little", signed=True) + storage.values.tobytes())
    stream.seek(0)
    return stream
