"""Which weights the network holds when a run has ended, however it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.evaluation import evaluate
from nnapp.engine.reports import EpochReport
from nnapp.engine.trainer import Trainer

Data = tuple[NDArray[Any], NDArray[Any]]


@pytest.fixture
def wavering(new_trainer: Any, noise: Data) -> Callable[..., Trainer]:
    """Return a function that returns a trainer whose best epoch is not its last."""
    return lambda **chosen: new_trainer(noise, every_batch=True, **{"epochs": 12, "learning_rate": 0.05} | chosen)


def run_until(trainer: Trainer, epoch: int, batch: int) -> tuple[Any, dict[int, NDArray[Any]]]:
    """Run to a batch of an epoch; return the generator and the parameters after each finished epoch."""
    after: dict[int, NDArray[Any]] = {}
    reports = trainer.run()
    for report in reports:
        if isinstance(report, EpochReport):
            after[report.epoch] = trainer.network.parameters.copy()
        elif (report.epoch, report.batch) == (epoch, batch):
            break
    return reports, after


def test_best_weights_are_restored_at_the_end(noise: Data, wavering: Any) -> None:
    trainer = wavering()

    _, after = run_until(trainer, epoch=99, batch=0)

    assert trainer.best is not None
    assert trainer.best.epoch < 12
    np.testing.assert_array_equal(trainer.network.parameters, after[trainer.best.epoch])
    held_out = trainer.validation_indices
    images, labels = noise
    assert evaluate(trainer.network, images[held_out], labels[held_out]).error == trainer.best.validation_error


def test_best_weights_are_restored_when_the_generator_is_closed(wavering: Any) -> None:
    trainer = wavering()
    reports, after = run_until(trainer, epoch=11, batch=3)
    assert trainer.best is not None
    assert not np.array_equal(trainer.network.parameters, after[trainer.best.epoch])
    assert trainer.network_epoch == 10

    reports.close()

    np.testing.assert_array_equal(trainer.network.parameters, after[trainer.best.epoch])
    assert trainer.network_epoch == trainer.best.epoch < 10


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_best_weights_are_restored_when_an_error_ends_the_run(error: type[BaseException], wavering: Any) -> None:
    trainer = wavering()
    reports, after = run_until(trainer, epoch=11, batch=3)

    with pytest.raises(error):
        reports.throw(error())

    assert trainer.best is not None
    np.testing.assert_array_equal(trainer.network.parameters, after[trainer.best.epoch])


def test_last_weights_are_kept_if_asked_for(wavering: Any) -> None:
    trainer = wavering(keep="last")

    _, after = run_until(trainer, epoch=99, batch=0)

    assert trainer.best is not None
    assert trainer.best.epoch < trainer.network_epoch == 12
    np.testing.assert_array_equal(trainer.network.parameters, after[12])


def test_stopped_in_the_first_epoch_it_is_the_last_weights(wavering: Any) -> None:
    trainer = wavering()
    reports, _ = run_until(trainer, epoch=1, batch=3)
    now = trainer.network.parameters.copy()

    reports.close()

    np.testing.assert_array_equal(trainer.network.parameters, now)


def test_without_validation_it_is_the_last_weights(wavering: Any) -> None:
    trainer = wavering(validation_fraction=0)

    _, after = run_until(trainer, epoch=99, batch=0)

    np.testing.assert_array_equal(trainer.network.parameters, after[12])
