"""Published set-ups to start from."""

from __future__ import annotations

from nnapp.engine.settings import Settings

__all__ = ["PRESETS"]

_SIGMOID = Settings(activation="sigmoid", output="sigmoid", loss="squared-error", optimizer="sgd")

PRESETS: dict[str, Settings] = {
    "classic": _SIGMOID.but(
        hidden=(16, 16),
        initializer="uniform",
        learning_rate=3.0,
        batch_size=50,
        images_per_epoch=10_000,
        epochs=150,
    ),
    "deep-sigmoid": _SIGMOID.but(
        hidden=(128, 64),
        initializer="xavier",
        learning_rate=0.25,
        batch_size=32,
        epochs=30,
    ),
    "relu-adam": Settings(hidden=(128, 64), optimizer="adam", learning_rate=0.001, batch_size=64, epochs=25),
    "full-batch": Settings(
        hidden=(128,),
        initializer="normal",
        optimizer="sgd",
        learning_rate=0.1,
        batch_size=0,
        epochs=2000,
    ),
    "tiny": Settings(hidden=(10, 10), optimizer="sgd", learning_rate=0.5, batch_size=0, epochs=1000),
}
"""All presets by name, the smallest classic first."""
