"""Settings that change on the way: the learning rate by its schedule, and what a person may change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.reports import EpochReport
from nnapp.errors import SettingError

Data = tuple[NDArray[Any], NDArray[Any]]


@pytest.mark.parametrize(
    ("chosen", "rates"),
    [
        ({"schedule": "constant"}, [0.8, 0.8, 0.8, 0.8]),
        ({"schedule": "step", "schedule_epochs": 2, "schedule_factor": 0.25}, [0.8, 0.8, 0.2, 0.2]),
        ({"schedule": "exponential", "schedule_factor": 0.5}, [0.8, 0.4, 0.2, 0.1]),
        # Half the rate while warming up, then (1 + cos πt) / 2 at t = 0, ⅓, ⅔.
        ({"schedule": "cosine", "warmup_epochs": 1}, [0.4, 0.8, 0.6, 0.2]),
    ],
)
def test_rates_of_schedules_by_arithmetic(
    chosen: dict[str, Any], rates: list[float], blobs: Data, new_trainer: Any, epochs_of: Any
) -> None:
    trainer = new_trainer(blobs, learning_rate=0.8, optimizer="sgd", epochs=4, **chosen)

    assert [report.learning_rate for report in epochs_of(trainer)] == pytest.approx(rates, rel=1e-12)


@pytest.mark.parametrize("validation_fraction", [0, 0.2])
def test_plateau_watches_the_validation_loss_else_the_training_loss(
    validation_fraction: float, new_trainer: Any, epochs_of: Any, noise: Data
) -> None:
    trainer = new_trainer(
        noise,
        schedule="plateau",
        schedule_epochs=1,
        schedule_factor=0.5,
        learning_rate=0.3,
        epochs=12,
        validation_fraction=validation_fraction,
    )

    reports = epochs_of(trainer)

    losses = [r.training_loss if r.validation_loss is None else r.validation_loss for r in reports]
    expected = [0.3]
    for epoch in range(1, 12):
        improved = losses[epoch - 1] < min(losses[: epoch - 1], default=float("inf"))
        expected.append(expected[-1] * (1 if improved else 0.5))
    assert [report.learning_rate for report in reports] == pytest.approx(expected, rel=1e-12)
    assert len(set(expected)) > 2


def test_rate_of_the_report_is_the_one_used(blobs: Data, new_trainer: Any) -> None:
    """Full-batch SGD moves the parameters by η g; at half the rate, by half as much."""

    def second_step(schedule: str) -> NDArray[Any]:
        trainer = new_trainer(
            blobs,
            np.float64,
            schedule=schedule,
            schedule_factor=0.5,
            optimizer="sgd",
            learning_rate=0.1,
            batch_size=0,
            epochs=2,
            keep="last",
        )
        reports = trainer.run()
        next(reports)
        after_one = trainer.network.parameters.copy()
        next(reports)
        step: NDArray[Any] = trainer.network.parameters - after_one
        return step

    np.testing.assert_allclose(second_step("exponential"), second_step("constant") / 2, rtol=1e-9)


def test_change_takes_effect_in_the_next_epoch(blobs: Data, new_trainer: Any) -> None:
    trainer = new_trainer(blobs, every_batch=True, epochs=3, learning_rate=0.01)
    rates, lengths = [], []

    for report in trainer.run():
        if isinstance(report, EpochReport):
            rates.append(report.learning_rate)
            lengths.append(report.n_epochs)
        elif (report.epoch, report.batch) == (2, 4):
            trainer.change(learning_rate=0.5, epochs=4)

    assert rates == [0.01, 0.01, 0.5, 0.5]
    assert lengths == [3, 4, 4, 4]


def test_epochs_may_be_added_after_the_end(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    whole = new_trainer(blobs, epochs=5)
    epochs_of(whole)
    trainer = new_trainer(blobs, epochs=2)
    epochs_of(trainer)
    assert trainer.is_finished

    trainer.change(epochs=5)

    assert not trainer.is_finished
    assert [report.epoch for report in epochs_of(trainer)] == [3, 4, 5]
    assert trainer.network.parameters.tobytes() == whole.network.parameters.tobytes()


def test_fewer_epochs_end_the_run(blobs: Data, new_trainer: Any) -> None:
    trainer = new_trainer(blobs, epochs=10)
    reports = trainer.run()
    next(reports)
    trainer.change(epochs=1)

    assert list(reports) == []
    assert trainer.n_epochs_done == 1


def test_other_settings_cannot_be_changed(blobs: Data, new_trainer: Any) -> None:
    trainer = new_trainer(blobs)
    before = trainer.settings

    with pytest.raises(SettingError, match=r"^Mini-batch size cannot be changed during a run\.$") as caught:
        trainer.change(learning_rate=0.5, batch_size=5)

    assert caught.value.setting == "batch_size"
    assert trainer.settings == before


def test_wrong_value_is_refused_and_changes_nothing(blobs: Data, new_trainer: Any) -> None:
    trainer = new_trainer(blobs)
    before = trainer.settings

    with pytest.raises(SettingError, match="Learning rate must be a number greater than 0"):
        trainer.change(epochs=7, learning_rate=-1)

    assert trainer.settings == before
