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
    assert "  images     200 images to learn from, 80 images to test with" in lines
    assert "20 training images:" in lines
    assert next(line.split() for line in lines if line.startswith("0 ")) == ["0", "0", "1", "1", "2"]
    assert max(map(len, lines[6:])) <= 80


def test_as_json(nnapp: Run, data: Path) -> None:
    record = json.loads(nnapp("data", "preview", data, "--json").out)
    assert (record["n_training_images"], record["n_test_images"], len(record["preview"])) == (200, 80, 20)
    assert record["class_names"] == list("0123456789")


def test_sheet_is_saved(nnapp: Run, data: Path, tmp_path: Path) -> None:
    assert nnapp("data", "preview", data, "--save", tmp_path / "sheet.png").code == 0
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
