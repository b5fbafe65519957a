"""Validation images, and a choice of training images: a share of every class, apart from each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.settings import Settings
from nnapp.engine.splits import split_for_training, split_validation
from nnapp.errors import SettingError


@given(
    labels=hnp.arrays(np.uint8, st.integers(1, 200), elements=st.integers(0, 4)),
    fraction=st.floats(0, 0.9),
    seed=st.integers(0, 9),
)
def test_every_image_is_on_one_side_and_every_class_gives_its_share(
    labels: NDArray[np.uint8], fraction: float, seed: int
) -> None:
    n_images = len(labels)

    training, validation = split_validation(labels, fraction, np.random.default_rng(seed))

    np.testing.assert_array_equal(np.sort(np.concatenate([training, validation])), np.arange(n_images))
    assert (np.diff(training) > 0).all()
    assert (np.diff(validation) > 0).all()
    assert len(training) >= 1
    if fraction == 0 or n_images == 1:
        assert len(validation) == 0
        return
    assert len(validation) >= 1
    if 1 <= n_images * fraction <= n_images - 1:
        assert abs(len(validation) - n_images * fraction) <= 0.5
    # Every class gives its share of those held out, to within one image either side.
    shares = np.bincount(labels, minlength=5) * len(validation) / n_images
    assert (np.abs(np.bincount(labels[validation], minlength=5) - shares) <= 1).all()


def test_exact_shares_are_exact() -> None:
    labels = np.repeat([0, 1, 2], [50, 30, 20])

    _, validation = split_validation(labels, 0.1, np.random.default_rng(1))

    assert np.bincount(labels[validation]).tolist() == [5, 3, 2]


def test_same_generator_same_split_and_another_another() -> None:
    labels = np.arange(1000) % 10

    first, second, other = (split_validation(labels, 0.2, np.random.default_rng(seed))[1] for seed in (1, 1, 2))

    np.testing.assert_array_equal(first, second)
    # By chance two fifths of 200 would be in both with a share of a fifth: some 40.
    assert len(np.intersect1d(first, other)) < 100


def test_choice_within_a_class_is_random() -> None:
    """Over many splits every image of a class is held out about equally often."""
    labels = np.repeat([0, 1], 20)
    counts = np.zeros(40)
    for seed in range(400):
        counts[split_validation(labels, 0.25, np.random.default_rng(seed))[1]] += 1

    # 400 · ¼ = 100 each; the deviation of such a count is √(400 · ¼ · ¾) ≈ 8.7.
    np.testing.assert_allclose(counts, 100, atol=5 * 8.7)


@pytest.mark.parametrize(("n_images", "n_validation"), [(1, 0), (2, 1), (3, 1)])
def test_tiny_sets_keep_an_image_on_each_side(n_images: int, n_validation: int) -> None:
    training, validation = split_validation(np.zeros(n_images, int), 0.1, np.random.default_rng(0))

    assert len(validation) == n_validation
    assert len(training) == n_images - n_validation


def test_without_a_choice_all_images_that_are_not_held_out_are_learnt_from() -> None:
    labels = np.arange(200) % 10

    training, validation = split_for_training(labels, Settings(seed=3, validation_fraction=0.2))

    expected = split_validation(labels, 0.2, random_stream(3, Purpose.SPLIT))
    np.testing.assert_array_equal(training, expected[0])
    np.testing.assert_array_equal(validation, expected[1])


@given(
    labels=hnp.arrays(np.uint8, st.integers(80, 200), elements=st.integers(0, 4)),
    n_chosen=st.integers(1, 60),
    seed=st.integers(0, 9),
)
def test_chosen_images_are_so_many_and_every_class_gives_its_share(
    labels: NDArray[np.uint8], n_chosen: int, seed: int
) -> None:
    settings = Settings(training_images=n_chosen, batch_size=0, seed=seed)

    training, validation = split_for_training(labels, settings)

    everything, same_validation = split_for_training(labels, settings.but(training_images=0))
    np.testing.assert_array_equal(validation, same_validation)
    assert len(training) == n_chosen
    assert (np.diff(training) > 0).all()
    assert set(training) <= set(everything)
    shares = np.bincount(labels[everything], minlength=5) * n_chosen / len(everything)
    assert (np.abs(np.bincount(labels[training], minlength=5) - shares) <= 1).all()


def test_chosen_images_follow_from_the_seed() -> None:
    labels = np.arange(1000) % 10
    settings = Settings(training_images=100)

    first, second, other = (split_for_training(labels, settings.but(seed=seed))[0] for seed in (1, 1, 2))

    np.testing.assert_array_equal(first, second)
    # By chance a ninth of 100 would be in both.
    assert len(np.intersect1d(first, other)) < 40


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(SettingError, match="Training images must be at most 90, "):
        split_for_training(np.arange(100) % 10, Settings(training_images=91))
