"""Numbers as people read them: times, counts, bytes, shares, speeds. Pure functions of their arguments."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from nnapp.engine.ensembles import EnsembleComparison
from nnapp.engine.network import Network

__all__ = [
    "counted",
    "description",
    "duration",
    "epoch_of",
    "file_size",
    "gain_sentence",
    "images_per_second",
    "option_name",
    "percent",
    "structure",
    "time_left",
    "time_taken",
]

_NONE = "–"
_MINUTE, _HOUR, _DAY = 60, 60 * 60, 24 * 60 * 60


def duration(seconds: float | None) -> str:
    """Return a time as "0:08", "12:34", "1 h 05 min" or "3 d 07 h", or "–" for none.

    Parameters
    ----------
    seconds : float or None
        At least 0. Rounded to the smallest unit shown.
    """
    if seconds is None or not isfinite(seconds):
        return _NONE
    # Each unit is rounded before it is compared, so that 59 min 59.7 s becomes one hour and not 60:00.
    whole_seconds, minutes, hours = (int(seconds / unit + 0.5) for unit in (1, _MINUTE, _HOUR))
    if whole_seconds < _HOUR:
        return f"{whole_seconds // 60}:{whole_seconds % 60:02}"
    if minutes < _DAY // _MINUTE:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{hours // 24} d {hours % 24:02} h"


def time_taken(seconds: float) -> str:
    """Return how long a whole run takes: "less than 0.1 s", "0.4 s", else as `duration`."""
    if seconds < 0.1:
        return "less than 0.1 s"
    return f"{seconds:.1f} s" if seconds < 9.95 else duration(seconds)


def time_left(seconds: float | None) -> str:
    """Return what is left of a run as "0:08 left", or "" while nobody knows."""
    return "" if seconds is None or not isfinite(seconds) else f"{duration(seconds)} left"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 image", "109,386 images".

    Parameters
    ----------
    plural : str
        By default the noun with an s.
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def file_size(n_bytes: int) -> str:
    """Return a size as "1 byte", "427 KB" or "1.2 MB", of 1,024 bytes to the KB."""
    if n_bytes < 1024:
        return counted(n_bytes, "byte")
    size = n_bytes / 1024
    for unit in ("KB", "MB", "GB"):
        if size < 9.95:
            return f"{size:.1f} {unit}"
        if size < 1023.5:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:,.1f} TB"


def percent(share: float | None, decimals: int = 2) -> str:
    """Return a share 0…1 as "97.84 %", or "–" for none."""
    return _NONE if share is None or not isfinite(share) else f"{100 * share:.{decimals}f} %"


def images_per_second(rate: float) -> str:
    """Return a speed with three digits that count: "158,000 images/s"; "–" where there is none."""
    if not isfinite(rate) or rate <= 0:
        return _NONE
    # Formatted as a decimal number and read back, because rounding in powers of ten would leave 0.30000000000000004.
    rounded = float(f"{rate:.3g}")
    return f"{rounded:,.0f} images/s" if rounded >= 100 else f"{rounded:g} images/s"


def epoch_of(epoch: int, n_epochs: int) -> str:
    """Return "epoch 3 of 25"."""
    return f"epoch {epoch:,} of {n_epochs:,}"


def structure(layer_sizes: Sequence[int], n_parameters: int, n_bytes: int) -> str:
    """Return a network in one line: "784-128-64-10 · 109,386 parameters · 427 KB"."""
    sizes = "-".join(map(str, layer_sizes))
    return f"{sizes} · {counted(n_parameters, 'parameter')} · {file_size(n_bytes)}"


def description(network: Network) -> str:
    """Return what a network is: "784-128-64-10, relu, relu, softmax, 109,386 parameters"."""
    sizes = "-".join(map(str, network.layer_sizes))
    return f"{sizes}, {', '.join(network.activation_names)}, {counted(network.n_parameters, 'parameter')}"


def option_name(setting: str) -> str:
    """Return the command line option of a setting, such as ``--learning-rate``."""
    return "--" + setting.replace("_", "-")


def gain_sentence(comparison: EnsembleComparison) -> str:
    """Return how right an ensemble is, and what it gains in percentage points on its best member and on their mean."""
    n_images = round(comparison.gain_over_best * comparison.ensemble.n_images)
    noun = "image" if abs(n_images) == 1 else "images"
    # No longer than the line it has in the testing window of 1280 pixels.
    return (
        f"Together {percent(comparison.ensemble.accuracy)}: {100 * comparison.gain_over_best:+.2f} points "
        f"({n_images:+,} {noun}) on the best, {100 * comparison.gain_over_mean:+.2f} on their mean."
    )
