"""Shows nothing itself: starts, pauses and ends training runs, and tells the views what happens in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from nnapp.display.terminal_command import train_command
from nnapp.display.wording import counted, percent, time_taken
from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.engine.trainer import Trainer
from nnapp.gui.job_board import JobBoard
from nnapp.gui.poller import Poller
from nnapp.gui.snapshot_plan import SnapshotPlan
from nnapp.gui.training_session import TrainingSession
from nnapp.gui.training_window import TrainingWindow
from nnapp.jobs import Ended, Paused, Snapshot, TrainingJob

__all__ = ["RunController", "RunState"]

RunState = Literal["idle", "running", "paused"]

_CHANGE_DELAY_MS = 700
"""How long a changed setting waits for the typing to go on: 12 epochs are typed by way of 1, which would end a run."""


class RunController:
    """One run at a time. Tk thread only.

    Parameters
    ----------
    session : TrainingSession
    window : TrainingWindow
    board : JobBoard
    on_state : callable ()
        Called when `state` has changed, or the network.
    on_progress : callable (float)
        Called with the share of the run that is done, 0…1.
    on_end : callable ()
        Called when a run has ended and the network holds the weights it keeps.
    """

    def __init__(
        self,
        session: TrainingSession,
        window: TrainingWindow,
        board: JobBoard,
        on_state: Callable[[], None],
        on_progress: Callable[[float], None],
        on_end: Callable[[], None],
    ) -> None:
        self._session = session
        self._window = window
        self._board = board
        self._on_state = on_state
        self._on_progress = on_progress
        self._on_end = on_end
        self._job: TrainingJob | None = None
        self._is_paused = False
        self._asked: Settings | None = None
        self._began_with: Settings | None = None
        self._changes = Poller(window.root, self._apply_changes, _CHANGE_DELAY_MS)
        self._seconds_per_epoch: float | None = None

    @property
    def state(self) -> RunState:
        """Whether a network is being trained."""
        if self._job is None:
            return "idle"
        return "paused" if self._is_paused else "running"

    @property
    def seconds_per_epoch(self) -> float | None:
        """Time of the last epoch of this network, None before the first."""
        return self._seconds_per_epoch

    def forget_speed(self) -> None:
        """Forget the time of an epoch, which was another network's."""
        self._seconds_per_epoch = None

    def start(self, *, steps: bool = False, plan: SnapshotPlan | None = None) -> None:
        """Start a run with the settings in the panel.

        Parameters
        ----------
        steps : bool
            Pause after the first epoch.
        plan : SnapshotPlan, optional
            When to save the network on the way.

        Raises
        ------
        NnappError
            If the run cannot start; nothing has changed then.
        """
        session, window = self._session, self._window
        wished = window.settings.read_settings()
        is_other = session.describes_other_network(wished)
        settings = session.settings_for_training(wished)
        is_new = session.is_untrained
        source = None if is_new else session.path
        is_repeatable = is_new or (source is not None and not session.is_changed)
        trainer = session.new_trainer(settings)
        if is_other:
            window.log.warning("The network stays the one that is there; choose Initialise for the one described.")
        assert session.dataset is not None
        assert session.network is not None
        sizes = "-".join(map(str, session.network.layer_sizes))
        window.log.info(f"Training {sizes} for {counted(settings.epochs, 'epoch')}.")
        if is_repeatable:
            command = train_command(
                settings,
                session.dataset.choice.command_options(),
                network=source,
                save=plan.base if plan else None,
                save_at=plan.epochs if plan else (),
            )
            window.log.info(f"The same on a terminal: {command}")
        else:
            window.log.info("To repeat this run on a terminal, the network it began with would have to be saved.")
        self._job = TrainingJob(
            trainer, session.saver_of_snapshots(plan) if plan else None, session.temperature_fitter()
        )
        self._is_paused = False
        self._asked = self._began_with = settings
        if steps:
            self._job.step()
        window.graph.start_run(f"{sizes}, {settings.optimizer}, learning rate {settings.learning_rate:g}")
        window.weights.show_network(session.network, session.dataset.image_shape)
        window.settings.set_running(True)
        self._board.start(self._job, self._on_message)
        self._on_state()

    def pause_or_resume(self) -> None:
        """Pause a run that goes on, or go on with one that is paused."""
        if self._job is None:
            return
        self._apply_changes()
        if self._is_paused:
            self._job.resume()
        else:
            self._job.pause()
        self._set_paused(not self._is_paused)

    def step(self) -> None:
        """Go on to the end of the epoch, then pause."""
        if self._job is not None:
            self._apply_changes()
            self._job.step()
            self._set_paused(False)

    def stop(self) -> None:
        """End the run; its end arrives like any other."""
        if self._job is not None:
            self._job.stop()
            self._window.progress.show_idle("Stopping…")

    def halt(self, timeout_s: float) -> bool:
        """End the run here and now, as `stop` does later; return whether its thread has ended in time."""
        return self._job is None or self._board.finish(self._job, timeout_s)

    def apply_changes(self) -> None:
        """Hand changed settings to the run once the typing pauses; they count from its next epoch."""
        self._changes.stop()
        if self._job is not None:
            self._changes.start()

    def ask_for_weights(self) -> None:
        """Have the weights shown anew soon, if the network is being trained."""
        if self._job is not None:
            self._job.ask_for_snapshot()

    def _apply_changes(self) -> None:
        self._changes.stop()
        if self._job is None or self._asked is None or not self._window.settings.is_valid:
            return
        wished = self._window.settings.read_settings()
        for name, setting in SETTINGS.items():
            value = getattr(wished, name)
            # Compared with what was asked for, because the job may not have come to it yet.
            if setting.while_running and value != getattr(self._asked, name):
                self._asked = self._asked.but(**{name: value})
                self._job.change(**{name: value})
                self._window.log.info(f"{setting.label} {setting.format(value)} from the next epoch on.")

    def _set_paused(self, is_paused: bool) -> None:
        self._is_paused = is_paused
        if is_paused:
            self._window.progress.show_paused()
        self._on_state()

    def _on_message(self, message: BatchReport | list[EpochReport] | Snapshot | Paused | Ended) -> None:
        if isinstance(message, Snapshot):
            self._window.weights.show_parameters(message.parameters)
        elif isinstance(message, Paused):
            self._set_paused(True)
        elif isinstance(message, Ended):
            self._end(message)
        elif isinstance(message, BatchReport):
            self._show_progress(message)
        else:
            self._show_progress(message[-1])
            self._show_epochs(message)

    def _show_progress(self, report: BatchReport | EpochReport) -> None:
        progress = self._window.progress
        progress.show_epoch(report)
        self._on_progress(progress.run_share)
        if self._is_paused:  # the report was on its way
            progress.show_paused()

    def _show_epochs(self, reports: list[EpochReport]) -> None:
        is_first = self._seconds_per_epoch is None
        self._seconds_per_epoch = reports[-1].seconds
        for report in reports:
            self._window.graph.add_epoch(report)
        self._window.log.detail(*map(_epoch_sentence, reports))
        if is_first:
            self._on_state()

    def _end(self, ended: Ended) -> None:
        session, window = self._session, self._window
        trainer = session.trainer
        self._job = None
        self._is_paused = False
        self._changes.stop()
        session.end_run()
        window.settings.set_running(False)
        window.graph.finish_run()
        if trainer is not None:
            window.weights.show_parameters(trainer.network.parameters.copy())
            self._tell_end(ended, trainer)
        self._on_state()
        self._on_end()

    def _tell_end(self, ended: Ended, trainer: Trainer) -> None:
        log = self._window.log
        seconds = sum(report.seconds for report in trainer.history)
        told = f"{counted(trainer.n_epochs_done, 'epoch')} in {time_taken(seconds)}"
        if ended.outcome == "failed":
            log.error(ended.sentence)
            if ended.details:
                log.detail(ended.details)
        elif ended.outcome == "stopped":
            log.info(f"Stopped on request after {told}; the command above would have gone on.")
        elif trainer.n_epochs_done < trainer.settings.epochs:
            log.info(f"Stopped early after {told}: the validation error no longer fell.")
        else:
            log.success(f"Trained {told}.")
            if self._asked != self._began_with:
                log.info("Settings were changed on the way, so the command above does not repeat this run.")
        best = trainer.best
        if best is not None and trainer.settings.keep == "best":
            log.info(
                f"The network is the one after epoch {best.epoch}, the best on the validation images "
                f"(error {percent(best.validation_error)})."
            )
        temperature = self._session.metadata.temperature
        if self._session.trainer is not None and temperature != 1:
            log.info(f"Its confidence was calibrated on the validation images: temperature {temperature:g}.")


def _epoch_sentence(report: EpochReport) -> str:
    sentence = f"epoch {report.epoch}: training loss {report.training_loss:.4g}"
    if report.validation_loss is not None:
        sentence += f", validation loss {report.validation_loss:.4g}, error {percent(report.validation_error)}"
    return sentence + (", best so far" if report.is_best else "")
