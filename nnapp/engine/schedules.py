"""Learning rate schedules: what the learning rate is multiplied by in each epoch.

Each is a pure function of the epoch and of the losses so far, so a resumed run needs no more than its
history to continue with the same rates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, pi

__all__ = ["SCHEDULES", "Schedule", "ScheduleOptions"]


@dataclass(frozen=True)
class ScheduleOptions:
    """The numbers that shape a schedule.

    Attributes
    ----------
    n_epochs : int
        Length of the run.
    step_epochs : int
        Epochs between two steps, or the patience of the plateau schedule; at least 1.
    factor : float
        What each step multiplies the rate by, 0 < factor ≤ 1.
    warmup_epochs : int
        Epochs of linear rise before the cosine.
    """

    n_epochs: int
    step_epochs: int = 5
    factor: float = 0.5
    warmup_epochs: int = 0


@dataclass(frozen=True)
class Schedule:
    """One schedule.

    Attributes
    ----------
    name : str
        Its key in `SCHEDULES`, and the word for it on the command line.
    multiplier : callable (epoch, losses, options) -> float
        Factor on the learning rate in `epoch` (counted from 0), given the validation losses (training
        losses where there are none) of all earlier epochs.
    formula : str
        The rule, for people.
    """

    name: str
    multiplier: Callable[[int, Sequence[float], ScheduleOptions], float]
    formula: str


def _constant(epoch: int, losses: Sequence[float], options: ScheduleOptions) -> float:
    return 1.0


def _step(epoch: int, losses: Sequence[float], options: ScheduleOptions) -> float:
    return float(options.factor ** (epoch // options.step_epochs))


def _exponential(epoch: int, losses: Sequence[float], options: ScheduleOptions) -> float:
    return float(options.factor**epoch)


def _cosine(epoch: int, losses: Sequence[float], options: ScheduleOptions) -> float:
    # Loshchilov and Hutter 2017, equation 5, with lowest rate 0; never reaching it, since an epoch at
    # rate 0 would be wasted.
    if epoch < options.warmup_epochs:
        return (epoch + 1) / (options.warmup_epochs + 1)
    length = max(1, options.n_epochs - options.warmup_epochs)
    progress = min(1.0, (epoch - options.warmup_epochs) / length)
    return (1 + cos(pi * progress)) / 2


def _plateau(epoch: int, losses: Sequence[float], options: ScheduleOptions) -> float:
    multiplier = 1.0
    best = float("inf")
    waited = 0
    for loss in losses[:epoch]:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited == options.step_epochs:
            multiplier *= options.factor
            waited = 0
    return multiplier


SCHEDULES: dict[str, Schedule] = {
    schedule.name: schedule
    for schedule in (
        Schedule("constant", _constant, "η"),
        Schedule("step", _step, "η · factor every few epochs"),
        Schedule("exponential", _exponential, "η · factor ^ epoch"),
        Schedule("cosine", _cosine, "linear warm-up, then η (1 + cos(π · progress)) / 2"),
        Schedule("plateau", _plateau, "η · factor whenever the loss has not improved for a while"),
    )
}
"""All schedules by name."""
