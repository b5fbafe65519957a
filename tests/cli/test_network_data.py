"""Networks meet the images of their training again as they were: the same split, the same pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from support.command_line import Result
from support.data_sets import write_data_set

from nnapp.digits.photographs import discretize_picture
from nnapp.storage.dataset import DataChoice
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata

Run = Callable[..., Result]
QUICK = ("--hidden", "16", "--epochs", "3", "--save", "a.nn")
SPLIT = ("--test-fraction", "0.5", "--split-seed", "3")


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """Return a folder with 20 pictures each of two shapes, dark on light, of different sizes and places."""
    rng = np.random.default_rng(0)
    for name in ("ring", "square"):
        folder = tmp_path / "shapes" / name
        folder.mkdir(parents=True)
        for number in range(20):
            side = int(rng.integers(30, 60))
            picture = Image.new("L", (90 + number, 80), int(rng.integers(200, 256)))
            left, top = (int(place) for place in rng.integers(2, 15, 2))
            draw = ImageDraw.Draw(picture)
            (draw.ellipse if name == "ring" else draw.rectangle)((left, top, left + side, top + side), 40, 20, 6)
            picture.save(folder / f"{number:02}.png")
    return tmp_path / "shapes"


def test_evaluate_sets_the_same_images_apart(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *SPLIT, *QUICK)
    expected = load_dataset(DataChoice(str(data), 0.5, 3))
    network = read_network("a.nn").network
    accuracy = np.mean(network.predict(expected.test_images) == expected.test_labels)
    result = nnapp("evaluate", "a.nn", "--data", data, "--json")
    assert (result.records[0]["n_images"], result.records[0]["accuracy"]) == (140, accuracy)
    assert "may have learnt" not in result.err
    assert nnapp("predict", "a.nn", "test:0", "--data", data, "--json").records[0]["label"] == expected.test_labels[0]
    # Another split is what was asked for, but not without a word.
    result = nnapp("evaluate", "a.nn", "--data", data, "--test-fraction", "0.5", "--json")
    assert "may have learnt some of these test images: it was trained on data0 with --test-fraction 0.5" in result.err


def test_a_run_goes_on_with_its_own_split(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *SPLIT, *QUICK)
    assert nnapp("train", "--resume", "a.nn", "--data", data, "--epochs", "4").code == 0
    assert nnapp("train", "--resume", "a.run.npz", "--data", data, "--epochs", "5", "--save", "b.nn").code == 0
    result = nnapp("train", "--resume", "a.nn", "--data", data, "--test-fraction", "0.2", "--epochs", "9")
    assert "on the data it began with, split as they were then; got other training images" in result.err


def test_a_network_with_classes_of_other_names_is_refused(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *QUICK)
    names = tuple("abcdefghij")
    write_network("letters.nn", read_network("a.nn").network, NetworkMetadata(class_names=names))
    for command in (("evaluate", "letters.nn"), ("predict", "letters.nn", "test:0"), ("train", "letters.nn")):
        result = nnapp(*command, "--data", data)
        assert result.code == 1
        assert "must be among the network's, a, b, c" in result.err


def test_without_data_the_set_of_the_training_is_named(nnapp: Run, shapes: Path) -> None:
    nnapp("train", "--data", shapes, *QUICK)
    write_data_set(Path("data"))
    for command in (("evaluate", "a.nn"), ("predict", "a.nn", "test:0")):
        result = nnapp(*command)
        assert result.code == 1
        [line] = result.err.splitlines()
        assert line.endswith("a.nn was trained on 'shapes', which --data can name.")


def test_pictures_of_the_training_give_the_pixels_that_were_learnt(nnapp: Run, shapes: Path) -> None:
    nnapp("train", "--data", shapes, *QUICK, "--epochs", "40")
    stored, dataset = read_network("a.nn"), load_dataset(shapes)
    assert stored.metadata.pictures == "as-read-inverted"
    learnt = {
        image.tobytes(): label for image, label in zip(dataset.training_images, dataset.training_labels, strict=True)
    }
    files = sorted(map(str, shapes.glob("*/*.png")))
    n_found, n_right = 0, 0
    for path, record in zip(files, nnapp("predict", "a.nn", *files, "--json").records, strict=True):
        grid = discretize_picture(path, stored.image_shape, stored.metadata.pictures).grid
        pixels = np.rint(grid * 255).astype(np.uint8)
        np.testing.assert_array_equal(grid, pixels / np.float32(255))
        if pixels.tobytes() in learnt:
            n_found += 1
            n_right += record["digit"] == learnt[pixels.tobytes()]
    assert n_found == len(dataset.training_labels) == 32  # of 40; a fifth is set apart
    images, labels = dataset.training_images, dataset.training_labels
    assert n_right == np.count_nonzero(stored.network.predict(images) == labels)


def test_one_way_for_all_pictures_can_be_asked_for(nnapp: Run, shapes: Path) -> None:
    nnapp("train", "--data", shapes, *QUICK)
    path = next(shapes.glob("ring/*.png"))
    stored = read_network("a.nn")
    for mode in ("like-mnist", "as-drawn"):
        [record] = nnapp("predict", "a.nn", str(path), f"--{mode}", "--json").records
        grid = discretize_picture(path, (28, 28), mode).grid
        np.testing.assert_allclose(record["probabilities"], stored.predict_proba(grid[np.newaxis])[0], rtol=1e-5)


def test_mini_batches_are_as_large_as_they_can_be(nnapp: Run, shapes: Path) -> None:
    result = nnapp("train", "--data", shapes, *QUICK)
    assert result.code == 0
    # A fifth of 40 is set apart, and a tenth of 32 is held out: 2 or 4 of them, as many of either class.
    n_images = read_network("a.nn").metadata.training["batch_size"]
    assert 28 <= n_images <= 30
    assert f"nnapp: A mini-batch has {n_images} images in place of 64: there are no more in an epoch." in result.err
    result = nnapp("train", "--data", shapes, *QUICK, "--batch-size", "64")
    assert result.code == 1
    assert "Mini-batch size must be at most" in result.err


def test_names_of_classes_do_nothing_to_a_terminal(nnapp: Run, tmp_path: Path) -> None:
    rows = [f"{'ab'[row % 2]}\x1b[2J,0,255,0,{row}" for row in range(40)]
    (tmp_path / "escape.csv").write_text("\n".join(["label,p0,p1,p2,p3", *rows]))
    for command in (
        ("data", "preview", "escape.csv"),
        ("train", "--data", "escape.csv", *QUICK),
        ("evaluate", "a.nn", "--data", "escape.csv"),
        ("predict", "a.nn", "test:0", "--data", "escape.csv"),
        ("info", "a.nn"),
    ):
        result = nnapp(*command)
        assert result.code == 0, result.err
        assert "\x1b" not in result.out + result.err
        assert "a" in result.out
