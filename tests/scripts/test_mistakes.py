"""The page of mistakes: the surest first, with figures that can be worked out by hand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnapp.engine.network import Network
from nnapp.storage.idx_file import write_idx
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = PROJECT / "scripts" / "mistakes.py"
LABELS = [0, 1, 2, 1, 2]
BRIGHT = [(0, 255), (0, 255), (2, 255), (1, 255), (0, 51)]
"""Which pixel of each test image is how bright: images 1 and 4 look like zeros."""

DRAWN = """
| network | styles | like MNIST | like MNIST, careful | like MNIST, hasty | as drawn | … |
|---|---|--:|--:|--:|--:|--:|
| other | reported | 1.0 | 2.0 | 3.0 | 4.0 | 5.0 |
| tiny | development | 11.0 | 12.0 | 13.0 | 14.0 | 15.0 |
| tiny | reported | 98.3 | 99.9 | 96.7 | 54.0 | 55.0 |

tiny, by digit:

| styles |  | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| development | like MNIST | 1.0 | 1.0 | 1.0 | 1.0 | 1.0 | 1.0 | 1.0 | 1.0 | 1.0 | 1.0 |
| reported | like MNIST | 100.0 | 87.2 | 99.2 | 100.0 | 99.5 | 99.8 | 97.5 | 100.0 | 99.8 | 100.0 |
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a network that looks for the bright one of three pixels, data, and the documents."""
    network = Network.dense([16, 3], output_activation="softmax", initializer=None)
    weights = np.zeros((3, 16), np.float32)
    weights[range(3), range(3)] = 8
    network.parameters[:48] = weights.ravel()
    write_network(tmp_path / "tiny.nn", network, NetworkMetadata(temperature=2.0))
    images = np.zeros((len(LABELS), 16), np.uint8)
    for image, (pixel, brightness) in zip(images, BRIGHT, strict=True):
        image[pixel] = brightness
    (tmp_path / "data").mkdir()
    for name in ("train", "t10k"):
        write_idx(tmp_path / "data" / f"{name}-images-idx3-ubyte", images.reshape(-1, 4, 4))
        write_idx(tmp_path / "data" / f"{name}-labels-idx1-ubyte", np.array(LABELS, np.uint8))
    (tmp_path / "docs" / "images").mkdir(parents=True)
    (tmp_path / "docs" / "drawn-digits.md").write_text(DRAWN, encoding="utf-8")
    document = "before\n<!-- mistakes: begin -->\nold\n<!-- mistakes: end -->\nafter\n"
    (tmp_path / "docs" / "mistakes.md").write_text(document, encoding="utf-8")
    return tmp_path


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "tiny.nn", "--data", "data", "--into", "docs"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_page_and_picture(folder: Path) -> None:
    """Logits 8 and twice 0 at a temperature of 2: e⁴ / (e⁴ + 2) = 96.5 %, the others 1.8 %.

    Of a brightness of 51 of 255, logits 1.6: e^0.8 / (e^0.8 + 2) = 52.7 %, the others 23.7 %. Both second choices are
    ties, of which the smaller class comes first: 1.
    """
    done = run(folder)

    assert done.returncode == 0, done.stderr
    lines = (folder / "docs" / "mistakes.md").read_text("utf-8").splitlines()
    assert lines[:2] == ["before", "<!-- mistakes: begin -->"]
    assert lines[-2:] == ["<!-- mistakes: end -->", "after"]
    assert "old" not in lines
    assert lines[2] == (
        "Of 5 test images tiny.nn takes 2 for another digit (40.00 %), 1 of them with a confidence of 90 % or more. Of "
        "all its answers it gives 1 with less than 90 %, of which 1 are wrong."
    )
    assert "Most often: 1 for 0 (1), 2 for 0 (1). In 1 cases the digit is the second choice." in lines
    assert lines[10:12] == ["| 1 | 1 | 0 | 96.5 % | 1.8 % |", "| 4 | 2 | 0 | 52.7 % | 23.7 % |"]
    assert any("takes 1.7 % for another: 0.1 % of those drawn with care, 3.3 % of those" in line for line in lines)
    assert "| % wrong | 0.0 | 12.8 | 0.8 | 0.0 | 0.5 | 0.2 | 2.5 | 0.0 | 0.2 | 0.0 |" in lines
    with Image.open(folder / "docs" / "images" / "mistakes.png") as picture:
        assert picture.width > picture.height  # two images beside each other


def test_network_without_figures_of_drawn_digits_is_refused(folder: Path) -> None:
    """Before anything is written."""
    (folder / "docs" / "drawn-digits.md").write_text(DRAWN.replace("tiny", "another"), encoding="utf-8")

    done = run(folder)

    assert done.returncode == 1
    assert done.stderr == "drawn-digits.md must tell of tiny; run benchmarks/drawn_digits.py with it first.\n"
    assert "\nold\n" in (folder / "docs" / "mistakes.md").read_text("utf-8")


def test_document_without_the_section_is_refused(folder: Path) -> None:
    (folder / "docs" / "mistakes.md").write_text("nothing", encoding="utf-8")

    done = run(folder)

    assert "mistakes.md must have a section between" in done.stderr
    assert not (folder / "docs" / "images" / "mistakes.png").exists()


def test_page_of_the_project_is_of_the_network_that_is_shipped_and_shows_its_picture() -> None:
    page = (PROJECT / "docs" / "mistakes.md").read_text("utf-8")
    card = (PROJECT / "networks" / "README.md").read_text("utf-8")

    wrong = re.search(r"Of 10,000 test images best\.nn takes (\d+) for another digit", page)
    accuracy = re.search(r"^\| \[best\.nn\]\S* \|.*? ([\d.]+) % ", card, re.MULTILINE)

    assert wrong is not None
    assert accuracy is not None
    assert int(wrong[1]) == round(10_000 - 100 * float(accuracy[1]))
    assert "](images/mistakes.png)" in page
    assert (PROJECT / "docs" / "images" / "mistakes.png").is_file()
