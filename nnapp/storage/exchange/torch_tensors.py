"""What a pickle of PyTorch may name: storages, and the functions that make tensors of them.

A tensor is a view of a storage: an offset, a size and a stride for each dimension
(https://github.com/pytorch/pytorch/blob/main/torch/_utils.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from nnapp.engine.network import MAX_PARAMETERS
from nnapp.storage.exchange.pickle_vocabulary import Global, PickleContentError, Vocabulary
from nnapp.storage.exchange.pickled_arrays import NUMPY_FUNCTIONS, NUMPY_NAMES

__all__ = ["MAX_STORAGES", "bytes_per_value", "storage_values", "torch_vocabulary"]

MAX_STORAGES = 10_000
_MAX_DIMENSIONS = 8
_STORAGE_TYPES = {
    "torch.FloatStorage": "f4",
    "torch.DoubleStorage": "f8",
    "torch.HalfStorage": "f2",
    "torch.BFloat16Storage": "bf16",
    "torch.LongStorage": "i8",
    "torch.IntStorage": "i4",
    "torch.ShortStorage": "i2",
    "torch.CharStorage": "i1",
    "torch.ByteStorage": "u1",
    "torch.BoolStorage": "b1",
}
_DTYPES = frozenset(
    f"torch.{name}"
    for name in ("float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")
)


@dataclass(frozen=True, eq=False)
class _Storage:
    """Numbers that tensors are views of.

    Attributes
    ----------
    values : array of one dimension, or None
        None while only names are gathered.
    """

    values: NDArray[Any] | None


def torch_vocabulary(load: Callable[[str, str, int], NDArray[Any] | None]) -> Vocabulary:
    """Return what a pickle of PyTorch may name.

    Parameters
    ----------
    load : callable (key, kind, n_values) -> array or None
        Gives the values of a storage, once for each key; kinds are those of `storage_values`.
    """
    loaded: dict[str, _Storage] = {}

    def storage_of(reference: Any) -> _Storage:
        match reference:
            case ("storage", Global(type_name), str() as key, str(), int() as n_values, *rest) if (
                type_name in _STORAGE_TYPES and 0 <= n_values <= MAX_PARAMETERS and rest in ([], [None])
            ):
                if key not in loaded:
                    if len(loaded) >= MAX_STORAGES:
                        raise PickleContentError(f"more than {MAX_STORAGES:,} storages")
                    loaded[key] = _Storage(load(key, _STORAGE_TYPES[type_name], n_values))
                return loaded[key]
        raise PickleContentError("a reference that is no storage of a tensor")

    functions = {
        **NUMPY_FUNCTIONS,
        "torch._utils._rebuild_tensor_v2": _tensor,
        "torch._utils._rebuild_tensor": _tensor,
        "torch._utils._rebuild_parameter": _parameter,
        "torch.Size": lambda *sizes: sizes[0] if sizes else (),
        "torch.device": lambda *names: None,
    }
    return Vocabulary(functions, NUMPY_NAMES | frozenset(_STORAGE_TYPES) | _DTYPES, storage_of)


def bytes_per_value(kind: str) -> int:
    """Return the length of a value of a storage."""
    return 2 if kind == "bf16" else np.dtype(kind).itemsize


def storage_values(data: bytes, kind: str, n_values: int, byte_order: str) -> NDArray[Any]:
    """Return the values of a storage.

    Parameters
    ----------
    data : bytes
    kind : str
        As NumPy names it, or "bf16", the upper half of a float32.
    n_values : int
    byte_order : {"<", ">"}

    Returns
    -------
    array (n_values,)
        In native byte order; a view of `data` where that allows it.

    Raises
    ------
    PickleContentError
        If there are more or fewer bytes.
    """
    if len(data) != n_values * bytes_per_value(kind):
        raise PickleContentError(f"a storage of {n_values:,} values in {len(data):,} bytes")
    if kind == "bf16":
        return (np.frombuffer(data, f"{byte_order}u2").astype(np.uint32) << 16).view(np.float32)
    values = np.frombuffer(data, byte_order + kind)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _tensor(*arguments: Any) -> Any:
    """Return a view of a storage; None while only names are gathered."""
    match arguments:
        case (_Storage(values), int() as offset, tuple() as shape, tuple() as strides, *_) if (
            len(shape) == len(strides) <= _MAX_DIMENSIONS
            and offset >= 0
            and all(type(number) is int and number >= 0 for number in (*shape, *strides))
        ):
            return None if values is None else _view(values, offset, shape, strides)
    raise PickleContentError("a tensor without storage, size and strides")


def _view(values: NDArray[Any], offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> NDArray[Any]:
    if prod(max(side, 1) for side in shape) > MAX_PARAMETERS:
        raise PickleContentError("a tensor that is too large")
    if not prod(shape):
        return np.zeros(shape, values.dtype)
    steps = [0 if side == 1 else stride for side, stride in zip(shape, strides, strict=True)]
    last = offset + sum((side - 1) * step for side, step in zip(shape, steps, strict=True))
    # Never larger than its storage: one that repeats a value a billion times is no parameter.
    if last >= len(values) or prod(shape) > len(values):
        raise PickleContentError(f"a tensor that needs more than the {len(values):,} values it has")
    return as_strided(values[offset:], shape, [step * values.itemsize for step in steps], writeable=False)


def _parameter(*arguments: Any) -> Any:
    if not arguments or not isinstance(arguments[0], np.ndarray | None):
        raise PickleContentError("a parameter that is no tensor")
    return arguments[0]
