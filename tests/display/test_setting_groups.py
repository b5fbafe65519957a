from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnapp.display.setting_groups import SETTING_GROUPS, is_used
from nnapp.engine.optimizers import OPTIMIZERS
from nnapp.engine.schedules import SCHEDULES, ScheduleOptions
from nnapp.engine.settings import SETTINGS


def test_every_setting_stands_in_one_group() -> None:
    names = [name for group in SETTING_GROUPS.values() for name in group]

    assert sorted(names) == sorted(SETTINGS)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_momentum_is_used_by_the_optimizers_it_changes(optimizer: str) -> None:
    ends = []
    for momentum in (0.1, 0.9):
        parameters = np.ones(3, np.float32)
        steps = OPTIMIZERS[optimizer](parameters, momentum)
        for _ in range(3):
            steps.update(np.full(3, 0.5, np.float32), 0.1)
        ends.append(parameters.tolist())

    assert is_used("momentum", {"optimizer": optimizer, "schedule": "constant"}) == (ends[0] != ends[1])


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize(
    ("name", "option", "value"),
    [("schedule_epochs", "step_epochs", 2), ("schedule_factor", "factor", 0.1), ("warmup_epochs", "warmup_epochs", 4)],
)
def test_numbers_of_a_schedule_are_used_by_those_they_change(
    schedule: str, name: str, option: str, value: float
) -> None:
    plain = ScheduleOptions(n_epochs=20)
    rates = [
        [SCHEDULES[schedule].multiplier(epoch, [1.0] * epoch, options) for epoch in range(20)]
        for options in (plain, replace(plain, **{option: value}))
    ]

    assert is_used(name, {"optimizer": "sgd", "schedule": schedule}) == (rates[0] != rates[1])


SOMETIMES = {"momentum", "schedule_epochs", "schedule_factor", "warmup_epochs"}


@pytest.mark.parametrize("name", [name for name in SETTINGS if name not in SOMETIMES])
def test_all_others_are_always_used(name: str) -> None:
    assert is_used(name, {"optimizer": "sgd", "schedule": "constant"})
