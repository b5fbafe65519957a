"""Random streams: the same for the same purpose, independent for different ones."""

from __future__ import annotations

import numpy as np

from nnapp.engine.randomness import Purpose, random_stream


def test_same_seed_purpose_and_epoch_give_the_same_numbers() -> None:
    for purpose in Purpose:
        first, second = (random_stream(7, purpose, 3).random(100) for _ in range(2))
        np.testing.assert_array_equal(first, second)


def test_streams_of_different_seed_purpose_or_epoch_share_nothing() -> None:
    keys: list[tuple[int, ...]] = [
        (seed, purpose, epoch) for seed in (0, 1, 2**32 - 1) for purpose in Purpose for epoch in (0, 1, 2)
    ]
    keys += [(0, Purpose.AUGMENTATION, epoch, part) for epoch in (0, 1) for part in (1, 2)]
    streams = np.stack([random_stream(key[0], Purpose(key[1]), *key[2:]).random(1000) for key in keys])

    correlations = np.corrcoef(streams) - np.eye(len(keys))

    # The correlation of 1000 independent pairs has the deviation 1/√1000; some 2,200 pairs stay within 5 of them.
    assert np.abs(correlations).max() < 5 / np.sqrt(1000)


def test_seed_means_the_same_in_every_version() -> None:
    expected = np.random.default_rng([7, 2, 3]).random(4)

    np.testing.assert_array_equal(random_stream(7, Purpose.SHUFFLE, 3).random(4), expected)


def test_numbers_of_the_purposes_do_not_change() -> None:
    """They are part of what a seed means: another number is another network from the same seed."""
    assert {purpose.name: purpose.value for purpose in Purpose} == {
        "INITIALIZATION": 0,
        "SPLIT": 1,
        "SHUFFLE": 2,
        "DROPOUT": 3,
        "TRAINING_SUBSET": 4,
        "TEST_IMAGES": 5,
        "AUGMENTATION": 6,
        "CONFIGURATIONS": 7,
    }
