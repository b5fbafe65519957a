"""``nnapp data preview``: what is printed and written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from support.command_line import Result

Run = Callable[..., Result]


def test_facts_and_images(nnapp: Run, data: Path) -> None:
    done = nnapp("data", "preview", data)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].endswith(f"({data})")
    assert "  images      200 images to learn from, 80 images to test with" in lines
    # Noise of 0…59 with one row of 28 at 220: (27 × 29.5 + 220) / 28 / 255 = 14 % of ink.
    assert "  brightness  14 % on average, on a dark background" in lines
    assert "20 training images:" in lines
    assert next(line.split() for line in lines if line.startswith("0 ")) == ["0", "0", "1", "1", "2"]
    assert max(map(len, lines[7:])) <= 80


def test_as_json(nnapp: Run, data: Path) -> None:
    record = json.loads(nnapp("data", "preview", data, "--json").out)
    assert (record["n_training_images"], record["n_test_images"], len(record["preview"])) == (200, 80, 20)
    assert record["class_names"] == list("0123456789")
    assert (record["n_training_images_of_class"], record["n_test_images_of_class"]) == ([20] * 10, [8] * 10)


def test_sheet_is_saved(nnapp: Run, data: Path, tmp_path: Path) -> None:
    out = nnapp("data", "preview", data, "--save", tmp_path / "sheet.png").out
    assert out.endswith(f"The same images are in {tmp_path / 'sheet.png'}.\n")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert np.asarray(sheet).shape == (4 * 80 + 8, 5 * 64 + 8)


def test_split_is_as_training_would_have_it(nnapp: Run, data: Path) -> None:
    record = json.loads(nnapp("data", "preview", data, "--test-fraction", "0.5", "--json").out)
    assert (record["n_training_images"], record["n_test_images"]) == (140, 140)


def test_what_is_not_there(nnapp: Run) -> None:
    done = nnapp("data", "preview", "nowhere")
    assert done.code == 1
    assert "nowhere" in done.err
    assert len(done.err.splitlines()) == 1


def test_another_seed_shows_other_images(nnapp: Run, data: Path) -> None:
    chosen = [
        json.loads(nnapp("data", "preview", data, "--json", "--seed", seed).out)["preview"] for seed in ("0", "0", "1")
    ]
    assert chosen[0] == chosen[1] != chosen[2]
    for seed in ("-1", "x", "9" * 5000):
        assert nnapp("data", "preview", data, "--seed", seed).code == 2


def test_a_light_background_is_told(nnapp: Run, tmp_path: Path) -> None:
    """20 % of ink in the middle of white paper: 255 everywhere but in a quarter of the pixels, which have 51."""
    images = np.full((20, 4, 4), 255, np.uint8)
    images[:, 1:3, 1:3] = 51
    np.savez(tmp_path / "light.npz", x_train=images, y_train=np.arange(20) % 2)
    line = next(line for line in nnapp("data", "preview", "light.npz").out.splitlines() if "brightness" in line)
    assert "80 % on average, on a light background: probably inverted" in line


def test_a_folder_of_pictures_with_names_and_a_warning(nnapp: Run, tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(5):
            Image.new("L", (8, 8), 250).save(tmp_path / "pets" / name / f"{number}.png")
    done = nnapp("data", "preview", "pets")
    assert done.code == 0
    assert "  classes     2: cat, dog" in done.out.splitlines()
    assert "have a light background and were inverted" in done.err
