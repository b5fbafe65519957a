from __future__ import annotations

import argparse
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.cli import options
from nnapp.display import wording
from nnapp.engine.ensembles import EnsembleComparison
from nnapp.engine.evaluation import Evaluation
from nnapp.engine.network import Network
from nnapp.engine.settings import SETTINGS


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (8, "0:08"),
        (8.4, "0:08"),
        (59.6, "1:00"),
        (12 * 60 + 34, "12:34"),
        (3599.4, "59:59"),
        (3599.6, "1 h 00 min"),
        (3600 + 5 * 60, "1 h 05 min"),
        (23 * 3600 + 59 * 60 + 29, "23 h 59 min"),
        (23 * 3600 + 59 * 60 + 31, "1 d 00 h"),
        (3 * 86400 + 7 * 3600, "3 d 07 h"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_duration(seconds: float | None, text: str) -> None:
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "less than 0.1 s"), (0.1, "0.1 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (9.96, "0:10"), (75, "1:15")],
)
def test_time_taken(seconds: float, text: str) -> None:
    assert wording.time_taken(seconds) == text


@given(st.floats(0, 3e6))
def test_duration_is_true_to_half_its_smallest_unit(seconds: float) -> None:
    text = wording.duration(seconds)

    if ":" in text:
        minutes, rest = map(int, text.split(":"))
        shown, unit = minutes * 60 + rest, 1
        assert rest < 60
        assert minutes < 60
    elif "min" in text:
        hours, minutes = (int(part) for part in text.split() if part.isdigit())
        shown, unit = (hours * 60 + minutes) * 60, 60
        assert minutes < 60
        assert hours < 24
    else:
        days, hours = (int(part) for part in text.split() if part.isdigit())
        shown, unit = (days * 24 + hours) * 3600, 3600
        assert hours < 24
    assert abs(shown - seconds) <= unit / 2 + 1e-6


@pytest.mark.parametrize(("seconds", "text"), [(8, "0:08 left"), (3900, "1 h 05 min left"), (None, ""), (math.inf, "")])
def test_time_left(seconds: float | None, text: str) -> None:
    assert wording.time_left(seconds) == text


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (109_386, ("parameter",), "109,386 parameters"),
        (1, ("image",), "1 image"),
        (0, ("image",), "0 images"),
        (2, ("entry", "entries"), "2 entries"),
        (1, ("entry", "entries"), "1 entry"),
    ],
)
def test_counted(number: int, words: tuple[str, ...], text: str) -> None:
    assert wording.counted(number, *words) == text


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1.0 KB"),
        (10 * 1024, "10 KB"),
        # 784-128-64-10 in the plain format: 1 + 4 · 2 bytes of head, 109,386 float32; 437,553 / 1024 = 427.3.
        (1 + 4 * 2 + 4 * 109_386, "427 KB"),
        (1024 * 1024 - 1, "1.0 MB"),
        (1_258_291, "1.2 MB"),  # 1.2 · 1024² = 1,258,291.2
        (5 * 1024**3, "5.0 GB"),
        (3000 * 1024**4, "3,000.0 TB"),
    ],
)
def test_file_size(n_bytes: int, text: str) -> None:
    assert wording.file_size(n_bytes) == text


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [(0.9784, 2, "97.84 %"), (1.0, 2, "100.00 %"), (0.12, 0, "12 %"), (None, 2, "–"), (math.nan, 2, "–")],
)
def test_percent(share: float | None, decimals: int, text: str) -> None:
    assert wording.percent(share, decimals) == text


@pytest.mark.parametrize(
    ("best", "gain"),
    [(0.25, "+50.00 points (+2 images)"), (0.5, "+25.00 points (+1 image)"), (1.0, "-25.00 points (-1 image)")],
)
def test_what_an_ensemble_gains(best: float, gain: str) -> None:
    """Of four images it names three rightly; its members on the average a quarter."""
    together = Evaluation(0.5, np.array([0, 0, 0, 1]), np.zeros(4, np.int64), np.tile([0.6, 0.4], (4, 1)))
    comparison = EnsembleComparison(together, (best, 0.5 - best), (0.5, 0.5))

    assert wording.gain_sentence(comparison) == f"Together 75.00 %: {gain} on the best, +50.00 on their mean."


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (158_234.0, "158,000 images/s"),
        (99_960.0, "100,000 images/s"),
        (1_234.5, "1,230 images/s"),
        (123.4, "123 images/s"),
        (12.34, "12.3 images/s"),
        (0.3, "0.3 images/s"),
        (0.0, "–"),
        (math.inf, "–"),
        (math.nan, "–"),
    ],
)
def test_images_per_second(rate: float, text: str) -> None:
    assert wording.images_per_second(rate) == text


def test_epoch_of() -> None:
    assert wording.epoch_of(3, 25) == "epoch 3 of 25"
    assert wording.epoch_of(1_000, 2_000) == "epoch 1,000 of 2,000"


def test_structure() -> None:
    assert wording.structure((784, 128, 64, 10), 109_386, 437_553) == "784-128-64-10 · 109,386 parameters · 427 KB"


def test_description() -> None:
    network = Network.dense((4, 3, 2))

    # 3 · 4 + 3 and 2 · 3 + 2 parameters.
    assert wording.description(network) == "4-3-2, relu, softmax, 23 parameters"


@pytest.mark.parametrize("name", SETTINGS)
def test_option_is_the_one_of_the_command_line(name: str) -> None:
    parser = argparse.ArgumentParser()
    options.add_setting_options(parser)

    given = parser.parse_args([wording.option_name(name), "anything"])

    assert getattr(given, name) == "anything"
