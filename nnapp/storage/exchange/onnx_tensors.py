"""The constants of ONNX files as arrays."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.network import MAX_PARAMETERS
from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.protobuf_wire import Fields, Message, WireType

__all__ = ["DOUBLE", "FLOAT", "FLOAT_TYPES", "UINT8", "read_tensor"]

_FIELDS: dict[int, WireType] = {
    1: "varint",
    2: "varint",
    4: "32-bit",
    5: "varint",
    7: "varint",
    8: "bytes",
    9: "bytes",
    10: "64-bit",
    11: "varint",
    13: "bytes",
    14: "varint",
}
_DIMS, _DATA_TYPE, _NAME, _RAW_DATA, _EXTERNAL_DATA, _DATA_LOCATION = 1, 2, 8, 9, 13, 14
_FLOAT_DATA, _INT32_DATA, _INT64_DATA, _DOUBLE_DATA, _UINT64_DATA = 4, 5, 7, 10, 11
_MAX_DIMENSIONS = 8
_MAX_VARINTS = 2_000_000  # each takes some 40 bytes while it is decoded

FLOAT, UINT8, _FLOAT16, DOUBLE, _BFLOAT16 = 1, 2, 10, 11, 16
"""Entries of `TensorProto.DataType`."""

FLOAT_TYPES = (FLOAT, DOUBLE, _FLOAT16, _BFLOAT16)

# For each data type: how raw data hold it, and the field that holds it otherwise.
_TYPES: dict[int, tuple[str, int]] = {
    FLOAT: ("<f4", _FLOAT_DATA),
    UINT8: ("|u1", _INT32_DATA),
    3: ("|i1", _INT32_DATA),
    4: ("<u2", _INT32_DATA),
    5: ("<i2", _INT32_DATA),
    6: ("<i4", _INT32_DATA),
    7: ("<i8", _INT64_DATA),
    9: ("|u1", _INT32_DATA),  # truth values
    _FLOAT16: ("<f2", _INT32_DATA),
    DOUBLE: ("<f8", _DOUBLE_DATA),
    12: ("<u4", _UINT64_DATA),
    13: ("<u8", _UINT64_DATA),
    _BFLOAT16: ("<u2", _INT32_DATA),
}


def read_tensor(message: Message) -> tuple[str, NDArray[Any]]:
    """Return the name and the values of a `TensorProto`: a view of the file where its bytes allow.

    Values of bfloat16 become float32, which holds them exactly.

    Raises
    ------
    FileFormatError
        If the values are not as many as its dimensions say.
    NetworkError
        If the values are in another file, or of a type that weights and shapes do not have.
    """
    fields = message.fields(_FIELDS)
    name = fields.text(_NAME)
    subject = f"Constant {name[:60]!r} in {message.source.name}"
    if _EXTERNAL_DATA in fields or fields.whole(_DATA_LOCATION):
        raise NetworkError(
            f"{subject} must be in the file itself; got a reference to another file, and none is followed "
            "(PyTorch: torch.onnx.export(..., external_data=False))."
        )
    data_type = fields.whole(_DATA_TYPE)
    if data_type not in _TYPES:
        raise NetworkError(f"{subject} must hold floats or whole numbers; got data of ONNX's type {data_type}.")
    dims = fields.wholes(_DIMS, _MAX_DIMENSIONS)
    count = prod(dims)
    if any(length < 1 for length in dims) or count > MAX_PARAMETERS:
        shape = " × ".join(f"{length:,}" for length in dims)
        raise NetworkError(f"{subject} must have 1 to {MAX_PARAMETERS:,} values; got {shape}.")
    values = _values(fields, data_type, count, subject)
    if len(values) != count:
        raise FileFormatError(f"{subject} must hold {count:,} values, as its dimensions say; got {len(values):,}.")
    if data_type == _BFLOAT16:
        # The upper half of a float32.
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return name, values.reshape(dims)


def _values(fields: Fields, data_type: int, count: int, subject: str) -> NDArray[Any]:
    """Return all values that there are, in one dimension."""
    type_name, number = _TYPES[data_type]
    dtype = np.dtype(type_name)
    raw = fields.single_message(_RAW_DATA)
    if raw is not None:
        if len(raw.data) != count * dtype.itemsize:
            raise FileFormatError(
                f"{subject} must hold {count * dtype.itemsize:,} bytes, as its dimensions say; got {len(raw.data):,}."
            )
        return np.frombuffer(raw.data, dtype)
    if dtype.kind == "f" and number != _INT32_DATA:
        return fields.real_array(number, dtype)
    wholes = fields.whole_array(number, min(count, _MAX_VARINTS))
    if data_type == _FLOAT16:
        return wholes.astype(np.uint16).view(np.float16)
    return wholes.astype(dtype)
