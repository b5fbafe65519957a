"""The curves of a training run as arrays: what the graphs draw, what hovering says and what a table of it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from math import isinf, isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.reports import EpochReport

__all__ = ["CURVES", "Curve", "LossHistory", "csv_rows"]

FloatArray = NDArray[np.float64]

_FIELDS = tuple(field.name for field in fields(EpochReport))
_WHOLE_FIELDS = {"epoch", "n_epochs", "is_best"}
_FIRST_CAPACITY = 64


@dataclass(frozen=True)
class Curve:
    """One line of the graphs.

    Attributes
    ----------
    field : str
        The attribute of `EpochReport` it shows.
    label : str
        Name for people.
    color : str
        The attribute of `Palette` it is drawn in.
    help : str
        What it is, for a beginner.
    marker : {"circle", "square", "triangle"}
    dashes : tuple of float
        Lengths of dashes and gaps in widths of the line; empty for a solid line. With the marker, so that
        colour is not all that tells lines apart.
    is_share : bool
        Whether its values are shares, 0…1, which people read in percent.
    """

    field: str
    label: str
    color: str
    help: str
    marker: Literal["circle", "square", "triangle"]
    dashes: tuple[float, ...] = ()
    is_share: bool = False

    def text(self, value: float, floor: float) -> str:
        """Return a value for people, who are told if it is drawn at the floor of the axis, since it is smaller.

        Parameters
        ----------
        value : float
            NaN for none.
        floor : float
            Lower end of the axis.
        """
        if isnan(value):
            return "–"
        if isinf(value):
            return "infinite"
        note = " (floor)" if value < floor else ""
        if self.is_share:
            return f"{100 * value:.2f} %{note}"
        is_plain = value == 0 or 0.001 <= value < 1000
        return (f"{value:.4f}" if is_plain else f"{value:.2e}") + note


_FLOOR_HELP = "What is too small for the logarithmic axis, such as zero, is drawn at its floor."

CURVES = (
    Curve(
        "training_loss",
        "training loss",
        "training_loss",
        f"How wrong the outputs were on the images learnt from, on average over the epoch. {_FLOOR_HELP}",
        marker="circle",
    ),
    Curve(
        "validation_loss",
        "validation loss",
        "validation_loss",
        "How wrong the outputs are on images held out of training. If it rises while the training loss falls, "
        f"the network learns its images by heart. {_FLOOR_HELP}",
        marker="square",
        dashes=(5, 2),
    ),
    Curve(
        "validation_error",
        "classification error",
        "classification_error",
        f"Share of the validation images that are classified wrongly; on the axis, 0.01 is 1 %. {_FLOOR_HELP}",
        marker="triangle",
        dashes=(1.5, 1.5),
        is_share=True,
    ),
)
"""All lines of the graphs, in the order of their names under the plot and in tables."""


class LossHistory:
    """The epochs of one run, oldest first.

    Parameters
    ----------
    label : str
        Name of the run for people.

    Attributes
    ----------
    label : str
    is_finished : bool
        Whether no more epochs come; set it when the run has ended.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.is_finished = False
        self._n_epochs = 0
        self._rows: FloatArray = np.empty((_FIRST_CAPACITY, len(_FIELDS)))

    def __len__(self) -> int:
        return self._n_epochs

    def append(self, report: EpochReport) -> None:
        """Add an epoch. Epochs at or after it, if the run went back before them, are dropped first."""
        self._n_epochs = int(np.searchsorted(self.epochs, report.epoch))
        if self._n_epochs == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        values = (getattr(report, name) for name in _FIELDS)
        self._rows[self._n_epochs] = [np.nan if value is None else value for value in values]
        self._n_epochs += 1

    def column(self, field: str) -> FloatArray:
        """Return a field of the reports of all epochs, shape (n_epochs,); NaN for None. A view."""
        return self._rows[: self._n_epochs, _FIELDS.index(field)]

    @property
    def epochs(self) -> FloatArray:
        """Numbers of the epochs, rising, shape (n_epochs,). A view."""
        return self.column("epoch")

    @property
    def n_planned(self) -> int:
        """Number of epochs the run was to have when its last epoch ended; 0 before."""
        return int(self.column("n_epochs")[-1]) if self._n_epochs else 0

    @property
    def best_index(self) -> int | None:
        """Index of the epoch with the lowest validation error; None without validation images."""
        best = np.flatnonzero(self.column("is_best"))
        return int(best[-1]) if len(best) else None

    def nearest_index(self, epoch: float, *, is_log: bool) -> int | None:
        """Return the index of the epoch drawn nearest to `epoch`, a position on the axis; None without epochs."""
        if self._n_epochs == 0:
            return None
        after = int(np.searchsorted(self.epochs, epoch))
        before = max(after - 1, 0)
        after = min(after, self._n_epochs - 1)
        first, second = float(self.epochs[before]), float(self.epochs[after])
        # Halfway on a logarithmic axis is the geometric mean.
        middle = (first * second) ** 0.5 if is_log else (first + second) / 2
        return before if epoch < middle else after


def csv_rows(histories: Sequence[LossHistory]) -> Iterator[list[str]]:
    """Yield the rows of a table of runs, names of columns first, numbers in full precision.

    What was not measured is an empty field.
    """
    yield ["run", *_FIELDS]
    for history in histories:
        columns = [history.column(name) for name in _FIELDS]
        for values in zip(*columns, strict=True):
            yield [history.label, *map(_csv_field, _FIELDS, map(float, values))]


def _csv_field(name: str, value: float) -> str:
    if isnan(value):
        return ""
    return str(int(value)) if name in _WHOLE_FIELDS else repr(value)
