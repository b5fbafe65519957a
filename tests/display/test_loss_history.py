"""The history of a run: arrays, the nearest epoch, the words for values, and the table."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from nnapp.display.loss_history import CURVES, LossHistory, csv_rows
from nnapp.display.palettes import palette
from nnapp.engine.reports import EpochReport

TRAINING, VALIDATION, ERROR = CURVES


def report(epoch: int, **changes: object) -> EpochReport:
    values = {
        "epoch": epoch,
        "n_epochs": 25,
        "training_loss": 1.0 / epoch,
        "validation_loss": 2.0 / epoch,
        "validation_error": 0.5 / epoch,
        "learning_rate": 0.001,
        "is_best": True,
        "seconds": 1.5,
        "images_per_second": 40_000.0,
    }
    return EpochReport(**{**values, **changes})  # type: ignore[arg-type]  # the values of one table


def history_of(*epochs: int, label: str = "run") -> LossHistory:
    history = LossHistory(label)
    for epoch in epochs:
        history.append(report(epoch))
    return history


def test_columns_hold_the_reports() -> None:
    history = history_of(1, 2, 4)

    assert len(history) == 3
    assert history.epochs.tolist() == [1, 2, 4]
    assert history.column("validation_error").tolist() == [0.5, 0.25, 0.125]
    assert history.n_planned == 25


def test_what_was_not_measured_is_not_a_number() -> None:
    history = LossHistory("no validation images")
    history.append(report(1, validation_loss=None, validation_error=None, is_best=False))

    assert np.isnan(history.column("validation_loss")).all()
    assert history.best_index is None


def test_a_hundred_thousand_epochs_are_kept() -> None:
    history = LossHistory("long")
    same = report(1)
    for epoch in range(1, 100_001):
        object.__setattr__(same, "epoch", epoch)  # making so many reports takes longer than the rest
        history.append(same)

    assert history.epochs.tolist() == list(range(1, 100_001))


def test_a_run_that_went_back_loses_what_it_repeats() -> None:
    history = history_of(1, 2, 3, 4)
    history.append(report(3, training_loss=0.7))

    assert history.epochs.tolist() == [1, 2, 3]
    assert history.column("training_loss")[-1] == 0.7


def test_the_last_best_epoch_is_the_best() -> None:
    history = LossHistory("run")
    for epoch, is_best in ((1, True), (2, True), (3, False)):
        history.append(report(epoch, is_best=is_best))

    assert history.best_index == 1


@pytest.mark.parametrize(
    ("epoch", "is_log", "index"),
    [
        (-5, False, 0),
        (1.4, False, 0),
        (1.6, False, 1),
        (5.9, False, 1),  # halfway between 2 and 10 on a linear axis is 6
        (6.1, False, 2),
        (99, False, 2),
        (4.4, True, 1),  # and on a log axis √20 = 4.47
        (4.6, True, 2),
    ],
)
def test_nearest_epoch(epoch: float, is_log: bool, index: int) -> None:
    assert history_of(1, 2, 10).nearest_index(epoch, is_log=is_log) == index


def test_no_epoch_is_nearest_in_an_empty_history() -> None:
    history = LossHistory("run")

    assert history.nearest_index(3, is_log=False) is None
    assert history.n_planned == 0
    assert history.best_index is None


@pytest.mark.parametrize(
    ("curve", "value", "text"),
    [
        (TRAINING, 0.08123, "0.0812"),
        (TRAINING, 0.000123, "1.23e-04"),
        (TRAINING, 12345.6, "1.23e+04"),
        (TRAINING, float("nan"), "–"),
        (TRAINING, float("inf"), "infinite"),
        (ERROR, 0.0241, "2.41 %"),
        (ERROR, 0.0, "0.00 % (floor)"),
        (VALIDATION, 0.0, "0.0000 (floor)"),
    ],
)
def test_values_in_words(curve: object, value: float, text: str) -> None:
    assert curve.text(value, floor=1e-8) == text  # type: ignore[attr-defined]  # a Curve


def test_curves_differ_in_more_than_colour() -> None:
    assert len({curve.marker for curve in CURVES}) == len({curve.dashes for curve in CURVES}) == len(CURVES)
    assert all(getattr(palette("light"), curve.color).startswith("#") for curve in CURVES)


def test_table_can_be_read_back_exactly() -> None:
    first, second = history_of(1, 2, label="relu, adam"), LossHistory("no validation")
    second.append(report(1, validation_loss=None, validation_error=None, is_best=False, training_loss=0.1))
    stream = io.StringIO()
    csv.writer(stream).writerows(csv_rows([first, second]))

    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))

    assert [row["run"] for row in rows] == ["relu, adam", "relu, adam", "no validation"]
    assert [row["epoch"] for row in rows] == ["1", "2", "1"]
    assert [float(row["training_loss"]) for row in rows] == [1.0, 0.5, 0.1]
    assert [row["validation_error"] for row in rows] == ["0.5", "0.25", ""]
    assert [row["is_best"] for row in rows] == ["1", "1", "0"]
