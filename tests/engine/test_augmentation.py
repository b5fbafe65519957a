"""Augmentation: each change by arithmetic or an independent implementation, its limits, and where it happens."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import pi
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from nnapp.engine.augmentation import AUGMENTATIONS, Augmentation, Augmenter
from nnapp.engine.batches import BatchLoader
from nnapp.engine.evaluation import evaluate
from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.engine.settings import AUGMENTATION_NAMES, Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import SettingError


class Always:
    """A source of chance that always draws the same share of every range, and noise of 0."""

    def __init__(self, share: float) -> None:
        self.share = share

    def uniform(self, low: Any, high: Any, size: Any) -> NDArray[np.float64]:
        return np.full(size, low + (high - low) * self.share)

    def random(self, size: Any, dtype: Any) -> NDArray[Any]:
        return np.full(size, self.share, dtype)


def changed(augmentation: Augmentation, images: NDArray[Any], seed: Any = 0) -> NDArray[np.float32]:
    """Return images (n, height, width) changed once."""
    out = np.full((len(images), images[0].size), np.nan, np.float32)
    rng = np.random.default_rng(seed) if isinstance(seed, int) else seed
    Augmenter(augmentation, images.shape[1:]).apply(images.reshape(len(images), -1), rng, out)
    return out.reshape(images.shape)


def blurred_digits(n: int = 3, size: int = 29) -> NDArray[np.float32]:
    """Return smooth images, a few blobs each, with nothing near their edges."""
    rng = np.random.default_rng(4)
    rows, columns = np.mgrid[0:size, 0:size]
    images = np.zeros((n, size, size))
    for image in images:
        for y, x in rng.uniform(size / 3, size * 2 / 3, (4, 2)):
            image += np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 8)
    found: NDArray[np.float32] = (images / images.max()).astype(np.float32)
    return found


def centre(image: NDArray[Any]) -> tuple[float, float]:
    rows, columns = np.indices(image.shape)
    return float((rows * image).sum() / image.sum()), float((columns * image).sum() / image.sum())


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_nothing_is_changed_where_all_is_off(dtype: type) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (70, 5, 4)).astype(dtype)
    expected = images / np.float32(255) if dtype == np.uint8 else images

    np.testing.assert_allclose(changed(Augmentation(), images), expected, rtol=1e-6)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_shift_by_whole_pixels(share: float) -> None:
    """By 2 pixels down and right, or up and left; what comes in from outside is paper."""
    images = np.random.default_rng(1).random((2, 6, 7)).astype(np.float32)
    found = changed(Augmentation(translation=2.0), images, Always(share))

    expected = np.zeros_like(images)
    if share == 0:  # each pixel comes from 2 above and 2 to the left
        expected[:, 2:, 2:] = images[:, :-2, :-2]
    else:
        expected[:, :-2, :-2] = images[:, 2:, 2:]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_shift_by_a_quarter_is_interpolated() -> None:
    """A quarter to the right and down: ¾ · ¾ of its own pixel, ¼ · ¾ of two neighbours and ¼ · ¼ of the third."""
    image = np.zeros((1, 5, 5), np.float32)
    image[0, 2, 2] = 16
    found = changed(Augmentation(translation=0.25), image, Always(1.0))[0]

    assert found[1:3, 1:3].tolist() == [[1, 3], [3, 9]]
    assert found.sum() == 16


@pytest.mark.parametrize(
    ("augmentation", "matrix"),
    [
        # Where pixel (row r, column c) comes from, both counted from the middle.
        (Augmentation(rotation=30), [[np.cos(pi / 6), -np.sin(pi / 6)], [np.sin(pi / 6), np.cos(pi / 6)]]),
        (Augmentation(zoom=0.25), [[1.25, 0], [0, 1.25]]),
        (Augmentation(shear=0.3), [[1, 0], [0.3, 1]]),
        # All at once: stretched, slanted, then turned by 30°, the product of the three matrices.
        (
            Augmentation(rotation=30, zoom=0.25, shear=0.3),
            [
                [1.25 * (np.cos(pi / 6) - 0.3 * np.sin(pi / 6)), -1.25 * np.sin(pi / 6)],
                [1.25 * (np.sin(pi / 6) + 0.3 * np.cos(pi / 6)), 1.25 * np.cos(pi / 6)],
            ],
        ),
    ],
)
def test_affine_maps_against_pillow(augmentation: Augmentation, matrix: list[list[float]]) -> None:
    images = blurred_digits()
    found = changed(augmentation, images, Always(1.0))

    (rr, rc), (cr, cc) = matrix
    middle = (images.shape[1] - 1) / 2
    # Pillow's (a, b, c, d, e, f): x' = a x + b y + c of corners, half a pixel from the centres of pixels.
    corner = middle + 0.5
    data = (cc, cr, corner - cc * corner - cr * corner, rc, rr, corner - rc * corner - rr * corner)
    for image, result in zip(images, found, strict=True):
        peer = Image.fromarray(image).transform(
            image.shape[::-1], Image.Transform.AFFINE, data, Image.Resampling.BILINEAR
        )
        np.testing.assert_allclose(result, np.asarray(peer), atol=2e-3)


def test_zoom_out_keeps_the_middle_and_shrinks() -> None:
    images = blurred_digits()
    smaller = changed(Augmentation(zoom=0.25), images, Always(1.0))

    # Everything comes from 1.25 times as far from the middle: areas shrink by 1.25² = 1.5625.
    np.testing.assert_allclose(smaller.sum(axis=(1, 2)), images.sum(axis=(1, 2)) / 1.5625, rtol=0.01)


def test_elastic_distortion_is_smooth_and_of_its_size() -> None:
    """The displacements themselves: unit variance everywhere, and neighbours that move together."""
    augmenter = Augmenter(Augmentation(elastic=1.0), (28, 28))
    fields = augmenter._displacements(4000, np.random.default_rng(2)).reshape(-1, 28, 28)

    # 4000 draws of a variance have the deviation √(2/4000) = 2.2 %; 784 places stay within 5 of them.
    np.testing.assert_allclose(fields.var(axis=0), 1, atol=0.12)
    assert np.abs(fields.mean(axis=0)).max() < 5 / np.sqrt(4000)
    # White noise smoothed by a Gaussian of σ correlates as exp(−d² / 4σ²): at 4 pixels exp(−¼) = 0.779.
    middle = fields[:, 14, 8:21]
    correlation = np.corrcoef(middle[:, 4], middle[:, 8])[0, 1]
    assert correlation == pytest.approx(np.exp(-0.25), abs=0.05)


def test_elastic_distortion_moves_pixels_by_its_amount() -> None:
    """A slope of 1 per pixel turns displacements into differences of the same size."""
    slope = np.broadcast_to(np.arange(28, dtype=np.float32), (500, 28, 28)).copy()
    found = changed(Augmentation(elastic=0.8), slope)

    differences = (found - slope)[:, 8:20, 8:20]
    assert differences.std() == pytest.approx(0.8, rel=0.05)


@pytest.mark.parametrize(("share", "expected"), [(1.0, [1, 0.5, 0]), (0.0, [0.5, 0, 0]), (0.5, [1, 0, 0])])
def test_strokes_grow_and_shrink_by_half_a_pixel(share: float, expected: list[float]) -> None:
    """A bar of three pixels: its edge, the pixel beside it, and the one after that."""
    image = np.zeros((1, 9, 9), np.uint8)
    image[0, 3:6, :] = 255
    found = changed(Augmentation(thickness=0.5), image, Always(share))[0]

    np.testing.assert_allclose(found[5:8, 4], expected, atol=1e-6)
    np.testing.assert_allclose(found[4, 4], 1, atol=1e-6)


def test_noise_has_its_deviation_and_stays_between_paper_and_ink() -> None:
    images = np.full((50, 28, 28), 0.5, np.float32)
    found = changed(Augmentation(noise=0.1), images)

    assert found.std() == pytest.approx(0.1, rel=0.02)
    assert found.mean() == pytest.approx(0.5, abs=0.002)
    loud = changed(Augmentation(noise=1.0), images)
    assert (loud.min(), loud.max()) == (0, 1)


@given(
    amounts=st.fixed_dictionaries(
        {
            "rotation": st.floats(0, 180),
            "zoom": st.floats(0, 1),
            "shear": st.floats(0, 1),
            "translation": st.floats(0, 100),
            "elastic": st.floats(0, 20),
            "thickness": st.floats(0, 1),
            "noise": st.floats(0, 1),
        }
    ),
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    seed=st.integers(0, 99),
)
def test_any_amounts_give_ink_between_0_and_1(amounts: dict[str, float], shape: tuple[int, int], seed: int) -> None:
    images = np.random.default_rng(seed).integers(0, 256, (3, *shape), np.uint8)
    before = images.copy()
    found = changed(Augmentation(**amounts), images, seed)

    assert np.isfinite(found).all()
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-6
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(found, changed(Augmentation(**amounts), images, seed))


@pytest.mark.parametrize("name", ["light", "medium", "strong"])
def test_presets_keep_digits_where_they_are(name: str) -> None:
    images = np.repeat(blurred_digits(1, 28), 400, axis=0)
    # Noise is left out: cut off at paper, it pulls the centre of mass to that of the image.
    found = changed(replace(AUGMENTATIONS[name], noise=0.0), images)
    before = np.array(centre(images[0]))
    shifts = np.array([centre(image) for image in found]) - before

    assert np.abs(shifts.mean(axis=0)).max() < 0.4  # no drift
    assert 0.3 < shifts.std() < 2.5
    assert (found.reshape(400, -1).std(axis=0) > 0.01).any()


def test_presets_grow() -> None:
    light, medium, strong = (asdict(AUGMENTATIONS[name]) for name in ("light", "medium", "strong"))

    assert not AUGMENTATIONS["none"].is_on
    assert all(light[name] <= medium[name] <= strong[name] for name in AUGMENTATION_NAMES)
    for name, augmentation in AUGMENTATIONS.items():
        assert Settings(**asdict(augmentation)).augmentation == augmentation, name


def test_images_without_rows_are_refused() -> None:
    loader = (np.zeros((4, 12)), np.zeros(4, int), 12, 3, 2, np.dtype(np.float32))
    with pytest.raises(SettingError, match="needs images of rows and columns; got images of shape 12"):
        BatchLoader(*loader, Augmentation(rotation=1))
    BatchLoader(*loader, Augmentation())


def digits(n: int = 90) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    rng = np.random.default_rng(8)
    return rng.integers(0, 256, (n, 6, 6), np.uint8), np.arange(n) % 3


def run(settings: Settings) -> Trainer:
    trainer = Trainer(settings.new_network(36, 3), *digits(), settings, report_interval_s=0)
    list(trainer.run())
    return trainer


AUGMENTED = Settings(hidden=(5,), batch_size=7, epochs=3, keep="last", rotation=20.0, elastic=0.5, noise=0.1)


def test_every_epoch_shows_other_images_and_the_seed_decides_which() -> None:
    images, labels = digits()
    loader = BatchLoader(images, labels, 36, 3, 90, np.dtype(np.float32), AUGMENTED.augmentation)

    def epoch(number: int) -> NDArray[np.float32]:
        [(_, pieces)] = loader.epoch(np.arange(90), 0, lambda piece: np.random.default_rng([number, piece]))
        [(inputs, _)] = pieces
        return inputs.copy()

    assert not np.array_equal(epoch(0), epoch(1))
    np.testing.assert_array_equal(epoch(0), epoch(0))


def test_interrupted_run_goes_on_with_the_same_bits() -> None:
    """Wherever it stops, the batches that are left are changed as they would have been."""
    expected = run(AUGMENTED).network.parameters.tobytes()
    for stop_at in (1, 5, 12):
        first = Trainer(AUGMENTED.new_network(36, 3), *digits(), AUGMENTED, report_interval_s=0)
        for number, report in enumerate(first.run(), 1):
            assert isinstance(report, (BatchReport, EpochReport))
            if number == stop_at:
                break
        second = Trainer(AUGMENTED.new_network(36, 3), *digits(), AUGMENTED, state=first.state())
        list(second.run())
        assert second.network.parameters.tobytes() == expected


def test_validation_images_stay_as_they_are() -> None:
    trainer = run(AUGMENTED.but(validation_fraction=0.3))
    images, _ = digits()

    np.testing.assert_array_equal(trainer._validation_images, images[trainer.validation_indices])


def test_smoothed_targets() -> None:
    """ε = 0.3 over three classes: 0.7 + 0.1 for the right one, 0.1 for each other."""
    images, labels = digits(6)
    loader = BatchLoader(images, labels, 36, 3, 6, np.dtype(np.float32), label_smoothing=0.3)
    [(_, pieces)] = loader.epoch(np.arange(6))
    [(_, targets)] = pieces

    np.testing.assert_allclose(targets[:3], [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], rtol=1e-6)


def test_smoothing_changes_training_and_not_the_validation_loss() -> None:
    plain, smoothed = (
        run(AUGMENTED.but(rotation=0.0, elastic=0.0, noise=0.0, epochs=1, label_smoothing=share))
        for share in (0.0, 0.5)
    )
    # Right at the start three classes have the loss log 3 with either kind of target; afterwards they differ.
    assert plain.history[0].training_loss != smoothed.history[0].training_loss
    images, labels = digits()
    result = evaluate(
        smoothed.network, images[smoothed.validation_indices], labels[smoothed.validation_indices], loss="cross-entropy"
    )
    assert smoothed.history[0].validation_loss == pytest.approx(result.loss, rel=1e-12)
