"""What a grid search is called, counts, scores and finds, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from nnapp.display.wording import counted, percent, time_left
from nnapp.engine.settings import SETTINGS

__all__ = [
    "column_name",
    "configuration_text",
    "example_text",
    "loss_text",
    "progress_line",
    "runs_line",
    "setting_name",
    "setting_words",
    "value_text",
    "values_line",
    "with_spread",
]

_MOST_CHARACTERS = 44
"""Of the values that are written out in a line."""


_EXAMPLES = {
    "hidden": "64; 128; 128, 64",
    "batch_size": "32, 64, 128",
    "training_images": "1000, 5000, all",
    "images_per_epoch": "1000, 5000, all",
    "learning_rate": "0.0001 to 0.01, 5 values, log",
    "momentum": "0.8, 0.9, 0.95",
    "schedule_epochs": "2, 5, 10",
    "l2": "off, 0.00001, 0.0001",
    "l1": "off, 0.00001, 0.0001",
    "dropout": "off, 0.1, 0.2, 0.3",
    "gradient_clip": "off, 1, 5",
    "rotation": "off, 5, 10, 15",
    "translation": "off, 1, 2",
    "elastic": "off, 0.5, 1",
}
_EXAMPLES_OF_KINDS = {"integer": "1, 2, 5", "number": "0.1 to 0.3, 3 values"}


_COLUMN_NAMES = {
    "hidden": "hidden layers",
    "activation": "activation",
    "batch_size": "batch size",
    "schedule": "schedule",
    "output": "output",
    "l2": "L2",
    "l1": "L1",
    "gradient_clip": "clipping",
}
"""Of settings whose names are longer than a column needs."""


def column_name(name: str) -> str:
    """Return what a searched setting is called above a column of a table."""
    return _COLUMN_NAMES.get(name) or setting_words(name)


def setting_name(name: str) -> str:
    """Return what a searched setting is called."""
    return SETTINGS[name].label


def setting_words(name: str) -> str:
    """Return what a searched setting is called within a sentence: "learning rate", "L2 regularisation"."""
    label = setting_name(name)
    return label[0].lower() + label[1:] if label[1].islower() else label


def value_text(name: str, value: Any) -> str:
    """Return a value of a setting in a few characters: "128, 64", "0.00316", "off"."""
    setting = SETTINGS[name]
    if setting.kind == "number" and value and not isinstance(value, str):
        return f"{value:.3g}"
    return setting.format(value)


def example_text(name: str) -> str:
    """Return what could be typed to search over a setting."""
    setting = SETTINGS[name]
    if setting.kind == "choice":
        return ", ".join(setting.choices[:3])
    return _EXAMPLES.get(name) or _EXAMPLES_OF_KINDS[setting.kind]


def values_line(name: str, values: Sequence[Any]) -> str:
    """Return the values of an axis: "5 values: 0.001, 0.00316, 0.01, …"; one value alone is not varied."""
    texts = [value_text(name, value) for value in values]
    if len(texts) == 1:
        return "not varied"
    mark = "; " if SETTINGS[name].kind == "sizes" else ", "
    line, n_shown = mark.join(texts), len(texts) - 1
    while n_shown > 0 and len(line) > _MOST_CHARACTERS:
        n_shown -= 1
        line = mark.join([*texts[:n_shown], f"… {texts[-1]}"])
    return f"{len(values)} values: {line}"


def configuration_text(values: Mapping[str, Any]) -> str:
    """Return the values of one configuration: "hidden layer sizes 128, 64; learning rate 0.001"."""
    parts = (f"{setting_words(name)} {value_text(name, value)}" for name, value in values.items())
    return "; ".join(parts) or "the settings as they are"


def with_spread(mean: float | None, spread: float | None, *, is_share: bool) -> str:
    """Return a score over repeats: "2.31 ± 0.10 %" or "0.0812 ± 0.0031"; without ± if there is one repeat.

    Parameters
    ----------
    mean : float or None
        "–" for none and for what is not finite.
    spread : float or None
        Standard deviation over the repeats, None if there is only one.
    is_share : bool
        Whether it is a share, which people read in per cent.
    """
    if mean is None or not isfinite(mean):
        return "–"
    if not is_share:
        text = loss_text(mean)
        # To as many places as the mean has.
        return text if spread is None else f"{text} ± {spread:.2e}" if "e" in text else f"{text} ± {spread:.4f}"
    return percent(mean) if spread is None else f"{100 * mean:.2f} ± {100 * spread:.2f} %"


def loss_text(loss: float) -> str:
    """Return a loss with four decimals, or in powers of ten where that would say nothing."""
    return f"{loss:.4f}" if loss == 0 or 0.001 <= abs(loss) < 1000 else f"{loss:.2e}"


def runs_line(n_configurations: int, n_repeats: int, n_runs: int, n_epochs: int) -> str:
    """Return what a plan comes to: "12 configurations × 3 repeats = 36 runs of 10 epochs"."""
    runs = counted(n_runs, "run")
    if n_repeats > 1:
        runs = f"{counted(n_configurations, 'configuration')} × {counted(n_repeats, 'repeat')} = {runs}"
    else:
        runs = f"{counted(n_configurations, 'configuration')}, {runs}"
    return f"{runs} of {counted(n_epochs, 'epoch')}"


def progress_line(
    n_done: int, n_runs: int, n_running: int = 0, seconds_left: float | None = None, *, is_paused: bool = False
) -> str:
    """Return how far a search is: "7 of 24 runs done, 2 under way, 0:42 left"."""
    line = f"{n_done:,} of {counted(n_runs, 'run')} done"
    if n_running:
        line += f", {n_running:,} under way"
    if is_paused:
        return f"{line}, paused" if not n_running else f"{line}; pauses when they end"
    return ", ".join(filter(None, (line, time_left(seconds_left))))
