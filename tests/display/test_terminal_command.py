"""The command that repeats a run is read back by the command line's own parser."""

from __future__ import annotations

import shlex

import pytest

from nnapp.cli.main import _parser
from nnapp.cli.options import given_settings, settings_from
from nnapp.display.terminal_command import train_command
from nnapp.engine import PRESETS, Settings

SETTINGS = [
    *PRESETS.values(),
    Settings(
        hidden=(),
        batch_size=0,
        training_images=5000,
        images_per_epoch=1000,
        learning_rate=1e-7,
        validation_fraction=0.0,
    ),
    Settings(hidden=(7, 6, 5), activation="leaky-relu", output="sigmoid", loss="squared-error", keep="last", seed=12),
    Settings(schedule="cosine", warmup_epochs=3, l1=1e-5, l2=2e-5, dropout=0.25, gradient_clip=1.5, early_stopping=4),
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_command_gives_the_same_settings(settings: Settings) -> None:
    words = shlex.split(train_command(settings, ("--data", "some folder/it's"), save="a b.nn", save_at=(1, 5)))
    options = _parser().parse_args(words[1:])
    assert settings_from(options.preset, given_settings(options)) == settings
    assert (options.data, options.save, options.save_at) == ("some folder/it's", "a b.nn", "1,5")


def test_what_a_network_file_says_is_left_out_but_its_loss_is_said() -> None:
    settings = Settings(hidden=(7,), activation="tanh", epochs=3)
    words = shlex.split(train_command(settings, ("--data", "data"), network="a.nn"))
    assert words == ["nnapp", "train", "a.nn", "--data", "data", "--loss", "cross-entropy", "--epochs", "3"]
