"""A step of Adam in one pass over memory, in C, where it could be compiled when nnapp was installed: not on Windows.

The engine's formulas are written in NumPy, and nothing needs more. But in NumPy a step of Adam is ten passes over all
weights, which for wide networks takes half as long as the products do; the second text of it in ``adam_step.c`` takes a
quarter of that. It does the same operations on the same numbers in the same order, so the weights are the same to the
last bit, and nobody can tell from a network which of the two made it. A test holds it to that.

Numba does as well, and needs no compiler; but it takes 0.8 seconds and 126 MB to load (docs/performance.md).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from nnapp.engine.arrays import FloatArray

__all__ = ["compiled_adam_step"]

_LIBRARY = "nnapp.engine.adam_step"
"""What setuptools calls it; it is no module of Python."""

Step = Callable[..., None]


@cache
def compiled_adam_step(dtype: np.dtype[Any]) -> Step | None:
    """Return the compiled step for vectors of `dtype`, or None where there is none.

    Its arguments are contiguous vectors of one length, weights, gradient, scaled mean and scaled mean square, of which
    it changes all but the gradient; and numbers, β₁, β₂, what is added to the root, and the factor of the step, which
    it rounds to `dtype`. Other vectors are a `ValueError`.
    """
    number = {"float32": ctypes.c_float, "float64": ctypes.c_double}[dtype.name]
    spec = find_spec(_LIBRARY)
    if spec is None or spec.origin is None:
        return None
    try:
        function = ctypes.CDLL(spec.origin)[f"adam_step_{dtype.name}"]
    except (OSError, AttributeError):  # made on another kind of machine, or something else
        return None
    function.argtypes = [ctypes.c_size_t, *[ctypes.c_void_p] * 4, *[number] * 4]
    function.restype = None

    def step(
        weights: FloatArray,
        gradient: FloatArray,
        mean: FloatArray,
        mean_square: FloatArray,
        *numbers: float,
    ) -> None:
        vectors = (weights, gradient, mean, mean_square)
        # What NumPy would notice by itself, C would not.
        if not all(v.dtype == dtype and v.shape == weights.shape and v.flags.c_contiguous for v in vectors):
            raise ValueError(f"Adam's vectors must be contiguous, of type {dtype} and of one length.")
        function(len(weights), *(vector.ctypes.data for vector in vectors), *numbers)

    return step
