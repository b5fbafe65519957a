"""The drawings that networks are judged by: new styles, every pen, size and place, and figures that add up."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nnapp.digits.digit_styles import DIGIT_STYLES
from nnapp.digits.normalization import like_mnist
from nnapp.digits.strokes import INK_SIDE
from nnapp.engine.splits import split_for_training
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import read_network
from nnapp.storage.training_records import recorded_settings

PROJECT = Path(__file__).resolve().parent.parent
NETWORKS = PROJECT / "networks"
MODULES = ("held_out_styles", "mouse_drawings", "drawn_digits", "machine")


@pytest.fixture(autouse=True)
def benchmarks_are_found(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(PROJECT / "benchmarks"))
    yield
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def mouse(benchmarks_are_found: None) -> ModuleType:
    import mouse_drawings

    return mouse_drawings


@pytest.fixture
def report(benchmarks_are_found: None) -> ModuleType:
    import drawn_digits

    return drawn_digits


def test_styles_are_held_out_of_the_generator(mouse: ModuleType) -> None:
    """No stroke of three places or more is one of the generator's, forwards or backwards."""
    halves = mouse.HALVES
    known = {(style.digit, way) for style in DIGIT_STYLES for stroke in style.strokes for way in (stroke, stroke[::-1])}

    for styles in halves.values():
        assert Counter(style.digit for style in styles) == dict.fromkeys(range(10), 4)
        assert not [style for style in styles if any((style.digit, stroke) in known for stroke in style.strokes)]
    assert not set(halves["development"]) & set(halves["reported"])


def test_every_style_is_drawn_with_every_pen_in_every_size_at_every_place(mouse: ModuleType) -> None:
    found = list(mouse.drawings("reported"))

    assert len(found) == 10 * 4 * 5 * 4 * 5
    assert len({(one.style, one.pen, one.size, one.place) for one in found}) == len(found)
    by_hand = Counter(one.hand for one in found)
    # A fair coin: within four deviations, √4000 / 2 = 32 each.
    assert by_hand["careful"] == pytest.approx(2000, abs=128)


def test_seed_decides_everything(mouse: ModuleType) -> None:
    one, same, other = (next(mouse.drawings("development", seed)).strokes for seed in (3, 3, 4))

    assert [stroke.tolist() for stroke in one] == [stroke.tolist() for stroke in same]
    assert [stroke.tolist() for stroke in one] != [stroke.tolist() for stroke in other]


def test_ink_is_where_and_as_large_as_it_should_be(mouse: ModuleType) -> None:
    """The way of the pen is as large as its size says, but for what the hand leaves out at its ends."""
    for drawing in list(mouse.drawings("development"))[3::97]:
        ink = mouse.replayed(drawing.strokes, drawing.pen)
        rows, columns = (np.flatnonzero(ink.max(axis=axis) > 0.5) for axis in (1, 0))
        longer = max(np.ptp(rows), np.ptp(columns)) + 1
        assert longer == pytest.approx(drawing.size * INK_SIDE + drawing.pen, rel=0.15)
        middle = rows.mean(), columns.mean()
        if drawing.place != "middle":
            vertical, horizontal = drawing.place.split()
            assert (rows[0] < 0.15 * INK_SIDE) if vertical == "top" else (rows[-1] > 0.85 * INK_SIDE)
            assert (columns[0] < 0.15 * INK_SIDE) if horizontal == "left" else (columns[-1] > 0.85 * INK_SIDE)
        else:
            assert middle == pytest.approx((INK_SIDE / 2, INK_SIDE / 2), abs=0.1 * INK_SIDE)


def test_a_straight_replay_is_a_straight_line(mouse: ModuleType) -> None:
    """From pixel 41 to pixel 377 of 420 across: middles at 41.5 and 377.5, or 27.7 and 251.7 of the ink's 280."""
    ink = mouse.replayed([np.array([(41, 209), (120, 209), (377, 209)])], pen=20)

    # Around 209.5 · 280 / 420 = 139.7, 20 high; as long as the way between the middles and a disc of 20.
    assert ink[:, 140].sum() == pytest.approx(20, abs=0.2)
    assert ink[:, 140] @ (np.arange(INK_SIDE) + 0.5) / 20 == pytest.approx(209.5 * 2 / 3, abs=0.2)
    assert ink[139].sum() == pytest.approx(336 * 2 / 3 + 20, abs=0.5)


def test_tables_say_who_is_right(report: ModuleType) -> None:
    """A network that answers 1 to everything is right about a tenth, and about all 1s."""
    n = 40
    digits = report.DrawnDigits(
        labels=np.arange(n) % 10,
        pens=np.full(n, 6),
        sizes=np.full(n, 0.35),
        hands=np.where(np.arange(n) % 20 < 10, "careful", "hasty"),
        places=np.where(np.arange(n) % 10 == 1, "middle", "top left"),
        styles=np.full(n, "plain"),
        images={"like-mnist": np.zeros((n, 784)), "as-drawn": np.ones((n, 784))},
    )

    class Ones:
        """Answers 1 to empty paper and 2 to a black sheet."""

        def predict(self, images: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
            return 1 + (images.mean(axis=1) > 0.5)

    lines = report._report({"ones": Ones()}, {"reported": digits}, with_styles=True)

    assert "| ones | reported | 10.0 | 10.0 | 10.0 | 10.0 | 10.0 | 10.0 |" in lines
    assert f"| reported | like MNIST | 0.0 | 100.0 |{' 0.0 |' * 8}" in lines
    assert f"| reported | as drawn | 0.0 | 0.0 | 100.0 |{' 0.0 |' * 7}" in lines
    assert "| like MNIST | 100.0 | 0.0 | – | – | – |" in lines
    assert "| 6 | 10.0 / 10.0 | – / – | – / – | – / – |" in lines
    assert "| 1 | plain | 100.0 | 0.0 |" in lines


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_best_network_names_new_styles(report: ModuleType) -> None:
    """At least 97 % like MNIST in the half that nothing was tuned on, and 98 % of those drawn with care."""
    command = [sys.executable, report.__file__, str(NETWORKS / "best.nn"), "--halves", "reported", "--dry-run"]
    before = report.DOCUMENT.read_bytes()

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    row = next(line for line in result.stdout.splitlines() if line.startswith("| best | reported |"))
    in_total, careful = (float(cell) for cell in row.split(" | ")[2:4])
    assert in_total >= 97
    assert careful >= 98
    assert report.DOCUMENT.read_bytes() == before


@pytest.mark.slow
def test_images_of_mnist_pass_nearly_unchanged(mnist_folder: Path) -> None:
    """Of training images that the network has not learnt, at most a few more are wrong: 0.1 % is 3 of the 3,000."""
    stored = read_network(NETWORKS / "small-128-64.nn")
    dataset = load_dataset(str(mnist_folder))
    settings = recorded_settings(stored.network, stored.metadata)
    _, held_out = split_for_training(dataset.training_labels, settings)
    images, labels = dataset.training_images[held_out], dataset.training_labels[held_out]
    assert len(images) == 3000

    passed = np.stack([like_mnist(image / np.float32(255)).ravel() for image in images])

    n_before, n_after = (int((stored.network.predict(x) == labels).sum()) for x in (images.reshape(-1, 784), passed))
    # Some images are lost and some are won by chance, about 10: a deviation of √10 = 3.2 beside what is allowed.
    assert n_after >= n_before - 3 - 3


def test_document_has_the_section_of_the_benchmark(report: ModuleType) -> None:
    text = report.DOCUMENT.read_text(encoding="utf-8")

    assert "<!-- drawn digits: begin -->\n8,000 drawings" in text
    assert text.count("<!-- drawn digits: end -->") == 1
