"""Learning rate schedules by arithmetic."""

from __future__ import annotations

from math import cos, pi, sqrt

import pytest

from nnapp.engine.schedules import SCHEDULES, ScheduleOptions


def multipliers(name: str, n_epochs: int, losses: list[float] | None = None, **options: float) -> list[float]:
    chosen = ScheduleOptions(n_epochs, **options)  # type: ignore[arg-type]  # whole numbers are numbers
    return [SCHEDULES[name].multiplier(epoch, (losses or [])[:epoch], chosen) for epoch in range(n_epochs)]


def test_table_has_the_published_names() -> None:
    assert list(SCHEDULES) == ["constant", "step", "exponential", "cosine", "plateau"]
    assert all(schedule.name == name and schedule.formula for name, schedule in SCHEDULES.items())


def test_constant_is_always_1() -> None:
    assert multipliers("constant", 4, factor=0.1, step_epochs=1, warmup_epochs=3) == [1, 1, 1, 1]


def test_step_falls_every_few_epochs() -> None:
    assert multipliers("step", 7, step_epochs=3, factor=0.5) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]


def test_exponential_falls_every_epoch() -> None:
    assert multipliers("exponential", 4, step_epochs=3, factor=0.5) == [1, 0.5, 0.25, 0.125]


def test_cosine_falls_from_1_towards_0() -> None:
    # (1 + cos πt) / 2 at t = 0, ¼, ½, ¾; the 0 at t = 1 would be a wasted epoch.
    expected = [1, (1 + sqrt(0.5)) / 2, 0.5, (1 - sqrt(0.5)) / 2]

    assert multipliers("cosine", 4) == pytest.approx(expected, rel=1e-12)


def test_cosine_rises_first() -> None:
    # Three epochs of warm-up at 1/4, 2/4 and 3/4, then the cosine over the other four.
    expected = [0.25, 0.5, 0.75, 1, (1 + cos(pi / 4)) / 2, 0.5, (1 + cos(3 * pi / 4)) / 2]

    assert multipliers("cosine", 7, warmup_epochs=3) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("warmup_epochs", [4, 5, 100])
def test_warm_up_may_be_as_long_as_the_run(warmup_epochs: int) -> None:
    expected = [(epoch + 1) / (warmup_epochs + 1) for epoch in range(4)]

    assert multipliers("cosine", 4, warmup_epochs=warmup_epochs) == pytest.approx(expected, rel=1e-12)


def test_no_epoch_of_any_schedule_is_wasted() -> None:
    for name in SCHEDULES:
        for warmup_epochs in (0, 2, 9, 20):
            assert min(multipliers(name, 10, losses=[1.0] * 10, warmup_epochs=warmup_epochs)) > 0


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        # Always better: never reduced.
        ([5, 4, 3, 2, 1], [1, 1, 1, 1, 1]),
        # Epochs 1 and 2 bring nothing (an equal loss is none), so the rate of epoch 3 is halved; epochs 3 and 4 again
        # nothing, so that of epoch 5.
        ([5, 5, 6, 5, 7, 1], [1, 1, 1, 0.5, 0.5, 0.25]),
        # Epoch 1 brings nothing, epoch 2 does: counting starts again.
        ([5, 6, 4, 5, 4, 4], [1, 1, 1, 1, 1, 0.5]),
    ],
)
def test_plateau_reduces_after_epochs_without_improvement(losses: list[float], expected: list[float]) -> None:
    assert multipliers("plateau", len(losses), losses, step_epochs=2, factor=0.5) == expected


def test_plateau_looks_at_earlier_epochs_only() -> None:
    options = ScheduleOptions(10, step_epochs=1, factor=0.5)

    # All losses known: epoch 2 still must not know those of epochs 2 and later.
    assert SCHEDULES["plateau"].multiplier(2, [1, 1, 1, 1], options) == 0.5
    assert SCHEDULES["plateau"].multiplier(4, [1, 1, 1, 1], options) == 0.125
