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


def test_augmentation_is_shown_beside_each_image(nnapp: Run, data: Path) -> None:
    plain = nnapp("data", "preview", data).out.splitlines()
    done = nnapp("data", "preview", data, "--augment", "strong")
    assert done.code == 0
    text = " ".join(done.out.split())
    assert "Augmentation: strong. Rotation 15°, zoom 0.18, shear 0.2, translation 2 px, elastic distortion 1.3" in text
    assert "20 training images, each followed by 4 versions of it as training may show it: 0" in text
    lines = done.out.splitlines()
    assert max(map(len, lines[7:])) <= 80
    start = next(number for number, line in enumerate(lines) if line.endswith("show it:")) + 2
    # An image takes 7 lines, with a caption above and an empty line below, and each has a row of its own.
    assert lines[start::9] == [str(digit) for digit in range(10) for _ in range(2)]
    # It is the one shown without augmentation, in the first of five columns of 14 characters.
    first = next(number for number, line in enumerate(plain) if line.split() == ["0", "0", "1", "1", "2"])
    width = 14
    assert [line[:width].rstrip() for line in lines[start + 1 : start + 8]] == [
        line[:width].rstrip() for line in plain[first + 1 : first + 8]
    ]
    block = lines[start + 9 * 10 : start + 9 * 11]
    assert block[0] == "5"
    assert [line[:width] for line in block[1:8]] != [line[width + 2 : 2 * width + 2] for line in block[1:8]]


def test_single_amounts_of_augmentation(nnapp: Run, data: Path) -> None:
    """They stand in place of those of the name, or of nothing."""
    none = dict.fromkeys(("rotation", "zoom", "shear", "translation", "elastic", "thickness", "noise"), 0.0)
    light = {"rotation": 7.5, "zoom": 0.08, "shear": 0.1, "translation": 1.0, "elastic": 0.5, "thickness": 0.2}

    def amounts(*options: str) -> dict[str, float] | None:
        found: dict[str, float] | None = json.loads(nnapp("data", "preview", data, "--json", *options).out).get(
            "augmentation"
        )
        return found

    assert amounts() is None
    assert amounts("--augment", "none") == none
    assert amounts("--shear", "0.3") == none | {"shear": 0.3}
    assert amounts("--augment", "light", "--rotation", "off", "--noise", "0.2") == none | light | {
        "rotation": 0,
        "noise": 0.2,
    }


def test_wrong_amounts_of_augmentation(nnapp: Run, data: Path) -> None:
    done = nnapp("data", "preview", data, "--rotation", "400")
    assert (done.code, done.err) == (
        1,
        "nnapp: Rotation must be a number at least 0 and at most 180 (0 for off); got 400.0.\n",
    )
    assert nnapp("data", "preview", data, "--augment", "heavy").code == 2


def test_sheet_of_augmentation_is_saved(nnapp: Run, data: Path, tmp_path: Path) -> None:
    sheets = []
    for name, seed in (("strong", "0"), ("strong", "0"), ("strong", "1"), ("none", "0")):
        out = nnapp("data", "preview", data, "--augment", name, "--seed", seed, "--save", tmp_path / "sheet.png").out
        assert out.endswith(f"The same images are in {tmp_path / 'sheet.png'}.\n")
        with Image.open(tmp_path / "sheet.png") as sheet:
            sheets.append(np.asarray(sheet))
    # Three columns of an image and four versions, each twice 28 pixels wide: 840 and the gaps; seven rows of them: 392.
    assert all(sheet.shape[0] > 392 and sheet.shape[1] > 840 for sheet in sheets)
    np.testing.assert_array_equal(sheets[0], sheets[1])
    assert (sheets[0] != sheets[2]).any()
    assert (sheets[0][-400:] != sheets[3][-400:]).any()
