"""Reports are values: nobody who gets one can change it, and equal ones are equal."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest

from nnapp.engine.reports import BatchReport, EpochReport, TrainerState
from nnapp.engine.settings import Settings

BATCH = BatchReport(1, 10, 2, 5, 64, 160, 0.5, 1000.0)
EPOCH = EpochReport(1, 10, 0.5, 0.6, 0.1, 0.001, True, 2.5, 1000.0)
STATE = TrainerState(Settings(), np.zeros(3), None, {}, 0, 0, 0.0, 0.001, None, (EPOCH,))


@pytest.mark.parametrize("report", [BATCH, EPOCH, STATE])
def test_reports_are_frozen(report: Any) -> None:
    for item in fields(report):
        with pytest.raises(FrozenInstanceError):
            setattr(report, item.name, 0)


def test_equal_reports_are_equal() -> None:
    batch = BatchReport(1, 10, 2, 5, 64, 160, 0.5, 1000.0)
    epoch = EpochReport(1, 10, 0.5, 0.6, 0.1, 0.001, True, 2.5, 1000.0)

    assert (batch, epoch) == (BATCH, EPOCH)
    assert hash(epoch) == hash(EPOCH)
