"""Fixtures of the tests of foreign network files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Layers:
    """A network 12-5-3 whose sizes only fit one way round; weights (n_outputs, n_inputs)."""

    w1: Array
    b1: Array
    w2: Array
    b2: Array


@pytest.fixture(scope="session")
def layers() -> Layers:
    """Return float32 numbers, which every format keeps exactly."""
    rng = np.random.default_rng(11)
    shapes = ((5, 12), 5, (3, 5), 3)
    return Layers(*(rng.normal(size=shape).astype(np.float32) for shape in shapes))


@pytest.fixture(scope="session")
def torch() -> Any:
    """Return PyTorch on one thread."""
    module = pytest.importorskip("torch")
    module.set_num_threads(1)
    return module
