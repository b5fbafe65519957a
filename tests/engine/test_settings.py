"""Settings together: the published defaults, what contradicts what, and the network they describe."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest

from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import SettingError


def test_defaults_are_the_published_ones() -> None:
    settings = Settings()

    assert (settings.hidden, settings.activation, settings.output) == ((128, 64), "relu", "softmax")
    assert (settings.loss, settings.initializer, settings.optimizer) == ("cross-entropy", "he", "adam")
    assert (settings.learning_rate, settings.schedule, settings.batch_size) == (0.001, "constant", 64)
    assert (settings.epochs, settings.images_per_epoch, settings.l2, settings.dropout) == (10, 0, 0, 0)
    assert (settings.validation_fraction, settings.early_stopping, settings.seed) == (0.1, 0, 0)


def test_table_describes_every_field_for_people() -> None:
    assert list(SETTINGS) == [item.name for item in fields(Settings)]
    for name, setting in SETTINGS.items():
        assert setting.name == name
        assert setting.label[0].isupper()
        assert setting.help.endswith(".")
        setting.check(getattr(Settings(), name))
    assert len({setting.label for setting in SETTINGS.values()}) == len(SETTINGS)


def test_settings_that_may_change_during_a_run() -> None:
    assert {name for name, setting in SETTINGS.items() if setting.while_running} == {"epochs", "learning_rate"}


@pytest.mark.parametrize(
    ("wrong", "setting"),
    [
        ({"learning_rate": -1}, "learning_rate"),
        ({"hidden": [128, 64]}, "hidden"),
        ({"activation": "softmax"}, "activation"),
        ({"epochs": 0}, "epochs"),
        ({"seed": 2**32}, "seed"),
        ({"dropout": 1.0}, "dropout"),
    ],
)
def test_every_value_is_checked_on_creation_and_on_change(wrong: dict[str, Any], setting: str) -> None:
    for make in (Settings, Settings().but):
        with pytest.raises(SettingError) as caught:
            make(**wrong)
        assert caught.value.setting == setting
        assert str(caught.value).startswith(f"{SETTINGS[setting].label} must be ")


def test_loss_that_does_not_suit_the_outputs_is_refused() -> None:
    with pytest.raises(SettingError, match=r"cross-entropy needs .*; got sigmoid outputs") as caught:
        Settings(output="sigmoid")

    assert caught.value.setting == "loss"
    assert Settings(output="sigmoid", loss="binary-cross-entropy").output == "sigmoid"


def test_early_stopping_needs_validation_images() -> None:
    with pytest.raises(SettingError) as caught:
        Settings(early_stopping=3, validation_fraction=0)

    assert str(caught.value) == (
        "Early stopping needs validation images: the validation fraction must be greater than 0; got 0."
    )
    assert caught.value.setting == "early_stopping"


def test_settings_are_frozen_and_a_change_is_a_copy() -> None:
    settings = Settings()

    changed = settings.but(epochs=3)

    assert (settings.epochs, changed.epochs) == (10, 3)
    assert changed.but(epochs=10) == settings
    with pytest.raises(FrozenInstanceError):
        settings.epochs = 3  # type: ignore[misc]  # that is the point


def test_network_is_the_one_described() -> None:
    settings = Settings(
        hidden=(5, 4), activation="tanh", output="sigmoid", loss="squared-error", dropout=0.25, initializer="uniform"
    )

    network = settings.new_network(6, 3)

    assert repr(network) == (
        "Network([Dense(6, 5), Tanh(), Dropout(0.25), Dense(5, 4), Tanh(), Dropout(0.25), Dense(4, 3), Sigmoid()])"
    )
    assert network.parameters.dtype == np.float32
    # Only the uniform initialiser draws biases.
    assert all(layer.biases.any() for layer in network.dense_layers)


def test_network_may_have_no_hidden_layer() -> None:
    assert Settings(hidden=()).new_network(6, 3).layer_sizes == (6, 3)


def test_same_seed_same_network() -> None:
    first, second, other = (Settings(seed=seed).new_network(20, 3).parameters.tobytes() for seed in (1, 1, 2))

    assert first == second
    assert first != other


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"batch_size": 101}, "Mini-batch size must be at most 100, the number of images per epoch; got 101."),
        (
            {"training_images": 101},
            "Training images must be at most 100, the number of images that are not held out; got 101.",
        ),
        (
            {"training_images": 50, "images_per_epoch": 51, "batch_size": 10},
            "Images per epoch must be at most 50, the number of training images; got 51.",
        ),
        (
            {"training_images": 50, "batch_size": 51},
            "Mini-batch size must be at most 50, the number of images per epoch; got 51.",
        ),
        (
            {"images_per_epoch": 1000, "batch_size": 10},
            "Images per epoch must be at most 100, the number of training images; got 1,000.",
        ),
        (
            {"images_per_epoch": 30, "batch_size": 31},
            "Mini-batch size must be at most 30, the number of images per epoch; got 31.",
        ),
    ],
)
def test_counts_beyond_the_images_are_refused(chosen: dict[str, int], sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings(**chosen).check_counts(100)  # type: ignore[arg-type]  # all of these are whole numbers

    assert str(caught.value) == sentence
    assert SETTINGS[caught.value.setting or ""].label in sentence


@pytest.mark.parametrize(
    "chosen",
    [
        {"batch_size": 100},
        {"batch_size": 0},
        {"images_per_epoch": 100, "batch_size": 100},
        {"images_per_epoch": 30, "batch_size": 30},
        {"images_per_epoch": 30, "batch_size": 0},
        {"training_images": 100, "images_per_epoch": 100, "batch_size": 100},
        {"training_images": 64, "batch_size": 64},
    ],
)
def test_counts_up_to_the_images_are_allowed(chosen: dict[str, int]) -> None:
    Settings(**chosen).check_counts(100)  # type: ignore[arg-type]  # all of these are whole numbers
