"""What a terminal shows while a network trains: a bar, and a table that grows by one line an epoch."""

from __future__ import annotations

from types import TracebackType

from tqdm import tqdm

from nnapp.cli.console import print_json, printable
from nnapp.display.wording import percent
from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.engine.trainer import Trainer
from nnapp.storage.datasets import Dataset

__all__ = ["TrainingProgress"]

_MOST_LINES = 60
"""Longest table; longer runs show every second, fifth, … epoch."""


class TrainingProgress:
    """Shows the reports of one run. A context manager, so that the bar is closed however the run ends.

    Parameters
    ----------
    trainer : Trainer
        The run.
    dataset : Dataset
        For the head line.
    as_json : bool
        One JSON object per epoch instead of bar and table.
    """

    def __init__(self, trainer: Trainer, dataset: Dataset, *, as_json: bool) -> None:
        self._trainer = trainer
        self._as_json = as_json
        self._epochs_per_line = max(1, -(-trainer.settings.epochs // _MOST_LINES))
        self._bar: tqdm | None = None
        if not as_json:
            self._print_head(dataset)

    def __enter__(self) -> TrainingProgress:
        settings = self._trainer.settings
        n_images = settings.images_per_epoch or len(self._trainer.training_indices)
        if not self._as_json:
            # disable=None: no bar where stderr is no terminal.
            self._bar = tqdm(
                total=settings.epochs * n_images,
                initial=self._trainer.n_epochs_done * n_images,
                unit=" images",
                unit_scale=True,
                disable=None,
                leave=False,
            )
        self._n_images = n_images
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    @property
    def outcome(self) -> str:
        """How a run that was not interrupted ended."""
        return "stopped early" if self._trainer.n_epochs_done < self._trainer.settings.epochs else "finished"

    def show(self, report: BatchReport | EpochReport) -> None:
        """Show one report of the run."""
        if isinstance(report, BatchReport):
            self._advance((report.epoch - 1) * self._n_images + report.images, report)
        elif self._as_json:
            print_json(_epoch_record(report))
        else:
            self._advance(report.epoch * self._n_images, report)
            if report.epoch % self._epochs_per_line == 0 or report.epoch in (1, report.n_epochs):
                tqdm.write(_table_line(report))

    def _advance(self, n_images_done: int, report: BatchReport | EpochReport) -> None:
        if self._bar is not None:
            self._bar.set_description(f"epoch {report.epoch} of {report.n_epochs}", refresh=False)
            self._bar.set_postfix_str(f"loss {report.training_loss:.4f}", refresh=False)
            self._bar.update(n_images_done - self._bar.n)

    def _print_head(self, dataset: Dataset) -> None:
        network, settings = self._trainer.network, self._trainer.settings
        sizes = "-".join(map(str, network.layer_sizes))
        print(f"{sizes}: {network.n_parameters:,} parameters, {', '.join(network.activation_names)}; {settings.loss}")
        print(
            f"{printable(dataset.name)}: {len(self._trainer.training_indices):,} training, "
            f"{len(self._trainer.validation_indices):,} validation and {len(dataset.test_images):,} test images; "
            f"{settings.optimizer}, learning rate {settings.learning_rate:g}, seed {settings.seed}\n"
        )
        print(
            f"{'epoch':>7}{'training loss':>16}{'validation loss':>18}{'validation error':>19}"
            f"{'images/s':>12}{'seconds':>10}"
        )


def _table_line(report: EpochReport) -> str:
    validation_loss = "–" if report.validation_loss is None else f"{report.validation_loss:.4f}"
    return (
        f"{report.epoch:>7}{report.training_loss:>16.4f}{validation_loss:>18}{percent(report.validation_error):>19}"
        f"{report.images_per_second:>12,.0f}{report.seconds:>10.2f}{'  best' if report.is_best else ''}"
    )


def _epoch_record(report: EpochReport) -> dict[str, float | int | bool | None]:
    return {
        "epoch": report.epoch,
        "training_loss": report.training_loss,
        "validation_loss": report.validation_loss,
        "validation_error": report.validation_error,
        "learning_rate": report.learning_rate,
        "is_best": report.is_best,
        "seconds": report.seconds,
        "images_per_second": report.images_per_second,
    }
