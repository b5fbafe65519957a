"""Where random numbers come from: one independent stream for each purpose of a run.

A run has one seed. Each thing that needs chance draws from a stream of its own, made from the seed,
the purpose and (for what happens every epoch) the epoch. So switching dropout on does not change
which images are held out for validation, and the order of epoch 7 is known without having drawn the
orders of epochs 1 to 6, which is what makes resuming exact.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

__all__ = ["Purpose", "random_stream"]


class Purpose(IntEnum):
    """What a stream of random numbers is for; the numbers are part of what a seed means."""

    INITIALIZATION = 0
    SPLIT = 1
    SHUFFLE = 2
    DROPOUT = 3
    TRAINING_SUBSET = 4
    TEST_IMAGES = 5
    AUGMENTATION = 6
    CONFIGURATIONS = 7


def random_stream(seed: int, purpose: Purpose, epoch: int = 0, part: int = 0) -> np.random.Generator:
    """Return the generator for `purpose` in a part of an `epoch` of the run with this seed (all ≥ 0)."""
    return np.random.default_rng([seed, int(purpose), epoch, part])
