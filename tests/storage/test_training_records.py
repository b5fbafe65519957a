"""Settings and history read back from what a network's file says."""

from __future__ import annotations

from math import isnan

from nnapp.engine import Network, Settings
from nnapp.engine.reports import EpochReport
from nnapp.storage.network_metadata import NetworkMetadata, history_record, training_record
from nnapp.storage.training_records import recorded_history, recorded_settings


def test_settings_come_back_as_they_were() -> None:
    settings = Settings(hidden=(5, 4), activation="tanh", learning_rate=0.02, dropout=0.1, seed=9)
    metadata = NetworkMetadata(loss=settings.loss, training=training_record(settings, "MNIST"))
    assert recorded_settings(settings.new_network(6, 3), metadata) == settings


def test_a_network_that_says_nothing_still_says_what_it_is() -> None:
    network = Network.dense([6, 4, 3], hidden_activation="sigmoid", output_activation="sigmoid")
    expected = Settings(hidden=(4,), activation="sigmoid", output="sigmoid", loss="binary-cross-entropy")
    assert recorded_settings(network, NetworkMetadata()) == expected


def test_settings_of_other_limits_are_not_believed() -> None:
    metadata = NetworkMetadata(training={"epochs": -3, "learning_rate": 0.5})
    assert recorded_settings(Network.dense([6, 3]), metadata) == Settings(hidden=())


def _report(epoch: int, loss: float | None, error: float | None, is_best: bool) -> EpochReport:
    return EpochReport(epoch, 3, 0.5 / epoch, loss, error, 0.1, is_best, 0.0, 0.0)


def test_history_comes_back_with_its_best_epochs() -> None:
    reports = [_report(1, 0.9, 0.3, True), _report(2, 0.8, 0.3, True), _report(3, 0.7, 0.4, False)]
    assert recorded_history(NetworkMetadata(history=history_record(reports))) == reports


def test_history_without_validation_or_numbers() -> None:
    (report,) = recorded_history(NetworkMetadata(history=({"epoch": 4},)))
    assert (report.epoch, report.n_epochs, report.is_best) == (4, 4, False)
    assert (report.validation_loss, report.validation_error) == (None, None)
    assert isnan(report.training_loss)


def test_file_that_says_nothing_of_a_training_leaves_the_rest_as_it_is() -> None:
    present = Settings(epochs=77, batch_size=5, hidden=(9,), activation="relu", seed=3)
    network = Network.dense([6, 4, 3], hidden_activation="tanh")
    settings = recorded_settings(network, NetworkMetadata(), present)
    assert (settings.epochs, settings.batch_size, settings.seed) == (77, 5, 3)
    assert (settings.hidden, settings.activation) == ((4,), "tanh")
    # What a file says goes before all of it.
    said = recorded_settings(network, NetworkMetadata(training={"epochs": 2}), present)
    assert (said.epochs, said.batch_size) == (2, Settings().batch_size)
