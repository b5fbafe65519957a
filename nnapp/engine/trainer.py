"""Training: a generator of reports that a terminal, a window or a test pulls along."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray, IntArray, as_inputs
from nnapp.engine.backpropagation import Backpropagation
from nnapp.engine.batches import BatchLoader
from nnapp.engine.evaluation import check_labels, evaluate
from nnapp.engine.losses import LOSSES
from nnapp.engine.network import Network
from nnapp.engine.optimizers import OPTIMIZERS, stretches
from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.regularization import add_penalty_gradients, clip_gradient, decay_weights
from nnapp.engine.reports import BatchReport, EpochReport, TrainerState
from nnapp.engine.schedules import SCHEDULES, ScheduleOptions
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.engine.splits import split_for_training
from nnapp.errors import DivergenceError, NetworkError, SettingError

__all__ = ["Trainer"]


class Trainer:
    """Trains a network on images, epoch by epoch.

    Nothing runs until `run` is iterated, and nothing goes on when it is not: not asking for the next
    report is a pause, closing the generator a stop. Calling `run` again continues.

    Parameters
    ----------
    network : Network
        Changed in place.
    images : array (n_images, …)
        Pixels as bytes, or values 0…1; neither copied nor changed.
    labels : array (n_images,) of int
        Class of each image.
    settings : Settings
        Its optimizer, loss, sizes and so on; what describes a new network is not looked at.
    state : TrainerState, optional
        Continue this run instead of starting one. The network takes over its last weights.
    clock : callable () -> float
        Seconds that only go up, for the speeds in the reports.
    report_interval_s : float
        Seconds between two batch reports, at least.

    Attributes
    ----------
    history : list of EpochReport
        All finished epochs.
    training_indices, validation_indices : array of int
        Which images are learnt from, and which are held out.

    Raises
    ------
    SettingError, NetworkError
        If settings, images, labels and network do not fit each other.
    """

    def __init__(
        self,
        network: Network,
        images: NDArray[Any],
        labels: IntArray,
        settings: Settings,
        *,
        state: TrainerState | None = None,
        clock: Callable[[], float] = time.perf_counter,
        report_interval_s: float = 0.1,
    ) -> None:
        if network.n_outputs < 2:
            raise NetworkError("A network that classifies must have at least 2 outputs; got 1.")
        as_inputs(images[:1], network.n_inputs)
        check_labels(labels, len(images), network.n_outputs)
        self.network = network
        self.settings = settings
        self.history: list[EpochReport] = []
        self.training_indices, self.validation_indices = split_for_training(labels, settings)
        self._images_per_epoch = settings.images_per_epoch or len(self.training_indices)
        self._clock = clock
        self._report_interval_s = report_interval_s
        self._validation_images = images[self.validation_indices]
        self._validation_labels = labels[self.validation_indices]
        self._dropout_rng = random_stream(settings.seed, Purpose.DROPOUT)
        self._backpropagation = Backpropagation(network, LOSSES[settings.loss], self._dropout_rng)
        self._optimizer = OPTIMIZERS[settings.optimizer](network.parameters, settings.momentum)
        self._loader = BatchLoader(
            images,
            labels,
            network.n_inputs,
            network.n_outputs,
            settings.batch_size or self._images_per_epoch,
            network.dtype,
            settings.augmentation,
            settings.label_smoothing,
        )
        self._batch = 0
        self._loss_sum = 0.0
        self._learning_rate = settings.learning_rate
        self._best_parameters: FloatArray | None = None
        # While the network holds the best weights after a run, the last ones wait here.
        self._last_parameters: FloatArray | None = None
        self._best: EpochReport | None = None
        if state is not None:
            self._check_state(state)
            self._restore(state)
            self._best_parameters = None if state.best_parameters is None else state.best_parameters.copy()
            for name, vector in state.optimizer_memory.items():
                self._optimizer.memory[name][:] = vector
            self._optimizer.n_updates = state.n_updates
            self.history = list(state.history)
            self._best = next((report for report in reversed(self.history) if report.is_best), None)
        self._good = self._good_state()

    @property
    def n_epochs_done(self) -> int:
        """Number of finished epochs."""
        return len(self.history)

    @property
    def best(self) -> EpochReport | None:
        """The epoch with the lowest validation error so far."""
        return self._best

    @property
    def network_epoch(self) -> int:
        """The epoch whose weights the network holds: the best one after a run, if it is kept, else the last."""
        best = self.best
        return self.n_epochs_done if self._last_parameters is None or best is None else best.epoch

    @property
    def stops_early(self) -> bool:
        """Whether early stopping has ended, or would end, the run here."""
        best = self.best
        return bool(self.settings.early_stopping and best) and (
            self.n_epochs_done - (best.epoch if best else 0) >= self.settings.early_stopping
        )

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing left to run."""
        return self.stops_early or self.n_epochs_done >= self.settings.epochs

    def change(self, **settings: Any) -> None:
        """Change the learning rate or the number of epochs, from the next epoch on.

        Raises
        ------
        SettingError
            If a value is not allowed, or the setting is fixed during a run.
        """
        for name in settings:
            if not SETTINGS[name].while_running:
                raise _fixed_setting_error(name)
        self.settings = self.settings.but(**settings)

    def run(self) -> Generator[BatchReport | EpochReport, None, None]:
        """Train until the last epoch or early stopping, yielding reports on the way.

        However the generator ends, the network holds the weights that `Settings.keep` asks for:
        those of the best epoch, if there are validation images and an epoch was finished, or the last.

        Raises
        ------
        DivergenceError
            If the loss or a weight is not finite. The run is then back at the end of its last good epoch, from
            where it can be continued with a smaller learning rate; the optimizer begins anew there, since a copy of
            its memory would take as much again as the network and its gradient.
        """
        if self._last_parameters is not None:
            self.network.parameters[:] = self._last_parameters
            self._last_parameters = None
        try:
            while not self.is_finished:
                yield from self._run_epoch()
        finally:
            if self.settings.keep == "best" and self._best_parameters is not None:
                self._last_parameters = self.network.parameters.copy()
                self.network.parameters[:] = self._best_parameters

    def state(self) -> TrainerState:
        """Return a copy of all that the run can be continued from; call it only between reports."""
        last = self.network.parameters if self._last_parameters is None else self._last_parameters
        return TrainerState(
            settings=self.settings,
            parameters=last.copy(),
            best_parameters=None if self._best_parameters is None else self._best_parameters.copy(),
            optimizer_memory={name: vector.copy() for name, vector in self._optimizer.memory.items()},
            n_updates=self._optimizer.n_updates,
            batch=self._batch,
            loss_sum=self._loss_sum,
            learning_rate=self._learning_rate,
            dropout_state=self._dropout_state(),
            history=tuple(self.history),
        )

    def _dropout_state(self) -> dict[str, Any] | None:
        return dict(self._dropout_rng.bit_generator.state) if self._batch else None

    def _good_state(self) -> _GoodState:
        """Return what a run that diverges goes back to; the weights are those of the best epoch if it is this one."""
        is_best = self._best is not None and self._batch == 0 and self._best.epoch == self.n_epochs_done
        parameters = self._best_parameters if is_best else None
        return _GoodState(
            self.network.parameters.copy() if parameters is None else parameters,
            self._batch,
            self._loss_sum,
            self._learning_rate,
            self._dropout_state(),
        )

    def _check_state(self, state: TrainerState) -> None:
        """Refuse the state of another network, or of a run with other settings than may change during one."""
        for name, setting in SETTINGS.items():
            if not setting.while_running and getattr(state.settings, name) != getattr(self.settings, name):
                raise _fixed_setting_error(name)
        n_parameters = self.network.n_parameters
        for vector in (state.parameters, *state.optimizer_memory.values()):
            if len(vector) != n_parameters:
                raise NetworkError(
                    f"The state of a run must be of a network of {n_parameters:,} parameters; got {len(vector):,}."
                )

    def _restore(self, state: TrainerState | _GoodState) -> None:
        """Take over where a run was, all but the optimizer's memory and what belongs to finished epochs."""
        self.network.parameters[:] = state.parameters
        self._batch = state.batch
        self._loss_sum = state.loss_sum
        self._learning_rate = state.learning_rate
        if state.dropout_state is not None:
            self._dropout_rng.bit_generator.state = state.dropout_state

    def _run_epoch(self) -> Iterator[BatchReport | EpochReport]:
        started = reported = self._clock()
        order = self._epoch_order()
        n_batches = self._loader.n_batches(len(order))
        n_images_done = first_image = min(self._batch * self._loader.batch_size, len(order))
        if self._batch == 0:
            self._learning_rate = self._scheduled_learning_rate()
            fresh = random_stream(self.settings.seed, Purpose.DROPOUT, self.n_epochs_done)
            self._dropout_rng.bit_generator.state = fresh.bit_generator.state
        rng_of = partial(random_stream, self.settings.seed, Purpose.AUGMENTATION, self.n_epochs_done)
        for n_images, pieces in self._loader.epoch(order, self._batch, rng_of):
            self._train_batch(n_images, pieces)
            n_images_done += n_images
            now = self._clock()
            if now - reported >= self._report_interval_s and self._batch < n_batches:
                self._check_weights()
                yield BatchReport(
                    epoch=self.n_epochs_done + 1,
                    n_epochs=self.settings.epochs,
                    batch=self._batch,
                    n_batches=n_batches,
                    images=n_images_done,
                    n_images=len(order),
                    training_loss=self._loss_sum / n_images_done,
                    images_per_second=(n_images_done - first_image) / max(now - started, 1e-9),
                )
                reported = self._clock()
                started += reported - now  # a pause is no part of the time that training takes
        self._check_weights()
        yield self._finish_epoch(started, len(order), len(order) - first_image)

    def _train_batch(self, n_images: int, pieces: Iterator[tuple[FloatArray, FloatArray]]) -> None:
        """Make one update from one batch."""
        gradient = self._backpropagation.gradient
        total: FloatArray | None = None
        loss_sum = 0.0
        # A diverging run overflows on its way; it is reported by `_diverge`, once and in words.
        with np.errstate(over="ignore", invalid="ignore"):
            for inputs, targets in pieces:
                loss_sum += self._backpropagation.run(inputs, targets, n_images)
                if n_images > len(inputs):
                    total = gradient.copy() if total is None else np.add(total, gradient, out=total)
            if not isfinite(loss_sum):
                self._batch += 1
                self._diverge()
            if total is not None:
                gradient[:] = total
            self._update(gradient, self._learning_rate)
        self._loss_sum += loss_sum
        self._batch += 1

    def _update(self, gradient: FloatArray, learning_rate: float) -> None:
        """Regularise the gradient and step down it."""
        settings = self.settings
        l2 = settings.l2
        if l2 and self._optimizer.decouples_weight_decay:
            decay_weights(self.network, learning_rate * l2)
            l2 = 0.0
        if l2 or settings.l1:
            add_penalty_gradients(self.network, gradient, settings.l1, l2)
        if settings.gradient_clip:
            clip_gradient(gradient, settings.gradient_clip)
        self._optimizer.update(gradient, learning_rate)

    def _finish_epoch(self, started: float, n_images: int, n_images_now: int) -> EpochReport:
        """Validate, note the epoch in the history and return its report."""
        trained = self._clock()
        validation_loss = validation_error = None
        if len(self._validation_images):
            # Weights may still be finite that are too large to compute with.
            with np.errstate(over="ignore", invalid="ignore"):
                result = evaluate(
                    self.network, self._validation_images, self._validation_labels, loss=self.settings.loss
                )
            if not isfinite(result.loss):
                self._diverge()
            validation_loss, validation_error = result.loss, result.error
        is_best = self._is_best(validation_loss, validation_error)
        report = EpochReport(
            epoch=self.n_epochs_done + 1,
            n_epochs=self.settings.epochs,
            training_loss=self._loss_sum / n_images,
            validation_loss=validation_loss,
            validation_error=validation_error,
            learning_rate=self._learning_rate,
            is_best=is_best,
            seconds=self._clock() - started,
            images_per_second=n_images_now / max(trained - started, 1e-9),
        )
        if is_best:
            self._best = report
            self._best_parameters = self.network.parameters.copy()
        self.history.append(report)
        self._batch = 0
        self._loss_sum = 0.0
        self._good = self._good_state()
        return report

    def _is_best(self, validation_loss: float | None, validation_error: float | None) -> bool:
        best = self.best
        if validation_loss is None or validation_error is None:
            return False
        if best is None or best.validation_error is None or best.validation_loss is None:
            return True
        return (validation_error, validation_loss) < (best.validation_error, best.validation_loss)

    def _epoch_order(self) -> IntArray:
        """Return the indices of the images of the present epoch, in order."""
        if self._loader.batch_size == len(self.training_indices):
            return self.training_indices  # a full batch is the same sum in any order
        rng = random_stream(self.settings.seed, Purpose.SHUFFLE, self.n_epochs_done)
        return rng.permutation(self.training_indices)[: self._images_per_epoch]

    def _scheduled_learning_rate(self) -> float:
        settings = self.settings
        options = ScheduleOptions(
            n_epochs=settings.epochs,
            step_epochs=settings.schedule_epochs,
            factor=settings.schedule_factor,
            warmup_epochs=settings.warmup_epochs,
        )
        losses = [r.training_loss if r.validation_loss is None else r.validation_loss for r in self.history]
        return settings.learning_rate * SCHEDULES[settings.schedule].multiplier(self.n_epochs_done, losses, options)

    def _check_weights(self) -> None:
        parameters = self.network.parameters
        if not all(np.isfinite(parameters[stretch]).all() for stretch in stretches(parameters)):
            self._diverge()

    def _diverge(self) -> NoReturn:
        """Go back to the last good state and raise."""
        error = DivergenceError(self.n_epochs_done + 1, self._batch, self._learning_rate)
        self._restore(self._good)
        self._optimizer.forget()
        raise error


@dataclass(frozen=True, eq=False)
class _GoodState:
    """Where a run was when its weights were last known to be finite; fields as of `TrainerState`."""

    parameters: FloatArray
    batch: int
    loss_sum: float
    learning_rate: float
    dropout_state: dict[str, Any] | None


def _fixed_setting_error(name: str) -> SettingError:
    return SettingError(f"{SETTINGS[name].label} cannot be changed during a run.", name)
