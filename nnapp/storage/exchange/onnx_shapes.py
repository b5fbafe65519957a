"""Operations that change the shape of an image's values and not their order."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from nnapp.errors import NetworkError
from nnapp.storage.exchange.onnx_layers import SampleShape

__all__ = ["flattened", "reshaped", "transposed", "value_count"]


def value_count(shape: SampleShape) -> int | None:
    """Return the number of values; None if the file does not say it."""
    known = [length for length in shape if length is not None]
    return prod(known) if len(known) == len(shape) else None


def flattened(shape: SampleShape, axis: int, operation: str) -> SampleShape:
    """Return the shape after `Flatten`, which must keep the images apart."""
    if axis not in (1, -len(shape)):
        raise NetworkError(f"{operation} must flatten each image by itself (axis 1); got axis {axis}.")
    return (value_count(shape),)


def reshaped(
    shape: SampleShape, n_images: int | None, target: Sequence[int | None], keeps_zeros: bool, operation: str
) -> SampleShape:
    """Return the shape after `Reshape`, which must keep the images apart.

    Parameters
    ----------
    shape : tuple of (int or None)
        Of an image before.
    n_images : int or None
        How many images the model always takes; None if any number.
    target : sequence of (int or None)
        Images first; 0 for a length that is kept, −1 for one that is found, None for one that is computed.
    keeps_zeros : bool
        Whether 0 stands for the length 0 (the attribute ``allowzero``).
    operation : str
        For the sentence of an error.

    Raises
    ------
    NetworkError
        If images would be mixed, or the number of values changes.
    """
    images, *lengths = target or [None]
    is_apart = images in (None, 0, -1, n_images) or (images == 1 and n_images is None)
    if not lengths or not is_apart or (keeps_zeros and 0 in target):
        raise _mixing(target, operation)
    kept = [
        shape[place] if length == 0 and place < len(shape) else None if length == -1 else length
        for place, length in enumerate(lengths)
    ]
    count, known = value_count(shape), [length for length in kept if length is not None]
    n_open = len(kept) - len(known)
    if any(length < 1 for length in known) or n_open > 1 or (n_open and images == -1):
        raise _mixing(target, operation)
    if count is None:
        return tuple(kept)
    found, rest = divmod(count, prod(known))
    if rest or (not n_open and found != 1):
        raise NetworkError(f"{operation} must keep the {count} values of an image; got {prod(known)}.")
    return tuple(found if length is None else length for length in kept)


def transposed(shape: SampleShape, axes: Sequence[int], operation: str) -> SampleShape:
    """Return the shape after `Transpose`, which may only move axes of length 1."""
    is_order = sorted(axes) == list(range(len(shape) + 1)) and axes[0] == 0
    long_axes = [axis for axis in axes[1:] if is_order and shape[axis - 1] != 1]
    if not is_order or long_axes != sorted(long_axes):
        raise NetworkError(f"{operation} must keep the order of an image's values; got the axes {list(axes)}.")
    return tuple(shape[axis - 1] for axis in axes[1:])


def _mixing(target: Sequence[int | None], operation: str) -> NetworkError:
    text = " × ".join("?" if length is None else str(length) for length in target)
    return NetworkError(f"{operation} must keep the images apart and say at most one length as −1; got {text}.")
