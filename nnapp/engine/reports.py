"""What a training run says about itself, and what it can be continued from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nnapp.engine.arrays import FloatArray
from nnapp.engine.settings import Settings

__all__ = ["BatchReport", "EpochReport", "TrainerState"]


@dataclass(frozen=True)
class BatchReport:
    """Progress within an epoch.

    Attributes
    ----------
    epoch, n_epochs : int
        Present epoch, counted from 1, and number of epochs of the run.
    batch, n_batches : int
        Batches done in this epoch, and batches in an epoch.
    images, n_images : int
        Images done in this epoch, and images in an epoch.
    training_loss : float
        Mean loss over the images of this epoch so far.
    images_per_second : float
        Speed in this epoch so far.
    """

    epoch: int
    n_epochs: int
    batch: int
    n_batches: int
    images: int
    n_images: int
    training_loss: float
    images_per_second: float


@dataclass(frozen=True)
class EpochReport:
    """A finished epoch.

    Attributes
    ----------
    epoch, n_epochs : int
        The epoch, counted from 1, and number of epochs of the run.
    training_loss : float
        Mean loss over the epoch's images, each taken when its batch came up, without the
        regularisation terms.
    validation_loss : float or None
        Mean loss over the validation images after the epoch; None if there are none.
    validation_error : float or None
        Share of the validation images classified wrongly after the epoch, 0…1.
    learning_rate : float
        The rate of this epoch.
    is_best : bool
        Whether the validation error is the lowest so far (of equal ones, the one with the lower loss).
    seconds : float
        Time the epoch took, with its validation and without pauses; of a resumed epoch, the part since then.
    images_per_second : float
        Training images over the time their batches took.
    """

    epoch: int
    n_epochs: int
    training_loss: float
    validation_loss: float | None
    validation_error: float | None
    learning_rate: float
    is_best: bool
    seconds: float
    images_per_second: float


@dataclass(frozen=True, eq=False)
class TrainerState:
    """Everything a run can be continued from with the same bits, between any two batches.

    Attributes
    ----------
    settings : Settings
    parameters : array (n_parameters,)
        The last weights, which need not be the ones the network keeps.
    best_parameters : array (n_parameters,) or None
        The weights of the best epoch so far.
    optimizer_memory : dict of str to array (n_parameters,)
    n_updates : int
        Updates the optimizer has made.
    batch : int
        Batches done of the present epoch; 0 between epochs.
    loss_sum : float
        Sum of the losses of the images of the present epoch so far.
    learning_rate : float
        The rate of the present epoch.
    dropout_state : dict or None
        State of the generator that drives dropout in the present epoch, in NumPy's own form; None between
        epochs, since each epoch starts a generator of its own.
    history : tuple of EpochReport
        All finished epochs.
    """

    settings: Settings
    parameters: FloatArray
    best_parameters: FloatArray | None
    optimizer_memory: dict[str, FloatArray]
    n_updates: int
    batch: int
    loss_sum: float
    learning_rate: float
    dropout_state: dict[str, Any] | None
    history: tuple[EpochReport, ...]
