"""Training that diverges: noticed wherever it happens, told in one sentence, and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.layers import Dense
from nnapp.engine.network import Network
from nnapp.engine.optimizers import OPTIMIZERS
from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import DivergenceError, NnappError

Data = tuple[NDArray[Any], NDArray[Any]]

# Linear outputs grow without bound where softmax's cannot.
LINEAR = Settings(
    hidden=(8,),
    output="linear",
    loss="squared-error",
    optimizer="sgd",
    learning_rate=0.001,
    batch_size=10,
    epochs=4,
    keep="last",
)


def begun(data: Data, settings: Settings) -> Trainer:
    return Trainer(settings.new_network(12, 3), *data, settings, report_interval_s=0)


def diverged(trainer: Trainer) -> tuple[DivergenceError, int]:
    """Run until training diverges; return the error and the number of reports before it."""
    n_reports = 0
    try:
        for _ in trainer.run():
            assert np.isfinite(trainer.network.parameters).all()
            n_reports += 1
    except DivergenceError as error:
        return error, n_reports
    pytest.fail("the run did not diverge")


def run_epochs(trainer: Trainer, n_epochs: int) -> None:
    for report in trainer.run():
        if isinstance(report, EpochReport) and report.epoch == n_epochs:
            return


def test_error_names_epoch_batch_and_learning_rate(blobs: Data) -> None:
    trainer = begun(blobs, LINEAR)
    run_epochs(trainer, 2)
    trainer.change(learning_rate=1000.0)

    error, n_reports = diverged(trainer)

    # Every batch that went well was reported.
    assert 0 < n_reports < 11
    assert (error.epoch, error.batch, error.learning_rate) == (3, n_reports + 1, 1000.0)
    assert isinstance(error, NnappError)
    assert str(error) == (
        f"Training diverged: the loss or a weight is no longer a finite number in epoch 3, batch {n_reports + 1}, "
        "at learning rate 1000; try a smaller learning rate. The last good weights are kept."
    )


def test_it_is_noticed_in_the_same_epoch_without_reports(blobs: Data) -> None:
    settings = LINEAR.but(learning_rate=1000.0)
    reporting = begun(blobs, settings)
    silent = Trainer(settings.new_network(12, 3), *blobs, settings, report_interval_s=1e9)

    (first, _), (second, n_reports) = diverged(reporting), diverged(silent)

    # A loss tells one batch later of weights that a report would have told of.
    assert n_reports == 0
    assert second.epoch == first.epoch == 1
    assert first.batch <= second.batch <= first.batch + 1 < 11


@pytest.mark.parametrize("keep", ["best", "last"])
def test_last_good_weights_are_kept(keep: str, blobs: Data) -> None:
    trainer = begun(blobs, LINEAR.but(keep=keep))
    run_epochs(trainer, 2)
    # The second epoch is the better one, so best and last are the same.
    assert trainer.best is not None
    assert trainer.best.epoch == 2
    good = trainer.network.parameters.copy()
    trainer.change(learning_rate=1000.0)

    diverged(trainer)

    np.testing.assert_array_equal(trainer.network.parameters, good)


def test_best_weights_are_kept_if_they_are_better_than_the_last_good_ones() -> None:
    rng = np.random.default_rng(1)
    settings = LINEAR.but(keep="best", learning_rate=0.05, epochs=50)
    trainer = Trainer(settings.new_network(12, 3), rng.random((150, 12)), rng.integers(0, 3, 150), settings)
    best = last = trainer.network.parameters
    for report in trainer.run():
        last = trainer.network.parameters.copy()
        assert isinstance(report, EpochReport)
        best = last if report.is_best else best
        if report.epoch > 10 and not report.is_best:
            trainer.change(learning_rate=1000.0)
            break
    assert not np.array_equal(best, last)

    diverged(trainer)

    np.testing.assert_array_equal(trainer.network.parameters, best)
    np.testing.assert_array_equal(trainer.state().parameters, last)


def test_in_the_first_epoch_the_first_weights_are_good(blobs: Data) -> None:
    trainer = begun(blobs, LINEAR.but(learning_rate=1000.0))
    first = trainer.network.parameters.copy()

    assert diverged(trainer)[0].epoch == 1

    np.testing.assert_array_equal(trainer.network.parameters, first)
    assert trainer.history == []


def exploding(n_images: int, batch_size: int) -> Trainer:
    """Return a trainer whose first loss is finite and whose first step makes weights infinite.

    With x = 10¹⁹ and w = 0.1 the output is 10¹⁸: the loss of ½ 10³⁶ and the gradient of 10¹⁸ · 10¹⁹ = 10³⁷ fit into a
    float32 (up to 3.4 · 10³⁸), a step of 1000 times that does not.
    """
    network = Network([Dense(1, 2)])
    network.parameters[:] = [0.1, 0, 0, 0]
    settings = LINEAR.but(learning_rate=1000.0, batch_size=batch_size, validation_fraction=0)
    images, labels = np.full((n_images, 1), 1e19), np.zeros(n_images, int)
    return Trainer(network, images, labels, settings, report_interval_s=0)


def test_infinite_weights_are_noticed_at_the_end_of_an_epoch() -> None:
    trainer = exploding(n_images=4, batch_size=4)

    error, _ = diverged(trainer)

    assert (error.epoch, error.batch) == (1, 1)
    np.testing.assert_array_equal(trainer.network.parameters, np.array([0.1, 0, 0, 0], np.float32))


def test_infinite_weights_are_noticed_before_a_report() -> None:
    """Whoever stops at a report is left with finite weights."""
    trainer = exploding(n_images=4, batch_size=1)

    error, _ = diverged(trainer)

    assert (error.epoch, error.batch) == (1, 1)
    np.testing.assert_array_equal(trainer.network.parameters, np.array([0.1, 0, 0, 0], np.float32))


def test_infinite_validation_loss_is_noticed(blobs: Data) -> None:
    """The weights are finite, but too large for the validation images."""
    trainer = begun(blobs, LINEAR)
    images = blobs[0] / np.float32(255)
    images[trainer.validation_indices] = 1e30
    trainer = begun((images, blobs[1]), LINEAR)
    first = trainer.network.parameters.copy()

    error, _ = diverged(trainer)

    # 108 training images make 11 batches of 10.
    assert (error.epoch, error.batch) == (1, 11)
    np.testing.assert_array_equal(trainer.network.parameters, first)
    assert trainer.history == []


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_run_goes_on_from_there_with_an_optimizer_that_begins_anew(optimizer: str, blobs: Data) -> None:
    settings = LINEAR.but(optimizer=optimizer, dropout=0.2)
    trainer = begun(blobs, settings)
    run_epochs(trainer, 2)
    before = trainer.state()
    # One poisoned weight diverges with every optimizer; some rates would not.
    reports = trainer.run()
    assert isinstance(next(reports), BatchReport)
    trainer.network.parameters[0] = np.nan
    with pytest.raises(DivergenceError):
        list(reports)

    after = trainer.state()
    np.testing.assert_array_equal(after.parameters, before.parameters)
    assert all(not vector.any() for vector in after.optimizer_memory.values())
    assert (after.n_updates, after.batch, after.loss_sum) == (0, 0, 0.0)
    assert after.history == before.history

    # As a run that is resumed there with an optimizer that has done nothing yet.
    nothing = {name: np.zeros_like(vector) for name, vector in before.optimizer_memory.items()}
    fresh = replace(before, optimizer_memory=nothing, n_updates=0)
    expected = Trainer(settings.new_network(12, 3), *blobs, settings, state=fresh, report_interval_s=0)
    list(expected.run())
    list(trainer.run())
    assert trainer.network.parameters.tobytes() == expected.network.parameters.tobytes()


def test_resumed_run_goes_back_to_where_it_was_resumed(blobs: Data) -> None:
    first = begun(blobs, LINEAR)
    reports = first.run()
    for report in reports:
        if isinstance(report, BatchReport) and (report.epoch, report.batch) == (2, 5):
            break
    state = first.state()
    trainer = Trainer(LINEAR.new_network(12, 3), *blobs, LINEAR, state=state, report_interval_s=0)
    rest = trainer.run()
    next(rest)
    trainer.network.parameters[:] = np.inf

    with pytest.raises(DivergenceError) as caught:
        next(rest)

    # Batch 6 was reported, so it is noticed in batch 7.
    assert (caught.value.epoch, caught.value.batch) == (2, 7)
    np.testing.assert_array_equal(trainer.network.parameters, state.parameters)
    assert trainer.state().batch == 5
