"""Presets: the published set-ups, number by number."""

from __future__ import annotations

from typing import Any

import pytest

from nnapp.engine.presets import PRESETS
from nnapp.engine.settings import Settings

RELU_SOFTMAX: dict[str, Any] = {"activation": "relu", "output": "softmax", "loss": "cross-entropy"}
SIGMOID: dict[str, Any] = {"activation": "sigmoid", "output": "sigmoid", "loss": "squared-error", "optimizer": "sgd"}


@pytest.mark.parametrize(
    ("name", "layer_sizes", "expected"),
    [
        (
            "classic",
            (784, 16, 16, 10),
            SIGMOID | {"initializer": "uniform", "batch_size": 50, "images_per_epoch": 10_000, "epochs": 150},
        ),
        (
            "deep-sigmoid",
            (784, 128, 64, 10),
            SIGMOID | {"learning_rate": 0.25, "initializer": "xavier", "batch_size": 32, "epochs": 30},
        ),
        (
            "relu-adam",
            (784, 128, 64, 10),
            RELU_SOFTMAX | {"optimizer": "adam", "learning_rate": 0.001, "batch_size": 64, "epochs": 25},
        ),
        (
            "full-batch",
            (784, 128, 10),
            RELU_SOFTMAX
            | {"initializer": "normal", "optimizer": "sgd", "batch_size": 0, "learning_rate": 0.1, "epochs": 2000},
        ),
        (
            "tiny",
            (784, 10, 10, 10),
            RELU_SOFTMAX | {"optimizer": "sgd", "batch_size": 0, "learning_rate": 0.5, "epochs": 1000},
        ),
    ],
)
def test_preset_is_the_published_one(name: str, layer_sizes: tuple[int, ...], expected: dict[str, Any]) -> None:
    settings = PRESETS[name]

    assert settings.new_network(784, 10).layer_sizes == layer_sizes
    assert {key: getattr(settings, key) for key in expected} == expected
    # All that is not said is the default.
    unsaid = {"hidden", "learning_rate", "initializer", *expected}
    assert settings.but(**{key: getattr(Settings(), key) for key in unsaid}) == Settings()


def test_table_has_the_published_names() -> None:
    assert list(PRESETS) == ["classic", "deep-sigmoid", "relu-adam", "full-batch", "tiny"]


def test_learning_rate_of_classic_is_near_3() -> None:
    assert PRESETS["classic"].learning_rate == pytest.approx(3, abs=0.5)
