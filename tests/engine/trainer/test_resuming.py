"""Exact resume: N + M epochs in two runs give the same bits as N + M in one, wherever the first one stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.network import Network
from nnapp.engine.optimizers import OPTIMIZERS
from nnapp.engine.reports import BatchReport, EpochReport, TrainerState
from nnapp.engine.schedules import SCHEDULES
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import NetworkError, SettingError

Data = tuple[NDArray[Any], NDArray[Any]]

# All that has a memory or draws numbers, and schedules that act within the run.
EVERYTHING = Settings(
    hidden=(8, 5),
    batch_size=25,
    images_per_epoch=90,
    epochs=5,
    learning_rate=0.02,
    schedule_epochs=1,
    schedule_factor=0.5,
    warmup_epochs=2,
    l2=0.01,
    l1=0.001,
    dropout=0.3,
    gradient_clip=1.0,
)
N_BATCHES = 4  # 25 + 25 + 25 + 15


def begun(data: Data, settings: Settings) -> Trainer:
    return Trainer(settings.new_network(12, 3), *data, settings, report_interval_s=0)


def resumed(data: Data, state: TrainerState, settings: Settings | None = None) -> Trainer:
    """Return a trainer for the rest of a run, with a network that began elsewhere."""
    settings = state.settings if settings is None else settings
    network = settings.but(seed=settings.seed + 1).new_network(12, 3)
    return Trainer(network, *data, settings, state=state, report_interval_s=0)


def run_until(trainer: Trainer, epoch: int, batch: int) -> Any:
    """Run up to a batch of an epoch and return the generator, which waits there."""
    reports = trainer.run()
    for report in reports:
        done = N_BATCHES if isinstance(report, EpochReport) else report.batch
        if (report.epoch, done) == (epoch, batch):
            return reports
    raise AssertionError("the run never came there")


def result(trainer: Trainer) -> tuple[Any, ...]:
    """Finish the run and return all that must not depend on where it was interrupted."""
    list(trainer.run())
    state = trainer.state()
    return (
        trainer.network.parameters.tobytes(),
        state.parameters.tobytes(),
        None if state.best_parameters is None else state.best_parameters.tobytes(),
        {name: vector.tobytes() for name, vector in state.optimizer_memory.items()},
        (state.n_updates, state.batch, state.loss_sum, state.learning_rate),
        [replace(report, n_epochs=0, seconds=0, images_per_second=0) for report in trainer.history],
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_optimizer_and_schedule(optimizer: str, schedule: str, blobs: Data) -> None:
    settings = EVERYTHING.but(optimizer=optimizer, schedule=schedule)
    expected = result(begun(blobs, settings))

    # After the second epoch, and after the second batch of the third.
    for epoch, batch in ((2, N_BATCHES), (3, 2)):
        trainer = begun(blobs, settings)
        reports = run_until(trainer, epoch, batch)
        reports.close()

        assert result(resumed(blobs, trainer.state())) == expected
        assert result(trainer) == expected, "run again on the same object"


@pytest.mark.parametrize(("epoch", "batch"), [(epoch, batch) for epoch in (1, 5) for batch in range(1, N_BATCHES + 1)])
def test_every_place_in_the_first_and_last_epoch(epoch: int, batch: int, blobs: Data) -> None:
    expected = result(begun(blobs, EVERYTHING))
    trainer = begun(blobs, EVERYTHING)
    run_until(trainer, epoch, batch)

    state = trainer.state()

    assert state.batch == batch % N_BATCHES
    assert len(state.history) == (epoch if batch == N_BATCHES else epoch - 1)
    assert result(resumed(blobs, state)) == expected


def test_run_may_be_interrupted_again_and_again(blobs: Data) -> None:
    expected = result(begun(blobs, EVERYTHING))
    trainer = begun(blobs, EVERYTHING)

    for epoch, batch in ((1, 1), (1, 3), (3, N_BATCHES), (4, 2)):
        run_until(trainer, epoch, batch).close()
        trainer = resumed(blobs, trainer.state())

    assert result(trainer) == expected


@pytest.mark.parametrize(
    "chosen",
    [
        {"batch_size": 0, "images_per_epoch": 0},
        {"training_images": 50, "images_per_epoch": 45},
        {"batch_size": 0},
        {"batch_size": 1},
        {"validation_fraction": 0.0},
        {"keep": "last"},
        {"early_stopping": 2, "epochs": 20},
        {"dropout": 0.0},
    ],
)
def test_other_kinds_of_runs(chosen: dict[str, Any], blobs: Data) -> None:
    settings = EVERYTHING.but(**chosen)
    expected = result(begun(blobs, settings))
    trainer = begun(blobs, settings)
    reports = trainer.run()
    for report in reports:
        if isinstance(report, EpochReport) and report.epoch == 2:
            break
    reports.close()

    assert result(resumed(blobs, trainer.state())) == expected


def test_dropout_of_a_network_is_resumed_whatever_the_settings_say(blobs: Data) -> None:
    """What describes a new network is not looked at: these layers drop though the setting is 0."""
    settings = EVERYTHING.but(dropout=0)

    def dropping(seed: int, state: TrainerState | None = None) -> Trainer:
        network = Network.dense([12, 8, 3], dropout=0.5, rng=np.random.default_rng(seed))
        return Trainer(network, *blobs, settings, state=state, report_interval_s=0)

    expected = result(dropping(seed=1))
    trainer = dropping(seed=1)
    run_until(trainer, epoch=2, batch=2)

    assert result(dropping(seed=2, state=trainer.state())) == expected


def test_finished_run_goes_on_with_more_epochs(blobs: Data) -> None:
    settings = EVERYTHING.but(learning_rate=0.3)
    expected = result(begun(blobs, settings.but(epochs=7)))
    trainer = begun(blobs, settings)
    list(trainer.run())
    assert trainer.best is not None
    assert trainer.best.epoch < 5, "the network holds other weights than the last"

    state = trainer.state()

    assert result(resumed(blobs, state, settings.but(epochs=7))) == expected


def test_changed_learning_rate_is_resumed_too(blobs: Data) -> None:
    def changed_in_epoch_2(trainer: Trainer) -> Trainer:
        run_until(trainer, epoch=2, batch=2)
        trainer.change(learning_rate=0.5)
        return trainer

    expected = result(changed_in_epoch_2(begun(blobs, EVERYTHING)))
    trainer = changed_in_epoch_2(begun(blobs, EVERYTHING))

    # The rest of epoch 2 keeps the old rate, of which the state knows.
    assert result(resumed(blobs, trainer.state())) == expected
    assert expected[-1][1].learning_rate == 0.02
    assert expected[-1][2].learning_rate == 0.5


def test_network_takes_over_the_last_weights(blobs: Data) -> None:
    trainer = begun(blobs, EVERYTHING)
    reports = run_until(trainer, epoch=2, batch=1)
    last = trainer.network.parameters.copy()
    reports.close()

    state = trainer.state()

    assert not np.array_equal(trainer.network.parameters, last), "the best weights are back"
    np.testing.assert_array_equal(resumed(blobs, state).network.parameters, last)


def test_state_is_a_copy(blobs: Data) -> None:
    trainer = begun(blobs, EVERYTHING)
    reports = run_until(trainer, epoch=2, batch=2)
    state, twin = trainer.state(), trainer.state()
    next(reports)

    assert state.best_parameters is not None
    assert twin.best_parameters is not None
    np.testing.assert_array_equal(state.parameters, twin.parameters)
    assert not np.array_equal(state.parameters, trainer.network.parameters)
    arrays = [state.parameters, state.best_parameters, *state.optimizer_memory.values()]
    others = [twin.parameters, twin.best_parameters, *twin.optimizer_memory.values(), trainer.network.parameters]
    assert not any(np.shares_memory(array, other) for array in arrays for other in others)

    expected = result(resumed(blobs, twin))
    trainer = resumed(blobs, state)
    for array in arrays:
        array[:] = 0
    assert result(trainer) == expected


def test_what_stopping_early_ended_stays_ended(blobs: Data) -> None:
    settings = EVERYTHING.but(early_stopping=1, epochs=100, learning_rate=0.3)
    trainer = begun(blobs, settings)
    list(trainer.run())
    assert trainer.stops_early

    again = resumed(blobs, trainer.state())

    assert again.is_finished
    assert list(again.run()) == []
    assert again.network.parameters.tobytes() == trainer.network.parameters.tobytes(), "the best weights"


def test_first_report_of_a_resumed_epoch_goes_on_counting(blobs: Data) -> None:
    trainer = begun(blobs, EVERYTHING)
    run_until(trainer, epoch=2, batch=2)

    report = next(iter(resumed(blobs, trainer.state()).run()))

    assert isinstance(report, BatchReport)
    assert (report.epoch, report.batch, report.images) == (2, 3, 75)


def test_interrupted_validation_is_done_again(blobs: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = result(begun(blobs, EVERYTHING))
    trainer = begun(blobs, EVERYTHING)
    run_until(trainer, epoch=2, batch=3).close()

    def interrupt(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("nnapp.engine.trainer.evaluate", interrupt)
        with pytest.raises(KeyboardInterrupt):
            list(trainer.run())
    state = trainer.state()

    assert (len(state.history), state.batch) == (1, N_BATCHES)
    assert result(resumed(blobs, state)) == expected
    assert result(trainer) == expected
    assert trainer.history[1].images_per_second == 0, "all images were learnt from before"


@pytest.mark.parametrize("name", ["optimizer", "batch_size", "seed", "validation_fraction", "training_images", "loss"])
def test_other_settings_are_refused(name: str, blobs: Data) -> None:
    others: dict[str, Any] = {
        "optimizer": "sgd",
        "batch_size": 10,
        "seed": 9,
        "validation_fraction": 0.2,
        "training_images": 100,
        "loss": "squared-error",
    }
    state = begun(blobs, EVERYTHING).state()

    with pytest.raises(SettingError, match=r"cannot be changed during a run\.$") as caught:
        resumed(blobs, state, EVERYTHING.but(**{name: others[name]}))

    assert caught.value.setting == name


def test_state_of_another_network_is_refused(blobs: Data) -> None:
    state = begun(blobs, EVERYTHING).state()

    # 12·4 + 4 + 4·3 + 3 = 67 parameters against 12·8 + 8 + 8·5 + 5 + 5·3 + 3 = 167.
    with pytest.raises(NetworkError, match=r"must be of a network of 67 parameters; got 167\.$"):
        Trainer(Network.dense([12, 4, 3]), *blobs, EVERYTHING, state=state)
