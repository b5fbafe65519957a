"""nnapp: a desktop laboratory for neural networks that read handwritten digits."""

from __future__ import annotations

from nnapp.blas import choose_kernels

__all__ = ["__version__"]

__version__ = "0.1.0"

choose_kernels()  # before anything of nnapp loads NumPy
