"""nnapp: a desktop laboratory for neural networks that read handwritten digits."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
